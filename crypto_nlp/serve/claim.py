"""What the page of a claim shows, beside what the search gives: its slots by name, and its charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from crypto_nlp.digest.build import figure
from crypto_nlp.digest.charts import columns, dots
from crypto_nlp.digest.model import Line
from crypto_nlp.serve.page import Said

_SLOTS = ("type", "measure", "subject", "value", "bound", "per", "when", "condition", "modality", "negated", "sources")
_DOTS = 12
_DAYS = 31


def claim_context(shown: Mapping[str, Any], line: Line | None, said: Said) -> dict[str, Any]:
    """``line`` (None where every mention has vanished), ``gloss``, ``glosses``, ``slots``, ``charts``, ``others``."""
    glosses = shown["glosses"]
    gloss = glosses.get(said.lang) or glosses.get("en") or shown["claim_id"]
    return {
        "line": line,
        "gloss": gloss,
        "glosses": [(lang, text) for lang, text in sorted(glosses.items()) if lang != said.lang and text],
        "slots": _slots(shown, said),
        "charts": {"places": _places(shown, said), "figures": _figures(shown, said)},
        "others": shown["other_figures"],
    }


def _slots(shown: Mapping[str, Any], said: Said) -> list[tuple[str, str]]:
    claim = shown["claim"]
    found = []
    for slot in _SLOTS if claim else ():
        value = claim.get(slot)
        if slot == "value":
            value = figure(claim) if claim["value_low"] is not None else None
        elif slot == "sources":
            value = said.digest.table["comma"].join(said.name(name) for name in value)
        elif slot == "negated":
            value = said["yes_"] if value else None
        elif value is not None and slot != "condition":
            value = said.digest.date(value) if slot == "when" else said.value(slot, value)
        if value not in (None, ""):
            found.append((said.of("slot", slot), str(value)))
    if claim:
        found += [(said.of("facet", slot), said.value(slot, value)) for slot, value in claim["details"].items()]
        found += [(said.of("slot", slot), said.day(claim[slot])) for slot in ("first_seen", "last_seen")]
    return [*found, (said.of("slot", "claim_id"), shown["claim_id"])]


def _places(shown: Mapping[str, Any], said: Said) -> str:
    """A column for each day (of the last ones) on which the claim was read."""
    by_day = Counter(str(place["seen"])[:10] for place in shown["places"] if not place["vanished"])
    days = sorted(by_day.items())[-_DAYS:]
    text = ", ".join(f"{day} {count}" for day, count in days)
    return columns([(said.digest.write(day), count) for day, count in days], said.say("chart_places", text=text))


def _figures(shown: Mapping[str, Any], said: Said) -> str:
    """The figures given for the same thing on one scale, this claim's first; nothing where their units differ."""
    rows = [row for row in (shown["claim"], *shown["other_figures"]) if row and row["value_low"] is not None][:_DOTS]
    if len(rows) < 2 or len({row["unit"] for row in rows}) > 1:
        return ""
    points = [(said.digest.write(figure(row)), row["value_low"], row["value_high"]) for row in rows]
    return dots(points, said.say("chart_values", text=", ".join(label for label, _, _ in points)))

"""What the page of a claim shows, beside what the search gives: its slots by name, and its charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from crypto_nlp.digest.charts import columns, dots
from crypto_nlp.digest.model import Line
from crypto_nlp.serve.page import Said
from crypto_nlp.trends.periods import periods_between

_SLOTS = ("type", "measure", "subject", "value", "when", "condition", "modality", "negated", "sources")
_DOTS = 12
_DAYS = 31
_WEEK = 7
_MONTHS = 24


def claim_context(shown: Mapping[str, Any], line: Line | None, said: Said) -> dict[str, Any]:
    """``line`` (None where every mention has vanished), ``gloss``, ``glosses``, ``slots``, two charts, ``others``."""
    glosses = shown["glosses"]
    gloss = glosses.get(said.lang) or glosses.get("en") or shown["claim_id"]
    return {
        "line": line,
        "gloss": gloss,
        "glosses": [(lang, text) for lang, text in sorted(glosses.items()) if lang != said.lang and text],
        "slots": _slots(shown, said),
        "chart_places": _places(shown, said),
        "chart_figures": figures_chart([shown["claim"], *shown["other_figures"]], said),
        "others": shown["other_figures"],
    }


def _slots(shown: Mapping[str, Any], said: Said) -> list[tuple[str, str]]:
    claim = shown["claim"]
    found = []
    for slot in _SLOTS if claim else ():
        value = claim.get(slot)
        if slot == "value":
            # With its bound and its rate, as a person says it.
            value = said.digest.figure(claim)
        elif slot == "when":
            value = said.digest.when(value, ahead=claim["modality"] != "fact") if value else None
        elif slot == "sources":
            value = said.digest.table["comma"].join(said.name(name) for name in value)
        elif slot == "negated":
            value = said["yes_"] if value else None
        elif value is not None and slot != "condition":
            value = said.value(slot, value)
        if value not in (None, ""):
            found.append((said.of("slot", slot), str(value)))
    if claim:
        # What is done is the measure already, where a type has both.
        found += [
            (said.of("facet", slot), said.value(slot, value))
            for slot, value in claim["details"].items()
            if value != claim["measure"]
        ]
        found += [(said.of("slot", slot), said.day(claim[slot])) for slot in ("first_seen", "last_seen")]
    return [*found, (said.of("slot", "claim_id"), shown["claim_id"])]


def _places(shown: Mapping[str, Any], said: Said) -> str:
    return days_chart(
        Counter(str(place["seen"])[:10] for place in shown["places"] if not place["vanished"]), "chart_places", said
    )


def days_chart(counted: Mapping[str, int], title: str, said: Said) -> str:
    """A column for each day from the first to the last (at least a week), or for each month where there are many days.

    ``counted`` gives how many fall on an ISO date; ``title`` is the key of the text that says the same.
    """
    by_day = Counter({date.fromisoformat(day): count for day, count in counted.items()})
    if not by_day:
        return ""
    first, last = min(by_day), max(by_day)
    if (last - first).days >= _DAYS:
        by_month = Counter(f"{day:%Y-%m}" for day in by_day.elements())
        points = [(month, by_month[month]) for month in periods_between(first, last, "month")][-_MONTHS:]
    else:
        first = min(first, last - timedelta(days=_WEEK - 1))
        days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
        points = [(f"{day:%m-%d}", by_day[day]) for day in days]
    text = ", ".join(f"{label} {count}" for label, count in points if count)
    return columns([(said.digest.write(label), count) for label, count in points], said.say(title, text=text))


def figures_chart(rows: Sequence[Mapping[str, Any] | None], said: Said) -> str:
    """The figures of ``rows`` on one scale, in their order; nothing where there are fewer than two or units differ."""
    known = [row for row in rows if row and row["value_low"] is not None][:_DOTS]
    if len(known) < 2 or len({(row["unit"], row["per"]) for row in known}) > 1:
        return ""
    points = [(said.digest.figure(row), row["value_low"], row["value_high"]) for row in known]
    return dots(points, said.say("chart_values", text=", ".join(label for label, _, _ in points)))

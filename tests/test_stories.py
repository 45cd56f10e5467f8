"""Reprints and light edits are one story; somebody's own text and a template filled anew are another."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import pytest
import yaml

from crypto_nlp.stories import Fingerprint, choose, fingerprint, same_story

TEXTS = yaml.safe_load((Path(__file__).parent / "story_texts.yaml").read_text(encoding="utf-8"))
PREFIX, FOOTER, ADDED, SYNONYMS, COINS = (TEXTS[key] for key in ("prefix", "footer", "added", "synonyms", "coins"))
EVENTS = {
    lang: [tuple((event[side]["title"], event[side]["text"]) for side in ("first", "own")) for event in events]
    for lang, events in TEXTS["events"].items()
}

Text = tuple[str, str]
Pair = tuple[str, Text, Text]


def sentences(text: str) -> list[str]:
    return [sentence.strip() + "." for sentence in text.split(". ") if sentence.strip(" .")]


def reprints(lang: str, title: str, text: str) -> Iterator[tuple[str, Text]]:
    """The ways in which one text comes back."""
    parts = sentences(text)
    edited = text
    for word, other in SYNONYMS[lang].items():
        edited = edited.replace(f" {word} ", f" {other} ")
    yield "other title", (parts[0][:70], text)
    yield "agency", (title, PREFIX[lang] + text)
    yield "footer", (title, text + FOOTER[lang])
    yield "edited", (title, edited)
    yield "cut to the lead", (title, " ".join(parts[:4]))
    yield "paragraph added", (title, text + ADDED[lang])
    yield "one sentence less", (title, " ".join(parts[:2] + parts[3:]))
    yield "order changed", (title, " ".join([*parts[:3], parts[4], parts[3], *parts[5:]]))
    yield "typography", (title.upper(), text.replace("«", "“").replace("»", "”").replace(". ", ".\n").replace("ё", "е"))


def filled(lang: str, coin: str, day: int) -> Text:
    chance = random.Random(f"{coin} {day}")  # noqa: S311 - prices, not secrets
    price = chance.uniform(0.1, 900)
    figures = {
        "price": f"{price:.2f}",
        "low": f"{price * 0.97:.2f}",
        "high": f"{price * 1.04:.2f}",
        "change": f"{chance.uniform(-9, 9):.1f}",
        "volume": chance.randint(20, 900),
    }
    title, text = TEXTS["templates"][lang]["title"], TEXTS["templates"][lang]["text"]
    return title.format(coin=coin, **figures), text.format(coin=coin, **figures)


def same_pairs() -> Iterator[Pair]:
    for lang, events in EVENTS.items():
        for first, own in events:
            for text in (first, own):
                made = list(reprints(lang, *text))
                yield from ((f"{lang} {kind}", text, other) for kind, other in made)
        yield from (
            (
                f"{lang} template reprinted",
                filled(lang, coin, 1),
                (filled(lang, coin, 1)[0], filled(lang, coin, 1)[1] + FOOTER[lang]),
            )
            for coin in COINS[lang]
        )


def other_pairs() -> Iterator[Pair]:
    for lang, events in EVENTS.items():
        for first, own in events:
            yield f"{lang} own text", first, own
            yield f"{lang} own text with the same title", first, (first[0], own[1])
            yield (
                f"{lang} own text with the same footer",
                (first[0], first[1] + FOOTER[lang]),
                (own[0], own[1] + FOOTER[lang]),
            )
        for (one, _), (other, _) in combinations(events, 2):
            yield (
                f"{lang} other event, same footer",
                (one[0], one[1] + FOOTER[lang]),
                (other[0], other[1] + FOOTER[lang]),
            )
        for coin, other_coin in combinations(COINS[lang], 2):
            yield f"{lang} template, other coin", filled(lang, coin, 1), filled(lang, other_coin, 1)
        for coin in COINS[lang]:
            yield f"{lang} template, other day", filled(lang, coin, 1), filled(lang, coin, 2)


def met(one: Fingerprint, other: Fingerprint) -> bool:
    """What the database does: texts meet that share a band at the same place, and are then compared."""
    return any(a == b for a, b in zip(one.bands, other.bands, strict=True)) and same_story(one, other)


def found(pair: Pair) -> bool:
    return met(fingerprint(*pair[1]), fingerprint(*pair[2]))


def test_precision_and_recall_on_the_pairs() -> None:
    same, other = list(same_pairs()), list(other_pairs())
    assert len(same) + len(other) >= 200
    hits = [pair for pair in same if found(pair)]
    wrong = [pair[0] for pair in other if found(pair)]
    missed = [pair[0] for pair in same if pair not in hits]
    precision = len(hits) / (len(hits) + len(wrong))
    assert precision >= 0.97, wrong
    assert len(hits) / len(same) >= 0.90, missed


@pytest.mark.parametrize("make", [same_pairs, other_pairs])
def test_the_answer_does_not_hang_on_the_order(make: Callable[[], Iterator[Pair]]) -> None:
    for _, one, other in make():
        first, second = fingerprint(*one), fingerprint(*other)
        assert same_story(first, second) == same_story(second, first)


def test_forty_reprints_are_one_story() -> None:
    lang = "ru"
    title, text = EVENTS[lang][0][0]
    versions = [version for _, version in reprints(lang, title, text)]
    stories: list[tuple[int, bytes]] = [(1, fingerprint(title, text).signature)]
    for number in range(40):
        assert choose(fingerprint(*versions[number % len(versions)]), stories) == 1


def test_a_fingerprint_is_the_same_twice_and_small() -> None:
    title, text = EVENTS["en"][0][0]
    one = fingerprint(title, text)
    assert one == fingerprint(title, f"{title}\n{text}")
    assert len(one.signature) < 2000
    assert all(-(2**63) <= band < 2**63 for band in one.bands)


@pytest.mark.parametrize("text", ["", "Bitcoin", "1 2 3", "،", "word " * 100_000])
def test_odd_texts_have_fingerprints(text: str) -> None:
    made = fingerprint("", text)
    assert choose(made, [(7, made.signature), (8, b""), (9, b"\xff old version")]) == 7

"""The words of the claim types as first lessons: a trigger between the kinds of things that it ties together.

A few thousand examples are too few to learn from them alone what *hash rate* or *выручка* mean; the rule files say it.
These are drawn sentences and no news: the network reads them first, and gold after them.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from crypto_nlp.classifier.marks import EVENT, FIGURES, Marked, Spot
from crypto_nlp.classifier.model import NONE
from crypto_nlp.rules.load import claim_types, languages
from crypto_nlp.training.examples import Example

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crypto_nlp.rules.claims import ClaimType, Trigger

_BEFORE = ("[organisation]", "[coin]", "[person]", "[country]", "[when] [organisation]", "[organisation] [country]", "")
_AFTER = ("[when]", "[organisation]", "[coin]", "", ".", ", [organisation]", "[when] .")
_BETWEEN = (",", ";", ".", "—", "(", "[when] ,", "[person] ,")
_MARKS = str.maketrans({"=": "", "…": " "})


def lessons(seed: int) -> list[Example]:
    """An example for each phrase of each claim type in each language, two and two in a sentence.

    With a second figure beside it, only the words that stand near a figure tell what it is.
    """
    draw = random.Random(seed)  # noqa: S311 - sentences, no secret
    types = claim_types()
    found: list[Example] = []
    for lang in languages():
        single = [example for name in sorted(types) for example in _of_type(types[name], name, lang, draw)]
        draw.shuffle(single)
        found += [_together(one, other, draw) for one, other in zip(single[::2], single[1::2], strict=False)]
    return found


def _together(one: Example, other: Example, draw: random.Random) -> Example:
    text = f"{one.sentence.text} {draw.choice(_BETWEEN)} {other.sentence.text}"
    return Example(Marked("", text, one.sentence.spots + other.sentence.spots), one.labels + other.labels)


def _of_type(claim_type: ClaimType, name: str, lang: str, draw: random.Random) -> Iterator[Example]:
    words = claim_type.words.get(lang)
    for trigger in words.triggers if words else ():
        units = trigger.units or claim_type.frame.measures[trigger.measure]
        for phrase in trigger.say:
            words_of = phrase.translate(_MARKS).replace("...", " ").split()
            said = " ".join(draw.choice(word.split("|")) for word in words_of)
            if trigger.event:
                yield _example(f"{draw.choice(_BEFORE)} {EVENT} {said} {draw.choice(_AFTER)}", name)
            figures = [figure for figure in FIGURES if figure.strip("[]") in units]
            if figures:
                text = _around(trigger, said, draw.choice(figures), draw)
                yield _example(text, name if claim_type.frame.claim else NONE)


def _around(trigger: Trigger, said: str, figure: str, draw: random.Random) -> str:
    behind = trigger.side == "before" or (trigger.side != "after" and draw.random() < 1 / 3)
    gap = draw.choice(("", "", "[coin]", "[when]"))
    parts: Sequence[str] = (figure, gap, said) if behind else (said, gap, figure)
    return " ".join((draw.choice(_BEFORE), *parts, draw.choice(_AFTER)))


def _example(text: str, label: str) -> Example:
    return Example(Marked("", text, (Spot(0, 0, "figure"),)), (label,))

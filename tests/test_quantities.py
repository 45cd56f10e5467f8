"""The reader of quantities.

Our own sentences in three languages, every format written and read back, nothing invented.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from crypto_nlp.errors import RulesError
from crypto_nlp.mentions.quantities import read
from crypto_nlp.records import Bound, Quantity
from crypto_nlp.rules.number_files import Numbers, Units
from crypto_nlp.rules.numbers import NumberRules, load
from crypto_nlp.rules.yaml import read as read_rules
from crypto_nlp.text import Text

LANGUAGES = ("en", "ru", "ar")
DATA = files("crypto_nlp") / "data" / "languages"


@cache
def rules(lang: str) -> NumberRules:
    return load(DATA / lang, lang)


def quantities(text: str, lang: str) -> tuple[Quantity, ...]:
    return read(Text.of(text, lang), rules(lang))


def cases(lang: str) -> list[tuple[str, list[str]]]:
    rows = yaml.safe_load((Path(__file__).parent / f"quantities_{lang}.yaml").read_text(encoding="utf-8"))
    return [(row[0], row[1:]) for row in rows]


def plain(number: float) -> str:
    return f"{number:.10g}"


def shown(quantity: Quantity) -> str:
    """A quantity in the notation of the test files."""
    low, high = plain(quantity.value.low), plain(quantity.value.high)
    parts = [low if low == high else f"{low}..{high}", quantity.value.unit]
    if quantity.bound is not Bound.EXACT:
        parts.append(quantity.bound)
    if quantity.per:
        parts.append(f"/{quantity.per}")
    return " ".join(parts)


def written(notation: str) -> str:
    """The notation with its numbers spelt as :func:`shown` spells them."""
    value, _, rest = notation.partition(" ")
    return f"{'..'.join(plain(float(part)) for part in value.split('..'))} {rest}"


@pytest.mark.parametrize(
    ("lang", "text", "reads"), [(lang, text, reads) for lang in LANGUAGES for text, reads in cases(lang)]
)
def test_sentence(lang: str, text: str, reads: list[str]) -> None:
    found = quantities(text, lang)
    assert [shown(q) for q in found] == [written(r) for r in reads]
    for q in found:
        assert text[q.start : q.end] == q.text
        assert q.outer_start <= q.start < q.end <= q.outer_end


@pytest.mark.parametrize("lang", LANGUAGES)
def test_examples_beside_the_rules(lang: str) -> None:
    for name, shape in (("numbers.yaml", Numbers), ("units.yaml", Units)):
        rule_file = read_rules(DATA / lang / name, shape)
        assert rule_file.examples
        assert rule_file.counter_examples
        for example in rule_file.examples:
            found = [shown(q) for q in quantities(example.text, lang)]
            assert found == [written(r) for r in example.reads], example.text
        for text in rule_file.counter_examples:
            assert quantities(text, lang) == (), text


def test_offsets_survive_marks_tatweel_emoji_and_bidi() -> None:
    text = "🚀 \u200fبلغت القيمةُ ١٣٫٩ مليـــارَ دولارٍ\u200f — 🎉 $5 млрд"
    (figure, last) = (
        quantities(text, "ar")[:2] if len(quantities(text, "ar")) > 1 else (quantities(text, "ar")[0], None)
    )
    assert figure.value.low == 13.9e9
    assert text[figure.start : figure.end] == figure.text
    assert figure.text.startswith("١٣٫٩")
    assert last is None or last.text.startswith("$5")


def test_decomposed_letters_keep_their_places() -> None:
    text = "Похищено 5 миллио\u0301нов рубле\u0438\u0306 вчера"
    (figure,) = quantities(text, "ru")
    assert (figure.value.low, figure.value.unit) == (5e6, "RUB")
    assert text[figure.start : figure.end] == figure.text


def test_a_quantity_never_crosses_a_line() -> None:
    found = quantities("The price was $5\nmillion people watched 20\npercent", "en")
    assert all("\n" not in q.text for q in found)
    assert [shown(q) for q in found] == ["5 USD"]


def test_outer_span_takes_bound_and_rate() -> None:
    text = "Miners could add more than $13.9 billion per year."
    (figure,) = quantities(text, "en")
    assert text[figure.outer_start : figure.outer_end] == "more than $13.9 billion per year"
    assert figure.text == "$13.9 billion"


def test_counted_noun_fraction_and_ordinal_are_told() -> None:
    wallets, share, coin = quantities(
        "813,000 wallets lost, a third of them twice-robbed; the 19 millionth coin came", "en"
    )[:3]
    assert wallets.counted == "wallet"
    assert share.fraction
    assert not wallets.fraction
    coins = [q for q in quantities("The 19 millionth coin appeared", "en") if q.ordinal]
    assert [c.value.low for c in coins] == [19e6]
    assert coin is not None


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Кувейт выделил 5 млн динаров", "KWD"),
        ("Ирак выделил 5 млн динаров", "IQD"),
        ("Выделено 5 млн динаров", None),
        ("Кувейт и Ирак выделили 5 млн динаров", None),
    ],
)
def test_a_currency_of_several_countries_needs_its_country(text: str, unit: str | None) -> None:
    assert [q.value.unit for q in quantities(text, "ru")] == ([unit] if unit else [])


@pytest.mark.parametrize("text", ["Цена $1,234", "Курс 68.477 рубля", "It fell to 1.2.3", "660 .76 million shares"])
def test_the_undecidable_stays_unread(text: str) -> None:
    lang = "ru" if re.search("[а-я]", text) else "en"
    assert quantities(text, lang) == ()


@pytest.mark.parametrize(
    ("text", "value"), [("Цена $1,234, капитализация $2,345,678.5", 1234.0), ("Цена $1,234, комиссия $2,5", 1.234)]
)
def test_the_habits_of_a_text_decide_its_separators(text: str, value: float) -> None:
    assert quantities(text, "ru")[0].value.low == value


def test_a_missing_folder_is_one_clear_error() -> None:
    with pytest.raises(RulesError, match="cannot be read"):
        load(DATA / "xx", "xx")

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
from hypothesis import given, settings
from hypothesis import strategies as st

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


# --- every format of every language, written and read back ----------------------------------------------------------

EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
UNITS = {
    "en": [
        ("{} dollars", "USD"),
        ("${}", "USD"),
        ("{}%", "percent"),
        ("{} BTC", "BTC"),
        ("€{}", "EUR"),
        ("{} MW", "MW"),
    ],
    "ru": [
        ("{} долларов", "USD"),
        ("${}", "USD"),
        ("{}%", "percent"),
        ("{} BTC", "BTC"),
        ("{} руб.", "RUB"),
        ("{} МВт", "MW"),
    ],
    "ar": [
        ("{} دولار", "USD"),
        ("${}", "USD"),
        ("{}%", "percent"),
        ("{} بيتكوين", "BTC"),
        ("{} يورو", "EUR"),
        ("{} ميغاواط", "MW"),
    ],
}
SCALES = {
    "en": [
        ("", 1),
        (" thousand", 10**3),
        ("k", 10**3),
        (" million", 10**6),
        ("m", 10**6),
        (" mln", 10**6),
        ("bn", 10**9),
        (" trillion", 10**12),
    ],
    "ru": [
        ("", 1),
        (" тыс.", 10**3),
        (" млн", 10**6),
        ("млн", 10**6),
        (" миллионов", 10**6),
        (" млрд", 10**9),
        (" трлн", 10**12),
    ],
    "ar": [
        ("", 1),
        (" ألف", 10**3),
        (" آلاف", 10**3),
        (" مليون", 10**6),
        ("مليون", 10**6),
        (" ملايين", 10**6),
        (" مليار", 10**9),
        (" تريليون", 10**12),
    ],
}
GROUPS = {"en": [",", "\u00a0", "\u202f"], "ru": ["\u00a0", "\u202f", " ", "\u2009"], "ar": [",", "٬", "\u00a0"]}
POINTS = {"en": ["."], "ru": [",", "."], "ar": [".", "٫"]}
FRAMES = {
    "en": "Analysts said that {} was lost.",
    "ru": "Аналитики насчитали {} потерь.",
    "ar": "قال محللون إن {} فقدت.",
}


@st.composite
def formatted(draw: st.DrawFn) -> tuple[str, str, float, str]:
    """(language, sentence, value, unit) of a figure in one of the formats of a language."""
    lang = draw(st.sampled_from(LANGUAGES))
    whole = draw(st.integers(1, 999_999_999))
    decimals = draw(st.sampled_from(["", "5", "25", "07"]))
    scale_word, scale = draw(st.sampled_from(SCALES[lang]))
    if scale > 1:
        whole = whole % (999 if scale_word in ("k", "m") else 9999) + 1
    group, point = draw(st.sampled_from(GROUPS[lang])), draw(st.sampled_from(POINTS[lang]))
    digits = f"{whole:,}".replace(",", group) if draw(st.booleans()) else str(whole)
    lone_group = group in digits and group == "," and digits.count(group) == 1 and not decimals
    if lone_group and lang == "ar" and scale > 1:
        digits = digits.replace(group, "")
    figure = f"{digits}{point}{decimals}" if decimals else digits
    if lang == "ar" and draw(st.booleans()):
        figure = figure.translate(EASTERN)
    pattern, unit = draw(st.sampled_from(UNITS[lang]))
    if lang == "ar" and lone_group and unit in ("percent", "MW"):
        figure = figure.replace(group, "")
    value = float(f"{whole}.{decimals or 0}") * scale
    return lang, FRAMES[lang].format(pattern.format(figure + scale_word)), value, unit


@settings(max_examples=400, deadline=None)
@given(formatted())
def test_every_format_is_read_back(case: tuple[str, str, float, str]) -> None:
    lang, text, value, unit = case
    (figure,) = quantities(text, lang)
    assert figure.value.low == pytest.approx(value, rel=1e-9)
    assert (figure.value.unit, figure.value.high) == (unit, figure.value.low)


ENGLISH = (
    "one two three four five six seven eight nine ten "
    "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
).split()
ENGLISH_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
RUSSIAN = (
    "один два три четыре пять шесть семь восемь девять десять "
    "одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать"
).split()
RUSSIAN_TENS = "двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто".split()
RUSSIAN_HUNDREDS = "сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот".split()
ARABIC = "واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة".split()
ARABIC_TENS = "عشرون ثلاثون أربعون خمسون ستون سبعون ثمانون تسعون".split()
ARABIC_HUNDREDS = "مئة مئتان ثلاثمئة أربعمئة خمسمئة ستمئة سبعمئة ثمانمئة تسعمئة".split()


def english(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = [f"{ENGLISH[hundreds - 1]} hundred"] if hundreds else []
    if 0 < rest < 20:
        words.append(ENGLISH[rest - 1])
    elif rest:
        tens, ones = divmod(rest, 10)
        words.append(ENGLISH_TENS[tens - 2] + (f"-{ENGLISH[ones - 1]}" if ones else ""))
    return " and ".join(words)


def russian(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = [RUSSIAN_HUNDREDS[hundreds - 1]] if hundreds else []
    if 0 < rest < 20:
        words.append(RUSSIAN[rest - 1])
    elif rest:
        tens, ones = divmod(rest, 10)
        words += [RUSSIAN_TENS[tens - 2], *([RUSSIAN[ones - 1]] if ones else [])]
    return " ".join(words)


def arabic(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = [ARABIC_HUNDREDS[hundreds - 1]] if hundreds else []
    if 0 < rest < 11:
        words.append(ARABIC[rest - 1])
    elif 10 < rest < 20:
        words.append(("أحد" if rest == 11 else "اثنا" if rest == 12 else ARABIC[rest - 11]) + " عشر")
    elif rest:
        tens, ones = divmod(rest, 10)
        words += [*([ARABIC[ones - 1]] if ones else []), ARABIC_TENS[tens - 2]]
    return " و".join(words)


SPELLERS = {"en": english, "ru": russian, "ar": arabic}
WORD_SCALES = {
    "en": [("million", 10**6), ("thousand", 10**3)],
    "ru": [("миллионов", 10**6), ("тысяч", 10**3)],
    "ar": [("مليون", 10**6), ("ألف", 10**3)],
}
CURRENCIES = {"en": "dollars", "ru": "долларов", "ar": "دولار"}


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(LANGUAGES),
    st.integers(2, 999),
    st.integers(0, 999).filter(lambda n: n != 1),
    st.integers(0, 999).filter(lambda n: n != 1),
)
def test_number_words_are_read_back(lang: str, millions: int, thousands: int, ones: int) -> None:
    spell = SPELLERS[lang]
    parts = [f"{spell(n)} {word}" for n, (word, _) in zip((millions, thousands), WORD_SCALES[lang], strict=True) if n]
    parts += [spell(ones)] if ones else []
    text = FRAMES[lang].format(f"{(' و' if lang == 'ar' else ' ').join(parts)} {CURRENCIES[lang]}")
    (figure,) = quantities(text, lang)
    assert (figure.value.low, figure.value.unit) == (millions * 10**6 + thousands * 1000 + ones, "USD")


# --- nothing is invented --------------------------------------------------------------------------------------------

PIECES = {
    "en": [
        "5",
        "13.9",
        "1,234",
        "1.2.3",
        "007",
        "2024",
        "$",
        "%",
        " ",
        " ",
        " ",
        "million",
        "bn",
        "k",
        "wallets",
        ",",
        ".",
        "-",
        "and",
        "to",
        "BTC",
        "(",
        ")",
        "\n",
        "of",
        "12:30",
        "/",
        "x",
    ],
    "ru": [
        "5",
        "13,9",
        "1 234",
        "1.234",
        "0,5",
        "2024",
        "$",
        "%",
        " ",
        " ",
        " ",
        "млн",
        "тыс.",
        "рублей",
        "до",
        "от",
        ",",
        ".",
        "–",
        "и",
        "кошельков",
        "BTC",
        "\n",
        "раз",
        "в",
        "году",
    ],
    "ar": [
        "5",
        "13.9",
        "١٬٢٣٤",
        "٥٫٥",
        "0,5",
        "2024",
        "$",
        "٪",
        " ",
        " ",
        " ",
        "مليون",
        "ألف",
        "دولار",
        "إلى",
        "من",
        "،",
        ".",
        "و",
        "بين",
        "محفظة",
        "\n",
        "عام",
        "ب",
    ],
}
VALUED = {"en": ["million", "bn", "k"], "ru": ["млн", "тыс", "раз", "год"], "ar": ["مليون", "الف", "ألف", "عام"]}


def significant(number: float) -> str:
    return f"{abs(number):.15g}".replace(".", "").split("e")[0].strip("0")


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(LANGUAGES), st.data())
def test_no_value_without_its_digits(lang: str, data: st.DataObject) -> None:
    text = "".join(data.draw(st.lists(st.sampled_from(PIECES[lang]), max_size=14)))
    ends = 0
    for figure in quantities(text, lang):
        assert figure.start >= ends
        ends = figure.end
        assert text[figure.start : figure.end] == figure.text
        assert "\n" not in figure.text
        digits = re.sub(r"[^0-9]", "", figure.text.translate({ord(c): str(i) for i, c in enumerate("٠١٢٣٤٥٦٧٨٩")}))
        spelt = any(word in figure.text for word in VALUED[lang])
        for number in (figure.value.low, figure.value.high):
            assert significant(number) in digits or (spelt and significant(number) in ("1", digits.strip("0")))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(LANGUAGES), st.text(max_size=60))
def test_any_text_is_read_without_fault(lang: str, text: str) -> None:
    for figure in quantities(text, lang):
        assert text[figure.start : figure.end] == figure.text

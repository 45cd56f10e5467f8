"""Properties of the reader of quantities: every format is read back, number words too, and nothing is invented."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto_nlp.mentions.quantities import read
from crypto_nlp.records import Quantity
from crypto_nlp.rules.numbers import NumberRules, load
from crypto_nlp.text import Text

LANGUAGES = ("en", "ru", "ar")


@cache
def rules(lang: str) -> NumberRules:
    return load(files("crypto_nlp") / "data" / "languages" / lang, lang)


def quantities(text: str, lang: str) -> tuple[Quantity, ...]:
    return read(Text.of(text, lang), rules(lang))


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


def significant(number: float, digits: int = 15) -> str:
    return f"{abs(number):.{digits}g}".replace(".", "").split("e")[0].strip("0")


def spells(digits: str, number: float) -> bool:
    """Whether the digits are the number's: all of them, or as many of a longer figure as a float holds for sure."""
    return significant(number) in digits or significant(number, 17)[:14] in digits


def test_more_digits_than_a_float_holds_are_still_its_digits() -> None:
    assert spells("5139007007007007", 513.9007007007007)
    assert not spells("139", 1.38)


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
            assert spells(digits, number) or (spelt and significant(number) in ("1", digits.strip("0")))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(LANGUAGES), st.text(max_size=60))
def test_any_text_is_read_without_fault(lang: str, text: str) -> None:
    for figure in quantities(text, lang):
        assert text[figure.start : figure.end] == figure.text


# --- wrong in silence is the worst: another country's dollar, a year as a share, a part read as a whole --------------

DOLLARS = frozenset("US C CA CAD CAN A AU AUD NZ HK S SG NT R MX".split())


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=2), st.integers(1, 900), st.sampled_from(LANGUAGES))
def test_letters_glued_to_a_dollar_are_never_the_united_states_own(letters: str, number: int, lang: str) -> None:
    found = quantities(f"{letters}${number} 000 000" if lang == "ru" else f"{letters}${number},000,000", lang)
    assert letters in DOLLARS or not [q for q in found if q.value.unit == "USD"]


@given(st.integers(1, 99), st.integers(1990, 2060), st.sampled_from(["{}% to {}", "{}% до {}", "{}% حتى {}"]))
def test_a_year_never_shares_the_unit_before_it(share: int, year: int, form: str) -> None:
    lang = {"to": "en", "до": "ru"}.get(form.split()[1], "ar")
    assert [(q.value.low, q.value.unit) for q in quantities(form.format(share, year), lang)] == [(share, "percent")]


@given(st.integers(1, 999), st.integers(1, 99))
def test_a_sum_and_its_hundredths_are_one(whole: int, part: int) -> None:
    for text, lang, unit in (
        (f"{whole} dollars and {part} cents", "en", "USD"),
        (f"{whole} руб. {part} коп.", "ru", "RUB"),
        (f"{whole} دولارا و{part} سنتا", "ar", "USD"),
    ):
        assert [(q.value.low, q.value.unit) for q in quantities(text, lang)] == [(round(whole + part / 100, 2), unit)]

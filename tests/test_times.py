"""Times: own sentences of each language, dates in every format, offsets on marked text, and no time out of nothing."""

from __future__ import annotations

from datetime import date, timedelta
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crypto_nlp.errors import RulesError
from crypto_nlp.mentions.times import read
from crypto_nlp.records import Time
from crypto_nlp.rules.times import TimeRules, load
from crypto_nlp.text import Text

LANGUAGES = files("crypto_nlp") / "data" / "languages"
RULES: dict[str, TimeRules] = {lang: load(LANGUAGES, lang) for lang in ("ar", "en", "ru")}
PUBLISHED = date(2024, 8, 14)


def times(text: str, lang: str, published: date = PUBLISHED) -> tuple[Time, ...]:
    return read(Text.of(text, lang), RULES[lang], published)


def written(found: tuple[Time, ...]) -> list[str]:
    return [("~" if t.base and t.when else "") + (t.when or ("now" if t.kind == "now" else "?")) for t in found]


def _cases() -> list[tuple[str, date, str, str]]:
    return [
        (lang, block["published"], *line.split(" => "))
        for lang in ("ar", "en", "ru")
        for block in yaml.safe_load((Path(__file__).parent / f"times_{lang}.yaml").read_text(encoding="utf-8"))
        for line in block["lines"].splitlines()
    ]


@pytest.mark.parametrize(("lang", "published", "text", "wanted"), _cases())
def test_sentences(lang: str, published: date, text: str, wanted: str) -> None:
    found = times(text, lang, published)
    assert written(found) == ([] if wanted == "-" else wanted.split("; "))
    assert all(text[t.start : t.end] == t.text for t in found)


MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split(),
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر".split(),
}
LEVANT = "كانون الثاني|شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول|تشرين الأول|تشرين الثاني|كانون الأول".split("|")
FORMATS = {
    "en": ["It closed on {m} {d}, {y}.", "It closed on {d} {m} {y}.", "It closed on {y}-{n:02}-{d:02}, a bad day."],
    "ru": [
        "Закрыли {d} {m} {y} года.",
        "Закрыли {d} {m} {y} г., утром",
        "Закрыли {d:02}.{n:02}.{y}.",
        "С {d} {m} {y}-го",
    ],
    "ar": ["أغلقت في {d} {m} {y}.", "أغلقت {d} {l}/{m} {y}.", "أغلقت في {d} من {m} عام {y}", "أغلقت في {d}/{n}/{y}."],
}
QUARTERS = {"ar": ["الأول", "الثاني", "الثالث", "الرابع"], "ru": ["I", "II", "III", "IV"]}
DAYS = st.dates(date(1995, 1, 1), date(2024, 8, 14))


@given(st.sampled_from([(lang, form) for lang, forms in FORMATS.items() for form in forms]), DAYS)
def test_a_written_day_is_read_back(form: tuple[str, str], day: date) -> None:
    lang, pattern = form
    names = {"m": MONTHS[lang][day.month - 1], "l": LEVANT[day.month - 1]}
    text = pattern.format(d=day.day, n=day.month, y=day.year, **names)
    assert [t.when.removesuffix("/..") for t in times(text, lang)] == [day.isoformat()]


@given(DAYS, st.sampled_from(["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"]))
def test_eastern_digits_are_digits(day: date, digits: str) -> None:
    text = f"أغلقت في {day.day} {MONTHS['ar'][day.month - 1]} {day.year}.".translate(
        str.maketrans("0123456789", digits)
    )
    assert [t.when for t in times(text, "ar")] == [day.isoformat()]


@given(st.integers(1, 12), st.integers(2009, 2024))
def test_months_and_quarters_are_read_back(month: int, year: int) -> None:
    quarter = (month + 2) // 3
    for lang, text in (
        ("en", f"It fell in {MONTHS['en'][month - 1]} {year} and in Q{quarter} {year}."),
        (
            "ar",
            f"هبط في {LEVANT[month - 1]} {year} وفي الربع {QUARTERS['ar'][quarter - 1]} من {year}.",
        ),
        (
            "ru",
            f"Упал с {MONTHS['ru'][month - 1]} {year} года и в {QUARTERS['ru'][quarter - 1]} квартале {year} г.",
        ),
    ):
        wanted = [f"{year}-{month:02}", f"{year}-Q{quarter}"]
        assert [t.when.removesuffix("/..") for t in times(text, lang)] == wanted


@given(st.dates(date(2010, 1, 1), date(2030, 12, 31)), st.integers(1, 7))
def test_a_weekday_is_the_last_such_day(published: date, number: int) -> None:
    name = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()[number - 1]
    (found,) = times(f"It was hacked on {name}.", "en", published)
    day = date.fromisoformat(found.when)
    assert day.isoweekday() == number
    assert timedelta() <= published - day < timedelta(days=7)
    assert found.weekday


@given(st.dates(date(2001, 1, 1), date(2060, 12, 31)))
def test_last_week_runs_from_monday_to_sunday(published: date) -> None:
    (found,) = times("На прошлой неделе курс упал.", "ru", published)
    first, last = map(date.fromisoformat, found.when.split("/"))
    assert (first.isoweekday(), last.isoweekday()) == (1, 7)
    assert last < published <= last + timedelta(days=7)


def test_marks_and_invisible_letters_keep_their_offsets() -> None:
    text = "\u202bأُغلق الصـندوق في ١٧ كَانُون الثَّانِي/ينـاير ٢٠٢٢\u202c."
    (found,) = times(text, "ar")
    assert found.when == "2022-01-17"
    assert text[found.start : found.end] == found.text
    assert found.text.startswith("١٧")
    assert [t.when for t in times("За маи\u0306 2023 года 😀 и в прошлый вторник.", "ru")] == ["2023-05", "2024-08-13"]


def test_a_clitic_is_no_part_of_the_time() -> None:
    (found,) = times("وللربع الثاني من 2023 أرقام.", "ar")
    assert found.text.startswith("لربع")
    assert found.when == "2023-Q2"


@given(st.text(alphabet=st.sampled_from("0123456789/.-, \nQqHМмайгодаin last weekيناير2024منذ«»٢"), max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    for lang in RULES:
        found = times(text, lang)
        assert all(text[t.start : t.end] == t.text for t in found)
        assert all(a.end <= b.start for a, b in pairwise(found))


@given(st.dates(date(2000, 2, 1), date(2090, 1, 1)), st.sampled_from(["en", "ru", "ar"]))
def test_every_own_sentence_resolves_on_every_day(published: date, lang: str) -> None:
    for _, _, text, _ in [case for case in _cases() if case[0] == lang][::9]:
        assert times(text, lang, published) == times(text, lang, published)


def test_a_quarter_goes_to_the_report_before_the_day_of_publishing() -> None:
    for day, wanted in (("2024-02-20", "2023-Q4"), ("2024-05-15", "2023-Q4"), ("2024-11-05", "2024-Q4")):
        assert [t.when for t in times("Fourth-quarter revenue rose.", "en", date.fromisoformat(day))] == [wanted]


def test_the_rules_of_a_missing_language_are_told() -> None:
    with pytest.raises(RulesError, match="cannot be read"):
        load(LANGUAGES, "xx")


def test_an_unknown_unit_is_told(tmp_path: Path) -> None:
    text = (LANGUAGES / "en" / "times.yaml").read_text(encoding="utf-8")
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "times.yaml").write_text(
        text.replace("unit: week, words: [fortnight]", "unit: moon, words: [moon]"), encoding="utf-8"
    )
    with pytest.raises(RulesError, match="'moon' is no unit of time"):
        load(tmp_path, "en")

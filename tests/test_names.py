"""The names reader: lists of sentences beside it, and the properties that hold for any text."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto_nlp.errors import RulesError
from crypto_nlp.mentions.names import may_name, read
from crypto_nlp.mentions.transliteration import english_spelling, nominative, phonetic_keys, slug, spelling_table
from crypto_nlp.records import Name, Sentence
from crypto_nlp.rules import names as register_rules
from crypto_nlp.rules import roles as role_rules
from crypto_nlp.rules.names import NameRegister, clashes
from crypto_nlp.rules.roles import Roles
from crypto_nlp.text import Text

HERE = Path(__file__).parent
LANGUAGES = ("ar", "en", "ru")


@cache
def all_roles() -> dict[str, Roles]:
    return dict(role_rules.load())


@cache
def register() -> NameRegister:
    return register_rules.load(common={lang: of_lang.common for lang, of_lang in all_roles().items()})


def sentences(text: str) -> list[Sentence]:
    """Whole lines: these tests are about names, not about where sentences end."""
    found, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            found.append(Sentence(at, at + len(line)))
        at += len(line) + 1
    return found


def names_of(text: str, lang: str) -> tuple[Name, ...]:
    return read(Text.of(text, lang), sentences(text), register(), all_roles()[lang])


def cases() -> list[tuple[str, dict[str, object]]]:
    return [
        (lang, case)
        for lang in LANGUAGES
        for case in yaml.safe_load((HERE / f"names_{lang}.yaml").read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize(("lang", "case"), cases(), ids=lambda value: str(value)[:60])
def test_sentence(lang: str, case: dict[str, object]) -> None:
    found = names_of(str(case["text"]), lang)
    pairs = [(n.text, n.id) for n in found]
    wanted = [tuple(pair) for pair in case.get("names", ())]
    rest = iter(pairs)
    assert all(pair in rest for pair in wanted), pairs
    if case.get("names") == []:
        assert pairs == []
    assert not {n.id for n in found} & set(case.get("not", ())), pairs
    houses = {n.id: n.house for n in found if n.kind == "person"}
    assert case.get("houses", {}).items() <= houses.items()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_offsets_are_of_the_original(lang: str) -> None:
    for of_lang, case in cases():
        text = f"\u200f🚀 {case['text']}\n{case['text']}"
        for name in names_of(text, lang if lang == of_lang else of_lang):
            assert text[name.start : name.end] == name.text


PIECES = """
Binance bitcoin بيتكوين، وقال ماثيو سيجل إن Матвей сказал Минфин США U.S. the $BTC ( ) « » " ، . said CEO of شركة
«Новабридж» New York's Джеймс Робертс Fund & - 13.9 % 🚀 Strategy Trump الروسي الرئيس التنفيذي
"""
WORDS = st.sampled_from([*PIECES.split(), "\u200f", "\u0301", "\n"])


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=25), st.sampled_from(LANGUAGES))
def test_any_text_gives_names_in_order_without_overlap(words: list[str], lang: str) -> None:
    text = " ".join(words)
    end = 0
    for name in names_of(text, lang):
        assert name.start >= end
        assert name.end > name.start
        assert text[name.start : name.end] == name.text
        assert name.id
        end = name.end


def test_three_scripts_meet_in_one_key() -> None:
    for spellings in (
        ("Matthew Sigel", "Мэтью Сигел", "ماثيو سيجل"),
        ("James Butterfill", "Джеймс Баттерфилл", "جيمس باترفيل"),
        ("Hayden Davis", "Хейден Дэвис", "هايدن ديفيس"),
    ):
        keys = [set(phonetic_keys(s.split())) for s in spellings]
        assert set.intersection(*keys)
    assert not set(phonetic_keys(["Matthew", "Sigel"])) & set(phonetic_keys(["Matthew", "Siebel"]))


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Ивана Чебескова", "иван чебесков"),
        ("Эльвирой Набиуллиной", "эльвира набиуллина"),
        ("Эрику Балчунасу", "эрик балчунас"),
        ("Мэтью Сигела", "мэтью сигел"),
        ("Натальи Поклонской", "наталья поклонская"),
        ("Анатолий Яковенко", "анатолий яковенко"),
    ],
)
def test_nominative(written: str, plain: str) -> None:
    assert " ".join(nominative(written.split())) == plain


def test_first_names_take_their_english_spelling_or_none() -> None:
    table = spelling_table(all_roles()["en"].words.given_names)
    assert [english_spelling(w, table) for w in ("Джеймс", "ماثيو", "Алексей", "Юрий")] == [
        "james",
        "matthew",
        "alexey",
        "yury",
    ]
    assert english_spelling("Заратустра", table) is None
    assert slug(["Caisse", "de", "dépôt"]) == "caisse-de-depot"


def test_a_duplicate_id_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("- id: abc\n  kind: organisation\n  en: [Abc]\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("\n- id: abc\n  kind: organisation\n  en: [Abcd]\n", encoding="utf-8")
    with pytest.raises(RulesError, match=r"b\.yaml:2: the id abc stands twice"):
        register_rules.load(tmp_path)


def test_an_unknown_kind_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("- id: abc\n  kind: planet\n", encoding="utf-8")
    with pytest.raises(RulesError, match=r"a\.yaml:2:"):
        register_rules.load(tmp_path)


def test_two_entries_with_one_form_clash(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "- {id: abc, kind: organisation, en: [Abc Bank]}\n- {id: abd, kind: organisation, en: [ABC-bank]}\n",
        encoding="utf-8",
    )
    assert [c[2:] for c in clashes(register_rules.load(tmp_path))] == [("abc", "abd")]


def test_near_words_decide_and_the_document_remembers(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "- {id: GAS, kind: asset, en: [Gas], exact: [Gas], near: {en: [token, blockchain]}}\n", encoding="utf-8"
    )
    own = register_rules.load(tmp_path)

    def ids(text: str) -> list[str]:
        return [n.id for n in read(Text.of(text, "en"), sentences(text), own, all_roles()["en"])]

    assert ids("they sold their Gas token early") == ["GAS"]
    assert "GAS" not in ids("they sold their Gas early")
    assert ids("the Gas token fell\nthey sold their Gas early").count("GAS") == 2


def test_a_longer_name_wins() -> None:
    found = names_of("Shares of the Bank of Russia Museum and of Grayscale Bitcoin Trust", "en")
    assert not [n for n in found if n.text in ("Bitcoin", "Russia")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_quick_look_misses_no_house_or_coin_that_is_read(lang: str) -> None:
    missed = [
        (case["text"], name.id)
        for of_lang, case in cases()
        if of_lang == lang
        for name in names_of(str(case["text"]), lang)
        if name.known and name.kind in ("organisation", "asset")
        if not may_name(Text.of(str(case["text"]), lang), register(), all_roles()[lang], frozenset((name.id,)))
    ]
    assert missed == []


def test_the_quick_look_spares_texts_that_name_none_of_those_asked_for() -> None:
    text = Text.of("ارتفع المؤشر العام في سوق أبوظبي للأوراق المالية أمس", "ar")
    assert not may_name(text, register(), all_roles()["ar"], frozenset(("binance", "BTC")))
    quoted = Text.of("ارتفعت أسهم «باينانس» أمس", "ar")
    assert may_name(quoted, register(), all_roles()["ar"], frozenset(("binance",)))

"""The reader of cues: what it finds, how far each cue reaches, and what only looks like one."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_nlp import sentences
from crypto_nlp.errors import RulesError
from crypto_nlp.mentions import cues
from crypto_nlp.mentions.quotes import quotes
from crypto_nlp.records import Cue, CueKind, Sentence
from crypto_nlp.rules import cues as cue_rules
from crypto_nlp.rules import sentences as sentence_rules
from crypto_nlp.text import Text

if TYPE_CHECKING:
    from pathlib import Path

LANGUAGES = files("crypto_nlp") / "data" / "languages"


def _cues(text: str, lang: str) -> tuple[Cue, ...]:
    view = Text.of(text, lang)
    spans = sentences.split(view, sentence_rules.load(LANGUAGES, lang))
    return cues.read(view, spans, cue_rules.load(LANGUAGES, lang))


def _of(text: str, lang: str, kind: CueKind) -> list[tuple[str, str]]:
    return [(c.text, c.sense) for c in _cues(text, lang) if c.kind is kind]


@pytest.mark.parametrize(
    ("lang", "text", "clause"),
    [
        ("en", "Profits may double if prices hold, Riot said.", "if prices hold"),
        ("en", "In the event of a split, holders get 2 coins.", "In the event of a split"),
        ("en", "Only if the board agrees will the fund buy.", None),
        ("en", "The miner (if one can call it that) sold 5 BTC.", "if one can call it that"),
        ("ru", "Если курс упадет, то майнеры закроются.", "Если курс упадет"),
        ("ru", "При условии, что закон примут, банки начнут торги.", "При условии, что закон примут"),
        ("ru", "В случае роста до 90 тыс. долл. шорты закроют.", "В случае роста до 90 тыс. долл."),
        ("ru", "Даже если курс упадет, сеть уцелеет.", None),
        ("ru", "При сохранении темпов эмиссии курс удвоится.", "При сохранении темпов эмиссии"),
        ("ru", "Если в мае комиссия составляла 9 долларов, то в июне — 2 доллара.", None),
        ("ru", "Если курс упал бы до 9 долларов, то убыток составил бы 2 доллара.", "Если курс упал бы до 9 долларов"),
        ("ar", "قد ترتفع الأرباح إذا صمد السعر.", "إذا صمد السعر"),
        ("ar", "وإذا هبط السعر فإن الشركات ستغلق.", "إذا هبط السعر"),
        ("ar", "شريطة موافقة المجلس، سيبدأ التداول.", "شريطة موافقة المجلس"),
        ("ar", "لم يتضح ما إذا كان الصندوق سيشتري.", None),
    ],
)
def test_a_condition_reaches_to_the_end_of_its_clause(lang: str, text: str, clause: str | None) -> None:
    found = [c for c in _cues(text, lang) if c.kind is CueKind.CONDITION]
    if clause is None:
        assert all(text[c.scope_start : c.scope_end] != clause for c in found)
        assert len(found) == (1 if text.startswith("Only") else 0)
        return
    assert [text[c.scope_start : c.scope_end].rstrip(".") for c in found] == [clause.rstrip(".")]


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("He said «we sold it» there.", "we sold it"),
        ("He said “we sold it. All of it” there.", "we sold it. All of it"),
        ("Er sagte „we sold it“ there.", "we sold it"),
        ('He said "we sold it" there.', "we sold it"),
        ("He said ‘we sold the miner’s rigs’ there.", "we sold the miner’s rigs"),
        ("Он сказал: «Фонд «Альфа» продал все».", "Фонд «Альфа» продал все"),
        ("قال “بعنا كل شيء” أمس", "بعنا كل شيء"),
        ("قال ‹بعنا كل شيء› أمس", "بعنا كل شيء"),
    ],
)
def test_quotes_of_every_style(text: str, inside: str) -> None:
    found = quotes(Text.of(text, "en"))
    assert [text[c.scope_start : c.scope_end] for c in found] == [inside]


def test_an_apostrophe_and_an_open_quote_are_no_quotes() -> None:
    assert not list(quotes(Text.of("The miners’ rigs, Riot's too, and “an open end", "en")))


@pytest.mark.parametrize(
    ("lang", "text", "kind", "expected"),
    [
        ("en", "The price may rise in May 2025.", CueKind.HEDGE, [("may", "may")]),
        ("en", "Growth of no more than 5% is not bad.", CueKind.NEGATION, [("not", "not")]),
        ("en", "Russia to ban mining", CueKind.PLAN, [("to", "headline")]),
        ("en", "Prices fell to record lows", CueKind.PLAN, []),
        ("en", "The miner will buy 5 rigs.", CueKind.PLAN, [("will", "plans")]),
        ("en", "Revenue will grow.", CueKind.FORECAST, [("will", "future")]),
        ("ru", "Выручка вырастет на треть.", CueKind.FORECAST, [("вырастет", "future")]),
        ("ru", "Напомним, курс упал.", CueKind.FORECAST, []),
        ("ru", "Срок составит не более года.", CueKind.NEGATION, []),
        ("ar", "ستجري القراءة في ستة أيام.", CueKind.FORECAST, [("ستجري", "future")]),
        ("ar", "كان البنك قد باع الأسهم.", CueKind.HEDGE, []),
        ("ar", "قد يبيع البنك الأسهم.", CueKind.HEDGE, [("قد", "may")]),
        ("ar", "لا يتجاوز السعر دولارا.", CueKind.NEGATION, []),
        ("ar", "تساقطت العملات على وقع الأزمة.", CueKind.PLAN, []),
        ("ar", "تعمل الشركة على بناء موقع.", CueKind.PLAN, []),
        ("ar", "يعمل على بناء موقع.", CueKind.PLAN, [("يعمل على", "plans")]),
        ("ar", "أوقفت الشرطة تسعة من أفرادها.", CueKind.PLAN, []),
        ("ar", "تسعى الشركة إلى بناء موقع.", CueKind.PLAN, [("تسعى", "plans")]),
        ("ar", "تمكنت الشركة من البيع، وعرضت أرقامها.", CueKind.HEDGE, []),
        ("ar", "ومن شأن الترقية أن تخفض الرسوم.", CueKind.HEDGE, [("ومن شأن", "may")]),
        ("ar", "تصدرت سيراميك رأس الخيمة، وهي وسيلة دفع.", CueKind.FORECAST, []),
        ("ar", "ضاع المال، وما يعادل مليونا.", CueKind.NEGATION, []),
        ("ar", "يشترط القانون أن يتم التسجيل في حالات كثيرة.", CueKind.CONDITION, []),
        ("ar", "وفي المقابل تراجعت المبيعات.", CueKind.COMPARISON, []),
    ],
)
def test_words_that_only_look_like_a_cue(lang: str, text: str, kind: CueKind, expected: list[tuple[str, str]]) -> None:
    assert _of(text, lang, kind) == expected


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "The latest report on the network came out."),
        ("en", "The firm wrote off its stake."),
        ("ru", "Я напишу отчет завтра."),
        ("ar", "ساد الحذر في السوق."),
        ("ar", "بيع نصف الأسهم عبر المنصة فحسب."),
        ("ar", "أغلق مؤشر وول ستريت مرتفعا بعد تصفية المراكز."),
    ],
)
def test_a_noun_or_first_person_tells_nothing(lang: str, text: str) -> None:
    assert not _of(text, lang, CueKind.ATTRIBUTION)


@pytest.mark.parametrize(
    ("lang", "text", "sense"),
    [
        ("en", "The company sold its rigs.", "company"),
        ("en", "The regulator agreed.", "regulator"),
        ("ru", "Ведомство согласилось.", "ministry"),
        ("ar", "باعت الشركة أجهزتها.", "company"),
        ("ar", "يحظر القانون ذلك.", "bill"),
    ],
)
def test_referring_words(lang: str, text: str, sense: str) -> None:
    assert sense in [s for _, s in _of(text, lang, CueKind.REFERENCE)]


def test_an_arabic_noun_without_its_article_refers_to_nothing() -> None:
    assert not _of("باعت شركة تعدين أجهزتها.", "ar", CueKind.REFERENCE)


def test_offsets_are_exact_with_marks_and_emoji() -> None:
    text = "🚀 قَدْ ترتفعُ الأرباح إذا صَمَدَ السعر 🚀."
    for cue in _cues(text, "ar"):
        assert text[cue.start : cue.end] == cue.text


@given(st.text(alphabet="abc may if said «»“”\"'., \nесли قد", max_size=120))
def test_no_text_breaks_the_reader(text: str) -> None:
    for lang in ("en", "ru", "ar"):
        view = Text.of(text, lang)
        whole = (Sentence(0, len(text)),) if text.strip() else ()
        for cue in cues.read(view, whole, cue_rules.load(LANGUAGES, lang)):
            assert text[cue.start : cue.end] == cue.text
            assert 0 <= cue.scope_start <= cue.scope_end <= len(text)


def test_a_faulty_file_is_told_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "xx"
    folder.mkdir()
    text = (LANGUAGES / "en" / "cues.yaml").read_text(encoding="utf-8")
    (folder / "cues.yaml").write_text(text.replace("hedge:", "hedges:", 1), encoding="utf-8")
    with pytest.raises(RulesError, match=r"cues\.yaml:\d+: hedge"):
        cue_rules.load(tmp_path, "xx")
    (folder / "cues.yaml").write_text(text.replace("[while,", "['..3 while',", 1), encoding="utf-8")
    with pytest.raises(RulesError, match="begin and end with a word"):
        cue_rules.load(tmp_path, "xx")

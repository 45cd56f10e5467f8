"""Sentences: what ends one, what does not, and that nothing of the text is lost."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_nlp.errors import RulesError
from crypto_nlp.rules.sentences import SentenceRules, load
from crypto_nlp.sentences import split
from crypto_nlp.text import Text

LANGUAGES = files("crypto_nlp") / "data" / "languages"
RULES: dict[str, SentenceRules] = {lang: load(LANGUAGES, lang) for lang in ("ar", "en", "ru")}

# Each sentence of the expected answer, divided by a bar where one ends; the bar itself is not in the text.
CASES = {
    "en": [
        "Bitcoin rose 3.5% to $68,000.5 on Monday. | Ether fell.",
        "Shares of Coinbase Global Inc. rose. | The U.S. Securities and Exchange Commission did not comment.",
        "The miner moved to the U.S. | It now has 4 sites.",
        "It cost $5. | Traders paid at 9 a.m. EST on Monday.",
        "J. P. Morgan and Samuel L. Jackson met Mr. Smith at No. 10.",
        "“We are ready. We always were,” said Ms. Lee. | She smiled.",
        "“We are ready.” | The bank declined to comment.",
        "He asked: “Is it over?” | Nobody knew!",
        "Who won? | Miners vs. traders, i.e. the usual.",
        "It fell... and rose again.",
        "1. Bitcoin is old\n|2. Ether is young",
        "It listed on Nov. 6 and Dec. 7. | On Jan. 8 it left.",
        "Crypto.com and Pump.fun grew 2.5x. | iShares followed.",
        "Revenue was $1.2B (up 4%). | “Good,” he said.",
    ],
    "ru": [
        "Банк заработал 13,9 млрд долл. США в 2024 г., т. е. вдвое больше. | Акции выросли.",
        "В 2024 г. Банк России снизил ставку. | В 2025 г. она выросла.",
        "Оборот достиг 5 млрд руб. | В компании это не комментируют.",
        "МОСКВА, 5 марта. /ТАСС/. Биржа открылась. | Торги идут.",
        "Москва. 5 марта. ИНТЕРФАКС - Биржа открылась. | Торги идут.",
        "«Мы готовы. Мы ждали», — сказал А. Б. Иванов. | Он улыбнулся.",
        "Это дорого! | Кто купит? | Никто…",
        "«Кто купит?» — спросил он.",
        "Доля выросла на 1,2 п. п. и составила 5%. | Рост продолжится.",
        "Купили паи, акции и т. д. | Затем продали.",
        "Курс упал до 60 тыс. USDT за монету.",
        "Сайт pump.fun работает. | eToro закрыт.",
        "Закон принят.|Президент подпишет его.",
    ],
    "ar": [
        "ارتفعت بيتكوين 3.5% إلى 68,000 دولار. | وتراجعت الإيثر.",
        "هل انتهى الأمر؟ | لا أحد يعرف!",
        "قال د. أحمد علي إن السوق هادئة. | وأضاف أنها ستبقى كذلك.",
        "لأول مرة.. صندوق يشتري البيتكوين",
        "بلغت الخسائر 5 ملايين دولار .|وارتفعت الأسهم",
        "قال: «نحن جاهزون. كنا ننتظر». | وابتسم.",
        "اشترت شركة Coinbase Global Inc. حصة جديدة. | وباعت أخرى.",
        "وافق المجلسُ على القانونِ. | ولم تُعلَن التفاصيلُ.",
    ],
}


@pytest.mark.parametrize(("lang", "case"), [(lang, case) for lang, cases in CASES.items() for case in cases])
def test_sentences(lang: str, case: str) -> None:
    wanted = [part.strip() for part in case.split("|")]
    text = case.replace("|", "")
    assert [text[s.start : s.end] for s in split(Text.of(text, lang), RULES[lang])] == wanted


def test_a_line_break_always_ends_a_sentence() -> None:
    text = "Bitcoin rises to\n$5\n\n  the end\r\n***\n"
    assert [text[s.start : s.end] for s in split(Text.of(text, "en"), RULES["en"])] == [
        "Bitcoin rises to",
        "$5",
        "the end",
    ]


@given(st.text(alphabet=st.sampled_from('аБ в.!?… \n«»“”"1.,Tx.ي ل؟—/')), st.sampled_from(["ar", "en", "ru"]))
def test_every_letter_lies_in_exactly_one_sentence(text: str, lang: str) -> None:
    sentences = split(Text.of(text, lang), RULES[lang])
    covered = [i for s in sentences for i in range(s.start, s.end)]
    assert covered == sorted(set(covered))
    assert {i for i, c in enumerate(text) if c.isalnum()} <= set(covered)
    assert all(
        text[s.start : s.end].strip() == text[s.start : s.end] and "\n" not in text[s.start : s.end] for s in sentences
    )


def test_a_missing_file_is_told() -> None:
    with pytest.raises(RulesError, match="cannot be read"):
        load(LANGUAGES, "xx")

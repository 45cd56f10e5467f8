"""The gloss: agreement and cases, every shape of time, every mood, and that what it says is read back."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crypto_nlp import pipeline
from crypto_nlp.claims import gloss, gloss_numbers, gloss_russian, gloss_times, identity
from crypto_nlp.claims.gloss_names import shown
from crypto_nlp.errors import RulesError
from crypto_nlp.records import Bound, Claim, Modality, Per, Value
from crypto_nlp.rules import claims as claim_rules
from crypto_nlp.rules import gloss as rules
from crypto_nlp.rules.load import claim_types, load_register

if TYPE_CHECKING:
    from collections.abc import Iterator

GOLD = Path(__file__).parent / "gold"
LANGUAGES = ("ar", "en", "ru")
PUBLISHED = date(2024, 8, 12)


def make(kind: str, measure: str, subject: str, amount: tuple[float, str] | None = None, **slots: Any) -> Claim:
    value = Value(slots.pop("low", amount[0]), amount[0], amount[1]) if amount else None
    place: dict[str, Any] = {"anchor": "", "start": 0, "end": 0, "sentence": "", "sentence_start": 0, "sentence_end": 0}
    bound = slots.pop("bound", Bound.EXACT if value else None)
    return Claim(type=kind, measure=measure, subject=subject, value=value, bound=bound, **place, **slots)


def say(claim: Claim, lang: str) -> str:
    return gloss.add([claim], claim_types(), load_register())[0].gloss[lang]


@pytest.mark.parametrize(
    ("number", "unit", "lang", "written"),
    [
        (13.9e9, "USD", "en", "$13.9 billion"),
        (68000, "USD", "en", "$68,000"),
        (1, "year", "en", "1 year"),
        (4, "year", "en", "4 years"),
        (19.7e6, "BTC", "en", "19.7 million BTC"),
        (1234567, "RUB", "en", "1,234,567 roubles"),
        (0.004, "percent", "en", "0.004%"),
        (1, "USD", "ru", "1 доллар"),
        (2, "USD", "ru", "2 доллара"),
        (5, "USD", "ru", "5 долларов"),
        (11, "USD", "ru", "11 долларов"),
        (21, "USD", "ru", "21 доллар"),
        (1.5, "year", "ru", "1,5 года"),
        (12, "year", "ru", "12 лет"),
        (13.9e9, "USD", "ru", "13,9 млрд долларов"),
        (68000, "RUB", "ru", "68\u00a0000 рублей"),
        (3, "AUD", "ru", "3 австралийских доллара"),
        (1e6, "USD", "ar", "مليون دولار"),
        (2e6, "USD", "ar", "مليوني دولار"),
        (3e6, "USD", "ar", "3 ملايين دولار"),
        (11e6, "USD", "ar", "11 مليون دولار"),
        (13.9e9, "USD", "ar", "13.9 مليار دولار"),
        (5, "USD", "ar", "5 دولارات"),
        (35, "USD", "ar", "35 دولارا"),
        (100, "USD", "ar", "100 دولار"),
        (103, "USD", "ar", "103 دولارات"),
        (68000, "USD", "ar", "68 ألف دولار"),
        (1, "year", "ar", "سنة واحدة"),
        (2, "year", "ar", "سنتين"),
        (4, "year", "ar", "4 سنوات"),
        (11, "year", "ar", "11 سنة"),
        (7.5, "year", "ar", "7.5 سنة"),
        (1, "GW", "ar", "1 غيغاواط"),
    ],
)
def test_a_figure_is_written_as_its_language_does(number: float, unit: str, lang: str, written: str) -> None:
    words = rules.words(lang)
    assert (
        gloss_numbers.amount(number, gloss_numbers.unit_of(Value(number, number, unit), words), words, lang) == written
    )


@pytest.mark.parametrize(
    ("bound", "written"),
    [
        (Bound.ABOUT, "около 21 доллара"),
        (Bound.MIN, "не менее 21 доллара"),
        (Bound.MAX, "до 21 доллара"),
        (Bound.EXACT, "21 доллар"),
    ],
)
def test_a_russian_bound_takes_the_genitive(bound: Bound, written: str) -> None:
    words = rules.words("ru")
    assert gloss_numbers.phrase(Value(21, 21, "USD"), bound, None, words, "ru", unit=words.units["USD"]) == written


def test_ranges_and_rates() -> None:
    claim = make("earnings", "revenue", "bitcoin-miners", (7e6, "USD"), low=5e6, bound=Bound.RANGE, per=Per.YEAR)
    assert say(claim, "en") == "Revenue of bitcoin miners was $5 million to $7 million a year."
    assert say(claim, "ru") == "Выручка майнеров биткоина составила от 5 млн до 7 млн долларов в год."
    assert say(claim, "ar") == "بلغت إيرادات معدني البيتكوين ما بين 5 ملايين و7 ملايين دولار سنويا."


@pytest.mark.parametrize(
    ("when", "en", "ru", "ar"),
    [
        ("2027", "in 2027", "в 2027 году", "في عام 2027"),
        ("2024-04", "in April 2024", "в апреле 2024 года", "في أبريل 2024"),
        ("2024-04-19", "on 19 April 2024", "19 апреля 2024 года", "في 19 أبريل 2024"),
        (
            "2024-Q3",
            "in the third quarter of 2024",
            "в третьем квартале 2024 года",
            "في الربع الثالث من عام 2024",
        ),
        (
            "2024-01/2024-06",
            "in the first half of 2024",
            "в первом полугодии 2024 года",
            "في النصف الأول من عام 2024",
        ),
        ("../2027", "by 2027", "к 2027 году", "بحلول عام 2027"),
        ("../2024-06", "by June 2024", "к июню 2024 года", "بحلول يونيو 2024"),
        ("2024-01-01/..", "since 1 January 2024", "с 1 января 2024 года", "منذ 1 يناير 2024"),
        ("2024/2026", "between 2024 and 2026", "с 2024 года по 2026 год", "بين عام 2024 وعام 2026"),
        ("2024-08-05/2024-08-11", "from 5 to 11 August 2024", "с 5 по 11 августа 2024 года", "من 5 إلى 11 أغسطس 2024"),
        (
            "2024-05-12/2024-08-12",
            "from 12 May to 12 August 2024",
            "с 12 мая по 12 августа 2024 года",
            "من 12 مايو إلى 12 أغسطس 2024",
        ),
        ("2024-01/2024-04", "from January to April 2024", "с января по апрель 2024 года", "من يناير إلى أبريل 2024"),
        (
            "2023-11/2024-01",
            "between November 2023 and January 2024",
            "с ноября 2023 года по январь 2024 года",
            "بين نوفمبر 2023 ويناير 2024",
        ),
    ],
)
def test_every_shape_of_time(when: str, en: str, ru: str, ar: str) -> None:
    said = [gloss_times.phrase(when, rules.words(lang), ahead=False) for lang in ("en", "ru", "ar")]
    assert said == [en, ru, ar]


def test_what_starts_in_the_future_starts_from_and_not_since() -> None:
    assert gloss_times.phrase("2028/..", rules.words("en"), ahead=True) == "from 2028"


def test_unreadable_edtf_stands_as_it_is() -> None:
    assert gloss_times.phrase("2024-13", rules.words("en"), ahead=False) == "(2024-13)"


MOODS = {
    (Modality.FACT, False): {
        "en": "The Wisconsin Investment Board sold 5 BTC.",
        "ru": "продал 5 BTC.",
        "ar": "باع 5 BTC.",
    },
    (Modality.FACT, True): {"en": "did not sell 5 BTC.", "ru": "не продал 5 BTC.", "ar": "لم يبع 5 BTC."},
    (Modality.FORECAST, False): {"en": "will sell 5 BTC.", "ru": "продаст 5 BTC.", "ar": "سيبيع 5 BTC."},
    (Modality.PLAN, False): {"en": "plans to sell 5 BTC.", "ru": "планирует продать 5 BTC.", "ar": "يعتزم بيع 5 BTC."},
    (Modality.PLAN, True): {
        "en": "has no plans to sell 5 BTC.",
        "ru": "не планирует продать 5 BTC.",
        "ar": "لا يعتزم بيع 5 BTC.",
    },
    (Modality.POSSIBLE, False): {"en": "may sell 5 BTC.", "ru": "может продать 5 BTC.", "ar": "قد يبيع 5 BTC."},
}


@pytest.mark.parametrize("mood", MOODS, ids=lambda m: f"{m[0]}-{m[1]}")
def test_every_mood_is_said(mood: tuple[Modality, bool]) -> None:
    details = {"actor_kind": "pension_fund", "action": "sells", "asset": "BTC"}
    fund = "wisconsin-investment-board"
    claim = make("adoption", "sells", fund, (5, "BTC"), modality=mood[0], negated=mood[1], details=details)
    for lang, ending in MOODS[mood].items():
        assert say(claim, lang).endswith(ending.removeprefix("The Wisconsin Investment Board "))


def test_a_verb_agrees_with_its_noun() -> None:
    cost = make("earnings", "cost", "coinbase", (5e6, "USD"))
    assert say(cost, "en") == "The costs of Coinbase were $5 million."
    assert say(cost, "ru") == "Расходы Coinbase составили 5 млн долларов."
    funds = make(
        "adoption", "holds", "pension-funds", (5, "BTC"), details={"asset": "BTC", "actor_kind": "pension_fund"}
    )
    assert say(funds, "en") == "Pension funds hold 5 BTC."
    assert say(funds, "ru") == "Пенсионные фонды держат 5 BTC."
    assert say(funds, "ar") == "صناديق التقاعد تمتلك 5 BTC."


def test_growth_is_told_as_growth() -> None:
    claim = make("earnings", "revenue", "coinbase", (78, "percent"), details={"change": "up"})
    assert say(claim, "en") == "Revenue of Coinbase rose by 78%."
    assert say(claim, "ru") == "Выручка Coinbase выросла на 78%."
    assert say(claim, "ar") == "ارتفعت إيرادات كوين بيس بنسبة 78%."


def test_condition_and_about_are_quoted_and_not_translated() -> None:
    claim = make(
        "earnings",
        "revenue",
        "bitcoin-miners",
        (13.9e9, "USD"),
        condition="если к 2027 году\nпереведут 20% мощностей",
        modality=Modality.FORECAST,
        per=Per.YEAR,
        details={"about": "публичные майнеры"},
    )
    quoted = "“если к 2027 году переведут 20% мощностей”"
    expected = f"Revenue of bitcoin miners will be $13.9 billion a year (“публичные майнеры”), if: {quoted}."
    assert say(claim, "en") == expected
    assert "«если к 2027 году переведут 20% мощностей»" in say(claim, "ar")


@pytest.mark.parametrize(
    ("name", "case", "written"),
    [
        ("Сэм Бэнкман-Фрид", "gent", "Сэма Бэнкмана-Фрида"),
        ("Чанпэн Чжао", "ablt", "Чанпэном Чжао"),
        ("Владимир Путин", "datv", "Владимиру Путину"),
    ],
)
def test_russian_persons_in_their_cases(name: str, case: str, written: str) -> None:
    assert gloss_russian.phrase(name, case, person=True) == written


@pytest.mark.parametrize(
    ("name", "case", "written"),
    [
        ("майнеры биткоина", "gent", "майнеров биткоина"),
        ("стейблкоины", "gent", "стейблкоинов"),
        ("Европейский союз", "accs", "Европейский союз"),
        ("мировое соглашение", "accs", "мировое соглашение"),
        ("Государственная дума", "accs", "Государственную думу"),
        ("США", "loct", "США"),
        ("цифровой рубль", "gent", "цифрового рубля"),
    ],
)
def test_russian_phrases_in_their_cases(name: str, case: str, written: str) -> None:
    assert gloss_russian.phrase(name, case) == written


def test_russian_prepositions_before_clusters() -> None:
    said = gloss_russian.euphony("Рост в втором квартале, в Франции и в январе; о акциях")
    assert said == "Рост во втором квартале, во Франции и в январе; об акциях"


def test_names_unknown_to_the_register_are_made_readable() -> None:
    register = load_register()
    assert shown(register, "en", "some-unheard-of-labs").text == "Some Unheard of Labs"
    assert shown(register, "ru", "ZZZQ").text == "ZZZQ"


def test_a_type_without_templates_gets_a_plain_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "staking_yield"
    folder.mkdir()
    (folder / "frame.yaml").write_text("measures: {value: [percent]}\n", encoding="utf-8")
    for lang in LANGUAGES:
        (folder / f"{lang}.yaml").write_text("triggers: []\n", encoding="utf-8")
    types = claim_rules.load([tmp_path])
    claim = make("staking_yield", "value", "ETH", (3.5, "percent"), when="2024")
    said = gloss.add([claim], types, load_register())[0].gloss
    assert said["en"] == "Staking yield of ether: 3.5% in 2024."
    assert all("3" in said[lang] and said[lang].endswith(".") for lang in LANGUAGES)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('value: "{subject} {nonsense}"', "no slot 'nonsense'"),
        ('other: "{subject}"', "'other' is no measure"),
        ('value sometimes: "{subject}"', "'sometimes' is no condition"),
        ('value: "{subject"', "the brackets"),
        ('value: "{@part} {value}"', "no slot 'part'"),
    ],
)
def test_a_wrong_template_is_told_with_file_and_line(tmp_path: Path, line: str, fault: str) -> None:
    folder = tmp_path / "staking_yield"
    folder.mkdir()
    (folder / "frame.yaml").write_text("measures: {value: [percent]}\n", encoding="utf-8")
    (folder / "en.yaml").write_text(f"triggers: []\ngloss:\n  {line}\n", encoding="utf-8")
    with pytest.raises(RulesError, match=r"en\.yaml:3: gloss: .*") as told:
        claim_rules.load([tmp_path])
    assert fault in str(told.value)


_UNITS = {"money": "USD", "asset": "BTC", "time": "year", "power": "MW", "energy": "TWh", "hashrate": "EH/s"}


def _every_claim() -> Iterator[Claim]:
    """Each type and measure with each class of unit it takes, up and down, in each mood, denied and not."""
    for kind in claim_types().values():
        if not kind.frame.claim or kind.name == "statement":
            continue
        required = {"jurisdiction": "RU"} if "jurisdiction" in kind.frame.required else {}
        details = {**required, **kind.frame.defaults}
        for measure, classes in kind.frame.measures.items():
            amounts = [(5.0, _UNITS.get(c, c)) for c in classes] + ([None] if measure in kind.frame.valueless else [])
            for amount in amounts:
                for mood in Modality:
                    for negated in (False, True):
                        yield make(
                            kind.name, measure, "coinbase", amount, modality=mood, negated=negated, details=details
                        )


def test_everything_that_a_frame_allows_can_be_said() -> None:
    everything = list(_every_claim())
    assert len(everything) > 1000
    for claim in gloss.add(everything, claim_types(), load_register()):
        for lang, said in claim.gloss.items():
            where = (lang, claim.type, claim.measure, claim.value, claim.modality, said)
            assert said.endswith("."), where
            assert not set("{}[]|/") & set(said.replace("EH/s", "")), where
            assert "  " not in said, where
            assert "None" not in said, where


READ_BACK = [
    make("earnings", "revenue", "bitcoin-miners", (13.9e9, "USD"), per=Per.YEAR, modality=Modality.FORECAST),
    make("earnings", "loss", "coinbase", (97e6, "USD"), when="2023"),
    make("trader_outcome", "loss", "memecoin-traders", (60, "percent")),
    make("price", "price", "BTC", (68000, "USD"), when="2024-08-12"),
    make("price_change", "up", "ETH", (5, "percent"), when="2024-07"),
    make("network", "reward", "BTC", (3.125, "BTC")),
    make("market_size", "market_cap", "stablecoins", (160e9, "USD"), when="2024-06"),
    make("supply", "mined", "BTC", (19.7e6, "BTC")),
    make("flow", "outflow", "bitcoin-etfs", (563e6, "USD"), when="2024-05-01"),
    make(
        "adoption",
        "holds",
        "pension-funds",
        (99e6, "USD"),
        details={"action": "holds", "actor_kind": "pension_fund", "asset": "BTC"},
    ),
    make(
        "regulation",
        "legalise",
        "russia",
        when="2024-07-30",
        details={
            "jurisdiction": "RU",
            "body": "state-duma",
            "action": "legalise",
            "object": "mining",
            "stage": "passed",
        },
    ),
]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("claim", READ_BACK, ids=lambda c: f"{c.type}-{c.measure}")
def test_the_gloss_is_read_back(claim: Claim, lang: str) -> None:
    own = identity.identify([claim], claim_types(), PUBLISHED, "")[0]
    said = say(own, lang)
    assert own.claim_id in [c.claim_id for c in pipeline.extract(said, lang, PUBLISHED)], said


# Figures of today, a little below; raised when the rules read more.
FLOORS = {"ar": 0.80, "en": 0.86, "ru": 0.84}


def _gold() -> Iterator[tuple[date, Claim]]:
    for path in sorted(GOLD.glob("dev-*.jsonl")):  # whose names are known: an unknown id has no words to be read back
        for line in path.read_text(encoding="utf-8").splitlines():
            document = json.loads(line)
            for c in document["claims"]:
                if c["type"] == "statement":
                    continue
                value = c.get("value")
                slots = {
                    "bound": Bound(c["bound"]) if c.get("bound") else None,
                    "per": Per(c["per"]) if c.get("per") else None,
                    "modality": Modality(c["modality"]),
                    "negated": c.get("negated", False),
                    "details": c.get("details") or {},
                    **{k: c.get(k) for k in ("when", "condition")},
                }
                claim = make(c["type"], c["measure"], c["subject"], None, **slots)
                if value:
                    claim = make(
                        c["type"], c["measure"], c["subject"], (value["high"], value["unit"]), low=value["low"], **slots
                    )
                yield date.fromisoformat(document["published"]), claim


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_glosses_of_the_gold_are_read_back(lang: str) -> None:
    read: dict[tuple[str, date], set[str]] = {}
    hits = []
    for published, claim in _gold():
        own = identity.identify([claim], claim_types(), published, "")[0]
        key = say(own, lang), published
        if key not in read:
            read[key] = {c.claim_id for c in pipeline.extract(key[0], lang, published)}
        hits.append(own.claim_id in read[key])
    assert sum(hits) / len(hits) >= FLOORS[lang]

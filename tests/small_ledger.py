"""A small ledger that tests of digests and of the command line read: made up here, without extraction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crypto_nlp.records import Article, Bound, Claim, Modality, Value
from crypto_nlp.store import open_store


@dataclass(frozen=True)
class Said:
    """One claim for `build`: where ``anchor`` stands in the text is looked up."""

    claim_id: str
    anchor: str
    slots: dict[str, Any] = field(default_factory=dict)


MINERS = Value(13.9e9, 13.9e9, "USD")
MORE = Value(38e9, 38e9, "USD")


def _profit(anchor: str, claim_id: str, value: Value, source: str | None) -> Said:
    gloss = {
        "en": f"Bitcoin miners will make a profit of {value.low / 1e9:g} billion dollars in 2027.",
        "ar": "سيحقق معدنو البيتكوين أرباحا في 2027.",
        "ru": "Майнеры биткоина получат прибыль в 2027 году.",
    }
    slots = {
        "type": "earnings",
        "measure": "profit",
        "subject": "bitcoin-miners",
        "value": value,
        "when": "2027",
        "source": source,
        "modality": Modality.FORECAST,
        "gloss": gloss,
    }
    return Said(claim_id, anchor, slots)


def _pension(anchor: str) -> Said:
    gloss = {
        "en": "Pension funds buy crypto.",
        "ar": "تشتري صناديق التقاعد العملات الرقمية.",
        "ru": "Пенсионные фонды покупают криптовалюту.",
    }
    details = {"actor_kind": "pension_fund", "action": "buys", "asset": "crypto"}
    slots = {"type": "adoption", "measure": "buys", "subject": "pension-funds", "details": details, "gloss": gloss}
    return Said("claim-pension", anchor, slots)


def _mining(anchor: str) -> Said:
    gloss = {"en": "Russia legalises mining.", "ar": "روسيا تجيز التعدين.", "ru": "Россия разрешает майнинг."}
    details = {"jurisdiction": "RU", "action": "legalise", "object": "mining", "stage": "signed"}
    slots = {"type": "regulation", "measure": "legalise", "subject": "russia", "details": details, "gloss": gloss}
    return Said("claim-mining", anchor, slots)


ARTICLES: tuple[tuple[str, str, str, str, tuple[Said, ...]], ...] = (
    (
        "https://news.example/en/1",
        "en",
        "2024-08-20",
        "Miners & <b>machines</b>\nMiners will earn $13.9 billion in 2027, VanEck said. Pension funds buy crypto.",
        (_profit("$13.9 billion", "claim-139", MINERS, "vaneck"), _pension("buy crypto")),
    ),
    (
        "https://news.example/ru/1",
        "ru",
        "2024-08-21",
        "Прибыль майнеров\nПрибыль майнеров в 2027 году составит 38 млрд долларов. В России узаконили майнинг.",
        (_profit("38 млрд долларов", "claim-38", MORE, None), _mining("узаконили майнинг")),
    ),
    (
        "https://news.example/ar/1",
        "ar",
        "2024-08-22",
        "صناديق التقاعد\nبدأت صناديق التقاعد شراء العملات الرقمية. وستبلغ أرباح المعدنين 13.9 مليار دولار في 2027.",
        (_pension("شراء العملات الرقمية"), _profit("13.9 مليار دولار", "claim-139", MINERS, "matthew-sigel")),
    ),
    (
        "https://news.example/en/2",
        "en",
        "2024-07-01",
        "=HYPERLINK(1)\n=SUM(A1) Price of \u202ebitcoin\u202c was $60,000.",
        (
            Said(
                "claim-price",
                "$60,000",
                {
                    "type": "price",
                    "measure": "price",
                    "subject": "BTC",
                    "value": Value(60000, 60000, "USD"),
                    "when": "2024-06",
                    "gloss": {"en": "=Bitcoin cost 60,000 dollars.", "ar": "", "ru": ""},
                },
            ),
        ),
    ),
)


def _sentence(text: str, anchor: str) -> tuple[int, int]:
    at = text.index(anchor)
    start = max(text.rfind("\n", 0, at), text.rfind(". ", 0, at) + 1) + 1
    found = text.find(". ", at)
    return start, found + 1 if found >= 0 else len(text)


def claim_of(text: str, said: Said) -> Claim:
    """The claim with its offsets in ``text``."""
    start = text.index(said.anchor)
    left, right = _sentence(text, said.anchor)
    return Claim(
        anchor=said.anchor,
        start=start,
        end=start + len(said.anchor),
        sentence=text[left:right],
        sentence_start=left,
        sentence_end=right,
        bound=Bound.EXACT if said.slots.get("value") else None,
        confidence=0.9,
        rules=("test",),
        claim_id=said.claim_id,
        **said.slots,
    )


def build(path: Path) -> Path:
    """Write the ledger to ``path``."""
    with open_store(path) as store:
        for url, lang, day, text, said in ARTICLES:
            moment = datetime.fromisoformat(f"{day}T09:00:00+00:00").astimezone(UTC)
            article = Article(
                url=url,
                canonical_url=url,
                title=text.partition("\n")[0],
                text=text,
                lang=lang,
                published=moment,
                local_date=moment.date(),
                fetched=moment,
                content_hash=url,
                feed="Example News",
            )
            store.save_article(article, [claim_of(text, one) for one in said], run_id=None, rules_hash="r1")
    return path

"""Figures and dates read side by side: this project, quantulum3, Recognizers-Text, Duckling and natasha.

    python bench/peers.py --peers /path/to/peers/bin/python [--rounds 20]

Every reader gets the same sentences (``tests/quantities_*.yaml`` and ``tests/times_*.yaml``) in a process of its own,
on one core.
The peers live in a virtual environment of their own, since their needs quarrel with ours:

    pip install quantulum3 recognizers-text-suite emoji==1.7.0 natasha 'setuptools<81' pyduckling-native-phihos

Value+unit: a figure is right where low, high and unit agree (half a per cent of tolerance); bounds and rates are not
asked of
the peers. Dates: a day, month, quarter, year or interval is right where first and last day agree. Bare four-digit
years that a
peer calls a number are not held against it, nor the order; so the comparison favours the peers where it can. Our own
sentences
were written along with our rules: the figures that count are those on sentences that nobody here has seen.
"""

from __future__ import annotations

import argparse
import calendar
import contextlib
import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    Figures = list[tuple[float, float, str]]
    Reader = Callable[[str, str, str], tuple[Figures, list[str]]]

ROOT = Path(__file__).resolve().parent.parent
LISTS = Path(os.environ.get("CRYPTO_NLP_LISTS", ROOT / "tests"))  # other lists of sentences in the same two forms
LANGUAGES = ("en", "ar", "ru")
READERS = {
    "crypto-nlp": LANGUAGES,
    "quantulum3": ("en",),
    "recognizers-text": ("en",),
    "duckling": LANGUAGES,
    "natasha": ("ru",),
}
CURRENCIES = {
    "dollar": "USD",
    "united states dollar": "USD",
    "$": "USD",
    "euro": "EUR",
    "€": "EUR",
    "eur": "EUR",
    "pound": "GBP",
    "£": "GBP",
    "british pound": "GBP",
    "pound sterling": "GBP",
    "indian rupee": "INR",
    "₹": "INR",
    "inr": "INR",
    "rs": "INR",
    "russian ruble": "RUB",
    "rub": "RUB",
    "₽": "RUB",
    "japanese yen": "JPY",
    "¥": "JPY",
    "chinese yuan": "CNY",
    "yuan": "CNY",
    "cny": "CNY",
    "hong kong dollar": "HKD",
    "hk$": "HKD",
    "canadian dollar": "CAD",
    "c$": "CAD",
    "australian dollar": "AUD",
    "a$": "AUD",
    "aed": "AED",
    "united arab emirates dirham": "AED",
    "south korean won": "KRW",
    "krw": "KRW",
    "turkish lira": "TRY",
    "swedish krona": "SEK",
    "egp": "EGP",
    "egyptian pound": "EGP",
    "sar": "SAR",
    "saudi riyal": "SAR",
    "usd": "USD",
    "gbp": "GBP",
    "jpy": "JPY",
    "bitcoin": "BTC",
}
UNITS = {
    "percentage": "percent",
    "percent": "percent",
    "dimensionless": "count",
    "year": "year",
    "month": "month",
    "week": "week",
    "day": "day",
    "hour": "hour",
    "megawatt": "MW",
    "gigawatt": "GW",
    "terawatt hour": "TWh",
    "kilowatt hour": "kWh",
    "kilowatt-hour": "kWh",
    "basis point": "basis_point",
    "cent": "cent",
}


# --- the readers, each imported only in its own process


def crypto_nlp() -> Reader:
    """This project."""
    sys.path.insert(0, str(ROOT))
    from importlib.resources import files

    from crypto_nlp.mentions import quantities, times
    from crypto_nlp.rules import numbers
    from crypto_nlp.rules import times as time_rules
    from crypto_nlp.text import Text

    folder = files("crypto_nlp") / "data" / "languages"
    figures_of = {lang: numbers.load(folder / lang, lang) for lang in LANGUAGES}
    times_of = {lang: time_rules.load(folder, lang) for lang in LANGUAGES}

    def read(text: str, lang: str, published: str) -> tuple[Figures, list[str]]:
        view = Text.of(text, lang)
        found = quantities.read(view, figures_of[lang])
        when = times.read(view, times_of[lang], date.fromisoformat(published))
        return [(q.value.low, q.value.high, q.value.unit) for q in found], [t.when for t in when if t.when]

    return read


def quantulum() -> Reader:
    """quantulum3: figures only."""
    from quantulum3 import parser

    def read(text: str, _lang: str, _published: str) -> tuple[Figures, list[str]]:
        found: Figures = []
        for q in parser.parse(text):
            name = q.unit.name.lower()
            unit = CURRENCIES.get(name) or UNITS.get(name, name)
            spread = q.uncertainty or 0
            found.append((q.value - spread, q.value + spread, unit))
        return found, []

    return read


def recognizers() -> Reader:
    """Recognizers-Text: money, dimensions, percentages, numbers and dates of English."""
    from recognizers_date_time import recognize_datetime
    from recognizers_number import recognize_number, recognize_percentage
    from recognizers_number_with_unit import recognize_currency, recognize_dimension

    def read(text: str, _lang: str, published: str) -> tuple[Figures, list[str]]:
        found: Figures = []
        taken: list[tuple[int, int]] = []
        for recognise in (recognize_currency, recognize_dimension, recognize_percentage, recognize_number):
            for hit in recognise(text, "en-us"):
                if any(hit.start <= end and start <= hit.end for start, end in taken) or not hit.resolution:
                    continue
                try:
                    value = float(str(hit.resolution["value"]).rstrip("%"))
                except (ValueError, KeyError, TypeError):
                    continue
                taken.append((hit.start, hit.end))
                unit = (hit.resolution.get("unit") or "").lower()
                if recognise is recognize_percentage:
                    unit = "percent"
                found.append((value, value, CURRENCIES.get(unit) or UNITS.get(unit, unit or "count")))
        when: list[str] = []
        for hit in recognize_datetime(text, "en-us", reference=datetime.fromisoformat(published)):
            values = (hit.resolution or {}).get("values") or []
            if values and "duration" in values[-1].get("type", ""):
                add_span(found, values[-1]["timex"])
            elif values:
                when.append(resolved(values))
        return found, [w for w in when if w]

    return read


def add_span(found: Figures, timex: str) -> None:
    """``P12Y`` as a figure in years, in place of its bare number."""
    unit = {"Y": "year", "M": "month", "W": "week", "D": "day", "H": "hour"}.get(timex[-1:], "")
    digits = timex.strip("PTYMWDH")
    if unit and digits.replace(".", "").isdecimal():
        number = float(digits)
        bare = (number, number, "count")
        if bare in found:
            found.remove(bare)
        found.append((number, number, unit))


def resolved(values: list[dict[str, Any]]) -> str:
    """The last past reading of Recognizers-Text as a day or interval."""
    value = values[0]
    if value.get("start") and value.get("end"):
        last = date.fromisoformat(value["end"][:10]) - timedelta(days=1)
        return f"{value['start'][:10]}/{last}"
    return str(value.get("value") or value.get("start") or "")[:10] if "date" in value.get("type", "") else ""


def duckling_reader() -> Reader:
    """Duckling through its native Python binding."""
    import duckling as d

    zones = d.load_time_zones("/usr/share/zoneinfo")
    locales = {
        lang: d.parse_locale(lang.upper(), d.default_locale_lang(d.parse_lang(lang.upper()))) for lang in LANGUAGES
    }
    dimensions = d.parse_dimensions(["amount-of-money", "number", "quantity", "duration", "time"])

    def read(text: str, lang: str, published: str) -> tuple[Figures, list[str]]:
        moment = int(datetime.fromisoformat(published).replace(tzinfo=UTC).timestamp()) + 43200
        context = d.Context(d.parse_ref_time(zones, "UTC", moment), locales[lang])
        found: Figures = []
        when: list[str] = []
        for hit in d.parse(text, context, dimensions, False):  # noqa: FBT003 - the peer's own signature
            value = hit["value"]
            if hit["dim"] == "time":
                when.append(duckling_time(value))
                continue
            low = value.get("value", value.get("from", {}).get("value", value.get("to", {}).get("value")))
            high = value.get("value", value.get("to", {}).get("value", low))
            unit = value.get("unit") or value.get("from", value.get("to", {})).get("unit") or ""
            after = text[hit["end"] :].lstrip().lower()
            if hit["dim"] == "number":
                signs = ("%", "٪", "per", "процент", "في الم", "بالم")
                unit = "percent" if after.startswith(signs) else "count"
            found.append((low, high, CURRENCIES.get(str(unit).lower()) or UNITS.get(unit, unit)))
        return found, [w for w in when if w]

    return read


def duckling_time(value: dict[str, Any]) -> str:
    """A Duckling time as EDTF by its grain; the end of its intervals is the first moment after them."""
    if value.get("type") == "interval":
        start = value.get("from", {}).get("value", "")[:10] or ".."
        end = value.get("to", {}).get("value", "")[:10]
        return f"{start}/{date.fromisoformat(end) - timedelta(days=1) if end else '..'}"
    grain, day = value.get("grain", "day"), value.get("value", "")[:10]
    if grain == "week":
        return f"{day}/{date.fromisoformat(day) + timedelta(days=6)}"
    if grain == "quarter":
        return f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}"
    return {"year": day[:4], "month": day[:7]}.get(grain, day)


def natasha_reader() -> Reader:
    """The money and dates of natasha."""
    from natasha import DatesExtractor, MoneyExtractor, MorphVocab

    vocabulary = MorphVocab()
    money, dates = MoneyExtractor(vocabulary), DatesExtractor(vocabulary)

    def read(text: str, _lang: str, published: str) -> tuple[Figures, list[str]]:
        found: Figures = [(m.fact.amount, m.fact.amount, m.fact.currency or "count") for m in money(text)]
        when = []
        for hit in dates(text):
            fact = hit.fact
            year = fact.year or int(published[:4])
            parts = [f"{year:04}", *([f"{fact.month:02}"] if fact.month else [])]
            when.append("-".join(parts + ([f"{fact.day:02}"] if fact.day and fact.month else [])))
        return found, when

    return read


WORKERS: dict[str, Callable[[], Reader]] = {
    "crypto-nlp": crypto_nlp,
    "quantulum3": quantulum,
    "recognizers-text": recognizers,
    "duckling": duckling_reader,
    "natasha": natasha_reader,
}


def work(name: str, lang: str, rounds: int) -> None:
    """Read the rows on standard input; one line an answer, then sentences per second and peak memory.

    Answers are flushed one by one, so that of a reader that dies the others are kept.
    """
    rows = [json.loads(line) for line in sys.stdin]
    read = WORKERS[name]()
    for row in rows:  # warms every cache, as in a long run
        began = time.perf_counter()
        answer = read(row["text"], lang, row["published"])
        print(json.dumps({"answer": answer, "seconds": time.perf_counter() - began, "memory": memory()}), flush=True)
    began = time.perf_counter()
    for _ in range(rounds):
        for row in rows:
            read(row["text"], lang, row["published"])
    if rounds:
        print(json.dumps({"rate": len(rows) * rounds / (time.perf_counter() - began)}), flush=True)


def memory() -> float:
    """The most memory that this process has held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# --- the sentences and the score


def figures_gold(lang: str) -> list[dict[str, Any]]:
    """The sentences with their figures as (low, high, unit)."""
    import yaml

    rows = yaml.safe_load((LISTS / f"quantities_{lang}.yaml").read_text(encoding="utf-8"))
    gold = []
    for text, *reads in rows:
        values = []
        for notation in reads:
            value, unit = notation.split()[:2]
            ends = [float(end) for end in value.split("..")]
            values.append((ends[0], ends[-1], unit))
        gold.append({"text": text, "published": "2024-08-14", "gold": values})
    return gold


def times_gold(lang: str) -> list[dict[str, Any]]:
    """The sentences with their times in EDTF."""
    import yaml

    gold = []
    for block in yaml.safe_load((LISTS / f"times_{lang}.yaml").read_text(encoding="utf-8")):
        for line in block["lines"].splitlines():
            text, _, wanted = line.partition(" => ")
            when = [w.lstrip("~") for w in wanted.split("; ")] if wanted != "-" else []
            gold.append(
                {"text": text, "published": str(block["published"]), "gold": [w for w in when if w not in ("now", "?")]}
            )
    return gold


def days(when: str) -> tuple[date | None, date | None] | None:
    """The first and last day of an EDTF expression; None where it is none."""
    start, slash, end = when.partition("/")
    try:
        return (
            (edge(start, last=False), edge(end, last=True))
            if slash
            else (edge(start, last=False), edge(start, last=True))
        )
    except (ValueError, IndexError):
        return None


def edge(text: str, *, last: bool) -> date | None:
    """The first or last day of one end of an expression; None for an open end."""
    if text in ("..", ""):
        return None
    year, _, rest = text.partition("-")
    if rest.startswith("Q"):
        rest = f"{int(rest[1:]) * 3 - (0 if last else 2):02}"
    month, _, day = rest.partition("-")
    number = int(month) if month else (12 if last else 1)
    return date(int(year), number, int(day) if day else (calendar.monthrange(int(year), number)[1] if last else 1))


def same_figure(a: tuple[float, float, str], b: tuple[float, float, str]) -> bool:
    """Whether low, high and unit agree; a sign is not asked for."""

    def near(x: float, y: float) -> bool:
        return abs(abs(x) - abs(y)) <= 0.005 * max(abs(x), abs(y))

    return a[2] == b[2] and near(a[0], b[0]) and near(a[1], b[1])


def score(gold: list[list[Any]], read: list[list[Any]], same: Callable[[Any, Any], bool]) -> float:
    """F1 over all sentences; what is read is matched to gold once."""
    tally: Counter[str] = Counter()
    for wanted, found in zip(gold, read, strict=True):
        left = list(wanted)
        for one in found:
            hit = next((w for w in left if same(w, one)), None)
            tally["found"] += hit is not None
            if hit is not None:
                left.remove(hit)
        tally["gold"] += len(wanted)
        tally["read"] += len(found)
    return 200 * tally["found"] / max(1, tally["gold"] + tally["read"])


def is_year(figure: tuple[float, float, str]) -> bool:
    """Whether a bare number may be a year."""
    return figure[2] == "count" and 1900 <= figure[0] <= 2100


class Read(NamedTuple):
    """What a reader answers, how fast, in how much memory; ``died`` sentences killed it, ``late`` were not reached."""

    answers: list[Any]
    rate: float
    memory: float
    died: int
    late: int


def run(python: str, name: str, lang: str, rows: list[dict[str, Any]], rounds: int, limit: float) -> Read:
    """Ask a reader in a process of its own; where it dies of a sentence, again without it, ``limit`` seconds in all."""
    ends = time.monotonic() + limit
    told: list[dict[str, Any] | None] = [None] * len(rows)
    left, died = list(range(len(rows))), set[int]()
    command = [python, "-W", "ignore", __file__, "--worker", name, "--lang", lang]
    while left and time.monotonic() < ends:
        found, _ = asked([*command, "--rounds", "0"], [rows[i] for i in left], ends)
        for i, answer in zip(left, found, strict=False):
            told[i] = answer
        left = left[len(found) :]
        if left and time.monotonic() < ends:
            print(f"{name} dies of: {rows[left[0]]['text']}", file=sys.stderr)
            died.add(left.pop(0))
    read = [answer for answer in told if answer is not None]
    rate = len(read) / sum(answer["seconds"] for answer in read) if read else 0.0
    if rounds:  # what is fast is timed again, with its caches warm
        sound = [row for row, answer in zip(rows, told, strict=True) if answer is not None]
        rate = asked([*command, "--rounds", str(rounds)], sound, time.monotonic() + limit)[1] or rate
    most = max((answer["memory"] for answer in read), default=0.0)
    answers = [answer["answer"] if answer is not None else [[], []] for answer in told]
    return Read(answers, rate, most, len(died), len(rows) - len(read) - len(died))


def asked(command: list[str], rows: list[dict[str, Any]], ends: float) -> tuple[list[dict[str, Any]], float]:
    """What one process tells, answer by answer until it died or its time was up, and its sentences per second."""
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    seconds = max(1.0, ends - time.monotonic())
    try:
        out = subprocess.run(
            command, input=lines, capture_output=True, text=True, errors="replace", check=False, timeout=seconds
        ).stdout
    except subprocess.TimeoutExpired as slow:
        out = (slow.stdout or b"").decode("utf-8", "replace")
    found, rate = [], 0.0
    for line in out.splitlines():
        with contextlib.suppress(ValueError):
            said = json.loads(line)
            if isinstance(said, dict) and "answer" in said:
                found.append(said)
            elif isinstance(said, dict):
                rate = said["rate"]
    return found, rate


def compare(peers: str, rounds: int, limit: float) -> None:
    """Print one line for each reader and language."""
    head = ("value+unit F1", "dates F1", "sentences/s", "memory MB", "died", "late")
    print(f"{'reader':18}{'lang':6}" + "".join(f"{title:>{len(title) + 2}}" for title in head), flush=True)
    for name, languages in READERS.items():
        python = sys.executable if name == "crypto-nlp" else peers
        for lang in languages:
            figures, times = figures_gold(lang), times_gold(lang)
            often = rounds if name in ("crypto-nlp", "duckling") else 0
            found = run(python, name, lang, figures + times, often, limit)
            value_f1, date_f1 = scores(name, figures, times, found.answers)
            cells = (value_f1, date_f1, found.rate, found.memory, found.died, found.late)
            texts = (f"{c:.1f}" if i < 2 else f"{c:.0f}" for i, c in enumerate(cells))
            row = "".join(f"{text:>{len(title) + 2}}" for text, title in zip(texts, head, strict=True))
            print(f"{name:18}{lang:6}{row}", flush=True)


def scores(
    name: str, figures: list[dict[str, Any]], times: list[dict[str, Any]], answers: list[Any]
) -> tuple[float, float]:
    """F1 of value+unit and of dates."""
    values = [[tuple(f) for f in a[0]] for a in answers[: len(figures)]]
    dates = [[d for w in a[1] if (d := days(w))] for a in answers[len(figures) :]]
    if name != "crypto-nlp":
        values = [[f for f in row if not is_year(f)] for row in values]
    value_f1 = score([row["gold"] for row in figures], values, same_figure)
    return value_f1, score([[days(w) for w in row["gold"]] for row in times], dates, lambda a, b: a == b)


def main() -> None:
    """Compare, or read for a comparison in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--peers", default=sys.executable, help="the Python in whose environment the peers are installed"
    )
    parser.add_argument("--rounds", type=int, default=10, help="how often the fast readers read all sentences")
    parser.add_argument("--limit", type=float, default=240, help="seconds for a reader and language; the rest is late")
    parser.add_argument("--worker", choices=sorted(WORKERS), help=argparse.SUPPRESS)
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        work(arguments.worker, arguments.lang, arguments.rounds)
    else:
        compare(arguments.peers, arguments.rounds, arguments.limit)


if __name__ == "__main__":
    main()

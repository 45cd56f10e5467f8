"""What a run did and how the feeds do, in the text format that Prometheus' node exporter reads from files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from crypto_nlp.display import one_line
from crypto_nlp.ingest.report import IngestReport
from crypto_nlp.store import FeedState

PREFIX = "crypto_nlp"
Samples = Iterable[tuple[Mapping[str, str], float]]


def exposition(report: IngestReport, feeds: Iterable[FeedState], *, now: datetime, database_bytes: int) -> str:
    """The metrics after a run that ended at ``now``; every one is a gauge, times are seconds since 1970.

    Feeds are told by name, never by address: an address may hold a password or key.
    """
    states = sorted(feeds, key=lambda state: state.name)
    record = report.as_record()
    told: list[tuple[str, str, Samples]] = [
        ("run_timestamp_seconds", "When the last ingest ended.", [({}, now.timestamp())]),
        ("run_duration_seconds", "How long it took.", [({}, report.seconds)]),
        ("run_requests", "Requests that it sent.", [({}, report.requests)]),
        ("run_interrupted", "1 where it was interrupted.", [({}, report.interrupted)]),
        ("run_feeds", "Its feeds by outcome.", _counts("outcome", record["feeds"])),
        ("run_articles", "Its articles by outcome.", _counts("outcome", record["articles"])),
        ("run_claims", "Claims that it read.", _counts("kind", record["claims"])),
        ("database_bytes", "Size of the database with its log.", [({}, database_bytes)]),
        (
            "feed_success_timestamp_seconds",
            "When the feed last answered.",
            [({"feed": state.name}, state.last_success.timestamp()) for state in states if state.last_success],
        ),
        (
            "feed_failures",
            "Failures of the feed since it last answered.",
            [({"feed": state.name}, state.failures) for state in states],
        ),
        ("feed_gone", "1 where the feed said that it is gone.", [({"feed": s.name}, s.gone) for s in states]),
    ]
    return "".join(line + "\n" for name, said, samples in told for line in _metric(name, said, samples))


def _counts(label: str, counts: Mapping[str, int]) -> Samples:
    return [({label: name}, number) for name, number in counts.items()]


def _metric(name: str, said: str, samples: Samples) -> Iterator[str]:
    full = f"{PREFIX}_{name}"
    yield f"# HELP {full} {said}"
    yield f"# TYPE {full} gauge"
    seen: set[str] = set()
    for labels, value in samples:
        inner = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        sample = f"{full}{{{inner}}}" if inner else full
        # Two feeds of one name (a list that was edited) would make the whole file invalid.
        if sample not in seen:
            seen.add(sample)
            yield f"{sample} {float(value):.15g}"


def _escaped(text: str) -> str:
    return one_line(text).replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")

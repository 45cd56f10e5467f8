"""Work done ahead in other processes, answers taken in order: one writer, and no process idle while it writes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from itertools import chain, islice
from typing import Any, TypeVar

from crypto_nlp.ingest.workers import Workers

# Other processes take seconds to be ready; fewer waiting texts than these are sooner read here.
WORTH_STARTING = 60
# How many jobs each process may have waiting for it; each holds a page's text.
AHEAD = 4

Item = TypeVar("Item")
Result = TypeVar("Result")


def done_here(work: Callable[..., Result], job: tuple[Any, ...]) -> Future[Result]:
    """The answer of ``work`` to ``job``, or what it raised, as other processes give it."""
    found: Future[Result] = Future()
    try:
        found.set_result(work(*job))
    except Exception as error:  # noqa: BLE001 - raised where the answer is taken
        found.set_exception(error)
    return found


def in_order(
    items: Iterable[Item],
    job_of: Callable[[Item], tuple[Any, ...]],
    work: Callable[..., Result],
    *,
    jobs: int = 1,
) -> Iterator[tuple[Item, Future[Result]]]:
    """Each of ``items`` with the answer of ``work`` to its job, in their order; a few are held at a time.

    With more than one of ``jobs``, that many processes work, this one among them; ``work`` must be picklable then.
    """
    rest = iter(items)
    first = list(islice(rest, WORTH_STARTING if jobs > 1 else 0))
    if len(first) < WORTH_STARTING or jobs < 2:
        for item in chain(first, rest):
            yield item, done_here(work, job_of(item))
        return
    pool: Workers[Result] = Workers(work, jobs - 1)
    finished = False
    try:
        yield from _ahead(chain(first, rest), job_of, work, pool)
        finished = True
    finally:
        pool.close(at_once=not finished)


def _ahead(
    items: Iterator[Item], job_of: Callable[[Item], tuple[Any, ...]], work: Callable[..., Result], pool: Workers[Result]
) -> Iterator[tuple[Item, Future[Result]]]:
    waiting: deque[tuple[Item, Future[Result]]] = deque()
    while True:
        for item in islice(items, pool.count * AHEAD + 1 - len(waiting)):
            waiting.append((item, pool.submit(*job_of(item))))
        if not waiting:
            return
        while not waiting[0][1].done() and _help(waiting, job_of, work):
            pass
        yield waiting.popleft()


def _help(
    waiting: deque[tuple[Item, Future[Result]]], job_of: Callable[[Item], tuple[Any, ...]], work: Callable[..., Result]
) -> bool:
    """Do the oldest job here that no process has begun; False where there is none."""
    for place, (item, future) in enumerate(waiting):
        if future.cancel():
            waiting[place] = (item, done_here(work, job_of(item)))
            return True
    return False

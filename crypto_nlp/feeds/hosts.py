"""Whose turn it is.

One request at a time to a host, with a gap between two, and as many hosts at once as there are threads.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from crypto_nlp.feeds.addresses import origin_of

GAP_SECONDS = 2.0
MAX_CRAWL_DELAY = 60.0
Job = TypeVar("Job")


def host_key(url: str, platforms: tuple[str, ...] = ()) -> str:
    """The name under which a host takes turns: its platform's domain, else host (without ``www.``) and any odd port."""
    origin = origin_of(url)
    host = origin.host.removeprefix("www.")
    for platform in platforms:
        if host == platform or host.endswith("." + platform):
            return platform
    return host if origin.port in {80, 443} else f"{host}:{origin.port}"


class HostsClosedError(Exception):
    """The run is being stopped: no request is made any more."""


class Slot:
    """One running job's hold on a host.

    It holds at most one host at a time, so that jobs cannot wait for each other for ever.
    """

    def __init__(self, hosts: _Hosts, key: str) -> None:
        self._hosts = hosts
        self._held: str | None = key

    @contextmanager
    def turn(self, url: str) -> Iterator[None]:
        """Wait until the host of ``url`` is free and rested, hold it for one request, and start its rest after it."""
        key = self._hosts.key(url)
        if self._held != key:
            self.release()
            self._hosts.acquire(key)
            self._held = key
        self._hosts.rest(key)
        try:
            yield
        finally:
            self._hosts.tired(key)

    def release(self) -> None:
        """Let the host go; the job is done."""
        held, self._held = self._held, None
        if held is not None:
            self._hosts.free(held)


class _Hosts:
    """Which hosts are busy and until when each rests. The clock is monotonic seconds."""

    def __init__(self, gap: float, platforms: tuple[str, ...], clock: Callable[[], float]) -> None:
        self.change = threading.Condition()
        self.busy: set[str] = set()
        self._gap = gap
        self._gaps: dict[str, float] = {}
        self._ready: dict[str, float] = {}
        self._platforms = platforms
        self._clock = clock
        self.closed = False

    def key(self, url: str) -> str:
        return host_key(url, self._platforms)

    def wait_for(self, key: str) -> float:
        """Seconds until ``key`` has rested; at most 0 where it has."""
        return self._ready.get(key, 0.0) - self._clock()

    def slow(self, key: str, seconds: float) -> None:
        with self.change:
            self._gaps[key] = min(seconds, MAX_CRAWL_DELAY) if self._gap else 0.0

    def acquire(self, key: str) -> None:
        with self.change:
            while key in self.busy and not self.closed:
                self.change.wait()
            self._go_on()
            self.busy.add(key)

    def rest(self, key: str) -> None:
        with self.change:
            while (left := self.wait_for(key)) > 0 and not self.closed:
                self.change.wait(left)
            self._go_on()

    def _go_on(self) -> None:
        if self.closed:
            raise HostsClosedError

    def tired(self, key: str) -> None:
        with self.change:
            self._ready[key] = self._clock() + max(self._gap, self._gaps.get(key, 0.0))

    def free(self, key: str) -> None:
        with self.change:
            self.busy.discard(key)
            self.change.notify_all()


class HostQueue(Generic[Job]):
    """Jobs by host: `take` gives a job whose host is free and rested, with the slot in which it makes its requests."""

    def __init__(
        self, *, gap: float = GAP_SECONDS, platforms: tuple[str, ...] = (), clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._hosts = _Hosts(gap, platforms, clock)
        self._jobs: dict[str, deque[Job]] = {}

    def key(self, url: str) -> str:
        """The host key of ``url`` with this queue's platforms."""
        return self._hosts.key(url)

    def put(self, url: str, job: Job) -> None:
        """Queue ``job`` for the host of ``url``, behind what waits for that host already."""
        with self._hosts.change:
            if not self._hosts.closed:
                self._jobs.setdefault(self.key(url), deque()).append(job)
                self._hosts.change.notify()

    def take(self) -> tuple[Job, Slot] | None:
        """Wait for a job whose host may be asked now; None once the queue is closed."""
        hosts = self._hosts
        with hosts.change:
            while not hosts.closed:
                wait: float | None = None
                for key, jobs in self._jobs.items():
                    if not jobs or key in hosts.busy:
                        continue
                    left = hosts.wait_for(key)
                    if left <= 0:
                        job = jobs.popleft()
                        # The host goes to the end of the line, so that all hosts rotate.
                        rest = self._jobs.pop(key)
                        if rest:
                            self._jobs[key] = rest
                        hosts.busy.add(key)
                        return job, Slot(hosts, key)
                    wait = left if wait is None else min(wait, left)
                hosts.change.wait(wait)
        return None

    def close(self) -> None:
        """Let every thread that waits in `take` go; jobs that were not taken are dropped."""
        with self._hosts.change:
            self._hosts.closed = True
            self._jobs.clear()
            self._hosts.change.notify_all()

    def slow(self, url: str, seconds: float) -> None:
        """Keep a longer gap for this host (its robots.txt asks for one), at most a minute."""
        self._hosts.slow(self.key(url), seconds)

"""Work in processes of its own: the same function on the same jobs (texts to extract from), on more than one core.

Each process is started when there is work for it, imports the package anew (``spawn``: no thread or lock of ours is
copied), and loads the rules once. A process ends when its work does, and when this program dies, however it dies:
the pipe that it listens to breaks.
"""

from __future__ import annotations

import multiprocessing
import pickle
import queue
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from multiprocessing.reduction import ForkingPickler
from types import MappingProxyType
from typing import Any, Generic, TypeVar

CLOSE_SECONDS = 5.0
Result = TypeVar("Result")
Job = tuple[Any, ...]


class WorkerDied(Exception):  # noqa: N818 - says what happened
    """Two processes that had a job ended without an answer: out of memory, or killed."""


class Workers(Generic[Result]):
    """Processes that do ``work``. `submit` gives futures; those that no process has begun can be cancelled."""

    def __init__(self, work: Callable[..., Result], count: int) -> None:
        self.count = count
        self._function = work
        self._jobs: queue.SimpleQueue[tuple[Future[Result], Job] | None] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._processes: list[SpawnProcess] = []
        self._threads: list[threading.Thread] = []

    def submit(self, *job: Any) -> Future[Result]:
        """Have the function called with ``job``; the future's result is its answer, or what it raised."""
        if not self._threads:
            self._threads = [threading.Thread(target=self._drive, daemon=True) for _ in range(self.count)]
            for thread in self._threads:
                thread.start()
        future: Future[Result] = Future()
        self._jobs.put((future, job))
        return future

    def close(self, *, at_once: bool = False) -> None:
        """End the processes: after the job in hand, or ``at_once``. Jobs that none has begun are dropped."""
        while True:
            try:
                waiting = self._jobs.get_nowait()
            except queue.Empty:
                break
            if waiting is not None:
                waiting[0].cancel()
        for _ in self._threads:
            self._jobs.put(None)
        if not at_once:
            for thread in self._threads:
                thread.join(CLOSE_SECONDS)
        with self._starting:
            for process in self._processes:
                if process.is_alive():
                    process.kill()
                process.join()

    def _drive(self) -> None:
        """Hand jobs to one process, one at a time, and its answers to those who wait."""
        if hasattr(signal, "pthread_sigmask"):
            # Inherited by the process that is started here: Ctrl-C is for this program to answer.
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        connection: Connection | None = None
        while (waiting := self._jobs.get()) is not None:
            future, job = waiting
            if not future.set_running_or_notify_cancel():
                continue
            try:
                connection, (answer, fault) = self._ask(connection, job)
            except BaseException as error:  # noqa: BLE001 - carried to the thread that waits
                connection = None
                future.set_exception(error)
            else:
                future.set_result(answer) if fault is None else future.set_exception(fault)
        if connection is not None:
            connection.close()

    def _ask(self, connection: Connection | None, job: Job) -> tuple[Connection, tuple[Any, Exception | None]]:
        """The answer to a job, and the process that gave it; one that dies is replaced once."""
        for _ in range(2):
            connection = connection or self._start()
            try:
                connection.send(job)
                return connection, connection.recv()
            except (EOFError, OSError):
                connection = None
        raise WorkerDied

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._function), name="worker", daemon=True)
        with self._starting:
            process.start()
            self._processes.append(process)
        # Closed here, so that the pipe breaks on this side when the process dies.
        theirs.close()
        return ours


def _reduced(mapping: MappingProxyType[Any, Any]) -> tuple[Any, ...]:
    return _read_only, (dict(mapping),)


def _read_only(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(mapping)


# Claims hold read-only mappings, which only need to be told how they travel. For pipes between processes alone.
ForkingPickler.register(MappingProxyType, _reduced)


def _serve(connection: Connection, work: Callable[..., Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            job: Job = connection.recv()
        except (EOFError, OSError):
            return
        try:
            answer: tuple[Any, Exception | None] = (work(*job), None)
        except Exception as error:  # noqa: BLE001 - sent to the one who asked
            answer = (None, _sendable(error))
        try:
            connection.send(answer)
        except OSError:
            return
        except Exception as error:  # noqa: BLE001 - an answer that cannot travel; nothing of it was sent
            connection.send((None, _sendable(error)))


def _sendable(error: Exception) -> Exception:
    """``error`` where it survives the way to the other process, else its words."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    except Exception:  # noqa: BLE001 - whatever stands in the way, the words get through
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error

"""One supervised process: batches go in over a pipe, outcomes come back, and the parent knows when it hangs or dies.

Own, and not a process pool of a library: the child reads its pipe in a thread, so that the parent never waits for it and a
child cannot outlive its parent; its clock starts when the program is loaded; and no manager threads run beside the parent
while it stores. Processor time was about the same as with pebble's pool (31 to 34 s against 34 s for one whole scan, under load).
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import queue
import signal
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

PROGRAM = "triage.workers"  # what a child loads; by name, because this module is loaded before it
GRACE = 2.0  # seconds a process has to end by itself
START = 120.0  # seconds a process has to load the program
READY = "ready"

_connection: Connection | None = None  # of a child to its parent, for parts of an answer


class Part(NamedTuple):
    """A piece of the answer to a batch, sent ahead so that neither side has to hold all of it."""

    came: Any


def send_part(came: object) -> bool:
    """Send a piece of the present batch's answer to the parent; False where this process is no child."""
    if _connection is None:
        return False
    _connection.send(Part(came))
    return True


_early: list[tuple[Connection, BaseProcess]] = []


def start_early(count: int) -> None:
    """Let so many children load the program already, while the parent still loads its own part of it.

    Each is told later what to do. Those that are never told end with their parent.
    """
    _early.extend(_started() for _ in range(count))


def _started() -> tuple[Connection, BaseProcess]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    return ours, process


class Supervised:
    """A child process that works through batches in order. `batches` are those it has and has not answered."""

    def __init__(self, prepare: Callable[[Any], None], told: object, work: Callable[[Any], Any]) -> None:
        self.connection, self.process = _early.pop() if _early else _started()
        with contextlib.suppress(OSError):  # it died: the parent sees that when it next looks
            self.connection.send((prepare, told, work))
        self.batches: deque[tuple[Any, float]] = deque()
        self.started = False
        self._since = time.monotonic()

    def give(self, batch: object, seconds: float) -> None:
        """Hand over a batch that may take so many seconds, counted from when its turn comes."""
        if not self.batches and self.started:
            self._since = time.monotonic()
        self.batches.append((batch, seconds))
        with contextlib.suppress(OSError):  # it died: the parent sees that when it next looks
            self.connection.send(batch)

    def answer(self) -> tuple[Any, Any] | None:
        """The oldest batch and what came of it; None: it has only just started. Raises EOFError, OSError where it died."""
        came = self.connection.recv()
        self._since = time.monotonic()
        if not self.started:
            self.started = True
            return None
        if isinstance(came, Part):  # it gets on: the clock begins anew
            return self.batches[0][0], came
        batch, _ = self.batches.popleft()
        return batch, came

    def deadline(self) -> float | None:
        """The moment (monotonic) at which the present batch is overdue; None while there is none."""
        if not self.started:
            return self._since + START
        return self._since + self.batches[0][1] if self.batches else None

    def end(self) -> int | None:
        """Stop it, by force where it does not listen. Returns its exit code: negative is the number of a signal."""
        died = self.process.exitcode
        self.connection.close()
        self.process.kill() if self.batches else self.process.join(GRACE)
        if self.process.is_alive():
            self.process.kill()
        self.process.join()
        code = self.process.exitcode if died is None else died
        self.process.close()
        return code


def _serve(connection: Connection) -> None:
    """The child: answer every batch with outcomes, or with the exception that stops the run."""
    global _connection  # noqa: PLW0603  # a child has one parent
    _connection = connection
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    importlib.import_module(PROGRAM)
    try:
        prepare, told, work = connection.recv()
    except (EOFError, OSError):
        return  # never needed
    prepare(told)
    _answer(connection, READY)
    batches: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(connection, batches), daemon=True).start()
    while True:
        batch = batches.get()
        try:
            came = work(batch)
        except Exception as error:  # noqa: BLE001  # crosses the pipe and is raised again in the parent
            came = error
        _answer(connection, came)


def _answer(connection: Connection, came: object) -> None:
    try:
        connection.send(came)
    except OSError:
        os._exit(0)  # the parent stopped meanwhile: there is nobody to tell, and nothing to complain of


def _receive(connection: Connection, batches: queue.SimpleQueue[Any]) -> None:
    with contextlib.suppress(EOFError, OSError):
        while True:
            batches.put(connection.recv())
    os._exit(0)  # the parent is gone or wants no more: nothing here is worth keeping

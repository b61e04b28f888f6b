"""The one way off the main thread, and back.

Work is a function; its outcome comes back on the main thread through one signal. An error that Sigap raises on purpose
goes to `failure`; anything else is our mistake and is raised again on the main thread, where the program's hook shows it.
The threads are the standard library's: a future keeps whatever its function raised, so nothing is lost on the way.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from triage.errors import SigapError

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Operation(Generic[Result]):
    """`work` runs in another thread; `success` or `failure` runs afterwards on the main thread."""

    work: Callable[[], Result]
    success: Callable[[Result], object]
    failure: Callable[[SigapError], object]


class Background(QObject):
    """A few threads that run operations in the order given."""

    _arrived = Signal(object, object)

    def __init__(self, threads: int, name: str) -> None:
        super().__init__()
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._closed = False
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def start(self, operation: Operation[Any]) -> None:
        """Run the operation when a thread is free."""
        if not self._closed:
            future = self._threads.submit(operation.work)
            future.add_done_callback(lambda done: self._arrived.emit(operation, done))

    def close(self, *, finish: bool = False) -> None:
        """Wait for what runs, drop what has not begun unless that is to be finished; nothing is delivered any more."""
        self._closed = True
        self._threads.shutdown(wait=True, cancel_futures=not finish)

    def _deliver(self, operation: Operation[Any], done: Future[Any]) -> None:
        if self._closed or done.cancelled():
            return
        error = done.exception()
        if error is None:
            operation.success(done.result())
        elif isinstance(error, SigapError):
            operation.failure(error)
        else:
            raise error

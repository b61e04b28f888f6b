"""Unpacked content on its way to a seekable stream: in memory while it is small, then in a temporary file, within limits."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, BinaryIO, cast

from triage.errors import LimitReached, Unreadable
from triage.evidence.streams import Copy, Memory

if TYPE_CHECKING:
    from pathlib import Path

    from triage.evidence.limits import Limits
    from triage.evidence.streams import ReadOnly

FREE_BYTES = 64 << 20  # what anything may unpack to; past it the ratio counts


class Spool:
    """Takes pieces in order. Whoever made it ends it by `stream` or `discard`."""

    def __init__(self, limits: Limits, scratch: Path) -> None:
        self._limits, self._scratch = limits, scratch
        self._file: BinaryIO = Memory()
        self._on_disk = False
        self.length = 0

    def write(self, piece: bytes, taken: int) -> None:
        """`taken` is how many packed bytes all pieces so far came from. Raises LimitReached (ratio, size), Unreadable."""
        self.length += len(piece)
        guard(self.length, taken, self._limits)
        try:
            if not self._on_disk and self.length > self._limits.memory_copy_bytes:
                self._to_disk()
            self._file.write(piece)
        except OSError as error:
            raise Unreadable(f"cannot be unpacked to scratch: {error.strerror}") from error

    def stream(self) -> ReadOnly:
        """What was written, from its first byte on; the spool is used up."""
        return Copy(self._file, self.length)

    def discard(self) -> None:
        """Give everything back."""
        self._file.close()

    def _to_disk(self) -> None:
        self._scratch.mkdir(parents=True, exist_ok=True)
        held = cast("Memory", self._file).getvalue()
        self._file = cast("BinaryIO", tempfile.TemporaryFile(dir=self._scratch))  # noqa: SIM115 - closed by its stream
        self._file.write(held)
        self._on_disk = True


def guard(length: int, taken: int, limits: Limits) -> None:
    """Raises LimitReached where `length` unpacked bytes out of `taken` packed ones are too many."""
    if length > FREE_BYTES and length > taken * limits.inflation_ratio:
        raise LimitReached(f"unpacks to more than {limits.inflation_ratio} times its packed size")
    if length > limits.scratch_copy_bytes:
        raise LimitReached(f"unpacks to more than the {limits.scratch_copy_bytes} bytes allowed")

"""Signing a PDF (PAdES baseline B, ETSI EN 319 142) in a process of its own: the library that does it imports network modules.

That process refuses every socket, gets the document and the key through a pipe, and ends.
"""

from __future__ import annotations

import contextlib
import multiprocessing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from triage.errors import CaseError
from triage.report.signing.process import run

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from triage.certificate import PaperKey

SECONDS = 180.0
Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be signed. `stamp` is a PDF of one page that the visible signature looks like, put into `box` (points, last page)."""

    document: bytes = field(repr=False)
    key: PaperKey
    reason: str
    stamp: bytes | None = field(default=None, repr=False)
    box: Box | None = None


def signed(request: Request) -> bytes:
    """The signed document. Raises CaseError."""
    context = multiprocessing.get_context("spawn")
    answers, answering = context.Pipe(duplex=False)
    asking, asks = context.Pipe(
        duplex=False
    )  # not the arguments: a process that dies before it reads them would be waited for
    process = context.Process(target=run, args=(asking, answering), daemon=True)
    process.start()
    asking.close()
    answering.close()
    try:
        with contextlib.suppress(OSError):  # it died: there will be no answer
            asks.send(request)
        return _answer(answers)
    finally:
        answers.close()
        asks.close()
        process.terminate()
        process.join()


def _answer(pipe: Connection) -> bytes:
    try:
        answer = pipe.recv_bytes() if pipe.poll(SECONDS) else b""
    except (EOFError, OSError):
        answer = b""
    if not answer.startswith(b"+"):
        reason = answer[1:].decode("utf-8", "replace") or "the signing process gave no answer"
        raise CaseError(f"the PDF cannot be signed: {reason}")
    return answer[1:]

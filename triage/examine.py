"""Entry in, `Examined` out; the only place where an error becomes a `Problem`.

A folder, volume or medium is listed; a file is read once, matched with the lists, handed to the extractors that want it,
and listed as well where it is a container. Each piece of work runs inside the one `Guarded`.
"""

from __future__ import annotations

import time
import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from triage.closed import closed_content
from triage.content import read_once
from triage.errors import EvidenceError
from triage.evidence.streams import taken
from triage.extractors import wanted_after_all, wanted_by
from triage.filetype import is_container, is_database
from triage.model import (
    Brightness,
    Child,
    Digests,
    Entry,
    Examined,
    FileType,
    Frame,
    Hit,
    Kind,
    Listed,
    Opened,
    Outcome,
    Preview,
    Problem,
    Ran,
    Record,
    Status,
)
from triage.ranking import rank
from triage.stored import as_rows, child, child_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from triage.content import Item
    from triage.evidence.base import Evidence
    from triage.extractors.base import Extractor
    from triage.hashing.lists import Lists
    from triage.model import Taken
    from triage.settings import Settings

    Send = Callable[[Examined], bool]

PART = 1000  # records of one entry that are sent ahead together: so many are still in the processor's cache when they become rows


@dataclass(slots=True)
class Means:
    """What a worker examines with: opened once, used for every entry."""

    evidence: Evidence
    lists: Lists
    settings: Settings
    scratch: Path
    send: Send | None = None
    counted: int = 0  # bytes of the source that are told already

    def taken(self) -> int:
        """Bytes read from the source since this was last asked."""
        before, self.counted = self.counted, taken()
        return self.counted - before

    secrets: tuple[str, ...] = field(default=(), repr=False)


@dataclass(slots=True)
class _Findings:
    """What one entry has brought so far."""

    status: Status = Status.EXAMINED
    digests: Digests | None = None
    type: FileType | None = None
    children: list[Child] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ran: list[Ran] = field(default_factory=list)
    parts: int = 0
    opened: Opened | None = None

    def add(self, value: Record | Hit | Problem | Entry) -> None:
        match value:
            case Record():
                self.records.append(value)
            case Problem():
                self.problems.append(value)
            case Entry():
                self.children.append(child(value, rank(value)))
            case Hit():
                self.hits.append(value)


def examine(entry: Entry, means: Means, send: Send | None = None) -> Examined:
    """All that this entry brings. Raises nothing.

    `send` takes parts of an outcome that is very large, and says whether it did; without it everything is in the outcome.
    """
    found = _Findings()
    means.send = send
    if entry.kind is Kind.FILE:
        _examine_file(entry, means, found)
    elif entry.kind is not Kind.OTHER or not entry.locator.text():
        _list(entry, means, found)
    assert entry.id is not None
    return Examined(
        entry_id=entry.id,
        status=found.status,
        digests=found.digests,
        type=found.type,
        children=tuple(found.children),
        records=tuple(found.records),
        hits=tuple(found.hits),
        problems=tuple(found.problems),
        ran=tuple(found.ran),
        opened=means.evidence.opened(entry.locator) if entry.kind is Kind.VOLUME else found.opened,
        bytes_read=found.digests.length if found.digests else 0,
        bytes_taken=means.taken(),
    )


def failed(taken: Taken, problem: Problem) -> Examined:
    """The outcome of an entry that could not be examined at all."""
    return Examined(entry_id=taken.id, status=Status.FAILED, problems=(problem,))


class Guarded:
    """Run a piece of work in a `with`; whatever goes wrong in it becomes one `Problem` of that stage."""

    __slots__ = ("_problems", "_stage")

    def __init__(self, stage: str, problems: list[Problem]) -> None:
        self._stage, self._problems = stage, problems

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> bool:
        """Swallow every error, but not what stops the program."""
        if not isinstance(error, Exception):
            return False
        self._problems.append(_problem(self._stage, error))
        return True


def _problem(stage: str, error: Exception) -> Problem:
    if isinstance(error, EvidenceError):
        return Problem(kind=error.kind, stage=stage, message=str(error))
    if isinstance(error, MemoryError):
        return Problem(kind="memory", stage=stage, message="more memory was needed than the settings allow")
    message = f"an error in Sigap itself: {type(error).__name__}: {error}"
    trace = "".join(traceback.format_exception(error, limit=12))
    return Problem(kind="bug", stage=stage, message=message, detail=trace)


def _list(entry: Entry, means: Means, found: _Findings) -> None:
    found.status = Status.FAILED
    with Guarded("list", found.problems):
        for inside in means.evidence.listed(entry):
            if isinstance(inside, Listed):
                found.children.append(child_of(inside, rank(inside)))
            else:
                found.add(inside)
        found.status = Status.EXAMINED


def _examine_file(entry: Entry, means: Means, found: _Findings) -> None:
    item = _read(entry, means, found)
    if item is None:
        found.status = Status.FAILED
        return
    found.digests, found.type = item.digests, item.type
    with Guarded("match", found.problems):
        found.hits.extend(means.lists.match(item.digests))
    if _only_known(found.hits):
        return  # a known file stays in the listing and is not opened further: that is the use of such lists
    if means.settings.extract:
        _extract_all(item, means, found)
    if is_container(item.mime):
        _list_container(entry, means, found)


def _extract_all(item: Item, means: Means, found: _Findings) -> None:
    with Guarded("type", found.problems):
        found.problems.extend(closed_content(item))
    with Guarded("type", found.problems):
        for extractor in wanted_by(item):
            _extract(extractor, item, means, found)
        for extractor in wanted_after_all(item) if _not_recognised(item, found) else ():
            _extract(extractor, item, means, found)
    found.opened = item.opened
    _match_clip(means, found)


def _not_recognised(item: Item, found: _Findings) -> bool:
    """Whether no app extractor found its tables in a database that it expected them in."""
    nothing = not found.records and not found.parts
    return is_database(item.mime) and nothing and any(each.kind == "unsupported" for each in found.problems)


def _read(entry: Entry, means: Means, found: _Findings) -> Item | None:
    """Bytes of a damaged container read as zeros; the entry they belong to says so."""
    means.evidence.take_damage()
    item = None
    with Guarded("read", found.problems):
        item = read_once(entry, means.evidence, scratch=means.scratch, limits=means.settings.limits)
        item.quick, item.secrets = means.settings.profile == "quick", means.secrets
    found.problems.extend(means.evidence.take_damage())
    return item


def _list_container(entry: Entry, means: Means, found: _Findings) -> None:
    """A container that cannot be listed was still read and hashed: examined, with a problem."""
    with Guarded("list", found.problems):
        for inside in means.evidence.children(entry):
            found.add(inside)


def _only_known(hits: list[Hit]) -> bool:
    return bool(hits) and all(hit.list_kind == "known" for hit in hits)


def _match_picture(brightness: Brightness, means: Means, found: _Findings) -> None:
    with Guarded("match", found.problems):
        _add_alike(means.lists.prints.match_picture(brightness), found)


def _match_clip(means: Means, found: _Findings) -> None:
    frames = [record for record in found.records if isinstance(record, Frame)]
    if frames and means.lists.prints:
        with Guarded("match", found.problems):
            _add_alike(means.lists.prints.match_clip(frames), found)


def _add_alike(hits: Iterable[Hit], found: _Findings) -> None:
    """What is on a list itself, or was found to look like it before, is not told a second time."""
    told = {(hit.list, hit.code) for hit in found.hits}
    found.hits.extend(hit for hit in hits if (hit.list, hit.code) not in told)


def _extract(extractor: Extractor, item: Item, means: Means, found: _Findings) -> None:
    started, problems, count = time.monotonic(), len(found.problems), 0
    finished = False
    with Guarded(extractor.name, found.problems):
        for value in extractor.extract(item):
            if isinstance(value, Preview) and not means.settings.previews:
                continue
            if isinstance(value, Brightness):
                _match_picture(value, means, found)
                continue
            found.add(value)
            count += not isinstance(value, Problem)
            if len(found.records) >= PART:
                _send_ahead(item.entry, means, found)
        finished = True
    outcome = Outcome.COMPLETE if len(found.problems) == problems else Outcome.PARTIAL
    if not finished and not count:
        outcome = Outcome.FAILED
    elapsed = int((time.monotonic() - started) * 1000)
    found.ran.append(Ran(extractor.name, extractor.version, outcome, count, elapsed))


def _send_ahead(entry: Entry, means: Means, found: _Findings) -> None:
    """A part of the outcome, so that a database of ten million messages is never in memory as a whole."""
    if means.send is None or entry.id is None or any(isinstance(each, Preview | Frame) for each in found.records):
        return
    facts = as_rows(entry.id, found.records)
    if means.send(Examined(entry_id=entry.id, status=Status.PENDING, facts=facts, part=found.parts)):
        found.records.clear()
        found.parts += 1

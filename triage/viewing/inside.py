"""The process that looks: it opens the evidence once and reads what is asked of one entry at a time.

Nothing is digested or stored here; what a person sees is what lies in the evidence now, through the same layers as a run.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from triage import guard
from triage.content import scratch_folder
from triage.errors import EvidenceError, LimitReached, SourceGone, Unsupported
from triage.evidence import open_evidence
from triage.formats.sqlite import Database, quoted
from triage.stored import entry_of
from triage.viewing import looks, trees
from triage.viewing.texts import decoded, encoding_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage.evidence.base import Evidence
    from triage.model import Entry, Taken
    from triage.settings import Limits, Settings

BLOCK = 1 << 20
VALUE = 2_000  # characters shown of one value of a table


@dataclass(frozen=True, slots=True)
class Told:
    """What the process is told once: the source and how to open it. `password` lives in the processes alone."""

    source: str
    scratch: str
    settings: Settings
    password: str | None = None


@dataclass(slots=True)
class Content:
    """The content of an entry as the readers of databases want it: a group of files with limits and room for copies."""

    entry: Entry
    evidence: Evidence
    scratch: Path
    limits: Limits

    def open(self) -> BinaryIO:
        """A fresh stream at the first byte."""
        return cast("BinaryIO", self.evidence.content(self.entry))

    def sibling(self, suffix: str, /) -> BinaryIO | None:
        """The companion with this suffix, or None."""
        for locator in self.entry.companions:
            if locator.steps[-1].path.endswith(suffix):
                return cast("BinaryIO", self.evidence.open(locator))
        return None


_told: Told | None = None
_opened: tuple[Evidence, Path] | None = None


def prepare(told: Told) -> None:
    """Run once in a new process."""
    global _told  # noqa: PLW0603  # a process of this kind keeps what it was told
    _told = told
    guard.refuse_network()
    if sys.platform != "win32":
        import resource  # noqa: PLC0415  # exists on POSIX systems alone

        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (told.settings.limits.worker_bytes, resource.RLIM_INFINITY))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold evidence


def answer(asked: tuple[Taken, looks.Look]) -> looks.Seen:
    """One look into one entry. Raises EvidenceError; UserError where the evidence is not there."""
    taken, look = asked
    assert _told is not None
    evidence, scratch = _evidence()
    content = Content(entry_of(taken), evidence, scratch, _told.settings.limits)
    return _READERS[type(look)](content, look)


def _evidence() -> tuple[Evidence, Path]:
    """Opened at the first look and kept."""
    global _opened  # noqa: PLW0603  # see prepare
    if _opened is None:
        assert _told is not None
        try:
            scratch = scratch_folder(Path(_told.scratch))
            evidence = open_evidence(
                Path(_told.source),
                limits=_told.settings.limits,
                scratch=scratch,
                password=_told.password,
                carve=_told.settings.carve,
                allow_writable=_told.settings.allow_writable,
            )
        except (EvidenceError, OSError) as error:
            raise SourceGone(f"{_told.source}: {error}") from error
        _opened = evidence, scratch
    _opened[1].mkdir(parents=True, exist_ok=True)  # a run that starts sweeps such folders away
    return _opened


def _bytes(content: Content, look: looks.GetBytes) -> looks.Bytes:
    with content.open() as stream:
        size = stream.seek(0, 2)
        stream.seek(min(look.offset, size))
        return looks.Bytes(look.offset, stream.read(look.limit), size)


def _find(content: Content, look: looks.Find) -> int | None:
    """In blocks that overlap by the length of what is looked for."""
    if not look.wanted:
        return None
    pattern = re.compile(re.escape(look.wanted), re.IGNORECASE)
    at, held = look.offset, b""
    with content.open() as stream:
        stream.seek(at)
        while block := stream.read(BLOCK):
            held += block
            if found := pattern.search(held):
                return at + found.start()
            kept = min(len(held), len(look.wanted) - 1)
            at += len(held) - kept
            held = held[len(held) - kept :]
    return None


def _text(content: Content, look: looks.GetText) -> looks.Text:
    with content.open() as stream:
        encoding = look.encoding or encoding_of(stream.read(BLOCK))
        size = stream.seek(0, 2)
        stream.seek(look.offset)
        raw = stream.read(look.limit)
    body, used = decoded(raw, encoding, last=look.offset + len(raw) >= size)
    following = look.offset + used
    return looks.Text(body, encoding, look.offset, following if used and following < size else None)


def _tables(content: Content, _look: looks.GetTables) -> tuple[looks.TableHead, ...]:
    with Database(content) as database:
        heads = []
        for table in database.tables():
            try:
                rows = database.count(table.name)
            except EvidenceError:
                rows = None
            heads.append(looks.TableHead(table.name, table.columns, rows))
    return tuple(heads)


def _rows(content: Content, look: looks.GetRows) -> looks.Rows:
    with Database(content) as database:
        table = next((each for each in database.tables() if each.name == look.table), None)
        if table is None:
            raise Unsupported(f"the database has no ordinary table {look.table}")
        rows: list[tuple[str | None, ...]] = []
        sql = f"SELECT * FROM {quoted(look.table)} LIMIT ? OFFSET ?"  # noqa: S608  # the name is quoted
        try:
            rows += (tuple(map(_shown, row)) for row in database.rows(sql, [look.limit, look.offset]))
        except EvidenceError as error:
            return looks.Rows(table.columns, tuple(rows), str(error))
    return looks.Rows(table.columns, tuple(rows))


def _shown(value: object) -> str | None:
    """A value as text; bytes as hexadecimal digits, the way SQL writes them."""
    if value is None:
        return None
    text = f"x'{value[:VALUE].hex()}'" if isinstance(value, bytes) else str(value)
    return text if len(text) <= VALUE else f"{text[:VALUE]}…"


def _tree(content: Content, _look: looks.GetTree) -> looks.Tree:
    with content.open() as stream:
        data = stream.read(trees.MOST_BYTES + 1)
    if len(data) > trees.MOST_BYTES:
        raise LimitReached(f"the structure of files over {trees.MOST_BYTES >> 20} MB is not shown")
    return trees.tree_of(data)


def _copy(content: Content, look: looks.CopyTo) -> int:
    with content.open() as stream, Path(look.path).open("xb") as out:
        shutil.copyfileobj(stream, out, BLOCK)
        return out.tell()


def _picture(content: Content, look: looks.GetPicture) -> looks.Picture:
    from triage.formats import picture  # noqa: PLC0415  # loaded with the first picture: the process starts sooner

    with content.open() as stream:
        made = picture.full(stream, most_pixels=content.limits.picture_pixels, side=look.side)
    return looks.Picture(made.width, made.height, made.jpeg)


_READERS: dict[type, Callable[[Content, looks.Look], looks.Seen]] = {
    looks.GetBytes: cast("Callable[[Content, looks.Look], looks.Seen]", _bytes),
    looks.Find: cast("Callable[[Content, looks.Look], looks.Seen]", _find),
    looks.GetText: cast("Callable[[Content, looks.Look], looks.Seen]", _text),
    looks.GetTables: cast("Callable[[Content, looks.Look], looks.Seen]", _tables),
    looks.GetRows: cast("Callable[[Content, looks.Look], looks.Seen]", _rows),
    looks.GetPicture: cast("Callable[[Content, looks.Look], looks.Seen]", _picture),
    looks.CopyTo: cast("Callable[[Content, looks.Look], looks.Seen]", _copy),
    looks.GetTree: cast("Callable[[Content, looks.Look], looks.Seen]", _tree),
}

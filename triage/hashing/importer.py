"""Import a hash list: read once, refuse line by line, replace the old list only with the whole new one.

Tables are built in a new folder beside the old ones; then the record `list.json` is replaced, which is one step for every
system. Whatever happens before leaves the old list as it was; what it leaves behind, a later import removes.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import shutil
import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from triage.errors import UserError
from triage.hashing.lines import line_blocks
from triage.hashing.lists import HEADER_FILE, KINDS, ListInfo, canonical, content_digest, list_folder, read_info
from triage.hashing.rows import EMPTY, Row, RowParser
from triage.hashing.tables import WIDTHS, Gathering, check_room

if TYPE_CHECKING:
    from pathlib import Path

SHOWN_REFUSALS = 100
ABANDONED_SECONDS = 24 * 3600

_BARE = {algorithm: re.compile(rb"(?:[0-9A-Fa-f]{%d}\r?\n)++\Z" % (2 * width)) for algorithm, width in WIDTHS.items()}
_EMPTY_ROW = "the digest of an empty file, which would match every empty file"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was not taken. Lines are counted from 1."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an import did. `read` = `taken` + `duplicates` + `refused`; `refusals` are the first 100 of these.

    Blank lines, comments and headers are no rows. `counts` are distinct digests per algorithm. `replaced` is the digest
    of the list that had this name before.
    """

    name: str
    kind: str
    version: str
    source: str
    source_sha256: str
    read: int
    taken: int
    duplicates: int
    refused: int
    refusals: tuple[Refusal, ...]
    counts: dict[str, int]
    digest: str
    replaced: str | None
    imported_at: str
    imported_by: str

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON and the custody log."""
        return asdict(self)


def import_list(source: Path, *, name: str, kind: str, home: Path, actor: str, version: str = "") -> Receipt:
    """Import `source` as the list `name`. Raises UserError where that cannot be; an old list is then untouched."""
    folder = list_folder(name, home)
    if kind not in KINDS:
        raise UserError(f"{kind!r} is no kind of list: known or notable")
    if not source.is_file():
        raise UserError(f"{source}: no such file")
    old = _old(name, home)
    tables = folder / f"tables-{secrets.token_hex(4)}"
    try:
        tables.mkdir(parents=True)
        intake = _read(source, tables, kind)
        info = _written(intake, tables, name=name, kind=kind, source=source, actor=actor, version=version)
        _publish(info, folder)
    except OSError as error:
        raise UserError(f"{source}: cannot be imported ({error.strerror or error})") from error
    finally:
        _tidy(folder, {tables.name, old.folder if old else ""})
    return _receipt(info, intake, old.digest if old else None)


def list_lists(home: Path) -> tuple[ListInfo, ...]:
    """Every imported list, by name. Raises UserError naming the first that is damaged."""
    records = sorted((home / "lists").glob(f"*/{HEADER_FILE}"))
    return tuple(read_info(record.parent.name, home) for record in records)


def remove_list(name: str, home: Path) -> None:
    """Remove a list, damaged or not. Raises UserError where there is none or it cannot be removed."""
    folder = list_folder(name, home)
    try:
        (folder / HEADER_FILE).unlink()
        shutil.rmtree(folder)
    except FileNotFoundError:
        raise UserError(f"there is no hash list {name!r}") from None
    except OSError as error:
        raise UserError(f"hash list {name!r} cannot be removed ({error.strerror or error})") from error


class _Intake:
    """One source on its way in: what was gathered, and what was refused."""

    def __init__(self, gathering: Gathering, kind: str) -> None:
        self.gathering = gathering
        self.source_sha256 = hashlib.sha256()
        self.refused = 0
        self.refusals: list[Refusal] = []
        self.counts: dict[str, int] = {}
        self.distinct = 0
        self._parser = RowParser()
        self._line = 0
        self._refuses_empty = kind == "notable"

    def take(self, block: bytes) -> None:
        """Whole lines: many bare digests at once where they are nothing else, else one by one."""
        if not (self._parser.plain and self._take_bare(block)):
            lines = block.split(b"\n")
            for line in lines if lines[-1] else lines[:-1]:
                self._take_line(line)
        check_room(self.gathering)

    def _take_bare(self, block: bytes) -> bool:
        algorithm = next((each for each, pattern in _BARE.items() if pattern.match(block)), None)
        if algorithm is None:
            return False
        packed = bytes.fromhex(block.decode("ascii"))
        if self._refuses_empty and any(digest in packed for digest in EMPTY):
            return False
        self.gathering.add_packed(algorithm, packed)
        self._line += len(packed) // WIDTHS[algorithm]
        self._parser.started()
        return True

    def _take_line(self, line: bytes) -> None:
        self._line += 1
        row = self._parser.parse(line)
        if isinstance(row, Row) and self._refuses_empty and any(digest in EMPTY for _, digest in row.digests):
            row = _EMPTY_ROW
        if isinstance(row, Row):
            self.gathering.add(row.digests, row.label)
        elif row is not None:
            self.refused += 1
            if len(self.refusals) < SHOWN_REFUSALS:
                self.refusals.append(Refusal(self._line, row))


def _read(source: Path, tables: Path, kind: str) -> _Intake:
    gathering = Gathering(tables)
    try:
        intake = _Intake(gathering, kind)
        with source.open("rb") as stream:
            for block in line_blocks(stream, intake.source_sha256.update):
                intake.take(block)
        if not gathering.rows:
            raise UserError(f"{source}: no usable row in it{_first_reason(intake)}")
        intake.counts, intake.distinct = gathering.write()
        return intake
    finally:
        gathering.close()


def _old(name: str, home: Path) -> ListInfo | None:
    try:
        return read_info(name, home)
    except UserError:
        return None  # none, or a damaged one that the import replaces


def _first_reason(intake: _Intake) -> str:
    return f"; line {intake.refusals[0].line}: {intake.refusals[0].reason}" if intake.refusals else ""


def _written(
    intake: _Intake, tables: Path, *, name: str, kind: str, source: Path, actor: str, version: str
) -> ListInfo:
    info = ListInfo(
        name=name,
        kind=kind,
        version=version,
        source=source.name,
        source_sha256=intake.source_sha256.hexdigest(),
        counts=intake.counts,
        files={path.name: path.stat().st_size for path in sorted(tables.iterdir())},
        imported_at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        imported_by=actor,
        folder=tables.name,
    )
    return replace(info, digest=content_digest(info, tables))


def _publish(info: ListInfo, folder: Path) -> None:
    """Make the new tables the list. Everything is on the disk before the record names it."""
    _sync_folder(folder / info.folder)
    draft = folder / f"{info.folder}.json"
    with draft.open("xb") as stream:
        stream.write(canonical(asdict(info)) + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(folder / HEADER_FILE)
    _sync_folder(folder)


def _tidy(folder: Path, finished: set[str]) -> None:
    """Remove what no record names: tables of this import or of the list before it, and those long abandoned.

    Younger ones may belong to another process that is importing now.
    """
    info = _old(folder.name, folder.parent.parent)
    for path in sorted(folder.glob("tables-*")):
        name = path.name.removesuffix(".json")
        abandoned = info is not None and time.time() - path.stat().st_mtime > ABANDONED_SECONDS
        if (info is None or name != info.folder) and (name in finished or abandoned):
            _remove(path)
    with contextlib.suppress(OSError):
        folder.rmdir()  # succeeds only where the import failed and there was no list before


def _remove(path: Path) -> None:
    """Best effort: a system that keeps mapped files busy keeps them until a later import."""
    with contextlib.suppress(OSError):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # folders cannot be opened there, and NTFS keeps its own journal
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _receipt(info: ListInfo, intake: _Intake, replaced: str | None) -> Receipt:
    rows = intake.gathering.rows
    return Receipt(
        name=info.name,
        kind=info.kind,
        version=info.version,
        source=info.source,
        source_sha256=info.source_sha256,
        read=rows + intake.refused,
        taken=intake.distinct,
        duplicates=rows - intake.distinct,
        refused=intake.refused,
        refusals=tuple(intake.refusals),
        counts=dict(info.counts),
        digest=info.digest,
        replaced=replaced,
        imported_at=info.imported_at,
        imported_by=info.imported_by,
    )

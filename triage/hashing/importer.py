"""Import a hash list: read once, refuse row by row, replace the old list only with the whole new one.

Tables are built in a new folder beside the old ones; then the record `list.json` is replaced, which is one step for every
system. Whatever happens before leaves the old list as it was; what it leaves behind, a later import removes.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from triage.errors import UserError
from triage.hashing.intake import Intake, Refusal
from triage.hashing.lists import HashList
from triage.hashing.record import (
    KINDS,
    RECORD_FILE,
    ListInfo,
    Meaning,
    Source,
    canonical,
    content_digest,
    list_folder,
    list_lists,
    read_info,
)
from triage.hashing.schemes import AS_STATED, Scheme
from triage.hashing.sources.recognise import Recognised, recognise
from triage.hashing.storage import Storage
from triage.hashing.vault import new_list_key

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Receipt", "Refusal", "Wish", "import_list", "list_lists", "recognise", "remove_list"]

ABANDONED_SECONDS = 24 * 3600
MOST_REFUSED = 4  # refused rows for each good one; with more, the file is something else


@dataclass(frozen=True, slots=True)
class Wish:
    """How a list is to be imported.

    `scheme` is what the operator confirmed the categories to mean. `add` keeps the rows that the list has and adds to them;
    `vault` is the key of the vault where the list is to be sealed.
    """

    name: str
    kind: str
    version: str = ""
    scheme: Scheme | None = None
    add: bool = False
    vault: bytes | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an import did. `read` = `taken` + `duplicates` + `refused`; `refusals` are the first 100 of these.

    Blank lines, comments and headers are no rows. `taken` are the rows that were new, `counts` distinct values per column in the whole
    list, `categories` rows per category code as stated. `unmatched` are PhotoDNA values that are stored and not matched. `replaced` is
    the digest of the list that had this name before.
    """

    name: str
    kind: str
    version: str
    sources: tuple[Source, ...]
    scheme: str | None
    read: int
    taken: int
    duplicates: int
    refused: int
    refusals: tuple[Refusal, ...]
    categories: dict[str, int]
    unmatched: int
    counts: dict[str, int]
    digest: str
    replaced: str | None
    sealed: bool
    imported_at: str
    imported_by: str

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON and the custody log."""
        return asdict(self)


def import_list(sources: Sequence[Path | Recognised] | Path, wish: Wish, *, home: Path, actor: str) -> Receipt:
    """Import one or more files as one list. Raises UserError where that cannot be; an old list is then untouched."""
    found = [each if isinstance(each, Recognised) else recognise(each) for each in _several(sources)]
    old = _checked(found, wish, home)
    folder = list_folder(wish.name, home)
    tables = folder / f"tables-{secrets.token_hex(4)}"
    key, wrapped = new_list_key(wish.vault) if wish.vault else (None, None)
    storage = Storage(tables, key)
    try:
        tables.mkdir(parents=True)
        intake, before, read = _read(found, storage, wish, home)
        info = _written(intake, storage, wish, sources=read, actor=actor, sealed=wrapped)
        _publish(info, folder)
    except OSError as error:
        raise UserError(f"{found[0].path}: cannot be imported ({error.strerror or error})") from error
    finally:
        _tidy(folder, {tables.name, old.folder if old else ""})
    return _receipt(info, intake, before, old.digest if old else None)


def remove_list(name: str, home: Path) -> None:
    """Remove a list, damaged or not. Raises UserError where there is none or it cannot be removed."""
    folder = list_folder(name, home)
    try:
        (folder / RECORD_FILE).unlink()
        shutil.rmtree(folder)
    except FileNotFoundError:
        raise UserError(f"there is no hash list {name!r}") from None
    except OSError as error:
        raise UserError(f"hash list {name!r} cannot be removed ({error.strerror or error})") from error


def _several(sources: Sequence[Path | Recognised] | Path) -> Sequence[Path | Recognised]:
    return (sources,) if isinstance(sources, Path) else sources


def _checked(found: Sequence[Recognised], wish: Wish, home: Path) -> ListInfo | None:
    """The list that has this name now. Raises UserError where the wish cannot be met."""
    list_folder(wish.name, home)
    if wish.kind not in KINDS:
        raise UserError(f"{wish.kind!r} is no kind of list: known, notable or watch")
    for each in found:
        if wish.kind not in each.kinds:
            raise UserError(f"{each.path}: not as {wish.kind}: {each.why}")
        if each.coded and (wish.scheme is None or wish.scheme.id == AS_STATED):
            raise UserError(
                f"{each.path}: has category numbers, and what they mean must be said: name the scheme (--scheme), for 0 and 5 mean"
                " opposite things in different schemes"
            )
    old = _old(wish.name, home)
    if wish.add and old and (old.kind != wish.kind or bool(old.sealed) != bool(wish.vault)):
        raise UserError(
            f"hash list {wish.name!r} is {old.kind} and {'' if old.sealed else 'not '}sealed: add to it in the same way"
        )
    return old


def _read(
    found: Sequence[Recognised], storage: Storage, wish: Wish, home: Path
) -> tuple[Intake, int, tuple[Source, ...]]:
    """Everything taken in and written. Returns how many rows there were before, and all sources."""
    intake = Intake(storage, wish.kind)
    try:
        before, sources = _go_on(intake, wish, home) if wish.add else (0, [])
        for each in found:
            sources.append(Source(each.path.name, each.read(intake), each.format))
        if not intake.rows_in:
            raise UserError(f"{found[0].path}: no usable row in it{_first_reason(intake)}")
        if intake.refused > MOST_REFUSED * intake.rows_in:
            raise UserError(f"{found[0].path}: hardly a line of it is a row of a list{_first_reason(intake)}")
        intake.finish()
        return intake, before, tuple(sources)
    finally:
        intake.close()


def _go_on(intake: Intake, wish: Wish, home: Path) -> tuple[int, list[Source]]:
    old = HashList.open(wish.name, home, wish.vault)
    try:
        intake.go_on(
            [(kept, table.matrix()) for kept, table in zip(old.info.tables, old.tables, strict=True)],
            old.storage,
            old.info.files,
        )
        return old.info.rows, list(old.info.sources)
    finally:
        old.close()


def _old(name: str, home: Path) -> ListInfo | None:
    try:
        return read_info(name, home)
    except UserError:
        return None  # none, or a damaged one that the import replaces


def _first_reason(intake: Intake) -> str:
    return f"; line {intake.refusals[0].line}: {intake.refusals[0].reason}" if intake.refusals else ""


def _written(
    intake: Intake, storage: Storage, wish: Wish, *, sources: tuple[Source, ...], actor: str, sealed: str | None
) -> ListInfo:
    info = ListInfo(
        name=wish.name,
        kind=wish.kind,
        version=wish.version,
        sources=sources,
        tables=intake.tables,
        counts=intake.counts,
        files={path.name: storage.size(path.name) for path in sorted(storage.path.iterdir())},
        imported_at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        imported_by=actor,
        folder=storage.path.name,
        meaning=Meaning(wish.scheme.id, wish.scheme.title, dict(wish.scheme.labels)) if wish.scheme else None,
        sealed=sealed,
    )
    return replace(info, digest=content_digest(info, storage))


def _publish(info: ListInfo, folder: Path) -> None:
    """Make the new tables the list. Everything is on the disk before the record names it."""
    _sync_folder(folder / info.folder)
    draft = folder / f"{info.folder}.json"
    with draft.open("xb") as stream:
        stream.write(canonical(asdict(info)) + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(folder / RECORD_FILE)
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


def _receipt(info: ListInfo, intake: Intake, before: int, replaced: str | None) -> Receipt:
    good = intake.read - intake.refused
    taken = intake.new_rows(before)
    return Receipt(
        name=info.name,
        kind=info.kind,
        version=info.version,
        sources=info.sources,
        scheme=info.meaning.scheme if info.meaning else None,
        read=intake.read,
        taken=taken,
        duplicates=good - taken,
        refused=intake.refused,
        refusals=tuple(intake.refusals),
        categories={str(code): count for code, count in sorted(intake.categories.items(), key=str)},
        unmatched=intake.unmatched_prints,
        counts=dict(info.counts),
        digest=info.digest,
        replaced=replaced,
        sealed=info.sealed is not None,
        imported_at=info.imported_at,
        imported_by=info.imported_by,
    )

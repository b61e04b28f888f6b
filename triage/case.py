"""A case: a folder with the database, the previews, the custody log, reports and exports. The only writer.

The database is the queue: an entry is pending or it is done. `take` hands out pending entries, `store` writes what
examining them brought, both in one transaction a batch, so that a stop at any moment loses no more than work in flight.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from triage import __version__, fulltext, keys, linking, schema, settings
from triage.content import sweep
from triage.custody import Custody
from triage.errors import CannotOpen, CaseError
from triage.parts import Parts, forget
from triage.pending import INSERT_QUEUE, Pending, queue_row, raise_neighbours, reopen
from triage.stored import child, previews_of, write_contents, write_findings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from triage.model import Entry, Examined, Taken

DATABASE = "case.db"
PREVIEWS = "thumbs.db"
LOG = "custody.jsonl"
FOLDERS = ("reports", "exports", "scratch")
CHECKPOINT_PAGES = 16384  # 64 MiB of log between two checkpoints: each one waits for the disk

_INSERT_ENTRY = f"INSERT INTO entry VALUES ({', '.join('?' * 21)})"


class Case:
    """An open case. Use `Case.open_or_create`; close it, or use it in a `with` statement."""

    def __init__(self, folder: Path, *, actor: str) -> None:
        self.folder = folder
        self.actor = actor
        with contextlib.ExitStack() as opened:
            opened.enter_context(contextlib.closing(_lock(folder)))
            self._database = opened.enter_context(contextlib.closing(_connect(folder / DATABASE)))
            self._previews = opened.enter_context(contextlib.closing(_connect(folder / PREVIEWS)))
            _prepare(self._database, self._previews, folder)
            self._pending, self._parts = Pending(self._database), Parts()
            self._next = self._value("SELECT coalesce(max(id), 0) + 1 FROM entry")
            self.custody = Custody.open(folder, keys.signing_key(settings.home()), actor)
            self._opened = opened.pop_all()

    @classmethod
    def open_or_create(cls, folder: Path, *, actor: str) -> Self:
        """The case in this folder; an empty or new folder becomes a case. Raises CaseError."""
        if not (folder / DATABASE).exists():
            _make_folders(folder)
            case = cls(folder, actor=actor)
            case.custody.append("case.create", folder.name, {"program": __version__, "schema": schema.SCHEMA_VERSION})
            return case
        return cls.open(folder, actor=actor)

    @classmethod
    def open(cls, folder: Path, *, actor: str) -> Self:
        """An existing case. Raises CaseError, CannotOpen where there is none."""
        if not (folder / DATABASE).is_file():
            raise CannotOpen(f"{folder}: no case is here; name a case folder, or make one with 'triage scan'")
        _make_folders(folder)
        return cls(folder, actor=actor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the databases and let others open the case."""
        sweep(self.folder / "scratch")
        self._opened.close()

    # ------------------------------------------------------------------------------------ what is examined

    def add_evidence(
        self,
        source: Path,
        *,
        exhibit: str,
        format_name: str,
        size: int | None,
        root: Entry,
        stated: dict[str, str] | None = None,
        files: Sequence[str] = (),
    ) -> int:
        """The id of the evidence opened from `source`; added with its root entry where it is new.

        What its container states (digests, acquisition facts) and the files it is made of go to the custody log.
        """
        known = self._row("SELECT id FROM evidence WHERE source = ?", (str(source),))
        if known:
            return int(known[0])
        with self._transaction() as database:
            database.execute("INSERT OR IGNORE INTO exhibit (label, added_at) VALUES (?, ?)", (exhibit, now()))
            (exhibit_id,) = database.execute("SELECT id FROM exhibit WHERE label = ?", (exhibit,)).fetchone()
            cursor = database.execute(
                "INSERT INTO evidence (exhibit_id, source, format, size, added_at) VALUES (?, ?, ?, ?, ?)",
                (exhibit_id, str(source), format_name, size, now()),
            )
            evidence = int(cursor.lastrowid or 0)
            row = (self._new_id(), evidence, None, *child(root, (0, "the evidence itself")).row)
            database.execute(_INSERT_ENTRY, row)
            database.execute(INSERT_QUEUE, queue_row(row))
        self.custody.append(
            "evidence.add",
            str(source),
            {
                "exhibit": exhibit,
                "format": format_name,
                "size": size,
                "evidence": evidence,
                "stated": stated or {},
                "files": list(files),
            },
        )
        return evidence

    def set_digest(self, evidence: int, *, moment: str, md5: str, sha256: str) -> None:
        """Keep the digests of the whole source; `moment` is before or after."""
        assert moment in {"before", "after"}
        with self._transaction() as database:
            database.execute(
                f"UPDATE evidence SET md5_{moment} = ?, sha256_{moment} = ?, {moment}_at = ? WHERE id = ?",
                (md5, sha256, now(), evidence),
            )

    def has_digest(self, evidence: int, moment: str) -> bool:
        """Whether `set_digest` was done for this moment."""
        assert moment in {"before", "after"}
        return bool(self._value(f"SELECT sha256_{moment} IS NOT NULL FROM evidence WHERE id = ?", (evidence,)))

    def open_run(self, evidence: int) -> tuple[int, settings.Settings] | None:
        """The run of this evidence that was broken off, with its settings."""
        found = self._run("SELECT id, settings FROM run WHERE evidence_id = ? AND outcome != 'done'", evidence)
        if found is not None:
            with self._transaction() as database:
                forget(database, evidence)
        return found

    def finished_run(self, evidence: int) -> tuple[int, settings.Settings] | None:
        """The run that last examined this evidence to its end."""
        return self._run("SELECT id, settings FROM run WHERE evidence_id = ? AND outcome = 'done'", evidence)

    def _run(self, sql: str, evidence: int) -> tuple[int, settings.Settings] | None:
        row = self._row(f"{sql} ORDER BY id DESC", (evidence,))
        return (int(row[0]), settings.Settings.from_json(row[1])) if row else None

    def start_run(self, evidence: int, run_settings: settings.Settings, extractors: dict[str, str]) -> int:
        """A new run with fixed settings; what stayed closed in an earlier one is tried again. Returns its id."""
        with self._transaction() as database:
            reopen(database, evidence)
            database.execute(schema.NO_DIGEST_INDEX)
            cursor = database.execute(
                "INSERT INTO run (evidence_id, settings, extractors, program, started_at, outcome) VALUES (?, ?, ?, ?, ?, 'running')",
                (evidence, run_settings.to_json(), json.dumps(extractors, sort_keys=True), __version__, now()),
            )
        return int(cursor.lastrowid or 0)

    def end_run(self, run: int, outcome: str) -> None:
        """Close a run as done or stopped."""
        with self._transaction() as database:
            database.execute("UPDATE run SET outcome = ?, ended_at = ? WHERE id = ?", (outcome, now(), run))

    def mark_head(self) -> None:
        """Keep the custody log's last digest, so that a log cut short is found out."""
        number, digest = self.custody.head
        with self._transaction() as database:
            database.execute("INSERT OR REPLACE INTO fact VALUES ('custody_head', ?)", (json.dumps([number, digest]),))

    def custody_head(self) -> tuple[int, str] | None:
        """The last digest kept by `mark_head`."""
        row = self._row("SELECT value FROM fact WHERE name = 'custody_head'")
        return tuple(json.loads(row[0])) if row else None

    def set_fact(self, name: str, value: str) -> None:
        """Keep one fact about the case (number, agency, examiner)."""
        with self._transaction() as database:
            database.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))

    # ------------------------------------------------------------------------------------ the queue

    def take(self, evidence: int, *, entries: int, size: int, before: int | None = None) -> list[Taken]:
        """The next pending entries in order of priority: at most `entries`, and about `size` bytes of content.

        Where `before` is given, entries of that priority and later are left where they are.
        """
        with translated(self.folder):
            return self._pending.take(evidence, entries=entries, size=size, before=before)

    def ready(self, evidence: int, *, before: int | None = None) -> int:
        """How many pending entries can be handed out at once, counted some way ahead."""
        with translated(self.folder):
            return self._pending.ready(evidence, before=before)

    def release(self) -> None:
        """Take back everything that was handed out and not stored: it is pending, as it always was."""
        self._pending.release()

    def queue(self, evidence: int) -> tuple[int, int, int]:
        """Pending entries, bytes of their content, and how many of them are still to be listed."""
        row = self._row(
            """SELECT count(*), coalesce(sum(CASE WHEN kind = 'file' THEN size END), 0),
            coalesce(sum(kind IN ('folder', 'volume') OR locator = ''), 0)
            FROM queue q JOIN entry e ON e.id = q.entry_id WHERE q.evidence_id = ?""",
            (evidence,),
        )
        assert row is not None
        return int(row[0]), int(row[1]), int(row[2])

    def skip_rest(self, evidence: int) -> int:
        """What a profile left out is skipped by rule: listed, not read. Returns how many."""
        with self._transaction() as database:
            database.execute(
                "INSERT INTO content (entry_id, evidence_id, status, bytes_read)"
                " SELECT entry_id, evidence_id, 'skipped', 0 FROM queue WHERE evidence_id = ?",
                (evidence,),
            )
            return database.execute("DELETE FROM queue WHERE evidence_id = ?", (evidence,)).rowcount

    def store(self, evidence: int, outcomes: Sequence[Examined]) -> None:
        """Write a batch of outcomes in one transaction. All of it is kept or none."""
        self._store_previews(outcomes)
        first = self._next
        try:
            with self._transaction() as database:
                final = self._parts.take(database, outcomes)
                self._store_children(database, evidence, outcomes)
                write_contents(database, evidence, final)
                write_findings(database, outcomes)
                database.executemany("DELETE FROM queue WHERE entry_id = ?", [(each.entry_id,) for each in final])
                raise_neighbours(database, outcomes)
        except BaseException:
            self._next = first
            raise
        self._pending.stored(each.entry_id for each in final)
        if any(each.children or each.hits for each in outcomes):
            self._pending.changed()

    def link_attachments(self) -> None:
        """Tie messages to the files they name, numbers to each other, what looks alike, and positions to places."""
        with self._transaction() as database:
            database.execute(schema.DIGEST_INDEX)
            linking.link(database)

    def index_text(self, *, live: bool = False, stop: Callable[[], bool] = lambda: False) -> bool:
        """Make what is new searchable; `live`: only where much is new, and all of it is whole. False where stopped on the way."""
        if live and self._parts:
            return True
        return fulltext.fill(self._transaction, at_least=fulltext.LIVE if live else 1, stop=stop)

    def tag(self, entry: int, name: str) -> None:
        """Tag an entry; a custody event."""
        self.custody.append("tag.add", str(entry), {"tag": name})
        with self._transaction() as database:
            database.execute("INSERT OR REPLACE INTO tag VALUES (?, ?, ?, ?)", (entry, name, now(), self.actor))

    def note(self, entry: int, body: str) -> None:
        """Note something about an entry; a custody event."""
        self.custody.append("note.add", str(entry), {"length": len(body)})
        with self._transaction() as database:
            database.execute(
                "INSERT INTO note (entry_id, body, at, actor) VALUES (?, ?, ?, ?)", (entry, body, now(), self.actor)
            )

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with translated(self.folder), self._database:
            self._database.execute("BEGIN IMMEDIATE")
            yield self._database

    def _row(self, sql: str, values: Sequence[object] = ()) -> tuple[str, ...] | None:
        with translated(self.folder):
            row: tuple[str, ...] | None = self._database.execute(sql, values).fetchone()
        return row

    def _value(self, sql: str, values: Sequence[object] = ()) -> int:
        row = self._row(sql, values)
        assert row is not None
        return int(row[0])

    def _new_id(self) -> int:
        self._next += 1
        return self._next - 1

    def _store_children(self, database: sqlite3.Connection, evidence: int, outcomes: Iterable[Examined]) -> None:
        rows = []
        for outcome in outcomes:
            ids = [self._new_id() for _ in outcome.children]
            for number, (row, _, _, folder) in zip(ids, outcome.children, strict=True):
                rows.append((number, evidence, outcome.entry_id if folder is None else ids[folder], *row))
        database.executemany(_INSERT_ENTRY, rows)
        database.executemany(INSERT_QUEUE, map(queue_row, rows))

    def _store_previews(self, outcomes: Iterable[Examined]) -> None:
        if rows := previews_of(outcomes):
            with translated(self.folder), self._previews:
                self._previews.executemany("INSERT OR REPLACE INTO preview VALUES (?, ?, ?, ?, ?)", rows)


def now() -> str:
    """The present moment, UTC, ISO 8601."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@contextlib.contextmanager
def translated(folder: Path) -> Iterator[None]:
    """Errors of the database and the disk become one clear CaseError."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise CaseError(_words(folder, str(error))) from error
    except OSError as error:
        raise CaseError(_words(folder, error.strerror or str(error))) from error


def _words(folder: Path, reason: str) -> str:
    advice = "nothing that was stored is lost"
    if "full" in reason or "space" in reason:
        advice = "free some space on that disk and run the same command again; nothing that was stored is lost"
    elif "readonly" in reason or "Permission" in reason or "Read-only" in reason:
        advice = "the case folder cannot be written; move the case to a writable disk or change its permissions"
    elif "locked" in reason:
        advice = "the case is open in another Sigap; close it there first"
    return f"{folder}: {reason}; {advice}"


def _make_folders(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise CannotOpen(f"{folder}: this is a file; a case is a folder")
    if folder.is_dir() and not (folder / DATABASE).exists() and any(_foreign(folder)):
        raise CannotOpen(f"{folder}: the folder is not empty and holds no case; name a new or empty folder")
    with translated(folder):
        for name in FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)


def _foreign(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if path.name not in {*FOLDERS, DATABASE, PREVIEWS, LOG})


def _lock(folder: Path) -> sqlite3.Connection:
    """Hold the case for this process alone; the system lets go of it when the process ends, however it ends."""
    with translated(folder):
        place = folder / "scratch" / "lock.db"
        connection = sqlite3.connect(place, timeout=1, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            connection.close()
            raise
        return connection


def _connect(path: Path) -> sqlite3.Connection:
    with translated(path.parent):
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -65536")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        return connection


def _prepare(database: sqlite3.Connection, previews: sqlite3.Connection, folder: Path) -> None:
    with translated(folder):
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version > schema.SCHEMA_VERSION:
            raise CaseError(
                f"{folder}: the case was made by a newer Sigap (database version {version}, this program reads up to"
                f" {schema.SCHEMA_VERSION}); open it with that version"
            )
        if version < schema.SCHEMA_VERSION:
            schema.migrate(database)
            database.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
            database.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION}")
        previews.execute(schema.PREVIEW_TABLE)
    sweep(folder / "scratch")

"""A case: a folder with the database, the previews, the custody log, reports and exports. The only writer.

The database is the queue: an entry is pending or it is done. `take` hands out pending entries, `store` writes what
examining them brought, both in one transaction a batch, so that a stop at any moment loses no more than work in flight.
"""

from __future__ import annotations

import contextlib
import json
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from triage import __version__, appended, fulltext, keys, linking, schema, settings
from triage.alone import alone
from triage.casefolder import (
    DATABASE,
    LOG,
    PREVIEWS,
    computer,
    connect,
    files_at_rest,
    hold,
    make_folders,
    prepare,
    translated,
)
from triage.content import sweep
from triage.custody import Custody
from triage.errors import CannotOpen, CaseError, UserError
from triage.parts import Parts, forget
from triage.pending import INSERT_QUEUE, Pending, queue_row, raise_neighbours, reopen
from triage.stored import child, previews_of, write_contents, write_findings

__all__ = ["DATABASE", "LOG", "PREVIEWS", "Case", "now", "translated"]

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from triage.model import Entry, Examined, Taken

_INSERT_ENTRY = f"INSERT INTO entry VALUES ({', '.join('?' * 21)})"


class Case:
    """An open case. Use `Case.open_or_create`; close it, or use it in a `with` statement. Threads may share it.

    `lock` keeps the other threads out for as long as it is held.
    """

    def __init__(self, folder: Path, *, actor: str) -> None:
        self.folder = folder
        self.actor = actor
        self.lock = threading.RLock()
        self._closed = False
        self._at_work: set[int] = set()
        key = keys.signing_key(settings.home())  # before anything is touched: it may be locked
        with contextlib.ExitStack() as opened:
            opened.enter_context(contextlib.closing(hold(folder)))
            self._database = opened.enter_context(contextlib.closing(connect(folder / DATABASE)))
            self._previews = opened.enter_context(contextlib.closing(connect(folder / PREVIEWS)))
            prepare(self._database, self._previews, folder)
            self._pending: dict[int, Pending] = {}
            self._parts = Parts()
            self._next = self._value("SELECT coalesce(max(id), 0) + 1 FROM entry")
            self.custody = Custody.open(folder, key, actor)
            self._opened = opened.pop_all()

    @classmethod
    def open_or_create(cls, folder: Path, *, actor: str) -> Self:
        """The case in this folder; an empty or new folder becomes a case. Raises CaseError."""
        if not (folder / DATABASE).exists():
            make_folders(folder)
            case = cls(folder, actor=actor)
            case.custody.append("case.create", folder.name, {"program": __version__, "schema": schema.SCHEMA_VERSION})
            case.custody.append("case.open", folder.name, computer())
            return case
        return cls.open(folder, actor=actor)

    @classmethod
    def open(cls, folder: Path, *, actor: str) -> Self:
        """An existing case. Raises CaseError, CannotOpen where there is none."""
        if not (folder / DATABASE).is_file():
            raise CannotOpen(f"{folder}: no case is here; name a case folder, or make one with 'triage scan'")
        make_folders(folder)
        case = cls(folder, actor=actor)
        case.custody.append("case.open", folder.name, computer())
        return case

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the databases, tell the log what they are now, and let others open the case."""
        sweep(self.folder / "scratch")
        if self._closed:
            return
        self._closed = True
        with contextlib.closing(self._opened), contextlib.suppress(CaseError):  # a full disk must not keep a case open
            self.mark_head()
            self._previews.close()
            self._database.close()
            self.custody.append("case.close", self.folder.name, {"files": files_at_rest(self.folder)})

    # ------------------------------------------------------------------------------------ what is examined

    @alone
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
        told: dict[str, object] = {"format": format_name, "size": size, "stated": stated or {}, "files": list(files)}
        exhibit_id = self.exhibit_number(exhibit) or self.append("exhibit", exhibit, {"exhibit": [(exhibit,)]})[0]
        self.custody.append("evidence.add", str(source), {"exhibit": exhibit, **told})
        with self._transaction() as database:
            cursor = database.execute(
                "INSERT INTO evidence (exhibit_id, source, format, size, added_at) VALUES (?, ?, ?, ?, ?)",
                (exhibit_id, str(source), format_name, size, now()),
            )
            evidence = int(cursor.lastrowid or 0)
            row = (self._new_id(), evidence, None, *child(root, (0, "the evidence itself")).row)
            database.execute(_INSERT_ENTRY, row)
            database.execute(INSERT_QUEUE, queue_row(row))
        self.custody.append("evidence.added", str(source), {"exhibit": exhibit, "evidence": evidence})
        return evidence

    def evidence_size(self, evidence: int) -> int:
        """Bytes of the source when it was added; 0 for a folder."""
        return self._value("SELECT coalesce(size, 0) FROM evidence WHERE id = ?", (evidence,))

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

    @alone
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

    @alone
    def start_run(self, evidence: int, run_settings: settings.Settings, extractors: dict[str, str]) -> int:
        """A new run with fixed settings; what stayed closed in an earlier one is tried again. Returns its id."""
        with self._transaction() as database:
            reopen(database, evidence)
            forget(database, evidence)  # what was read of them comes again
            self._waiting(evidence).changed()
            schema.drop_indexes_at_rest(database)
            cursor = database.execute(
                "INSERT INTO run (evidence_id, settings, extractors, program, started_at, outcome) VALUES (?, ?, ?, ?, ?, 'running')",
                (evidence, run_settings.to_json(), json.dumps(extractors, sort_keys=True), __version__, now()),
            )
        return int(cursor.lastrowid or 0)

    @alone
    def enter(self, evidence: int) -> None:
        """A run over this evidence begins its work. Raises UserError where one is at work on it."""
        if evidence in self._at_work:
            raise UserError("this evidence is being examined already; wait for the end of that run")
        self._at_work.add(evidence)

    @alone
    def leave(self, evidence: int) -> bool:
        """The run has done its work; True where no other is at work, so that the tables stay as they are."""
        self._at_work.discard(evidence)
        return not self._at_work

    def end_run(self, run: int, outcome: str) -> None:
        """Close a run as done or stopped."""
        with self._transaction() as database:
            database.execute("UPDATE run SET outcome = ?, ended_at = ? WHERE id = ?", (outcome, now(), run))

    @alone
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
        """Keep a fact that the program found out; what persons state goes through `append`."""
        with self._transaction() as database:
            database.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))

    # ------------------------------------------------------------------------------------ the queue

    @alone
    def take(self, evidence: int, *, entries: int, size: int, before: int | None = None) -> list[Taken]:
        """The next pending entries in order of priority: at most `entries`, and about `size` bytes of content.

        Where `before` is given, entries of that priority and later are left where they are.
        """
        with translated(self.folder):
            return self._waiting(evidence).take(evidence, entries=entries, size=size, before=before)

    @alone
    def ready(self, evidence: int, *, before: int | None = None) -> int:
        """How many pending entries can be handed out at once, counted some way ahead."""
        with translated(self.folder):
            return self._waiting(evidence).ready(evidence, before=before)

    @alone
    def release(self, evidence: int) -> None:
        """Take back everything that was handed out and not stored: it is pending, as it always was."""
        self._waiting(evidence).release()

    def queue(self, evidence: int) -> tuple[int, int, int]:
        """Pending entries, bytes of their content, and how many of them are still to be listed."""
        row = self._row(
            f"""SELECT count(*), {schema.whole_sum("CASE WHEN kind = 'file' THEN size END")},
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

    @alone
    def store(self, evidence: int, outcomes: Sequence[Examined]) -> None:
        """Write a batch of outcomes in one transaction. All of it is kept or none."""
        self._store_previews(outcomes)
        first = self._next
        try:
            with self._transaction() as database:
                final = self._parts.take(database, outcomes)
                rows = self._store_children(database, evidence, outcomes)
                write_contents(database, evidence, final)
                write_findings(database, outcomes)
                database.executemany("DELETE FROM queue WHERE entry_id = ?", [(each.entry_id,) for each in final])
                raised = raise_neighbours(database, outcomes)
        except BaseException:
            self._next = first
            raise
        pending = self._waiting(evidence)
        pending.stored(each.entry_id for each in final)
        pending.added(rows)
        if raised:
            pending.changed()

    @alone
    def link_attachments(self) -> None:
        """Tie messages to the files they name, numbers to each other, what looks alike, and positions to places."""
        with self._transaction() as database:
            schema.index_at_rest(database)
            linking.link(database)

    def index_text(self, *, live: bool = False, stop: Callable[[], bool] = lambda: False) -> bool:
        """Make what is new searchable; `live`: only where much is new. False where stopped on the way."""
        return fulltext.fill(self._transaction, at_least=fulltext.LIVE if live else 1, stop=stop)

    @alone
    def append(
        self,
        action: str,
        subject: str,
        rows: Mapping[str, Sequence[Sequence[object]]],
        data: Mapping[str, object] | None = None,
    ) -> list[int]:
        """Add rows to tables that only grow (`triage.appended`), between two custody events. Returns their numbers."""
        written = now()
        with translated(self.folder):
            whole = {
                table: appended.numbered(self._database, table, each, written, self.actor)
                for table, each in rows.items()
            }
        self.custody.append(f"{action}.start", subject, {**(data or {}), "added": appended.described(whole)})
        try:
            with self._transaction() as database:
                appended.write(database, whole)
        except CaseError as error:
            self.custody.append(f"{action}.failed", subject, {"reason": str(error)})
            raise
        numbers = [int(str(row[0])) for each in whole.values() for row in each]
        self.custody.append(f"{action}.end", subject, {"rows": len(numbers)})
        self.mark_head()
        return numbers

    def exhibit_number(self, label: str) -> int | None:
        """The number of the exhibit with this label."""
        row = self._row("SELECT id FROM exhibit WHERE label = ?", (label,))
        return int(row[0]) if row else None

    def stands(self, table: str, number: int, column: str, value: int) -> bool:
        """Whether a row of a table that only grows is there for this value, and no later row takes its place."""
        sql = f"""SELECT count(*) FROM {table} t WHERE id = ? AND {column} = ? AND NOT withdrawn
            AND NOT EXISTS (SELECT 1 FROM {table} l WHERE l.corrects = t.id)"""
        return self._value(sql, (number, value)) == 1

    def last_person(self) -> int:
        """The highest number of a protected person; 0 where there is none."""
        return self._value("SELECT coalesce(max(person), 0) FROM protected")

    @alone
    def next_number(self, table: str) -> int:
        """The number that the next row of a table that only grows will have."""
        with translated(self.folder):
            return appended.next_number(self._database, table)

    def _waiting(self, evidence: int) -> Pending:
        return self._pending.setdefault(evidence, Pending(self._database))

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self.lock, translated(self.folder), self._database:
            self._database.execute("BEGIN IMMEDIATE")
            yield self._database

    def _row(self, sql: str, values: Sequence[object] = ()) -> tuple[str, ...] | None:
        with self.lock, translated(self.folder):
            row: tuple[str, ...] | None = self._database.execute(sql, values).fetchone()
        return row

    def _value(self, sql: str, values: Sequence[object] = ()) -> int:
        row = self._row(sql, values)
        assert row is not None
        return int(row[0])

    def _new_id(self) -> int:
        self._next += 1
        return self._next - 1

    def _store_children(
        self, database: sqlite3.Connection, evidence: int, outcomes: Iterable[Examined]
    ) -> list[tuple[object, ...]]:
        """Write what was listed; returns the rows."""
        rows: list[tuple[object, ...]] = []
        for outcome in outcomes:
            ids = [self._new_id() for _ in outcome.children]
            for number, (row, _, _, folder) in zip(ids, outcome.children, strict=True):
                rows.append((number, evidence, outcome.entry_id if folder is None else ids[folder], *row))
        database.executemany(_INSERT_ENTRY, rows)
        database.executemany(INSERT_QUEUE, map(queue_row, rows))
        return rows

    def _store_previews(self, outcomes: Iterable[Examined]) -> None:
        if rows := previews_of(outcomes):
            with translated(self.folder), self._previews:
                self._previews.executemany("INSERT OR REPLACE INTO preview VALUES (?, ?, ?, ?, ?, ?)", rows)


def now() -> str:
    """The present moment, UTC, ISO 8601."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

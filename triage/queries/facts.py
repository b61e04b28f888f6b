"""What was examined, how far, with what, and what it brought."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from triage.casefolder import LOG
from triage.custody import read_events
from triage.queries.base import Reader
from triage.schema import iso

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.model import CustodyEvent


@dataclass(frozen=True, slots=True)
class Coverage:
    """Found = pending + examined + skipped + failed. Bytes listed: as directories state them; read: content really read; taken: read for it from the device.

    What was taken depends on what was in memory and on how often a run was broken off; everything else does not.
    """

    evidence: str
    found: int
    examined: int
    skipped: int
    failed: int
    pending: int
    bytes_listed: int
    bytes_read: int
    bytes_taken: int

    @property
    def taken_for_each(self) -> float | None:
        """Bytes read from the device for each byte of content; None where no content was read."""
        return self.bytes_taken / self.bytes_read if self.bytes_read else None


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One source of an exhibit with its digests before and after."""

    id: int
    exhibit: str
    source: str
    format: str
    size: int | None
    added_at: str
    md5_before: str | None
    sha256_before: str | None
    before_at: str | None
    md5_after: str | None
    sha256_after: str | None
    after_at: str | None


@dataclass(frozen=True, slots=True)
class ImageRow:
    """A whole medium that was verified. `outcome`: fits, differs, damaged, nothing_stored, no_image or unreadable.

    `digests` in hexadecimal by name; `compared` has digest, origin (stored, given), value and fits; `damaged` bytes.
    """

    evidence_id: int
    source: str
    outcome: str
    bytes: int
    digests: dict[str, str]
    compared: list[dict[str, object]]
    damaged: int


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run: `settings` and `extractors` (name to version) as data."""

    id: int
    evidence_id: int
    settings: dict[str, object]
    extractors: dict[str, str]
    program: str
    started_at: str
    ended_at: str | None
    outcome: str


@dataclass(frozen=True, slots=True)
class HitRow:
    """A match with a list, and the file it belongs to."""

    id: int
    entry_id: int
    exhibit: str
    path: str
    volume: str | None
    locator: str
    deleted: bool
    size: int | None
    mime: str | None
    md5: str | None
    sha1: str | None
    sha256: str | None
    modified: str | None
    list: str
    list_version: str
    list_kind: str
    category: str | None
    how: str
    value: str
    distance: float | None
    explanation: str
    cache: str | None = None  # the file is a cached picture of this store
    gone: bool = False  # and no live original of it is known


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """Something that could not be read, or only in part."""

    id: int
    entry_id: int
    path: str
    volume: str | None
    stage: str
    kind: str
    message: str
    detail: str | None


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts over the whole case."""

    entries: int
    files: int
    deleted: int
    pending: int
    notable: int
    known: int
    watch: int
    messages: int
    threads: int
    calls: int
    media: int
    with_position: int
    problems: dict[str, int]
    bytes_read: int
    copies: int = 0  # messages, calls and contacts that were read again elsewhere


class Facts(Reader):
    """Queries about the case as a whole."""

    def facts(self) -> dict[str, str]:
        """Facts about the case: what the program keeps, and what stands of what persons stated, its values in one text."""
        sql = """SELECT name, value FROM fact WHERE name NOT LIKE 'image:%' UNION ALL SELECT * FROM (
            SELECT name, group_concat(value, '; ') FROM (SELECT name, value FROM v_facts WHERE exhibit IS NULL
            AND state = 'current' ORDER BY name, position) GROUP BY name) ORDER BY 1"""
        return dict(self.rows(lambda name, value: (name, value), sql))

    def exhibits(self) -> list[str]:
        """Labels."""
        return self.rows(str, "SELECT label FROM exhibit ORDER BY label")

    def evidence(self) -> list[EvidenceRow]:
        """Every source, in the order added."""
        return self.rows(
            EvidenceRow,
            """SELECT v.id, x.label, v.source, v.format, v.size, v.added_at, v.md5_before, v.sha256_before, v.before_at,
            v.md5_after, v.sha256_after, v.after_at FROM evidence v JOIN exhibit x ON x.id = v.exhibit_id ORDER BY v.id""",
        )

    def images(self) -> list[ImageRow]:
        """What came of verifying whole media, in the order of the evidence."""
        return self.rows(
            lambda number, source, value: _image_row(number, source, json.loads(value)),
            """SELECT v.id, v.source, f.value FROM evidence v JOIN fact f ON f.name = 'image:' || v.id ORDER BY v.id""",
        )

    def root_of(self, evidence: int) -> int:
        """The entry that is the evidence itself."""
        return self.rows(int, "SELECT min(id) FROM entry WHERE evidence_id = ? AND parent IS NULL", (evidence,))[0]

    def runs(self) -> list[RunRow]:
        """Every run, in order."""
        return self.rows(
            lambda number, evidence, settings, extractors, *rest: RunRow(
                number, evidence, json.loads(settings), json.loads(extractors), *rest
            ),
            "SELECT id, evidence_id, settings, extractors, program, started_at, ended_at, outcome FROM run ORDER BY id",
        )

    def coverage(self) -> list[Coverage]:
        """How far each evidence was examined."""
        return self.rows(
            Coverage,
            """SELECT evidence, found, examined, skipped, failed, found - examined - skipped - failed, bytes_listed, bytes_read, bytes_taken
            FROM v_coverage ORDER BY evidence""",
        )

    def summary(self) -> Summary:
        """Counts over the whole case, for a status line."""
        count = self.value
        return Summary(
            entries=count("SELECT count(*) FROM entry"),
            files=count("SELECT count(*) FROM entry WHERE kind = 'file'"),
            deleted=count("SELECT count(*) FROM entry WHERE kind = 'file' AND deleted"),
            pending=count("SELECT count(*) FROM queue"),
            notable=count("SELECT count(*) FROM hit WHERE list_kind = 'notable'"),
            known=count("SELECT count(*) FROM hit WHERE list_kind = 'known'"),
            watch=count("SELECT count(*) FROM hit WHERE list_kind = 'watch'"),
            messages=count("SELECT count(*) FROM shown_message"),
            threads=count("SELECT count(*) FROM (SELECT DISTINCT app, account, thread FROM shown_message)"),
            calls=count("SELECT count(*) FROM shown_call"),
            media=count("SELECT count(*) FROM media"),
            with_position=count("SELECT count(*) FROM media WHERE latitude IS NOT NULL"),
            problems=self.problem_counts(),
            bytes_read=count("SELECT sum(bytes_read) FROM content"),
            copies=count("SELECT count(*) FROM v_provenances"),
        )

    def problem_counts(self) -> dict[str, int]:
        """How many problems of each kind."""
        return dict(
            self.rows(lambda kind, n: (kind, n), "SELECT kind, count(*) FROM problem GROUP BY kind ORDER BY kind")
        )

    def hits(self, *, kind: str = "notable", limit: int = -1, offset: int = 0) -> list[HitRow]:
        """Hits of one kind of list: notable, watch or known. Live before deleted, by path."""
        return self.rows(
            HitRow,
            f"""SELECT h.id, h.entry_id, x.label, e.path, e.volume, e.locator, e.deleted, e.size, c.mime, lower(hex(c.md5)),
            lower(hex(c.sha1)), lower(hex(c.sha256)), {iso("e.modified", "e.local_times & 1")}, h.list, h.list_version, h.list_kind,
            h.category, h.how, h.value, h.distance, h.explanation, k.cache, coalesce(k.gone, 0) FROM hit h
            JOIN entry e ON e.id = h.entry_id JOIN evidence v ON v.id = e.evidence_id JOIN exhibit x ON x.id = v.exhibit_id
            LEFT JOIN content c ON c.entry_id = e.id LEFT JOIN cached k ON k.entry_id = e.id
            WHERE h.list_kind = ? ORDER BY x.label, e.deleted, e.path, e.locator, h.list LIMIT ? OFFSET ?""",
            (kind, limit, offset),
        )

    def problems(self, *, limit: int = -1, offset: int = 0) -> list[ProblemRow]:
        """Problems by kind and path."""
        return list(self.each_problem(limit=limit, offset=offset))

    def each_problem(self, *, limit: int = -1, offset: int = 0) -> Iterator[ProblemRow]:
        """The same one at a time."""
        return self.each(
            ProblemRow,
            """SELECT p.id, p.entry_id, e.path, e.volume, p.stage, p.kind, p.message, p.detail FROM problem p
            JOIN entry e ON e.id = p.entry_id ORDER BY p.kind, e.path, p.stage, p.message LIMIT ? OFFSET ?""",
            (limit, offset),
        )

    def ran(self) -> list[tuple[str, str, str, int, int]]:
        """Extractor, version, outcome, items, records: what ran, summed."""
        return self.rows(
            lambda *columns: columns,
            """SELECT extractor, version, outcome, count(*), sum(count) FROM ran GROUP BY extractor, version, outcome
            ORDER BY extractor, version, outcome""",
        )

    def custody(self) -> list[CustodyEvent]:
        """The custody log."""
        return list(read_events(self.folder / LOG))


def _image_row(number: int, source: str, facts: dict[str, Any]) -> ImageRow:
    damaged = sum(each["size"] for each in facts.get("damages", ()))
    return ImageRow(
        number,
        source,
        facts["outcome"],
        facts.get("bytes", 0),
        facts.get("digests", {}),
        facts.get("compared", []),
        damaged,
    )

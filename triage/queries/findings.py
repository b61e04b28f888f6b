"""What a report sums up: devices, hits by list, problems by kind, and what surrounds a hit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.queries.base import Reader
from triage.queries.facts import ProblemRow
from triage.schema import iso

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.model import CustodyEvent

# A message is tied to one of several copies of a file; a match of any of them concerns it.
_SAME_CONTENT = """a.attachment_entry_id IN (SELECT ? UNION SELECT entry_id FROM content
    WHERE sha256 = (SELECT sha256 FROM content WHERE entry_id = ?))"""


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """What the evidence of an exhibit says about the device it comes from."""

    exhibit: str
    app: str
    make: str | None
    model: str | None
    serial: str | None
    imei: str | None
    system: str | None
    phone: str | None
    time_zone: str | None
    path: str
    where: str


@dataclass(frozen=True, slots=True)
class HitGroup:
    """Matches with one category of one list in one exhibit; `files` counts each file once."""

    exhibit: str
    list: str
    list_version: str
    list_kind: str
    category: str | None
    how: str
    hits: int
    files: int
    deleted: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How the entries of one evidence stand, each status counted on its own; `found` counts them all."""

    exhibit: str
    evidence: str
    found: int
    examined: int
    skipped: int
    failed: int
    pending: int
    files: int
    deleted: int
    bytes_listed: int
    bytes_read: int

    @property
    def adds_up(self) -> bool:
        """Whether found = examined + skipped + failed + pending."""
        return self.found == self.examined + self.skipped + self.failed + self.pending


@dataclass(frozen=True, slots=True)
class AppCount:
    """Messages of one app in one exhibit."""

    exhibit: str
    app: str
    threads: int
    messages: int
    deleted: int


@dataclass(frozen=True, slots=True)
class Mention:
    """A message whose attachment is a certain file; it was read from `entry_id`."""

    id: int
    entry_id: int
    app: str
    thread: str | None
    thread_name: str | None
    sender: str | None
    sender_name: str | None
    direction: str
    sent_at: str | None
    deleted: str | None
    rule: str
    where: str
    source_path: str
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an entry lies: the exhibit, the source opened from it, and the path in that."""

    exhibit: str
    source: str
    path: str


@dataclass(frozen=True, slots=True)
class Position:
    """A photo or clip that carries a position, degrees WGS 84."""

    entry_id: int
    exhibit: str
    path: str
    deleted: bool
    taken_at: str | None
    make: str | None
    model: str | None
    latitude: float
    longitude: float
    where: str


class Findings(Reader):
    """Queries that sum up."""

    def devices(self) -> list[DeviceRow]:
        """What the evidence says about its devices."""
        return self.rows(
            DeviceRow,
            """SELECT x.label, d.app, d.make, d.model, d.serial, d.imei, d.system, d.phone, d.time_zone, e.path, d.where_
            FROM device d JOIN entry e ON e.id = d.entry_id JOIN evidence v ON v.id = e.evidence_id
            JOIN exhibit x ON x.id = v.exhibit_id ORDER BY x.label, d.app, e.path, d.where_""",
        )

    def hit_groups(self) -> list[HitGroup]:
        """Hits by exhibit, list, category and how; notable lists first."""
        return self.rows(
            HitGroup,
            """SELECT x.label, h.list, h.list_version, h.list_kind, h.category, h.how, count(*), count(DISTINCT h.entry_id),
            count(DISTINCT CASE WHEN e.deleted THEN h.entry_id END) FROM hit h JOIN entry e ON e.id = h.entry_id
            JOIN evidence v ON v.id = e.evidence_id JOIN exhibit x ON x.id = v.exhibit_id
            GROUP BY x.label, h.list, h.list_version, h.list_kind, h.category, h.how
            ORDER BY h.list_kind = 'known', x.label, h.list, h.list_version, h.category, h.how""",
        )

    def notable_files(self) -> int:
        """How many files matched a notable list, each counted once."""
        return self.value("SELECT count(DISTINCT entry_id) FROM hit WHERE list_kind = 'notable'")

    def matched_by_fingerprint(self) -> set[int]:
        """Ids of the files that look like one on a list."""
        return set(self.rows(int, "SELECT DISTINCT entry_id FROM hit WHERE how = 'fingerprint'"))

    def standings(self) -> list[Standing]:
        """How the entries of each evidence stand."""
        return self.rows(
            Standing,
            """SELECT x.label, v.source, n.found, n.examined, n.skipped, n.failed,
            (SELECT count(*) FROM queue q WHERE q.evidence_id = v.id), coalesce(sum(e.kind = 'file'), 0),
            coalesce(sum(e.kind = 'file' AND e.deleted), 0), n.bytes_listed, n.bytes_read
            FROM evidence v JOIN exhibit x ON x.id = v.exhibit_id JOIN v_coverage n ON n.evidence = v.source
            LEFT JOIN entry e ON e.evidence_id = v.id GROUP BY v.id ORDER BY v.id""",
        )

    def app_counts(self) -> list[AppCount]:
        """Messages by exhibit and app."""
        return self.rows(
            AppCount,
            """SELECT x.label, m.app, count(DISTINCT coalesce(m.account, '') || char(31) || coalesce(m.thread, '')), count(*),
            count(m.deleted) FROM shown_message m JOIN entry e ON e.id = m.entry_id JOIN evidence v ON v.id = e.evidence_id
            JOIN exhibit x ON x.id = v.exhibit_id GROUP BY x.label, m.app ORDER BY x.label, m.app""",
        )

    def problems_of(self, kind: str, *, limit: int) -> list[ProblemRow]:
        """Problems of one kind, by path."""
        return self.rows(
            ProblemRow,
            """SELECT p.id, p.entry_id, e.path, e.volume, p.stage, p.kind, p.message, p.detail FROM problem p
            JOIN entry e ON e.id = p.entry_id WHERE p.kind = ? ORDER BY e.path, p.stage, p.message LIMIT ?""",
            (kind, limit),
        )

    def mentions(self, entry_id: int, *, limit: int) -> list[Mention]:
        """Messages whose attachment is this file or another with the same content, in order of time."""
        return self.rows(
            Mention,
            f"""SELECT m.id, m.entry_id, m.app, m.thread, m.thread_name, m.sender, m.sender_name, m.direction,
            {iso("m.sent_at", "m.sent_at_local")}, m.deleted, a.rule, m.where_, e.path, m.account FROM shown_attachment a
            JOIN shown_message m ON m.id = a.message_id JOIN entry e ON e.id = m.entry_id WHERE {_SAME_CONTENT}
            ORDER BY m.sent_at, e.path, m.where_ LIMIT ?""",
            (entry_id, entry_id, limit),
        )

    def mention_count(self, entry_id: int) -> int:
        """How many messages have this file, or another with the same content, as their attachment."""
        return self.value(f"SELECT count(*) FROM shown_attachment a WHERE {_SAME_CONTENT}", (entry_id, entry_id))

    def origins(self, ids: Sequence[int]) -> dict[int, Origin]:
        """Where each of these entries (some hundred of them) lies."""
        return dict(
            self.rows(
                lambda number, *columns: (number, Origin(*columns)),
                f"""SELECT e.id, x.label, v.source, e.path FROM entry e JOIN evidence v ON v.id = e.evidence_id
                JOIN exhibit x ON x.id = v.exhibit_id WHERE e.id IN ({", ".join("?" * len(ids))})""",
                list(ids),
            )
        )

    def notable_threads(self) -> set[tuple[str, str | None, str | None]]:
        """App, account and thread of the conversations in which a file that matched a notable list was exchanged."""
        return set(
            self.rows(
                lambda *key: key,
                """SELECT DISTINCT m.app, m.account, m.thread FROM shown_message m JOIN shown_attachment a ON a.message_id = m.id
                WHERE a.attachment_entry_id IN (SELECT entry_id FROM hit WHERE list_kind = 'notable')""",
            )
        )

    def positions(self, *, limit: int) -> list[Position]:
        """Photos and clips with a position: by exhibit and time."""
        return self.rows(
            Position,
            f"""SELECT m.entry_id, x.label, e.path, e.deleted, {iso("m.taken_at", "m.taken_at_local")}, m.make, m.model,
            m.latitude, m.longitude, m.where_ FROM media m JOIN entry e ON e.id = m.entry_id
            JOIN evidence v ON v.id = e.evidence_id JOIN exhibit x ON x.id = v.exhibit_id
            WHERE m.latitude IS NOT NULL AND m.longitude IS NOT NULL
            ORDER BY x.label, m.taken_at, e.path, e.locator LIMIT ?""",
            (limit,),
        )

    def digested(self, evidence: int) -> Iterator[tuple[str, str, str]]:
        """Locator, path and SHA-256 of every file of an evidence that was read to its end, in order of path."""
        yield from self._database.execute(
            """SELECT e.locator, e.path, lower(hex(c.sha256)) FROM entry e JOIN content c ON c.entry_id = e.id
            WHERE e.evidence_id = ? AND e.kind = 'file' AND c.sha256 IS NOT NULL ORDER BY e.path, e.locator""",
            (evidence,),
        )


def last_rows(events: Sequence[CustodyEvent]) -> dict[str, dict[str, object]] | None:
    """The row digests of the last finished run; None where there is none or a run started after it."""
    for event in reversed(events):
        rows = event.data.get("rows") if event.action == "run.end" else None
        if isinstance(rows, dict):
            return rows
        if event.action.startswith("run."):
            return None
    return None

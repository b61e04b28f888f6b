"""Conversations, calls and media."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from triage.hashing.thumbnails import ANOTHER
from triage.queries.base import Reader
from triage.schema import SHOWN, iso

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.queries.period import Period


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """A conversation. `key` fields app, account, thread identify it; None is a value here."""

    app: str
    account: str | None
    thread: str | None
    name: str | None
    messages: int
    first_at: str | None
    last_at: str | None


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message with the file its attachment was tied to, by `rule` digest or path.

    `assumed` is set where the message was recognised in a table of unknown schema; it says how. `account_rule` says what the account
    follows from where the database does not name it. `copies` counts the places it was read from; `states` is how it stands in them.
    """

    id: int
    entry_id: int
    app: str
    account: str | None
    thread: str | None
    sender: str | None
    sender_name: str | None
    direction: str
    sent_at: str | None
    body: str | None
    kind: str
    attachment: str | None
    attachment_entry_id: int | None
    attachment_rule: str | None
    attachment_notable: bool
    deleted: str | None
    where: str
    source_path: str
    assumed: str | None = None
    account_rule: str | None = None
    copies: int = 1
    states: str | None = None
    attachment_seconds: float | None = None  # length of a voice message, sound or clip
    chosen: bool = False  # an examiner chose it for the report


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a record stands beside the place it is shown from, and how it stands there."""

    path: str
    where: str
    deleted: str | None
    rule: str


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call."""

    id: int
    entry_id: int
    app: str
    party: str | None
    party_name: str | None
    direction: str
    started_at: str | None
    duration_s: float | None
    kind: str
    outcome: str | None
    where: str
    account: str | None = None
    deleted: str | None = None
    copies: int = 1


@dataclass(frozen=True, slots=True)
class MediaRow:
    """A picture or clip with its file."""

    id: int
    entry_id: int
    exhibit: str
    path: str
    name: str
    deleted: bool
    kind: str
    width: int | None
    height: int | None
    taken_at: str | None
    make: str | None
    model: str | None
    serial: str | None
    latitude: float | None
    longitude: float | None
    duration_s: float | None
    sha256: str | None
    has_preview: bool
    notable: bool
    near_duplicates: int = 0  # others that look alike
    group: int | None = None
    software: str | None = None
    lens: str | None = None
    owner: str | None = None
    taken_from: str | None = None
    thumbnail_distance: int | None = None  # bits by which the embedded thumbnail differs
    other_thumbnail: bool = False  # it shows another picture
    exif: str | None = None  # how EXIF was read, where not as a whole


_MESSAGES = f"""SELECT m.id, m.entry_id, m.app, m.account, m.thread, m.sender, m.sender_name, m.direction,
    {iso("m.sent_at", "m.sent_at_local")}, m.body, m.kind, m.attachment, a.attachment_entry_id, a.rule,
    EXISTS (SELECT 1 FROM hit h WHERE h.entry_id = a.attachment_entry_id AND h.list_kind = 'notable'),
    m.deleted, m.where_, e.path, m.assumed, m.account_rule, m.copies, m.states,
    (SELECT max(x.duration_s) FROM media x WHERE x.entry_id = a.attachment_entry_id),
    EXISTS (SELECT 1 FROM line l WHERE l.message_id = m.id AND NOT l.removed
        AND NOT EXISTS (SELECT 1 FROM line n WHERE n.message_id = m.id AND n.id > l.id)) FROM shown_message m
    JOIN entry e ON e.id = m.entry_id LEFT JOIN attachment a ON a.message_id = m.id"""
_IN_TIME = "m.sent_at, e.path, m.where_"


_MEDIA = f"""SELECT m.id, m.entry_id, x.label, e.path, e.name, e.deleted, m.kind, m.width, m.height,
    {iso("m.taken_at", "m.taken_at_local")}, m.make, m.model, m.serial, m.latitude, m.longitude, m.duration_s,
    lower(hex(c.sha256)), 0, EXISTS (SELECT 1 FROM hit h WHERE h.entry_id = e.id AND h.list_kind = 'notable') AS notable,
    coalesce(d.members - 1, 0), d.group_number, m.software, m.lens, m.owner, m.taken_from, m.thumbnail_distance,
    coalesce(m.thumbnail_distance >= {ANOTHER}, 0), CASE WHEN m.metadata IN ('partly read', 'unreadable') THEN m.metadata END
    FROM media m JOIN entry e ON e.id = m.entry_id JOIN evidence v ON v.id = e.evidence_id
    JOIN exhibit x ON x.id = v.exhibit_id LEFT JOIN content c ON c.entry_id = e.id
    LEFT JOIN near_duplicate d ON d.entry_id = e.id"""


def _within(period: Period | None) -> str:
    return f" WHERE {period.holds('m.sent_at', 'm.sent_at_local')}" if period else ""


class Records(Reader):
    """Queries over records."""

    def threads(self, period: Period | None = None) -> list[ThreadRow]:
        """Every conversation, the latest first; with a period, what of it lies within."""
        first, last = (iso(f"{name}(m.sent_at)", "max(m.sent_at_local)") for name in ("min", "max"))
        return self.rows(
            ThreadRow,
            f"""SELECT m.app, m.account, m.thread, max(m.thread_name), count(*), {first}, {last} FROM shown_message m{_within(period)}
            GROUP BY m.app, m.account, m.thread ORDER BY max(m.sent_at) DESC, m.app, m.thread""",
        )

    def messages(
        self,
        app: str,
        account: str | None,
        thread: str | None,
        *,
        limit: int = -1,
        offset: int = 0,
        period: Period | None = None,
    ) -> list[MessageRow]:
        """The messages of one conversation in order of time."""
        return list(self.each_message(app, account, thread, limit=limit, offset=offset, period=period))

    def each_message(
        self,
        app: str,
        account: str | None,
        thread: str | None,
        *,
        limit: int = -1,
        offset: int = 0,
        period: Period | None = None,
    ) -> Iterator[MessageRow]:
        """The same one at a time."""
        return self.each(
            MessageRow,
            f"{_MESSAGES}{_within(period)} {'AND' if period else 'WHERE'} m.app = ? AND m.account IS ? AND m.thread IS ?"
            f" ORDER BY {_IN_TIME} LIMIT ? OFFSET ?",
            (app, account, thread, limit, offset),
        )

    def place_of_message(
        self, message: int, app: str, account: str | None, thread: str | None, *, period: Period | None = None
    ) -> int | None:
        """How many messages of its conversation stand before this one; None where it is not among them."""
        sql = f"""SELECT place FROM (SELECT m.id, row_number() OVER (ORDER BY {_IN_TIME}) - 1 AS place FROM shown_message m
            JOIN entry e ON e.id = m.entry_id{_within(period)} {"AND" if period else "WHERE"} m.app = ? AND m.account IS ?
            AND m.thread IS ?) WHERE id = ?"""
        found = self.rows(int, sql, (app, account, thread, message))
        return found[0] if found else None

    def line_threads(self) -> set[tuple[str, str | None, str | None]]:
        """App, account and thread of the conversations of which a message was chosen for the report."""
        return set(
            self.rows(
                lambda *key: key,
                """SELECT DISTINCT m.app, m.account, m.thread FROM shown_message m JOIN line t ON t.message_id = m.id WHERE NOT t.removed
                AND NOT EXISTS (SELECT 1 FROM line l WHERE l.message_id = t.message_id AND l.id > t.id)""",
            )
        )

    def messages_carrying(self, ids: Sequence[int]) -> list[MessageRow]:
        """The messages whose attachment is one of these files (some hundred of them)."""
        marks = ", ".join("?" * len(ids))
        return self.rows(MessageRow, f"{_MESSAGES} WHERE a.attachment_entry_id IN ({marks}) ORDER BY {_IN_TIME}", ids)

    def every_message(self) -> Iterator[MessageRow]:
        """All messages, one conversation after the other, each in order of time."""
        return self.each(MessageRow, f"{_MESSAGES} ORDER BY m.app, m.account, m.thread, {_IN_TIME}")

    def provenances(self, table: str, shown: int, *, limit: int = 50) -> list[Provenance]:
        """Where else a shown message, call or contact stands."""
        assert table in SHOWN
        return self.rows(
            Provenance,
            f"""SELECT e.path, r.where_, r.deleted, c.rule FROM copy c JOIN {table} r ON r.id = c.id
            JOIN entry e ON e.id = r.entry_id WHERE c.kind = ? AND c.shown_id = ? ORDER BY e.path, r.where_, r.deleted LIMIT ?""",
            (table, shown, limit),
        )

    def calls(self, *, limit: int = -1, offset: int = 0) -> list[CallRow]:
        """Calls in order of time."""
        return list(self.each_call(limit=limit, offset=offset))

    def each_call(self, *, limit: int = -1, offset: int = 0) -> Iterator[CallRow]:
        """The same one at a time."""
        return self.each(
            CallRow,
            f"""SELECT id, entry_id, app, party, party_name, direction, {iso("started_at", "started_at_local")}, duration_s, kind,
            outcome, where_, account, deleted, copies FROM shown_call ORDER BY started_at, app, where_ LIMIT ? OFFSET ?""",
            (limit, offset),
        )

    def media_count(self) -> int:
        """How many pictures, clips and sounds."""
        return self.value("SELECT count(*) FROM media")

    def alike_groups(self) -> int:
        """How many groups of pictures or clips look alike."""
        return self.value("SELECT count(DISTINCT group_number) FROM near_duplicate")

    def media(self, *, limit: int = -1, offset: int = 0) -> list[MediaRow]:
        """Pictures and clips, then sounds: notable first, then by exhibit and path."""
        return list(self.each_media(limit=limit, offset=offset))

    def each_media(self, *, limit: int = -1, offset: int = 0) -> Iterator[MediaRow]:
        """The same one at a time."""
        held = {number for (number,) in self._previews.execute("SELECT entry_id FROM preview WHERE view = 'large'")}
        return self.each(
            lambda *columns: replace(MediaRow(*columns), has_preview=columns[1] in held),
            f"{_MEDIA} ORDER BY notable DESC, m.kind = 'audio', x.label, e.path, e.locator LIMIT ? OFFSET ?",
            (limit, offset),
        )

    def media_row(self, entry_id: int) -> MediaRow | None:
        """Everything that is known of one picture, clip or sound; None where the entry is none."""
        for row in self.rows(MediaRow, f"{_MEDIA} WHERE m.entry_id = ? ORDER BY m.id LIMIT 1", (entry_id,)):
            return replace(row, has_preview=self.preview(entry_id) is not None)
        return None

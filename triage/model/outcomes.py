"""What examining an entry brings, and what is written in the custody log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from triage.model.piped import Piped

if TYPE_CHECKING:
    from triage.model.entries import Digests, FileType, Outcome, Status
    from triage.model.records import Record
    from triage.model.rows import Child, Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit(Piped):
    """An item or record that matched a list. `how` is exact, fingerprint, term or rule; `list_kind` known, notable or watch.

    `category` is for people, with its label; `code` is the list's own, whose meaning `scheme` says; `details` is what else the
    list says (series, tags, flags, comments) as JSON.
    """

    list: str
    list_version: str
    list_kind: str
    how: str
    value: str
    category: str | None = None
    distance: float | None = None
    explanation: str = ""
    scheme: str | None = None
    code: str | None = None
    details: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem(Piped):
    """Something that could not be read, or only in part.

    `kind` is one of: unreadable, malformed, encrypted, maybe-encrypted, unsupported, truncated, limit, bug, crash, timeout, memory.
    `stage` says who met it: open, list, read, type, match, or the extractor's name. `message` is one plain sentence.
    """

    kind: str
    stage: str
    message: str
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Ran(Piped):
    """One extractor on one item."""

    extractor: str
    version: str
    outcome: Outcome
    count: int
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Opened(Piped):
    """A protected volume, or a database of an app, was opened. `number` is the place of the password among those given, from 1; None: it needed none."""

    scheme: str
    number: int | None = None


class Examined(NamedTuple):
    """All that examining one entry brought. `entry_id` is the case's id of that entry.

    A named tuple, like its digests and type: one of each crosses the pipe for every entry.

    `bytes_read` is content, `bytes_taken` what was read for it from the device or the files of the source.

    `facts` are records that are rows already. An entry with very many of them comes in parts, counted from 0, and then its
    outcome: a part has facts alone and leaves the entry pending.
    """

    entry_id: int
    status: Status
    digests: Digests | None = None
    type: FileType | None = None
    children: tuple[Child, ...] = ()
    records: tuple[Record, ...] = ()
    hits: tuple[Hit, ...] = ()
    problems: tuple[Problem, ...] = ()
    ran: tuple[Ran, ...] = ()
    bytes_read: int = 0
    opened: Opened | None = None
    facts: tuple[Rows, ...] = ()
    part: int | None = None
    bytes_taken: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyEvent:
    """One line of the custody log. `at` is UTC in ISO 8601; digests and signature in hexadecimal.

    `zone` is the setting of the computer at that moment: offset from UTC and the name it gives the zone.
    """

    number: int
    at: str
    zone: str
    actor: str
    action: str
    subject: str
    data: dict[str, object]
    previous: str
    digest: str = ""
    signature: str = ""

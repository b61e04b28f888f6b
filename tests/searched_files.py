"""Files and messages in a case, for what ties one to the other."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from triage.case import Case
from triage.model import Digests, Entry, Examined, FileType, Kind, Locator, Message, Status, Step
from triage.queries import Queries
from triage.stored import child


def digest_of(content: int) -> bytes:
    return hashlib.sha256(bytes([content])).digest()


@dataclass(frozen=True)
class Row:
    """A file, or what a message says of one."""

    path: str
    size: int | None = None
    content: int | None = None
    deleted: bool = False

    @property
    def sha256(self) -> bytes | None:
        return None if self.content is None else digest_of(self.content)


def ties(folder: Path, files: list[Row], messages: list[Row]) -> list[tuple[str | None, str, int] | None]:
    """For each message: the path it was tied to, the rule, how many files fit; None: nothing was said."""
    with Case.open_or_create(folder / "case", actor="tester") as case:
        root = Entry(locator=Locator(), name="phone", kind=Kind.FOLDER)
        evidence = case.add_evidence(folder / "x", exhibit="A", format_name="folder", size=None, root=root)
        (top,) = case.take(evidence, entries=1, size=1)
        database = Row("/data/data/org.example/databases/chat.db")
        children = tuple(child(_entry(each), (1, "")) for each in [*files, database])
        case.store(evidence, [Examined(entry_id=top.id, status=Status.EXAMINED, children=children)])
        by_path = {taken.path: taken.id for taken in case.take(evidence, entries=1000, size=1 << 40)}
        told = tuple(
            Message(
                where=f"m={number:03}",
                app="X",
                attachment=each.path,
                attachment_size=each.size,
                attachment_sha256=each.sha256,
            )
            for number, each in enumerate(messages)
        )
        outcomes = [Examined(entry_id=by_path[each.path], status=Status.EXAMINED, **_read(each)) for each in files]
        outcomes.append(Examined(entry_id=by_path[database.path], status=Status.EXAMINED, records=told))
        case.store(evidence, outcomes)
        case.link_attachments()
    queries = Queries(folder / "case")
    paths = {number: path for path, number in by_path.items()}
    rows = queries.rows(
        lambda *row: row,
        "SELECT attachment_entry_id, attachment_rule, attachment_fitting FROM v_messages ORDER BY where_",
    )
    queries.close()
    return [None if rule is None else (paths.get(entry), rule, fitting) for entry, rule, fitting in rows]


def _entry(row: Row) -> Entry:
    place = Locator((Step("folder", row.path),))
    name = row.path.rsplit("/", 1)[-1]
    return Entry(locator=place, name=name, kind=Kind.FILE, size=row.size, path=row.path, deleted=row.deleted)


def _read(row: Row) -> dict[str, object]:
    if row.sha256 is None:
        return {}
    return {"digests": Digests(b"m" * 16, b"s" * 20, row.sha256, 3), "type": FileType("image/jpeg", "signature")}

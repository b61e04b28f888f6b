"""What was read twice is shown once, by what the evidence states alone, and every place it stands in is kept."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from triage.case import Case
from triage.model import (
    Call,
    Child,
    Contact,
    Entry,
    Examined,
    Kind,
    Locator,
    Message,
    Record,
    Stamp,
    Status,
    Step,
    Zone,
)
from triage.queries import Queries
from triage.stored import child

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

AT = Stamp(1_600_000_000_000_000_000, Zone.UTC, 1_000_000)
LATER = Stamp(1_600_000_060_000_000_000, Zone.UTC, 1_000_000)
LIVE, BACKUP = "/data/data/com.whatsapp/databases/msgstore.db", "/sdcard/WhatsApp/Databases/msgstore.db.crypt15"
ONE = Message(
    where="message._id=2",
    app="WhatsApp",
    thread="t",
    identifier="3A01",
    direction="in",
    sender="b",
    sent_at=AT,
    body="halo",
)


def rows(
    folder: Path, files: Mapping[str, Sequence[Record]], sql: str, *, turned: bool = False
) -> list[tuple[object, ...]]:
    """What a case with these records in these files answers; `turned`: examined in the other order."""
    root = Entry(locator=Locator(), name="phone", kind=Kind.FOLDER)
    with Case.open_or_create(folder, actor="tester") as case:
        evidence = case.add_evidence(folder / "source", exhibit="A1", format_name="folder", size=None, root=root)
        (top,) = case.take(evidence, entries=1, size=1)
        listed = [_listed(path) for path in files]
        case.store(evidence, [Examined(entry_id=top.id, status=Status.EXAMINED, children=tuple(listed))])
        taken = sorted(case.take(evidence, entries=99, size=1 << 20), key=lambda each: each.path, reverse=turned)
        for each in taken:
            case.store(evidence, [Examined(entry_id=each.id, status=Status.EXAMINED, records=tuple(files[each.path]))])
        case.link_attachments()
        case.link_attachments()
        return case._database.execute(sql).fetchall()


def _listed(path: str) -> Child:
    name = path.rsplit("/", 1)[-1]
    return child(Entry(locator=Locator((Step("fs", path),)), name=name, path=path, kind=Kind.FILE, size=1))


MESSAGES = "SELECT body, deleted, copies, states FROM v_messages ORDER BY 1, 2, 3, 4"


@pytest.mark.parametrize(
    ("live", "backup", "shown"),
    [
        ([ONE], [replace(ONE, where="message._id=9")], [("halo", None, 2, "live")]),
        ([ONE], [replace(ONE, direction="unknown", sender=None)], [("halo", None, 2, "live")]),
        ([replace(ONE, body=None, deleted="revoked", kind="revoked")], [ONE], [("halo", "revoked", 2, "live, revoked")]),
        ([ONE], [replace(ONE, deleted="deleted")], [("halo", "deleted", 2, "deleted, live")]),
        ([ONE, replace(ONE, deleted="superseded", forwarded=True)], [], [("halo", None, 2, "live, superseded")]),
        ([ONE], [replace(ONE, body="apa")], [("apa", None, 1, None), ("halo", None, 1, None)]),
        ([ONE], [replace(ONE, thread="u")], [("halo", None, 1, None)] * 2),
        ([ONE], [replace(ONE, identifier="3A02")], [("halo", None, 1, None)] * 2),
        ([ONE], [replace(ONE, app="WhatsApp Business")], [("halo", None, 1, None)] * 2),
        ([replace(ONE, account="p")], [replace(ONE, account="q")], [("halo", None, 1, None)] * 2),
        ([replace(ONE, account="p")], [ONE], [("halo", None, 2, "live")]),
        ([ONE, replace(ONE, where="message._id=3")], [], [("halo", None, 1, None)] * 2),
        ([ONE, replace(ONE, where="fts.docid=3", deleted="left in search index")], [], [("halo", None, 2, "left in search index, live")]),
        ([ONE], [replace(ONE, identifier=None)], [("halo", None, 2, "live")]),
        ([ONE], [replace(ONE, identifier=None, sent_at=LATER)], [("halo", None, 1, None)] * 2),
        ([replace(ONE, identifier=None)], [replace(ONE, identifier=None)], [("halo", None, 2, "live")]),
        ([replace(ONE, identifier=None, sent_at=None)], [replace(ONE, identifier=None, sent_at=None)], [("halo", None, 1, None)] * 2),
        (
            [replace(ONE, identifier=None), replace(ONE, identifier=None, where="message._id=3")],
            [replace(ONE, identifier=None), replace(ONE, identifier=None, where="message._id=4")],
            [("halo", None, 2, "live")] * 2,
        ),
        ([ONE], [replace(ONE, attachment="Media/a.jpg")], [("halo", None, 2, "live")]),
        ([replace(ONE, attachment="x/A.jpg")], [replace(ONE, attachment="Media/a.jpg")], [("halo", None, 2, "live")]),
        ([replace(ONE, body=None, attachment="b.jpg")], [replace(ONE, body=None, attachment="a.jpg")], [(None, None, 1, None)] * 2),
        ([ONE], [replace(ONE, body=None, attachment="a.jpg")], [(None, None, 1, None), ("halo", None, 1, None)]),
    ],
)  # fmt: skip
def test_messages(tmp_path: Path, live: list[Message], backup: list[Message], shown: list[tuple[object, ...]]) -> None:
    files = {LIVE: live, BACKUP: backup}
    assert rows(tmp_path / "case", files, MESSAGES) == shown
    assert rows(tmp_path / "turned", files, MESSAGES, turned=True) == shown


def test_every_place_is_kept_and_the_live_one_is_shown(tmp_path: Path) -> None:
    older = replace(ONE, where="message._id=1", deleted="superseded", read_at=AT)
    report = replace(ONE, identifier=None, where="Chat#1")
    files = {LIVE: [ONE, older], BACKUP: [replace(ONE, where="message._id=7")], "/report.xml": [report]}
    sql = "SELECT kind, where_, copy_path, copy_where, copy_deleted, rule FROM v_provenances ORDER BY 3, 4"
    told = [
        ("message", "message._id=2", LIVE, "message._id=1", "superseded", "identifier"),
        ("message", "message._id=2", "/report.xml", "Chat#1", None, "content"),
        ("message", "message._id=2", BACKUP, "message._id=7", None, "identifier"),
    ]
    assert rows(tmp_path / "case", files, sql) == told
    assert rows(tmp_path / "turned", files, sql, turned=True) == told


def test_a_report_is_joined_to_what_the_backup_alone_brought_together(tmp_path: Path) -> None:
    files = {LIVE: [ONE], BACKUP: [ONE], "/report.xml": [replace(ONE, identifier=None)]}
    assert rows(tmp_path / "case", files, MESSAGES) == [("halo", None, 3, "live")]


def test_calls_and_contacts(tmp_path: Path) -> None:
    call = Call(where="calls._id=1", app="Phone", party="+62 000 0000 001", direction="in", started_at=AT, duration_s=5)
    person = Contact(where="contact._id=1", app="WhatsApp", identifier="a", name="Budi", phone="1")
    files = {LIVE: [call, person], BACKUP: [call, replace(person, phone=None), replace(person, identifier="b")]}
    assert rows(tmp_path / "case", files, "SELECT party, copies FROM v_calls") == [("+62 000 0000 001", 2)]
    contacts = "SELECT identifier, phone, copies FROM v_contacts ORDER BY 1"
    assert rows(tmp_path / "other", files, contacts) == [("a", "1", 2), ("b", "1", 1)]


def test_an_identifier_that_thousands_bear_identifies_nothing(tmp_path: Path) -> None:
    many = [replace(ONE, where=f"message._id={number}") for number in range(700)]
    counts = "SELECT count(*), max(copies) FROM v_messages"
    assert rows(tmp_path / "case", {LIVE: many, BACKUP: many}, counts) == [(1400, 1)]


def test_no_order_of_records_changes_the_answer(tmp_path: Path) -> None:
    chance = random.Random(5)
    bodies, states = ("halo", "apa", None), (None, "revoked", "superseded")
    files = {
        path: [
            replace(ONE, where=f"message._id={number}", identifier=chance.choice(("1", "2", None)),
                    body=chance.choice(bodies), deleted=chance.choice(states))
            for number in range(30)
        ]
        for path in (LIVE, BACKUP, "/report.xml")
    }  # fmt: skip
    sql = "SELECT where_, copy_path, copy_where, rule FROM v_provenances ORDER BY 2, 3, 1"
    first = rows(tmp_path / "case", files, sql)
    shuffled = {path: chance.sample(records, len(records)) for path, records in reversed(files.items())}
    assert rows(tmp_path / "turned", shuffled, sql, turned=True) == first
    assert len(first) > 20
    total = rows(tmp_path / "counted", files, "SELECT sum(copies) FROM v_messages")
    assert total == [(90,)]


def test_what_the_interface_and_the_report_ask(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    rows(folder, {LIVE: [ONE], BACKUP: [replace(ONE, deleted="deleted")]}, MESSAGES)
    queries = Queries(folder)
    try:
        (thread,) = queries.threads()
        (message,) = queries.messages(thread.app, thread.account, thread.thread)
        (place,) = queries.provenances("message", message.id)
        assert (thread.messages, queries.summary().messages, queries.summary().copies) == (1, 1, 1)
        assert (message.copies, message.deleted, place.path, place.deleted, place.rule) == (
            2,
            "deleted",
            BACKUP,
            "deleted",
            "identifier",
        )
    finally:
        queries.close()

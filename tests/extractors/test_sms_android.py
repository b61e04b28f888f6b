"""SMS and MMS of a made database."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from making.databases import BUDI, PARTS, SITI, START, make_mmssms, make_notes
from making.items import item_from_bytes

from triage.extractors.sms_android import AndroidMessages
from triage.model import Message, Stamp


@pytest.fixture
def found(tmp_path: Path) -> list[Message]:
    return extracted(make_mmssms(tmp_path / "mmssms.db"))


def extracted(path: Path) -> list:
    return list(AndroidMessages().extract(item_from_bytes("mmssms.db", path.read_bytes())))


def test_sms(found: list[Message]) -> None:
    sms = [each for each in found if each.app == "SMS"]
    assert [(each.direction, each.sender, each.recipients, each.kind, each.raw_kind) for each in sms] == [
        ("in", BUDI, None, "text", "1"),
        ("out", None, BUDI, "text", "2"),
        ("out", None, BUDI, "draft", "3"),
        ("out", None, BUDI, "failed", "5"),
        ("unknown", None, None, "text", "42"),
    ]
    assert sms[0].sent_at == Stamp(START * 1_000_000, resolution=1_000_000)
    assert sms[4].sent_at is None
    assert (sms[0].where, sms[0].thread, sms[0].thread_name) == ("sms._id=1", "1", BUDI)


def test_mms_times_are_seconds_and_parts_are_attachments(found: list[Message]) -> None:
    first, second, notification = [each for each in found if each.app == "MMS"]
    assert (first.sender, first.recipients, first.direction) == (SITI, BUDI, "in")
    assert first.sent_at == Stamp(START * 1_000_000, resolution=1_000_000_000)
    assert (first.body, first.kind, first.attachment) == ("Undangan\nDatang ya", "image", f"{PARTS}/PART_1.jpg")
    assert first.thread_name == f"{BUDI}, {SITI}"
    assert (second.where, second.kind, second.attachment) == ("part._id=4", "contact", f"{PARTS}/PART_2.vcf")
    assert (second.sender, second.body) == (SITI, None)
    assert (notification.kind, notification.attachment) == ("notification", None)


def test_missing_tables_and_columns_cost_no_message(tmp_path: Path) -> None:
    path = make_mmssms(tmp_path / "mmssms.db")
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            "DROP TABLE threads; DROP TABLE addr; DROP TABLE part; ALTER TABLE sms DROP COLUMN body;"
        )
        database.commit()
    found = extracted(path)
    assert len(found) == 7
    assert found[0].thread_name == BUDI


def test_another_schema_is_named(tmp_path: Path) -> None:
    (problem,) = extracted(make_notes(tmp_path / "n.db"))
    assert problem.kind == "unsupported"
    assert "note" in problem.detail

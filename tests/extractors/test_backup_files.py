"""Exported messages, calls and cards: made files against values written down by hand, public ones counted."""

from xml.etree import ElementTree as ET

import pytest
from corpus import corpus_file
from making import backup_files as making
from making.databases import BUDI, SITI, START
from making.items import item_from_bytes

from triage.errors import EvidenceError
from triage.extractors import wanted_by
from triage.model import Stamp

SENT = Stamp(START * 1_000_000, resolution=1_000_000)


def found(name: str, data: bytes, *, by: str) -> list:
    (extractor,) = [each for each in wanted_by(item_from_bytes(name, data)) if each.name == by]
    return list(extractor.extract(item_from_bytes(name, data)))


def test_sms_backup_and_restore() -> None:
    sms, strange, mms, answered, missed, unknown = found("sms-20260225.xml", making.SMS_XML, by="sms-backup-xml")
    assert (sms.direction, sms.sender, sms.sender_name, sms.body, sms.sent_at) == (
        "in",
        BUDI,
        "Budi Fiksi",
        "Halo & hai",
        SENT,
    )
    assert (strange.direction, strange.body, strange.sent_at, strange.thread_name, strange.raw_kind) == (
        "unknown",
        None,
        None,
        None,
        "99",
    )
    assert (mms.direction, mms.recipients, mms.body, mms.kind, mms.attachment) == (
        "out",
        SITI,
        "Undangan\nDatang ya",
        "image",
        "a.jpg",
    )
    assert (answered.party, answered.outcome, answered.duration_s, answered.started_at) == (
        BUDI,
        "answered",
        62.0,
        SENT,
    )
    assert (missed.party, missed.outcome, missed.direction) == (None, "missed", "in")
    assert (unknown.outcome, unknown.direction) == ("unknown (77)", "unknown")


def test_public_calls() -> None:
    data = corpus_file("chats", "memacs", "calls.xml").read_bytes()
    calls = found("calls.xml", data, by="sms-backup-xml")
    expected = list(ET.fromstring(data))
    assert len(calls) == len(expected) == 8
    assert [each.raw_time for each in calls] == [f"{each.get('date')} ms Unix" for each in expected]
    assert [each.party for each in calls] == [
        None if each.get("number") == "-1" else each.get("number") for each in expected
    ]
    assert [each.raw_kind for each in calls] == [each.get("type") for each in expected]


def test_backup_of_the_phone() -> None:
    path = "/apps/com.android.providers.telephony/d_f/000000_sms_backup"
    received, out, empty, broken = found(path, making.SMS_BACKUP, by="android-sms-backup")
    assert (received.direction, received.sender, received.account, received.sent_at) == (
        "in",
        BUDI,
        "+62 000 0000 004",
        SENT,
    )
    assert (out.direction, out.recipients, out.account) == ("out", SITI, None)
    assert (empty.direction, empty.sent_at, broken.body) == ("unknown", None, None)
    (mms,) = found(path.replace("_sms_", "_mms_"), making.MMS_BACKUP, by="android-sms-backup")
    assert (mms.sender, mms.body, mms.direction, mms.sent_at.ns) == (SITI, "Undangan\nDatang ya", "in", SENT.ns)


@pytest.mark.parametrize("data", [b"", making.SMS_BACKUP[:-9], b"x" * 50])
def test_a_backup_that_cannot_be_unpacked(data: bytes) -> None:
    with pytest.raises(EvidenceError):
        found("000001_sms_backup", data, by="android-sms-backup")


def test_cards() -> None:
    budi, siti = found("kontak.vcf", making.CARDS, by="contact-cards")
    assert (budi.name, budi.phone, budi.email, budi.note) == (
        "Budi Fiksi",
        f"{BUDI}, {SITI}",
        "budi@example.com",
        "Toko Fiksi Kasir",
    )
    assert (siti.name, siti.phone, siti.where) == ("Contoh Siti Ayu", None, "card 2")


def test_public_cards() -> None:
    cards = found("a.vcf", corpus_file("chats", "iped", "test_contactsMultiple.vcf").read_bytes(), by="contact-cards")
    assert [(each.name, each.phone) for each in cards] == [
        ("Taxi Lago Norte", "021 (61)3468-2000"), ("Sushi Loko Flamingo", "021 (61)3011-7666"), ("Smart Assistência Técnica", "99592-3794"),
    ]  # fmt: skip

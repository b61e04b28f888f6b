"""Records of a made report.xml, and of models printed by public sources."""

from xml.etree import ElementTree as ET

import pytest
from corpus import corpus_file
from making.items import item_from_bytes
from making.ufdr import (
    BUDI,
    OWNER,
    SITI,
    decoded,
    field,
    make_report,
    many,
    message,
    model,
    model_type,
    party,
    time_field,
    whole_report,
)

from triage.errors import Truncated
from triage.extractors import wanted_by
from triage.extractors.ufdr_report import UfdrReport
from triage.model import Account, Call, Contact, Device, Message, Problem, Stamp, Zone


def extracted(report):
    item = item_from_bytes("/unlisted/report.xml", report)
    assert [each.name for each in wanted_by(item)] == ["ufdr-report"]
    return list(UfdrReport().extract(item))


def of(found, kind):
    return [each for each in found if isinstance(each, kind)]


def test_messages_of_a_chat():
    messages = of(extracted(whole_report()), Message)
    chat = [each for each in messages if each.app == "WhatsApp"]
    assert [(each.where, each.body, each.direction, each.kind) for each in chat] == [
        ("InstantMessage id=InstantMessage-1", "halo", "in", "text"),
        ("InstantMessage id=InstantMessage-2", "hai & apa kabar", "out", "text"),
        ("InstantMessage id=InstantMessage-3", None, "in", "image"),
        ("InstantMessage id=InstantMessage-3, Attachment id=Attachment-2", None, "in", "document"),
        ("InstantMessage id=InstantMessage-4", "sini", "in", "location"),
        ("InstantMessage id=InstantMessage-5", "grup dibuat", "unknown", "text"),
    ]
    first, second, photo, _, place, system = chat
    assert (first.thread, first.thread_name, first.account) == (BUDI, "Budi Fiksi", OWNER)
    assert (first.sender, first.sender_name, first.recipients) == (BUDI, "Budi Fiksi", None)
    assert (second.sender, second.recipients) == (OWNER, BUDI)
    assert photo.attachment == "files\\Image\\foto.jpg"
    assert (place.latitude, place.longitude, place.deleted) == (-6.2, 106.8, "deleted")
    assert first.sent_at == Stamp(1730663207 * 10**9, Zone.UTC, 10**6)
    assert system.sent_at.zone is Zone.UNKNOWN
    assert {each.deleted for each in chat} == {None, "deleted"}


def test_the_other_records():
    found = extracted(whole_report())
    (sms,) = [each for each in of(found, Message) if each.app == "SMS"]
    assert (sms.sender, sms.sender_name, sms.direction, sms.body) == (SITI, "Siti Fiksi", "in", "pesan singkat")
    assert sms.sent_at.ns == 1730682000 * 10**9  # date -d '2024-11-04 08:00 +0700'
    call, missed = of(found, Call)
    assert (call.party, call.party_name, call.account) == (SITI, "Siti Fiksi", OWNER)
    assert (call.direction, call.duration_s, call.outcome, call.kind) == ("in", 62.0, "answered", "voice")
    assert (missed.direction, missed.outcome, missed.kind, missed.duration_s) == ("in", "missed", "video", None)
    (contact,) = of(found, Contact)
    assert (contact.name, contact.phone, contact.email) == ("Siti Fiksi", SITI, "siti@contoh.invalid")
    (account,) = of(found, Account)
    assert (account.app, account.identifier, account.name) == ("Telegram", "pemilik_fiksi", "Pemilik Fiksi")
    (device,) = of(found, Device)
    assert (device.make, device.model, device.serial, device.imei) == (
        "Contoh",
        "Fiksi 9",
        "FIKTIF01",
        "000000000000002",
    )
    assert (device.system, device.phone, device.time_zone) == ("Android 13", OWNER, "Asia/Jakarta")
    assert of(found, Problem) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ((field("Folder", "Sent"), many("Parties", party(1, BUDI, role="To"))), ("out", None, BUDI)),
        ((field("Folder", "Inbox"), many("Parties", party(1, BUDI, role="From"))), ("in", BUDI, None)),
        ((many("Parties", party(1, BUDI, role="To")),), ("out", None, BUDI)),
        ((many("Parties", party(1, BUDI, role="From"), party(2, OWNER, owner=True, role="To")),), ("in", BUDI, OWNER)),
        ((many("Parties", party(1, OWNER, owner=True, role="From"), party(2, BUDI, role="To")),), ("out", OWNER, BUDI)),
        ((), ("unknown", None, None)),
    ],
)
def test_directions_of_sms(fields, expected):
    (found,) = extracted(make_report(decoded(model_type("SMS", model("SMS", 1, *fields)))))
    assert (found.direction, found.sender, found.recipients) == expected


def test_a_chat_of_any_length_needs_the_memory_of_a_message():
    import tracemalloc

    budi = party(1, BUDI)
    lines = "".join(message(number, "x" * 3000, budi) for number in range(800))
    report = make_report(decoded(model_type("Chat", model("Chat", 1, many("Messages", lines)))))
    item = item_from_bytes("report.xml", report)
    tracemalloc.start()
    count = sum(1 for _ in UfdrReport().extract(item))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 800
    assert peak < 1 << 20 < len(report) // 3


def test_very_large_models_are_cut_and_told():
    report = make_report(
        decoded(
            model_type(
                "Contact", model("Contact", 1, field("Name", "a"), many("Entries", *[field("x", "1")] * 100_100))
            )
        )
    )
    contact, problem = extracted(report)
    assert (contact.name, problem.kind) == ("a", "limit")


def test_what_comes_before_the_damage_is_kept():
    report = whole_report()
    item = item_from_bytes(
        "report.xml", report[: report.index(b'</model><model type="InstantMessage" id="InstantMessage-3"')]
    )
    steps = UfdrReport().extract(item)
    found = [next(steps), next(steps)]
    with pytest.raises(Truncated):
        next(steps)
    assert [type(each) for each in found] == [Device, Message]


def test_durations():
    for text, expected in (
        ("00:01:02", 62.0),
        ("1.00:00:01", 86401.0),
        ("00:00:01.5", 1.5),
        ("lama", None),
        ("", None),
    ):
        report = make_report(
            decoded(model_type("Call", model("Call", 1, field("Duration", text), time_field("TimeStamp", "x"))))
        )
        (call,) = extracted(report)
        assert (call.duration_s, call.started_at) == (expected, None)


def test_xml_of_other_programs_is_not_wanted():
    for data in (b"<map />", b"<project xmlns='http://maven.apache.org/POM/4.0.0'/>", b"", b"<project"):
        assert not UfdrReport().wants(item_from_bytes("report.xml", data))


def test_public_models_agree_with_another_parser():
    """The UserAccounts that a public project prints for its own tests, read by ElementTree as well."""
    text = corpus_file("chats", "iped", "ufed-model-useraccount.xml").read_text(encoding="utf-8")
    found = of(extracted(make_report(f"<decodedData>{text}</decodedData>")), Account)
    models = ET.fromstring(text).findall("model[@type='UserAccount']")
    assert len(models) > 0
    assert [each.where for each in found] == [f"UserAccount id={each.get('id')}" for each in models]
    assert [each.name for each in found] == [each.findtext("field[@name='Name']/value") for each in models]
    assert [each.app for each in found] == [each.findtext("field[@name='Source']/value") for each in models]

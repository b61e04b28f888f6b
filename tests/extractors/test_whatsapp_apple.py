"""WhatsApp on iOS, its calls, its contacts on both systems, its owner: every rule on made stores."""

import hashlib
import plistlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from making import whatsapp_apple as making
from making.databases import AGUS, BUDI, GROUP, PHOTO, SITI, jid
from making.items import item_from_bytes

from triage.extractors import wanted_by
from triage.extractors.whatsapp_apple import WhatsAppApple
from triage.extractors.whatsapp_apple_calls import WhatsAppAppleCalls
from triage.extractors.whatsapp_contacts import WhatsAppContacts
from triage.extractors.whatsapp_owner import WhatsAppOwner
from triage.model import Message, Problem, Stamp

GROUP_FOLDER = "/private/var/mobile/Containers/Shared/AppGroup/0F/"


@pytest.fixture
def messages(tmp_path: Path) -> dict[str, Message]:
    found = list(WhatsAppApple().extract(item_from_bytes(GROUP_FOLDER + "ChatStorage.sqlite", storage(tmp_path))))
    assert not [each for each in found if isinstance(each, Problem)]
    return {each.where.removeprefix("ZWAMESSAGE.Z_PK="): each for each in found}


def storage(tmp_path: Path, change: str = "") -> bytes:
    path = making.make_chat_storage(tmp_path / "ChatStorage.sqlite")
    with closing(sqlite3.connect(path)) as database:
        database.executescript(change)
        database.commit()
    return path.read_bytes()


def test_sender_direction_time_and_quote(messages: dict[str, Message]) -> None:
    first, answer = messages["1"], messages["2"]
    assert (first.direction, first.sender, first.sender_name, first.thread_name) == (
        "in",
        jid(BUDI),
        "Budi Fiksi",
        "Budi Fiksi",
    )
    assert first.sent_at == Stamp(1_772_000_001_500_000_000, resolution=1000)
    assert first.raw_time == "793692801.5 s since 2001"
    assert (answer.direction, answer.sender, answer.recipients, answer.forwarded) == ("out", None, jid(BUDI), True)
    assert (answer.quoted, answer.quoted_body) == ("K1", "Pagi!")


def test_media_place_card_and_revoked(messages: dict[str, Message]) -> None:
    picture, place, card, gone = (messages[number] for number in "3456")
    assert (picture.attachment, picture.attachment_size) == (making.MEDIA_PATH, len(PHOTO))
    assert (picture.attachment_sha256, picture.body, picture.quoted) == (
        hashlib.sha256(PHOTO).digest(),
        "Ini fotonya",
        "K1",
    )
    assert (picture.latitude, place.latitude, place.longitude, place.body) == (None, -6.2, 106.8, "Pasar Fiksi")
    assert (card.kind, card.body) == ("contact", f"Siti Contoh ({SITI})")
    assert (gone.kind, gone.deleted) == ("revoked", "revoked")


def test_groups_events_and_removed_chats(messages: dict[str, Message]) -> None:
    said, event, removed, bare = (messages[number] for number in ("7", "8", "9", "10"))
    assert (said.thread, said.sender, said.sender_name) == (GROUP, jid(SITI), "Siti Contoh")
    assert (event.kind, event.raw_kind, event.direction, event.sender) == ("system", "6 event 2", "unknown", None)
    assert (removed.deleted, removed.sender_name) == ("chat removed", "Agus")
    assert (bare.body, bare.thread, bare.sender, bare.sender_name) == ("Tanpa obrolan", jid(AGUS), jid(AGUS), "Agus")


def test_unknown_codes_and_empty_times(messages: dict[str, Message]) -> None:
    assert (messages["11"].kind, messages["11"].direction, messages["11"].sent_at) == ("unknown (888)", "unknown", None)
    assert (messages["12"].kind, messages["12"].view_once) == ("view-once image", True)


def test_reactions_are_messages_of_their_own(messages: dict[str, Message]) -> None:
    other, own = messages["2 ZRECEIPTINFO reaction 0"], messages["2 ZRECEIPTINFO reaction 1"]
    assert (other.kind, other.body, other.sender, other.quoted, other.direction) == (
        "reaction",
        "👍",
        jid(BUDI),
        "K2",
        "in",
    )
    assert other.sent_at == Stamp(1_772_000_500_000_000_000, resolution=1_000_000)
    assert (own.body, own.sender, own.direction, own.sent_at) == ("❤", None, "out", None)


@pytest.mark.parametrize("change", [
    "DROP TABLE ZWACHATSESSION", "DROP TABLE ZWAMEDIAITEM", "DROP TABLE ZWAGROUPMEMBER", "DROP TABLE ZWAMESSAGEINFO",
    "ALTER TABLE ZWAMESSAGE DROP COLUMN ZMESSAGEINFO; ALTER TABLE ZWAMESSAGE DROP COLUMN ZFLAGS; ALTER TABLE ZWAMESSAGE DROP COLUMN ZGROUPEVENTTYPE",
])  # fmt: skip
def test_a_reduced_model_costs_no_message(tmp_path: Path, change: str) -> None:
    found = list(WhatsAppApple().extract(item_from_bytes("/x/ChatStorage.sqlite", storage(tmp_path, change))))
    assert len([each for each in found if isinstance(each, Message) and each.kind != "reaction"]) == 12


def test_media_is_found_by_the_message_where_the_message_does_not_name_it(tmp_path: Path) -> None:
    data = storage(tmp_path, "ALTER TABLE ZWAMESSAGE DROP COLUMN ZMEDIAITEM")
    found = {each.where: each for each in WhatsAppApple().extract(item_from_bytes("/x/ChatStorage.sqlite", data))}
    assert found["ZWAMESSAGE.Z_PK=3"].attachment == making.MEDIA_PATH


def test_calls(tmp_path: Path) -> None:
    data = making.make_call_history(tmp_path / "CallHistory.sqlite").read_bytes()
    item = item_from_bytes(GROUP_FOLDER + "CallHistory.sqlite", data)
    assert [each.name for each in wanted_by(item)] == ["whatsapp-apple-calls"]
    calls = list(WhatsAppAppleCalls().extract(item))
    assert [(each.party, each.direction, each.kind, each.outcome, each.duration_s) for each in calls] == [
        (jid(BUDI), "in", "voice", "answered", 61.5),
        (jid(AGUS), "out", "video", "answered", 10.0),
        (jid(SITI), "in", "voice", "missed", 0.0),
        (None, "unknown", "voice", "unknown (7)", None),
    ]
    assert (calls[1].thread, calls[1].recipients) == (GROUP, f"{jid(BUDI)}, {jid(SITI)}")
    assert calls[0].started_at == Stamp(1_772_000_000_250_000_000, resolution=1000)


def test_contacts_of_both_systems(tmp_path: Path) -> None:
    android = making.make_wa_contacts(tmp_path / "wa.db").read_bytes()
    people = list(WhatsAppContacts().extract(item_from_bytes("/data/data/com.whatsapp/databases/wa.db", android)))
    assert [(each.identifier, each.name, each.phone, each.note) for each in people] == [
        (jid(BUDI), "Budi Fiksi", BUDI, "own name: budi; status: Sibuk"),
        (jid(SITI), "Siti", "+620000000002", "own name: Siti"),
        (GROUP, "Arisan", None, None),
        (jid(AGUS), "Toko Agus", "+620000000003", "own name: Toko Agus; company: Toko; blocked: yes"),
    ]
    apple = making.make_contacts_v2(tmp_path / "c.sqlite").read_bytes()
    people = list(WhatsAppContacts().extract(item_from_bytes(GROUP_FOLDER + "ContactsV2.sqlite", apple)))
    assert [(each.identifier, each.name, each.phone) for each in people] == [
        (jid(BUDI), "Budi Fiksi", BUDI),
        (None, "Siti Contoh", SITI),
    ]


def test_the_owner_on_both_systems() -> None:
    path = "/data/data/com.whatsapp.w4b/shared_prefs/com.whatsapp.w4b_preferences_light.xml"
    (owner,) = WhatsAppOwner().extract(item_from_bytes(path, making.PREFERENCES))
    assert (owner.app, owner.identifier, owner.name, owner.phone) == (
        "WhatsApp Business",
        "620000000009@s.whatsapp.net",
        "Pemilik",
        "+620000000009",
    )
    plist = plistlib.dumps(
        {"OwnJabberID": "620000000009@s.whatsapp.net", "FullUserName": "Pemilik"}, fmt=plistlib.FMT_BINARY
    )
    (owner,) = WhatsAppOwner().extract(
        item_from_bytes("/Library/Preferences/group.net.whatsapp.WhatsApp.shared.plist", plist)
    )
    assert (owner.identifier, owner.where, owner.account) == (
        "620000000009@s.whatsapp.net",
        "OwnJabberID, FullUserName",
        owner.identifier,
    )
    assert list(WhatsAppOwner().extract(item_from_bytes("/x/startup_prefs.xml", b"<map></map>"))) == []

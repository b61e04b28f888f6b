"""Skype, Viber, Kik, imo and Google Messages: made databases against values written down by hand, public ones against sqlite3."""

import json
import random

import pytest
from corpus import corpus_file
from making import messengers as making
from making.databases import AGUS, BUDI, SITI, START
from making.items import item_from_bytes

from triage.errors import Encrypted
from triage.extractors import wanted_by
from triage.model import Account, Call, Contact, Message, Stamp

MS = 1_000_000
OWN = "+62 000 0000 004"


def found(name: str, data: bytes, *, by: str) -> list:
    item = item_from_bytes(name, data)
    (extractor,) = [each for each in wanted_by(item) if each.name == by]
    return list(extractor.extract(item))


def of(records: list, kind: type, table: str = "") -> list:
    return [each for each in records if isinstance(each, kind) and each.where.startswith(table)]


def truth(name: str) -> dict:
    return json.loads(corpus_file("truth", "sqlite", "dev.sqlite.json").read_text(encoding="utf-8"))[name]


def rows(name: str, table: str) -> int:
    counted = truth(name)["tables"][table]
    return counted["rows"] if isinstance(counted, dict) else counted


def test_skype_classic(tmp_path) -> None:
    records = found(
        "/Users/rina/AppData/Roaming/Skype/rina.fiksi/main.db",
        making.make_skype(tmp_path / "m.db").read_bytes(),
        by="skype",
    )
    first, revoked, film, strange = of(records, Message, "Messages.")
    assert (first.body, first.direction, first.sender, first.recipients) == (
        "Halo (wave) <3",
        "in",
        "budi.fiksi",
        "rina.fiksi",
    )
    assert (first.thread, first.thread_name, first.account) == ("budi.fiksi", "Budi Fiksi", "rina.fiksi")
    assert first.sent_at == Stamp(START * MS, resolution=1_000_000_000)
    assert (revoked.deleted, revoked.direction, revoked.recipients) == ("revoked", "out", "siti.fiksi")
    assert (film.kind, film.attachment, film.attachment_size) == ("video", "C:\\Users\\rina\\pantai.mp4", 4321)
    assert (strange.kind, strange.direction, strange.sent_at) == ("unknown (999)", "unknown", None)
    (loose,) = of(records, Message, "Transfers.")
    assert (loose.attachment, loose.kind, loose.direction, loose.sender) == ("nota.pdf", "file", "in", "budi.fiksi")
    answered, missed = of(records, Call, "Calls.")
    assert (answered.party, answered.recipients, answered.outcome, answered.direction) == (
        "budi.fiksi",
        "siti.fiksi",
        "answered",
        "out",
    )
    assert (missed.party, missed.outcome, missed.direction) == ("siti.fiksi", "missed", "in")
    assert of(records, Account, "Accounts.")[0].email == "rina@example.com, lama@example.com"


def test_skype_8(tmp_path) -> None:
    records = found("s4l-rina.db", making.make_skype(tmp_path / "m.db").read_bytes(), by="skype")
    text, picture, added, damaged = of(records, Message, "messagesv12.")
    assert (text.body, text.sender, text.sender_name, text.recipients, text.direction) == (
        "Halo & hai",
        "budi.fiksi",
        "Budi Fiksi",
        "rina.fiksi",
        "in",
    )
    assert text.sent_at == Stamp(START * MS, resolution=MS)
    assert (picture.kind, picture.attachment, picture.attachment_size, picture.direction) == (
        "image",
        "pantai.jpg",
        1234,
        "out",
    )
    assert (added.kind, added.thread_name, added.deleted, added.direction) == ("system", "Arisan", "revoked", "unknown")
    assert (damaged.kind, damaged.body, damaged.thread) == ("unknown", None, None)
    (call,) = of(records, Call, "calllogs.")
    assert (call.party, call.direction, call.outcome) == ("budi.fiksi", "in", "missed")
    (budi,) = of(records, Contact, "profilecachev8.")
    assert (budi.identifier, budi.name, budi.phone) == ("budi.fiksi", "Budi Fiksi", BUDI)


def test_skype_on_android(tmp_path) -> None:
    records = found(
        "/data/data/com.skype.raider/databases/live#3arina.db",
        making.make_skype(tmp_path / "m.db").read_bytes(),
        by="skype",
    )
    text, picture = of(records, Message, "chatitem.")
    assert (text.sender, text.sender_name, text.direction) == ("8:budi.fiksi", "Budi Fiksi", "in")
    assert (picture.kind, picture.attachment, picture.recipients) == (
        "image",
        "/storage/emulated/0/DCIM/a.jpg",
        "8:budi.fiksi",
    )
    assert [each.party for each in of(records, Call, "chatitem.")] == ["8:budi.fiksi"]


def test_public_skype_agrees_with_sqlite3() -> None:
    name = "chats/iped/test_skypeMain.db"
    records = found("/Skype/main.db", corpus_file("chats", "iped", "test_skypeMain.db").read_bytes(), by="skype")
    messages = of(records, Message)
    assert len(messages) == rows(name, "Messages") == 9
    assert len(of(records, Contact)) == rows(name, "Contacts") == 3
    assert len(of(records, Account)) == 1
    assert [each.direction for each in messages] == ["out"] * 4 + ["in"] * 4 + ["out"]
    assert [each.raw_time for each in messages][:2] == ["1622227762 s Unix", "1622223371 s Unix"]
    assert messages[4].attachment == "32116927_477863452651162_4835592743856111616_n.jpg"
    assert (messages[4].attachment_size, messages[7].body, messages[3].deleted) == (149384, "(wave)", "revoked")
    records = found("s4l-x.db", corpus_file("chats", "iped", "test_skypeS4lStreeguil1.db").read_bytes(), by="skype")
    assert [(type(each), each.identifier) for each in records] == [(Account, "streeguil1")]


def test_viber_on_android(tmp_path) -> None:
    records = found(
        "/data/data/com.viber.voip/databases/viber_messages", making.make_viber(tmp_path / "v").read_bytes(), by="viber"
    )
    text, picture, place, strange = of(records, Message, "messages.")
    assert (text.sender, text.sender_name, text.direction, text.body, text.identifier) == (
        BUDI,
        "Budi Fiksi",
        "in",
        "Halo",
        "77",
    )
    assert text.sent_at == Stamp(START * MS, resolution=MS)
    assert (picture.kind, picture.recipients, picture.sender) == ("image", BUDI, OWN)
    assert (place.kind, place.latitude, place.longitude, place.deleted) == ("location", -6.2, 106.8, "marked deleted")
    assert (place.thread_name, place.sender) == ("Arisan", SITI)
    assert (strange.kind, strange.direction, strange.sent_at) == ("unknown (baru)", "unknown", None)
    answered, missed = of(records, Call, "calls.")
    assert (answered.kind, answered.outcome, answered.international, answered.service) == (
        "video",
        "answered",
        BUDI,
        None,
    )
    assert (missed.outcome, missed.direction, missed.service) == ("missed", "in", "phone")
    budi, agus = of(records, Contact, "phonebookcontact.")
    assert (budi.phone, budi.international, agus.deleted) == ("0000001, 0000009", "+620000000001", "marked deleted")


def test_viber_on_ios(tmp_path) -> None:
    path = "/AppDomainGroup-group.viber.share.container/com.viber/database/Contacts.data"
    records = found(path, making.make_viber(tmp_path / "v").read_bytes(), by="viber")
    text, picture, strange = of(records, Message, "ZVIBERMESSAGE.")
    assert (text.sender, text.thread_name, text.direction) == (BUDI, "Budi Fiksi", "in")
    assert text.sent_at == Stamp(START * MS, resolution=1000)
    assert (picture.kind, picture.attachment, picture.direction, picture.recipients) == (
        "image",
        "pantai.jpg",
        "out",
        BUDI,
    )
    assert (strange.direction, strange.deleted) == ("unknown", "marked deleted")
    missed, video = of(records, Call, "ZRECENT.")
    assert (missed.party, missed.outcome, video.kind, video.direction, video.party) == (
        AGUS,
        "missed",
        "video",
        "out",
        None,
    )
    assert of(records, Contact, "ZMEMBER.")[0].phone == f"{BUDI}, {AGUS}"


def test_viber_on_the_desktop(tmp_path) -> None:
    path = "/Users/rina/AppData/Roaming/ViberPC/620000000004/viber.db"
    records = found(path, making.make_viber_pc(tmp_path / "v.db").read_bytes(), by="viber")
    text, picture = of(records, Message)
    assert (text.account, text.sender, text.thread_name, text.body) == ("620000000004", BUDI, "Arisan", "Halo")
    assert (picture.kind, picture.direction, picture.recipients, picture.sender) == (
        "image",
        "out",
        BUDI,
        "620000000004",
    )
    assert [each.duration_s for each in of(records, Call)] == [62.0]


def test_an_encrypted_viber_is_told() -> None:
    item = item_from_bytes(
        "/Users/rina/AppData/Roaming/ViberPC/620000000004/viber.db", random.Random(1).randbytes(4096)
    )
    (extractor,) = [each for each in wanted_by(item) if each.name == "viber"]
    with pytest.raises(Encrypted, match="encrypted"):
        list(extractor.extract(item))


def test_public_viber_agrees_with_sqlite3() -> None:
    name = "chats/plaso/android_viber_data"
    records = found("viber_data", corpus_file("chats", "plaso", "android_viber_data").read_bytes(), by="viber")
    calls, people = of(records, Call), of(records, Contact)
    assert (len(calls), len(people)) == (rows(name, "calls"), rows(name, "phonebookcontact")) == (4, 5)
    assert [(each.direction, each.kind, each.duration_s) for each in calls] == [
        ("in", "voice", 98.0), ("out", "voice", 100.0), ("in", "video", 95.0), ("out", "video", 105.0),
    ]  # fmt: skip
    assert calls[0].raw_time == "1669408465582 ms Unix"


def test_kik(tmp_path) -> None:
    records = found(
        "/data/data/kik.android/databases/kikDatabase.db", making.make_kik(tmp_path / "k.db").read_bytes(), by="kik"
    )
    text, picture, film, system, strange = of(records, Message, "messagesTable.")
    assert (text.sender, text.sender_name, text.thread, text.direction, text.identifier) == (
        making.KIK_BUDI,
        "Budi Fiksi",
        making.KIK_BUDI,
        "in",
        "u1",
    )
    assert (picture.kind, picture.attachment, picture.attachment_size, picture.direction) == (
        "image",
        "c-1",
        1234,
        "out",
    )
    assert (film.kind, film.thread_name, film.thread) == ("video", "Arisan", making.KIK_GROUP)
    assert (system.kind, system.body) == ("system", "Budi bergabung")
    assert (strange.direction, strange.sent_at, strange.raw_time) == ("unknown", None, "-1 ms Unix")
    assert [(each.name, each.note) for each in of(records, Contact, "KIK")] == [
        ("Budi Fiksi", "budifiksi"),
        ("Arisan", "#arisan"),
    ]
    assert of(records, Account)[0].identifier == "core-1"


def test_kik_on_ios(tmp_path) -> None:
    path = "/AppDomainGroup-group.com.kik.chat/cores/private/00000000-0001/kik.sqlite"
    records = found(path, making.make_kik(tmp_path / "k.db").read_bytes(), by="kik")
    text, file, begun, strange = of(records, Message, "ZKIKMESSAGE.")
    assert (text.account, text.direction, text.sender, text.body) == ("00000000-0001", "in", making.KIK_BUDI, "Halo")
    assert (text.sent_at, text.received_at) == (
        Stamp(START * MS, resolution=1000),
        Stamp(START * MS + 10**9, resolution=1000),
    )
    assert (file.kind, file.attachment, file.direction) == ("file", "b1946ac9-0000", "out")
    assert (begun.kind, begun.direction, strange.kind, strange.direction) == (
        "system",
        "unknown",
        "unknown (9)",
        "unknown",
    )


def test_imo(tmp_path) -> None:
    records = found(
        "/data/data/com.imo.android.imoim/databases/imofriends.db",
        making.make_imo(tmp_path / "i.db").read_bytes(),
        by="imo",
    )
    text, picture, group, gone = of(records, Message, "messages.")
    assert (text.direction, text.sender, text.thread_name, text.body) == ("in", "2001", "Budi Fiksi", "Halo")
    assert text.sent_at == Stamp(START * MS)
    assert (picture.kind, picture.attachment, picture.direction, picture.recipients) == (
        "image",
        "pantai.webp",
        "out",
        "2001",
    )
    assert (group.sender, group.sender_name) == ("2002", "Siti Contoh")
    assert (gone.deleted, gone.direction, gone.sent_at) == ("revoked", "unknown", None)


def test_public_imo_agrees_with_sqlite3() -> None:
    name = "chats/plaso/ios_IMODb2.sqlite"
    records = found("IMODb2.sqlite", corpus_file("chats", "plaso", "ios_IMODb2.sqlite").read_bytes(), by="imo")
    messages = of(records, Message)
    assert len(messages) == rows(name, "ZIMOCHATMSG") == 16
    assert len(of(records, Contact)) == rows(name, "ZIMOCONTACT") == 4
    assert (of(records, Account)[0].identifier, of(records, Account)[0].name) == ("2001533484753054", "ThisIsDFIR")
    assert [each.direction for each in messages].count("out") == 7 + 1
    assert (messages[4].kind, messages[4].attachment) == ("image", "0AK3-QnxEc0.webp")
    assert (messages[0].body, messages[0].sent_at.ns, messages[14].deleted) == (
        "Are you on imo?",
        1682532700927000000,
        "revoked",
    )


def test_google_messages(tmp_path) -> None:
    path = "/data/data/com.google.android.apps.messaging/databases/bugle_db"
    records = found(path, making.make_bugle(tmp_path / "b").read_bytes(), by="google-messages")
    sms, picture, film, bank, draft, strange = of(records, Message)
    assert (sms.direction, sms.sender, sms.sender_name, sms.recipients, sms.body) == (
        "in",
        "+620000000001",
        "Budi Fiksi",
        "+620000000004",
        "Halo",
    )
    assert (sms.sent_at, sms.received_at) == (
        Stamp(START * MS, resolution=MS),
        Stamp((START + 1000) * MS, resolution=MS),
    )
    assert (picture.body, picture.kind, picture.attachment_size, picture.identifier) == (
        "Foto pantai",
        "image",
        1234,
        "R1",
    )
    assert (picture.direction, picture.sender, picture.recipients) == ("out", "+620000000004", "+620000000001")
    assert (film.where, film.kind, film.body) == ("parts._id=4", "video", None)
    assert (bank.sender, bank.raw_time) == ("CONTOHBANK", f"{START + 120_000} ms Unix")
    assert (draft.kind, draft.body) == ("draft", "belum")
    assert (strange.direction, strange.sender, strange.raw_kind) == ("unknown", None, "protocol 7 status None")
    assert [each.phone for each in of(records, Contact)] == [BUDI, "CONTOHBANK"]

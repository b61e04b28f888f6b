"""Calls, contacts, accounts and SIM cards: made databases against values written down by hand, public ones against sqlite3."""

import json
import zipfile
from pathlib import Path

from corpus import corpus_file
from making import phone_records as making
from making.databases import AGUS, BUDI, SITI, START
from making.items import item_from_bytes

from triage.extractors import wanted_by
from triage.model import Stamp

MS = 1_000_000


def found(name: str, data: bytes, *, by: str, companions: dict[str, bytes] | None = None) -> list:
    item = item_from_bytes(name, data, companions)
    (extractor,) = [each for each in wanted_by(item) if each.name == by]
    return list(extractor.extract(item))


def test_contacts_of_android(tmp_path: Path) -> None:
    data = making.make_contacts2(tmp_path / "c.db").read_bytes()
    google, whatsapp, *people = found(
        "/data/data/com.android.providers.contacts/databases/contacts2.db", data, by="android-contacts"
    )
    assert [(each.identifier, each.service, each.email) for each in (google, whatsapp)] == [
        ("rina@example.com", "com.google", "rina@example.com"),
        ("WhatsApp", "com.whatsapp", None),
    ]
    assert [(each.where, each.account, each.identifier, each.name, each.phone) for each in people] == [
        ("raw_contacts._id=1", "rina@example.com", "1", "Budi Fiksi", "0000-0000-001, +62 000 0000 009"),
        ("raw_contacts._id=2", "WhatsApp", "620000000002@s.whatsapp.net", "Siti Contoh", None),
        ("raw_contacts._id=3", "rina@example.com", "3", "Agus Rekaan", AGUS),
        ("raw_contacts._id=4", None, "4", "Tanpa Isi", None),
    ]
    budi = people[0]
    assert (budi.email, budi.note, budi.international) == ("budi@example.com", "Toko Fiksi", "+620000000001")
    assert [each.deleted for each in people] == [None, None, "marked deleted", None]


def test_a_second_user_is_an_account_of_its_own(tmp_path: Path) -> None:
    data = making.make_contacts2(tmp_path / "c.db").read_bytes()
    people = found("/data/user/10/com.android.providers.contacts/databases/contacts2.db", data, by="android-contacts")
    assert [people[0].account, people[-1].account] == ["user 10", "user 10"]


def test_the_owners_own_card(tmp_path: Path) -> None:
    data = making.make_contacts2(tmp_path / "c.db").read_bytes()
    people = found("/data/data/com.android.providers.contacts/databases/profile.db", data, by="android-contacts")
    assert people[-1].app == "Contacts (own card)"
    assert wanted_by(item_from_bytes("/data/data/com.example/databases/profile.db", data))[0].name != "android-contacts"


def test_contacts_of_an_iphone(tmp_path: Path) -> None:
    data = making.make_address_book(tmp_path / "a.db").read_bytes()
    budi, firm, siti = found("/HomeDomain/Library/AddressBook/AddressBook.sqlitedb", data, by="apple-contacts")
    assert (budi.where, budi.name, budi.phone, budi.email) == (
        "ABPerson.ROWID=1",
        "Budi Fiksi",
        f"{BUDI}, {AGUS}",
        "budi@example.com",
    )
    assert budi.note == "teman, Toko Fiksi, @budifiksi, Jalan Contoh 1 Bandung"
    assert (firm.name, firm.phone, firm.note, firm.account) == ("Bengkel Contoh", SITI, None, "Card")
    assert (siti.name, siti.phone, siti.account) == ("Siti", None, None)


def test_calls_of_an_iphone(tmp_path: Path) -> None:
    data = making.make_call_history(tmp_path / "c.db").read_bytes()
    calls = found("/HomeDomain/Library/CallHistoryDB/CallHistory.storedata", data, by="apple-calls")
    assert [(each.party, each.direction, each.kind, each.outcome, each.service) for each in calls] == [
        (BUDI, "in", "voice", "answered", "com.apple.Telephony"),
        (SITI, "in", "voice", "missed", "com.apple.Telephony"),
        (SITI, "out", "voice", None, "com.apple.Telephony"),
        (f"{BUDI}, siti@example.com", "out", "video", "answered", "com.apple.FaceTime"),
        (AGUS, "unknown", "voice", None, "net.whatsapp.WhatsApp"),
    ]
    assert calls[0].started_at == Stamp(START * MS, resolution=1000)
    assert (calls[0].duration_s, calls[0].country, calls[4].started_at, calls[4].raw_kind) == (62.5, "id", None, "77")


def test_calls_before_ios_8(tmp_path: Path) -> None:
    data = making.make_call_history_of_ios7(tmp_path / "c.db").read_bytes()
    calls = found("/WirelessDomain/Library/CallHistory/call_history.db", data, by="apple-calls")
    assert [(each.direction, each.outcome, each.service, each.raw_kind) for each in calls] == [
        ("out", "answered", None, "5"),
        ("in", "missed", None, "4"),
        ("in", "answered", "FaceTime", "16"),
        ("unknown", None, None, None),
    ]
    assert calls[0].started_at == Stamp(START * MS, resolution=1_000_000_000)


def test_voicemail(tmp_path: Path) -> None:
    data = making.make_voicemail(tmp_path / "v.db").read_bytes()
    mails = found("/private/var/mobile/Library/Voicemail/voicemail.db", data, by="apple-calls")
    assert [(each.where, each.party, each.outcome, each.deleted) for each in mails] == [
        ("voicemail.ROWID=1", BUDI, "voicemail", None),
        ("voicemail.ROWID=2", SITI, "voicemail", "trashed"),
        ("deleted.ROWID=1", BUDI, "voicemail", "deleted"),
    ]


def test_accounts_of_android(tmp_path: Path) -> None:
    data = making.make_accounts_ce(tmp_path / "a.db").read_bytes()
    google, chat = found("/data/system_ce/10/accounts_ce.db", data, by="android-accounts")
    assert (google.identifier, google.service, google.email, google.account) == (
        "rina@example.com", "com.google", "rina@example.com", "user 10",
    )  # fmt: skip
    assert (chat.identifier, chat.phone, chat.email) == ("+620000000004", "+620000000004", None)
    assert "not to be read" not in repr([google, chat])


def test_accounts_of_an_iphone(tmp_path: Path) -> None:
    data = making.make_accounts3(tmp_path / "a.db").read_bytes()
    accounts = found("/private/var/mobile/Library/Accounts/Accounts3.sqlite", data, by="apple-accounts")
    assert [(each.identifier, each.service, each.deleted) for each in accounts] == [
        ("rina@example.com", "iCloud", None),
        ("00000000-0002", "com.apple.account.HolidayCalendar", None),
        ("lama@example.com", None, "not active"),
    ]


def test_cards_of_android(tmp_path: Path) -> None:
    data = making.make_telephony(tmp_path / "t.db").read_bytes()
    cards = found("/data/user_de/0/com.android.providers.telephony/databases/telephony.db", data, by="android-sims")
    assert [(each.identifier, each.phone, each.country, each.deleted) for each in cards] == [
        ("8962000000000000001", "+62 000 0000 004", "id", None),
        ("8962000000000000002", "+62 000 0000 005", "ID", "not inserted"),
        ("8900000000000000003", None, None, None),
    ]


def test_cards_of_an_iphone(tmp_path: Path) -> None:
    name = "/wireless/Library/Preferences/com.apple.commcenter.plist"
    assert [
        (each.where, each.identifier, each.phone, each.country)
        for each in found(name, making.COMMCENTER, by="apple-sims")
    ] == [
        ("PersonalWallet/8962000000000000001", "8962000000000000001", "+620000000004", "ID"),
        ("PersonalWallet/8962000000000000002", "8962000000000000002", None, None),
    ]
    data = making.make_cellular_usage(tmp_path / "u.db").read_bytes()
    (card,) = found("/wireless/Library/Databases/CellularUsage.db", data, by="apple-sims")
    assert (card.identifier, card.phone) == ("8962000000000000001", "+620000000004")


def test_public_accounts3_agrees_with_sqlite3() -> None:
    truth = json.loads(corpus_file("truth", "sqlite", "dev.sqlite.json").read_text(encoding="utf-8"))
    counted = truth["chats/plaso/ios_Accounts3.sqlite"]["tables"]["ZACCOUNT"]
    accounts = found(
        "Accounts3.sqlite", corpus_file("chats", "plaso", "ios_Accounts3.sqlite").read_bytes(), by="apple-accounts"
    )
    assert len(accounts) == (counted["rows"] if isinstance(counted, dict) else counted) == 18
    assert [each.service for each in accounts[:4]] == ["iTunes Store", "iTunes Store", "Messages", "iCloud"]


def group(archive: Path, name: str) -> tuple[bytes, dict[str, bytes]]:
    """A database of a zip with its companions."""
    with zipfile.ZipFile(archive) as file:
        (main,) = [each for each in file.namelist() if each.endswith(name)]
        beside = {suffix: file.read(main + suffix) for suffix in ("-wal", "-shm") if main + suffix in file.namelist()}
        return file.read(main), beside


def test_public_phones() -> None:
    """sqlite3 with the log: 16 accounts; an address book whose tables are in the log alone, without a person."""
    folder = ("phones", "ios_ffs_ileapp")
    data, beside = group(
        corpus_file(*folder, "testdata.accountData.accountData.belkasoft_ctf6_ios_device1.zip"), "Accounts3.sqlite"
    )
    assert len(found("Accounts3.sqlite", data, by="apple-accounts", companions=beside)) == 16
    data, beside = group(
        corpus_file(*folder, "testdata.addressBook.addressBook.mvs_ios_2023.zip"), "AddressBook.sqlitedb"
    )
    assert found("AddressBook.sqlitedb", data, by="apple-contacts", companions=beside) == []
    archive = corpus_file(*folder, "testdata.celWireless.celWireless.josh_ios15_ffs.zip")
    for name, country in (("commcenter.plist", None), ("nobackup.plist", "US")):
        data, _ = group(archive, name)
        (card,) = found(
            "com.apple." + ("commcenter.plist" if country is None else "commcenter.device_specific_nobackup.plist"),
            data,
            by="apple-sims",
        )
        assert (card.identifier[:4], card.country) == ("8901", country)
        assert card.phone.lstrip("+").startswith("1919")

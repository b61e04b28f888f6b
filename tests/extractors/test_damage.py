"""Truncated and mutated input: records, Problems or an EvidenceError, nothing else, and never a hang."""

import contextlib
import plistlib
import random
from pathlib import Path

import pytest
from making import (
    backup_files,
    galleries,
    messengers,
    messengers_more,
    phone_records,
    postbox,
    signal,
    signal_apple,
    tdata,
    telegram,
    traces,
    whatsapp_apple,
)
from making.apple_messages import make_sms_db
from making.clips import make_clip, make_sound
from making.databases import make_calllog, make_mmssms, make_notes
from making.ios_backup import INFO
from making.items import item_from_bytes
from making.phones import settings_abx
from making.photos import animated, make_photo
from making.ufdr import whole_report
from making.unknown_chats import make_unknown_chat
from making.whatsapp import make_full_msgstore

from triage.content import Item
from triage.errors import EvidenceError
from triage.extractors import EXTRACTORS
from triage.model import RECORDS, Brightness, Entry, Problem
from triage.settings import Limits

FIXTURES = {
    "photo-metadata": (
        "a.jpg",
        lambda path: path.write_bytes(make_photo(size=(96, 64), gps=(-6.2, 106.8), altitude=3.0)),
    ),
    "appended-data": ("a.jpg", lambda path: path.write_bytes(make_photo() + make_photo(shade=3))),
    "animated-pictures": ("a.gif", lambda path: path.write_bytes(animated())),
    "sounds": ("a.wav", lambda path: path.write_bytes(make_sound())),
    "video-frames": ("a.mp4", lambda path: path.write_bytes(make_clip(seconds=2, size=(64, 48)))),
    "whatsapp-android": ("msgstore.db", make_full_msgstore),
    "whatsapp-apple": ("ChatStorage.sqlite", whatsapp_apple.make_chat_storage),
    "whatsapp-apple-calls": ("CallHistory.sqlite", whatsapp_apple.make_call_history),
    "whatsapp-contacts": ("ContactsV2.sqlite", whatsapp_apple.make_contacts_v2),
    "whatsapp-export": (
        "_chat.txt",
        lambda path: path.write_text("30/06/23, 16.14 - Budi: Halo\n30/06/23, 16.15 - Siti: Ya\n"),
    ),
    "signal-export": (
        "index.md",
        lambda path: path.write_text("[2026-02-25, 13:13] Me: Halo\n[2026-02-25, 13:14] Siti: ![f](./media/f.jpg)\n"),
    ),
    "telegram-desktop": ("tdata/key_datas", lambda path: path.write_bytes(tdata.key_datas())),
    "telegram-export": ("result.json", telegram.make_export),
    "signal-android": ("signal.db", signal.make_signal_android),
    "signal-desktop": ("Signal/sql/db.sqlite", signal.make_signal_desktop),
    "signal-apple": ("grdb/signal.sqlite", signal_apple.make_signal_apple),
    "telegram-apple": ("telegram-data/account-1/postbox/db/db_sqlite", postbox.make_postbox),
    "telegram-html": ("messages.html", telegram.make_export_page),
    "telegram-android": ("cache4.db", telegram.make_cache4),
    "telegram-owner": ("userconfing.xml", telegram.make_user_config),
    "whatsapp-owner": (
        "com.whatsapp_preferences_light.xml",
        lambda path: path.write_bytes(whatsapp_apple.PREFERENCES),
    ),
    "android-sms": ("mmssms.db", make_mmssms),
    "android-calls": ("calllog.db", make_calllog),
    "apple-calls": ("CallHistory.storedata", phone_records.make_call_history),
    "android-contacts": ("contacts2.db", phone_records.make_contacts2),
    "apple-contacts": ("AddressBook.sqlitedb", phone_records.make_address_book),
    "android-accounts": ("accounts_ce.db", phone_records.make_accounts_ce),
    "apple-accounts": ("Accounts3.sqlite", phone_records.make_accounts3),
    "android-sims": ("telephony.db", phone_records.make_telephony),
    "apple-sims": ("CellularUsage.db", phone_records.make_cellular_usage),
    "apple-messages": ("sms.db", make_sms_db),
    "skype": ("s4l-rina.db", messengers.make_skype),
    "viber": ("viber_messages", messengers.make_viber),
    "kik": ("kikDatabase.db", messengers.make_kik),
    "imo": ("imofriends.db", messengers.make_imo),
    "google-messages": ("bugle_db", messengers.make_bugle),
    "line": ("naver_line", messengers_more.make_line),
    "wechat": ("EnMicroMsg.db", messengers_more.make_wechat),
    "messenger": ("threads_db2", messengers_more.make_messenger),
    "instagram": ("direct.db", messengers_more.make_instagram),
    "tiktok": ("1000000001_im.db", messengers_more.make_tiktok),
    "snapchat": ("arroyo.db", messengers_more.make_snapchat),
    "discord": ("/data/data/com.discord/files/kv-storage/@account.1/a", messengers_more.make_discord),
    "kakaotalk": ("KakaoTalk.db", messengers_more.make_kakao),
    "zalo": ("/Documents/chat_dbs/1000000001/1000000002.db", messengers_more.make_zalo),
    "sms-backup-xml": ("sms.xml", lambda path: path.write_bytes(backup_files.SMS_XML)),
    "android-sms-backup": ("000000_sms_backup", lambda path: path.write_bytes(backup_files.SMS_BACKUP)),
    "contact-cards": ("kontak.vcf", lambda path: path.write_bytes(backup_files.CARDS)),
    "ufdr-report": ("report.xml", lambda path: path.write_bytes(whole_report())),
    "android-device": ("settings_secure.xml", lambda path: path.write_bytes(settings_abx())),
    "apple-device": ("Info.plist", lambda path: path.write_bytes(plistlib.dumps(INFO, fmt=plistlib.FMT_BINARY))),
    **traces.FIXTURES,
    **galleries.FIXTURES,
    "assumed-messages": ("/data/data/com.michatapp.im/databases/social.db", make_unknown_chat),
    "database-inventory": ("notes.db", make_notes),
}
ROUNDS = 200
LIMITS = Limits(entry_seconds=5)


def fixture(name: str, folder: Path) -> tuple[str, bytes]:
    file, make = FIXTURES[name]
    path = folder / Path(file).name
    make(path)
    return file, path.read_bytes()


@pytest.mark.parametrize("extractor", EXTRACTORS, ids=lambda each: each.name)
def test_damage(extractor, tmp_path: Path) -> None:
    file, data = fixture(extractor.name, tmp_path)
    chance = random.Random(extractor.name)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for number in range(ROUNDS):
        damaged = truncated(data, chance) if number % 4 == 0 else mutated(data, chance)
        run(extractor, item_from_bytes(file, damaged, scratch=scratch, limits=LIMITS))
    assert list(scratch.iterdir()) == [], "a copy was left behind"


def run(extractor, item: Item) -> None:
    with contextlib.suppress(EvidenceError):
        for found in extractor.extract(item):
            assert isinstance(found, (*RECORDS, Brightness, Entry, Problem))


def truncated(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def mutated(data: bytes, chance: random.Random) -> bytes:
    """A few bytes changed, more often near the front, where headers and schema are."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        bound = len(changed) if chance.random() < 0.5 else min(len(changed), 4096)
        changed[chance.randrange(bound)] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
    return bytes(changed)


@pytest.mark.parametrize("extractor", EXTRACTORS, ids=lambda each: each.name)
def test_cells_of_the_wrong_type(extractor, tmp_path: Path) -> None:
    """SQLite holds a column to no type: every cell of every table becomes text, a BLOB, a huge number, NULL."""
    file, data = fixture(extractor.name, tmp_path)
    if not data.startswith(b"SQLite"):
        pytest.skip("this extractor reads no database")
    for value in ("'teks'", "x'00ff'", "9223372036854775807", "-1", "1e999", "NULL", "'" + "9" * 30 + "'"):
        run(extractor, item_from_bytes(file, overwritten(data, value, tmp_path), limits=LIMITS))


def overwritten(data: bytes, value: str, folder: Path) -> bytes:
    """The database with the same names of tables and columns, no types, no keys, and one row of this value."""
    import sqlite3
    from contextlib import closing

    source, target = folder / "source.db", folder / "target.db"
    source.write_bytes(data)
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        names = [row[0] for row in old.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE TABLE%'")]
        for name in [each for each in names if not each.startswith("sqlite_")]:
            columns = [row[1] for row in old.execute(f'PRAGMA table_info("{name}")')]
            new.execute(f'CREATE TABLE "{name}" ({", ".join(columns)})')
            new.execute(f'INSERT INTO "{name}" VALUES ({", ".join([value] * len(columns))})')
        new.commit()
    return target.read_bytes()

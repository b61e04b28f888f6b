"""Keys of app databases given by hand: the right one of several opens, custody says which, and no form of it is written anywhere."""

import base64
import hashlib
import json
import os
import shutil
import sqlite3
from contextlib import closing

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from making import messengers_more, postbox, signal, signal_apple
from making.items import BytesEvidence, item_from_bytes
from making.unknown_chats import make_unknown_chat
from sqlcipher3 import dbapi2 as sqlcipher

from triage.case import DATABASE, LOG, Case
from triage.content import read_once
from triage.errors import Encrypted
from triage.extractors.assumed_messages import AssumedMessages
from triage.extractors.signal_android import SignalAndroid
from triage.extractors.signal_apple import SignalApple
from triage.extractors.signal_desktop import SignalDesktop
from triage.extractors.telegram_apple import TelegramApple
from triage.extractors.wechat import WeChat
from triage.model import Entry, Kind, Locator, Message, Opened, Step
from triage.run import run
from triage.settings import Limits, Settings

WRONG = "ab" * 32
KEY = bytes(range(100, 132))


class ListedEvidence(BytesEvidence):
    """Files in memory that can be listed, all at once."""

    def children(self, entry):
        return iter(
            [
                Entry(Locator((Step("memory", path),)), path.rpartition("/")[2], Kind.FILE, path=path)
                for path in self.files
            ]
        )


def encrypted(path, plain, *pragmas):
    """The database at `plain` under SQLCipher with these pragmas, made by SQLCipher's own export."""
    with closing(sqlcipher.connect(str(plain), isolation_level=None)) as database:
        database.execute(f"ATTACH '{path}' AS other KEY {pragmas[0]}")
        for pragma in pragmas[1:]:
            database.execute(f"PRAGMA other.{pragma}")
        database.execute("SELECT sqlcipher_export('other')")
    return path.read_bytes()


def read(extractor, path, data, given, near=None):
    """Messages and how the database was opened, with these secrets given; `near` has other files of the evidence."""
    entry = Entry(Locator((Step("memory", path),)), path.rpartition("/")[2], Kind.FILE, size=len(data), path=path)
    evidence = ListedEvidence({path: data} | (near or {}))
    item = read_once(entry, evidence, scratch=item_from_bytes("x", b"").scratch, limits=Limits())
    item.secrets = tuple(given)
    assert extractor.wants(item)
    return [each for each in extractor.extract(item) if isinstance(each, Message)], item.opened


def test_signal_of_ios_opens_with_the_item_of_the_keychain(tmp_path):
    path = "/private/var/mobile/Containers/Shared/AppGroup/X/grdb/signal.sqlite"
    data = signal_apple.make_encrypted(tmp_path / "s").read_bytes()
    for given in (
        signal_apple.SPEC.hex(),
        base64.b64encode(signal_apple.SPEC).decode(),
        f"x'{signal_apple.SPEC.hex().upper()}'",
    ):
        messages, opened = read(SignalApple(), path, data, [WRONG, given])
        assert len(messages) > 3
        assert opened == Opened("SQLCipher", 2)
    with pytest.raises(Encrypted, match="the key given does not open it"):
        read(SignalApple(), path, data, [WRONG])
    with pytest.raises(Encrypted, match="give its key with --password"):
        read(SignalApple(), path, data, [])


def test_signal_desktop_opens_without_its_settings(tmp_path):
    data = signal.make_encrypted_desktop(tmp_path / "d").read_bytes()
    messages, opened = read(SignalDesktop(), "/Users/x/AppData/Roaming/Signal/sql/db.sqlite", data, ["0x" + signal.KEY])
    assert messages
    assert opened == Opened("SQLCipher", 1)


def test_signal_of_android_takes_its_digits_as_text(tmp_path):
    plain = signal.make_signal_android(tmp_path / "p")
    data = encrypted(tmp_path / "e", plain, f"'{KEY.hex()}'", "kdf_iter = 1")
    path = "/data/data/org.thoughtcrime.securesms/databases/signal.db"
    assert read(SignalAndroid(), path, data, [KEY.hex()])[0]


@pytest.mark.parametrize(
    "pragmas",
    [
        (f"\"x'{KEY.hex()}'\"",),
        ("'kata sandi'",),
        ("'kata sandi'", "cipher_compatibility = 3"),
        ("'kata sandi'", "cipher_compatibility = 3", "cipher_page_size = 4096"),
    ],
)
def test_any_app_by_key_or_passphrase_of_every_version(tmp_path, pragmas):
    plain = make_unknown_chat(tmp_path / "p")
    data = encrypted(tmp_path / "e", plain, *pragmas)
    path = "/data/data/com.michatapp.im/databases/chat.db"
    _, opened = read(AssumedMessages(), path, data, ["kata lain", "kata sandi", KEY.hex()])
    assert opened == Opened("SQLCipher", 3 if "x'" in pragmas[0] else 2)


def test_wechat_by_its_seven_digits_or_the_imei(tmp_path):
    data = messengers_more.make_wechat_encrypted(tmp_path / "e").read_bytes()
    path = f"/data/data/com.tencent.mm/MicroMsg/{messengers_more.WECHAT_FOLDER}/EnMicroMsg.db"
    digits = hashlib.md5(f"{messengers_more.IMEI}{messengers_more.UIN}".encode()).hexdigest()[:7]
    assert read(WeChat(), path, data, [digits])[0]
    preferences = f'<map><int name="default_uin" value="{messengers_more.UIN}" /></map>'.encode()
    near = {"/data/data/com.tencent.mm/shared_prefs/system_config_prefs.xml": preferences}
    messages, opened = read(WeChat(), path, data, [messengers_more.IMEI], near)
    assert messages
    assert opened == Opened("SQLCipher", 1)


@pytest.mark.parametrize("passcode", [None, "1234"])
def test_telegram_of_apple_opens_with_what_is_wrapped_beside_it(tmp_path, passcode):
    plain = postbox.make_postbox(tmp_path / "p")
    spec = os.urandom(48)
    data = encrypted(tmp_path / "e", plain, f"\"x'{spec.hex()}'\"", "cipher_plaintext_header_size = 32")
    digest = hashlib.sha512((passcode or "no-matter-key").encode()).digest()
    engine = Cipher(AES(digest[:32]), CBC(digest[-16:])).encryptor()
    wrapped = engine.update(spec + bytes(16)) + engine.finalize()
    folder = "/private/var/mobile/Containers/Shared/AppGroup/X/telegram-data"
    path = f"{folder}/account-1/postbox/db/db_sqlite"
    near = {f"{folder}/.tempkeyEncrypted": wrapped}
    messages, opened = read(TelegramApple(), path, data, ["0000", passcode] if passcode else [], near)
    assert messages
    assert opened == (Opened("SQLCipher", 2) if passcode else None)
    if passcode:
        with pytest.raises(Encrypted, match="wrapped in"):
            read(TelegramApple(), path, data, ["0000"], near)


def test_a_run_writes_that_a_key_was_used_and_never_the_key(tmp_path):
    """Scanned without, then with it: what stayed closed is read once, custody has the number of the key, no file of the case the key."""
    source = tmp_path / "source/Users/x/AppData/Roaming/Signal/sql"
    source.mkdir(parents=True)
    shutil.copyfile(signal.make_encrypted_desktop(tmp_path / "d"), source / "db.sqlite")
    (source.parent / "config.json").write_text(json.dumps({"encryptedKey": "00"}))
    for given, messages in ((None, 0), (f"{WRONG}\n{signal.KEY}", 6)):
        with Case.open_or_create(tmp_path / "case", actor="penguji") as case:
            run(
                case, tmp_path / "source", exhibit="B1", settings=Settings(workers=1, hash_source=False), password=given
            )
        with closing(sqlite3.connect(tmp_path / "case" / DATABASE)) as database:
            (found,) = database.execute("SELECT count(*) FROM message").fetchone()
            (distinct,) = database.execute("SELECT count(DISTINCT where_) FROM message").fetchone()
            (ran,) = database.execute("SELECT count(*) FROM ran WHERE extractor = 'signal-desktop'").fetchone()
        assert found == distinct
        assert (found > 0) == (messages > 0)
        assert ran == 1
    events = [json.loads(line) for line in (tmp_path / "case" / LOG).read_text().splitlines()]
    (event,) = [each for each in events if each["action"] == "content.open"]
    assert event["data"] == {"scheme": "SQLCipher", "key": 2}
    assert event["subject"].endswith("db.sqlite")
    for path in (tmp_path / "case").rglob("*"):
        if path.is_file():
            assert signal.KEY.encode() not in path.read_bytes()
            assert bytes.fromhex(signal.KEY) not in path.read_bytes()

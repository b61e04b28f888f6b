"""WhatsApp's encrypted backups: the public sample byte for byte, made ones of each version, keys that are found, given or wrong."""

import hashlib
import hmac
import io
import random
import zlib
from pathlib import Path

import pytest
from corpus import corpus_file
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from evidence_walk import walk
from making.whatsapp_apple import field

from triage.errors import Encrypted, EvidenceError
from triage.evidence.opener import open_evidence
from triage.evidence.whatsapp_backup import WhatsAppBackup, is_whatsapp_backup, key_places
from triage.filetype import identify, is_container
from triage.model import Entry, Locator, Problem, Step
from triage.settings import Limits

PLAIN = b"SQLite format 3\0" + random.Random(1).randbytes(200_000)
SALT, GOOGLE, IV, KEY = b"S" * 32, b"G" * 16, b"I" * 16, b"K" * 32
PAYLOAD = b"\0\1\2" + SALT + GOOGLE + hashlib.sha256(GOOGLE).digest() + bytes(16) + KEY
JAVA = b"\xac\xed\x00\x05ur\x00\x02[B\xac\xf3\x17\xf8\x06\x08T\xe0\x02\x00\x00xp"


def java(data: bytes) -> bytes:
    return JAVA + len(data).to_bytes(4, "big") + data


def made(version: int, plain: bytes = PLAIN, *, flag: bool = True) -> bytes:
    """A backup of this version over zlib data."""
    key = KEY
    if version == 12:
        head = b"\0\1\2" + SALT + GOOGLE + IV
    else:
        own = field(2, field(1, b"\0\1") + field(2, b"2") + field(3, SALT) + field(4, GOOGLE) + field(5, IV))
        user = field(3, field(1, IV))
        prefix = (
            field(1, int(version == 15))
            + (own if version == 14 else user)
            + field(4, field(1, "2.22.5.13") + field(3, "09"))
        )
        head = bytes([len(prefix)]) + (b"\1" if flag else b"") + prefix
    if version == 15:
        key = hmac.digest(hmac.digest(bytes(32), KEY, "sha256"), b"backup encryption\x01", "sha256")
    body = head + AESGCM(key).encrypt(IV, zlib.compress(plain), None)
    return body + hashlib.md5(body).digest() + (b"--09" if version == 12 else b"")


def opened(data: bytes, password: str | None, scratch: Path) -> tuple[bytes, list[Problem]]:
    layer = WhatsAppBackup(io.BytesIO(data), Limits(), scratch, password)
    within = Locator((Step("folder", "a/msgstore-2026-01-01.1.db.crypt14"),))
    found = list(layer.children(within, None))
    (entry,) = [each for each in found if isinstance(each, Entry)]
    assert entry.name == "msgstore-2026-01-01.1.db"
    return layer.open(entry.locator.steps[-1]).read(), [each for each in found if isinstance(each, Problem)]


@pytest.mark.parametrize(
    ("version", "flag", "secret"),
    [
        (12, True, java(PAYLOAD).hex()),
        (14, True, java(PAYLOAD).hex()),
        (14, False, PAYLOAD.hex()),
        (14, True, KEY.hex()),
        (15, True, KEY.hex().upper()),
        (15, False, java(KEY).hex()),
        (15, True, "00" * 32 + "\n" + " ".join(KEY.hex()[at : at + 4] for at in range(0, 64, 4))),
    ],
)
def test_every_version_opens_by_key_file_or_digits(tmp_path: Path, version: int, flag: bool, secret: str) -> None:
    data = made(version, flag=flag)
    assert is_whatsapp_backup(io.BytesIO(data))
    assert is_container(identify(f"msgstore.db.crypt{version}", data[: 1 << 16]).mime)
    assert opened(data, secret, tmp_path) == (PLAIN, [])


@pytest.mark.parametrize("version", [12, 14, 15])
@pytest.mark.parametrize("secret", [None, "kata sandi", "ab" * 32, java(PAYLOAD.replace(SALT, b"x" * 32)).hex()])
def test_no_key_or_a_wrong_one_is_told(tmp_path: Path, version: int, secret: str | None) -> None:
    with pytest.raises(Encrypted, match="--password" if secret is None else "another one"):
        opened(made(version), secret, tmp_path)


def test_a_zip_inside_stays_one(tmp_path: Path) -> None:
    body = bytes([len(prefix := field(1, 1) + field(3, field(1, IV)) + field(4, field(1, "2")))]) + prefix
    key = hmac.digest(hmac.digest(bytes(32), KEY, "sha256"), b"backup encryption\x01", "sha256")
    data = body + AESGCM(key).encrypt(IV, b"PK\x03\x04rest", None) + bytes(16)
    assert opened(data, KEY.hex(), tmp_path) == (b"PK\x03\x04rest", [])


def test_what_is_cut_is_deciphered_as_far_as_it_goes(tmp_path: Path) -> None:
    data = made(15)
    content, (problem,) = opened(data[: len(data) // 2], KEY.hex(), tmp_path)
    assert PLAIN.startswith(content)
    assert len(content) > 50_000
    assert (problem.kind, "not checked" in problem.message) == ("truncated", True)


def test_damage_ends_with_our_errors(tmp_path: Path) -> None:
    data, chance = made(14, PLAIN[:3000]), random.Random(2)
    for _ in range(300):
        changed = bytearray(data)
        for _ in range(4):
            changed[chance.randrange(len(data) if chance.random() < 0.5 else 200)] = chance.randrange(256)
        try:
            opened(bytes(changed), java(PAYLOAD).hex(), tmp_path)
        except EvidenceError:
            continue


def test_keys_are_sought_where_the_app_keeps_them() -> None:
    for path, key in (
        ("x/data/media/0/WhatsApp/Databases/m", "x/data/data/com.whatsapp/files/key"),
        (
            "data/media/10/Android/media/com.whatsapp/WhatsApp/Databases/m",
            "data/user/10/com.whatsapp/files/encrypted_backup.key",
        ),
        ("media/0/WhatsApp/Databases/m", "data/com.whatsapp.w4b/files/key"),
        ("sdcard/WhatsApp/Databases/m", "data/data/com.whatsapp/files/key"),
        ("a/m", "a/key"),
    ):
        folder = path.split("/")[:-1]
        found = set()
        for place in key_places(path):
            parts, ups = [*folder], place.count("../")
            if ups <= len(parts):
                found.add("/".join([*parts[: len(parts) - ups], place.replace("../", "")]))
        assert key in found, path


def test_a_key_in_the_evidence_opens_the_backup(tmp_path: Path) -> None:
    source = tmp_path / "phone"
    for path, data in {
        "data/media/0/Android/media/com.whatsapp/WhatsApp/Databases/msgstore.db.crypt14": made(14),
        "data/media/0/WhatsApp/Databases/msgstore.db.crypt12": made(12),
        "data/data/com.whatsapp/files/key": java(PAYLOAD),
    }.items():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_bytes(data)
    evidence = open_evidence(source, limits=Limits(), scratch=tmp_path / "scratch")
    backups = [each for each in walk(evidence)[0] if ".crypt" in each.name]
    inside = [found for each in backups for found in evidence.children(each)]
    evidence.close()
    assert [(each.name, each.size) for each in inside] == [("msgstore.db", len(PLAIN))] * 2


def test_the_public_sample_is_the_plain_database(tmp_path: Path) -> None:
    data = corpus_file("chats", "wa_crypt", "msgstore.db.crypt14").read_bytes()
    key = corpus_file("chats", "wa_crypt", "key").read_bytes()
    content, problems = opened(data, key.hex(), tmp_path)
    assert (content, problems) == (corpus_file("chats", "wa_crypt", "msgstore.db").read_bytes(), [])

"""The signing key: made once, kept private, verified against RFC 8032."""

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from triage import keys
from triage.errors import KeyLocked, UserError
from triage.keys import (
    SigningKey,
    change_passphrase,
    fingerprint,
    listed_keys,
    make_key,
    signing_key,
    unlock,
    verify_signature,
)

# RFC 8032 section 7.1: secret key, public key, message, signature
VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
]


@pytest.mark.parametrize(("secret", "public", "message", "signature"), VECTORS)
def test_rfc_8032(secret, public, message, signature):
    key = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)))
    assert key.public_hex == public
    assert key.sign(bytes.fromhex(message)).hex() == signature
    assert verify_signature(public, bytes.fromhex(signature), bytes.fromhex(message))


@pytest.mark.parametrize("change", ["data", "signature", "key", "short signature", "no key", "no hexadecimal"])
def test_what_does_not_fit_is_refused(change, tmp_path):
    key = signing_key(tmp_path)
    public, signature, data = key.public_hex, key.sign(b"data"), b"data"
    if change == "data":
        data = b"datA"
    elif change == "signature":
        signature = bytes((signature[0] ^ 1,)) + signature[1:]
    elif change == "key":
        public = signing_key(tmp_path / "other").public_hex
    elif change == "short signature":
        signature = signature[:63]
    else:
        public = "" if change == "no key" else "zz" * 32
    assert not verify_signature(public, signature, data)


def test_the_key_is_made_once(tmp_path):
    first = signing_key(tmp_path)
    again = signing_key(tmp_path)
    assert first.public_hex == again.public_hex
    assert first.sign(b"x") == again.sign(b"x")
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == ["examiner.pem", "examiner.pub"]


@pytest.mark.skipif(sys.platform == "win32", reason="file modes are POSIX")
def test_only_the_owner_may_read_it(tmp_path):
    signing_key(tmp_path)
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "keys" / "examiner.pem").stat().st_mode) == 0o600


def test_the_private_half_is_not_in_the_text_form(tmp_path):
    key = signing_key(tmp_path)
    assert repr(key) == f"SigningKey({key.fingerprint})"
    assert fingerprint(VECTORS[0][1]) == "21fe 31df a154 a261 626b f854 046f d227"  # sha256sum of the raw key


def test_openssl_would_read_it(tmp_path):
    signing_key(tmp_path)
    lines = (tmp_path / "keys" / "examiner.pem").read_text().splitlines()
    assert (lines[0], lines[-1]) == ("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----")


def test_two_at_once_end_with_one_key(tmp_path, monkeypatch):
    monkeypatch.setattr("pathlib.Path.exists", lambda self: False)  # everyone believes to be first
    with ThreadPoolExecutor(8) as pool:
        found = {key.public_hex for key in pool.map(lambda _: signing_key(tmp_path), range(16))}
    assert len(found) == 1


def test_two_processes_end_with_one_key(tmp_path):
    code = "import sys, pathlib; from triage.keys import signing_key; print(signing_key(pathlib.Path(sys.argv[1])).public_hex)"
    command = [sys.executable, "-c", code, str(tmp_path)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert len({process.communicate(timeout=60)[0] for process in running}) == 1


def test_without_hard_links(tmp_path, monkeypatch):
    def refuse(self, target):
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr("pathlib.Path.hardlink_to", refuse)
    assert signing_key(tmp_path).public_hex == signing_key(tmp_path).public_hex


def test_damaged_or_foreign_keys_are_said_in_one_line(tmp_path):
    path = tmp_path / "keys" / "examiner.pem"
    signing_key(tmp_path)
    whole = path.read_bytes()
    other = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for content in (b"", b"no key", whole[:40], whole[:-40], other, bytes(100)):
        path.write_bytes(content)
        with pytest.raises(UserError, match="not an Ed25519 signing key") as raised:
            signing_key(tmp_path)
        assert "\n" not in str(raised.value)
        assert path.read_bytes() == content


def test_a_home_that_cannot_be_written(tmp_path):
    (tmp_path / "home").write_text("a file where a folder should be")
    with pytest.raises(UserError, match="cannot be read or made"):
        signing_key(tmp_path / "home")


def test_a_failed_write_leaves_nothing(tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keys.os, "fsync", full)
    with pytest.raises(UserError, match="No space left"):
        signing_key(tmp_path)
    assert list((tmp_path / "keys").iterdir()) == []


PASSPHRASE = "kata sandi rekaan"


@pytest.fixture(autouse=True)
def _locked(monkeypatch):
    """As in a process that has opened no key yet, whose environment names none."""
    monkeypatch.delenv("TRIAGE_KEY", raising=False)
    monkeypatch.delenv("TRIAGE_KEY_PASSPHRASE", raising=False)
    monkeypatch.setattr(keys, "_UNLOCKED", {})


def test_a_key_with_a_passphrase_is_encrypted_and_opened_once(tmp_path, monkeypatch):
    made = make_key(tmp_path, PASSPHRASE)
    path = tmp_path / "keys" / "examiner.pem"
    assert path.read_text().startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert signing_key(tmp_path).public_hex == made.public_hex  # this process made it
    monkeypatch.setattr(keys, "_UNLOCKED", {})
    with pytest.raises(KeyLocked, match="TRIAGE_KEY_PASSPHRASE"):
        signing_key(tmp_path)
    assert unlock(tmp_path, PASSPHRASE).public_hex == made.public_hex
    assert signing_key(tmp_path).public_hex == made.public_hex
    loaded = load_pem_private_key(path.read_bytes(), PASSPHRASE.encode())
    assert loaded.public_key().public_bytes_raw().hex() == made.public_hex


def test_the_passphrase_from_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("TRIAGE_KEY_PASSPHRASE", PASSPHRASE)
    made = signing_key(tmp_path)
    assert b"ENCRYPTED" in (tmp_path / "keys" / "examiner.pem").read_bytes()
    (tmp_path / "word").write_text(PASSPHRASE + "\n")
    for stated in (PASSPHRASE, f"@{tmp_path / 'word'}"):
        monkeypatch.setattr(keys, "_UNLOCKED", {})
        monkeypatch.setenv("TRIAGE_KEY_PASSPHRASE", stated)
        assert signing_key(tmp_path).public_hex == made.public_hex
    monkeypatch.setattr(keys, "_UNLOCKED", {})
    monkeypatch.setenv("TRIAGE_KEY_PASSPHRASE", f"@{tmp_path / 'none'}")
    with pytest.raises(UserError, match="cannot be read"):
        signing_key(tmp_path)


def test_a_wrong_passphrase_is_one_line_that_says_how_to_go_on(tmp_path):
    make_key(tmp_path, PASSPHRASE)
    for wrong in ("kata sandi lain", ""):
        with pytest.raises(UserError, match="--replace") as raised:
            unlock(tmp_path, wrong)
        assert "\n" not in str(raised.value)


def test_the_passphrase_is_changed_and_the_key_stays(tmp_path, monkeypatch):
    made = make_key(tmp_path, PASSPHRASE)
    with pytest.raises(UserError, match="not the passphrase"):
        change_passphrase(tmp_path, "bukan ini", "kata sandi baru")
    with pytest.raises(UserError, match="at least 8"):
        change_passphrase(tmp_path, PASSPHRASE, "pendek")
    change_passphrase(tmp_path, PASSPHRASE, "kata sandi baru")
    monkeypatch.setattr(keys, "_UNLOCKED", {})
    assert unlock(tmp_path, "kata sandi baru").public_hex == made.public_hex
    assert change_passphrase(tmp_path, "kata sandi baru", None).public_hex == made.public_hex
    monkeypatch.setattr(keys, "_UNLOCKED", {})
    assert signing_key(tmp_path).public_hex == made.public_hex


def test_keys_by_name(tmp_path, monkeypatch):
    one = signing_key(tmp_path)
    monkeypatch.setenv("TRIAGE_KEY", "sari")
    two = signing_key(tmp_path)
    make_key(tmp_path, PASSPHRASE, "budi")
    assert one.public_hex != two.public_hex
    rows = listed_keys(tmp_path)
    assert [(row.name, row.protected, row.chosen) for row in rows] == [
        ("budi", True, False),
        ("examiner", False, False),
        ("sari", False, True),
    ]
    assert rows[1].fingerprint == one.fingerprint
    assert all(row.fingerprint for row in rows)
    for name in ("../x", "", "a b", "x" * 65, ".x"):
        with pytest.raises(UserError, match="a key is named"):
            make_key(tmp_path, None, name or "/")


def test_a_lost_key_is_put_aside_and_replaced(tmp_path):
    old = make_key(tmp_path, PASSPHRASE)
    with pytest.raises(UserError, match="--replace"):
        make_key(tmp_path, None)
    new = make_key(tmp_path, None, replace=True)
    assert new.public_hex != old.public_hex
    assert [row.name.split(".")[0] for row in listed_keys(tmp_path)] == ["examiner", "examiner"]

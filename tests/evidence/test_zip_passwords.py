"""Protected members of zips: what the password opens, what a wrong one says, and what is damaged."""

import io
import random
import subprocess
import zipfile

import pytest
from corpus import corpus_file
from evidence_walk import content, opened, tool

from triage.errors import Encrypted, EvidenceError, Malformed, Unsupported
from triage.evidence import open_evidence
from triage.evidence.ciphers import Counted
from triage.model import Entry, Kind, Locator
from triage.settings import Limits

TEXT = b"isi rahasia, contoh fiktif. " * 4000


def unlocked(path, scratch, password):
    return open_evidence(path, limits=Limits(), scratch=scratch, password=password)


def member(evidence):
    return next(entry for entry in evidence.children(evidence.root()) if entry.kind is Kind.FILE)


def info_zip(folder, password, *options):
    """A zip of Info-ZIP's own program with one member under the traditional encryption."""
    (folder / "rahasia.txt").write_bytes(TEXT)
    path = folder / "made.zip"
    tool("zip", "-q", *options, "-P", password, path, "rahasia.txt", cwd=folder)
    return path


@pytest.mark.parametrize("options", [("-9",), ("-0",), ("-Z", "bzip2")])
@pytest.mark.parametrize("password", ["kata sandi", "müßig"])
def test_traditional_encryption_of_another_program(options, password, tmp_path):
    path = info_zip(tmp_path, password, *options)
    evidence = unlocked(path, tmp_path / "scratch", password)
    assert content(evidence, member(evidence)) == TEXT
    with zipfile.ZipFile(path) as archive:
        assert archive.read("rahasia.txt", password.encode()) == TEXT


def test_a_streamed_member_is_checked_by_its_time(tmp_path):
    """Made through a pipe: its checksum comes after the content, so the time takes its place."""
    (tmp_path / "rahasia.txt").write_bytes(TEXT)
    made = tool("zip", "-q", "-P", "kata", "-", "rahasia.txt", cwd=tmp_path, stdin=subprocess.DEVNULL)
    (tmp_path / "made.zip").write_bytes(made)
    evidence = unlocked(tmp_path / "made.zip", tmp_path, "kata")
    assert content(evidence, member(evidence)) == TEXT


def test_wrong_passwords_are_said_in_one_line_that_does_not_repeat_them(tmp_path):
    path = info_zip(tmp_path, "benar")
    evidence = unlocked(path, tmp_path, None)
    with pytest.raises(Encrypted, match="give it with --password"):
        evidence.open(member(evidence).locator)
    for number in range(300):  # one wrong password in 256 passes the first test
        evidence = unlocked(path, tmp_path, f"salah-{number}")
        with pytest.raises(Encrypted) as caught:
            evidence.open(member(evidence).locator)
        assert "salah" not in str(caught.value)
        assert "\n" not in str(caught.value)


def test_winzip_aes_of_the_corpus(tmp_path):
    """libarchive's own test says the password and that README has 6818 bytes; their MD5 is not told there."""
    path = corpus_file("hostile", "archives", "test_read_format_zip_winzip_aes256.zip")
    evidence = unlocked(path, tmp_path, "password")
    entry = member(evidence)
    data = content(evidence, entry)
    assert (entry.name, len(data)) == ("README", 6818)
    assert data.startswith(b"README for libarchive bundle.")
    assert unlocked(path, tmp_path, "password").open(Locator.parse(entry.locator.text())).read() == data
    with pytest.raises(Encrypted, match="does not open"):
        unlocked(path, tmp_path, "Password").open(entry.locator)


def test_a_damaged_aes_member_is_malformed_and_its_field_is_checked(tmp_path):
    original = corpus_file("hostile", "archives", "test_read_format_zip_winzip_aes256.zip").read_bytes()
    for at, value, family in [(500, 0, Malformed), (original.rfind(b"\x01\x99") + 8, 9, Malformed)]:
        data = bytearray(original)
        data[at] = value
        path = tmp_path / "damaged.zip"
        path.write_bytes(data)
        evidence = unlocked(path, tmp_path, "password")
        with pytest.raises(family):
            evidence.open(member(evidence).locator)


def test_the_counter_mode_reads_from_anywhere():
    """AES-128 of counters 1, 2, 3 little-endian, made here by the plain block cipher."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    key = bytes(range(16))
    engine = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    stream = engine.update(b"".join(bytes([n]) + bytes(15) for n in (1, 2, 3)))
    plain = b"empat puluh tujuh huruf tepat di dalam baris ini"[:45]
    packed = bytes(one ^ other for one, other in zip(plain, stream, strict=False))
    counted = Counted(io.BytesIO(packed), key)
    for start, size in [(0, 45), (0, 1), (15, 2), (16, 16), (31, 14), (44, 1)]:
        counted.seek(start)
        assert counted.read(size) == plain[start : start + size]


def test_an_encrypted_directory_is_said(tmp_path):
    path = corpus_file("hostile", "archives", "test_read_format_zip_encryption_header.zip")
    with pytest.raises(Encrypted, match="names in the zip are encrypted"):
        unlocked(path, tmp_path, "12345678")
    closed = unlocked(path, tmp_path, None)  # without a password: a source with one entry that says what it is
    with pytest.raises(Encrypted, match="names in the zip are encrypted"):
        list(closed.children(closed.root()))


def test_strong_encryption_of_a_member_is_said(tmp_path):
    path = info_zip(tmp_path, "kata")
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1 << 6
    path.write_bytes(data)
    evidence = unlocked(path, tmp_path, "kata")
    with pytest.raises(Unsupported, match="strong encryption"):
        evidence.open(member(evidence).locator)


def test_a_password_opens_zips_inside_other_evidence_too(tmp_path):
    inner = info_zip(tmp_path, "kata").read_bytes()
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.writestr("inner.zip", inner)
    evidence = unlocked(tmp_path / "outer.zip", tmp_path, "kata")
    (entry,) = evidence.children(member(evidence))
    assert content(evidence, entry) == TEXT


def test_mutated_protected_zips_bring_evidence_errors(tmp_path):
    sources = [info_zip(tmp_path, "password").read_bytes()]
    sources.append(corpus_file("hostile", "archives", "test_read_format_zip_winzip_aes256.zip").read_bytes())
    chance, path, met = random.Random(5), tmp_path / "m.zip", set()
    for _ in range(250):
        data = bytearray(chance.choice(sources))
        for _ in range(chance.randint(1, 3)):
            data[chance.choice([chance.randrange(len(data)), len(data) - 1 - chance.randrange(150)])] = (
                chance.randrange(256)
            )
        path.write_bytes(data)
        try:
            evidence = unlocked(path, tmp_path, "password")
            for entry in evidence.children(evidence.root()):
                if isinstance(entry, Entry):
                    evidence.open(entry.locator).close()
        except EvidenceError as error:
            met.add(type(error))
    assert {Malformed, Encrypted} <= met


def test_limits_hold_for_protected_members(tmp_path):
    path = info_zip(tmp_path, "kata")
    evidence = open_evidence(path, limits=Limits(scratch_copy_bytes=1000), scratch=tmp_path, password="kata")
    with pytest.raises(EvidenceError, match="1000 bytes allowed"):
        evidence.open(member(evidence).locator)
    assert member(opened(path, tmp_path)).size == len(TEXT)

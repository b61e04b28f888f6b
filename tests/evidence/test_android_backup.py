"""Android backups: plain, packed, protected; broken off; hostile. Contents compared with the tar they were made from."""

import contextlib
import io
import random
import tarfile
import zlib

import pytest
from making.android_backup import make_android_backup, make_tar

from triage.errors import Encrypted, EvidenceError, LimitReached, Malformed, Unsupported
from triage.evidence.android_backup import AndroidBackup, is_android_backup
from triage.evidence.streams import Memory
from triage.model import Entry, Kind, Locator, Problem
from triage.settings import Limits

NOISE = random.Random(7).randbytes(150_000)
FILES = {
    "apps/id.contoh.obrolan/_manifest": b"1\nid.contoh.obrolan\n7\n",
    "apps/id.contoh.obrolan/db/pesan.db": NOISE,
    "apps/id.contoh.obrolan/sp/prefs.xml": b"<map />",
    "shared/0/DCIM/Camera/foto-\u00e9.jpg": b"\xff\xd8" + bytes(5000),
    "shared/0/kosong.txt": b"",
}
INNER = make_tar(FILES)
PASSWORD = "sandi-rahasia-\u00e9\u20ac"


def opened(data, tmp_path, password=None, **limits):
    return AndroidBackup(Memory(data), Limits(**limits), tmp_path / "scratch", password)


def listed(backup):
    found = list(backup.children(Locator(), None))
    return [each for each in found if isinstance(each, Entry)], [each for each in found if isinstance(each, Problem)]


def contents(backup, entries):
    return {
        entry.path.removeprefix("/"): backup.open(entry.locator.steps[-1]).read()
        for entry in entries
        if entry.kind is Kind.FILE
    }


@pytest.mark.parametrize("version", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("password", [None, PASSWORD, "12345"])
def test_every_kind_reads(tmp_path, version, packed, password):
    if version == 1 and password == PASSWORD:
        password = "sandi"  # version 1 keeps eight bits of each character: only such passwords have one meaning
    data = make_android_backup(INNER, version=version, packed=packed, password=password)
    assert is_android_backup(data[:4096])
    backup = opened(data, tmp_path, password)
    entries, problems = listed(backup)
    assert problems == []
    assert contents(backup, entries) == FILES
    backup.close()


def test_the_tree(tmp_path):
    backup = opened(make_android_backup(INNER), tmp_path)
    entries, _ = listed(backup)
    assert [(entry.path, entry.kind) for entry in entries][:3] == [
        ("/apps", Kind.FOLDER),
        ("/apps/id.contoh.obrolan", Kind.FOLDER),
        ("/apps/id.contoh.obrolan/_manifest", Kind.FILE),
    ]
    photo = next(entry for entry in entries if entry.name.startswith("foto"))
    assert photo.locator.text().startswith("ab:shared/0/DCIM/Camera/foto-\u00e9.jpg@")
    assert photo.times.modified is not None
    assert photo.times.modified.ns == 1_700_000_000 * 10**9
    assert photo.position is None
    assert Locator.parse(photo.locator.text()).steps == photo.locator.steps
    assert list(backup.children(Locator(), entries[0].locator.steps[-1])) == []
    backup.close()


def test_a_member_reads_from_anywhere(tmp_path):
    backup = opened(make_android_backup(INNER, packed=False, password=PASSWORD), tmp_path, PASSWORD)
    entries, _ = listed(backup)
    stream = backup.open(next(entry for entry in entries if entry.name == "pesan.db").locator.steps[-1])
    chance = random.Random(3)
    for _ in range(200):
        start, size = chance.randrange(len(NOISE)), chance.randrange(5000)
        stream.seek(start)
        assert stream.read(size) == NOISE[start : start + size]


def test_half_the_key_bytes_are_sign_extended(tmp_path):
    """A master key with bytes on both sides of 0x80: a checksum over the plain bytes would refuse the right password."""
    data = make_android_backup(INNER, password=PASSWORD, master_key=bytes(range(112, 144)))
    assert listed(opened(data, tmp_path, PASSWORD))[1] == []


def test_password(tmp_path):
    data = make_android_backup(INNER, password=PASSWORD)
    with pytest.raises(Encrypted, match="give its password"):
        opened(data, tmp_path)
    for wrong in ("salah", "", PASSWORD + " "):
        with pytest.raises(Encrypted, match="does not open this Android backup"):
            opened(data, tmp_path, wrong)


@pytest.mark.parametrize("password", [None, PASSWORD])
@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_broken_off(tmp_path, password, packed, share):
    data = make_android_backup(INNER, packed=packed, password=password)
    backup = opened(data[: int(len(data) * share)], tmp_path, password)
    entries, problems = listed(backup)
    assert {problem.kind for problem in problems} == {"truncated"}
    assert "pesan.db" in {entry.name for entry in entries}
    manifest = next(entry for entry in entries if entry.name == "_manifest")
    assert backup.open(manifest.locator.steps[-1]).read() == FILES["apps/id.contoh.obrolan/_manifest"]
    backup.close()


@pytest.mark.parametrize("packed", [True, False])
def test_a_declined_backup_is_told(tmp_path, packed):
    for inner in (b"", bytes(1024)):
        backup = opened(make_android_backup(inner, packed=packed), tmp_path)
        entries, (problem,) = listed(backup)
        assert entries == []
        assert "holds no file" in problem.message


def test_vendor_lines_in_front(tmp_path):
    data = b"MIUI BACKUP\n2\nid.contoh Obrolan\n-1\n0\n" + make_android_backup(INNER)
    assert is_android_backup(data[:4096])
    backup = opened(data, tmp_path)
    assert contents(backup, listed(backup)[0]) == FILES


def test_limits(tmp_path):
    bomb = make_android_backup(make_tar({"shared/0/nol.bin": bytes(90 << 20)}))
    backup = opened(bomb, tmp_path)
    _, problems = listed(backup)
    assert problems[0].kind == "limit"
    backup.close()
    backup = opened(make_android_backup(INNER), tmp_path, scratch_copy_bytes=100_000)
    assert listed(backup)[1][0].kind == "limit"
    slow = make_android_backup(INNER, password="a", rounds=77).replace(b"\n77\n", b"\n999999999\n")
    with pytest.raises(LimitReached):
        opened(slow, tmp_path, "a")
    backup.close()
    assert list((tmp_path / "scratch").iterdir()) == []


def test_headers_that_are_none(tmp_path):
    for head, error in (
        (b"ANDROID BACKUP\n9\n1\nnone\n", Unsupported),
        (b"ANDROID BACKUP\n5\n1\nROT13\n", Unsupported),
        (b"ANDROID BACKUP\n5\n1\n", Malformed),
        (b"ANDROID BACKUP\nlima\n1\nnone\n", Malformed),
        (b"ANDROID BACKUP\n5\n1\nAES-256\nzz\n", Malformed),
    ):
        with pytest.raises(error):
            opened(head, tmp_path)
    assert not is_android_backup(b"ANDROID BACK")


@pytest.mark.parametrize("password", [None, "12345"])
def test_mutations(tmp_path, password):
    small = make_tar({"apps/a/_manifest": b"1\n", "apps/a/db/b.db": NOISE[:3000]})
    data = make_android_backup(small, password=password, rounds=3)
    chance = random.Random(password)
    for number in range(300):
        damaged = bytearray(data)
        for _ in range(chance.randint(1, 6)):
            bound = len(data) if number % 2 else min(len(data), 700)
            damaged[chance.randrange(bound)] = chance.randrange(256)
        cut = bytes(damaged[: chance.randrange(len(data))]) if number % 3 == 0 else bytes(damaged)
        with contextlib.suppress(EvidenceError):
            backup = opened(cut, tmp_path, password)
            for entry in listed(backup)[0]:
                with contextlib.suppress(EvidenceError):
                    backup.open(entry.locator.steps[-1]).read()


def test_the_maker_makes_what_the_platform_reads():
    """The packed content is a zlib stream and a tar for Python's own modules as well."""
    head, _, body = make_android_backup(INNER).partition(b"\nnone\n")
    assert head == b"ANDROID BACKUP\n5\n1"
    with tarfile.open(fileobj=io.BytesIO(zlib.decompress(body))) as archive:
        assert archive.getnames() == list(FILES)


def test_a_database_and_its_log_belong_together(tmp_path):
    backup = opened(make_android_backup(make_tar({"apps/a/db/x.db": b"x", "apps/a/db/x.db-wal": b"log"})), tmp_path)
    found = {entry.name: entry for entry in listed(backup)[0]}
    assert found["x.db"].companions == (found["x.db-wal"].locator,)
    assert backup.open(found["x.db"].companions[0].steps[-1]).read() == b"log"
    backup.close()

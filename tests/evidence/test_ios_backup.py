"""iOS backups: plain and encrypted, of both kinds of manifest; missing, damaged and hostile parts."""

import contextlib
import random
import sqlite3
from contextlib import closing

import pytest
from making.ios_backup import BORN, CHANGED, DEVICE_CLASS, MODIFIED, file_id, make_ios_backup, make_old_backup

from triage.errors import Encrypted, EvidenceError, LimitReached, Malformed, Truncated, Unreadable
from triage.evidence.ciphers import stretched, unwrapped
from triage.evidence.ios_backup import IosBackup, is_ios_backup
from triage.model import Entry, Kind, Locator, Problem, Stamp, Step
from triage.settings import Limits

NOISE = random.Random(5).randbytes(100_003)
SMS = ("HomeDomain", "Library/SMS/sms.db")
WAL = ("HomeDomain", "Library/SMS/sms.db-wal")
PHOTO = ("CameraRollDomain", "Media/DCIM/100APPLE/IMG_0001.JPG")
EMPTY = ("AppDomain-id.contoh.obrolan", "Documents/kosong")
FILES = {SMS: NOISE, WAL: b"log", PHOTO: b"\xff\xd8\xff" + bytes(8189), EMPTY: b""}
FOLDERS = (("HomeDomain", ""), ("HomeDomain", "Library"), ("HomeDomain", "Library/SMS"))
PASSWORD = "sandi cadangan \u00e9"
OWN = {"/backup/Info.plist", "/backup/Manifest.db", "/backup/Manifest.plist", "/backup/Status.plist"}


def opened(folder, tmp_path, password=None, **limits):
    return IosBackup(folder, Limits(**limits), tmp_path / "scratch", password)


def listed(backup):
    found = list(backup.children(Locator(), None))
    return [each for each in found if isinstance(each, Entry)], [each for each in found if isinstance(each, Problem)]


def content(backup, entry):
    stream = backup.open(entry.locator.steps[-1])
    try:
        return stream.read()
    finally:
        stream.close()


def by_path(entries):
    assert len({entry.path for entry in entries}) == len(entries)
    return {entry.path: entry for entry in entries}


@pytest.mark.parametrize("password", [None, PASSWORD])
@pytest.mark.parametrize("flat", [True, False])
def test_the_tree_and_its_contents(tmp_path, password, flat):
    folder = make_ios_backup(tmp_path / "b", FILES, password=password, folders=FOLDERS, flat=flat)
    backup = opened(folder, tmp_path, password)
    entries, problems = listed(backup)
    assert problems == []
    found = by_path(entries)
    for (domain, path), data in FILES.items():
        entry = found[f"/{domain}/{path}"]
        assert content(backup, entry) == data
        assert entry.size == len(data)
        assert entry.locator.steps == (Step("ios", f"{domain}/{path}", None, file_id(domain, path)),)
    folders = {path for path, entry in found.items() if entry.kind is Kind.FOLDER}
    assert {"/HomeDomain", "/HomeDomain/Library/SMS", "/CameraRollDomain/Media/DCIM", "/backup"} <= folders
    assert {path for path in found if path.startswith("/backup/")} == OWN
    assert content(backup, found["/backup/Info.plist"]) == (folder / "Info.plist").read_bytes()
    backup.close()
    assert list((tmp_path / "scratch").iterdir()) == []


def test_every_parent_is_the_folder_above(tmp_path):
    backup = opened(make_ios_backup(tmp_path / "b", FILES, folders=FOLDERS), tmp_path)
    entries, _ = listed(backup)
    for entry in entries:
        above, _, name = entry.path.rpartition("/")
        assert name == entry.name
        assert (entries[entry.parent_index].path if entry.parent_index is not None else "") == above
    assert list(backup.children(Locator(), entries[0].locator.steps[-1])) == []
    backup.close()


def test_times_kinds_and_companions(tmp_path):
    backup = opened(make_ios_backup(tmp_path / "b", FILES, folders=FOLDERS, links=(("RootDomain", "tmp"),)), tmp_path)
    found = by_path(listed(backup)[0])
    times = found["/HomeDomain/Library/SMS/sms.db"].times
    expected = [Stamp(value * 10**9, resolution=10**9) for value in (MODIFIED, CHANGED, BORN)]
    assert [times.modified, times.changed, times.born] == expected
    assert times.accessed is None
    assert found["/HomeDomain/Library"].times == times
    link = found["/RootDomain/tmp"]
    assert (link.kind, link.size) == (Kind.OTHER, None)
    with pytest.raises(Unreadable):
        backup.open(link.locator.steps[-1])
    database = found["/HomeDomain/Library/SMS/sms.db"]
    assert database.companions == (found["/HomeDomain/Library/SMS/sms.db-wal"].locator,)
    assert found["/HomeDomain/Library/SMS/sms.db-wal"].companions == ()
    backup.close()


def test_an_encrypted_content_reads_from_anywhere(tmp_path):
    backup = opened(make_ios_backup(tmp_path / "b", FILES, password=PASSWORD), tmp_path, PASSWORD)
    stream = backup.open(by_path(listed(backup)[0])["/HomeDomain/Library/SMS/sms.db"].locator.steps[-1])
    chance = random.Random(3)
    for _ in range(300):
        start, size = chance.randrange(len(NOISE)), chance.choice((1, 15, 16, 17, 4096))
        stream.seek(start)
        assert stream.read(size) == NOISE[start : start + size]
    backup.close()


def test_passwords(tmp_path):
    folder = make_ios_backup(tmp_path / "b", FILES, password=PASSWORD)
    with pytest.raises(Encrypted, match="does not open this backup"):
        opened(folder, tmp_path, "salah")
    backup = opened(folder, tmp_path)
    entries, (problem,) = listed(backup)
    assert problem.kind == "encrypted"
    assert "--password" in problem.message
    assert {entry.path for entry in entries if entry.kind is Kind.FILE} == OWN
    with pytest.raises(Unreadable):
        backup.open(Step("ios", "/".join(SMS), None, file_id(*SMS)))
    backup.close()


def test_the_keybag_before_10_2(tmp_path):
    backup = opened(make_ios_backup(tmp_path / "b", FILES, password="1", double=False), tmp_path, "1")
    assert listed(backup)[1] == []
    backup.close()


def test_a_class_that_stays_closed_costs_its_file(tmp_path):
    folder = make_ios_backup(tmp_path / "b", FILES, password="1", classes={PHOTO: DEVICE_CLASS})
    backup = opened(folder, tmp_path, "1")
    found = by_path(listed(backup)[0])
    with pytest.raises(Encrypted, match="class 9"):
        content(backup, found["/" + "/".join(PHOTO)])
    assert content(backup, found["/" + "/".join(SMS)]) == NOISE
    backup.close()


def test_missing_and_short_contents(tmp_path):
    folder = make_ios_backup(tmp_path / "b", FILES, password="1", missing={PHOTO})
    name = file_id(*SMS)
    payload = folder / name[:2] / name
    payload.write_bytes(payload.read_bytes()[:5000])
    backup = opened(folder, tmp_path, "1")
    found = by_path(listed(backup)[0])
    photo = found["/" + "/".join(PHOTO)]
    assert photo.size == 8192
    with pytest.raises(Unreadable, match="does not hold its content"):
        content(backup, photo)
    with pytest.raises(Truncated):
        content(backup, found["/" + "/".join(SMS)])
    backup.close()


def test_what_has_no_record_is_listed_too(tmp_path):
    folder = make_ios_backup(tmp_path / "b", FILES)
    stray = "ab" + "0" * 38
    (folder / "ab").mkdir(exist_ok=True)
    (folder / "ab" / stray).write_bytes(b"tanpa catatan")
    (folder / "catatan.txt").write_bytes(b"x")
    backup = opened(folder, tmp_path)
    found = by_path(listed(backup)[0])
    assert content(backup, found[f"/backup/ab/{stray}"]) == b"tanpa catatan"
    assert "/backup/catatan.txt" in found
    backup.close()


def test_nothing_outside_the_backup_is_reached(tmp_path):
    (tmp_path / "luar").write_bytes(b"rahasia")
    folder = make_ios_backup(tmp_path / "b", FILES)
    name = file_id(*SMS)
    (folder / name[:2] / name).unlink()
    (folder / name[:2] / name).symlink_to(tmp_path / "luar")
    backup = opened(folder, tmp_path)
    for step in (
        Step("ios", "/".join(SMS), None, name),
        Step("ios", "backup/../luar"),
        Step("ios", "backup/"),
        Step("ios", "HomeDomain/"),
        Step("ios", "HomeDomain/lain", None, name),
        Step("ios", "x", None, "../luar"),
    ):
        with pytest.raises(Unreadable):
            backup.open(step)
    backup.close()


@pytest.mark.parametrize("password", [None, PASSWORD])
def test_the_old_manifest(tmp_path, password):
    folder = make_old_backup(tmp_path / "b", FILES, password=password, folders=FOLDERS)
    assert is_ios_backup(folder)
    backup = opened(folder, tmp_path, password)
    entries, problems = listed(backup)
    assert problems == []
    found = by_path(entries)
    for (domain, path), data in FILES.items():
        assert content(backup, found[f"/{domain}/{path}"]) == data
    times = found["/HomeDomain/Library/SMS/sms.db"].times
    assert times.modified == Stamp(MODIFIED * 10**9, resolution=10**9)
    assert (times.changed, times.born, times.accessed) == (None, None, None)
    backup.close()


def test_an_old_manifest_that_breaks_off(tmp_path):
    folder = make_old_backup(tmp_path / "b", FILES)
    path = folder / "Manifest.mbdb"
    path.write_bytes(path.read_bytes()[:-30])
    backup = opened(folder, tmp_path)
    entries, (problem,) = listed(backup)
    assert problem.kind == "truncated"
    found = by_path(entries)
    assert "/HomeDomain/Library/SMS/sms.db" in found
    assert f"/backup/{file_id(*EMPTY)}" in found, "its record is lost, its content is not"
    backup.close()


def test_recognising(tmp_path):
    folder = make_ios_backup(tmp_path / "b", FILES)
    assert is_ios_backup(folder)
    (folder / "Manifest.db").rename(folder / "lain.db")
    assert not is_ios_backup(folder)
    assert not is_ios_backup(tmp_path)
    assert not is_ios_backup(tmp_path / "tidak ada")


def test_a_manifest_that_is_none(tmp_path):
    for number, data in enumerate((b"", b"SQLite format 3\0", b"rubbish" * 500)):
        folder = make_ios_backup(tmp_path / f"b{number}", FILES)
        (folder / "Manifest.db").write_bytes(data)
        backup = opened(folder, tmp_path)
        entries, (problem,) = listed(backup)
        assert problem.kind == "malformed"
        assert f"/backup/{file_id(*SMS)[:2]}/{file_id(*SMS)}" in by_path(entries)
        backup.close()
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_view_in_the_place_of_the_table_is_refused(tmp_path):
    folder = make_ios_backup(tmp_path / "b", FILES)
    with closing(sqlite3.connect(folder / "Manifest.db")) as database:
        database.executescript("ALTER TABLE Files RENAME TO Lain; CREATE VIEW Files AS SELECT * FROM Lain;")
    backup = opened(folder, tmp_path)
    assert listed(backup)[1][0].kind == "malformed"
    backup.close()


def test_records_of_the_wrong_type(tmp_path):
    folder = make_ios_backup(tmp_path / "b", FILES)
    with closing(sqlite3.connect(folder / "Manifest.db")) as database:
        for number, value in enumerate(
            ("NULL", "x'00ff'", "9223372036854775807", "1e999", "'../../x'", "x'62706c697374'")
        ):
            row = ", ".join([f"'{number:040}'", *[value] * 4])
            database.execute(f"INSERT INTO Files VALUES ({row})")
        database.commit()
    backup = opened(folder, tmp_path)
    entries, (problem,) = listed(backup)
    assert "records of 6 files are damaged" in problem.message
    for entry in entries:
        with contextlib.suppress(EvidenceError):
            backup.open(entry.locator.steps[-1]).close()
    backup.close()


def test_limits(tmp_path):
    folder = make_ios_backup(tmp_path / "b", FILES)
    backup = opened(folder, tmp_path, container_entries=5)
    entries, problems = listed(backup)
    assert 5 <= len(entries) < 5 + 4, "a member brings the folders above it"
    assert [problem.kind for problem in problems] == ["limit"]
    backup.close()
    backup = opened(folder, tmp_path, scratch_copy_bytes=100)
    assert listed(backup)[1][0].kind == "limit"
    backup.close()


def test_the_log_of_the_manifest_is_read(tmp_path):
    """A manifest whose last rows are in its write-ahead log: `immutable` alone would miss them."""
    folder = make_ios_backup(tmp_path / "b", FILES)
    with closing(sqlite3.connect(folder / "Manifest.db")) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute(
            "INSERT INTO Files SELECT 'f' || substr(fileID, 2), 'LogDomain', 'baru', 1, file FROM Files LIMIT 1"
        )
        database.commit()
        log = (folder / "Manifest.db-wal").read_bytes()
        main = (folder / "Manifest.db").read_bytes()
    (folder / "Manifest.db").write_bytes(main)
    (folder / "Manifest.db-wal").write_bytes(log)
    backup = opened(folder, tmp_path)
    assert "/LogDomain/baru" in by_path(listed(backup)[0])
    backup.close()
    assert (folder / "Manifest.db-wal").read_bytes() == log


@pytest.mark.parametrize("password", [None, "1"])
@pytest.mark.parametrize("part", ["Manifest.db", "Manifest.plist", "Manifest.mbdb"])
def test_mutations(tmp_path, part, password):
    make = make_old_backup if part == "Manifest.mbdb" else make_ios_backup
    folder = make(tmp_path / "b", {SMS: b"x" * 100, EMPTY: b""}, password=password, folders=FOLDERS)
    data = (folder / part).read_bytes()
    chance = random.Random(f"{part}{password}")
    for number in range(80):
        damaged = bytearray(data)
        for _ in range(chance.randint(1, 8)):
            damaged[chance.randrange(len(data))] = chance.choice((0, 1, 0x7F, 0xFF, chance.randrange(256)))
        (folder / part).write_bytes(damaged[: chance.randrange(len(data))] if number % 4 == 0 else damaged)
        with contextlib.suppress(EvidenceError):
            backup = opened(folder, tmp_path, password)
            try:
                for entry in listed(backup)[0]:
                    with contextlib.suppress(EvidenceError):
                        content(backup, entry)
            finally:
                backup.close()


def test_published_vectors():
    """RFC 3394 section 4.6, and the PBKDF2 vectors of RFC 6070 (SHA-1) and RFC 7914 section 11 (SHA-256)."""
    wrapping = bytes(range(32))
    key = bytes.fromhex("00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F")
    wrapped = bytes.fromhex("28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21")
    assert unwrapped(wrapping, wrapped) == key
    assert unwrapped(wrapping[::-1], wrapped) is None
    assert unwrapped(wrapping, wrapped[:-8]) is None
    with pytest.raises(Malformed):
        unwrapped(wrapping[:5], wrapped)
    sha1 = stretched(b"password", b"salt", rounds=4096, digest="sha1")
    assert sha1.hex().startswith("4b007901b765489abead49d926f721d065a429c1")
    sha256 = stretched(b"passwd", b"salt", rounds=1, digest="sha256")
    assert sha256.hex() == "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
    with pytest.raises(LimitReached):
        stretched(b"", b"", rounds=1 << 40, digest="sha1")

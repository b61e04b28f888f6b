"""Zip archives: as a source, inside other evidence, damaged and hostile."""

import io
import random
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from corpus import corpus_file
from evidence_walk import content, opened, walk

from triage.errors import Encrypted, EvidenceError, LimitReached, Malformed, Unreadable, Unsupported
from triage.model import Entry, Kind, Locator, Problem, Zone

NS = 1_000_000_000


def zipped(path, members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members:
            info = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name, (2024, 3, 1, 10, 11, 12))
            info.compress_type = method
            archive.writestr(info, data)
    return path


def listed(path, scratch, **limits):
    evidence = opened(path, scratch, **limits)
    return evidence, list(evidence.children(evidence.root()))


def test_implied_folders_come_before_what_they_hold(tmp_path):
    path = zipped(tmp_path / "a.zip", [("x/y/1.txt", b"1"), ("x/2.txt", b"2"), ("x/", b""), ("z.txt", b"3")])
    evidence, entries = listed(path, tmp_path)
    assert [(entry.path, entry.kind.value, entry.parent_index) for entry in entries] == [
        ("/x", "folder", None),
        ("/x/y", "folder", 0),
        ("/x/y/1.txt", "file", 1),
        ("/x/2.txt", "file", 0),
        ("/x", "folder", None),
        ("/z.txt", "file", None),
    ]
    assert list(evidence.children(entries[0])) == []
    assert evidence.root().kind is Kind.OTHER
    assert len({entry.locator for entry in entries}) == len(entries)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_each_method_is_read_in_memory_and_from_scratch(method, tmp_path):
    data = random.Random(7).randbytes(300_000) + bytes(300_000)
    path = zipped(tmp_path / "a.zip", [("a", data)], method)
    scratch = tmp_path / "scratch"
    for memory in (1 << 20, 1000):
        evidence, (entry,) = listed(path, scratch, memory_copy_bytes=memory)
        with evidence.open(entry.locator) as stream:
            assert stream.read() == data
            stream.seek(299_990)
            assert stream.read(20) == data[299_990:300_010]
        assert not scratch.exists() or list(scratch.iterdir()) == []
        evidence.close()


def test_hostile_names_are_listed_as_they_stand_and_write_nothing(tmp_path):
    names = ["../../etc/passwd", "/etc/shadow", "a\\b.txt", "same", "same", "con\x01trol\n", "..", "/"]
    path = tmp_path / "a.zip"
    with pytest.warns(UserWarning, match="Duplicate name"):
        zipped(path, [(name, name.encode() + b"!") for name in names])
    before = sorted(tmp_path.rglob("*"))
    evidence, entries = listed(path, tmp_path)
    files = [entry for entry in entries if entry.locator.steps[-1].number is not None]
    assert [entry.locator.steps[-1].path for entry in files] == names
    assert [entry.path for entry in files][:3] == ["/../../etc/passwd", "/etc/shadow", "/a\\b.txt"]
    for entry in files[:-1]:
        assert Locator.parse(entry.locator.text()) == entry.locator
        assert content(evidence, entry) == entry.locator.steps[-1].path.encode() + b"!"
    assert sorted(tmp_path.rglob("*")) == before


def test_names_that_are_no_text_keep_their_bytes(tmp_path):
    path = zipped(tmp_path / "a.zip", [("cafX.txt", b"1")])
    path.write_bytes(path.read_bytes().replace(b"cafX", b"caf\x82"))  # code page 437, as old packers write
    evidence, (entry,) = listed(path, tmp_path)
    assert (entry.name, entry.raw_name) == ("caf\\x82.txt", b"caf\x82.txt")
    assert content(evidence, entry) == b"1"


def test_links_are_other(tmp_path):
    info = zipfile.ZipInfo("link")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    _, (entry,) = listed(zipped(tmp_path / "a.zip", [(info, b"/etc/passwd")]), tmp_path)
    assert (entry.kind, entry.size) == (Kind.OTHER, None)


def test_times_are_wall_clock_unless_an_extra_field_says_utc(tmp_path):
    plain = zipfile.ZipInfo("plain", (2024, 3, 1, 10, 11, 12))
    unix = zipfile.ZipInfo("unix", (2024, 3, 1, 10, 11, 12))
    unix.extra = struct.pack("<HHBl", 0x5455, 5, 1, 1_700_000_000)
    ntfs = zipfile.ZipInfo("ntfs", (2024, 3, 1, 10, 11, 12))
    filetime = (1_700_000_000 + 11_644_473_600) * 10_000_000 + 1234567
    ntfs.extra = struct.pack("<HHLHHQQQ", 0x000A, 32, 0, 1, 24, filetime, 0, filetime)
    nodate = zipfile.ZipInfo("nodate", (1980, 0, 0, 0, 0, 0))
    _, entries = listed(zipped(tmp_path / "a.zip", [(each, b"") for each in (plain, unix, ntfs, nodate)]), tmp_path)
    times = {entry.name: entry.times for entry in entries}
    assert (times["plain"].modified.zone, times["plain"].modified.resolution) == (Zone.UNKNOWN, 2 * NS)
    assert times["plain"].modified.ns == 1_709_287_872 * NS  # 2024-03-01 10:11:12 on the clock, by date(1)
    assert (times["unix"].modified.ns, times["unix"].modified.zone) == (1_700_000_000 * NS, Zone.UTC)
    assert times["ntfs"].modified.ns == 1_700_000_000 * NS + 123_456_700
    assert times["ntfs"].accessed is None
    assert times["nodate"].modified is None


def test_encrypted_members_are_listed_and_not_opened():
    path = corpus_file("hostile", "archives", "test_read_format_zip_winzip_aes256.zip")
    evidence, entries = listed(path, Path("unused"))
    files = [entry for entry in entries if entry.kind is Kind.FILE]
    assert files
    for entry in files:
        with pytest.raises(Encrypted, match="password"):
            evidence.open(entry.locator)


def test_a_checksum_that_does_not_fit_is_malformed(tmp_path):
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        path = zipped(tmp_path / f"{method}.zip", [("a", b"hello world" * 9)], method)
        crc = struct.pack("<L", zlib.crc32(b"hello world" * 9))
        path.write_bytes(path.read_bytes().replace(crc, b"\x01\x02\x03\x04"))
        evidence, (entry,) = listed(path, tmp_path)
        with pytest.raises(Malformed, match="checksum"):
            content(evidence, entry)


def test_a_zip_without_its_end_is_malformed(tmp_path):
    path = zipped(tmp_path / "a.zip", [("a", bytes(1000))])
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(Malformed, match="no directory at its end"):
        opened(path, tmp_path)


def test_a_broken_directory_keeps_what_came_before(tmp_path):
    path = zipped(tmp_path / "a.zip", [("a", b"1"), ("b", b"2")])
    data = bytearray(path.read_bytes())
    second = data.rfind(b"PK\x01\x02")
    data[second : second + 4] = b"XXXX"
    path.write_bytes(data)
    _, (first, problem) = listed(path, tmp_path)
    assert first.name == "a"
    assert (problem.kind, problem.stage) == ("malformed", "list")


def test_a_member_that_inflates_out_of_proportion_meets_the_limit(tmp_path):
    path = zipped(tmp_path / "a.zip", [("bomb", bytes(70 << 20))])
    evidence, (entry,) = listed(path, tmp_path, memory_copy_bytes=1 << 20)
    with pytest.raises(LimitReached, match="200 times"):
        evidence.open(entry.locator)
    evidence, (entry,) = listed(path, tmp_path, memory_copy_bytes=1 << 20, scratch_copy_bytes=2 << 20)
    with pytest.raises(LimitReached, match="2097152 bytes allowed"):
        evidence.open(entry.locator)
    assert [each.name for each in tmp_path.rglob("*") if each.is_file()] == ["a.zip"]


def test_more_content_than_stated_is_malformed():
    path = corpus_file("hostile", "archives", "test_read_data_into_fd_size_exceeds_declared_deflate.zip")
    evidence, entries = listed(path, Path("unused"))
    kinds = set()
    for entry in entries:
        try:
            content(evidence, entry)
        except EvidenceError as error:
            kinds.add(error.kind)
    assert kinds == {"malformed"}


def test_overlapping_members_stop_the_listing(tmp_path):
    path = zipped(tmp_path / "a.zip", [("a", random.Random(1).randbytes(5000))])
    data = path.read_bytes()
    start = data.find(b"PK\x01\x02")
    record = data[start : data.rfind(b"PK\x05\x06")]
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 100, 100, len(record) * 100, start, 0)
    path.write_bytes(data[:start] + record * 100 + end)
    _, found = listed(path, tmp_path)
    assert isinstance(found[-1], Problem)
    assert found[-1].kind == "limit"
    assert len(found) < 5


def test_the_limit_of_members_is_a_problem(tmp_path):
    path = zipped(tmp_path / "a.zip", [(f"{number}", b"") for number in range(10)])
    _, found = listed(path, tmp_path, container_entries=4)
    assert sum(isinstance(each, Entry) for each in found) == 4
    assert found[-1].kind == "limit"


def test_a_name_of_many_folders_is_cut_short_with_a_problem(tmp_path):
    path = zipped(tmp_path / "a.zip", [("a/" * 5000 + "x", b"deep")])
    evidence, found = listed(path, tmp_path)
    assert len(found) == 128 + 2
    assert [each.kind for each in found if isinstance(each, Problem)] == ["limit"]
    assert content(evidence, found[-1]) == b"deep"


def test_zip64_and_data_in_front(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, archive.open("big", "w", force_zip64=True) as member:
        member.write(b"sixty-four")
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x05\x06" + bytes(18) + buffer.getvalue())  # behind an empty zip
    evidence, (entry,) = listed(path, tmp_path)
    assert content(evidence, entry) == b"sixty-four"


def test_a_real_zip64(tmp_path):
    evidence, entries = listed(corpus_file("hostile", "archives", "test_read_format_zip_zip64b.zip"), tmp_path)
    with zipfile.ZipFile(corpus_file("hostile", "archives", "test_read_format_zip_zip64b.zip")) as archive:
        expected = {info.filename: archive.read(info) for info in archive.infolist()}
    assert {entry.name: content(evidence, entry) for entry in entries} == expected


def test_unknown_methods_are_unsupported(tmp_path):
    evidence, entries = listed(corpus_file("hostile", "archives", "test_read_format_zip_ppmd8_multi.zipx"), tmp_path)
    with pytest.raises(Unsupported, match="method 98"):
        evidence.open(next(entry for entry in entries if entry.kind is Kind.FILE).locator)


def test_a_locator_of_another_zip_is_refused(tmp_path):
    one, (entry,) = listed(zipped(tmp_path / "a.zip", [("a", b"1")]), tmp_path)
    other = opened(zipped(tmp_path / "b.zip", [("b", b"2")]), tmp_path)
    with pytest.raises(Unreadable, match="no such member"):
        other.open(entry.locator)
    one.close()


def test_the_traversal_archive_of_the_corpus(tmp_path):
    _, entries = listed(corpus_file("hostile", "traversal", "dfvfs_absolute_paths.zip"), tmp_path)
    with zipfile.ZipFile(corpus_file("hostile", "traversal", "dfvfs_absolute_paths.zip")) as archive:
        expected = [info.orig_filename for info in archive.infolist()]
    numbered = [entry for entry in entries if entry.locator.steps[-1].number is not None]
    assert [entry.locator.steps[-1].path for entry in numbered] == expected
    assert list(tmp_path.iterdir()) == []


def test_mutated_zips_bring_entries_problems_or_evidence_errors(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for method in (0, 8, 12, 14):
            archive.writestr(f"d/{method}.bin", b"content " * 50, compress_type=method)
    original, chance = buffer.getvalue(), random.Random(20_240_301)
    path = tmp_path / "m.zip"
    messages = []
    for _ in range(400):
        data = bytearray(original)
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(4, len(data))] = chance.randrange(256)
        path.write_bytes(data[: chance.choice([len(data), chance.randrange(4, len(data))])])
        try:
            evidence = opened(path, tmp_path)
        except EvidenceError:
            continue
        entries, _ = walk(evidence)
        for entry in entries:
            try:
                evidence.open(entry.locator).close()
            except EvidenceError as error:
                messages.append(str(error))
        evidence.close()
    assert len(messages) > 50
    assert not any("\n" in message for message in messages)


def test_a_zip_cut_short_behind_a_stored_zip_is_not_taken_for_that_one(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("inside.txt", b"inside")
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("first.txt", b"first")
        archive.writestr("nested.zip", inner.getvalue())
        archive.writestr("last.txt", b"last " * 100)
    cut = outer.getvalue()[: outer.getvalue().index(b"last.txt") + 20]
    (tmp_path / "cut.zip").write_bytes(cut)
    with pytest.raises(Malformed, match="cut short"):
        opened(tmp_path / "cut.zip", tmp_path)


def test_of_two_zips_in_a_row_the_last_one_counts(tmp_path):
    data = b""
    for name in ("one.txt", "two.txt"):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr(name, name.encode())
            archive.comment = b"a comment"
        data += held.getvalue()
    (tmp_path / "two.zip").write_bytes(data)
    evidence = opened(tmp_path / "two.zip", tmp_path)
    (entry,), problems = walk(evidence)
    assert (entry.name, content(evidence, entry), problems) == ("two.txt", b"two.txt", [])
    evidence.close()


def test_a_record_in_the_comment_or_behind_the_end_does_not_lead_astray(tmp_path):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("a.txt", b"a")
        archive.comment = b"PK\x05\x06" + bytes(range(60))
    for more in (b"", b"trailing bytes PK\x05\x06" + bytes(30)):
        (tmp_path / "a.zip").write_bytes(held.getvalue() + more)
        evidence = opened(tmp_path / "a.zip", tmp_path)
        assert [entry.name for entry in walk(evidence)[0]] == ["a.txt"]
        evidence.close()


def test_a_number_of_members_that_does_not_fit_is_said(tmp_path):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("a.txt", b"a")
    data = bytearray(held.getvalue())
    data[-12] = 7
    (tmp_path / "a.zip").write_bytes(data)
    evidence = opened(tmp_path / "a.zip", tmp_path)
    entries, ((_, problem),) = walk(evidence)
    assert ([entry.name for entry in entries], problem.kind) == (["a.txt"], "malformed")
    assert "1 members where the end of the zip says 7" in problem.message
    evidence.close()

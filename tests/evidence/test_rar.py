"""RAR archives: headers built after the published descriptions, and those that RAR itself wrote (corpus)."""

import io
import random
import struct
import zlib

import pytest
from corpus import corpus_file
from evidence_walk import by_path, content, opened, walk

from triage.errors import Encrypted, EvidenceError, Malformed, Truncated, Unsupported
from triage.evidence.archive_rar import Rar
from triage.evidence.rar_headers import MAGIC_4, MAGIC_5
from triage.model import Kind, Locator, Problem, Stamp, Zone
from triage.settings import Limits

LETTER = b"a fictional letter " * 50
DAY, CLOCK = (2024 - 1980) << 9 | 3 << 5 | 15, 10 << 11 | 30 << 5 | 20  # 2024-03-15 10:30:40


def header_4(kind, flags, body, *, add=0):
    fixed = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(fixed) & 0xFFFF) + fixed


def file_4(name, data, *, flags=0, method=0x30, size=None, system=2, attributes=0x20, more=b""):
    fields = struct.pack(
        "<2LB2L2BHL", len(data), len(data) if size is None else size, system, zlib.crc32(data), DAY << 16 | CLOCK, 29,
        method, len(name), attributes,
    )  # fmt: skip
    return header_4(0x74, 0x8000 | flags, fields + name + more) + data


def rar_4(*members, flags=0):
    return MAGIC_4 + header_4(0x73, flags, bytes(6)) + b"".join(members) + header_4(0x7B, 0x4000, b"")


def vint(value):
    found = b""
    while value > 0x7F:
        found, value = found + bytes((value & 0x7F | 0x80,)), value >> 7
    return found + bytes((value,))


def header_5(body):
    sized = vint(len(body)) + body
    return struct.pack("<L", zlib.crc32(sized)) + sized


def record(kind, body):
    return vint(len(vint(kind) + body)) + vint(kind) + body


def file_5(name, data, *, flags=0, method=0, about=6, size=None, system=1, attributes=0o100644, extra=b""):
    body = vint(2) + vint(2 | (1 if extra else 0) | flags) + (vint(len(extra)) if extra else b"") + vint(len(data))
    body += vint(about) + vint(len(data) if size is None else size) + vint(attributes)
    body += struct.pack("<L", 1_700_000_000) + struct.pack("<L", zlib.crc32(data))
    body += vint(method << 7) + vint(system) + vint(len(name)) + name + extra
    return header_5(body) + data


def rar_5(*members):
    return MAGIC_5 + header_5(vint(1) + vint(0) + vint(0)) + b"".join(members) + header_5(vint(5) + vint(0) + vint(0))


def listed(data, tmp_path):
    path = tmp_path / "a.rar"
    path.write_bytes(data)
    evidence = opened(path, tmp_path)
    entries, problems = walk(evidence)
    return evidence, by_path(entries), [problem for _, problem in problems]


def test_stored_members_of_version_4_are_read(tmp_path):
    data = rar_4(
        file_4(b"in", b"", flags=0xE0),
        file_4(b"in\\letter.txt", LETTER),
        file_4(b"..\\..\\etc\\passwd", b"x"),
        file_4(b"link", b"target", system=3, attributes=0o120777),
    )
    evidence, entries, problems = listed(data, tmp_path)
    assert (evidence.format, problems) == ("rar", [])
    assert list(entries) == ["/in", "/in/letter.txt", "/..", "/../..", "/../../etc", "/../../etc/passwd", "/link"]
    letter = entries["/in/letter.txt"]
    assert content(evidence, letter) == LETTER
    assert letter.times.modified == Stamp(1710498640 * 10**9, Zone.UNKNOWN, 2 * 10**9)
    assert entries["/link"].kind is Kind.OTHER
    evidence.close()


def test_stored_members_of_version_5_are_read(tmp_path):
    times = record(3, vint(0x0F) + struct.pack("<3L", 1_700_000_001, 1_600_000_000, 1_650_000_000))
    fine = record(3, vint(0x13) + struct.pack("<2L", 1_700_000_001, 123_456_789))
    data = rar_5(
        file_5(b"in", b"", about=7),
        file_5(b"in/letter.txt", LETTER, extra=times),
        file_5("surat é 信.txt".encode(), b"halo", extra=fine),
        file_5(b"link", b"", extra=record(5, vint(1) + vint(0) + vint(3) + b"abc")),
        file_5(b"plain", b"x"),
    )
    evidence, entries, problems = listed(data, tmp_path)
    assert problems == []
    letter = entries["/in/letter.txt"]
    assert content(evidence, letter) == LETTER
    assert [stamp.ns // 10**9 for stamp in (letter.times.modified, letter.times.born, letter.times.accessed)] == [
        1_700_000_001,
        1_600_000_000,
        1_650_000_000,
    ]
    assert entries["/surat é 信.txt"].times.modified == Stamp(1_700_000_001_123_456_789, Zone.UTC, 1)
    assert entries["/plain"].times.modified == Stamp(1_700_000_000 * 10**9, Zone.UTC, 10**9)
    assert (entries["/link"].kind, entries["/in"].kind) == (Kind.OTHER, Kind.FOLDER)
    evidence.close()


@pytest.mark.parametrize(
    ("data", "family", "words"),
    [
        (rar_4(file_4(b"a", LETTER, method=0x33, size=5000)), Unsupported, "RAR .method 3"),
        (rar_5(file_5(b"a", LETTER, method=5, size=5000)), Unsupported, "RAR .method 5"),
        (rar_4(file_4(b"a", LETTER, flags=4)), Encrypted, "password"),
        (rar_5(file_5(b"a", LETTER, extra=record(1, bytes(40)))), Encrypted, "password"),
        (rar_4(file_4(b"a", LETTER, flags=2)), Unsupported, "another part"),
        (rar_5(file_5(b"a", LETTER, flags=0x10)), Unsupported, "another part"),
    ],
)
def test_what_cannot_be_read_is_listed_and_named(data, family, words, tmp_path):
    evidence, entries, (problem,) = listed(data, tmp_path)
    assert problem.kind == family.kind
    assert problem.message.startswith("members of the RAR archive that are")
    with pytest.raises(family, match=words):
        content(evidence, entries["/a"])
    evidence.close()


def test_protected_names_are_named(tmp_path):
    for data in (rar_4(flags=0x80), MAGIC_5 + header_5(vint(4) + vint(0) + bytes(30))):
        evidence, entries, (problem,) = listed(data, tmp_path)
        assert (entries, problem.kind) == ({}, "encrypted")
        evidence.close()


def test_a_member_that_does_not_fit_its_checksum_or_its_size_is_damaged(tmp_path):
    data = rar_4(file_4(b"a", LETTER), file_4(b"b", LETTER, size=9)).replace(LETTER, LETTER[:-1] + b"?", 1)
    evidence, entries, _ = listed(data, tmp_path)
    for path, words in (("/a", "checksum"), ("/b", "says 9")):
        with pytest.raises(Malformed, match=words):
            content(evidence, entries[path])
    evidence.close()


def test_an_archive_that_breaks_off_keeps_what_came_before(tmp_path):
    data = rar_5(file_5(b"a", LETTER), file_5(b"b", LETTER))
    evidence, entries, problems = listed(data[:-500], tmp_path)
    assert content(evidence, entries["/a"]) == LETTER
    with pytest.raises(Truncated):
        content(evidence, entries["/b"])
    assert problems == []
    evidence.close()
    evidence, entries, (problem,) = listed(data[: data.rindex(b"\x01b") - 3], tmp_path)
    assert (list(entries), problem.kind) == (["/a"], "truncated")
    evidence.close()


@pytest.mark.parametrize("whole", [rar_4(file_4(b"a\\b", LETTER), file_4(b"c", b"")), rar_5(file_5(b"a/b", LETTER))])
def test_changed_archives_bring_entries_problems_or_errors_of_ours(whole, tmp_path):
    rng = random.Random(2)
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(3):
            data[rng.randrange(8, 90)] = rng.randrange(256)
        try:
            archive = Rar(io.BytesIO(bytes(data)), Limits(), tmp_path)
            for entry in archive.children(Locator(), None):
                if not isinstance(entry, Problem) and entry.kind is Kind.FILE:
                    archive.open(entry.locator.steps[-1]).read()
        except EvidenceError:
            pass


def test_a_coded_name_of_version_4_is_what_rar_shows(tmp_path):
    """After the description: high byte, then two bits per step; here plain, high, both bytes, and a run."""
    code = bytes((0x04, 0b00_01_10_11)) + b"a" + b"\x10" + b"\xe1\x4f" + b"\x00"
    data = rar_4(file_4(b"a??de\0" + code, b"x", flags=0x200))
    evidence, entries, _ = listed(data, tmp_path)
    assert list(entries) == ["/a\u0410\u4fe1de"]
    evidence.close()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "test_read_format_rar.rar",
            {"/test.txt": b"test text document\r\n", "/testdir/test.txt": b"test text document\r\n"},
        ),
        ("test_read_format_rar5_stored_manyfiles.rar", {"/make_uue.tcl": None, "/cebula.txt": None, "/test.bin": None}),
    ],
)
def test_stored_members_that_rar_wrote_fit_their_checksums(name, expected, tmp_path):
    evidence = opened(corpus_file("hostile", "archives", name), tmp_path)
    entries = by_path(walk(evidence)[0])
    found = {path: content(evidence, entry) for path, entry in entries.items() if entry.kind is Kind.FILE}
    assert set(found) == set(expected)
    for path, data in expected.items():
        assert data in {None, found[path]}
    evidence.close()


@pytest.mark.parametrize(
    ("parts", "count", "kind"),
    [
        (("archives_benign", "be_jpegs.rar"), 4, "unsupported"),
        (("archives_benign", "iped_test_mockRar4.rar"), 18, "unsupported"),
        (("archives", "test_read_format_rar_encryption_data.rar"), 2, "encrypted"),
        (("archives", "test_rar_multivolume_multiple_files.part2.rar"), 1, "unsupported"),
    ],
)
def test_members_that_rar_packed_are_listed(parts, count, kind, tmp_path):
    evidence = opened(corpus_file("hostile", *parts), tmp_path)
    entries, problems = walk(evidence)
    assert sum(entry.kind is Kind.FILE for entry in entries) == count
    assert [problem.kind for _, problem in problems] == [kind]
    evidence.close()

"""7z archives: what py7zr, another implementation, writes and reads; damaged, protected and lying ones."""

import contextlib
import io
import random
import zlib

import py7zr
import pytest
from corpus import corpus_file
from evidence_walk import by_path, content, fat_image, opened, walk
from py7zr import properties

from triage.errors import Encrypted, EvidenceError, LimitReached, Malformed, Truncated, Unsupported
from triage.evidence import open_evidence
from triage.evidence.archive_7z import SevenZip
from triage.evidence.seven_header import Reader
from triage.model import Kind, Locator, Problem
from triage.settings import Limits

LETTER = b" ".join(b"%d words of a fictional letter" % number for number in range(3000))
NOISE = random.Random(11).randbytes(200_000)
FILES = {"in/letter.txt": LETTER, "in/noise.bin": NOISE, "empty": b"", "surat é 信.txt": b"halo"}
_TOP = Locator()
METHODS = {
    "copy": [py7zr.FILTER_COPY],
    "lzma": [py7zr.FILTER_LZMA],
    "lzma2": [py7zr.FILTER_LZMA2],
    "bzip2": [py7zr.FILTER_BZIP2],
    "deflate": [py7zr.FILTER_DEFLATE],
    "deflate64": [properties.FILTER_DEFLATE64],
    "zstandard": [py7zr.FILTER_ZSTD],
    "x86 and lzma": [py7zr.FILTER_X86, py7zr.FILTER_LZMA],
    "x86 and lzma2": [py7zr.FILTER_X86, py7zr.FILTER_LZMA2],
    "arm and lzma2": [py7zr.FILTER_ARM, py7zr.FILTER_LZMA2],
    "delta and lzma2": [py7zr.FILTER_DELTA, py7zr.FILTER_LZMA2],
    "aes": [py7zr.FILTER_LZMA2, py7zr.FILTER_CRYPTO_AES256_SHA256],
}


def made(path, method="lzma2", files=None, *, password=None, hide=False):
    options = [{"id": each} for each in METHODS[method]] if isinstance(method, str) else method
    with py7zr.SevenZipFile(path, "w", filters=options, password=password, header_encryption=hide) as archive:
        for name, data in (files or FILES).items():
            archive.writestr(data, name)
    return path


def opened_with(path, scratch, password):
    return open_evidence(path, limits=Limits(), scratch=scratch, password=password)


@pytest.mark.parametrize("method", [each for each in METHODS if each != "aes"])
def test_every_method_gives_back_what_was_packed(method, tmp_path):
    evidence = opened(made(tmp_path / "a.7z", method), tmp_path / "scratch")
    entries, problems = walk(evidence)
    assert (evidence.format, problems) == ("7z", [])
    found = {entry.path[1:]: content(evidence, entry) for entry in entries if entry.kind is Kind.FILE}
    assert found == FILES
    assert {entry.path: entry.size for entry in entries if entry.kind is Kind.FILE} == {
        f"/{name}": len(data) for name, data in FILES.items()
    }
    evidence.close()


def test_a_folder_has_no_content_and_times_are_kept(tmp_path):
    (tmp_path / "tree" / "in").mkdir(parents=True)
    (tmp_path / "tree" / "in" / "a.txt").write_bytes(b"a")
    with contextlib.chdir(tmp_path), py7zr.SevenZipFile("t.7z", "w") as archive:
        archive.writeall("tree")
    evidence = opened(tmp_path / "t.7z", tmp_path)
    entries = by_path(walk(evidence)[0])
    assert {path: entry.kind for path, entry in entries.items()} == {
        "/tree": Kind.FOLDER,
        "/tree/in": Kind.FOLDER,
        "/tree/in/a.txt": Kind.FILE,
    }
    stamp = (tmp_path / "tree" / "in" / "a.txt").stat().st_mtime_ns
    assert abs(entries["/tree/in/a.txt"].times.modified.ns - stamp) < 2000
    evidence.close()


def test_a_protected_archive_needs_its_password(tmp_path):
    path = made(tmp_path / "a.7z", "aes", password="kata sandi")
    shut = opened(path, tmp_path)
    entries, problems = walk(shut)
    assert [problem.kind for _, problem in problems] == ["encrypted"]
    with pytest.raises(Encrypted, match="--password"):
        content(shut, by_path(entries)["/in/letter.txt"])
    wrong = opened_with(path, tmp_path, "kata lain")
    with pytest.raises(Encrypted, match="does not open it"):
        content(wrong, by_path(entries)["/in/letter.txt"])
    right = opened_with(path, tmp_path, "kata sandi")
    assert content(right, by_path(entries)["/in/letter.txt"]) == LETTER
    for each in (shut, wrong, right):
        each.close()


def test_protected_names_need_the_password_too(tmp_path):
    path = made(tmp_path / "a.7z", "aes", password="kata sandi", hide=True)
    shut = opened_with(path, tmp_path, None)
    entries, ((_, error),) = walk(shut)
    assert (entries, error.kind) == ([], "encrypted")
    assert "names" in str(error)
    shut.close()
    with pytest.raises(Encrypted, match="does not open it"):
        opened_with(path, tmp_path, "kata lain")
    evidence = opened_with(path, tmp_path, "kata sandi")
    assert content(evidence, by_path(walk(evidence)[0])["/in/letter.txt"]) == LETTER
    evidence.close()


def test_members_in_front_of_damage_are_read(tmp_path):
    path = made(
        tmp_path / "a.7z", "bzip2", {f"{number}.bin": random.Random(number).randbytes(900_000) for number in range(4)}
    )
    data = bytearray(path.read_bytes())
    data[len(data) * 3 // 4] ^= 0xFF
    path.write_bytes(data)
    evidence = opened(path, tmp_path / "scratch")
    entries = by_path(walk(evidence)[0])
    assert content(evidence, entries["/0.bin"]) == random.Random(0).randbytes(900_000)
    with pytest.raises(Malformed):
        content(evidence, entries["/3.bin"])
    evidence.close()


def test_an_archive_cut_anywhere_says_so(tmp_path):
    whole = made(tmp_path / "a.7z").read_bytes()
    for size in (8, 31, 32, len(whole) // 2, len(whole) - 1):
        with pytest.raises((Truncated, Malformed)):
            SevenZip(io.BytesIO(whole[:size]), Limits(), tmp_path)


def test_changed_archives_bring_entries_problems_or_errors_of_ours(tmp_path):
    path = made(tmp_path / "a.7z", "lzma", {"a/b.txt": LETTER, "c": b"", "d": b"dd"})
    whole, rng = path.read_bytes(), random.Random(5)
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(rng.choice((1, 2, 8))):
            place = rng.choice((rng.randrange(32), len(data) - 1 - rng.randrange(90), rng.randrange(len(data))))
            data[place] = rng.randrange(256)
        _read_all(_mended(data), tmp_path)


def _mended(data):
    """With checksums that fit, so that what lies behind them is reached."""
    offset, size = (int.from_bytes(data[at : at + 8], "little") for at in (12, 20))
    if 32 + offset + size <= len(data):
        data[28:32] = zlib.crc32(data[32 + offset : 32 + offset + size]).to_bytes(4, "little")
    return bytes(data)


def _read_all(data, scratch):
    try:
        archive = SevenZip(io.BytesIO(data), Limits(scratch_copy_bytes=1 << 24), scratch)
        for entry in archive.children(_TOP, None):
            if not isinstance(entry, Problem) and entry.kind is Kind.FILE:
                with contextlib.suppress(EvidenceError):
                    archive.open(entry.locator.steps[-1]).read()
    except EvidenceError:
        pass


def test_counts_that_cannot_be_are_refused_before_anything_is_made_of_them():
    reader = Reader(b"\xff" + b"\xff" * 8 + b"rest")
    with pytest.raises(Malformed, match="files"):
        reader.count("files")
    assert Reader(b"\x7f").number() == 0x7F
    assert Reader(b"\x80\xff").number() == 0xFF  # the examples of 7zFormat.txt: one bit, one more byte
    assert Reader(b"\xc1\x02\x03").number() == 0x10302
    assert Reader(b"\xff" + (1 << 63).to_bytes(8, "little")).number() == 1 << 63


def test_bombs_end_at_the_ratio(tmp_path):
    path = made(tmp_path / "a.7z", "lzma2", {"a": b"x", "bomb": bytes(80 << 20)})
    evidence = opened(path, tmp_path / "scratch", inflation_ratio=100)
    with pytest.raises(LimitReached, match="100 times"):
        content(evidence, by_path(walk(evidence)[0])["/bomb"])
    evidence.close()


def test_a_dictionary_that_would_take_too_much_memory_is_not_made(tmp_path):
    path = made(tmp_path / "a.7z", "lzma2", {"a": LETTER, "b": b"b"})
    data = bytearray(path.read_bytes())
    archive = SevenZip(io.BytesIO(bytes(data)), Limits(), tmp_path)
    (block,) = archive._database.streams.blocks
    object.__setattr__(block.coders[0], "properties", b"\x27")  # 3 GiB
    with pytest.raises(LimitReached, match="memory"):
        archive.open(next(iter(archive.children(_TOP, None))).locator.steps[-1])


def test_what_is_not_unpacked_is_named(tmp_path):
    ppmd = [{"id": properties.FILTER_PPMD, "order": 6, "mem": 24}]
    for path, name in [
        (made(tmp_path / "p.7z", ppmd), "PPMd"),
        (corpus_file("hostile", "archives", "test_read_format_7zip_bcj2_lzma2_1.7z"), "several streams|BCJ2"),
    ]:
        evidence = opened(path, tmp_path)
        entry = next(entry for entry in walk(evidence)[0] if entry.kind is Kind.FILE)
        with pytest.raises(Unsupported, match=name):
            content(evidence, entry)
        evidence.close()


def test_an_image_alone_in_a_7z_is_the_image(tmp_path):
    image = fat_image(tmp_path / "card.dd", {"note.txt": b"a fictional note"})
    path = made(tmp_path / "card.7z", "lzma2", {"card.dd": image.read_bytes()})
    evidence = opened(path, tmp_path / "scratch")
    assert (evidence.format, evidence.stated()["packed by"]) == ("raw", "7z")
    assert content(evidence, by_path(walk(evidence)[0])["/note.txt"]) == b"a fictional note"
    evidence.close()


@pytest.mark.parametrize(
    "parts",
    [
        ("hostile", "archives_benign", "iped_test_mock7z_2.7z"),
        ("hostile", "archives", "test_read_format_7zip_packinfo_digests.7z"),
        ("hostile", "archives", "test_read_format_7zip_lzma2_arm.7z"),
        ("hostile", "archives", "test_read_format_7zip_bcj_lzma2.7z"),
        ("hostile", "archives", "test_read_format_7zip_delta_lzma2.7z"),
        ("phones", "documents", "aleph_500_pages.7z"),
    ],
)
def test_archives_of_the_corpus_have_the_members_that_py7zr_sees(parts, tmp_path):
    path = corpus_file(*parts)
    with py7zr.SevenZipFile(path) as archive:
        seen = {each.filename: (each.uncompressed, each.crc32) for each in archive.list() if not each.is_directory}
    evidence = opened(path, tmp_path)
    entries = [entry for entry in walk(evidence)[0] if entry.kind is Kind.FILE]
    found = {}
    for entry in entries:
        data = content(evidence, entry)
        stated = seen[entry.path[1:]][1]
        found[entry.path[1:]] = (len(data), stated if stated is None else zlib.crc32(data))
    assert found == seen
    evidence.close()

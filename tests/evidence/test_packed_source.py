"""Packed sources: the image or archive inside is opened as if it had been given itself."""

import gzip
import io
import lzma
import tarfile
import zipfile

import pytest
import zstandard
from corpus import corpus_file
from evidence_walk import by_path, content, fat_image, opened, tool, walk

from triage.errors import LimitReached, Unsupported
from triage.evidence import recognise, source_files

FILES = {"DCIM/one.jpg": b"\xff\xd8\xff" * 900, "note.txt": b"a fictional note"}


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    return fat_image(tmp_path_factory.mktemp("packed") / "card.dd", FILES)


def facts(evidence):
    entries, problems = walk(evidence)
    return [(entry.path, entry.locator.text(), entry.size) for entry in entries], [str(each) for each in problems]


PACKED = {
    "card.dd.gz": gzip.compress,
    "card.img.xz": lzma.compress,
    "card.raw.zst": zstandard.ZstdCompressor().compress,
    "card.gz.xz": lambda data: lzma.compress(gzip.compress(data)),
}


@pytest.mark.parametrize("name", PACKED)
def test_a_packed_image_is_the_image(name, image, tmp_path):
    path = tmp_path / name
    path.write_bytes(PACKED[name](image.read_bytes()))
    plain, packed = opened(image, tmp_path / "one"), opened(path, tmp_path / "two")
    assert facts(packed) == facts(plain)
    assert packed.format == "raw"
    assert packed.stated()["packed by"] == ", ".join(
        {"card.dd.gz": ["gz"], "card.img.xz": ["xz"], "card.raw.zst": ["zst"], "card.gz.xz": ["xz", "gz"]}[name]
    )
    assert content(packed, by_path(walk(packed)[0])["/note.txt"]) == FILES["note.txt"]
    assert packed.files() == source_files(path) == (path,)
    assert packed.root().name == name
    plain.close()
    packed.close()


def archives(data, folder):
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("in")
        archive.writestr("in/card.dd", data)
        archive.writestr("__MACOSX/in/._card.dd", b"resource fork")
    with tarfile.open(folder / "a.tar.xz", "w:xz") as archive:
        info = tarfile.TarInfo("card.dd")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return "a.zip", "a.tar.xz"


def test_an_image_alone_in_an_archive_is_the_image(image, tmp_path):
    for name in archives(image.read_bytes(), tmp_path):
        plain, packed = opened(image, tmp_path / "one"), opened(tmp_path / name, tmp_path / "two")
        assert packed.format == "raw", name
        assert facts(packed) == facts(plain)
        plain.close()
        packed.close()


def test_an_archive_of_more_or_of_something_else_stays_an_archive(image, tmp_path):
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("card.dd", image.read_bytes())
        archive.writestr("case.txt", b"notes of the examiner")
    with zipfile.ZipFile(tmp_path / "one.zip", "w") as archive:
        archive.writestr("letter.txt", b"a letter " * 1000)
    with zipfile.ZipFile(tmp_path / "nested.zip", "w") as archive:
        archive.write(tmp_path / "one.zip", "one.zip")
    for name, names in [("two.zip", ["card.dd", "case.txt"]), ("one.zip", ["letter.txt"]), ("nested.zip", ["one.zip"])]:
        evidence = opened(tmp_path / name, tmp_path / "scratch")
        assert (evidence.format, [entry.name for entry in walk(evidence)[0]]) == ("zip", names)
        evidence.close()


def test_a_packed_image_that_breaks_off_is_read_as_far_as_it_goes(image, tmp_path):
    packed = gzip.compress(image.read_bytes() + bytes(1 << 20))
    path = tmp_path / "cut.dd.gz"
    path.write_bytes(packed[:-12])
    for _ in range(2):  # the second time from the copy that the first made
        evidence = opened(path, tmp_path / "scratch")
        entries, problems = walk(evidence)
        assert "/note.txt" in by_path(entries)
        assert [problem.kind for _, problem in problems] == ["truncated"]
        evidence.close()


def test_the_copy_is_made_once_and_by_content_that_did_not_change(image, tmp_path):
    path, scratch = tmp_path / "card.gz", tmp_path / "scratch"
    path.write_bytes(gzip.compress(image.read_bytes()))
    opened(path, scratch).close()
    (first,) = scratch.glob("unpacked-*")
    stamp = (first / "content").stat().st_mtime_ns
    opened(path, scratch).close()
    assert [(each, (each / "content").stat().st_mtime_ns) for each in scratch.iterdir()] == [(first, stamp)]
    path.write_bytes(gzip.compress(image.read_bytes() + bytes(512)))
    opened(path, scratch).close()
    assert len(list(scratch.iterdir())) == 2


def test_a_source_larger_than_allowed_is_refused_and_leaves_nothing(tmp_path):
    path = tmp_path / "zeros.gz"
    path.write_bytes(gzip.compress(bytes(8 << 20)))
    with pytest.raises(LimitReached, match="source_copy_bytes"):
        opened(path, tmp_path / "scratch", source_copy_bytes=4 << 20)
    assert list((tmp_path / "scratch").iterdir()) == []


def test_areas_of_zeros_take_no_space(tmp_path):
    path = tmp_path / "wiped.gz"
    path.write_bytes(gzip.compress(bytes(64 << 20)))
    evidence = opened(path, tmp_path / "scratch")
    assert (evidence.format, evidence.root().size) == ("raw", 64 << 20)
    (copy,) = (tmp_path / "scratch").glob("*/content")
    assert copy.stat().st_blocks * 512 < 4 << 20
    evidence.close()


def test_what_is_refused_stays_refused_inside_a_packing(tmp_path):
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(b"ADSEGMENTEDFILE" + bytes(5000)))
    with pytest.raises(Unsupported, match="AD1") as refused:
        opened(path, tmp_path / "scratch")
    assert str(path) in str(refused.value)


@pytest.mark.parametrize(
    ("parts", "outer", "form"),
    [
        (("containers", "qcow2_basic.qcow2.gz"), "gz", "qcow2"),
        (("containers", "vhd_fixed.vhd.gz"), "gz", "vhd"),
        (("containers", "vhdx_dynamic.vhdx.gz"), "gz", "vhdx"),
        (("misc", "cryptsetup_img_fs_ext4.img.xz"), "xz", "raw"),
        (("encrypted", "cryptsetup_luks1-images.tar.xz"), "xz", "tar"),
    ],
)
def test_packed_images_of_the_corpus(parts, outer, form, tmp_path):
    path = corpus_file("images", *parts)
    assert recognise(path) == outer
    evidence = opened(path, tmp_path)
    assert evidence.format == form
    evidence.close()


def test_a_packed_image_of_the_corpus_has_the_files_that_the_sleuth_kit_sees(tmp_path):
    path = corpus_file("images", "dftt", "06-undel-fat", "6-fat-undel.dd.gz")
    (tmp_path / "raw").write_bytes(gzip.decompress(path.read_bytes()))
    seen = tool("fls", "-r", "-p", "-F", tmp_path / "raw").decode().splitlines()
    names = {line.partition("\t")[2].removesuffix(" (realloc)") for line in seen if "$" not in line}
    evidence = opened(path, tmp_path / "scratch")
    assert names <= {entry.path.lstrip("/") for entry in walk(evidence)[0]}
    evidence.close()

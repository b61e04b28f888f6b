"""Raw images in numbered parts: joined in order; what is missing keeps its place or is named."""

import gzip
from pathlib import Path

import pytest
from corpus import corpus_file
from making_disks import MEBI, assert_same, raw_bytes

from triage.errors import Malformed, Unsupported
from triage.evidence.split_raw import OPEN_PARTS, is_split_raw, open_split_raw

NAMES = {
    "from one": [f"disk.{number:03}" for number in range(1, 8)],
    "from nought": [f"disk.dd.{number:03}" for number in range(7)],
    "two figures": [f"disk.{number:02}" for number in range(7)],
    "letters": [f"disk.a{letter}" for letter in "abcdefg"],
    "capitals": [f"DISK.AA{letter}" for letter in "ABCDEFG"],
    "letter and figures": [f"disk.r{number:02}" for number in range(1, 8)],
}


def _split(folder, names, content, size=MEBI - 512):
    for number, name in enumerate(names):
        (folder / name).write_bytes(content[number * size : (number + 1) * size])
    return folder / names[0]


@pytest.mark.parametrize("kind", NAMES)
def test_parts_are_joined_in_order(tmp_path, kind):
    content = raw_bytes(6 * MEBI + 70_000)
    first = _split(tmp_path, NAMES[kind], content)
    (tmp_path / "disk.txt").write_text("catatan")
    (tmp_path / "lain.002").write_bytes(b"bukan bagian")
    assert is_split_raw(first)
    medium = open_split_raw(first)
    assert medium.format == "split raw"
    assert_same(medium, content)
    assert list(medium.warnings()) == []


def test_many_parts_with_few_open(tmp_path):
    content = raw_bytes(MEBI)
    names = [f"x.{number:03}" for number in range(256)]
    first = _split(tmp_path, names, content, 4096)
    handles = Path("/proc/self/fd")
    before = len(list(handles.iterdir())) if handles.is_dir() else 0
    medium = open_split_raw(first)
    assert_same(medium, content)
    if before:
        assert len(list(handles.iterdir())) <= before + OPEN_PARTS
    medium.close()


def test_letters_carry_over(tmp_path):
    content = raw_bytes(30 * 512)
    names = [f"x.{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(30)]
    assert_same(open_split_raw(_split(tmp_path, names, content, 512)), content)


def test_a_missing_middle_part_is_a_gap(tmp_path):
    content = raw_bytes(6 * MEBI)
    first = _split(tmp_path, NAMES["from one"][:6], content, MEBI)
    (tmp_path / "disk.003").unlink()
    medium = open_split_raw(first)
    (damage,) = medium.known_damage()
    assert (damage.offset, damage.size, damage.why) == (2 * MEBI, MEBI, "a part of the image is missing")
    assert medium.read() == content[: 2 * MEBI] + bytes(MEBI) + content[3 * MEBI :]
    assert medium.take_damage() == (damage,)


def test_a_cut_middle_part_keeps_the_place_of_what_follows(tmp_path):
    content = raw_bytes(5 * MEBI)
    first = _split(tmp_path, NAMES["from one"][:5], content, MEBI)
    (tmp_path / "disk.002").write_bytes(content[MEBI : MEBI + 1000])
    medium = open_split_raw(first)
    assert [(damage.offset, damage.size) for damage in medium.known_damage()] == [(MEBI + 1000, MEBI - 1000)]
    assert medium.read() == content[: MEBI + 1000] + bytes(MEBI - 1000) + content[2 * MEBI :]


def test_parts_of_uneven_size_are_joined_and_said(tmp_path):
    for name, size in (("x.001", 1000), ("x.002", 3000), ("x.003", 2000), ("x.004", 10)):
        (tmp_path / name).write_bytes(name[-1:].encode() * size)
    medium = open_split_raw(tmp_path / "x.001")
    assert medium.read() == b"1" * 1000 + b"2" * 3000 + b"3" * 2000 + b"4" * 10
    assert "differ in size" in next(medium.warnings()).message
    (tmp_path / "x.003").unlink()
    with pytest.raises(Unsupported, match="part 3"):
        open_split_raw(tmp_path / "x.001")


def test_what_is_not_the_first_part_is_named(tmp_path):
    first = _split(tmp_path, NAMES["from one"], raw_bytes(6 * MEBI))
    with pytest.raises(Unsupported, match=r"name disk\.001"):
        open_split_raw(tmp_path / "disk.002")
    first.unlink()
    assert is_split_raw(tmp_path / "disk.002")
    with pytest.raises(Unsupported, match="first part of the image is missing"):
        open_split_raw(tmp_path / "disk.002")


def test_a_single_file_is_not_split(tmp_path):
    for name in ("disk.001", "disk.dd", "disk.raw", "disk", "disk.aa", "disk.2023"):
        (tmp_path / name).write_bytes(bytes(512))
    (tmp_path / "disk.aa").unlink()
    assert not any(is_split_raw(path) for path in tmp_path.iterdir())
    with pytest.raises(Unsupported):
        open_split_raw(tmp_path / "disk.dd")


def test_empty_parts_are_no_disk(tmp_path):
    (tmp_path / "x.001").touch()
    (tmp_path / "x.002").touch()
    with pytest.raises(Malformed):
        open_split_raw(tmp_path / "x.001")


def test_the_parts_of_the_corpus_are_the_whole_image(tmp_path):
    for number in ("000", "001"):
        packed = corpus_file("images", "dfvfs", f"ext2.splitraw.{number}.gz")
        (tmp_path / f"ext2.splitraw.{number}").write_bytes(gzip.decompress(packed.read_bytes()))
    whole = gzip.decompress(corpus_file("images", "dfvfs", "ext2.raw.gz").read_bytes())
    assert_same(open_split_raw(tmp_path / "ext2.splitraw.000"), whole)

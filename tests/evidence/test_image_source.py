"""Raw images: volumes, file systems, live and deleted entries."""

import gzip
import hashlib
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from corpus import corpus_file
from evidence_walk import by_path, content, fat_image, opened, tool, walk

from triage.errors import Encrypted, EvidenceError, Truncated, Unreadable, Unsupported
from triage.model import Entry, Kind, Locator, Problem, Step, Zone

NS = 1_000_000_000
SECTOR = 512


def partitioned(path, images, kinds):
    """A disk with an MBR and these images behind each other from sector 2048 on."""
    disk, table = bytearray(2048 * SECTOR), b""
    for image, kind in zip(images, kinds, strict=True):
        table += struct.pack("<B3sB3sLL", 0, b"\0\0\0", kind, b"\0\0\0", len(disk) // SECTOR, len(image) // SECTOR)
        disk += image
    disk[446 : 446 + len(table)] = table
    disk[510:512] = b"\x55\xaa"
    path.write_bytes(disk)
    return path


def from_corpus(tmp_path, *parts):
    packed = corpus_file(*parts)
    path = tmp_path / packed.stem
    path.write_bytes(gzip.decompress(packed.read_bytes()))
    return path


def rooted(evidence):
    """The volumes of an evidence, the root folder of the first, and what is in it."""
    volumes = [each for each in evidence.children(evidence.root()) if isinstance(each, Entry)]
    root = next(each for each in evidence.children(volumes[0]) if isinstance(each, Entry))
    return volumes, root, [each for each in evidence.children(root) if isinstance(each, Entry)]


def test_the_way_down_a_fat_image(tmp_path):
    path = fat_image(tmp_path / "card.dd", {"DCIM/100/A.JPG": b"picture" * 999, "chat.db": b"d", "chat.db-wal": b"w"})
    evidence = opened(path, tmp_path)
    (volume,), root, entries = rooted(evidence)
    assert (evidence.format, evidence.root().kind, evidence.root().size) == ("raw", Kind.OTHER, 2 << 20)
    assert (volume.kind, volume.volume, volume.size, volume.position) == (Kind.VOLUME, "whole", 2 << 20, 0)
    assert (root.kind, root.path, root.locator.text()) == (Kind.FOLDER, "/", "volume:whole@0|fs:/@2")
    found = by_path(walk(evidence)[0])
    picture = found["/DCIM/100/A.JPG"]
    assert content(evidence, picture) == b"picture" * 999
    assert picture.volume == "whole"
    assert path.read_bytes()[picture.position :].startswith(b"picture")
    assert found["/chat.db"].companions == (found["/chat.db-wal"].locator,)
    assert found["/$FAT1"].kind is Kind.OTHER
    assert entries


def test_fat_times_are_the_wall_clock_as_stored_whatever_the_zone_of_the_examiner(tmp_path):
    path = fat_image(tmp_path / "card.dd", {"A.TXT": b"x"})
    stored = struct.pack("<HH", 10 << 11 | 11 << 5 | 12 // 2, 44 << 9 | 3 << 5 | 1)  # 2024-03-01 10:11:12
    data = bytearray(path.read_bytes())
    at = data.find(b"A       TXT")
    data[at + 13] = 150  # tenths of the creation time: 1.50 s more
    data[at + 14 : at + 18] = stored
    data[at + 18 : at + 20] = stored[2:]
    data[at + 22 : at + 26] = stored
    path.write_bytes(data)
    program = (
        "import sys; sys.path.insert(0, sys.argv[2]); from pathlib import Path; from evidence_walk import *\n"
        "t = by_path(walk(opened(sys.argv[1], '.'))[0])['/A.TXT'].times\n"
        "print([(s.ns, s.zone.value, s.resolution) if s else None for s in (t.modified, t.accessed, t.changed, t.born)])"
    )
    command = [sys.executable, "-c", program, str(path), str(Path(__file__).parent)]
    for zone in ("Asia/Jakarta", "America/New_York"):
        told = subprocess.run(
            command, capture_output=True, text=True, check=True, env={**os.environ, "TZ": zone}
        ).stdout
        assert told.strip() == str(
            [
                (1_709_287_872 * NS, "unknown", 2 * NS),
                (1_709_251_200 * NS, "unknown", 86_400 * NS),
                None,
                (1_709_287_873 * NS + 500_000_000, "unknown", 10_000_000),
            ]
        )


def test_deleted_files_of_a_fat_are_listed_and_read(tmp_path):
    path = fat_image(tmp_path / "card.dd", {"KEEP.TXT": b"keep", "GONE.TXT": b"gone" * 100})
    tool("mdel", "-i", path, "::GONE.TXT")
    evidence = opened(path, tmp_path)
    deleted = [entry for entry in walk(evidence)[0] if entry.deleted]
    assert [(entry.name, entry.size) for entry in deleted] == [("_ONE.TXT", 400)]
    assert content(evidence, deleted[0]) == b"gone" * 100


def test_ext4_with_names_that_are_no_text_links_and_devices(tmp_path):
    top = tmp_path / "top"
    (top / "sub").mkdir(parents=True)
    (top / "sub" / "plain.txt").write_bytes(b"plain")
    Path(os.fsdecode(os.fsencode(top) + b"/caf\xe9\n.txt")).write_bytes(b"odd")
    (top / "link").symlink_to("sub/plain.txt")
    with (top / "sparse").open("wb") as file:
        file.seek(3 << 20)
        file.write(b"end")
    os.utime(top / "sub" / "plain.txt", ns=(1_700_000_000_000_000_001, 1_600_000_000_000_000_002))
    path = tmp_path / "disk.img"
    tool("mkfs.ext4", "-q", "-d", top, path, "8M")
    evidence = opened(path, tmp_path)
    found = by_path(walk(evidence)[0])
    odd = found["/caf\\xe9\n.txt"]
    assert odd.raw_name == b"caf\xe9\n.txt"
    assert content(evidence, odd) == b"odd"
    assert Locator.parse(odd.locator.text()) == odd.locator
    assert found["/link"].kind is Kind.OTHER
    assert content(evidence, found["/sparse"]) == bytes(3 << 20) + b"end"
    modified = found["/sub/plain.txt"].times.modified
    assert (modified.zone, modified.ns // NS) == (Zone.UTC, 1_600_000_000)


def test_partitions_have_names_offsets_and_file_systems_of_their_own(tmp_path):
    one = fat_image(tmp_path / "1.dd", {"ONE.TXT": b"first"}).read_bytes()
    two = fat_image(tmp_path / "2.dd", {"TWO.TXT": b"second"}).read_bytes()
    path = partitioned(tmp_path / "disk.dd", [one, bytes(1 << 20), two], [0x0B, 0x83, 0x06])
    evidence = opened(path, tmp_path)
    entries, problems = walk(evidence)
    volumes = [entry for entry in entries if entry.kind is Kind.VOLUME]
    assert [(entry.volume, entry.position, entry.size) for entry in volumes] == [
        ("p1", 1 << 20, 2 << 20),
        ("p2", 3 << 20, 1 << 20),
        ("p3", 4 << 20, 2 << 20),
    ]
    files = {(entry.volume, entry.path): entry for entry in entries}
    second = files["p3", "/TWO.TXT"]
    assert content(evidence, second) == b"second"
    assert path.read_bytes()[second.position :].startswith(b"second")
    assert content(evidence, volumes[1]) == bytes(1 << 20)
    assert [error.kind for _, error in problems] == ["unsupported"]
    assert "p2: no file system" in str(problems[0][1])


def test_a_fat_whose_boot_code_looks_like_a_table_is_one_volume(tmp_path):
    path = fat_image(tmp_path / "card.dd", {"A.TXT": b"a"})
    data = bytearray(path.read_bytes())
    data[446:462] = struct.pack("<B3sB3sLL", 0, b"\0\0\0", 0x0B, b"\0\0\0", 1000, 2000)
    path.write_bytes(data)
    volumes, _, entries = rooted(opened(path, tmp_path))
    assert [volume.volume for volume in volumes] == ["whole"]
    assert "/A.TXT" in by_path(entries)


def test_a_table_in_front_of_an_older_file_system_shows_both(tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "earlier.txt").write_bytes(b"earlier life")
    tool("mkfs.ext4", "-q", "-d", tmp_path / "old", tmp_path / "old.img", "8M")
    new = fat_image(tmp_path / "new.dd", {"NOW.TXT": b"now"}).read_bytes()
    disk = bytearray((tmp_path / "old.img").read_bytes())
    start = 4 << 20
    disk[446:462] = struct.pack("<B3sB3sLL", 0, b"\0\0\0", 0x0B, b"\0\0\0", start // SECTOR, len(new) // SECTOR)
    disk[510:512] = b"\x55\xaa"
    disk[start : start + len(new)] = new
    path = tmp_path / "disk.dd"
    path.write_bytes(disk)
    volumes, _, _ = rooted(opened(path, tmp_path))
    assert [(volume.volume, volume.position) for volume in volumes] == [("whole", 0), ("p1", start)]
    assert ("p1", "/NOW.TXT") in {(entry.volume, entry.path) for entry in walk(opened(path, tmp_path))[0]}


def test_a_bsd_label_inside_a_partition_is_followed(tmp_path):
    fat = fat_image(tmp_path / "1.dd", {"INNER.TXT": b"inner"}).read_bytes()
    start, inner = 2048, 2048 + 64
    label = struct.pack("<LHH16s16s6L", 0x82564557, 0, 0, b"", b"", 512, 63, 16, 10, 1008, 8192)
    label = label.ljust(132, b"\0") + struct.pack("<LHHLL", 0x82564557, 0, 1, 8192, 0)
    label += struct.pack("<LLLBBH", len(fat) // SECTOR, inner, 1024, 8, 8, 1)
    path = partitioned(tmp_path / "disk.dd", [bytes(64 * SECTOR) + fat], [0xA5])
    data = bytearray(path.read_bytes())
    at = (start + 1) * SECTOR
    data[at : at + len(label)] = label
    path.write_bytes(data)
    evidence = opened(path, tmp_path)
    volumes = list(evidence.children(evidence.root()))
    assert [(each.volume, each.position) for each in volumes] == [("p1", start * SECTOR), ("p1.1", inner * SECTOR)]
    assert ("p1.1", "/INNER.TXT") in {(entry.volume, entry.path) for entry in walk(evidence)[0]}


@pytest.mark.parametrize(
    ("parts", "family", "words"),
    [
        (("images", "syzkaller", "xfs_0.img.gz"), Unsupported, "XFS"),
        (("images", "syzkaller", "ext4_11.img.gz"), Unsupported, "ext4 file system; damaged, or of a kind"),
    ],
)
def test_file_systems_without_a_reader_are_named(parts, family, words, tmp_path):
    evidence = opened(from_corpus(tmp_path, *parts), tmp_path)
    (volume,) = evidence.children(evidence.root())
    assert volume.volume == "whole"
    with pytest.raises(family, match=words):
        list(evidence.children(volume))


def test_an_encrypted_volume_in_a_partition_says_so(tmp_path):
    path = partitioned(tmp_path / "disk.dd", [b"LUKS\xba\xbe" + bytes(65530)], [0x83])
    evidence = opened(path, tmp_path)
    with pytest.raises(Encrypted, match="p1: a LUKS"):
        list(evidence.children(next(iter(evidence.children(evidence.root())))))


def test_bitlocker_to_go_warns_that_the_users_files_are_not_there(tmp_path):
    evidence = opened(corpus_file("images", "dfvfs", "bdetogo.raw"), tmp_path)
    (volume,) = evidence.children(evidence.root())
    problems = [each for each in evidence.children(volume) if isinstance(each, Problem)]
    assert problems[0].kind == "encrypted"
    assert "BitLocker To Go" in problems[0].message


def test_alternate_streams_are_entries_of_their_own(tmp_path):
    path = from_corpus(tmp_path, "images", "msuhanov", "ntfs3.raw.gz")
    evidence = opened(path, tmp_path)
    found = by_path(walk(evidence)[0])
    stream = found["/$Extend/$ObjId:$O"]
    assert (stream.kind, stream.size, stream.locator.steps[-1].stream) == (Kind.FILE, 48, "144-2")
    assert content(evidence, stream) == tool("icat", path, "25-144-2")
    assert "/$Secure:$SDS" in found
    assert found["/$MFT"].position is not None


def test_a_deleted_name_whose_entry_belongs_to_another_file_has_no_content(tmp_path):
    path = from_corpus(tmp_path, "images", "grr", "test_img.dd.gz")
    told = tool("fls", "-rp", path).decode()
    reused = [line for line in told.splitlines() if "realloc" in line or "* 0" in line]
    evidence = opened(path, tmp_path)
    marked = [entry for entry in walk(evidence)[0] if entry.locator.steps[-1].stream == "reused"]
    assert len(marked) == len(reused) > 0
    for entry in marked:
        assert (entry.deleted, entry.size, entry.times.modified) == (True, None, None)
        with pytest.raises(Unreadable, match="cannot be told"):
            evidence.open(entry.locator)


def test_orphans_are_deleted_and_limited(tmp_path):
    path = from_corpus(tmp_path, "images", "msuhanov", "ntfs3.raw.gz")
    entries, problems = walk(opened(path, tmp_path))
    orphans = [entry for entry in entries if entry.path.startswith("/$OrphanFiles/")]
    assert len(orphans) == tool("fls", "-rp", path).decode().count("$OrphanFiles/")
    assert all(entry.deleted for entry in orphans)
    assert problems == []
    entries, problems = walk(opened(path, tmp_path, orphans=3))
    assert sum(entry.path.startswith("/$OrphanFiles/") for entry in entries) == 3
    assert [(where, problem.kind) for where, problem in problems] == [("/$OrphanFiles", "limit")]


def test_an_image_cut_short_says_so_and_reads_what_is_there(tmp_path):
    path = fat_image(tmp_path / "card.dd", {"A.TXT": b"first", "B.BIN": os.urandom(600_000)})
    disk = partitioned(tmp_path / "disk.dd", [path.read_bytes()], [0x06])
    whole = disk.read_bytes()
    disk.write_bytes(whole[: (1 << 20) + 200_000])
    evidence = opened(disk, tmp_path)
    entries, problems = walk(evidence)
    found = by_path(entries)
    assert content(evidence, found["/A.TXT"]) == b"first"
    with pytest.raises(EvidenceError) as caught:
        content(evidence, found["/B.BIN"])
    assert caught.value.kind in {"truncated", "unreadable"}
    assert "\n" not in str(caught.value)
    assert "truncated" in {problem.kind for _, problem in problems}


def test_a_volume_behind_the_end_is_listed_and_truncated(tmp_path):
    evidence = opened(corpus_file("images", "partitions", "dissect_gpt_esxi.bin"), tmp_path)
    volumes = list(evidence.children(evidence.root()))
    assert [volume.volume for volume in volumes] == ["p1", "p2", "p3", "p4", "p5"]
    for volume in volumes:
        with pytest.raises(Truncated, match="behind the end"):
            list(evidence.children(volume))


def test_a_folder_that_contains_itself_is_not_followed_for_ever(tmp_path):
    path = fat_image(tmp_path / "card.dd", {"OUT/IN/A.TXT": b"a"})
    data = bytearray(path.read_bytes())
    outer, inner = data.find(b"OUT        "), data.find(b"IN         ")
    data[inner + 26 : inner + 28] = data[
        outer + 26 : outer + 28
    ]  # IN's cluster is now OUT's: OUT holds IN holds IN ...
    path.write_bytes(data)
    entries, problems = walk(opened(path, tmp_path))
    assert len(entries) < 20
    assert "contains itself" in str(problems[0][1])


@pytest.mark.parametrize("name", ["check-circular_chain", "check-chain_to_other_file", "check-bad_names"])
def test_damaged_fats_of_the_corpus_end(name, tmp_path):
    packed = corpus_file("hostile", "fs", "dosfstools", f"{name}.xxd")
    image = tmp_path / "image.dd"
    tool("xxd", "-r", packed, image)
    entries, _ = walk(opened(image, tmp_path))
    assert entries


def test_unknown_locators_are_unreadable(tmp_path):
    evidence = opened(fat_image(tmp_path / "card.dd", {"A.TXT": b"a"}), tmp_path)
    whole = Step("volume", "whole", 0)
    for steps in [
        (Step("volume", "p9", 0),),
        (Step("folder", "a"),),
        (Step("fs", "/a", 5),),
        (whole, Step("fs", "/none", 1 << 40)),
        (whole, Step("fs", "/none")),
        (whole, Step("zip", "x", 0)),
        (whole, Step("fs", "/A.TXT", 4, "128-9")),
        (whole, Step("fs", "/A.TXT", 4), Step("fs", "/x", 1)),
    ]:
        with pytest.raises(EvidenceError):
            evidence.open(Locator(steps))


def test_the_source_is_the_same_byte_for_byte_afterwards(tmp_path):
    path = fat_image(tmp_path / "card.dd", {"A/B.TXT": b"a" * 5000})
    tool("mdel", "-i", path, "::A/B.TXT")
    before = (hashlib.sha256(path.read_bytes()).digest(), path.stat().st_mtime_ns, sorted(tmp_path.iterdir()))
    evidence = opened(path, tmp_path)
    for entry in walk(evidence, archives=True)[0]:
        if entry.kind is Kind.FILE and entry.size is not None:
            content(evidence, entry)
    evidence.close()
    assert (hashlib.sha256(path.read_bytes()).digest(), path.stat().st_mtime_ns, sorted(tmp_path.iterdir())) == before

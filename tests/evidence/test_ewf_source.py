"""EWF images: every format and level that ewfacquire writes, split; other variants; what they state.

Expected bytes are the raw source that the image was made of; expected digests of the corpus are what ewfverify computed.
"""

import hashlib
import json
import random
import re
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest
from corpus import CORPUS, corpus_file
from ewf_writer import (
    CHUNK,
    SPLIT,
    accounted,
    acquired,
    checked,
    copied,
    descriptor,
    file_header,
    plain,
    segment,
    simple,
    source_bytes,
    table,
    volume,
)

from triage.errors import Encrypted, Malformed, Unsupported
from triage.evidence.ewf import open_ewf
from triage.evidence.ewf_segments import find_segments
from triage.evidence.medium_verify import verify

FORMATS = ("ewf", "smart", "ftk", *(f"encase{number}" for number in range(1, 8)), "linen5", "linen6", "linen7", "ewfx")
WITH_SHA1 = {"encase6", "encase7", "linen6", "linen7", "ewfx"}


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    path = tmp_path_factory.mktemp("ewf") / "source.raw"
    path.write_bytes(source_bytes())
    return path


@pytest.fixture(scope="module")
def split(raw, tmp_path_factory):
    """The segment files of one image, in order."""
    first = acquired(raw, tmp_path_factory.mktemp("split") / "disk", level="none", options=["-S", SPLIT])
    return sorted(first.parent.glob("disk.E*"))


@pytest.mark.parametrize("level", ["none", "empty-block", "fast", "best"])
@pytest.mark.parametrize("form", FORMATS)
def test_every_format_and_level_gives_the_source_back(form, level, raw, tmp_path):
    first = acquired(raw, tmp_path / "disk", form=form, level=level, options=["-S", SPLIT, "-d", "sha1"])
    medium, expected = open_ewf(first), raw.read_bytes()
    assert list(medium.known_damage()) == []
    assert accounted(medium, expected) == ()
    assert medium.stored.md5 == hashlib.md5(expected).hexdigest()
    assert medium.stored.sha1 == (hashlib.sha1(expected).hexdigest() if form in WITH_SHA1 else None)
    assert verify(medium).fits is True


@pytest.mark.parametrize("sectors", [16, 128, 1024])
def test_other_chunk_sizes(sectors, raw, tmp_path):
    medium = open_ewf(acquired(raw, tmp_path / "disk", options=["-b", sectors]))
    assert medium.chunk == sectors * 512
    assert accounted(medium, raw.read_bytes()) == ()


@pytest.mark.parametrize("cache", [0, 3 * CHUNK, 64 << 20])
def test_any_range_reads_the_same(cache, raw, split):
    medium, expected = open_ewf(split[0], cache_bytes=cache), raw.read_bytes()
    generator = random.Random(9)
    for _ in range(300):
        offset = generator.randrange(len(expected) + 100)
        size = generator.choice([0, 1, 512, 4096, CHUNK, CHUNK + 1, 100_000, 700_000])
        medium.seek(offset)
        assert medium.read(size) == expected[offset : offset + size]
    medium.seek(0)
    assert b"".join(iter(lambda: medium.read(5000), b"")) == expected


def test_what_the_acquisition_said(raw, tmp_path):
    said = {"-C": "2026/17", "-D": "diska lepas", "-e": "Sari Wijaya", "-E": "BB-3", "-N": "dari tas"}
    options = [part for pair in said.items() for part in pair]
    facts = dict(open_ewf(acquired(raw, tmp_path / "disk", options=[*options, "-m", "removable"])).stored.facts)
    assert facts["case number"] == "2026/17"
    assert facts["description"] == "diska lepas"
    assert facts["examiner"] == "Sari Wijaya"
    assert facts["evidence number"] == "BB-3"
    assert facts["notes"] == "dari tas"
    assert facts["media type"] == "removable"
    assert facts["operating system"] == "Linux"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", facts["acquired"])
    assert "password hash" not in facts


def test_a_local_time_has_no_zone_and_an_unset_one_is_not_1970():
    for value, expected in (("2002 3 4 10 19 59", "2002-03-04T10:19:59"), ("0", None), ("kemarin", "kemarin")):
        text = f"1\r\nmain\r\nc\te\tm\tp\r\n1\tBudi Santoso\t{value}\t0\r\n\r\n"
        facts = facts_with([("header", zlib.compress(text.encode()))])
        assert facts["examiner"] == "Budi Santoso"
        assert facts.get("acquired") == expected


def facts_with(extra, tmp=None):
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.E01")
        path.write_bytes(simple(bytes(CHUNK), extra=extra))
        medium = open_ewf(path)
        medium.close()
        return dict(medium.stored.facts)


def test_segments_are_found_by_any_of_them_in_any_case_and_though_renamed(raw, split, tmp_path):
    paths, expected = copied(split, tmp_path), raw.read_bytes()
    paths[1].rename(tmp_path / "x")
    paths[2].rename(tmp_path / "disk.e02")
    (tmp_path / "x").rename(tmp_path / "Disk.E03")
    for note in ("disk.log", "disk.txt", "disk.s01", "disk.pdf"):
        (tmp_path / note).write_text("catatan")
    for path in (paths[0], paths[3], tmp_path / "disk.e02"):
        assert accounted(open_ewf(path), expected) == ()


def test_the_names_go_on_in_letters(tmp_path):
    letters = [f"E{a}{b}" for a in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"] + ["FAA", "FAB"]
    for number, suffix in enumerate([f"E{number:02}" for number in range(1, 100)] + letters, 1):
        (tmp_path / f"disk.{suffix}").write_bytes(file_header(number))
    found = find_segments(tmp_path / "disk.E01")
    assert list(found.paths) == list(range(1, 99 + 676 + 3))
    assert found.paths[100].name == "disk.EAA"
    assert found.paths[776].name == "disk.FAA"


def test_base_offsets_and_plain_chunks(tmp_path):
    raw = source_bytes()[: 6 * CHUNK + 1024]
    stored = [plain(raw[at : at + CHUNK]) for at in range(0, len(raw), CHUNK)]
    offsets = [sum(map(len, stored[:number])) for number in range(len(stored))]
    bases = []
    parts = [("volume", volume(len(raw))), ("sectors", lambda start: bases.append(start) or b"".join(stored))]
    parts.append(("table", lambda _: table(offsets, bases[0])))
    path = tmp_path / "a.E01"
    path.write_bytes(segment(parts))
    assert accounted(open_ewf(path), raw) == ()


def test_offsets_that_grow_past_31_bits(tmp_path):
    """EnCase 6.7.1: behind 2 GiB the entries have 32 bits and the chunks are plain. The file is sparse."""
    raw = source_bytes()[-5 * CHUNK :]
    pieces = [raw[at : at + CHUNK] for at in range(0, len(raw), CHUNK)]
    stored = [zlib.compress(pieces[0]), *map(plain, pieces[1:])]
    starts = [5000, (1 << 31) - CHUNK - 4, 1 << 31, (1 << 31) + CHUNK + 4, (3 << 30)]
    entries = [starts[0] | 1 << 31, *starts[1:]]
    path, end = tmp_path / "a.E01", (3 << 30) + 100_000
    with path.open("wb") as out:
        head = volume(len(raw))
        out.write(file_header() + descriptor("volume", 89 + len(head), 76 + len(head)) + head)
        out.write(descriptor("sectors", end, end - out.tell()))
        for start, data in zip(starts, stored, strict=True):
            out.seek(start)
            out.write(data)
        out.seek(end)
        body = table(entries)
        out.write(descriptor("table", end + 76 + len(body), 76 + len(body)) + body)
        out.write(descriptor("done", end + 76 + len(body), 0))
    assert accounted(open_ewf(path), raw) == ()


def test_sectors_unreadable_at_acquisition_are_facts_and_known_damage(tmp_path):
    ranges = [(3, 2), (64, 1), (100, 9999)]
    head = checked(struct.pack("<I512x", len(ranges)))
    errors = head + checked(b"".join(struct.pack("<II", *each) for each in ranges))
    path = tmp_path / "a.E01"
    path.write_bytes(simple(bytes(4 * CHUNK), extra=[("error2", errors)]))
    medium = open_ewf(path)
    assert [(each.offset, each.size) for each in medium.known_damage()] == [
        (3 * 512, 1024),
        (64 * 512, 512),
        (100 * 512, 4 * CHUNK - 51200),
    ]
    said = [text for title, text in medium.stored.facts if title == "sectors unreadable at acquisition"]
    assert said == ["3 to 4", "64 to 64", "100 to 10098"]
    if shutil.which("ewfinfo"):
        shown = subprocess.run(["ewfinfo", path], capture_output=True, text=True, check=False, timeout=30).stdout
        assert "at sector(s): 3 - 4" in shown or "total number: 3" in shown


@pytest.mark.parametrize(
    ("magic", "family"),
    [
        (b"EVF2\x0d\x0a\x81\x00", Unsupported),
        (b"LVF\x09\x0d\x0a\xff\x00", Unsupported),
        (b"LEF2\x0d\x0a\x81\x00", Unsupported),
        (b"ADCRYPT\x00", Encrypted),
        (b"not an image", Malformed),
        (b"", Malformed),
    ],
)
def test_what_is_no_ewf_image_of_a_disk_is_named(magic, family, tmp_path):
    path = tmp_path / "disk.E01"
    path.write_bytes(magic + bytes(1000) if magic else b"")
    with pytest.raises(family):
        open_ewf(path)


CORPUS_IMAGES = sorted(path.relative_to(CORPUS).as_posix() for path in (CORPUS / "images").rglob("*.E01")) or ["none"]


@pytest.mark.parametrize("name", CORPUS_IMAGES)
def test_corpus_images_have_the_digest_that_ewfverify_computes(name):
    path = corpus_file(*name.split("/"))
    (image,) = json.loads(corpus_file("truth", *f"{name}.json".split("/")).read_text())["images"]
    stored, computed = (
        re.search(rf"MD5 hash {what}:\s+([0-9a-f]{{32}})", image["ewfverify"]).group(1)
        for what in ("stored in file", "calculated over data")
    )
    medium = open_ewf(path)
    found = verify(medium)
    assert found.damages == ()
    assert (medium.stored.md5, found.md5) == (stored, computed)
    assert found.fits is (stored == computed)
    assert f"({medium.size} bytes)" in image["ewfinfo"]
    facts = dict(medium.stored.facts)
    for title, ours in (("Examiner name", "examiner"), ("Case number", "case number"), ("Notes", "notes")):
        shown = re.search(rf"{title}:\t+(.*)\n", image["ewfinfo"])
        assert facts.get(ours) == (shown.group(1).strip() if shown else None)

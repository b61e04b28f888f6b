"""The carver: every kind whole, no false positives, nothing broken given out as whole."""

import io
import os
import random
import struct
import time
import zipfile

import pytest
from carving_samples import MAKERS, box, clip, document, picture, sample
from corpus import corpus_file
from PIL import Image

from triage.errors import Unreadable
from triage.evidence.carving import SUFFIXES, CarvingLimits, carve
from triage.evidence.carving.kinds import FORMATS
from triage.model import Problem

SECTOR = 512


def padded(data):
    return data + bytes(-len(data) % SECTOR)


def reader(disk):
    return lambda offset, size: disk[offset : offset + size]


def searched(disk, ranges=None, **limits):
    """Files as (kind, offset, size), and the problems."""
    given = carve(
        ranges or [(0, len(disk))], lambda offset, size: disk[offset : offset + size], limits=CarvingLimits(**limits)
    )
    found = list(given)
    files = [(each.kind, each.offset, each.size) for each in found if not isinstance(each, Problem)]
    return files, [each for each in found if isinstance(each, Problem)]


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("behind", ["noise", "zeros", "another"])
def test_a_whole_file_of_each_kind_is_found_to_the_byte(kind, behind, tmp_path):
    data = MAKERS[kind](7, tmp_path)
    follows = {"noise": random.Random(1).randbytes(4096), "zeros": bytes(4096), "another": picture(9, "PNG")}[behind]
    disk = bytes(SECTOR * 3) + padded(data) + follows
    files, problems = searched(disk)
    assert files[0] == (kind.split()[0], SECTOR * 3, len(data))
    assert len(files) == (2 if behind == "another" else 1)
    assert problems == []


def test_files_of_all_kinds_behind_each_other_in_disk_order(tmp_path):
    disk, planted = b"", []
    for number in range(40):
        kind, data = sample(number, tmp_path)
        planted.append((kind.split()[0], len(disk), len(data)))
        disk += padded(data) + random.Random(number).randbytes(SECTOR)
    assert searched(disk) == (planted, [])
    assert searched(disk) == searched(disk)


def test_a_file_that_ends_with_its_stretch_is_whole_and_one_that_leaves_it_is_counted():
    data = picture(3, "JPEG")
    assert searched(data) == ([("jpeg", 0, len(data))], [])
    disk = padded(data) + padded(data)
    cut = len(data) // 2 // SECTOR * SECTOR
    files, (problem,) = searched(disk, [(0, cut), (len(padded(data)), len(padded(data)))])
    assert files == [("jpeg", len(padded(data)), len(data))]
    assert (problem.kind, problem.stage) == ("truncated", "carve")
    assert "1 jpeg" in problem.message


def test_a_piece_at_every_length_is_never_whole(tmp_path):
    for number in range(len(MAKERS)):
        kind, data = sample(number, tmp_path)
        dice = random.Random(number)
        for _ in range(12):
            length = dice.randrange(16, len(data) - 24)
            files, _ = searched(data[:length])
            assert [each for each in files if each[1] == 0] == [], (kind, length)


def test_random_bytes_hold_nothing():
    block = os.urandom(16 << 20)
    for seed in range(7):  # 112 MiB as the search sees them: shifted by a byte, the sectors begin with other bytes
        assert searched(block[seed:])[0] == []


def test_the_search_is_fast_over_zeros_and_random_bytes():
    for block in (bytes(64 << 20), os.urandom(16 << 20) * 4):
        began = time.process_time()
        searched(block)
        assert len(block) / (time.process_time() - began) > 300e6


OVERWRITERS = {
    "noise": lambda dice: dice.randbytes(8192),
    "text": lambda dice: (b"Pesan ini hanya contoh, bukan data. " * 300)[:8192],
    "zeros": lambda dice: bytes(8192),
    "jpeg": lambda dice: picture(77, "JPEG", quality=95, side=400)[:8192],
}


@pytest.mark.parametrize("kind", ["jpeg", "jpeg progressive", "jpeg optimised", "jpeg restarts", "png", "gif", "zip"])
@pytest.mark.parametrize("with_what", OVERWRITERS)
def test_a_file_overwritten_in_its_middle_is_not_whole(kind, with_what, tmp_path):
    tried = 0
    for number in range(100, 110):
        data = MAKERS[kind](number, tmp_path)
        if len(data) < 24_576:
            continue
        dice = random.Random(number)
        at = dice.randrange(1, len(data) // 4096 - 2) * 4096
        broken = data[:at] + OVERWRITERS[with_what](dice) + data[at + 8192 :]
        files, _ = searched(padded(broken))
        assert [each for each in files if each[1] == 0] == [], number
        tried += 1
    assert tried >= 3


def test_the_head_of_one_jpeg_with_the_tail_of_another_is_not_whole():
    """Both have the same tables and the join leaves every marker right: only the codes tell."""
    first, second = (picture(number, "JPEG", quality=85, side=400) for number in (11, 12))
    for join in range(8192, min(len(first), len(second)) - 4096, 4096):
        files, _ = searched(padded(first[:join] + second[join:]))
        assert files == []


def test_mutated_files_yield_files_or_problems_and_nothing_else(tmp_path):
    dice = random.Random(5)
    for number in range(2 * len(MAKERS)):
        data = bytearray(sample(number, tmp_path)[1][:60_000])
        for _ in range(30):
            broken = bytearray(data)
            for _ in range(dice.randrange(1, 20)):
                broken[dice.randrange(min(len(broken), dice.choice((64, 1024, 60_000))))] = dice.randrange(256)
            searched(bytes(broken))


def test_a_jpeg_is_not_cut_at_the_end_of_its_thumbnail(tmp_path):
    data = MAKERS["jpeg thumbnail"](4, tmp_path)
    assert data.count(b"\xff\xd9") >= 2
    assert searched(data)[0] == [("jpeg", 0, len(data))]


def test_a_long_run_of_filling_bytes_in_a_jpeg_is_passed_in_one_go():
    data = picture(3, "JPEG")
    filled = data[:-2] + b"\xff" * 9 + data[-1:]
    assert searched(filled)[0] == [("jpeg", 0, len(filled))]
    assert searched(data[:-2] + b"\xff" * (2 << 20))[0] == []


def test_a_second_picture_and_a_clip_that_belong_to_a_jpeg_are_part_of_it():
    first, second = picture(1, "JPEG"), picture(2, "JPEG", side=80)
    # CIPA DC-007: APP2 "MPF", a TIFF header, one directory whose MPEntry (0xB002) has 16 bytes for each picture
    body = 4 + 8 + 2 + 12 + 4 + 32
    base = 2 + 2 + 2 + 4
    size = len(first) + 2 + 2 + body
    entries = struct.pack(">IIIHH", 0x30000, size, 0, 0, 0) + struct.pack(">IIIHH", 0, len(second), size - base, 0, 0)
    index = b"MPF\x00MM\x00\x2a\x00\x00\x00\x08" + struct.pack(">HHHII", 1, 0xB002, 7, 32, 26) + bytes(4) + entries
    whole = first[:2] + b"\xff\xe2" + struct.pack(">H", body + 2) + index + first[2:]
    assert len(whole) == size
    both = whole + second
    assert searched(both + bytes(SECTOR))[0] == [("jpeg", 0, len(both))]
    assert searched(whole + bytes(4096))[0] == [("jpeg", 0, len(whole))]
    moving = picture(1, "JPEG") + clip(1)
    assert searched(moving + bytes(SECTOR))[0] == [("jpeg", 0, len(moving))]


def test_boxes_need_index_and_data_and_chunks_that_lie_in_it():
    whole = clip(2)
    at = whole.rindex(b"moov") - 4
    assert searched(whole[:at] + bytes(SECTOR))[0] == []
    chunk = whole.rindex(b"stco") + 12
    broken = whole[:chunk] + b"\x7f\xff\xff\xff" + whole[chunk + 4 :]
    assert searched(broken + bytes(SECTOR))[0] == []
    assert searched(whole + box(b"skip", bytes(100)) + bytes(SECTOR))[0] == [("mp4", 0, len(whole) + 108)]


@pytest.mark.parametrize(
    ("brand", "kind"), [(b"isom", "mp4"), (b"qt  ", "mov"), (b"3gp5", "3gp"), (b"M4A ", "m4a"), (b"3g2a", "3gp")]
)
def test_the_brand_names_the_kind(brand, kind):
    assert searched(clip(1, brand))[0][0][0] == kind


def test_a_large_zip_and_a_linearised_pdf():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file, file.open("besar.bin", "w", force_zip64=True) as member:
        member.write(b"isi" * 1000)
    assert searched(packed.getvalue() + bytes(SECTOR))[0] == [("zip", 0, len(packed.getvalue()))]
    data = document(1, revisions=1)
    first = data.index(b"%%EOF")
    assert searched(data[: first + 6] + bytes(SECTOR))[0] == [("pdf", 0, first + 6)]


def test_kinds_that_pillow_writes_beside():
    image = Image.linear_gradient("L")
    for form, kind in (("AVIF", "avif"),):
        packed = io.BytesIO()
        image.save(packed, form)
        assert searched(packed.getvalue() + bytes(SECTOR))[0] == [(kind, 0, len(packed.getvalue()))]


@pytest.mark.parametrize("kind", MAKERS)
def test_only_what_was_checked_inside_is_called_complete(kind, tmp_path):
    """An overwritten file is never complete, also of the kinds whose frame cannot tell that it was overwritten."""
    data = MAKERS[kind](7, tmp_path)
    (found,) = carve([(0, len(data))], lambda offset, size: data[offset : offset + size])
    assert found.complete == (kind.split()[0] in {"jpeg", "png", "gif", "zip"} and kind != "jpeg progressive")
    for number in range(8):
        dice = random.Random(number)
        at = dice.randrange(1, max(2, len(data) // SECTOR - 9)) * SECTOR
        broken = data[:at] + dice.randbytes(min(4096, len(data) - at)) + data[at + 4096 :]
        again = carve([(0, len(broken))], reader(broken))
        assert not any(each.complete for each in again if not isinstance(each, Problem)), number


def test_jpeg_data_beyond_the_share_that_is_decoded_is_not_called_complete():
    data = picture(1, "JPEG")
    for limits, complete in ((CarvingLimits(), True), (CarvingLimits(decoded_bytes=0, decoded_share=0), False)):
        (found,) = carve([(0, len(data))], lambda offset, size: data[offset : offset + size], limits=limits)
        assert found.complete is complete


def test_the_limits_end_the_search_with_a_word():
    disk = b"".join(padded(picture(number, "JPEG", side=64)) for number in range(6))
    files, (problem,) = searched(disk, count=3)
    assert (len(files), problem.kind) == (3, "limit")
    files, (problem,) = searched(disk, seconds=-1)
    assert (files, problem.kind) == ([], "limit")
    vain = b"".join(padded(picture(number, "JPEG", side=64)[:400]) for number in range(6))
    _, problems = searched(vain, vain_bytes=1000, vain_share=0)
    assert [each.kind for each in problems] == ["limit", "truncated"]
    assert searched(padded(picture(1, "PNG")), file_bytes=1000)[0] == []


def test_a_stretch_that_cannot_be_read_costs_itself():
    data = padded(picture(1, "JPEG"))
    disk = data + bytes(256 << 10) + data
    bad = len(data) + (100 << 10)

    def read(offset, size):
        if offset <= bad < offset + size:
            raise Unreadable("bad sector")
        return disk[offset : offset + size]

    found = list(carve([(0, len(disk))], read))
    assert [each.offset for each in found if not isinstance(each, Problem)] == [0, len(disk) - len(data)]
    assert [each.kind for each in found if isinstance(each, Problem)] == ["unreadable"]


def test_a_stretch_that_claims_to_go_on_behind_the_medium_ends_with_it():
    data = picture(1, "JPEG")
    assert searched(data, [(0, 1 << 60)]) == ([("jpeg", 0, len(data))], [])


@pytest.mark.parametrize(
    "parts",
    [
        ("photos", "libheif", "simple_osm_tile_meta.avif"),
        ("photos", "digicam", "Sony__A6400__DSC00007.JPG"),
        ("photos", "drew", "mp4__with-gps.mp4"),
        ("photos", "drew", "jpg__Casio_EX-S1.jpg"),
        ("vectors", "video", "chair-19-sd-bar.mp4"),
    ],
)
def test_files_of_real_devices(parts):
    data = corpus_file(*parts).read_bytes()
    files, _ = searched(data + random.Random(1).randbytes(-len(data) % SECTOR + 8192))
    end = len(data.rstrip(b"\0")) if parts[-1].startswith("Sony") else len(data)  # this camera pads with zeros
    assert files[0][1:] == (0, end)


def test_every_kind_has_a_suffix_and_a_format():
    assert {kind.split()[0] for kind in MAKERS} <= set(SUFFIXES)
    assert {form.kind for form in FORMATS} - {"riff", "media"} <= set(SUFFIXES)

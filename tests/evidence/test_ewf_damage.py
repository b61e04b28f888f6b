"""EWF images that are damaged, cut, incomplete or hostile: what is not damaged reads as it was, what is damaged is said.

Expected bytes are the raw source that the image was made of.
"""

import random
import tracemalloc
import zlib

import pytest
from ewf_writer import (
    CHUNK,
    SPLIT,
    accounted,
    acquired,
    chunk_places,
    copied,
    descriptor,
    flipped,
    plain,
    sections_of,
    segment,
    simple,
    source_bytes,
    spans,
    table,
    volume,
)

from triage.errors import EvidenceError, Malformed, Unsupported
from triage.evidence.ewf import open_ewf
from triage.evidence.medium import Damage
from triage.evidence.medium_verify import verify


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


def test_one_damaged_chunk_costs_its_own_bytes_at_every_read(raw, tmp_path):
    first, expected = acquired(raw, tmp_path / "disk"), raw.read_bytes()
    data = first.read_bytes()
    number = 9
    start, end = chunk_places(data)[number]
    first.write_bytes(flipped(data, [((start + end) // 2, 3)]))
    medium = open_ewf(first)
    for _ in range(3):  # the second and third from the cache
        medium.seek(number * CHUNK - 10)
        assert (
            medium.read(CHUNK + 20)
            == expected[number * CHUNK - 10 : number * CHUNK]
            + bytes(CHUNK)
            + (expected[(number + 1) * CHUNK : (number + 1) * CHUNK + 10])
        )
        (damage,) = medium.take_damage()
        assert (damage.offset, damage.size) == (number * CHUNK, CHUNK)
    assert medium.take_damage() == ()
    medium.seek(0)
    assert [(each.offset, each.size) for each in accounted(medium, expected)] == [(number * CHUNK, CHUNK)]
    found = verify(medium)
    assert found.fits is False
    assert [(each.offset, each.size) for each in found.damages] == [(number * CHUNK, CHUNK)]


def test_an_uncompressed_chunk_is_checked_too(raw, split, tmp_path):
    paths = copied(split, tmp_path)
    data = paths[1].read_bytes()
    before = len(chunk_places(paths[0].read_bytes()))
    paths[1].write_bytes(flipped(data, [(chunk_places(data)[4][0] + 77, 0)]))
    (damage,) = accounted(open_ewf(paths[0]), raw.read_bytes())
    assert (damage.offset, damage.size) == ((before + 4) * CHUNK, CHUNK)


@pytest.mark.parametrize("gone", [0, 1, -1])
def test_a_missing_segment_is_known_at_once_and_costs_its_own_range(gone, raw, split, tmp_path):
    paths, expected = copied(split, tmp_path), raw.read_bytes()
    assert len(paths) >= 4
    start, end = spans(paths)[gone]
    paths[gone].unlink()
    medium = open_ewf(paths[gone + 1] if gone != -1 else paths[0])
    (known,) = medium.known_damage()
    assert (known.offset, known.offset + known.size) == (start, min(end, len(expected)))
    assert "missing" in known.why
    assert accounted(medium, expected) == (known,)


def test_between_two_missing_segments_nothing_is_placed_by_guess(raw, split, tmp_path):
    paths, expected = copied(split, tmp_path), raw.read_bytes()
    ranges = spans(paths)
    paths[0].unlink()
    paths[2].unlink()
    medium = open_ewf(paths[1])
    (known,) = medium.known_damage()
    assert (known.offset, known.offset + known.size) == (0, ranges[2][1])
    assert accounted(medium, expected) == (known,)


def two_segments(folder, identifiers, raw):
    """An image of two segment files with these set identifiers."""
    halves = raw[: len(raw) // 2], raw[len(raw) // 2 :]
    for number, identifier in enumerate(identifiers, 1):
        entries = []

        def sectors(start, half=halves[number - 1], entries=entries):
            stored = [zlib.compress(half[at : at + CHUNK]) for at in range(0, len(half), CHUNK)]
            for each in range(len(stored)):
                entries.append(start + sum(map(len, stored[:each])) | 1 << 31)
            return b"".join(stored)

        kind, last = ("volume", "next") if number == 1 else ("data", "done")
        parts = [(kind, volume(len(raw), identifier=identifier)), ("sectors", sectors)]
        parts.append(("table", lambda _, entries=entries: table(entries)))
        (folder / f"disk.E0{number}").write_bytes(segment(parts, number, last))
    return folder / "disk.E01"


def test_a_segment_of_another_image_is_not_used(tmp_path):
    raw = source_bytes()[: 8 * CHUNK]
    medium = open_ewf(two_segments(tmp_path, [b"a" * 16, b"a" * 16], raw))
    assert list(medium.known_damage()) == []
    assert accounted(medium, raw) == ()
    medium = open_ewf(two_segments(tmp_path, [b"a" * 16, b"b" * 16], raw))
    (known,) = medium.known_damage()
    assert "another image" in known.why
    assert (known.offset, known.size) == (4 * CHUNK, 4 * CHUNK)
    assert accounted(medium, raw) == (known,)


@pytest.mark.parametrize("percent", [0, 1, 25, 50, 75, 99])
@pytest.mark.parametrize("form", ["encase6", "encase1", "smart"])
def test_cut_short(form, percent, raw, tmp_path):
    first, expected = acquired(raw, tmp_path / "disk", form=form), raw.read_bytes()
    data = first.read_bytes()
    places = chunk_places(data)
    keep = len(data) * percent // 100
    first.write_bytes(data[:keep])
    if not percent:
        with pytest.raises(Malformed):
            open_ewf(first)
        return
    lost = sum(damage.size for damage in accounted(open_ewf(first), expected))
    whole = sum(end <= keep for _, end in places)
    assert len(expected) - lost == min(whole * CHUNK, len(expected))


@pytest.mark.parametrize("flips", [1, 4, 30, 1000])
def test_random_flips_are_accounted_for(flips, raw, split, tmp_path):
    expected, originals = raw.read_bytes(), [path.read_bytes() for path in split]
    packed = acquired(raw, tmp_path / "packed", level="best")
    whole = packed.read_bytes()
    for seed in range(20):
        generator = random.Random(seed * 1000 + flips)
        paths = copied(split, tmp_path)
        target = generator.randrange(len(paths))
        for path, data in ((paths[target], originals[target]), (packed, whole)):
            path.write_bytes(
                flipped(data, [(generator.randrange(len(data)), generator.randrange(8)) for _ in range(flips)])
            )
            try:
                medium = open_ewf(path)
            except EvidenceError:
                assert flips >= 30
                continue
            damages = accounted(medium, expected)
            if flips == 1:
                assert len(damages) <= 1
                assert sum(damage.size for damage in damages) <= CHUNK
            medium.close()


def test_each_structure_may_be_damaged_alone(raw, split, tmp_path):
    """One flip in a descriptor, table header, table entry, volume or header section costs nothing."""
    expected, paths = raw.read_bytes(), copied(split, tmp_path)
    for path in paths:
        data = path.read_bytes()
        for kind, start, end in sections_of(data):
            inside = range(start + 76, end, max(1, (end - start - 76) // 8)) if kind != "sectors" else ()
            for place in (0, *range(start, start + 76, 9), *inside):
                path.write_bytes(flipped(data, [(place, place % 8)]))
                assert accounted(open_ewf(path), expected) == (), (path.name, kind, place - start)
        path.write_bytes(data)


@pytest.mark.parametrize("gone", [-3000, -1, 1, 700])
def test_bytes_lost_or_added_in_the_middle_never_move_other_chunks(gone, raw, split, tmp_path):
    expected, originals = raw.read_bytes(), [path.read_bytes() for path in split]
    packed = acquired(raw, tmp_path / "packed", level="best")
    paths, whole, generator = copied(split, tmp_path), packed.read_bytes(), random.Random(gone)
    for _ in range(40):
        index = generator.randrange(len(paths))
        for path, data in ((paths[index], originals[index]), (packed, whole)):
            at = generator.randrange(2000, len(data))
            path.write_bytes(data[: at + min(0, gone)] + bytes(max(0, gone)) + data[at:])
            accounted(open_ewf(path), expected)
        paths[index].write_bytes(originals[index])


def test_an_image_among_the_data_of_the_disk_is_not_taken_for_a_part_of_it(tmp_path):
    inner = simple(source_bytes()[: 3 * CHUNK])
    raw = (bytes(700) + inner).ljust(9 * CHUNK, b"x")
    data = simple(raw, pack=lambda _, chunk: (plain(chunk), False))
    path = tmp_path / "a.E01"
    for kind, start, _ in sections_of(data):
        if kind != "volume":
            path.write_bytes(flipped(data, [(start, 5)]))
            medium = open_ewf(path)
            assert list(medium.known_damage()) == []
            assert accounted(medium, raw) == ()


@pytest.mark.parametrize("form", ["encase6", "encase1"])
def test_without_any_sound_table_the_chunks_are_found_one_by_one(form, raw, tmp_path):
    first = acquired(raw, tmp_path / "disk", form=form)
    data = first.read_bytes()
    tables = [(start + 76 + 24 + 8, 1) for kind, start, _ in sections_of(data) if kind.startswith("table")]
    assert tables
    first.write_bytes(flipped(data, tables))
    assert accounted(open_ewf(first), raw.read_bytes()) == ()


def test_a_chunk_that_unpacks_to_far_too_much_stops_early(tmp_path):
    bomb = zlib.compress(bytes(64 << 20), 9)
    path = tmp_path / "a.E01"
    good = random.Random(1).randbytes(CHUNK)
    path.write_bytes(simple(good * 3, pack=lambda number, data: (bomb if number == 1 else zlib.compress(data), True)))
    medium = open_ewf(path)
    tracemalloc.start()
    (damage,) = accounted(medium, good * 3)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert damage == Damage(CHUNK, CHUNK, damage.why)
    assert peak < 4 << 20


def test_sections_that_lead_back_end(tmp_path):
    data = simple(bytes(range(256)) * 128)
    for _, start, _ in sections_of(data)[:-1]:
        for target in (13, start):
            looped = bytearray(data)
            kind = data[start : start + 16].rstrip(b"\0").decode()
            looped[start : start + 76] = descriptor(kind, target, 0)
            (tmp_path / "a.E01").write_bytes(looped)
            try:
                accounted(open_ewf(tmp_path / "a.E01"), bytes(range(256)) * 128)
            except Malformed:
                assert kind == "volume"


@pytest.mark.parametrize(
    "data",
    [
        volume(0),
        volume(CHUNK, chunk_sectors=1 << 20),
        volume(CHUNK, media=0x0E),
        volume((1 << 62) + 512),
        b"",
        bytes(94),
        bytes(1052),
    ],
)
def test_a_disk_of_impossible_size_is_refused(data, tmp_path):
    path = tmp_path / "a.E01"
    path.write_bytes(segment([("volume", data), ("table", table([76]))]))
    with pytest.raises((Malformed, Unsupported)):
        open_ewf(path)


def test_a_huge_disk_with_few_chunks_costs_no_memory(tmp_path):
    path = tmp_path / "a.E01"
    good = zlib.compress(b"x" * CHUNK)
    path.write_bytes(
        segment(
            [("volume", volume(1 << 60)), ("sectors", good), ("table", table([76 + 13 + 76 + 1052 + 76 | 1 << 31]))]
        )
    )
    medium = open_ewf(path)
    (known,) = medium.known_damage()
    assert medium.read(3 * CHUNK).count(0) in (2 * CHUNK, 3 * CHUNK)
    assert known.size >= (1 << 60) - CHUNK
    medium.seek(1 << 59)
    assert medium.read(1 << 20) == bytes(1 << 20)


@pytest.mark.parametrize("place", [0, 50, 90, 700])
def test_a_volume_section_with_a_changed_byte_is_used_where_its_numbers_agree(place, tmp_path):
    """Most of its 1,052 bytes are unused; a disk of which all else is whole is not refused for one of them."""
    expected, path = source_bytes(), tmp_path / "disk.E01"
    data = simple(expected)
    (start,) = [at + 76 for kind, at, _ in sections_of(data) if kind == "volume"]
    path.write_bytes(flipped(data, [(start + place, 2)]))
    medium = open_ewf(path)
    assert medium.read() == expected
    assert [problem.kind for problem in medium.warnings()] == ["malformed"]


@pytest.mark.parametrize("place", [4, 8, 12, 17])
def test_numbers_that_do_not_agree_are_not_used(place, tmp_path):
    path, data = tmp_path / "disk.E01", simple(source_bytes())
    (start,) = [at + 76 for kind, at, _ in sections_of(data) if kind == "volume"]
    path.write_bytes(flipped(data, [(start + place, 5)]))
    with pytest.raises(Malformed, match="how large"):
        open_ewf(path)


def test_a_sound_image_has_no_doubt(tmp_path):
    path = tmp_path / "disk.E01"
    path.write_bytes(simple(source_bytes()))
    assert list(open_ewf(path).warnings()) == []

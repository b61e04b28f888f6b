"""Peer-to-peer clients: what their lists say, and public samples read to their last byte."""

import hashlib

import pytest
from corpus import corpus_file
from making import sharing
from making.items import item_from_bytes

from triage.extractors import wanted_by
from triage.formats import shareaza
from triage.model import Shared, Stamp

SECOND = 1_000_000_000
AT = Stamp(sharing.START * SECOND, resolution=SECOND)


def found(data: bytes, name: str) -> list:
    item = item_from_bytes(name, data)
    extractor = wanted_by(item)[-1]  # libmagic may take a few bytes for a picture
    return list(extractor.extract(item))


def test_emule() -> None:
    big, short = found(sharing.known_met(), "/Users/dewi/AppData/Local/eMule/config/known.met")
    assert (big.name, big.size, big.uploaded, big.count) == ("foto liburan.zip", (1 << 32) + 5, (2 << 32) + 7, 9)
    assert (big.hash, big.added_at, big.last_at, big.account) == (f"ed2k:{sharing.ED2K.hex()}", AT, AT, "dewi")
    assert (short.name, short.size, short.added_at) == ("nama", None, None)
    (part,) = found(sharing.part_met(), "002.part.met")
    assert (part.name, part.path, part.size, part.state) == ("unduhan.avi", "002.part", 100, "downloading")
    (user,) = found(sharing.user_hash(), "preferences.dat")
    assert user.identifier == sharing.user_hash()[1:17].hex()
    assert [each.term for each in found(sharing.searches(), "AC_SearchStrings.dat")] == ["lagu lama", "film é"]


def test_a_list_that_breaks_off_keeps_what_came_before() -> None:
    first, problem = found(sharing.known_met()[:-3], "known.met")
    assert (first.name, problem.kind) == ("foto liburan.zip", "truncated")


def test_bittorrent() -> None:
    inner, outer = found(sharing.torrent(), "x.torrent")
    digest = "btih:" + hashlib.sha1(sharing.bencoded(sharing.INFO)).hexdigest()
    assert [(each.name, each.path, each.size, each.hash) for each in (inner, outer)] == [
        ("b.jpg", "Album/a/b.jpg", 3, digest),
        ("c.jpg", "Album/c.jpg", 4, digest),
    ]
    (resumed,) = found(sharing.resume_dat(), "resume.dat")
    assert (resumed.name, resumed.hash, resumed.uploaded, resumed.received) == (
        "Album",
        f"btih:{sharing.SHA1.hex()}",
        12,
        34,
    )
    assert (resumed.added_at, resumed.ended_at) == (AT, None)
    (fast,) = found(sharing.fastresume(), "ab" * 20 + ".fastresume")
    assert (fast.app, fast.path, fast.hash, fast.state) == (
        "qBittorrent",
        "D:/unduhan",
        f"btih:{sharing.SHA1.hex()}",
        "paused",
    )


def test_ares_history_says_what_is_shared() -> None:
    (one,) = found(sharing.ares_history(), "ShareH.dat")
    assert (one.name, one.state, one.hash, one.size) == ("lagu.mp3", "shared", f"sha1:{sharing.SHA1.hex()}", None)


def test_shareaza() -> None:
    first, second = found(sharing.shareaza(), "Library1.dat")
    assert (first.path, first.size, first.count) == ("C:\\Users\\dewi\\Downloads\\lagu.mp3", 99, 2)
    assert (first.hash, first.added_at) == (f"sha1:{sharing.SHA1.hex()}", Stamp(sharing.START * SECOND, resolution=100))
    assert (second.name, second.hash, second.added_at) == ("kosong", None, None)


def test_another_version_of_the_library_is_named() -> None:
    data = bytearray(sharing.shareaza())
    data[8] = 24
    (problem,) = found(bytes(data), "Library1.dat")
    assert (problem.kind, "version 24" in problem.message) == ("unsupported", True)


def test_the_public_known_met() -> None:
    rows = found(corpus_file("chats", "iped", "test_known.met").read_bytes(), "known.met")
    assert [(each.name, each.size, each.hash) for each in rows] == [
        ("Radiohead - High and Dry.mp3", 4048258, "ed2k:77481ddd95730681cba7686a8fa7e613"),
        ("Michael Jackson - Bad.mp3", 3958491, "ed2k:2b871d30675d0815d2a4dfb995ad7220"),
    ]


def test_the_public_library_is_read_whole() -> None:
    """Its own counter says 127 files; one of them is the file of the public known.met, with the same eD2K hash."""
    data = corpus_file("chats", "iped", "test_shareazaLibrary1.dat").read_bytes()
    rows = found(data, "Library1.dat")
    assert all(isinstance(each, Shared) for each in rows)
    assert len(rows) == int.from_bytes(data[20:24], "little") == 127
    (song,) = [each for each in shareaza.files(data) if each.name.startswith("Radiohead")]
    assert (song.size, song.digests["ed2k"].hex()) == (4048258, "77481ddd95730681cba7686a8fa7e613")


@pytest.mark.parametrize(
    ("sample", "name", "first"),
    [
        ("test_shareL.dat", "mocktext2.txt", "sha1:3caf8ead5f326604bfbc7eae5274a15fb7840d08"),
        ("plaso_bencode_transmission", "VirusShare_APT1_293.zip", None),
        ("test_torrentSimple.torrent", "NovaROFull_19112020.exe", "btih:8b6293b2b7a09cdb96d37925f71c99f4ad4c2163"),
    ],
)
def test_other_public_samples(sample: str, name: str, first: str | None) -> None:
    rows = found(corpus_file("chats", "iped", sample).read_bytes(), sample)
    assert (rows[0].name, rows[0].hash) == (name, first)
    assert all(isinstance(each, Shared) for each in rows)

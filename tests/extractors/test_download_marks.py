"""Marks of downloaded files: each form against values written down by hand."""

import plistlib
from datetime import UTC, datetime

import pytest
from corpus import corpus_file
from making import download_marks as marks
from making.items import item_from_bytes

from triage.content import read_once
from triage.evidence import open_evidence
from triage.extractors.download_marks import DownloadMarks
from triage.model import Kind, Stamp
from triage.settings import Limits

EXTRACTOR = DownloadMarks()
AT = Stamp(int(datetime(2020, 8, 6, 5, 53, 36, tzinfo=UTC).timestamp()) * 10**9, resolution=10**9)  # 0x5f2b9ae0


def read(name, data):
    item = item_from_bytes(name, data)
    assert EXTRACTOR.wants(item)
    return list(EXTRACTOR.extract(item))


def test_the_stream_of_windows():
    (found,) = read("/Users/budi/Downloads/foto.jpg:Zone.Identifier", marks.ZONE)
    assert (found.app, found.url, found.referrer, found.zone) == ("Windows", marks.PICTURE, marks.PAGE, "internet")
    assert found.path == "/Users/budi/Downloads/foto.jpg"
    assert found.where == "[ZoneTransfer] ZoneId, ReferrerUrl, HostUrl"
    assert found.started_at is None


@pytest.mark.parametrize(
    ("text", "zone", "app"),
    [
        ("[ZoneTransfer]\r\nZoneId=4\r\n".encode("utf-16"), "untrusted", "Windows"),
        (b"[ZoneTransfer]\nZoneId=77\n", "unknown (77)", "Windows"),
        (
            b"[ZoneTransfer]\r\nLastWriterPackageFamilyName=Contoh.Peramban_8wek\r\nZoneId=3",
            "internet",
            "Contoh.Peramban_8wek",
        ),
    ],
)
def test_other_forms_of_it(text, zone, app):
    (found,) = read("a.exe:Zone.Identifier", text)
    assert (found.zone, found.app, found.url) == (zone, app, None)


def test_it_is_nothing_where_there_is_no_line():
    assert read("a.exe:Zone.Identifier", b"\0\0\0") == []


def test_a_quarantine_attribute():
    (found,) = read("/Users/dewi/Downloads/a.dmg:com.apple.quarantine", marks.QUARANTINE)
    assert (found.app, found.started_at, found.raw_state) == ("Safari", AT, "0083")
    assert (found.path, found.where) == ("/Users/dewi/Downloads/a.dmg", "com.apple.quarantine")


def test_a_program_with_a_space_and_no_time():
    (found,) = read("a:com.apple.quarantine", b"0081;zz;Google\\x20Chrome;")
    assert (found.app, found.started_at, found.raw_time) == ("Google Chrome", None, "zz s since 1970, hexadecimal")


def test_what_is_no_address_is_a_note():
    data = plistlib.dumps(["Dewi <dewi@example.org>", "Re: foto", "message:%3Cabc%3E"], fmt=plistlib.FMT_BINARY)
    (found,) = read("a.jpg:com.apple.metadata:kMDItemWhereFroms", data)
    assert (found.url, found.note) == ("message:%3Cabc%3E", "Dewi <dewi@example.org>, Re: foto")


@pytest.mark.parametrize("path", ["/DCIM/._foto.jpg", "/__MACOSX/DCIM/._foto.jpg"])
def test_an_apple_double_file(path):
    quarantine, source, moment = read(path, marks.marked())
    assert {each.path for each in (quarantine, source, moment)} == {"/DCIM/foto.jpg"}
    assert (quarantine.app, quarantine.started_at) == ("Safari", AT)
    assert (source.url, source.referrer) == (marks.PICTURE, marks.PAGE)
    assert moment.started_at == Stamp(AT.ns - 96 * 10**9, resolution=10**9)


def test_without_marks_it_is_silent():
    assert read("._a", marks.apple_double({}, b"resource fork")) == []


def test_a_real_stick(tmp_path):
    """Saved by Safari on a Mac; times from the attributes themselves, read with `xxd` and `date -u`."""
    evidence = open_evidence(corpus_file("images", "nps", "1mb_fat32.dmg"), limits=Limits(), scratch=tmp_path)
    (volume,) = evidence.children(evidence.root())
    found = {}
    for entry in _files(evidence, volume):
        item = read_once(entry, evidence, scratch=tmp_path, limits=Limits())
        if EXTRACTOR.wants(item):
            found |= {(each.path.rpartition("/")[2], each.where): each for each in EXTRACTOR.extract(item)}
    evidence.close()
    program = found["tiny32.exe", "com.apple.quarantine"]
    assert (program.app, program.started_at.ns // 10**9) == ("Safari", 0x60EAFE00)
    page = found["welcom.gif", "com.apple.metadata:kMDItemWhereFroms"]
    assert page.url.startswith("http://www.lancsngfl.ac.uk/cmsmanual/getfile.ph")
    assert found["welcom.gif", "com.apple.metadata:kMDItemDownloadedDate"].started_at.ns // 10**9 == 0x60EAFE78


def _files(evidence, folder):
    for entry in evidence.children(folder):
        if entry.kind is Kind.FOLDER:
            yield from _files(evidence, entry)
        elif entry.kind is Kind.FILE and entry.name.startswith("._") and not entry.deleted:
            yield entry

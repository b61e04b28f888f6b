"""UFDR: files with the paths they had on the phone, what the report leaves out, hostile and damaged reports."""

import contextlib
import random
import zipfile

import pytest
from making.ufdr import FILES, device_info, make_report, make_ufdr, tagged, tagged_files

from triage.errors import EvidenceError, LimitReached, Malformed, Truncated, Unreadable
from triage.evidence.iso_time import stamp
from triage.evidence.streams import Memory
from triage.evidence.ufdr import Ufdr, is_report, is_ufdr
from triage.formats.xml_events import End, Start, XmlEvents
from triage.model import Entry, Kind, Locator, Problem, Stamp, Step, Zone
from triage.settings import Limits

TAGS = tagged_files(*(tagged(path, local, len(data)) for path, (local, data) in FILES.items()))
CONTENT = [(local.replace("\\", "/"), data) for local, data in FILES.values()]


def opened(data, tmp_path, **limits):
    return Ufdr(Memory(data), Limits(**limits), tmp_path / "scratch")


def listed(ufdr):
    found = list(ufdr.children(Locator(), None))
    return [each for each in found if isinstance(each, Entry)], [each for each in found if isinstance(each, Problem)]


def content(ufdr, entry):
    stream = ufdr.open(entry.locator.steps[-1])
    try:
        return stream.read()
    finally:
        stream.close()


def by_path(entries):
    return {entry.path: entry for entry in entries}


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_original_paths(tmp_path, compression):
    data = make_ufdr(make_report(TAGS), [*CONTENT, ("files/Lain/x.bin", b"lain")], compression=compression)
    assert is_ufdr(Memory(data))
    ufdr = opened(data, tmp_path)
    entries, problems = listed(ufdr)
    assert problems == []
    found = by_path(entries)
    for path, (local, stored) in FILES.items():
        entry = found[f"/Ponsel.zip{path}"]
        assert content(ufdr, entry) == stored
        assert entry.size == len(stored)
        assert entry.locator.steps[-1].stream == local.replace("\\", "/")
        assert Locator.parse(entry.locator.text()).steps == entry.locator.steps
    assert {path for path, entry in found.items() if path.startswith("/unlisted/") and entry.kind is Kind.FILE} == {
        "/unlisted/report.xml",
        "/unlisted/files/Lain/x.bin",
    }
    assert content(ufdr, found["/unlisted/files/Lain/x.bin"]) == b"lain"
    folders = {path for path, entry in found.items() if entry.kind is Kind.FOLDER}
    assert {"/Ponsel.zip", "/Ponsel.zip/data", "/Ponsel.zip/data/media/0/DCIM/Camera"} <= folders
    assert list(ufdr.children(Locator(), entries[0].locator.steps[-1])) == []
    ufdr.close()


def test_times_deleted_and_missing(tmp_path):
    tags = tagged_files(
        tagged("/a/ada.txt", "files\\a", 3, deleted="Deleted"),
        tagged("/a/hilang.txt", "files\\tidak ada", 9),
        tagged("/a/tanpa.txt", "", 5, times=False),
    )
    ufdr = opened(make_ufdr(make_report(tags), [("files/a", b"ada")]), tmp_path)
    found = by_path(listed(ufdr)[0])
    there = found["/Ponsel.zip/a/ada.txt"]
    assert there.deleted
    assert there.times.born == Stamp(1672603445678 * 10**6, Zone.UTC, 10**6)  # date -d '2023-01-02 03:04:05.678 +0700'
    assert there.times.modified == Stamp(1672628646 * 10**9, Zone.UTC, 10**6)
    assert content(ufdr, there) == b"ada"
    for name in ("hilang", "tanpa"):
        entry = found[f"/Ponsel.zip/a/{name}.txt"]
        assert (entry.deleted, entry.size) == (False, 9 if name == "hilang" else 5)
        with pytest.raises(Unreadable, match="does not hold its content"):
            content(ufdr, entry)


def test_names_are_only_shown(tmp_path):
    tags = tagged_files(
        tagged("/../../etc/x", "..\\..\\report.xml", 1), tagged("C:\\Users\\x.txt", "files\\x", 1, fs="")
    )
    ufdr = opened(make_ufdr(make_report(tags), [("files/x", b"x")]), tmp_path)
    found = by_path(listed(ufdr)[0])
    assert content(ufdr, found["/C:/Users/x.txt"]) == b"x"
    with pytest.raises(Unreadable):
        content(ufdr, found["/Ponsel.zip/../../etc/x"])
    with pytest.raises(Unreadable):
        ufdr.open(Step("ufdr", "x", 0, "../report.xml"))


def test_a_damaged_report_costs_what_is_behind_the_damage(tmp_path):
    report = make_report(TAGS)
    ufdr = opened(make_ufdr(report[: report.index(b"</file>") + 20], CONTENT), tmp_path)
    entries, (problem,) = listed(ufdr)
    assert problem.kind == "truncated"
    paths = set(by_path(entries))
    assert "/Ponsel.zip" + next(iter(FILES)) in paths
    assert "/unlisted/files/Database/pesan.db" in paths


def test_entities_are_refused(tmp_path):
    bomb = b'<!DOCTYPE project [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    ufdr = opened(make_ufdr(bomb + make_report(TAGS, head=""), CONTENT), tmp_path)
    entries, (problem,) = listed(ufdr)
    assert problem.kind == "malformed"
    assert {entry.path for entry in entries if entry.kind is Kind.FILE} == {
        "/unlisted/report.xml",
        *(f"/unlisted/{name}" for name, _ in CONTENT),
    }


def test_characters_that_xml_does_not_allow(tmp_path):
    report = make_report(TAGS).replace(b'name="Contoh"', b'name="Con\x02toh"')
    ufdr = opened(make_ufdr(report, CONTENT), tmp_path)
    entries, (problem,) = listed(ufdr)
    assert "1 characters that XML does not allow" in problem.message
    assert "/Ponsel.zip" + next(iter(FILES)) in by_path(entries)


def test_recognising():
    plain = make_ufdr(make_report(TAGS), CONTENT)
    assert not is_ufdr(Memory(make_ufdr(b"<laporan />", CONTENT)))
    assert not is_ufdr(Memory(make_ufdr(make_report(TAGS), CONTENT, name="files/report.xml")))
    assert not is_ufdr(Memory(plain[: len(plain) // 2]))
    assert not is_ufdr(Memory(b""))
    assert is_ufdr(Memory(make_ufdr(make_report(TAGS), CONTENT, name="Report.xml")))
    assert is_report(make_report())
    assert is_report(make_report(head='<?xml version="1.0" encoding="utf-16"?>').decode().encode("utf-16"))
    assert not is_report(make_report(namespace="http://contoh.invalid/"))


def test_limits(tmp_path):
    ufdr = opened(make_ufdr(make_report(TAGS), CONTENT), tmp_path, container_entries=3)
    _, problems = listed(ufdr)
    assert [problem.kind for problem in problems] == ["limit"]


def test_mutations(tmp_path):
    data = make_ufdr(make_report(device_info(IMEI="1"), TAGS), CONTENT, compression=zipfile.ZIP_STORED)
    chance = random.Random(1)
    for number in range(150):
        damaged = bytearray(data)
        for _ in range(chance.randint(1, 8)):
            damaged[chance.randrange(len(data))] = chance.randrange(256)
        cut = bytes(damaged[: chance.randrange(len(data))]) if number % 4 == 0 else bytes(damaged)
        with contextlib.suppress(EvidenceError):
            ufdr = opened(cut, tmp_path)
            for entry in listed(ufdr)[0]:
                with contextlib.suppress(EvidenceError):
                    content(ufdr, entry)


def events_of(data):
    return list(XmlEvents(Memory(data)))


def test_xml_events():
    assert events_of(b'<?xml version="1.0"?><a:p b="1">satu<q/>dua<![CDATA[<&>]]></a:p>'.replace(b"a:", b"")) == [
        Start("p", {"b": "1"}, 1),
        Start("q", {}, 1),
        End("q", ""),
        End("p", "dua<&>"),
    ]
    assert events_of("<p>\u00e9</p>".encode("utf-16"))[-1] == End("p", "\u00e9")
    assert events_of(b"<p>a&#0;b&#x1F;c&amp;\x01</p>")[-1] == End("p", "a\ufffdb\ufffdc&\ufffd")
    for data, error in (
        (b"", Truncated),
        (b"<p><q>", Truncated),
        (b"<p>&lain;</p>", Malformed),
        (b"<p></q>", Malformed),
        (b'<!DOCTYPE p SYSTEM "file:///etc/passwd"><p/>', Malformed),
        (b"<p>" * 300, LimitReached),
        (b'<p b="' + b"x" * (10 << 20), LimitReached),
    ):
        with pytest.raises(error):
            events_of(data)


def test_a_reference_across_two_blocks():
    for shift in range(14):
        data = b"<p>" + b"x" * ((1 << 16) - 14 + shift) + b"&#0;&amp;</p>"
        assert events_of(data)[-1].text.endswith("\ufffd&")


def test_times_after_iso_8601():
    assert stamp("2024-11-03T19:46:47.000+00:00") == Stamp(1730663207 * 10**9, Zone.UTC, 10**6)
    assert stamp("2024-11-03T19:46:47Z") == Stamp(1730663207 * 10**9, Zone.UTC, 10**9)
    assert stamp("2024-11-04T02:46:47.5+07:00") == Stamp(1730663207_500_000_000, Zone.UTC, 10**8)
    assert stamp("2024-11-03 19:46:47") == Stamp(1730663207 * 10**9, Zone.UNKNOWN, 10**9)
    assert stamp("1969-12-31T23:59:59.25Z") == Stamp(-750_000_000, Zone.UTC, 10**7)
    for text in ("", "0001-01-01T00:00:00", "2024-02-30T00:00:00Z", "03/11/2024 19:46", "9999-12-31T23:59:59Z"):
        assert stamp(text) is None


def test_a_database_and_its_log_belong_together(tmp_path):
    """The zip sorts files by category; the report says that they lay side by side."""
    tags = tagged_files(
        tagged("/d/x.db", "files\\Database\\x.db", 1), tagged("/d/x.db-wal", "files\\Uncategorized\\x.db-wal", 3)
    )
    content_ = [("files/Database/x.db", b"x"), ("files/Uncategorized/x.db-wal", b"log")]
    ufdr = opened(make_ufdr(make_report(tags), content_), tmp_path)
    found = by_path(listed(ufdr)[0])
    assert found["/Ponsel.zip/d/x.db"].companions == (found["/Ponsel.zip/d/x.db-wal"].locator,)

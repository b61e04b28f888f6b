"""The report as one value: what is a finding, what it is worth, one exhibit alone, moments in words."""

from dataclasses import replace

import pytest
from report_case import digest, make_case

from triage.errors import UserError
from triage.model import Entry, Kind, Locator
from triage.queries import Queries
from triage.report import Frame, Report, ReportWish, write_report
from triage.report.certainty import certainty_of, limits_of, state_of
from triage.report.moments import day_in_words, in_words
from triage.settings import Settings
from triage.statements import note, tag
from triage.text import Say


def report_of(case, **choices):
    wish = ReportWish(**choices)
    queries = Queries(case.folder, exhibit=wish.exhibit)
    return Report(Frame(queries, wish, "2026-02-01T00:00:00.000000Z", case.actor, case.custody.head, "key")), queries


@pytest.fixture
def case(tmp_path):
    with make_case(tmp_path) as made:
        yield made


def entry_id(case, name):
    queries = Queries(case.folder)
    (number,) = queries.rows(int, "SELECT id FROM entry WHERE name = ?", (name,))
    queries.close()
    return number


def test_a_finding_says_what_where_how_and_how_sure(case):
    report, queries = report_of(case)
    (finding,) = report.findings()
    assert (finding.number, finding.file.name, finding.state) == (1, "IMG_0001.jpg", "live")
    assert (finding.address, finding.volume_offset) == (100, 1_048_576)
    assert finding.place.source_sha256 == queries.evidence()[0].sha256_before
    assert (finding.certainty.word, finding.certainty.rule) == ("confirmed", "exact")
    assert [(match.list, match.list_version) for match in finding.matches] == [("daftar-a", "aaaaaaaa")]
    assert [(ran.extractor, ran.version) for ran in finding.readers] == [("photos", "1")]
    (carried,) = finding.carried.rows
    assert carried.mention.sender == "+62 000 0000 002"
    assert carried.commands[-1] == """sqlite3 -line base.db 'SELECT * FROM "message" WHERE "rowid" = 0'"""
    assert finding.limits == ("exact", "use")
    queries.close()


def test_what_was_tagged_is_a_finding_and_can_be_the_only_one(case):
    tagged = entry_id(case, "IMG_0002.jpg")
    tag(case, [tagged], "penting")
    note(case, tagged, "lihat posisi")
    for select, names in (
        ("all", ["IMG_0001.jpg", "IMG_0002.jpg"]),
        ("hits", ["IMG_0001.jpg"]),
        ("tagged", ["IMG_0002.jpg"]),
    ):
        report, queries = report_of(case, select=select)
        found = list(report.findings())
        assert [each.file.name for each in found] == names
        assert [each.number for each in found] == list(range(1, len(names) + 1))
        queries.close()
    assert (found[0].state, found[0].certainty.word, found[0].tags) == ("deleted", "assessed", ("penting",))
    assert found[0].notes[0].body == "lihat posisi"


def test_a_narrow_selection_leaves_out_other_conversations(case):
    everything, queries = report_of(case)
    assert [thread.messages for thread in everything.threads()] == [2]
    assert len(list(everything.messages(everything.threads()[0]))) == 2
    queries.close()
    tagged, queries = report_of(case, select="tagged")
    assert tagged.threads() == []
    queries.close()


def logged(case):
    queries = Queries(case.folder)
    events = queries.custody()
    queries.close()
    return events


def add_exhibit(case, folder):
    """A second exhibit with one file that matched nothing."""
    source = folder / "kedua.dd"
    source.write_bytes(b"another" * 100)
    root = Entry(Locator(), source.name, Kind.OTHER, path="/")
    evidence = case.add_evidence(source, exhibit="BB-02", format_name="raw", size=source.stat().st_size, root=root)
    run = case.start_run(evidence, Settings(), {})
    digest(case, evidence, source, "before")
    case.end_run(run, "done")


def test_one_exhibit_alone_is_as_if_it_were_the_whole_case(case, tmp_path):
    add_exhibit(case, tmp_path)
    both, first, second = (Queries(case.folder, exhibit=label) for label in (None, "BB-01", "BB-02"))
    assert [len(each.evidence()) for each in (both, first, second)] == [2, 1, 1]
    assert [each.summary().messages for each in (both, first, second)] == [2, 2, 0]
    assert [each.notable_files() for each in (both, first, second)] == [1, 1, 0]
    assert [len(list(each.view_rows("v_files", ["path"]))) for each in (both, first, second)] == [5, 4, 1]
    assert [row.exhibit for row in second.standings()] == ["BB-02"]
    for each in (both, first, second):
        each.close()


def test_an_exhibit_that_is_not_there_is_named(case):
    with pytest.raises(UserError, match=r"BB-09.*BB-01"):
        Queries(case.folder, exhibit="BB-09")


def test_what_was_asked_for_goes_to_the_log(case):
    write_report(case, ReportWish(language="en", select="hits", exhibit="BB-01", zone="WIT"))
    (asked,) = [event.data for event in logged(case) if event.action == "report.start"]
    assert (asked["select"], asked["exhibit"], asked["zone"]) == ("hits", "BB-01", "WIT")


@pytest.mark.parametrize("choice", [{"select": "some"}, {"zone": "CET"}, {"formats": ("doc",)}, {"images": "huge"}])
def test_a_choice_that_is_none_is_refused(choice):
    with pytest.raises(UserError):
        ReportWish(**choice).check()


def test_the_scale_of_certainty(case):
    report, queries = report_of(case)
    (finding,) = report.findings()
    exact = finding.matches[0]
    print_ = replace(exact, how="fingerprint", value="pdq:00", distance=12.0)
    queries.close()
    for matches, state, viewed, word in (
        ([exact], "carved", False, "confirmed"),
        ([replace(exact, value="md5:00")], "live", False, "confirmed"),
        ([print_], "live", False, "indication"),
        ([print_], "live", True, "probable"),
        ([print_], "deleted", True, "incomplete"),
        ([replace(exact, how="term")], "live", True, "indication"),
        ([replace(exact, how="rule")], "carved", True, "incomplete"),
        ([print_, exact], "live", False, "confirmed"),
        ([], "live", True, "assessed"),
    ):
        assert certainty_of(matches, state, viewed=viewed).word == word
    assert limits_of([print_, print_, exact], "carved") == ("fingerprint", "exact", "carved", "use")


def test_the_state_of_a_file(case):
    report, queries = report_of(case)
    file = next(report.findings()).file
    queries.close()
    for change, state in (
        ({}, "live"),
        ({"deleted": True}, "deleted"),
        ({"deleted": True, "path": "/$OrphanFiles/a.jpg"}, "recovered"),
        ({"deleted": True, "locator": "volume:p1@512|free:/$Unallocated@512|carved:jpeg@1000~7"}, "carved"),
        ({"path": "/data/media/0/DCIM/.thumbnails/1.jpg"}, "cache"),
        ({"path": "/Users/a/AppData/Local/Microsoft/Windows/Explorer/thumbcache_256.db/1.jpg"}, "cache"),
        ({"path": "/Users/a/Cachetur.jpg"}, "live"),
        ({"locator": "not a locator"}, "live"),
    ):
        assert state_of(replace(file, **change)) == state


def test_every_word_of_the_scale_has_its_text():
    from triage.report import certainty

    for language in ("id", "en"):
        say = Say(language)
        names = [f"state_{each}" for each in certainty.STATES] + [f"certain_{each}" for each in certainty.CERTAINTIES]
        names += [f"rule_{each}" for each in certainty.RULES]
        names += [f"bound_{each}" for each in ("exact", "fingerprint", "term", "rule", *certainty.STATES[1:], "use")]
        assert [each for each in names if not say.has(f"paper.{each}")] == []


def test_moments_in_words():
    english, indonesian = Say("en"), Say("id")
    stamp = "2026-03-06T20:30:05.25Z"
    assert in_words(stamp, indonesian, "WIB") == "7 Maret 2026, 03.30.05 WIB (6 Maret 2026, 20.30.05 UTC)"
    assert in_words(stamp, english, "WIT") == "7 March 2026, 05:30:05 WIT (6 March 2026, 20:30:05 UTC)"
    assert in_words("2026-03-06T01:00:00Z", english, "WITA") == "6 March 2026, 09:00:00 WITA (01:00:00 UTC)"
    assert in_words(stamp, english, "UTC", seconds=False) == "6 March 2026, 20:30 UTC"
    assert in_words("2026-03-06T01:00:00", english, "WIB") == "6 March 2026, 01:00:00 (zone unknown)"
    assert in_words(None, english, "WIB") == "—"
    assert in_words("9999-12-31T23:59:59Z", english, "WIB") == "9999-12-31T23:59:59Z"
    assert in_words("-4712-01-01T00:00:00Z", english, "WIB") == "-4712-01-01T00:00:00Z"
    assert day_in_words(stamp, indonesian, "WIB") == "Sabtu, 7 Maret 2026"

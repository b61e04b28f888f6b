"""Facts, exhibits, photographs, hand-overs: corrected by new rows alone, and every row covered by the log."""

import hashlib
import json
import sqlite3

import pytest
from PIL import Image

from triage.case import Case
from triage.custody import read_events
from triage.errors import CaseError, UserError
from triage.model import Entry, Kind, Locator
from triage.queries import Queries
from triage.statements import (
    Handover,
    add_exhibit,
    add_photograph,
    hand_over,
    imei_fits,
    moment,
    set_case,
    set_exhibit,
    withdraw_handover,
    withdraw_photograph,
)

HANDOVER = Handover("Penyidik A", "Pemeriksa B", "2026-03-02 08:00 WITA", "pemeriksaan", "intact", "S-17")


@pytest.fixture
def case(tmp_path):
    with Case.open_or_create(tmp_path / "case", actor="tester") as opened:
        yield opened


@pytest.fixture
def queries(case):
    reader = Queries(case.folder)
    yield reader
    reader.close()


def actions(case):
    return [event.action for event in read_events(case.folder / "custody.jsonl")]


def test_a_correction_is_a_new_row_and_the_earlier_one_stays(case, queries):
    set_case(case, {"examiner": ["A Rekaan", "B Rekaan"], "number": ["LP/000"]})
    set_case(case, {"examiner": ["C Rekaan"]})
    assert queries.case_facts() == {"number": ("LP/000",), "examiner": ("C Rekaan",)}
    told = [(row.name, row.values, row.state) for row in queries.stated(about_case=True)]
    assert told == [
        ("examiner", ("A Rekaan", "B Rekaan"), "corrected"),
        ("number", ("LP/000",), "current"),
        ("examiner", ("C Rekaan",), "current"),
    ]


def test_a_fact_can_be_taken_back_and_stated_again(case, queries):
    set_case(case, {"agency": ["Rekaan"]})
    set_case(case, {"agency": []})
    assert queries.case_facts() == {}
    assert [row.state for row in queries.stated(about_case=True)] == ["corrected", "withdrawal"]
    set_case(case, {"agency": ["Rekaan Dua"]})
    assert queries.case_facts() == {"agency": ("Rekaan Dua",)}


def test_facts_for_the_title_of_a_report(case, queries):
    set_case(case, {"warrant": ["SP/1", "SP/2"], "other:Nomor register": ["R-9"]})
    assert queries.facts()["warrant"] == "SP/1; SP/2"
    assert queries.facts()["other:Nomor register"] == "R-9"


@pytest.mark.parametrize(
    ("key", "values", "why"),
    [
        ("nummer", ["1"], "there is no fact 'nummer'; there are: number"),
        ("number", ["1", "2"], "one value is possible"),
        ("number", ["  "], "empty"),
        ("number", ["x" * 4001], "4,001 characters"),
        ("number", ["a\u202eb"], r"U\+202E"),
        ("number", ["a\nb"], r"U\+000A"),
        ("zone", ["CET"], "not one of WIB, WITA, WIT, UTC"),
        ("fictional", ["maybe"], "not one of yes, no"),
    ],
)
def test_a_value_that_cannot_stand_is_refused_in_one_line(case, key, values, why):
    with pytest.raises(UserError, match=why) as raised:
        set_case(case, {key: values})
    assert "\n" not in str(raised.value)
    assert actions(case) == ["case.create", "case.open"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("2026-03-01 14:30 WIB", "2026-03-01T14:30:00+07:00"),
        ("2026-03-01 14.30 wita", "2026-03-01T14:30:00+08:00"),
        ("2026-03-01 14:30:05 WIT", "2026-03-01T14:30:05+09:00"),
        ("2026-03-01T14:30:00Z", "2026-03-01T14:30:00+00:00"),
        ("2026-03-01T14:30+0530", "2026-03-01T14:30:00+05:30"),
    ],
)
def test_a_time_keeps_its_zone(text, kept):
    assert moment(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01",
        "2026-03-01 14:30",
        "1 Maret 2026",
        "2026-02-30 14:30 WIB",
        "2026-03-01 25:00 WIB",
        "2026-03-01 14:30 CET",
    ],
)
def test_a_time_without_day_hour_or_zone_is_refused(text):
    with pytest.raises(UserError, match="write it as 2026-03-01 14:30 WIB"):
        moment(text)


def test_the_check_digit_of_an_imei():
    assert imei_fits("490154203237518") is True  # the example of 3GPP TS 23.003
    assert imei_fits("490154203237519") is False
    assert imei_fits("4901542032375186") is None


def test_an_exhibit_and_what_is_said_of_it(case, queries):
    add_exhibit(
        case, "BB-01", {"serial": ["SN-1"], "imei": ["49 0154-2032.37518"], "seized_at": ["2026-03-01 14:30 WIB"]}
    )
    set_exhibit(case, "BB-01", {"serial": ["SN-2", "SN-3"]})
    (row,) = queries.exhibit_rows()
    assert row.facts == {
        "imei": ("490154203237518",),
        "seized_at": ("2026-03-01T14:30:00+07:00",),
        "serial": ("SN-2", "SN-3"),
    }
    (shown,) = queries.rows(lambda *row: row, "SELECT label, serial, imei, photographs, handovers FROM v_exhibits")
    assert shown == ("BB-01", "SN-2; SN-3", "490154203237518", 0, 0)
    with pytest.raises(UserError, match="there is an exhibit with this label"):
        add_exhibit(case, "BB-01", {})
    with pytest.raises(UserError, match="no exhibit with this label"):
        set_exhibit(case, "BB-02", {"serial": ["x"]})


def test_a_scan_goes_into_the_exhibit_of_its_label(case, queries, tmp_path):
    number = add_exhibit(case, "BB-01", {"kind": ["stik"]})
    root = Entry(Locator(), "stick", Kind.FOLDER)
    for source, label in (("a.dd", "BB-01"), ("b.dd", "BB-02")):
        case.add_evidence(tmp_path / source, exhibit=label, format_name="raw", size=1, root=root)
    assert queries.rows(int, "SELECT exhibit_id FROM evidence ORDER BY id") == [number, number + 1]
    assert [row.sources for row in queries.exhibit_rows()] == [(str(tmp_path / "a.dd"),), (str(tmp_path / "b.dd"),)]


def test_handovers_are_corrected_and_withdrawn_once(case, queries):
    add_exhibit(case, "BB-01", {})
    first = hand_over(case, "BB-01", HANDOVER)
    second = hand_over(case, "BB-01", HANDOVER, corrects=first)
    withdraw_handover(case, "BB-01", second)
    third = hand_over(case, "BB-01", HANDOVER)
    assert [(row.number, row.state, row.corrects) for row in queries.handovers()] == [
        (first, "corrected", None),
        (second, "withdrawn", first),
        (third, "current", None),
        (second + 1, "withdrawal", second),
    ]
    assert queries.exhibit_rows()[0].handovers[0].handed_at == "2026-03-02T08:00:00+08:00"
    for number in (first, second, 99):
        with pytest.raises(UserError, match="does not stand"):
            hand_over(case, "BB-01", HANDOVER, corrects=number)
        with pytest.raises(UserError, match="does not stand"):
            withdraw_handover(case, "BB-01", number)


def test_handovers_stand_in_order_of_time_whatever_the_zone(case, queries):
    add_exhibit(case, "BB-01", {})
    for at in ("2026-03-02 08:00 WIB", "2026-03-02 08:30 WITA", "2026-03-02 00:45 UTC"):
        hand_over(case, "BB-01", Handover("A", "B", at, "x", "none"))
    assert [row.handed_at[11:16] for row in queries.handovers()] == ["08:30", "00:45", "08:00"]


def test_a_photograph_is_copied_byte_for_byte(case, queries, tmp_path):
    add_exhibit(case, "BB-01", {})
    Image.new("RGB", (8, 8), "red").save(tmp_path / "depan.jpg")
    content = (tmp_path / "depan.jpg").read_bytes()
    number = add_photograph(case, "BB-01", tmp_path / "depan.jpg", caption="depan", taken_at="2026-03-01 15:00 WIB")
    (photograph,) = queries.exhibit_rows()[0].photographs
    assert (case.folder / photograph.file).read_bytes() == content
    assert photograph.sha256 == hashlib.sha256(content).hexdigest()
    assert (photograph.original, photograph.caption, photograph.size) == ("depan.jpg", "depan", len(content))
    withdraw_photograph(case, "BB-01", number)
    assert queries.exhibit_rows()[0].photographs == ()
    assert (case.folder / photograph.file).is_file()
    assert [row.state for row in queries.photographs()] == ["withdrawn", "withdrawal"]


@pytest.mark.parametrize("content", [b"", b"no picture", b"\xff\xd8\xff\xe0 cut short", b"GIF89a"])
def test_what_is_no_photograph_is_refused(case, tmp_path, content):
    add_exhibit(case, "BB-01", {})
    (tmp_path / "x.jpg").write_bytes(content)
    with pytest.raises(UserError, match=r"x\.jpg: "):
        add_photograph(case, "BB-01", tmp_path / "x.jpg")
    assert list((case.folder / "photographs").iterdir()) == []


def test_every_act_is_two_events_and_the_first_covers_the_rows(case):
    set_case(case, {"number": ["LP/000"]})
    add_exhibit(case, "BB-01", {"serial": ["SN-1"]})
    hand_over(case, "BB-01", HANDOVER)
    assert actions(case) == [
        *("case.create", "case.open", "case.facts.start", "case.facts.end", "exhibit.start", "exhibit.end"),
        *("handover.start", "handover.end"),
    ]
    (event,) = [each for each in read_events(case.folder / "custody.jsonl") if each.action == "handover.start"]
    database = sqlite3.connect(case.folder / "case.db")
    rows = database.execute("SELECT * FROM handover").fetchall()
    database.close()
    text = json.dumps(rows, separators=(",", ":"))
    assert event.data["added"] == {"handover": [1, 1, hashlib.sha256(text.encode()).hexdigest()]}


@pytest.mark.parametrize("sql", ["UPDATE stated SET value = 'x'", "DELETE FROM stated", "DELETE FROM exhibit"])
def test_the_database_refuses_to_change_what_was_stated(case, sql):
    add_exhibit(case, "BB-01", {"serial": ["SN-1"]})
    database = sqlite3.connect(case.folder / "case.db")
    with pytest.raises(sqlite3.IntegrityError, match="only added"):
        database.execute(sql)
    database.close()


def test_rows_that_cannot_be_written_are_told_in_the_log(case, monkeypatch):
    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("triage.appended.write", full)
    with pytest.raises(CaseError, match="free some space"):
        set_case(case, {"number": ["1"]})
    assert actions(case)[-2:] == ["case.facts.start", "case.facts.failed"]

"""Breaks, the exposure ledger, schemes with their keys, what a unit sets."""

import json
from datetime import datetime, timedelta, timezone

import pytest

from triage.errors import UserError
from triage.reviewing import (
    Act,
    Exposure,
    History,
    Ledger,
    Pace,
    Preferences,
    day_totals,
    grading_schemes,
    keep_preferences,
    recall_preferences,
    take_scheme,
)
from triage.reviewing.exposure import moment, write_totals

MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=timezone(timedelta(hours=7)))


def after(**more):
    return MORNING + timedelta(**more)


@pytest.fixture
def pace():
    return Pace(
        Preferences(break_after_minutes=2, break_each_minutes=60, break_after_viewed=5, day_minutes=10), MORNING
    )


def test_nothing_is_due_before_anything_was_seen(pace):
    assert pace.due(after(hours=9)) is None


def test_a_break_is_due_after_so_much_revealed(pace):
    pace.saw(119, after(minutes=2))
    assert pace.due(after(minutes=2)) is None
    pace.saw(1, after(minutes=3))
    assert (pace.due(after(minutes=3)).why, pace.due(after(minutes=3)).amount) == ("revealed", 2)


def test_a_break_is_due_after_so_many_seen(pace):
    for number in range(5):
        pace.saw(1, after(seconds=10 * number))
    assert pace.due(after(minutes=1)).why == "viewed"


def test_a_break_is_due_after_so_much_work_and_begins_anew_when_taken(pace):
    for minute in range(0, 64, 4):
        pace.saw(1, after(minutes=minute)) if minute % 16 == 0 else pace.saw(0, after(minutes=minute))
        pace._viewed = 1  # the number seen is another test's matter
    assert pace.due(after(minutes=60)).why == "work"
    pace.took_break(after(minutes=60))
    assert pace.due(after(minutes=61)) is None


def test_five_quiet_minutes_are_a_break(pace):
    pace.saw(119, after(minutes=2))
    pace.saw(5, after(minutes=9))
    assert pace.due(after(minutes=9)) is None


def test_a_reminder_that_is_put_off_comes_back(pace):
    pace.saw(130, after(minutes=3))
    pace.put_off(after(minutes=3))
    assert pace.due(after(minutes=12)) is None
    assert pace.due(after(minutes=13)).why == "revealed"


def test_the_limit_of_the_day_stands_until_it_is_passed_and_the_next_day_begins_anew(pace):
    pace.saw(600, after(minutes=10))
    pace.put_off(after(minutes=10))
    assert pace.due(after(minutes=10)).why == "day"
    assert pace.over(after(minutes=10))
    pace.pass_limit()
    assert not pace.over(after(minutes=11))
    pace.saw(1, after(days=1))
    assert pace.today == 1
    assert not pace.over(after(days=1))


def test_what_was_seen_before_on_this_day_counts():
    assert Pace(Preferences(day_minutes=1), MORNING, today=60).over(MORNING)


def test_zero_switches_a_reminder_off():
    quiet = Pace(
        Preferences(break_after_minutes=0, break_each_minutes=0, break_after_viewed=0, day_minutes=0, late_hour=0),
        MORNING,
    )
    quiet.saw(1e6, after(hours=15))
    assert quiet.due(after(hours=15)) is None


def test_late_is_said_once():
    late = Pace(Preferences(late_hour=16), MORNING)
    late.saw(1, after(hours=9))
    assert late.due(after(hours=9)).why == "late"
    late.put_off(after(hours=9))
    assert late.due(after(hours=9, minutes=11)) is None


def line(day, actor="Penyidik A", event="viewed", **more):
    return Exposure(at=f"2026-03-{day:02}T05:00:00Z", actor=actor, event=event, **more)


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path)


def test_the_ledger_sums_by_day_and_person(ledger):
    for each in (
        line(1, seconds=2.0, severity="A"),
        line(1, seconds=3.0, severity="A", again=True),
        line(1, event="break"),
        line(1, event="put_off", reason="segera"),
        line(1, actor="Penyidik B", seconds=1.0),
        line(2, seconds=4.0, severity="B"),
    ):
        ledger.add(each)
    lines, broken = ledger.read()
    assert broken is None
    totals = day_totals(lines)
    assert [(each.day, each.actor) for each in totals] == [
        ("2026-03-02", "Penyidik A"), ("2026-03-01", "Penyidik B"), ("2026-03-01", "Penyidik A"),
    ]  # fmt: skip
    last = totals[-1]
    assert (last.viewed, last.different, last.seconds, last.breaks, last.put_off) == (2, 1, 5.0, 1, 1)
    assert last.severities == {"A": 2}


def test_a_line_that_was_changed_or_taken_out_shows(ledger):
    for day in range(1, 5):
        ledger.add(line(day, seconds=1.0))
    rows = ledger.path.read_text(encoding="utf-8").splitlines(keepends=True)
    ledger.path.write_text("".join([rows[0], rows[1].replace("1.0", "0.5"), *rows[2:]]), encoding="utf-8")
    assert ledger.read()[1] == 2
    ledger.path.write_text("".join([rows[0], *rows[2:]]), encoding="utf-8")
    assert ledger.read()[1] == 2


def test_another_process_goes_on_where_the_first_ended(ledger, tmp_path):
    ledger.add(line(1))
    Ledger(tmp_path).add(line(2))
    assert ledger.read()[1] is None
    assert len(ledger.read()[0]) == 2


@pytest.mark.parametrize(
    "text", ["", "no json\n", "[]\n", '{"at": 1}\n', '{"at": "x", "actor": "y", "event": "viewed", "seconds": "z"}\n']
)
def test_a_ledger_of_nonsense_is_told_and_not_fatal(ledger, text):
    ledger.path.write_text(text, encoding="utf-8")
    lines, broken = ledger.read()
    assert lines == []
    assert (broken == 1) == bool(text)


def test_no_cell_of_the_export_is_a_formula(ledger, tmp_path):
    write_totals(day_totals([line(1, actor="=1+1", seconds=1.0)]), tmp_path / "out.csv")
    assert "'=1+1" in (tmp_path / "out.csv").read_text(encoding="utf-8")


def test_moments_are_utc():
    assert moment(MORNING) == "2026-03-02T01:00:00Z"


def test_every_shipped_scheme_has_a_key_for_each_category(tmp_path):
    found = grading_schemes(tmp_path)
    assert {"vics-2.0-us", "indonesia"} <= {each.id for each in found}
    for scheme in found:
        keys = [each.key for each in scheme.categories]
        assert len(set(keys)) == len(keys)
        assert all(len(key) == 1 for key in keys)


def scheme(folder, text):
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_keys_are_those_stated_else_the_code_else_the_next_free_one(tmp_path):
    text = 'id = "x"\ntitle = "X"\n[categories]\n1 = "one"\nlong = "two"\nc = "three"\nq = "four"\n[keys]\nlong = "q"\n'
    taken = take_scheme(scheme(tmp_path, text), tmp_path / "home")
    keys = {each.code: each.key for each in taken.categories}
    assert keys["1"] == "1"
    assert keys["long"] == "q"
    assert keys["c"] not in {"c", ""}  # c compares
    assert keys["q"] not in {"q", "", keys["c"]}
    assert taken.by_key("Q").code == "long"
    assert [each.id for each in grading_schemes(tmp_path / "home") if each.id == "x"] == ["x"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        'id = "x"\ntitle = "X"\n',
        "no toml [",
        'id = "x"\ntitle = "X"\n[categories]\n1="a"\n[thresholds]\n1="many"\n',
    ],
)
def test_a_scheme_that_is_none_is_refused_in_one_line(tmp_path, text):
    with pytest.raises(UserError, match=r"own\.toml"):
        take_scheme(scheme(tmp_path, text), tmp_path / "home")
    assert not (tmp_path / "home" / "schemes").exists()


def test_an_id_cannot_lead_out_of_the_folder(tmp_path):
    take_scheme(scheme(tmp_path, 'id = "../../x"\ntitle = "X"\n[categories]\n1 = "one"\n'), tmp_path / "home")
    assert [path.parent for path in tmp_path.rglob("*x.toml")] == [tmp_path / "home" / "schemes"]


def test_preferences_are_kept_and_bounded(tmp_path):
    chosen = Preferences(scheme="indonesia", thresholds={"indonesia": {"1": 10}}, day_minutes=120)
    keep_preferences(tmp_path, chosen)
    assert recall_preferences(tmp_path) == chosen
    path = tmp_path / "reviewing.json"
    path.write_text(json.dumps({"day_minutes": 9999, "late_hour": -3, "scheme": 5, "thresholds": [1], "more": 1}))
    assert recall_preferences(tmp_path) == Preferences(day_minutes=300, late_hour=0)
    path.write_text("nonsense")
    assert recall_preferences(tmp_path) == Preferences()


def test_history_goes_back_and_forth_and_a_new_act_ends_what_was_undone():
    history, one, other = History(), Act("s", {1: None}, {1: ("a", "A")}), Act("s", {1: None}, {1: ("b", "B")})
    history.did(one)
    history.undid(one)
    assert (history.done, history.undone) == ([], [one])
    history.redid(one)
    history.undid(one)
    history.did(other)
    assert (history.done, history.undone) == ([other], [])

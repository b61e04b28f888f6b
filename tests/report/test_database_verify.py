"""A change anywhere in a case at rest is found, and placed where rows are concerned."""

import random
import shutil
import sqlite3

import pytest
from PIL import Image
from report_case import make_case

from triage import appended
from triage.queries import Queries
from triage.report import verify
from triage.statements import add_photograph, hand_over, set_case, set_exhibit, tag
from triage.statements.handovers import Handover
from triage.text import Say


@pytest.fixture(scope="module")
def at_rest(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rest")
    with make_case(folder) as case:
        queries = Queries(case.folder)
        case.custody.append("run.start", "again", {})
        case.custody.append("run.end", "again", {"tables": queries.table_digests()})
        queries.close()
        set_case(case, {"agency": ["Rekaan"]})
        set_exhibit(case, "BB-01", {"serial": ["SN-1"]})
        hand_over(case, "BB-01", Handover("A", "B", "2026-03-02 08:00 WIB", "x", "intact"))
        tag(case, [2], "penting")
        Image.new("RGB", (8, 8)).save(folder / "a.png")
        add_photograph(case, "BB-01", folder / "a.png")
    return case.folder


@pytest.fixture
def copy(at_rest, tmp_path):
    return shutil.copytree(at_rest, tmp_path / "kasus")


def failed(folder):
    return [check.text(Say("en")) for check in verify(folder, evidence=False).checks if check.ok is False]


def change(folder, *statements):
    """As somebody with another program does: the triggers are no hindrance."""
    database = sqlite3.connect(folder / "case.db")
    for table in appended.TABLES:
        database.execute(f"DROP TRIGGER {table}_update")
        database.execute(f"DROP TRIGGER {table}_delete")
    for each in statements:
        database.execute(each)
    database.commit()
    database.execute("PRAGMA journal_mode = DELETE")
    database.close()


def test_a_case_at_rest_holds(copy):
    assert failed(copy) == []
    words = {check.words for check in verify(copy, evidence=False).checks}
    assert {"file_at_rest", "tables_same", "stated_same", "photograph_same"} <= words


def test_any_byte_of_the_database_files(copy):
    chance = random.Random(7)
    for name in ("case.db", "thumbs.db"):
        content = (copy / name).read_bytes()
        for _ in range(12):
            place = chance.randrange(len(content))
            changed = bytearray(content)
            changed[place] ^= 1 << chance.randrange(8)
            (copy / name).write_bytes(changed)
            found = failed(copy)
            assert any(text.startswith(f"{name}: CHANGED") or "cannot be read" in text for text in found), place
        (copy / name).write_bytes(content)


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        (
            "UPDATE content SET length = length + 1 WHERE entry_id = 2",
            "table content was changed, first between its rows 1 and",
        ),
        ("UPDATE problem SET detail = 'x'", "table problem was changed"),
        ("UPDATE evidence SET size = 1", "table evidence was changed"),
        ("UPDATE run SET program = '9'", "table run was changed"),
        ("INSERT INTO fact VALUES ('x', 'y')", "table fact was changed"),
        ("UPDATE stated SET value = 'SN-2' WHERE name = 'serial'", "rows 2 to 2 of stated are not as event"),
        ("DELETE FROM handover", "rows 1 to 1 of handover are not as event"),
        ("UPDATE tag SET actor = 'x'", "rows 1 to 1 of tag are not as event"),
        ("UPDATE exhibit SET label = 'BB-02'", "rows 1 to 1 of exhibit are not as event"),
        ("INSERT INTO tag VALUES (9, 2, 'x', NULL, NULL, 0, '2026', 'a')", "tag has rows after number 1"),
    ],
)
def test_what_was_changed_is_named(copy, sql, named):
    change(copy, sql)
    found = failed(copy)
    assert any(named in text for text in found), found
    assert any(text.startswith("case.db: CHANGED") for text in found)


def test_a_preview_that_was_changed_is_named(copy):
    database = sqlite3.connect(copy / "thumbs.db")
    database.execute("UPDATE preview SET width = 1")
    database.commit()
    database.close()
    assert any("table preview was changed" in text for text in failed(copy))


def test_photographs(copy):
    (path,) = (copy / "photographs").iterdir()
    path.write_bytes(path.read_bytes() + b"x")
    assert any(path.name in text for text in failed(copy))
    path.unlink()
    assert any(path.name in text for text in failed(copy))


def test_an_act_that_a_power_cut_broke_off_is_no_failure(at_rest, tmp_path):
    folder = tmp_path / "kasus"
    with make_case(tmp_path) as case:
        case.custody.append("tag.start", "2", {"added": {"tag": [1, 1, "00" * 32]}})
        assert failed(folder) == []
        tag(case, [2], "penting")
        assert failed(folder) == []
    assert failed(folder) == []

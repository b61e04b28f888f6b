"""Looks into entries of a real case: through the process of their own, with what breaks it."""

from __future__ import annotations

import os
import sqlite3
import threading

import pytest
from making.photos import make_photo

from triage.case import Case
from triage.errors import EvidenceError, Unreadable, UserError
from triage.queries import Queries
from triage.run import run
from triage.settings import Settings
from triage.viewing import Bytes, Find, GetBytes, GetPicture, GetRows, GetTables, GetText, GetTree, Node, Viewer

BODY = b"0123456789abcdef" * 300 + b"NEEDLE" + b"tail"


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    """Name -> what it takes to open it, of a folder that was examined; and a viewer over it."""
    place = tmp_path_factory.mktemp("viewing")
    folder = place / "evidence"
    folder.mkdir()
    (folder / "data.bin").write_bytes(BODY)
    (folder / "letter.txt").write_text("Halo, apa kabar?\r\n" * 10, encoding="utf-16-le")
    make_photo(folder / "foto.jpg", size=(3000, 2000), orientation=6)
    (folder / "settings.json").write_text('{"user": "budi"}', encoding="utf-8")
    database = sqlite3.connect(folder / "app.db")
    database.execute("PRAGMA journal_mode=WAL")
    database.executescript(
        "CREATE TABLE message (id INTEGER PRIMARY KEY, body TEXT, raw BLOB); CREATE VIEW trap AS SELECT 1;"
    )
    database.executemany("INSERT INTO message VALUES (?, ?, ?)", [(n, f"pesan {n}", b"\x01") for n in range(1, 31)])
    database.commit()
    case = Case.open_or_create(place / "case", actor="Sari")
    run(case, folder, exhibit="A", settings=Settings(workers=1, hash_source=False))
    case.close()
    queries = Queries(place / "case")
    found = {row.name: queries.held(row.id) for row in queries.file_rows(queries.file_ids()).values()}
    queries.close()
    viewer = Viewer(folder, scratch=place / "case" / "scratch", settings=Settings())
    yield found, viewer
    viewer.close()
    database.close()  # only now: it would put its log into the main file


def test_bytes_and_their_size(held):
    found, viewer = held
    assert viewer.look(found["data.bin"].taken, GetBytes(16, 4)) == Bytes(16, b"0123", len(BODY))
    assert viewer.look(found["data.bin"].taken, GetBytes(10**9, 4)) == Bytes(10**9, b"", len(BODY))


def test_a_picture_as_people_see_it(held):
    found, viewer = held
    whole = viewer.look(found["foto.jpg"].taken, GetPicture(2400))
    assert (whole.width, whole.height) == (1600, 2400)  # turned, as its EXIF says
    assert whole.jpeg.startswith(b"\xff\xd8")
    small = viewer.look(found["foto.jpg"].taken, GetPicture(600))
    assert (small.width, small.height) == (400, 600)
    with pytest.raises(EvidenceError):
        viewer.look(found["data.bin"].taken, GetPicture(600))


def test_finding(held):
    found, viewer = held
    taken = found["data.bin"].taken
    assert viewer.look(taken, Find(b"needle", 0)) == BODY.index(b"NEEDLE")
    assert viewer.look(taken, Find(b"needle", BODY.index(b"NEEDLE") + 1)) is None
    assert viewer.look(taken, Find(b"", 0)) is None


def test_text(held):
    found, viewer = held
    text = viewer.look(found["letter.txt"].taken, GetText(0, 40))
    assert text.encoding == "utf-16-le"
    assert text.body == "Halo, apa kabar?\nHal"[: len(text.body)]
    assert text.following == 40


def test_tables_and_rows_with_the_log(held):
    found, viewer = held
    (table,) = viewer.look(found["app.db"].taken, GetTables())
    assert (table.name, table.columns, table.rows) == ("message", ("id", "body", "raw"), 30)
    rows = viewer.look(found["app.db"].taken, GetRows("message", 28, 10))
    assert rows.rows == (("29", "pesan 29", "x'01'"), ("30", "pesan 30", "x'01'"))
    with pytest.raises(EvidenceError, match="no ordinary table trap"):
        viewer.look(found["app.db"].taken, GetRows("trap", 0, 10))


def test_trees(held):
    found, viewer = held
    assert viewer.look(found["settings.json"].taken, GetTree()).nodes == (Node(0, "", None), Node(1, "user", "budi"))
    with pytest.raises(EvidenceError):
        viewer.look(found["data.bin"].taken, GetTree())


def test_a_look_that_takes_too_long_ends_and_the_next_one_works(held):
    found, viewer = held
    with pytest.raises(Unreadable, match="within the time"):
        viewer.look(found["data.bin"].taken, GetBytes(0, 1), seconds=-1.0)
    assert viewer.look(found["data.bin"].taken, GetBytes(0, 1)).data == b"0"


def test_a_process_that_dies_is_one_line(held):
    found, viewer = held
    viewer.look(found["data.bin"].taken, GetBytes(0, 1))
    os.kill(viewer._child.process.pid, 9)
    viewer._child.process.join(30)
    with pytest.raises(Unreadable, match="died"):
        viewer.look(found["data.bin"].taken, GetBytes(0, 1))
    assert viewer.look(found["data.bin"].taken, GetBytes(0, 1)).data == b"0"


def test_evidence_that_is_gone_says_so(held, tmp_path):
    found, _ = held
    viewer = Viewer(tmp_path / "away.img", scratch=tmp_path / "scratch", settings=Settings())
    with pytest.raises(UserError, match="away"):
        viewer.look(found["data.bin"].taken, GetBytes(0, 1))
    closing = threading.Thread(target=viewer.close)
    closing.start()
    closing.join(30)
    with pytest.raises(Unreadable, match="closed"):
        viewer.look(found["data.bin"].taken, GetBytes(0, 1))


def test_facts_of_one_entry(held, tmp_path):
    found, _ = held
    place = found["app.db"].source.parent / "case"
    queries = Queries(place)
    try:
        (facts,) = [each for each in queries.facts_of(found["app.db"].taken.id) if each.kind == "table_inventory"]
        assert facts.total == 1
        assert dict(zip(facts.names, facts.rows[0], strict=True))["rows"] == "30"
        assert queries.held(10**6) is None
    finally:
        queries.close()

"""Looking into a file through the tabs below the table: real widgets, a real case, evidence read by the process of its own."""

from __future__ import annotations

import sqlite3

import pytest
from desktop_fakes import Steered

from triage.case import Case
from triage.run import run
from triage.settings import Settings
from triage.ui.entry_bytes import lines_of, wanted_bytes
from triage.ui.entry_structure import line_of
from triage.ui.files import FilesPane
from triage.ui.opened import OpenCase
from triage.viewing import Node

LONG = 60_000


@pytest.fixture(scope="module")
def examined(tmp_path_factory):
    """The folder of a case over three files."""
    place = tmp_path_factory.mktemp("viewer")
    folder = place / "evidence"
    folder.mkdir()
    (folder / "a.txt").write_text("Selamat pagi\n" + "x" * 100_000 + "akhir", encoding="utf-8")
    (folder / "b.json").write_text('{"nama": "Budi \\u202e"}', encoding="utf-8")
    database = sqlite3.connect(folder / "c.db")
    database.execute("CREATE TABLE kontak (nama TEXT)")
    database.executemany("INSERT INTO kontak VALUES (?)", [(f"orang {n}",) for n in range(450)])
    database.commit()
    database.close()
    with_case = Case.open_or_create(place / "case", actor="tester")
    run(with_case, folder, exhibit="A", settings=Settings(workers=1, hash_source=False))
    with_case.close()
    return place / "case"


@pytest.fixture
def pane(qtbot, examined, language, alerts):
    case = OpenCase(Case.open(examined, actor="tester"), Steered(), language, alert=alerts.append)
    shown = FilesPane(case)
    qtbot.addWidget(shown)
    shown.resize(1000, 700)
    shown.show()
    shown.reload()
    qtbot.waitUntil(lambda: shown.model.rowCount() == 3, timeout=LONG)
    yield shown
    case.close()


def chosen(qtbot, pane, name, view):
    """The view of this number (facts, text, bytes, structure) in front, over the file of this name."""
    qtbot.waitUntil(lambda: pane.model.index(0, 0).data() != "…", timeout=LONG)
    row = next(row for row in range(3) if pane.model.index(row, 0).data() == name)
    pane.table.selectRow(row)
    pane.viewer.setCurrentWidget(pane.viewer.views[view])
    return pane.viewer.views[view]


def test_text_goes_on_page_by_page(qtbot, pane):
    view = chosen(qtbot, pane, "a.txt", 1)
    qtbot.waitUntil(lambda: view.box.toPlainText().startswith("Selamat pagi"), timeout=LONG)
    assert not view.back.isEnabled()
    view.on.click()
    qtbot.waitUntil(lambda: view.box.toPlainText().endswith("akhir"), timeout=LONG)
    assert not view.on.isEnabled()
    view.back.click()
    qtbot.waitUntil(lambda: view.box.toPlainText().startswith("Selamat pagi"), timeout=LONG)


def test_bytes_are_found(qtbot, pane):
    view = chosen(qtbot, pane, "a.txt", 2)
    qtbot.waitUntil(lambda: "53 65 6c 61 6d 61 74 20" in view.box.toPlainText(), timeout=LONG)
    view.wanted.setText("AKHIR")
    view.search.click()
    qtbot.waitUntil(lambda: "61 6b 68" in view.box.toPlainText(), timeout=LONG)
    assert view.offset == 100_013 // 16 * 16
    view.place.setText("0x10")
    view.place.returnPressed.emit()
    qtbot.waitUntil(lambda: view.box.toPlainText().startswith("000000000010"), timeout=LONG)
    view.place.setText("nowhere")
    view.place.returnPressed.emit()
    assert "Not a number" in view.words.text()


def test_a_table_is_shown_in_pages(qtbot, pane):
    view = chosen(qtbot, pane, "c.db", 3)
    qtbot.waitUntil(lambda: view.model.rowCount() == 200, timeout=LONG)
    assert view.tables.currentText() == "kontak (450)"
    assert view.model.index(0, 0).data() == "orang 0"
    for last in ("orang 399", "orang 449"):
        view.on.click()
        qtbot.waitUntil(lambda last=last: view.model.index(view.model.rowCount() - 1, 0).data() == last, timeout=LONG)
    assert not view.on.isEnabled()


def test_values_are_shown_with_what_hides_in_them(qtbot, pane):
    view = chosen(qtbot, pane, "b.json", 3)
    qtbot.waitUntil(lambda: "nama: Budi [U+202E]" in view.box.toPlainText(), timeout=LONG)


def test_what_has_no_structure_says_so_in_the_view(qtbot, pane, alerts):
    view = chosen(qtbot, pane, "a.txt", 3)
    qtbot.waitUntil(lambda: "no structure" in view.box.toPlainText(), timeout=LONG)
    assert alerts == []


def test_facts_of_the_case(qtbot, pane):
    view = chosen(qtbot, pane, "c.db", 0)
    qtbot.waitUntil(lambda: "kontak" in view.box.toPlainText(), timeout=LONG)
    assert "rows: 450" in view.box.toPlainText()


def test_lines_of_bytes():
    assert lines_of(bytes(range(60, 78)), 32) == [
        "000000000020  3c 3d 3e 3f 40 41 42 43  44 45 46 47 48 49 4a 4b  <=>?@ABCDEFGHIJK",
        "000000000030  4c 4d                                             LM",
    ]


def test_what_is_looked_for():
    assert wanted_bytes("0xffd8 ff") == b"\xff\xd8\xff"
    assert wanted_bytes("0xyz") == b"0xyz"


def test_a_line_of_a_value():
    assert line_of(Node(2, "a\nb", "1")) == "        a[U+000A]b: 1"
    assert line_of(Node(0, "", None)) == ""

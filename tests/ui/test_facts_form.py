"""The form for what a person states: the same entries as the command line makes."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QFileDialog, QLabel

from triage.queries import Queries
from triage.statements import set_case
from triage.ui.facts import FactsDialog


@pytest.fixture
def case(opened):
    return opened(fill=lambda case: set_case(case, {"number": ["LP/000"], "examiner": ["A Rekaan", "B Rekaan"]}))


@pytest.fixture
def dialog(qtbot, case):
    made = FactsDialog(case, None)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.about.fields["number"].text() == "LP/000")
    return made


def kept(qtbot, dialog, button):
    dialog.told.setText("")
    button.click()
    qtbot.waitUntil(lambda: dialog.told.text() != "")
    qtbot.waitUntil(dialog.pages.isEnabled)
    return dialog.told.text()


def read(case, question):
    queries = Queries(case.folder)
    try:
        return question(queries)
    finally:
        queries.close()


def test_facts_of_the_case(qtbot, case, dialog):
    assert dialog.about.fields["examiner"].toPlainText() == "A Rekaan\nB Rekaan"
    dialog.about.fields["examiner"].setPlainText("A Rekaan\n\nC Rekaan")
    dialog.about.fields["number"].setText("")
    dialog.about.fields["zone"].setText("wita")
    assert kept(qtbot, dialog, dialog.keep_case) == "It was kept."
    assert read(case, lambda queries: queries.case_facts()) == {"examiner": ("A Rekaan", "C Rekaan"), "zone": ("WITA",)}


def test_a_value_that_cannot_stand_is_told_and_stays_in_its_field(qtbot, case, dialog):
    dialog.about.fields["zone"].setText("CET")
    assert "not one of WIB" in kept(qtbot, dialog, dialog.keep_case)
    assert dialog.about.fields["zone"].text() == "CET"


def test_an_exhibit_its_photograph_and_a_handover(qtbot, case, dialog, monkeypatch, tmp_path):
    dialog.label.setEditText("BB-01")
    dialog.thing.fields["imei"].setPlainText("490154203237518")
    dialog.thing.fields["seized_at"].setText("2026-03-01 14:30 WIB")
    assert kept(qtbot, dialog, dialog.keep_exhibit) == "It was kept."
    qtbot.waitUntil(dialog.photograph.isEnabled)
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "a.png"), ""))
    assert kept(qtbot, dialog, dialog.photograph) == "It was kept."
    for name, text in {"giver": "A", "receiver": "B", "handed_at": "2026-03-02 08:00 WIB", "purpose": "x"}.items():
        dialog.fields[name].setText(text)
    qtbot.waitUntil(lambda: dialog.exhibit.currentText() == "BB-01")
    assert kept(qtbot, dialog, dialog.keep_handover) == "It was kept."
    (row,) = read(case, lambda queries: queries.exhibit_rows())
    assert row.facts == {"imei": ("490154203237518",), "seized_at": ("2026-03-01T14:30:00+07:00",)}
    assert (len(row.photographs), row.handovers[0].seal) == (1, "intact")


def test_every_field_has_a_name_and_a_label(dialog):
    fields = [
        *dialog.about.fields.values(),
        *dialog.thing.fields.values(),
        *dialog.fields.values(),
        dialog.seal,
        dialog.label,
    ]
    assert all(field.accessibleName() for field in fields)
    assert len({label.buddy() for label in dialog.findChildren(QLabel) if label.buddy()}) == len(fields) + 1


def test_nothing_is_kept_while_evidence_is_examined(qtbot, case, dialog, monkeypatch):
    monkeypatch.setitem(case.scans.at_work, Path("stick.img"), object())
    assert "While evidence is being examined" in kept(qtbot, dialog, dialog.keep_case)
    monkeypatch.undo()

"""What stayed closed gets its password on the board, and the same run goes on."""

from __future__ import annotations

import json

from PySide6.QtWidgets import QInputDialog

from triage.model import Entry, Examined, Kind, Locator, Problem, Status
from triage.settings import Settings
from triage.ui.board import BoardPane


def with_closed_volume(case):
    root = Entry(locator=Locator(), name="x", kind=Kind.FOLDER)
    evidence = case.add_evidence(case.folder / "x", exhibit="A", format_name="folder", size=None, root=root)
    case.start_run(evidence, Settings(carve=True), {})
    (top,) = case.take(evidence, entries=1, size=1)
    problem = Problem(kind="encrypted", stage="list", message="a LUKS volume")
    case.store(evidence, [Examined(entry_id=top.id, status=Status.FAILED, problems=(problem,))])


def test_a_password_goes_on_with_the_same_run(qtbot, opened, monkeypatch):
    case = opened(fill=with_closed_volume)
    pane = BoardPane(case)
    qtbot.addWidget(pane)
    pane.show()
    pane.reload()
    qtbot.waitUntil(lambda: bool(pane.cards))
    (card,) = pane.cards.values()
    qtbot.waitUntil(card.unlock.isVisible)
    asked = []

    def answer(_parent, title, words, mode):
        asked.append((title, words, mode.name))
        return "rahasia", True

    monkeypatch.setattr(QInputDialog, "getText", answer)
    card.unlock.click()
    qtbot.waitUntil(lambda: bool(case.actions.scanned))
    assert asked[0][2] == "Password"
    source, exhibit, settings = case.actions.scanned[0]
    assert (source.name, exhibit) == ("x", "A")
    assert json.loads(settings.to_json())["carve"] is True
    assert case.actions.password == "rahasia"

"""A signing key under a passphrase: asked for when a case is opened, and the case then opens."""

import pytest
from PySide6.QtWidgets import QInputDialog

from triage import keys, settings
from triage.case import Case

PASSPHRASE = "kata sandi rekaan"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    Case.open_or_create(tmp_path / "case", actor="tester").close()
    keys.make_key(settings.home(), PASSPHRASE, replace=True)
    monkeypatch.setattr(keys, "_UNLOCKED", {})
    monkeypatch.delenv("TRIAGE_KEY_PASSPHRASE", raising=False)
    return tmp_path / "case"


def test_the_passphrase_is_asked_for_and_the_case_opens(qtbot, desktop, folder, monkeypatch):
    asked = []

    def answer(_parent, _title, question, _echo):
        asked.append(question)
        return PASSPHRASE, True

    monkeypatch.setattr(QInputDialog, "getText", answer)
    window = desktop()
    window.open_case(folder)
    qtbot.waitUntil(lambda: window.page is not None)
    assert asked == ["Passphrase of the signing key examiner:"]


@pytest.mark.parametrize("given", [("bukan ini juga", True), ("", False)])
def test_a_wrong_or_no_passphrase_is_told_and_nothing_opens(qtbot, desktop, folder, monkeypatch, given):
    told = []
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: given)
    monkeypatch.setattr("triage.ui.window.alert", lambda _window, _language, error: told.append(str(error)))
    window = desktop()
    window.open_case(folder)
    qtbot.waitUntil(lambda: bool(told))
    assert ("TRIAGE_KEY_PASSPHRASE" in told[-1]) or ("not the passphrase" in told[0])
    assert window.page is None

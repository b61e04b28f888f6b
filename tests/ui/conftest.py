"""The desktop without a screen: real widgets, real cases, and scans that do as the test says."""

import os
from pathlib import Path

import pytest
from desktop_fakes import Steered

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from triage.case import Case
from triage.ui.language import Language
from triage.ui.opened import OpenCase
from triage.ui.window import Window

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    """A warning of Qt fails a test of the desktop; the screenless platform's one remark does not."""
    for item in items:
        if HERE in Path(item.path).parents:
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints"))


@pytest.fixture
def language():
    return Language("en")


@pytest.fixture
def alerts():
    return []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item):
    """Cases are closed before pytest-qt takes the widgets away, as the window does it: no answer comes for what is gone."""
    for case in getattr(item, "opened_cases", ()):
        case.close()
    return (yield)


@pytest.fixture
def opened(request, tmp_path, language, alerts):
    """Opens a case without a window; `opened(fill=..., reader=...)`."""
    cases = request.node.opened_cases = []

    def open_it(*, fill=None, reader=None, actions=None):
        case = Case.open_or_create(tmp_path / "case", actor="tester")
        if fill:
            fill(case)
        actions = actions or Steered()
        if reader:
            actions.read = lambda _folder: reader
        cases.append(OpenCase(case, actions, language, alert=alerts.append, tell=lambda *told: alerts.append(told)))
        return cases[-1]

    return open_it


@pytest.fixture
def desktop(qtbot, language):
    """Opens the window; closed at the end, whatever state it is in."""
    windows = []

    def open_it(actions=None):
        window = Window(actions or Steered(), language)
        window.show()
        windows.append(window)
        return window

    yield open_it
    for window in windows:
        window.close()
        qtbot.waitUntil(lambda window=window: not window.isVisible(), timeout=20_000)
        window.deleteLater()
    qtbot.wait(1)

"""The one way off the main thread."""

import threading

import pytest

from triage.errors import UserError
from triage.ui.background import Background, Operation


@pytest.fixture
def background():
    made = Background(2, "test")
    yield made
    made.close()


def test_work_is_done_elsewhere_and_its_outcome_arrives_on_the_main_thread(qtbot, background):
    seen = []
    work = threading.current_thread
    background.start(Operation(work, lambda where: seen.append((where, threading.current_thread())), seen.append))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0][0] is not threading.main_thread()
    assert seen[0][1] is threading.main_thread()


def test_an_error_raised_on_purpose_goes_to_failure(qtbot, background):
    seen = []

    def work():
        raise UserError("no such thing")

    background.start(Operation(work, lambda _: pytest.fail("no success"), seen.append))
    qtbot.waitUntil(lambda: bool(seen))
    assert str(seen[0]) == "no such thing"


def test_a_mistake_is_raised_again_on_the_main_thread(qtbot, background):
    def work():
        raise ZeroDivisionError

    with qtbot.captureExceptions() as caught:
        background.start(Operation(work, lambda _: None, lambda _: pytest.fail("no failure")))
        qtbot.waitUntil(lambda: bool(caught))
    assert caught[0][0] is ZeroDivisionError


def test_after_closing_nothing_arrives(qtbot):
    background, seen = Background(1, "test"), []
    for _ in range(3):
        background.start(Operation(lambda: 1, seen.append, seen.append))
    background.close()
    background.start(Operation(lambda: 1, seen.append, seen.append))
    qtbot.wait(20)
    assert seen == []

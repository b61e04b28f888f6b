"""The Qt bindings must not use up Python's own constants: 6.12.0 does on Python 3.11, and the interpreter aborts in the end."""

import sys

from PySide6.QtCore import QObject


def test_calls_into_qt_return_the_references_they_take():
    thing = QObject()
    before = [sys.getrefcount(constant) for constant in (None, True, False)]
    for number in range(30_000):
        thing.setObjectName(str(number % 7))
        thing.blockSignals(False)
    after = [sys.getrefcount(constant) for constant in (None, True, False)]
    assert all(abs(ours - theirs) < 1000 for ours, theirs in zip(before, after, strict=True))

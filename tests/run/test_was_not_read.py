"""What was digested and then could not be listed or read is looked at like what failed: the evidence may be gone."""

from __future__ import annotations

import pytest

from triage.model import Examined, Problem, Status
from triage.run.run import _was_not_read


@pytest.mark.parametrize(
    ("status", "kinds", "seen"),
    [
        (Status.EXAMINED, (), False),
        (Status.EXAMINED, ("malformed", "truncated"), False),
        (Status.EXAMINED, ("malformed", "unreadable"), True),
        (Status.FAILED, (), True),
    ],
)
def test_the_source_is_looked_at(status, kinds, seen):
    problems = tuple(Problem(kind=kind, stage="list", message="x") for kind in kinds)
    assert _was_not_read(Examined(entry_id=1, status=status, problems=problems)) is seen

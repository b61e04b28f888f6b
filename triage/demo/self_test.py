"""The self-test: the whole job on exhibits whose content is known, in a place of its own that is gone afterwards.

A person runs it before and after a job on the computer that does the job: scan, digests, lists, extractors, reports and verification have to
give what was planted, and nothing else.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from triage.demo.steps import run_demo
from triage.errors import CaseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage.demo.comparison import Comparison
    from triage.report import Verification
    from triage.run import Progress


@dataclass(frozen=True, slots=True)
class SelfTest:
    """What came of it: planted facts found, what `verify` said of the made case and report, seconds."""

    comparison: Comparison
    verification: Verification
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether everything was as it must be."""
        return self.comparison.equal and self.verification.ok

    def facts(self) -> dict[str, object]:
        """For the custody log: the verdict and the counts."""
        return {
            "ok": self.ok,
            "found": {score.kind: f"{score.found} of {score.planted}" for score in self.comparison.scores},
            "missing": len(self.comparison.missing),
            "unexpected": len(self.comparison.unexpected),
            "checks": len(self.verification.checks),
            "checks_failed": sum(check.ok is False for check in self.verification.checks),
        }


def self_test(progress: Callable[[Progress], None] = lambda _: None) -> SelfTest:
    """Do it. Raises UserError where a shipped exhibit is damaged, CaseError where there is no room for it."""
    try:
        with tempfile.TemporaryDirectory(prefix="sigap-selftest-", ignore_cleanup_errors=True) as place:
            result = run_demo(Path(place) / "demo", language="en", progress=progress)
            return SelfTest(result.comparison, result.verification, sum(each.seconds for each in result.timings))
    except OSError as error:
        raise CaseError(f"the self-test cannot be written ({error.strerror or error}); free some space") from error

"""One processing of one evidence with fixed settings: open, take, examine, store, with progress and stop."""

from triage.evidence.attached import Attached, attached
from triage.run.image import expected_digests
from triage.run.passwords import given_passwords
from triage.run.progress import Progress
from triage.run.run import RunResult, available_lists, run
from triage.run.source import recognised

__all__ = [
    "Attached",
    "Progress",
    "RunResult",
    "attached",
    "available_lists",
    "expected_digests",
    "given_passwords",
    "recognised",
    "run",
]

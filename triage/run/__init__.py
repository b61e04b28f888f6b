"""One processing of one evidence with fixed settings: open, take, examine, store, with progress and stop."""

from triage.evidence.attached import Attached, attached
from triage.hashing.importer import Receipt
from triage.hashing.record import ListInfo
from triage.run.image import expected_digests
from triage.run.lists import ListOffer, import_offered, offered, remove
from triage.run.passwords import given_passwords
from triage.run.program_log import logged
from triage.run.progress import Progress
from triage.run.run import RunResult, available_lists, run
from triage.run.source import recognised

__all__ = [
    "Attached",
    "ListInfo",
    "ListOffer",
    "Progress",
    "Receipt",
    "RunResult",
    "attached",
    "available_lists",
    "expected_digests",
    "given_passwords",
    "import_offered",
    "logged",
    "offered",
    "recognised",
    "remove",
    "run",
]

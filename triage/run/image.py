"""`--verify-image`: the digest of a whole medium, compared with what its container states and what the examiner expects.

The result is a fact of the case (`ImageRow` of the queries), an event in the custody log, and a problem of the evidence itself where
something does not fit. It stops nothing: what was examined stays examined.
"""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from triage.errors import EvidenceError, UserError
from triage.evidence import open_evidence
from triage.model import Examined, Problem, Status
from triage.queries import Queries
from triage.run.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from triage.case import Case
    from triage.evidence.medium_verify import Verified
    from triage.workers import Task

PHASE = "verify-image"
LENGTHS = {"md5": 32, "sha1": 40, "sha256": 64}  # hexadecimal digits
SHOWN_DAMAGES = 100
_DIGEST = re.compile(r"(?:(?P<name>[a-z0-9-]+):)?(?P<value>[0-9a-f]+)")
_TOLD_EVERY = 0.25  # seconds


class _StoppedByUser(Exception):
    """Asked for while the medium was read."""


def expected_digests(texts: Iterable[str]) -> dict[str, str]:
    """Digests by name, from `sha256:...`, `md5:...` or the digits alone. Raises UserError naming what is none."""
    found: dict[str, str] = {}
    for text in texts:
        match = _DIGEST.fullmatch(text.strip().lower().replace("sha-", "sha"))
        value = match["value"] if match else ""
        name = (match["name"] if match else None) or next((each for each in LENGTHS if LENGTHS[each] == len(value)), "")
        if LENGTHS.get(name) != len(value):
            raise UserError(f"{text}: no digest; give md5, sha1 or sha256, a colon and its hexadecimal digits")
        found[name] = value
    return found


def verify_image(
    case: Case, evidence: int, task: Task, *, stop: Callable[[], bool], progress: Callable[[Progress], None]
) -> bool:
    """Verify the medium of an evidence where that is wanted and was not done. True where stopped on the way."""
    if not task.settings.verify_image or _done(case, evidence):
        return False
    expected = expected_digests(task.settings.expected)
    case.custody.append("image.verify", task.source, {"expected": expected})
    try:
        found = _verified(task, expected, _told(stop, progress), Path(case.folder / "scratch"))
        facts, problems = _facts(found), list(_problems(found))
    except _StoppedByUser:
        return True
    except EvidenceError as error:
        facts = {"outcome": "unreadable", "reason": str(error)}
        problems = [Problem(kind=error.kind, stage=PHASE, message=f"the image could not be verified: {error}")]
    case.set_fact(f"image:{evidence}", json.dumps(facts, sort_keys=True))
    case.custody.append("image.verified", task.source, facts)
    _store(case, evidence, problems)
    return False


def _done(case: Case, evidence: int) -> bool:
    queries = Queries(case.folder)
    try:
        return any(row.evidence_id == evidence for row in queries.images())
    finally:
        queries.close()


def _verified(task: Task, expected: dict[str, str], told: Callable[[int], None], scratch: Path) -> Verified | None:
    source = Path(task.source)
    opened = open_evidence(
        source,
        limits=task.settings.limits,
        scratch=scratch,
        password=task.password,
        shared=scratch,
        allow_writable=task.settings.allow_writable,
    )
    try:
        return opened.verify(expected, told)
    finally:
        opened.close()


def _told(stop: Callable[[], bool], progress: Callable[[Progress], None]) -> Callable[[int], None]:
    """What turns bytes done into words of progress, now and then, and a wish to stop into its end."""
    started, last = time.monotonic(), 0.0

    def tell(done: int) -> None:
        nonlocal last
        if stop():
            raise _StoppedByUser
        elapsed = time.monotonic() - started
        if elapsed - last > _TOLD_EVERY:
            last = elapsed
            rate = done / max(elapsed, 1e-6)
            progress(Progress(phase=PHASE, bytes_done=done, bytes_per_second=rate, elapsed_s=elapsed))

    return tell


def _facts(found: Verified | None) -> dict[str, object]:
    """What the case and the log keep. `outcome`: fits, differs, damaged, nothing_stored or no_image."""
    if found is None:
        return {"outcome": "no_image"}
    if found.fits is None:
        outcome = "damaged" if found.damages else "nothing_stored"
    else:
        outcome = "fits" if found.fits else "differs"
    compared = [
        {"digest": each.name, "origin": each.origin, "value": each.value, "fits": each.fits} for each in found.compared
    ]
    damages = [{"offset": each.offset, "size": each.size, "why": each.why} for each in found.damages[:SHOWN_DAMAGES]]
    return {
        "outcome": outcome,
        "bytes": found.length,
        "digests": dict(found.digests),
        "compared": compared,
        "damages": damages,
    }


def _problems(found: Verified | None) -> Iterator[Problem]:
    if found is None:
        message = "the source is no image of a disk: there is no medium to verify"
        yield Problem(kind="unsupported", stage=PHASE, message=message)
        return
    for each in found.compared:
        if not each.fits:
            message = (
                f"the {each.name.upper()} of the whole disk is {found.digests[each.name]}, and the one {each.origin} is"
                f" {each.value}: the image is not what it was"
            )
            yield Problem(kind="malformed", stage=PHASE, message=message)
    yield from found.problems
    for damage in found.damages[:SHOWN_DAMAGES]:
        yield damage.problem()


def _store(case: Case, evidence: int, problems: list[Problem]) -> None:
    """With the evidence itself: its root entry."""
    if not problems:
        return
    queries = Queries(case.folder)
    try:
        root = queries.root_of(evidence)
    finally:
        queries.close()
    case.store(evidence, [Examined(entry_id=root, status=Status.EXAMINED, problems=tuple(problems))])

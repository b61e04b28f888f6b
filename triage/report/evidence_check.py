"""Checking evidence: each source read again, whole, and compared with the digests that the case and its log keep."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from triage.content import blocks_of
from triage.errors import EvidenceError, UserError
from triage.evidence import source_files
from triage.model import Locator
from triage.report.check import Check
from triage.report.manifest import sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.model import CustodyEvent
    from triage.queries import EvidenceRow, Queries

NAMED = 20  # files of a folder that are named one by one


def check_evidence(queries: Queries, events: Sequence[CustodyEvent]) -> Iterator[Check]:
    """One check for each evidence and one more for each thing that is wrong with it. Raises CaseError."""
    images = {row.evidence_id: row.outcome for row in queries.images()}
    for row in queries.evidence():
        if images.get(row.id) in {"fits", "differs"}:
            yield _check(row, ok=images[row.id] == "fits", words=f"image_{images[row.id]}")
        recorded = _recorded(row, events)
        if recorded is None:
            yield _check(row, ok=False, words="evidence_record_differs")
        elif not Path(row.source).exists():
            yield _check(row, ok=None, words="evidence_not_found")
        elif Path(row.source).is_dir():
            yield from _check_folder(queries, row)
        elif recorded:
            yield _check_file(row, recorded)
        else:
            yield _check(row, ok=None, words="evidence_no_digest")


def _recorded(row: EvidenceRow, events: Sequence[CustodyEvent]) -> frozenset[str] | None:
    """The SHA-256 that the case keeps of this evidence; None where the case and the custody log do not say the same."""
    kept = {"before": row.sha256_before, "after": row.sha256_after}
    for event in events:
        if event.action == "evidence.digest" and event.subject == row.source:
            moment = str(event.data.get("moment"))
            if moment in kept and kept[moment] != event.data.get("sha256"):
                return None
    return frozenset(each for each in kept.values() if each)


def _check_file(row: EvidenceRow, recorded: frozenset[str]) -> Check:
    try:
        digest = _sha256_of_source(Path(row.source))
    except (OSError, UserError, EvidenceError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        if isinstance(error, OSError):
            return _check(row, ok=None, words="evidence_unreadable", reason=reason)
        return _check(row, ok=False, words="evidence_changed", digest=reason, recorded=", ".join(sorted(recorded)))
    if recorded == {digest}:
        return _check(row, ok=True, words="evidence_same", digest=digest)
    return _check(row, ok=False, words="evidence_changed", digest=digest, recorded=", ".join(sorted(recorded)))


def _sha256_of_source(source: Path) -> str:
    """Over the file or files the source is made of, in order, as the run computed it."""
    digest = hashlib.sha256()
    for block in blocks_of(source_files(source)):
        digest.update(block)
    return digest.hexdigest()


def _check_folder(queries: Queries, row: EvidenceRow) -> Iterator[Check]:
    """A folder has no digest as a whole: each file that was read is read again."""
    files, failed = 0, 0
    for locator, shown, expected in queries.digested(row.id):
        if "|" in locator or not locator.startswith("folder:"):
            continue  # inside an archive: the digest of the archive covers it
        files += 1
        words = _file_fails(_on_disk(row.source, locator), expected)
        if words is None:
            continue
        failed += 1
        if failed <= NAMED:
            yield _check(row, ok=False, words=words, file=shown)
    if failed > NAMED:
        yield _check(row, ok=False, words="folder_more", number=failed - NAMED)
    if not failed:
        yield _check(row, ok=True if files else None, words="folder_same" if files else "folder_nothing", files=files)


def _on_disk(source: str, locator: str) -> Path:
    step = Locator.parse(locator).steps[0]
    return Path(source, *(os.fsdecode(part.encode("utf-8", "surrogateescape")) for part in step.path.split("/")))


def _file_fails(path: Path, expected: str) -> str | None:
    try:
        if path.is_symlink() or not path.is_file():
            return "folder_file_missing"
        return None if sha256_of(path) == expected else "folder_file_changed"
    except OSError:
        return "folder_file_missing"


def _check(row: EvidenceRow, *, ok: bool | None, words: str, **values: object) -> Check:
    return Check("evidence", row.source, ok, words, {"exhibit": row.exhibit, **values})

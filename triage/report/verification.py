"""Verifying a case or a report: every digest, chain and signature. Read-only: nothing in the case is changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from triage.case import DATABASE, LOG
from triage.custody import read_events, verify_log
from triage.errors import CaseError, UserError
from triage.queries import Queries
from triage.queries.findings import last_rows
from triage.queries.rows import rows_digest
from triage.report.bundle import UNFINISHED
from triage.report.bundle_check import check_bundle
from triage.report.check import Check, Verification
from triage.report.database_check import check_at_rest, check_photographs, check_stated, check_tables
from triage.report.evidence_check import check_evidence
from triage.report.manifest import MANIFEST, SIGNATURE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.model import CustodyEvent

REPORTS, ENDED = "reports", "report.end"


def verify(path: Path, *, evidence: bool = True) -> Verification:
    """Check a case folder or a report folder. Raises UserError where the path is neither."""
    if any((path / name).is_file() for name in (DATABASE, LOG)):
        return Verification(tuple(_case_checks(path, evidence=evidence)))
    if any((path / name).is_file() for name in (MANIFEST, SIGNATURE)):
        return Verification(tuple(check_bundle(path)[0]))
    raise UserError(f"{path}: neither a case nor a report is here; name the folder of one of them")


def _case_checks(folder: Path, *, evidence: bool) -> Iterator[Check]:
    events = _events(folder)
    try:
        queries = Queries(folder, untouched=True)
    except (CaseError, UserError) as error:
        yield Check("database", DATABASE, ok=False, words="database_unreadable", values={"reason": str(error)})
        yield from _guarded("custody", _log_checks(folder, None))
        yield from _report_checks(folder, events)
        return
    try:
        yield from _guarded("custody", _log_checks(folder, queries))
        yield from _guarded("database", _database_checks(queries))
        yield from _guarded("database", check_at_rest(queries, events))
        yield from _guarded("rows", _row_checks(queries, events))
        yield from _guarded("rows", check_tables(queries, events))
        yield from _guarded("rows", check_stated(queries, events))
        yield from _guarded("exhibit", check_photographs(queries))
        yield from _report_checks(folder, events)
        if evidence:
            yield from _guarded("evidence", check_evidence(queries, events))
        else:
            yield Check("evidence", str(folder), ok=None, words="evidence_not_asked")
    finally:
        queries.close()


def _events(folder: Path) -> tuple[CustodyEvent, ...]:
    try:
        return tuple(read_events(folder / LOG))
    except CaseError:
        return ()  # `_log_checks` says so


def _guarded(name: str, checks: Iterator[Check]) -> Iterator[Check]:
    """The checks; where the case itself cannot be read for them, that is a failed check and the others go on."""
    try:
        yield from checks
    except CaseError as error:
        yield Check(name, name, ok=False, words="database_unreadable", values={"reason": str(error)})


def _log_checks(folder: Path, queries: Queries | None) -> Iterator[Check]:
    head = _kept_head(queries) if queries else None
    if not (folder / LOG).is_file():
        yield Check("custody", LOG, ok=False, words="custody_missing")
        return
    found = verify_log(folder / LOG, expected_head=head)
    for words, lines, ok in (("custody_broken", found.problems, False), ("custody_warning", found.warnings, None)):
        for line, what in lines:
            yield Check("custody", LOG, ok=ok, words=words, values={"line": line, "what": what})
    if found.holds:
        values = {"events": found.events, "number": found.head_number, "digest": found.head_digest}
        yield Check("custody", LOG, ok=True, words="custody_holds", values=values)
    if head is None:
        yield Check("custody", LOG, ok=None, words="custody_no_head")


def _kept_head(queries: Queries) -> tuple[int, str] | None:
    """The head that the database keeps, so that a log cut short is found out; None where it keeps none."""
    try:
        number, digest = json.loads(queries.facts().get("custody_head", "null"))
    except (ValueError, TypeError):
        return None
    return (number, digest) if isinstance(number, int) and isinstance(digest, str) else None


def _database_checks(queries: Queries) -> Iterator[Check]:
    damage = queries.damage()
    for what in damage:
        yield Check("database", DATABASE, ok=False, words="database_damaged", values={"what": what})
    if not damage:
        yield Check("database", DATABASE, ok=True, words="database_whole")


def _row_checks(queries: Queries, events: Sequence[CustodyEvent]) -> Iterator[Check]:
    logged = last_rows(events)
    if logged is None:
        yield Check("rows", DATABASE, ok=None, words="rows_not_logged")
        return
    present = rows_digest(queries)
    differing = [view for view in logged if logged[view] != present.get(view)]
    for view in differing:
        rows = present.get(view, {}).get("rows", 0)
        values = {"view": view, "rows": rows, "logged": dict(logged[view]).get("rows", 0)}
        yield Check("rows", view, ok=False, words="rows_changed", values=values)
    if not differing:
        yield Check("rows", DATABASE, ok=True, words="rows_same", values={"views": len(logged)})


def _report_checks(folder: Path, events: Sequence[CustodyEvent]) -> Iterator[Check]:
    """Every report below the case, and every report that the log names."""
    logged = {
        str(event.data.get("folder")): str(event.data.get("manifest")) for event in events if event.action == ENDED
    }
    there = {f"{REPORTS}/{path.name}": path for path in sorted((folder / REPORTS).glob("*"))}
    for name, path in there.items():
        if path.name.startswith(UNFINISHED):
            yield Check("report", name, ok=None, words="report_unfinished")
        else:
            yield from _report_in_case(name, path, logged.get(name), events)
    for name in sorted(set(logged) - set(there)):
        yield from _report_elsewhere(name, logged[name], events)


def _report_elsewhere(name: str, digest: str, events: Sequence[CustodyEvent]) -> Iterator[Check]:
    """A report that the log names and that is not in the case's own folder of reports."""
    if not Path(name).is_absolute():
        yield Check("report", name, ok=False, words="report_missing")
    elif not Path(name).is_dir():
        yield Check("report", name, ok=None, words="report_not_found")
    else:
        yield from _report_in_case(name, Path(name), digest, events)


def _report_in_case(name: str, path: Path, digest: str | None, events: Sequence[CustodyEvent]) -> Iterator[Check]:
    checks, signed = check_bundle(path, name=name)
    yield from checks
    if signed is None:
        return
    if digest is None:
        yield Check("report", name, ok=False, words="report_not_logged")
    elif digest != signed.manifest_sha256:
        yield Check("report", name, ok=False, words="report_not_as_logged")
    elif signed.public_key not in {event.data.get("public_key") for event in events}:
        yield Check("report", name, ok=False, words="report_other_key", values={"signer": signed.fingerprint})

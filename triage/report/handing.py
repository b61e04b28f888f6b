"""What leaves a case under lock: a report or bundle as an encrypted archive, and the key to the pseudonyms. Two custody events each."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from triage.errors import CaseError, SigapError, UserError
from triage.queries import Queries
from triage.report.confirmation import confirm
from triage.report.manifest import MANIFEST, SIGNATURE
from triage.report.masking import pseudonym
from triage.report.sealed import seal

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage.case import Case
    from triage.text import Say

TABLE = "pseudonyms.csv"


def seal_report(case: Case, folder: Path, target: Path, passphrase: str) -> str:
    """A report or bundle as an encrypted archive. Returns its SHA-256. Raises UserError, CaseError."""
    if not any((folder / name).is_file() for name in (MANIFEST, SIGNATURE)):
        raise UserError(f"{folder}: no report or bundle is here; name its folder")
    return _logged(case, "seal", target, {"folder": str(folder)}, lambda: seal(folder, target, passphrase))


def seal_key_table(case: Case, target: Path, passphrase: str, *, typed: str | None, say: Say) -> str:
    """The key from pseudonyms to persons, encrypted, apart from every report. Returns its SHA-256. Raises UserError, CaseError."""
    queries = Queries(case.folder)
    try:
        confirm(queries, typed)
        rows = queries.protected()
    finally:
        queries.close()
    if not rows:
        raise UserError("nobody is protected in this case")
    if target.absolute().is_relative_to(case.folder.absolute() / "reports"):
        raise UserError(f"{target}: the key is kept apart from reports; name another folder")
    lines = [(pseudonym(row, say), row.role, row.kind, row.value, row.at, row.actor) for row in rows]

    def write() -> str:
        with tempfile.TemporaryDirectory(dir=case.folder / "scratch") as draft:
            with (Path(draft) / TABLE).open("w", encoding="utf-8-sig", newline="") as stream:
                csv.writer(stream).writerows([("pseudonym", "role", "kind", "value", "since", "by"), *lines])
            return seal(Path(draft), target, passphrase)

    return _logged(case, "protect.key", target, {"persons": len({row.person for row in rows})}, write)


def _logged(case: Case, action: str, target: Path, told: dict[str, object], work: Callable[[], str]) -> str:
    case.custody.append(f"{action}.start", str(target), told)
    try:
        digest = work()
    except OSError as error:
        case.custody.append(f"{action}.failed", str(target), {"reason": str(error)})
        raise CaseError(f"{target}: cannot be written ({error.strerror or error})") from error
    except SigapError as error:
        case.custody.append(f"{action}.failed", str(target), {"reason": str(error)})
        raise
    case.custody.append(f"{action}.end", str(target), {"sha256": digest})
    case.mark_head()
    return digest

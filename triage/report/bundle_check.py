"""Checking a report folder: the signature over the manifest, each file against the manifest, and the custody log where it is a
bundle. Nothing is written.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.custody import verify_log
from triage.errors import CaseError
from triage.keys import fingerprint, verify_signature
from triage.report.agency_signature import FILES as AGENCY_FILES
from triage.report.agency_signature import check_agency
from triage.report.bag import LOG, PAYLOAD
from triage.report.check import Check
from triage.report.manifest import MANIFEST, SIGNATURE, canonical, files_below, sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BUNDLED_LOG = f"{PAYLOAD}/{LOG}"
LIMIT = 64 << 20  # bytes of a manifest; one of ours has about 130 for each file


@dataclass(frozen=True, slots=True)
class Signed:
    """What the signature and the manifest say, as far as they can be read."""

    fingerprint: str
    public_key: str
    manifest_sha256: str
    files: dict[str, dict[str, object]]
    head: object
    made_at: object = None


def check_bundle(folder: Path, *, name: str | None = None) -> tuple[list[Check], Signed | None]:
    """All checks of a report folder; what its manifest says where its signature holds."""
    subject = name or str(folder)
    try:
        signed, words = _signed(folder)
    except OSError as error:
        return [_check(subject, ok=False, words="report_unreadable", file=MANIFEST, reason=_reason(error))], None
    if signed is None:
        return [_check(subject, ok=False, words=words)], None
    failures = list(_failures(folder, subject, signed))
    checks = failures or [
        _check(subject, ok=True, words="report_whole", files=len(signed.files), signer=signed.fingerprint)
    ]
    if AGENCY_FILES in signed.files:
        checks += check_agency(folder, subject, signed.files, signed.made_at)
    return [*checks, *(_bundle_checks(folder, signed) if BUNDLED_LOG in signed.files else ())], signed


def _signed(folder: Path) -> tuple[Signed | None, str]:
    """What is signed, or None and the key of the sentence that says what is wrong. Raises OSError."""
    for file, words in ((MANIFEST, "manifest_missing"), (SIGNATURE, "signature_missing")):
        if not (folder / file).is_file():
            return None, words
        if (folder / file).stat().st_size > LIMIT:
            return None, "manifest_broken"
    manifest, signature = (folder / MANIFEST).read_bytes(), (folder / SIGNATURE).read_bytes()
    facts = _parsed(signature)
    if set(facts) != {"public_key", "fingerprint", "signature"}:
        return None, "signature_broken"
    if not all(isinstance(value, str) for value in facts.values()) or canonical(facts) != signature:
        return None, "signature_broken"
    if not _holds(facts, manifest):
        return None, "signature_fails"
    content = _parsed(manifest)
    files = content.get("files")
    if not isinstance(files, dict) or not all(isinstance(each, dict) for each in files.values()):
        return None, "manifest_broken"
    digest = hashlib.sha256(manifest).hexdigest()
    return Signed(
        str(facts["fingerprint"]),
        str(facts["public_key"]),
        digest,
        files,
        content.get("custody_head"),
        content.get("made_at"),
    ), ""


def _holds(facts: dict[str, object], manifest: bytes) -> bool:
    """Whether the signature is by that key over exactly these bytes; digits in upper case are a change as well."""
    key, signature = str(facts["public_key"]), str(facts["signature"])
    try:
        exact = key == bytes.fromhex(key).hex() and signature == bytes.fromhex(signature).hex()
    except ValueError:
        return False
    return (
        exact and facts["fingerprint"] == fingerprint(key) and verify_signature(key, bytes.fromhex(signature), manifest)
    )


def _parsed(data: bytes) -> dict[str, object]:
    """A JSON object, or an empty one where the bytes are none."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _failures(folder: Path, subject: str, signed: Signed) -> Iterator[Check]:
    """Files that changed, are missing, or do not belong here."""
    there = {name: path for name, path in files_below(folder) if name not in {MANIFEST, SIGNATURE}}
    for name in sorted(set(signed.files) | set(there)):
        if name not in there:
            yield _check(subject, ok=False, words="file_missing", file=name)
        elif name not in signed.files:
            yield _check(subject, ok=False, words="file_extra", file=name)
        elif failed := _failure(there[name], signed.files[name]):
            yield _check(subject, ok=False, words=failed, file=name)


def _failure(path: Path, facts: dict[str, object]) -> str | None:
    if path.is_symlink():  # a link can show another file tomorrow
        return "file_changed"
    try:
        same = path.stat().st_size == facts.get("size") and sha256_of(path) == facts.get("sha256")
    except OSError:
        return "file_unreadable"
    return None if same else "file_changed"


def _bundle_checks(folder: Path, signed: Signed) -> Iterator[Check]:
    """The custody log in a bundle: whole, ending where the manifest says, and naming the key that signed."""
    head = signed.head if isinstance(signed.head, dict) else {}
    try:
        log = verify_log(folder / BUNDLED_LOG)
    except CaseError as error:
        yield Check("custody", BUNDLED_LOG, ok=False, words="custody_unreadable", values={"reason": str(error)})
        return
    for words, lines, ok in (("custody_broken", log.problems, False), ("custody_warning", log.warnings, None)):
        for line, what in lines:
            yield Check("custody", BUNDLED_LOG, ok=ok, words=words, values={"line": line, "what": what})
    if (log.head_number, log.head_digest) != (head.get("number"), head.get("digest")):
        yield Check("custody", BUNDLED_LOG, ok=False, words="bundle_head", values={"number": head.get("number")})
    elif signed.public_key not in log.keys:
        yield Check("custody", BUNDLED_LOG, ok=False, words="report_other_key", values={"signer": signed.fingerprint})
    elif log.holds:
        values = {"events": log.events, "number": log.head_number, "digest": log.head_digest}
        yield Check("custody", BUNDLED_LOG, ok=True, words="custody_holds", values=values)


def _check(subject: str, *, ok: bool, words: str, **values: object) -> Check:
    return Check("report", subject, ok, words, values)


def _reason(error: OSError) -> str:
    return error.strerror or str(error)

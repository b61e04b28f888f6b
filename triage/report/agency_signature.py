"""The signature of an agency's own certificate over a report: a folder of its own, which the signed manifest covers like the rest.

agency/files.json          size and SHA-256 of every file that was there when the agency signed; canonical JSON
agency/files.json.p7s      its detached signature (CMS in DER) with the certificates
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from triage.detached import in_force, sign_detached, verify_detached
from triage.report.check import Check
from triage.report.manifest import canonical, file_digests

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from triage.certificate import PaperKey

FILES, SIGNATURE = "agency/files.json", "agency/files.json.p7s"


def sign_for_agency(folder: Path, key: PaperKey) -> None:
    """Sign all files now in the folder. Raises OSError."""
    data = canonical(file_digests(folder))
    (folder / FILES).parent.mkdir()
    (folder / FILES).write_bytes(data)
    signed = sign_detached(data, private=key.private, certificate=key.certificate, chain=key.chain)
    (folder / SIGNATURE).write_bytes(signed)


def check_agency(
    folder: Path, subject: str, files: Mapping[str, Mapping[str, object]], made_at: object
) -> Iterator[Check]:
    """Whose signature it is; and that it covers every file of the manifest but its own and those written after it."""
    try:
        data, signature = (folder / FILES).read_bytes(), (folder / SIGNATURE).read_bytes()
    except OSError:
        return  # the manifest says that they are missing
    holder = verify_detached(signature, data)
    if holder is None or not _covers(data, files):
        yield Check("report", subject, ok=False, words="agency_fails", values={"file": SIGNATURE})
        return
    words = "agency_signed" if in_force(holder, str(made_at)) else "agency_not_in_force"
    values = {"holder": holder.subject, "fingerprint": holder.fingerprint, "until": holder.not_after}
    yield Check("report", subject, ok=True if words == "agency_signed" else None, words=words, values=values)


def _covers(data: bytes, files: Mapping[str, Mapping[str, object]]) -> bool:
    try:
        signed = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(signed, dict) and all(files.get(name) == facts for name, facts in signed.items())

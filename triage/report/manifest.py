"""The manifest of a report: what belongs to it, with size and SHA-256 of each file, and the signature over it.

`manifest.json` is canonical JSON (sorted keys, no blanks, UTF-8); `manifest.sig` holds the public key, its fingerprint and an
Ed25519 signature (RFC 8032) over exactly the bytes of `manifest.json`. Both are checked byte for byte: a change that leaves the
JSON's meaning alone is a change.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from triage.keys import SigningKey

MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"


def canonical(data: Mapping[str, object]) -> bytes:
    """The one way to write these values."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def file_digests(folder: Path) -> dict[str, dict[str, object]]:
    """Size and SHA-256 of every file below a folder, by relative path; the manifest and its signature are left out."""
    return {
        relative: {"size": path.stat().st_size, "sha256": sha256_of(path)}
        for relative, path in files_below(folder)
        if relative not in {MANIFEST, SIGNATURE}
    }


def files_below(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file below a folder with its relative path, sorted. A link counts as a file and is not followed."""
    found = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    yield from sorted((path.relative_to(folder).as_posix(), path) for path in found)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in hexadecimal, read in blocks. Raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_manifest(folder: Path, facts: Mapping[str, object], key: SigningKey) -> str:
    """Write and sign the manifest of all files now in the folder. Returns its SHA-256. Raises OSError."""
    data = canonical({**facts, "files": file_digests(folder)})
    (folder / MANIFEST).write_bytes(data)
    (folder / SIGNATURE).write_bytes(
        canonical({"public_key": key.public_hex, "fingerprint": key.fingerprint, "signature": key.sign(data).hex()})
    )
    return hashlib.sha256(data).hexdigest()

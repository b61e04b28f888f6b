"""The layout of a bundle: BagIt 1.0 (RFC 8493), which other tools check too, with our signed manifest over all of it.

data/            what is handed over: the report in every format, the custody log, exported files
manifest-sha256.txt, bagit.txt, bag-info.txt, tagmanifest-sha256.txt
verify.html      checks the bundle in any browser, offline
public-key.pem   of the key that signed (RFC 8410), README.txt / BACA-SAYA.txt
manifest.json, manifest.sig      written last, by whoever writes the report
"""

from __future__ import annotations

import base64
import textwrap
from typing import TYPE_CHECKING

from triage import __version__
from triage.assets import report_asset
from triage.custody import log_until
from triage.report.manifest import files_below, sha256_of
from triage.report.shown import visible
from triage.report.verify_page import write_verify_page

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from triage.report.sections import Frame

PAYLOAD, LOG = "data", "custody.jsonl"
REPORT = {"id": "laporan", "en": "report"}
READ_ME = {"id": "BACA-SAYA.txt", "en": "README.txt"}
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
_SPKI = bytes.fromhex("302a300506032b6570032100")  # SubjectPublicKeyInfo of Ed25519 up to the key itself (RFC 8410)
_INFO = {"agency": "Source-Organization", "number": "External-Identifier", "examiner": "Contact-Name"}


def payload(folder: Path, language: str) -> Path:
    """The folder inside a new bundle that takes the report. Raises OSError."""
    place = folder / PAYLOAD / REPORT[language]
    place.mkdir(parents=True)
    return place


def write_bag(folder: Path, frame: Frame, public_key: str) -> None:
    """Add all that makes a payload a bundle. Raises OSError, CaseError."""
    with (folder / PAYLOAD / LOG).open("wb") as stream:
        stream.writelines(log_until(frame.queries.folder, frame.head[0]))
    write_verify_page(folder, frame.language)
    (folder / "public-key.pem").write_text(public_key_pem(public_key), encoding="ascii", newline="\n")
    read_me = report_asset("bundle", READ_ME[frame.language]).read_text(encoding="utf-8")
    (folder / READ_ME[frame.language]).write_text(read_me.replace("@KEY@", frame.key), encoding="utf-8", newline="\n")
    _write_lines(folder / "bagit.txt", ["BagIt-Version: 1.0", "Tag-File-Character-Encoding: UTF-8"])
    held = list(files_below(folder / PAYLOAD))
    _write_lines(folder / "bag-info.txt", _information(frame, [path for _, path in held]))
    _write_lines(folder / MANIFEST, _digests((f"{PAYLOAD}/{name}", path) for name, path in held))
    tags = [(path.name, path) for path in sorted(folder.iterdir()) if path.is_file()]
    _write_lines(folder / TAG_MANIFEST, _digests(tags))


def public_key_pem(public_key: str) -> str:
    """An Ed25519 public key, given in hexadecimal, as other programs read it."""
    body = textwrap.fill(base64.b64encode(_SPKI + bytes.fromhex(public_key)).decode(), 64)
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"


def _information(frame: Frame, held: list[Path]) -> list[str]:
    facts = frame.queries.facts()
    stated = {label: facts[name] for name, label in _INFO.items() if facts.get(name)}
    stated |= {
        "Bagging-Date": frame.made_at[:10],
        "Payload-Oxum": f"{sum(path.stat().st_size for path in held)}.{len(held)}",
        "Internal-Sender-Identifier": frame.queries.folder.resolve().name,
        "Bag-Software-Agent": f"Sigap {__version__}",
        "Custody-Head": f"{frame.head[0]} {frame.head[1]}",
        "Signing-Key": frame.key,
    }
    return [f"{label}: {visible(value)}" for label, value in stated.items()]


def _digests(files: Iterable[tuple[str, Path]]) -> list[str]:
    return [f"{sha256_of(path)}  {_encoded(name)}" for name, path in files]


def _encoded(name: str) -> str:
    """A path as section 2.1.3 of RFC 8493 asks."""
    return name.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n", errors="backslashreplace")

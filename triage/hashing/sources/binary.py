"""EnCase `.hash` files, and a folder of files of the agency's own.

EnCase (legacy): 8 bytes of magic; the name of the set in UTF-16 at byte 1032; from byte 1152 records of 18 bytes, the first 16 of which
are an MD5 (mark B). Libraries of later versions have another form and are not read.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from triage.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from triage.hashing.intake import Intake
    from triage.hashing.sources.origin import Origin

    Look = Callable[[Path], Iterable[tuple[bytes, int]]]

ENCASE_MAGIC = b"HASH\r\n\xff\x00"

_NAME, _NAME_END, _RECORDS, _RECORD, _MD5 = 1032, 1110, 1152, 18, 16
_BLOCK = 1 << 20
_TOGETHER = 50_000  # records


def encase_name(head: bytes) -> str:
    """The name of the set."""
    return head[_NAME:_NAME_END].decode("utf-16-le", "replace").partition("\0")[0].strip()


def read_encase(origin: Origin, intake: Intake) -> None:
    """Every record. Raises OSError, UserError where the file is broken off."""
    with origin.stream() as stream:
        if len(stream.read(_RECORDS)) < _RECORDS:
            raise UserError("it is broken off: an EnCase hash file has a head of 1,152 bytes")
        number, rest = 1, b""
        while data := stream.read(_RECORD * _TOGETHER):
            data = rest + data
            whole = len(data) // _RECORD
            rest = data[whole * _RECORD :]
            rows = np.frombuffer(data, np.uint8, whole * _RECORD).reshape(-1, _RECORD)
            intake.add_packed(("md5",), np.ascontiguousarray(rows[:, :_MD5]), range(number, number + whole))
            number += whole
        if rest:
            intake.refuse(number, "a record that is broken off")


def read_folder(folder: Path, intake: Intake, look: Look | None = None) -> str:
    """Every file below a folder, links not followed. Returns the SHA-256 of what `sha256sum` would print of them, by path.

    `look` gives the fingerprints of a picture or of the frames of a clip.
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    manifest = hashlib.sha256()
    for number, path in enumerate(paths, start=1):
        name = path.relative_to(folder).as_posix().encode("utf-8", "surrogateescape")
        try:
            values, size = _digests(path)
        except OSError as error:
            intake.refuse(number, f"{path.name}: cannot be read ({error.strerror})")
            continue
        manifest.update(values["sha256"].hex().encode() + b"  " + name + b"\n")
        intake.add(number, values, name=name, size=size)
        for value, quality in look(path) if look else ():
            intake.add_print({"pdq": value, "quality": bytes([quality]), "md5": values["md5"]}, name=name)
    return manifest.hexdigest()


def _digests(path: Path) -> tuple[dict[str, bytes], int]:
    digests = {name: hashlib.new(name, usedforsecurity=False) for name in ("sha256", "sha1", "md5")}
    size = 0
    with path.open("rb", buffering=0) as stream:
        while block := stream.read(_BLOCK):
            size += len(block)
            for digest in digests.values():
                digest.update(block)
    return {name: digest.digest() for name, digest in digests.items()}, size

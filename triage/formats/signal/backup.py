"""Frames of Signal's Android backup (`signal-*.backup`), and the key out of its 30 digits (mark B: published descriptions of the format).

The first frame is in clear: IV, salt, version. Every other one is enciphered by AES-256-CTR, the first four bytes of the IV being
a counter that rises with every frame and attachment, and followed by ten bytes of HMAC-SHA256. From version 1 on its length is
enciphered, too. Frames hold the SQL statements that make the database anew, with their values apart.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import Malformed
from triage.formats.protobuf import Fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    Value = str | int | float | bytes | None

ROUNDS = 250_000
DIGITS = 30
_LABEL = b"Backup Export"


@dataclass(frozen=True, slots=True)
class Header:
    """What the first frame says, and where the next one starts."""

    iv: bytes
    salt: bytes
    version: int
    start: int


def read_header(head: bytes) -> Header | None:
    """The header in the first bytes of a file; None where it is no such backup."""
    size = int.from_bytes(head[:4], "big")
    if not 16 <= size <= 256 or len(head) < 4 + size or head[4:5] != b"\x0a":
        return None
    try:
        header = Fields(head[4 : 4 + size]).inside(1)
    except Malformed:
        return None
    if header is None or len(iv := header.data(1) or b"") != 16 or len(salt := header.data(2) or b"") != 32:
        return None
    return Header(iv, salt, header.number(3) or 0, 4 + size)


def is_passphrase(text: str) -> bool:
    """Whether it has the shape of a backup's passphrase: 30 digits, in groups or not."""
    digits = "".join(text.split())
    return len(digits) == DIGITS and digits.isdigit()


def keys_of(passphrase: str, salt: bytes) -> tuple[bytes, bytes]:
    """Cipher key and key of the codes, 32 bytes each."""
    digits = "".join(passphrase.split()).encode()
    value = hashlib.sha512(salt + digits + digits).digest()
    for _ in range(ROUNDS - 1):
        value = hashlib.sha512(value + digits).digest()
    extracted = hmac.digest(bytes(32), value[:32], "sha256")
    first = hmac.digest(extracted, _LABEL + b"\x01", "sha256")
    return first, hmac.digest(extracted, first + _LABEL + b"\x02", "sha256")


def statement(frame: Fields) -> tuple[str, list[Value]] | None:
    """The SQL of a frame and its values; None where it holds none."""
    found = frame.inside(2)
    sql = found.text(1) if found else None
    if found is None or sql is None:
        return None
    return sql, [_value(each) for each in found.messages(2)]


def attachments(frame: Fields) -> Iterator[tuple[str, int]]:
    """Name and length of the content that follows a frame: an attachment, a sticker or a picture of a person."""
    for number, folder, sizes in ((4, "attachments", 3), (7, "avatars", 2), (8, "stickers", 2)):
        if (found := frame.inside(number)) is not None:
            identifier = found.number(2) if number == 4 else None
            name = str(found.number(1) or found.text(1) or 0) + (f"_{identifier}" if identifier else "")
            yield (
                f"{folder}/{name.replace('/', '_')}",
                found.number(sizes if number != 7 else 3) or found.number(sizes) or 0,
            )


def _value(parameter: Fields) -> Value:
    if (text := parameter.data(1)) is not None:
        return text.decode("utf-8", "backslashreplace")
    if 2 in parameter:
        return parameter.signed(2)
    return parameter.double(3) if 3 in parameter else parameter.data(4)

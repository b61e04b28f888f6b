"""Android backups made by `adb backup` (`.ab`): four to nine lines of text, then a tar, perhaps packed, perhaps protected.

    ANDROID BACKUP / version 1 to 5 / compressed 0 or 1 / none or AES-256
    AES-256: salt of the user key / salt of the checksum / rounds / IV / master key blob, all in hexadecimal but the rounds

Reference: AOSP `BackupManagerService`, `PerformAdbRestoreTask` and `BackupPassphrase` (mark A): user key = PBKDF2-HMAC-SHA1 of the
password; it opens the blob (IV, master key, checksum, each after its length); the checksum is PBKDF2-HMAC-SHA1 of the master
key taken as Java characters, whose upper half is sign-extended (0x80 becomes U+FF80) before it is written as UTF-8; version
1 took the lower eight bits of each character instead. Xiaomi puts lines of its own, `MIUI BACKUP`, in front (mark C).

A packed backup is unpacked once to scratch. Phones are unplugged: a backup that breaks off is listed as far as it goes.
"""

from __future__ import annotations

import tempfile
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO, cast

from triage.errors import Encrypted, EvidenceError, Malformed, Truncated, Unreadable, Unsupported
from triage.evidence.archive_tar import Tar
from triage.evidence.ciphers import Deciphered, deciphered, stretched, unpadded, without_padding
from triage.evidence.inflate import BLOCK
from triage.evidence.keyring import passwords_of
from triage.evidence.spool import guard
from triage.evidence.streams import Copy, Window
from triage.model import Entry, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from triage.evidence.base import Stream
    from triage.evidence.limits import Limits
    from triage.model import Locator, Step

MAGIC = b"ANDROID BACKUP\n"
VENDOR_MAGIC = b"MIUI BACKUP\n"
VERSIONS = range(1, 6)
HEAD = 8192
PIECE = 1 << 20
MOST_ROUNDS = 1_000_000  # Android takes ten thousand
_TAR_BLOCK = 512
_GIVE = "give its password with --password"


class AndroidBackup:
    """The layer of one `.ab`; a step has the name of the member and its offset in the tar inside."""

    format = "ab"

    def __init__(self, stream: Stream, limits: Limits, scratch: Path, password: str | None = None) -> None:
        """Raises Encrypted (no password or a wrong one), Malformed, Unsupported, Truncated, LimitReached."""
        self._problems: list[Problem] = []
        self._stream = stream
        header = _Header.read(stream)
        self._inner = self._content(header, limits, scratch, password)
        self._tar = None if self._is_empty() else Tar(self._inner, limits, scratch)

    def children(self, within: Locator, folder: Step | None) -> Iterator[Entry | Problem]:
        """All members at once, each folder before what it holds; nothing inside a folder, for it was all listed."""
        if folder is not None:
            return
        yield from self._problems
        if self._tar is None:
            message = "the backup holds no file: it was declined on the phone or broke off at once"
            yield Problem(kind="truncated", stage="list", message=message)
            return
        for found in self._tar.children(within, None):
            yield _ours(found, within) if isinstance(found, Entry) else found

    def open(self, step: Step) -> Stream:
        """The content of a regular member. Raises Unreadable, Malformed, Truncated, LimitReached."""
        if self._tar is None:
            raise Unreadable("the backup holds no file")
        return self._tar.open(step)

    def close(self) -> None:
        """Close the stream below and so delete what was unpacked."""
        self._inner.close()
        self._stream.close()

    def _content(self, header: _Header, limits: Limits, scratch: Path, password: str | None) -> Stream:
        size = self._stream.seek(0, 2)
        body: Stream = Window(self._stream, header.length, max(0, size - header.length))
        if header.protection is not None:
            key, iv = header.protection.opened(password, header.version)
            body = self._deciphered(Deciphered(body, key, iv), packed=header.packed)
        if not header.packed:
            return body
        inner, problem = _inflated(body, limits, scratch)
        self._problems += [problem] if problem else []
        return inner

    def _deciphered(self, body: Deciphered, *, packed: bool) -> Stream:
        """Packed data end where they say so; for a bare tar the padding has to go."""
        if packed:
            return body
        size = without_padding(body)
        if size is None:
            message = "the backup breaks off: the mark at its end is missing"
            self._problems.append(Problem(kind="truncated", stage="list", message=message))
        return Window(body, 0, body.size if size is None else size)

    def _is_empty(self) -> bool:
        self._inner.seek(0)
        return not any(self._inner.read(_TAR_BLOCK))


def is_android_backup(head: bytes) -> bool:
    """Whether the first bytes are those of an Android backup."""
    return head.startswith((MAGIC, VENDOR_MAGIC)) and MAGIC in head[:HEAD]


@dataclass(frozen=True, slots=True)
class _Header:
    """What the lines say; `length` is where the content starts."""

    version: int
    packed: bool
    protection: _Protection | None
    length: int

    @staticmethod
    def read(stream: Stream) -> _Header:
        stream.seek(0)
        head = stream.read(HEAD)
        if not is_android_backup(head):
            raise Malformed("no Android backup: its first line is missing")
        lines = _Lines(head, head.find(MAGIC) + len(MAGIC))
        version = lines.number()
        if version not in VERSIONS:
            raise Unsupported(f"an Android backup of version {version}; 1 to 5 are read")
        packed = lines.number() == 1
        cipher = lines.next()
        if cipher not in {b"none", b"AES-256"}:
            shown = cipher[:20].decode("ascii", "backslashreplace")
            raise Unsupported(f"an Android backup protected by {shown}, which Sigap does not read")
        protection = None if cipher == b"none" else _Protection.read(lines)
        return _Header(version, packed, protection, lines.at)


class _Lines:
    """The lines of the header, one after the other. Raises Malformed where they end or are no such line."""

    def __init__(self, head: bytes, at: int) -> None:
        self._head, self.at = head, at

    def next(self) -> bytes:
        end = self._head.find(b"\n", self.at)
        if end < 0:
            raise Malformed("the header of the Android backup breaks off")
        line, self.at = self._head[self.at : end], end + 1
        return line

    def number(self) -> int:
        line = self.next()
        if not line.isdigit() or len(line) > 9:
            raise Malformed("the header of the Android backup has no number where one belongs")
        return int(line)

    def raw(self) -> bytes:
        try:
            return bytes.fromhex(self.next().decode("ascii"))
        except ValueError as error:
            raise Malformed("the header of the Android backup has no hexadecimal digits where they belong") from error


class _Protection:
    """The lines of an AES-256 backup: what turns a password into the key of the content."""

    def __init__(self, salt: bytes, check_salt: bytes, rounds: int, iv: bytes, blob: bytes) -> None:
        self._salt, self._check_salt, self._rounds = salt, check_salt, rounds
        self._iv, self._blob = iv, blob

    @staticmethod
    def read(lines: _Lines) -> _Protection:
        return _Protection(lines.raw(), lines.raw(), lines.number(), lines.raw(), lines.raw())

    def opened(self, password: str | None, version: int) -> tuple[bytes, bytes]:
        """Key and IV of the content. Raises Encrypted."""
        if password is None:
            raise Encrypted(f"the Android backup is protected by a password (AES-256); {_GIVE}")
        for each in passwords_of(password):
            if (found := self._by(each, version)) is not None:
                return found
        raise Encrypted("the password does not open this Android backup: the checksum of its key does not fit")

    def _by(self, password: str, version: int) -> tuple[bytes, bytes] | None:
        wides = (True, False) if version > 1 else (False, True)  # Android tries both ways for version 1, too
        for wide in wides:
            if (found := self._master(_as_characters(password, wide=wide), wide=wide)) is not None:
                return found
        return None

    def _master(self, password: bytes, *, wide: bool) -> tuple[bytes, bytes] | None:
        user_key = self._stretched(password, self._salt)
        plain = unpadded(deciphered(user_key, self._iv, self._blob))
        parts = None if plain is None else _parts(plain)
        if parts is None:
            return None
        iv, key, checksum = parts
        signed = "".join(chr(byte if byte < 0x80 else 0xFF00 | byte) for byte in key)
        return (key, iv) if self._stretched(_as_characters(signed, wide=wide), self._check_salt) == checksum else None

    def _stretched(self, secret: bytes, salt: bytes) -> bytes:
        return stretched(secret, salt, rounds=self._rounds, digest="sha1", most=MOST_ROUNDS)


def _as_characters(text: str, *, wide: bool) -> bytes:
    """UTF-8, or for version 1 the lower eight bits of each UTF-16 unit."""
    return text.encode("utf-8", "surrogatepass") if wide else text.encode("utf-16-le", "surrogatepass")[::2]


def _parts(plain: bytes) -> tuple[bytes, bytes, bytes] | None:
    """IV, master key and checksum, each after a byte with its length."""
    parts, at = [], 0
    for _ in range(3):
        length = plain[at] if at < len(plain) else 0
        part = plain[at + 1 : at + 1 + length]
        if not part or len(part) < length:
            return None
        parts.append(part)
        at += 1 + length
    return parts[0], parts[1], parts[2]


def _inflated(body: Stream, limits: Limits, scratch: Path) -> tuple[Stream, Problem | None]:
    """The unpacked tar in a temporary file, as far as it can be had, and what ended it too early."""
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        file = cast("BinaryIO", tempfile.TemporaryFile(dir=scratch))  # noqa: SIM115 - closed by its stream
        try:
            length, problem = _inflate(body, file, limits)
        except BaseException:
            file.close()
            raise
    except OSError as error:
        raise Unreadable(f"cannot be unpacked to scratch: {error.strerror}") from error
    return Copy(file, length), problem


def _inflate(body: Stream, file: BinaryIO, limits: Limits) -> tuple[int, Problem | None]:
    length = 0
    try:
        for piece, taken in _pieces(body):
            length += len(piece)
            guard(length, taken, limits)
            file.write(piece)
    except (EvidenceError, zlib.error) as error:
        kind = error.kind if isinstance(error, EvidenceError) else Malformed.kind
        done = file.tell()
        message = f"the backup can be unpacked to its byte {done} only: {error}"
        return done, Problem(kind=kind, stage="list", message=message)
    return length, None


def _pieces(body: Stream) -> Iterator[tuple[bytes, int]]:
    """Unpacked pieces of bounded size, and how many packed bytes were taken for them."""
    engine, taken = zlib.decompressobj(), 0
    body.seek(0)
    while not engine.eof:
        data = _next(body)
        if not data:
            yield engine.flush(), taken
            raise Truncated("the packed data end too early")
        taken += len(data)
        while data:
            yield engine.decompress(data, PIECE), taken
            data = engine.unconsumed_tail


def _next(body: Stream) -> bytes:
    """The next packed data; none also where a protected backup ends inside a block."""
    try:
        return body.read(BLOCK)
    except Truncated:
        return b""


def _ours(entry: Entry, within: Locator) -> Entry:
    """A member of the tar as a member of the backup: an offset in the unpacked tar is none on the medium."""
    companions = tuple(_moved(locator, within) for locator in entry.companions)
    return replace(entry, locator=_moved(entry.locator, within), position=None, companions=companions)


def _moved(locator: Locator, within: Locator) -> Locator:
    return within.child(replace(locator.steps[-1], scheme=AndroidBackup.format))

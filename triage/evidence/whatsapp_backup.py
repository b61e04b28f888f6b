"""WhatsApp's encrypted backups (crypt12, crypt14, crypt15) as archives of one member: the database or zip that was backed up.

Opened with the key file or the 64 digits, given or found in the evidence. A backup that breaks off is deciphered as far as it
goes and the problem says that its tag could not be checked. Mark A for the formats: see `formats.whatsapp.crypt`.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from triage.errors import Encrypted, Malformed
from triage.evidence.ciphers import GcmOpened
from triage.evidence.keyring import passwords_of
from triage.evidence.members import Member, MemberTree
from triage.evidence.near import content_near
from triage.evidence.spool import Spool
from triage.evidence.streams import Window
from triage.formats.whatsapp.crypt import END, HEAD, Header, is_packed, keys_of, read_header
from triage.model import Kind, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from triage.evidence.base import Evidence, Stream
    from triage.evidence.limits import Limits
    from triage.evidence.streams import ReadOnly
    from triage.model import Entry, Locator, Step

FORMAT = "whatsapp"
_BLOCK = 1 << 16
_GIVE = "give its key file or its 64 digits with --password"
_KEYS = ("key", "encrypted_backup.key")
_PACKAGES = ("com.whatsapp", "com.whatsapp.w4b")
_SPACE = re.compile(r"(?:^|/)(?:media|emulated)/(\d+)/")
_ENDING = re.compile(r"\.crypt\d+\Z", re.IGNORECASE)


class WhatsAppBackup:
    """The layer of one backup; its member has the number 0. `password` holds secrets, one a line: key files and digits in hexadecimal."""

    format = FORMAT

    def __init__(self, stream: Stream, limits: Limits, scratch: Path, password: str | None = None) -> None:
        """Raises Encrypted (no key, or not the right one), Malformed."""
        self._stream, self._limits, self._scratch = stream, limits, scratch
        self._size = stream.seek(0, 2)
        header = _header(stream)
        if header is None:
            raise Malformed("no backup of WhatsApp")
        self._header = header
        self._content: ReadOnly | None = None
        self._problem: Problem | None = None
        self._key = self._fitting(password)

    def children(self, within: Locator, folder: Step | None) -> Iterator[Entry | Problem]:
        """The member, and what was wrong with it."""
        if folder is not None:
            return
        content = self._opened()
        outer = within.steps[-1].path.rpartition("/")[2] if within.steps else ""
        name = _ENDING.sub("", outer) or "msgstore.db"
        yield from MemberTree(within, FORMAT, self._limits).entries(Member(name, 0, Kind.FILE, content.size))
        if self._problem is not None:
            yield self._problem

    def open(self, step: Step) -> Stream:
        """The content that was backed up. Raises Malformed, LimitReached."""
        del step  # there is one member
        content = self._opened()
        return Window(content, 0, content.size)

    def close(self) -> None:
        """Close the stream below and give back what was deciphered."""
        if self._content is not None:
            self._content.close()
        self._stream.close()

    def _fitting(self, password: str | None) -> bytes:
        """The key under which the data begin as they should."""
        secrets = passwords_of(password)
        for key in [key for secret in secrets for key in keys_of(secret, self._header)]:
            if is_packed(next(iter(self._plain(key)), (b"", 0))[0]):
                return key
        name = f"the WhatsApp backup (crypt{self._header.version})"
        if not secrets:
            raise Encrypted(f"{name} is encrypted; {_GIVE}")
        raise Encrypted(f"the key that was given or found does not open {name}: it belongs to another one")

    def _plain(self, key: bytes) -> Iterator[tuple[bytes, int]]:
        """Deciphered pieces and how many bytes were taken for them; the tag is checked behind the last."""
        header, at = self._header, self._header.start
        end = self._size - header.footer
        opened = GcmOpened(key, header.iv)
        self._stream.seek(at)
        while at < end:
            data = self._stream.read(min(_BLOCK, end - at))
            if not data:
                break
            at += len(data)
            yield opened.update(data), at
        self._stream.seek(max(header.start, end))
        if not opened.fits(self._stream.read(16)):
            message = "the tag at the end of the backup does not fit: it is cut or damaged, and what was deciphered is not checked"
            self._problem = Problem(kind="truncated", stage="list", message=message)

    def _opened(self) -> ReadOnly:
        if self._content is None:
            spool = Spool(self._limits, self._scratch)
            try:
                self._unpack(spool)
            except BaseException:
                spool.discard()
                raise
            self._content = spool.stream()
        return self._content

    def _unpack(self, spool: Spool) -> None:
        """A zlib stream is inflated, a zip kept as it is; a stream that breaks off is kept as far as it goes."""
        engine: zlib._Decompress | None = None
        for number, (plain, taken) in enumerate(self._plain(self._key)):
            if number == 0 and not plain.startswith(b"PK"):
                engine = zlib.decompressobj()
            try:
                for piece in _inflated(engine, plain):
                    spool.write(piece, taken)
            except zlib.error as error:
                message = f"the backup can be unpacked to byte {spool.length} only: {error}"
                self._problem = Problem(kind="malformed", stage="list", message=message)
                return


def is_whatsapp_backup(stream: Stream) -> bool:
    """Whether a stream is such a backup, by its first and last bytes."""
    return _header(stream) is not None


def secrets_for(evidence: Evidence, within: Locator, password: str | None) -> str | None:
    """Keys of a backup that lie where the app keeps them, and what was given: one a line, as a keyring has them."""
    found = content_near(evidence, within, *key_places(within.steps[-1].path))
    lines = [*dict.fromkeys(key.hex() for key in found.values()), password or ""]
    return "\n".join(lines).strip() or None


def key_places(path: str) -> tuple[str, ...]:
    """Where the key of a backup may be, from the folder it is in: beside it, and in the folder of the app in the same space.

    Backups are in `media/<n>/WhatsApp/Databases` or, since Android 11, in `media/<n>/Android/media/<package>/WhatsApp/Databases`;
    keys in `data/<package>/files` or `user/<n>/<package>/files` beside `media` (mark B).
    """
    space = found[1] if (found := _SPACE.search(path)) else "0"
    folders = ("data/data", "data", f"data/user/{space}", f"user/{space}")
    far = [
        f"{'../' * up}{folder}/{package}/files" for up in (2, 3, 4, 7) for folder in folders for package in _PACKAGES
    ]
    far += [f"../../../../apps/{package}/f" for package in _PACKAGES]  # an Android backup
    return tuple(f"{folder}{name}" for folder in ("", "../files/", *(f"{each}/" for each in far)) for name in _KEYS)


def _header(stream: Stream) -> Header | None:
    size = stream.seek(0, 2)
    stream.seek(max(0, size - END))
    end = stream.read(END)
    stream.seek(0)
    return read_header(stream.read(HEAD), end)


def _inflated(engine: zlib._Decompress | None, data: bytes) -> Iterator[bytes]:
    """Unpacked pieces of bounded size."""
    if engine is None:
        yield data
        return
    while data and not engine.eof:
        yield engine.decompress(data, 1 << 20)
        data = engine.unconsumed_tail

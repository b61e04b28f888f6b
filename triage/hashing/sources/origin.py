"""The file a list comes from: read as a stream, its digest taken on the way."""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING, BinaryIO, cast

from triage.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PACKING_ERRORS = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, NotImplementedError)
BLOCK = 1 << 20
HEAD = 1 << 16


class Origin:
    """A file on our disk. `stream` may be read once from its begin to its end; `sha256` is that of the file itself."""

    def __init__(self, path: Path, unpack: Callable[[Path], BinaryIO] | None = None) -> None:
        self.path = path
        self._unpack = unpack
        self._hashing: _Hashing | None = None
        self._beside = ""

    def head(self, size: int = HEAD) -> bytes:
        """The first bytes. Raises OSError, UserError."""
        with self._opened() as stream:
            return stream.read(size)

    def stream(self) -> BinaryIO:
        """The content, unpacked where the file is packed. Raises OSError, UserError."""
        if self._unpack:
            return self._unpack(self.path)
        self._hashing = _Hashing(self.path)
        return cast("BinaryIO", self._hashing)

    def sha256(self) -> str:
        """The digest of the file, in lower-case hexadecimal: taken while it was read, where that was done to the end."""
        if self._hashing and self._hashing.complete:
            return self._hashing.sha256.hexdigest()
        return self._beside or _file_sha256(self.path)

    @contextmanager
    def hashed_beside(self) -> Iterator[None]:
        """Take the digest in a thread of its own while the file is read in another way."""
        stop = Event()
        with ThreadPoolExecutor(1) as pool:
            digest = pool.submit(_file_sha256, self.path, stop)
            try:
                yield
            except BaseException:
                stop.set()
                raise
            self._beside = digest.result()

    def unpacked(self) -> Origin:
        """The one list inside, where this is a zip or gzip file; else this. Raises UserError."""
        head = self.head(4)
        if head.startswith(b"PK\x03\x04"):
            member = _list_member(self.path)
            return Origin(self.path, lambda path: _member(path, member))
        if head.startswith(b"\x1f\x8b"):
            return Origin(self.path, lambda path: cast("BinaryIO", gzip.open(path)))
        return self

    def again(self) -> Origin:
        """The same file, to be read from its begin."""
        return Origin(self.path, self._unpack)

    @property
    def packed(self) -> bool:
        """Whether the content is inside another file."""
        return self._unpack is not None

    def _opened(self) -> BinaryIO:
        return self._unpack(self.path) if self._unpack else self.path.open("rb")


class _Hashing(io.RawIOBase):
    """Reads a file and digests what it reads."""

    def __init__(self, path: Path) -> None:
        self._stream = path.open("rb", buffering=0)
        self.sha256 = hashlib.sha256()
        self.complete = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size) or b""
        self.complete = self.complete or not data
        self.sha256.update(data)
        return data

    def close(self) -> None:
        self._stream.close()
        super().close()


def _file_sha256(path: Path, stop: Event | None = None) -> str:
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as stream:
        while not (stop and stop.is_set()) and (block := stream.read(BLOCK)):
            digest.update(block)
    return digest.hexdigest()


def _list_member(path: Path) -> str:
    """The member to read: NSRLFile.txt of an RDS disc, else the only file that is no companion."""
    try:
        with zipfile.ZipFile(path) as packed:
            names = [each.filename for each in packed.infolist() if not each.is_dir()]
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UserError(f"{path}: a zip file that cannot be opened ({error})") from error
    files = [name for name in names if name.rsplit("/", 1)[-1].lower() == "nsrlfile.txt"] or [
        name for name in names if not _companion(name)
    ]
    if len(files) != 1:
        raise UserError(f"{path}: a zip file with {len(files)} files that may be lists; unpack it and name the one")
    if files[0].lower().endswith((".db", ".kdb", ".sqlite")):
        raise UserError(f"{path}: unpack {files[0]!r} first: a database is read where it lies")
    return files[0]


def _companion(name: str) -> bool:
    base = name.rsplit("/", 1)[-1].lower()
    return "schema" in base or base.startswith(("readme", "signatures", "version", "hashes", "."))


def _member(path: Path, name: str) -> BinaryIO:
    try:
        return cast("BinaryIO", zipfile.ZipFile(path).open(name))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, KeyError) as error:
        raise UserError(f"{path}: {name!r} inside cannot be read ({error})") from error

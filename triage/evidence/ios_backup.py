"""iOS backups of iTunes, Finder and libimobiledevice, plain and encrypted: the phone's own tree instead of hashed names.

The top folders are domains (HomeDomain, AppDomain-..., CameraRollDomain), below them paths as on the phone. A content lies in the
backup as `<first two digits>/<name>`, before iOS 10 as `<name>`. The backup's own files, and whatever else lies in its folder
without a record, are listed under `backup`. In an encrypted backup Manifest.db and every content are AES-256-CBC with an IV of zeros,
keys from the keybag (`ios_keybag`); Info.plist and its kind are readable without the password and say whose phone it is.

Reference: as for `ios_keybag` and `ios_manifest` (mark B; names of contents and fields of records mark A).
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from triage.errors import Encrypted, EvidenceError, LimitReached, Malformed, Unreadable
from triage.evidence.ciphers import ZERO_IV, Deciphered, without_padding
from triage.evidence.companions import listed_with_companions
from triage.evidence.folder import Folder
from triage.evidence.ios_keybag import ClassKeys, unlocked
from triage.evidence.ios_manifest import BackedUp, Manifest, ManifestDatabase, is_file_id
from triage.evidence.ios_mbdb import ManifestRecords
from triage.evidence.keyring import passwords_of
from triage.evidence.members import Member, MemberTree
from triage.evidence.own_steps import addressed
from triage.evidence.plists import MOST_BYTES, dictionary
from triage.model import Entry, Kind, Locator, Problem, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence.base import Stream
    from triage.evidence.limits import Limits

DATABASE, RECORDS = "Manifest.db", "Manifest.mbdb"
PROPERTIES = ("Info.plist", "Manifest.plist", "Status.plist")
OWN = "backup"
LOCKED = "an encrypted iOS backup: its files stay closed; give its password with --password"
_SQLITE = b"SQLite format 3\0"
_PIECE = 1 << 20


class IosBackup:
    """The layer of one backup folder. A step has `domain/path`, and as its stream the name of the content.

    A step without a stream is one of the backup's own files, `backup/...`.
    """

    format = "ios"

    def __init__(self, folder: Path, limits: Limits, scratch: Path, password: str | None = None) -> None:
        """Raises Encrypted where the password is wrong. Without one, an encrypted backup shows its own files alone."""
        self._folder = Folder(folder, limits)
        self._limits, self._scratch = limits, scratch
        self._problems: list[Problem] = []
        self._private: weakref.finalize[..., IosBackup] | None = None
        self._keys: ClassKeys | None = None
        self._locked = False
        self._manifest = self._opened_manifest(folder, password)

    def children(self, within: Locator, folder: Step | None) -> Iterator[Entry | Problem]:
        """Everything at once, each folder before what it holds; nothing inside a folder, for it was all listed."""
        yield from () if folder is not None else listed_with_companions(self._listing(within))

    def open(self, step: Step) -> Stream:
        """The content, deciphered where need be. Raises Unreadable (missing, no file), Encrypted, Malformed, Truncated."""
        if step.stream is None:
            top, _, name = step.path.partition("/")
            if top != OWN:
                raise Unreadable("a folder of the backup has no content")
            return self._folder.open(Step(Folder.format, name))
        record = self._manifest.find(step.stream) if self._manifest and is_file_id(step.stream) else None
        if record is None or record.name != step.path:
            raise Unreadable("the backup has no such file")
        if record.kind is not Kind.FILE:
            raise Unreadable("no regular file: links and folders in a backup have no content")
        return self._content(record)

    def close(self) -> None:
        """Forget the keys; close and delete the private copy of the manifest."""
        self._keys = None
        if self._manifest is not None:
            self._manifest.close()
        self._forget_copy()

    def _listing(self, within: Locator) -> Iterator[Entry | Problem]:
        yield from self._problems
        tree = MemberTree(within, self.format, self._limits)
        yield from self._records(tree, within)
        for name, entry in self._own(Locator(), None):
            if tree.is_full():
                yield tree.full()
                return
            member = Member(f"{OWN}/{name}", 0, entry.kind, entry.size, entry.times)
            yield from addressed(tree, member, within.child(Step(self.format, f"{OWN}/{name}")))

    def _records(self, tree: MemberTree, within: Locator) -> Iterator[Entry | Problem]:
        if self._manifest is None:
            return
        damaged = 0
        try:
            for record in self._manifest.records(self._limits.container_entries):
                damaged += record.damaged
                yield from self._entries(tree, within, record)
                if tree.is_full():
                    break
        except EvidenceError as error:
            yield Problem(kind=error.kind, stage="list", message=str(error))
        if damaged:
            message = f"the records of {damaged} files are damaged: listed without size and times"
            yield Problem(kind="malformed", stage="list", message=message)

    def _entries(self, tree: MemberTree, within: Locator, record: BackedUp) -> Iterator[Entry | Problem]:
        name = f"{record.name}/" if record.kind is Kind.FOLDER else record.name
        member = Member(name, 0, record.kind, record.size, record.times)
        step = Step(self.format, record.name, None, record.file_id)
        yield from addressed(tree, member, within.child(step))

    def _own(self, top: Locator, folder: Step | None) -> Iterator[tuple[str, Entry]]:
        """Files of the folder that are no content of a record, by their path in it."""
        try:
            found = [each for each in self._folder.children(top, folder) if isinstance(each, Entry)]
        except EvidenceError:
            return
        for entry in found:
            step = entry.locator.steps[-1]
            if entry.kind is Kind.FOLDER:
                yield from self._own(top, step)
            elif not self._is_content(entry.name):
                yield step.path, entry

    def _is_content(self, name: str) -> bool:
        if not is_file_id(name):
            return False
        return self._locked or (self._manifest is not None and self._manifest.has(name))

    def _content(self, record: BackedUp) -> Stream:
        if record.wrapped is None:
            return self._payload(record.file_id)
        if self._keys is None:
            raise Encrypted(LOCKED)
        key = self._keys.opened(record.wrapped)
        plain = Deciphered(self._payload(record.file_id), key, ZERO_IV, record.size)
        if record.size is None:
            plain.size = without_padding(plain) or plain.size
            plain.seek(0)
        return plain

    def _payload(self, file_id: str) -> Stream:
        for path in (f"{file_id[:2]}/{file_id}", file_id):
            try:
                return self._folder.open(Step(Folder.format, path))
            except Unreadable as error:
                reason = error
        raise Unreadable(f"the backup lists this file and does not hold its content ({file_id})") from reason

    def _opened_manifest(self, folder: Path, password: str | None) -> Manifest | None:
        """The manifest; None, and a problem, where there is none to read."""
        try:
            protected = self._unlock(password)
            if self._locked:
                return None
            if _is_file(folder / DATABASE):
                return self._database(protected)
            return ManifestRecords(self._read(RECORDS, 1 << 30))
        except Encrypted:
            raise
        except EvidenceError as error:
            self._forget_copy()
            message = f"the list of the backup cannot be read, its files stay under their hashed names: {error}"
            self._problems.append(Problem(kind=error.kind, stage="list", message=message))
            return None

    def _unlock(self, password: str | None) -> bytes | None:
        """The wrapped key of the manifest, None where the backup is plain or locked. Raises Encrypted, Malformed."""
        try:
            properties = dictionary(self._read("Manifest.plist", MOST_BYTES))
        except Unreadable:
            return None  # old and partial backups: taken for plain
        if not properties.get("IsEncrypted"):
            return None
        keybag = properties.get("BackupKeyBag")
        if password is None or not isinstance(keybag, bytes):
            self._locked = True
            self._problems.append(Problem(kind="encrypted", stage="open", message=LOCKED))
            return None
        self._keys = unlocked(keybag, passwords_of(password))
        key = properties.get("ManifestKey")
        return key if isinstance(key, bytes) else None

    def _database(self, wrapped: bytes | None) -> ManifestDatabase:
        stream = self._folder.open(Step(Folder.format, DATABASE))
        try:
            if wrapped is not None and self._keys is not None:
                stream = Deciphered(stream, self._keys.opened(wrapped), ZERO_IV)
            if stream.read(len(_SQLITE)) != _SQLITE:
                raise Malformed("the Manifest.db is no database")
            path = self._copied(stream)
        finally:
            stream.close()
        return ManifestDatabase(path)

    def _copied(self, stream: Stream) -> Path:
        """A copy of the database, with its write-ahead log where it is plain, in a private folder of scratch."""
        try:
            self._scratch.mkdir(parents=True, exist_ok=True)
            private = tempfile.mkdtemp(prefix="manifest-", dir=self._scratch)
            self._private = weakref.finalize(self, shutil.rmtree, private, ignore_errors=True)
            path = Path(private, DATABASE)
            self._copy(stream, path)
            if self._keys is None:
                self._copy_log(path)
        except OSError as error:
            raise Unreadable(f"the manifest cannot be copied to scratch: {error.strerror}") from error
        return path

    def _copy(self, stream: Stream, path: Path) -> None:
        stream.seek(0)
        done = 0
        with path.open("xb") as target:
            while piece := stream.read(_PIECE):
                done += len(piece)
                if done > self._limits.scratch_copy_bytes:
                    raise LimitReached(f"the manifest is larger than {self._limits.scratch_copy_bytes} bytes")
                target.write(piece)

    def _copy_log(self, path: Path) -> None:
        try:
            log = self._folder.open(Step(Folder.format, f"{DATABASE}-wal"))
        except Unreadable:
            return
        try:
            self._copy(log, path.with_name(f"{DATABASE}-wal"))
        finally:
            log.close()

    def _forget_copy(self) -> None:
        if self._private is not None:
            self._private()

    def _read(self, name: str, most: int) -> bytes:
        stream = self._folder.open(Step(Folder.format, name))
        try:
            return stream.read(most)
        finally:
            stream.close()


def is_ios_backup(folder: Path) -> bool:
    """Whether a folder is an iOS backup: a manifest, and at least one of the property lists that go with it."""
    has_manifest = any(_is_file(folder / name) for name in (DATABASE, RECORDS))
    return has_manifest and any(_is_file(folder / name) for name in PROPERTIES)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file() and not path.is_symlink()
    except OSError:
        return False

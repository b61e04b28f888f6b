"""Signing keys of examiners: Ed25519 (RFC 8032), made on first use, kept in the program's own folder, outside every case.

    <home>/keys/NAME.pem     private key, PKCS #8 in PEM, readable by its owner alone; encrypted where it has a passphrase
    <home>/keys/NAME.pub     public key in hexadecimal, so that it can be named while the private one is locked

`TRIAGE_KEY` names the key, `examiner` by default; `TRIAGE_KEY_PASSPHRASE` holds its passphrase, or `@FILE`. Nothing here asks a
person: a key that is locked is a `KeyLocked`, and who can ask calls `unlock`. The passphrase is stored nowhere. Only public key
and fingerprint ever leave this module.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from triage.errors import KeyLocked, UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_NAME = "examiner"
SHORTEST = 8  # characters of a passphrase

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
_LOST = "where it is lost, 'triage key make {name} --replace' makes a new one, and the custody log records the change of keys"
_UNLOCKED: dict[tuple[Path, bytes], SigningKey] = {}  # of this process, by file and what it held


class SigningKey:
    """Signs; shows its public half. Its text form says no more than the fingerprint."""

    def __init__(self, private: Ed25519PrivateKey, name: str = DEFAULT_NAME) -> None:
        self._private = private
        self.name = name
        self.public_hex = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    @property
    def fingerprint(self) -> str:
        """Short form of the public key for paper; see `fingerprint`."""
        return fingerprint(self.public_hex)

    def sign(self, data: bytes) -> bytes:
        """The signature of `data`, 64 bytes; the same data gives the same signature."""
        return self._private.sign(data)

    def __repr__(self) -> str:
        return f"SigningKey({self.fingerprint})"


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key of this installation. `fingerprint` is empty where its public half is not known and the key is locked."""

    name: str
    fingerprint: str
    protected: bool
    chosen: bool


def key_name(wish: str | None = None) -> str:
    """The name of the key in use. Raises UserError where it cannot be the name of a file."""
    name = wish or os.environ.get("TRIAGE_KEY") or DEFAULT_NAME
    if not _NAME.match(name):
        raise UserError(f"{name!r}: a key is named with letters, digits, dot, dash and underscore, 64 at most")
    return name


def signing_key(home: Path, name: str | None = None) -> SigningKey:
    """The key in `home`, made where there is none. Raises KeyLocked, UserError where it is damaged or cannot be made.

    Processes that make it at the same moment end with the same key.
    """
    name = key_name(name)
    path = _path(home, name)
    with _translated(path):
        if not path.exists():
            _create(path, _passphrase())
        content = path.read_bytes()
        if known := _UNLOCKED.get((path, content)):
            return known
        if b"ENCRYPTED" not in content:
            return SigningKey(_loaded(path, content, None), name)
    passphrase = _passphrase()
    if passphrase is None:
        raise KeyLocked(
            f"the signing key {name!r} is locked; give its passphrase in TRIAGE_KEY_PASSPHRASE (the text, or @FILE)"
        )
    return unlock(home, passphrase, name)


def has_key(home: Path, name: str | None = None) -> bool:
    """Whether the key in use was made."""
    return _path(home, key_name(name)).exists()


def unlock(home: Path, passphrase: str, name: str | None = None) -> SigningKey:
    """The key, open for this process from now on. Raises UserError where the passphrase is wrong."""
    name = key_name(name)
    path = _path(home, name)
    with _translated(path):
        content = path.read_bytes()
    key = SigningKey(_loaded(path, content, passphrase if b"ENCRYPTED" in content else None), name)
    _UNLOCKED[path, content] = key
    return key


def make_key(home: Path, passphrase: str | None, name: str | None = None, *, replace: bool = False) -> SigningKey:
    """A new key. With `replace`, one of that name is put aside as `NAME.replaced-<time>.pem`. Raises UserError."""
    name = key_name(name)
    path = _path(home, name)
    with _translated(path):
        if path.exists():
            if not replace:
                raise UserError(f"{path}: there is a key of this name; --replace puts it aside and makes a new one")
            aside = f"{name}.replaced-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
            path.rename(path.with_name(f"{aside}.pem"))
            with contextlib.suppress(FileNotFoundError):
                path.with_suffix(".pub").rename(path.with_name(f"{aside}.pub"))
        _create(path, passphrase)
    return unlock(home, passphrase or "", name)


def change_passphrase(home: Path, old: str | None, new: str | None, name: str | None = None) -> SigningKey:
    """Lock the key under another passphrase, or none. The key itself stays. Raises UserError."""
    name = key_name(name)
    path = _path(home, name)
    with _translated(path):
        private = _loaded(path, path.read_bytes(), old)
        draft = path.with_name(f".{secrets.token_hex(8)}.draft")
        try:
            _write(draft, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, _locked_by(new)))
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    return unlock(home, new or "", name)


def listed_keys(home: Path) -> list[KeyRow]:
    """The keys of this installation, by name. Raises UserError."""
    folder = home / "keys"
    with _translated(folder):
        return [_row(path) for path in sorted(folder.glob("*.pem"))] if folder.is_dir() else []


def verify_signature(public_hex: str, signature: bytes, data: bytes) -> bool:
    """Whether `signature` over `data` is by the holder of this public key. A key that is none verifies nothing."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_hex)).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(public_hex: str) -> str:
    """The first 16 bytes of SHA-256 over the raw public key, as eight groups of four hexadecimal digits.

    Raises ValueError where the text is not hexadecimal.
    """
    digits = hashlib.sha256(bytes.fromhex(public_hex)).hexdigest()[:32]
    return " ".join(digits[start : start + 4] for start in range(0, 32, 4))


def _path(home: Path, name: str) -> Path:
    return home.absolute() / "keys" / f"{name}.pem"


def _row(path: Path) -> KeyRow:
    content, public = path.read_bytes(), path.with_suffix(".pub")
    told = public.read_text(encoding="ascii", errors="replace").strip() if public.is_file() else ""
    protected = b"ENCRYPTED" in content
    if not protected:
        told = SigningKey(_loaded(path, content, None)).public_hex
    try:
        shown = fingerprint(told) if told else ""
    except ValueError:
        shown = ""
    return KeyRow(path.stem, shown, protected, path.stem == key_name())


def _passphrase() -> str | None:
    """The passphrase that the environment states. Raises UserError where it names a file that cannot be read."""
    stated = os.environ.get("TRIAGE_KEY_PASSPHRASE")
    if stated is None or not stated.startswith("@"):
        return stated or None
    try:
        return Path(stated[1:]).read_text(encoding="utf-8").splitlines()[0]
    except (OSError, UnicodeDecodeError, IndexError) as error:
        raise UserError(f"TRIAGE_KEY_PASSPHRASE: {stated[1:]} cannot be read ({error})") from error


def _create(path: Path, passphrase: str | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    private = Ed25519PrivateKey.generate()
    content = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, _locked_by(passphrase))
    draft = path.with_name(f".{secrets.token_hex(8)}.draft")
    try:
        _write(draft, content)
        with contextlib.suppress(FileExistsError):  # another process was first: its key is the key
            _settle(draft, path)
            path.with_suffix(".pub").write_text(SigningKey(private).public_hex + "\n", encoding="ascii")
    finally:
        draft.unlink(missing_ok=True)


def _locked_by(passphrase: str | None) -> KeySerializationEncryption:
    if passphrase is None:
        return NoEncryption()
    if len(passphrase) < SHORTEST:
        raise UserError(f"the passphrase of a signing key must have at least {SHORTEST} characters")
    return BestAvailableEncryption(passphrase.encode())


def _settle(draft: Path, path: Path) -> None:
    """Give the finished file its name in one step, unless the name is taken. Raises FileExistsError."""
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links (FAT): complete there as well, but for a moment not readable
        _write(path, draft.read_bytes())


def _write(path: Path, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _loaded(path: Path, content: bytes, passphrase: str | None) -> Ed25519PrivateKey:
    try:
        private = load_pem_private_key(content, password=passphrase.encode() if passphrase else None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        if b"ENCRYPTED" in content and b"END ENCRYPTED" in content:
            raise UserError(
                f"this is not the passphrase of the signing key {path.stem!r}, or {path} is damaged; "
                + _LOST.format(name=path.stem)
            ) from error
        raise _damaged(path) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise _damaged(path)
    return private


def _damaged(path: Path) -> UserError:
    return UserError(f"{path}: not an Ed25519 signing key; restore it, or move it away and a new one is made")


@contextlib.contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(f"{path}: the signing key cannot be read or made ({error.strerror or error})") from error

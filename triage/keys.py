"""The examiner's signing key: Ed25519 (RFC 8032), made on first use, kept in the program's own folder.

    <home>/keys/examiner.pem     private key, PKCS #8 in PEM, readable by its owner alone

The key says which installation wrote a line or a report; who sat before it is for the unit to record. Only the public
key and its fingerprint ever leave this module.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from triage.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

KEY_FILE = "examiner.pem"


class SigningKey:
    """Signs; shows its public half. Its text form says no more than the fingerprint."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
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


def signing_key(home: Path) -> SigningKey:
    """The key in `home`, made where there is none. Raises UserError where it is damaged or cannot be made.

    Processes that make it at the same moment end with the same key.
    """
    path = home / "keys" / KEY_FILE
    try:
        if not path.exists():
            _create(path)
        return SigningKey(_loaded(path))
    except OSError as error:
        raise UserError(f"{path}: the signing key cannot be read or made ({error.strerror or error})") from error


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


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    private = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = path.with_name(f".{secrets.token_hex(8)}.draft")
    try:
        _write(draft, private)
        with contextlib.suppress(FileExistsError):  # another process was first: its key is the key
            _settle(draft, path)
    finally:
        draft.unlink(missing_ok=True)


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


def _loaded(path: Path) -> Ed25519PrivateKey:
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _damaged(path) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise _damaged(path)
    return private


def _damaged(path: Path) -> UserError:
    return UserError(f"{path}: not an Ed25519 signing key; restore it, or move it away and a new one is made")

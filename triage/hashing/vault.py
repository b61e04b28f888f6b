"""The passphrase of sealed lists: one for the program's own folder, asked for once.

    <home>/vault.json    salt and cost of scrypt (RFC 7914), and the vault key wrapped under what they give (AES-256-GCM)

Each sealed list has a key of its own, wrapped under the vault key in its record. The passphrase is stored nowhere and cannot be
recovered: a list that nobody can open is imported again from its source.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from triage.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

VAULT_FILE = "vault.json"
COST = 1 << 16  # 64 MiB and about 0.2 s a try
SHORTEST = 8

_NONCE = 12
_MEMORY = 160 << 20


def has_vault(home: Path) -> bool:
    """Whether a passphrase was chosen."""
    return (home / VAULT_FILE).exists()


def unlock(passphrase: str, home: Path) -> bytes:
    """The vault key; the first passphrase makes the vault. Raises UserError where it is wrong, too short, or the file damaged."""
    if not has_vault(home):
        return _made(passphrase, home)
    try:
        record = json.loads((home / VAULT_FILE).read_bytes())
        salt, wrapped, cost = bytes.fromhex(record["salt"]), bytes.fromhex(record["wrapped"]), record["cost"]
        return _unwrap(wrapped, _stretched(passphrase, salt, cost))
    except InvalidTag:
        raise UserError("this is not the passphrase of the sealed lists") from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UserError(f"{home / VAULT_FILE}: cannot be read ({error})") from error


def new_list_key(vault: bytes) -> tuple[bytes, str]:
    """A key for a new list, and that key wrapped for its record."""
    key = secrets.token_bytes(32)
    return key, _wrap(key, vault).hex()


def list_key(wrapped: str, vault: bytes) -> bytes:
    """The key of a list. Raises UserError where the record was changed or belongs to another vault."""
    try:
        return _unwrap(bytes.fromhex(wrapped), vault)
    except (InvalidTag, ValueError):
        raise UserError("a sealed list does not belong to this passphrase; import it again") from None


def _made(passphrase: str, home: Path) -> bytes:
    if len(passphrase) < SHORTEST:
        raise UserError(f"the passphrase of sealed lists must have at least {SHORTEST} characters")
    vault, salt = secrets.token_bytes(32), secrets.token_bytes(16)
    record = {"cost": COST, "salt": salt.hex(), "wrapped": _wrap(vault, _stretched(passphrase, salt, COST)).hex()}
    try:
        home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(home / VAULT_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            json.dump(record, stream, sort_keys=True)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise UserError(f"{home / VAULT_FILE}: cannot be written ({error.strerror or error})") from error
    return vault


def _stretched(passphrase: str, salt: bytes, cost: int) -> bytes:
    return hashlib.scrypt(passphrase.encode(), salt=salt, n=cost, r=8, p=1, maxmem=_MEMORY, dklen=32)


def _wrap(key: bytes, under: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(under).encrypt(nonce, key, None)


def _unwrap(wrapped: bytes, under: bytes) -> bytes:
    return AESGCM(under).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], None)

"""The folder `tdata` of Telegram Desktop, made as its published readers describe it, with a cipher of its own."""

import hashlib
import struct

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

SALT = bytes(range(32))
LOCAL = bytes(range(256))
FILES = {0: "D877F783D5D3EF8Cs", 1: "A7FDF864FBC10B77s"}  # as installations name them
USERS = {0: 1234567, 1: 6_000_000_001}


def ige(key: bytes, iv: bytes, data: bytes) -> bytes:
    """AES-IGE, block by block."""
    engine = Cipher(AES(key), ECB()).encryptor()
    cipher, plain, out = iv[:16], iv[16:], b""
    for at in range(0, len(data), 16):
        block = data[at : at + 16]
        mixed = engine.update(bytes(a ^ b for a, b in zip(block, cipher, strict=True)))
        cipher = bytes(a ^ b for a, b in zip(mixed, plain, strict=True))
        plain = block
        out += cipher
    return out


def enciphered(data: bytes, key: bytes) -> bytes:
    """Length, data and padding under the digest of all three."""
    whole = struct.pack("<I", len(data) + 4) + data
    whole += bytes(-len(whole) % 16)
    told = hashlib.sha1(whole).digest()[:16]
    x = 8
    a = hashlib.sha1(told + key[x : x + 32]).digest()
    b = hashlib.sha1(key[x + 32 : x + 48] + told + key[x + 48 : x + 64]).digest()
    c = hashlib.sha1(key[x + 64 : x + 96] + told).digest()
    d = hashlib.sha1(told + key[x + 96 : x + 128]).digest()
    return told + ige(a[:8] + b[8:20] + c[4:16], a[8:20] + b[:8] + c[16:20] + d[:8], whole)


def strings(*parts: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def file(content: bytes) -> bytes:
    version = struct.pack("<I", 5_010_000)
    return (
        b"TDF$"
        + version
        + content
        + hashlib.md5(content + struct.pack("<i", len(content)) + version + b"TDF$").digest()
    )


def key_datas(passcode: str = "") -> bytes:
    first = hashlib.sha512(SALT + passcode.encode() + SALT).digest()
    key = hashlib.pbkdf2_hmac("sha512", first, SALT, 100_000 if passcode else 1, 256)
    listed = struct.pack(">4i", 2, 0, 1, 0)
    return file(strings(SALT, enciphered(LOCAL, key), enciphered(listed, LOCAL)))


def account(number: int) -> bytes:
    """The first with a number of 32 bits, the second with one of 64."""
    user = USERS[number]
    who = struct.pack(">ii", user, 2) if number == 0 else b"\xff" * 8 + struct.pack(">Qi", user, 2)
    return file(strings(enciphered(struct.pack(">I", 75) + strings(who), LOCAL)))


def folder(passcode: str = "") -> dict[str, bytes]:
    return {"key_datas": key_datas(passcode)} | {FILES[number]: account(number) for number in FILES}

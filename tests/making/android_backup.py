"""Android backups for tests, made after the description of the format, with `cryptography` alone."""

import io
import os
import tarfile
import zlib

from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC


def make_tar(files):
    """A tar as the phone writes it: files alone, in the order given, without folders."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = len(data), 1_700_000_000, 0o600
            archive.addfile(info, io.BytesIO(data))
    return target.getvalue()


def make_android_backup(inner, *, version=5, packed=True, password=None, rounds=50, master_key=None):
    """The bytes of an `.ab` around a tar."""
    body = zlib.compress(inner) if packed else inner
    lines = ["ANDROID BACKUP", str(version), "1" if packed else "0"]
    if password is None:
        return "\n".join([*lines, "none", ""]).encode() + body
    salt, check_salt, user_iv, iv = os.urandom(64), os.urandom(64), os.urandom(16), os.urandom(16)
    master_key = master_key or os.urandom(32)
    user_key = derive(password.encode("utf-8"), salt, rounds)
    blob = b"".join(
        bytes([len(part)]) + part for part in (iv, master_key, checksum(master_key, check_salt, rounds, version))
    )
    lines += ["AES-256", salt.hex().upper(), check_salt.hex().upper(), str(rounds), user_iv.hex().upper()]
    lines += [encipher(user_key, user_iv, blob).hex().upper(), ""]
    return "\n".join(lines).encode() + encipher(master_key, iv, body)


def checksum(master_key, salt, rounds, version):
    """Version 1: the bytes themselves. Later: bytes from 0x80 on become U+FF80 to U+FFFF, and the text UTF-8."""
    if version == 1:
        return derive(master_key, salt, rounds)
    signed = [byte - 256 if byte > 127 else byte for byte in master_key]
    units = b"".join((value & 0xFFFF).to_bytes(2, "big") for value in signed)
    return derive(units.decode("utf-16-be").encode("utf-8"), salt, rounds)


def derive(secret, salt, rounds):
    return PBKDF2HMAC(hashes.SHA1(), 32, salt, rounds).derive(secret)


def encipher(key, iv, data):
    padder = padding.PKCS7(128).padder()
    engine = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return engine.update(padder.update(data) + padder.finalize()) + engine.finalize()

"""iOS backups for tests, plain and encrypted, made after the description of the format, with `cryptography` alone.

A made backup keeps what it was made from: `files` maps (domain, path) to content.
"""

import hashlib
import os
import plistlib
import sqlite3
import struct
from contextlib import closing
from pathlib import Path

from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

BORN, CHANGED, MODIFIED = 1_690_000_000, 1_695_000_000, 1_700_000_000
MANIFEST_CLASS, DEVICE_CLASS = 4, 9
INFO = {
    "Device Name": "iPhone Fiktif",
    "Product Name": "iPhone 12",
    "Product Type": "iPhone13,2",
    "Product Version": "16.3",
    "Serial Number": "FIKTIF000001",
    "IMEI": "000000000000001",
    "Phone Number": "+62 000 0000 001",
    "Unique Identifier": "0" * 40,
}


def file_id(domain, path):
    return hashlib.sha1(f"{domain}-{path}".encode(), usedforsecurity=False).hexdigest()


class Lock:
    """The secret side of an encrypted backup: class keys, and the keybag that a password opens."""

    def __init__(self, password, *, double=True, rounds=20):
        self.classes = {number: os.urandom(32) for number in (1, 2, 3, MANIFEST_CLASS)}
        salt, double_salt = os.urandom(20), os.urandom(20)
        secret = password.encode()
        if double:
            secret = PBKDF2HMAC(hashes.SHA256(), 32, double_salt, rounds + 1).derive(secret)
        key = PBKDF2HMAC(hashes.SHA1(), 32, salt, rounds).derive(secret)
        head = [(b"VERS", number(4)), (b"TYPE", number(1)), (b"UUID", os.urandom(16)), (b"HMCK", os.urandom(40))]
        head += [(b"WRAP", number(1)), (b"SALT", salt), (b"ITER", number(rounds))]
        if double:
            head += [(b"DPWT", number(1)), (b"DPIC", number(rounds + 1)), (b"DPSL", double_salt)]
        for name, value in self.classes.items():
            head += [(b"UUID", os.urandom(16)), (b"CLAS", number(name)), (b"WRAP", number(2)), (b"KTYP", number(0))]
            head += [(b"WPKY", aes_key_wrap(key, value))]
        # a key of the phone itself, which no password opens
        head += [(b"UUID", os.urandom(16)), (b"CLAS", number(DEVICE_CLASS)), (b"WRAP", number(1)), (b"WPKY", bytes(40))]
        self.keybag = b"".join(tag + struct.pack(">L", len(value)) + value for tag, value in head)

    def wrapped(self, key, name):
        with_key = self.classes.get(name, bytes(32))
        return struct.pack("<L", name) + aes_key_wrap(with_key, key)


def number(value):
    return struct.pack(">L", value)


def encipher(key, data):
    padder = padding.PKCS7(128).padder()
    engine = Cipher(algorithms.AES(key), modes.CBC(bytes(16))).encryptor()
    return engine.update(padder.update(data) + padder.finalize()) + engine.finalize()


def make_ios_backup(
    folder, files, *, password=None, folders=(), links=(), missing=(), flat=False, double=True, classes=None
):
    """A backup as iTunes writes it since iOS 10. Returns the folder."""
    folder = Path(folder)
    folder.mkdir(parents=True)
    lock = None if password is None else Lock(password, double=double)
    rows = [(domain, path, 2, mbfile(path, 0o40755, 0)) for domain, path in folders]
    rows += [(domain, path, 4, mbfile(path, 0o120777, 0, target="/private/var")) for domain, path in links]
    for (domain, path), data in files.items():
        wrapped = None
        stored = data
        if lock:
            key, name = os.urandom(32), (classes or {}).get((domain, path), 3)
            wrapped, stored = lock.wrapped(key, name), encipher(key, data)
        rows.append((domain, path, 1, mbfile(path, 0o100644, len(data), wrapped=wrapped)))
        if (domain, path) not in missing:
            put(folder, file_id(domain, path), stored, flat=flat)
    manifest = make_manifest(folder / "plain.db", rows)
    properties = {"IsEncrypted": lock is not None, "Version": "10.0", "Lockdown": {"ProductVersion": "16.3"}}
    if lock:
        key = os.urandom(32)
        manifest = encipher(key, manifest)
        properties |= {"BackupKeyBag": lock.keybag, "ManifestKey": lock.wrapped(key, MANIFEST_CLASS)}
    (folder / "Manifest.db").write_bytes(manifest)
    finish(folder, properties)
    return folder


def put(folder, name, data, *, flat):
    place = folder if flat else folder / name[:2]
    place.mkdir(exist_ok=True)
    (place / name).write_bytes(data)


def finish(folder, properties):
    (folder / "Manifest.plist").write_bytes(plistlib.dumps(properties, fmt=plistlib.FMT_BINARY))
    (folder / "Info.plist").write_bytes(plistlib.dumps(INFO))
    (folder / "Status.plist").write_bytes(plistlib.dumps({"IsFullBackup": True, "SnapshotState": "finished"}))


def make_manifest(path, rows):
    with closing(sqlite3.connect(path)) as database:
        database.execute(
            "CREATE TABLE Files (fileID TEXT PRIMARY KEY, domain TEXT, relativePath TEXT, flags INTEGER, file BLOB)"
        )
        database.execute("CREATE TABLE Properties (key TEXT PRIMARY KEY, value BLOB)")
        database.executemany(
            "INSERT INTO Files VALUES (?, ?, ?, ?, ?)",
            [(file_id(domain, path), domain, path, flags, blob) for domain, path, flags, blob in rows],
        )
        database.commit()
    data = path.read_bytes()
    path.unlink()
    return data


def mbfile(path, mode, size, *, wrapped=None, target=None):
    """An MBFile as NSKeyedArchiver puts it down: values that are objects lie in a list and are referred to."""
    uid = plistlib.UID
    fields = {
        "$class": uid(1), "RelativePath": uid(2), "Mode": mode, "Size": size, "UserID": 501, "GroupID": 501, "Flags": 0,
        "InodeNumber": 1234, "ProtectionClass": 3, "Birth": BORN, "LastStatusChange": CHANGED, "LastModified": MODIFIED,
    }  # fmt: skip
    objects = ["$null", {"$classname": "MBFile", "$classes": ["MBFile", "NSObject"]}, path]
    if wrapped is not None:
        fields["EncryptionKey"] = uid(len(objects))
        objects.append({"$class": uid(len(objects) + 1), "NS.data": wrapped})
        objects.append({"$classname": "NSMutableData", "$classes": ["NSMutableData", "NSData", "NSObject"]})
    if target is not None:
        fields["Target"] = uid(len(objects))
        objects.append(target)
    objects.insert(1, fields)
    shifted = [shift(each, uid) for each in objects]
    archive = {"$version": 100000, "$archiver": "NSKeyedArchiver", "$top": {"root": uid(1)}, "$objects": shifted}
    return plistlib.dumps(archive, fmt=plistlib.FMT_BINARY)


def shift(value, uid):
    """The object itself was put in at place 1: every reference moves on by one."""
    if isinstance(value, dict):
        return {key: uid(each.data + 1) if isinstance(each, uid) else each for key, each in value.items()}
    return value


def make_old_backup(folder, files, *, password=None, folders=()):
    """A backup as iTunes wrote it before iOS 10: Manifest.mbdb, contents without subfolders."""
    folder = Path(folder)
    folder.mkdir(parents=True)
    lock = None if password is None else Lock(password, double=False)
    records = [mbdb_record(domain, path, 0o40755, 0, None) for domain, path in folders]
    for (domain, path), data in files.items():
        key = os.urandom(32)
        wrapped = lock.wrapped(key, 3) if lock else None
        records.append(mbdb_record(domain, path, 0o100644, len(data), wrapped))
        put(folder, file_id(domain, path), encipher(key, data) if lock else data, flat=True)
    (folder / "Manifest.mbdb").write_bytes(b"mbdb\x05\x00" + b"".join(records))
    finish(folder, {"IsEncrypted": lock is not None} | ({"BackupKeyBag": lock.keybag} if lock else {}))
    return folder


def mbdb_record(domain, path, mode, size, key):
    strings = [domain.encode(), path.encode(), None, None, key]
    numbers = struct.pack(">HQLLLLLQBB", mode, 77, 501, 501, MODIFIED, CHANGED, BORN, size, 3, 1)
    return b"".join(map(mbdb_string, strings)) + numbers + mbdb_string(b"com.apple.x") + mbdb_string(b"\x01\x02")


def mbdb_string(value):
    return b"\xff\xff" if value is None else struct.pack(">H", len(value)) + value

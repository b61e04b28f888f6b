"""Encrypted volumes and logical volumes for tests: made by other programs, or here after their specification."""

import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import XTS

SECTOR = 512
PASSWORD = "kata sandi ä"
KEY = bytes(range(64))
EXTENT = 1 << 16


def luks1_by_qemu(plain: Path, path: Path, password: str = PASSWORD, **options: str) -> Path:
    """A LUKS1 volume with this content, header and content by qemu-img. Options of `qemu-img -o`, with `_` for `-`."""
    program = shutil.which("qemu-img")
    if program is None:
        pytest.skip("qemu-img is not installed (Debian package qemu-utils)")
    chosen = {"iter-time": "100", **{name.replace("_", "-"): value for name, value in options.items()}}
    words = ",".join(f"{name}={value}" for name, value in chosen.items())
    secret = path.with_suffix(".secret")
    secret.write_bytes(password.encode())
    given = ["--object", f"secret,id=given,file={secret}"]
    made = [program, "create", *given, "-f", "luks", "-o", f"key-secret=given,{words}", path, str(plain.stat().st_size)]
    target = f"driver=luks,key-secret=given,file.filename={path}"
    filled = [program, "convert", *given, "-f", "raw", "-n", "--target-image-opts", plain, target]
    for _ in range(20):  # it times the machine first, and gives up where the clock is too coarse for that
        if subprocess.run(made, check=False, capture_output=True, timeout=60).returncode == 0:
            break
    subprocess.run(filled, check=True, capture_output=True, timeout=60)
    return path


def luks2_by_cryptsetup(
    plain: bytes, path: Path, *arguments: str, password: str = PASSWORD, sector: int = SECTOR
) -> Path:
    """A LUKS2 volume: the header by cryptsetup, which is told the volume key; the content enciphered here with that key."""
    program = shutil.which("cryptsetup", path="/usr/sbin:/sbin:/usr/bin")
    if program is None:
        pytest.skip("cryptsetup is not installed (Debian package cryptsetup-bin)")
    key = path.with_suffix(".key")
    key.write_bytes(KEY)
    offset = 1 << 20
    path.write_bytes(bytes(offset) + bytes(len(plain)))
    how = [
        "--type",
        "luks2",
        "--batch-mode",
        "--volume-key-file",
        key,
        "--cipher",
        "aes-xts-plain64",
        "--key-size",
        "512",
    ]
    where = ["--offset", str(offset // SECTOR), "--sector-size", str(sector), "--key-file", "-"]
    given = arguments or ("--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000")
    command = [program, "luksFormat", *how, *where, *given, path]
    subprocess.run(command, input=password.encode(), check=True, capture_output=True, timeout=60)
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(xts(plain, KEY, sector))
    return path


def xts(plain: bytes, key: bytes, sector: int) -> bytes:
    """As dm-crypt writes: each sector by itself, the tweak its position in units of 512 bytes."""
    return b"".join(
        Cipher(AES(key), XTS((at // SECTOR).to_bytes(16, "little"))).encryptor().update(plain[at : at + sector])
        for at in range(0, len(plain), sector)
    )


def lvm(volumes: dict[str, bytes], *, disks: int = 1) -> bytes:
    """A physical volume of LVM2 with linear logical volumes, after "LVM2 on-disk format" of libvslvm and lvm2's own layout.h."""
    start, data, texts = 1 << 20, b"", []
    for number, (name, content) in enumerate(volumes.items()):
        extents = -(-len(content) // EXTENT)
        texts.append(_logical(name, number, extents, len(data) // EXTENT))
        data += content.ljust(extents * EXTENT, b"\0")
    text = _group("".join(texts), len(data) // EXTENT, start // SECTOR, disks).encode() + b"\0"
    area = 512 + len(text)
    locator = struct.pack("<QQLL", 512, len(text), _checksum(text), 0)
    header = struct.pack("<16sLQQ", b" LVM2 x[5A%r0N*>", 1, 4096, start - 4096) + locator
    header = header.ljust(508, b"\0")
    label = _identifier("p").replace("-", "").encode() + struct.pack("<Q", start + len(data))
    label += struct.pack("<QQQQ", start, 0, 0, 0) + struct.pack("<QQQQ", 4096, start - 4096, 0, 0)
    body = (struct.pack("<L8s", 32, b"LVM2 001") + label).ljust(492, b"\0")
    sector = struct.pack("<8sQL", b"LABELONE", 1, _checksum(body)) + body
    front = bytes(512) + sector
    front = front.ljust(4096, b"\0") + struct.pack("<L", _checksum(header)) + header + text
    assert area < start - 4096
    return front.ljust(start, b"\0") + data


def _group(volumes: str, extents: int, start: int, disks: int) -> str:
    others = "".join(
        f'pv{number} {{\nid = "{_identifier("abcdefgh"[number])}"\ndevice = "/dev/other"\nstatus = ["ALLOCATABLE"]\nflags = []\n'
        f"dev_size = 99999\npe_start = {start}\npe_count = 16\n}}\n"
        for number in range(1, disks)
    )
    return (
        f'group {{\nid = "{_identifier("g")}"\nseqno = 1\nformat = "lvm2"\nstatus = ["RESIZEABLE", "READ", "WRITE"]\nflags = []\n'
        f"extent_size = {EXTENT // SECTOR}\nmax_lv = 0\nmax_pv = 0\nmetadata_copies = 0\n"
        f'physical_volumes {{\npv0 {{\nid = "{_identifier("p")}"\ndevice = "/dev/sdz"\nstatus = ["ALLOCATABLE"]\nflags = []\n'
        f"dev_size = {start + extents * EXTENT // SECTOR}\npe_start = {start}\npe_count = {extents}\n}}\n{others}}}\n"
        f'logical_volumes {{\n{volumes}}}\n}}\ncontents = "Text Format Volume Group"\nversion = 1\ndescription = ""\n'
        'creation_host = "uji"\ncreation_time = 1700000000\n'
    )


def _logical(name: str, number: int, extents: int, first: int) -> str:
    return (
        f'{name} {{\nid = "{_identifier("ABCDEFGH"[number])}"\nstatus = ["READ", "WRITE", "VISIBLE"]\nflags = []\n'
        'creation_time = 1700000000\ncreation_host = "uji"\nsegment_count = 1\nsegment1 {\nstart_extent = 0\n'
        f'extent_count = {extents}\ntype = "striped"\nstripe_count = 1\nstripes = [\n"pv0", {first}\n]\n}}\n}}\n'
    )


def _identifier(letter: str) -> str:
    return "-".join(letter * length for length in (6, 4, 4, 4, 4, 4, 6))


def _checksum(data: bytes) -> int:
    """The weak CRC of LVM: that of zlib, from another start and not inverted."""
    return zlib.crc32(data, 0xF597A6CF ^ 0xFFFFFFFF) ^ 0xFFFFFFFF

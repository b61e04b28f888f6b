"""What Windows says of a physical drive (`\\\\.\\PhysicalDrive1`): its size and whether it may be written to.

Source: winioctl.h: IOCTL_DISK_GET_LENGTH_INFO gives the bytes; IOCTL_DISK_IS_WRITABLE fails with ERROR_WRITE_PROTECT where the drive is
protected; IOCTL_STORAGE_QUERY_PROPERTY gives a STORAGE_DEVICE_DESCRIPTOR with offsets of vendor, product, revision and serial.
"""

from __future__ import annotations

import ctypes
import struct
from typing import TYPE_CHECKING, Any

from triage.errors import Unreadable
from triage.evidence.device import DeviceFacts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LENGTH, _WRITABLE, _PROPERTY = 0x0007405C, 0x00070024, 0x002D1400
_WRITE_PROTECTED = 19
_READ, _SHARED, _EXISTING = 0x80000000, 3, 3
_TITLES = (("vendor", 12), ("model", 16), ("firmware", 20), ("serial", 24))  # offsets in the descriptor


def about_drive(path: Path) -> DeviceFacts:
    """Raises Unreadable."""
    kernel: Any = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined]  # Windows alone
    kernel.CreateFileW.restype = ctypes.c_void_p
    handle = kernel.CreateFileW(str(path), _READ, _SHARED, None, _EXISTING, 0, None)
    if handle in {None, ctypes.c_void_p(-1).value}:
        raise Unreadable(f"{path}: cannot be opened; run Sigap as administrator")
    try:
        length = _asked(kernel, handle, _LENGTH, b"", 8)
        if length is None:
            raise Unreadable(f"{path}: the system does not say how large this drive is")
        writable = _asked(kernel, handle, _WRITABLE, b"", 0) is not None
        protected = not writable and ctypes.get_last_error() == _WRITE_PROTECTED  # type: ignore[attr-defined]  # Windows alone
        descriptor = _asked(kernel, handle, _PROPERTY, bytes(12), 4096) or b""
    finally:
        kernel.CloseHandle(ctypes.c_void_p(handle))
    read_only = True if protected else False if writable else None
    return DeviceFacts(struct.unpack("<q", length)[0], read_only, tuple(_described(descriptor)))


def _asked(kernel: Any, handle: int, code: int, data: bytes, room: int) -> bytes | None:  # noqa: ANN401  # a C library
    answer, got = ctypes.create_string_buffer(max(1, room)), ctypes.c_ulong()
    done = kernel.DeviceIoControl(
        ctypes.c_void_p(handle), code, data or None, len(data), answer, room, ctypes.byref(got), None
    )
    return answer.raw[: got.value] if done else None


def _described(descriptor: bytes) -> Iterator[tuple[str, str]]:
    for title, place in _TITLES:
        at = int.from_bytes(descriptor[place : place + 4], "little")
        text = descriptor[at:].partition(b"\0")[0].decode("ascii", "backslashreplace").strip() if at else ""
        if text:
            yield title, text

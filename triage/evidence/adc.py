"""Apple Data Compression (ADC), the packing of early Apple disk images (UDCO).

Source: the ADC section of the UDIF chapter of the "keramics" format documentation. A byte starts either a run of literal bytes
or a copy of bytes already unpacked.
"""

from __future__ import annotations

from triage.errors import Malformed


def adc_unpacked(data: bytes, size: int) -> bytes:
    """ADC to exactly `size` bytes. Raises Malformed."""
    made = bytearray()
    at, end = 0, len(data)
    while at < end and len(made) < size:
        first = data[at]
        if first & 0x80:
            length = (first & 0x7F) + 1
            made += data[at + 1 : at + 1 + length]
            at += 1 + length
        elif first & 0x40:
            _copy(made, (first & 0x3F) + 4, int.from_bytes(data[at + 1 : at + 3], "big") + 1)
            at += 3
        else:
            _copy(made, (first >> 2) + 3, int.from_bytes(bytes([first & 3]) + data[at + 1 : at + 2], "big") + 1)
            at += 2
    if len(made) < size:
        raise Malformed(f"its packed data ends after {len(made)} of {size} bytes")
    return bytes(made[:size])


def _copy(made: bytearray, length: int, distance: int) -> None:
    """Repeat what lies `distance` bytes back; source and target may overlap."""
    if distance > len(made):
        raise Malformed("its ADC data refers to bytes before its start")
    start = len(made) - distance
    piece = bytes(made[start : start + length])
    made += (piece * (length // len(piece) + 1))[:length]

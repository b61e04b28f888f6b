"""Many lines of one pattern at once: digests at fixed places from the begin of the line, taken with numpy.

Lines that are not of the pattern, or whose digits are none, are left to the parser that reads one line at a time.
"""

from __future__ import annotations

import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from triage.hashing.shapes import DIGESTS

if TYPE_CHECKING:
    import numpy.typing as npt

    from triage.hashing.sources.columns import Columns
    from triage.hashing.storage import Bytes

    Places = npt.NDArray[np.int64]

_VALUES = np.full(256, 255, np.uint8)
_VALUES[list(b"0123456789abcdef")] = range(16)
_VALUES[list(b"ABCDEF")] = range(10, 16)
_LEAST = 16  # lines of a block for which this is worth while


@dataclass(frozen=True, slots=True)
class Pattern:
    """A line: digests at places, in the order of a row; bytes that stand between them; where the pattern ends, and what may follow.

    `named` says that a name follows two bytes after the end, as md5sum writes it.
    """

    columns: tuple[str, ...]
    places: tuple[int, ...]
    between: tuple[tuple[int, int], ...]
    end: int
    after: bytes
    named: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """Lines taken from a block: their values, their numbers in the block from 0, and their names; and the lines left over."""

    values: Bytes
    lines: Places
    names: list[bytes] | None
    left: list[tuple[int, bytes]]


def plain_pattern(line: bytes) -> Pattern | None:
    """The pattern of a line that begins with a digest, alone or before a name or an offset."""
    for column, width in DIGESTS.items():
        after = line[2 * width : 2 * width + 1]
        if (after in b" \t|" or after in b"\r\n") and len(line) >= 2 * width and _is_hex(line[: 2 * width]):
            return Pattern((column,), (0,), (), 2 * width, b" \t|", named=after in (b" ", b"\t"))
    return None


def column_pattern(columns: Columns, line: bytes, *, digests_only: bool) -> Pattern | None:
    """The pattern of a table whose first columns are the digests, each quoted or none.

    `digests_only` says that names and sizes are of no use; else a table that has them has no pattern.
    """
    if not digests_only and columns.others.keys() & {"name", "size"}:
        return None
    if columns.says_more or columns.fields or [place for _, place in columns.digests if place >= len(columns.digests)]:
        return None
    names = [name for name, _ in sorted(columns.digests, key=lambda each: each[1])]
    if not set(names) <= DIGESTS.keys():
        return None
    quote, separator = (1 if line[:1] == b'"' else 0), ord(columns.separator)
    starts, between, place = {}, [], 0
    for number, name in enumerate(names):
        if number:
            between.append((place, separator))
            place += 1
        starts[name] = place + quote
        between += [(place, 0x22), (place + 1 + 2 * DIGESTS[name], 0x22)] if quote else []
        place += 2 * DIGESTS[name] + 2 * quote
    order = tuple(name for name, _ in columns.digests)
    return Pattern(order, tuple(starts[name] for name in order), tuple(between), place, columns.separator.encode())


def take(block: bytes, pattern: Pattern, *, names: bool, suspect: bytes = b"") -> Taken | None:
    """What of a block of whole lines is of the pattern; lines that hold `suspect` are left over. None: too little of it is."""
    data = np.frombuffer(block, np.uint8)
    rows = _all_alike(data, pattern, suspect in block if suspect else False)
    if rows is not None and (values := _unhexed(_digits(rows, pattern))) is not None:
        return Taken(values, np.arange(len(values)), None, [])
    starts, ends = _lines(data)
    fitting = _fitting(data, starts, ends, pattern)
    if suspect and suspect in block:
        fitting &= _without(block, suspect, starts)
    if fitting.sum() < max(_LEAST, len(starts) // 8):
        return None
    return _gathered(block, data, (starts, ends), np.flatnonzero(fitting), pattern, names)


def _all_alike(data: Bytes, pattern: Pattern, suspect: bool) -> Bytes | None:  # noqa: FBT001  # one caller
    """All lines as a matrix, where they are of one length and nothing follows the pattern."""
    if suspect or len(data) <= pattern.end:
        return None
    width = pattern.end + (2 if data[pattern.end] == 0x0D else 1)
    if len(data) % width or data[width - 1] != 0x0A:
        return None
    rows = data.reshape(-1, width)
    if not (rows[:, -1] == 0x0A).all() or (width == pattern.end + 2 and not (rows[:, -2] == 0x0D).all()):
        return None
    return rows if all((rows[:, place] == byte).all() for place, byte in pattern.between) else None


def _digits(rows: Bytes, pattern: Pattern) -> Bytes:
    """The hexadecimal digits of all columns, side by side."""
    digits = np.empty((len(rows), sum(2 * DIGESTS[column] for column in pattern.columns)), np.uint8)
    filled = 0
    for column, place in zip(pattern.columns, pattern.places, strict=True):
        width = 2 * DIGESTS[column]
        digits[:, filled : filled + width] = rows[:, place : place + width]
        filled += width
    return digits


def _unhexed(digits: Bytes) -> Bytes | None:
    try:
        return np.frombuffer(binascii.unhexlify(digits.data), np.uint8).reshape(len(digits), -1)
    except ValueError:
        return None


def _lines(data: Bytes) -> tuple[Places, Places]:
    """Where each line begins and where it ends, without its line end."""
    feeds = np.flatnonzero(data == 0x0A)
    starts = np.concatenate(([0], feeds + 1))
    ends = np.concatenate((feeds, [len(data)]))
    if starts[-1] == len(data):
        starts, ends = starts[:-1], ends[:-1]
    carriage = (ends > starts) & (data[np.maximum(ends - 1, 0)] == 0x0D)
    return starts, ends - carriage


def _fitting(data: Bytes, starts: Places, ends: Places, pattern: Pattern) -> npt.NDArray[np.bool_]:
    fits = ends - starts >= pattern.end
    safe = np.where(fits, starts, 0)
    if len(data) <= pattern.end:
        return np.zeros(len(starts), bool)
    for place, byte in pattern.between:
        fits &= data[safe + place] == byte
    follows = data[np.minimum(safe + pattern.end, len(data) - 1)]
    allowed = ends - starts == pattern.end
    for byte in pattern.after:
        allowed |= follows == byte
    fitting: npt.NDArray[np.bool_] = fits & allowed
    return fitting


def _without(block: bytes, suspect: bytes, starts: Places) -> npt.NDArray[np.bool_]:
    """Lines that do not hold the suspect bytes."""
    good = np.ones(len(starts), bool)
    place = block.find(suspect)
    while place >= 0:
        good[np.searchsorted(starts, place, "right") - 1] = False
        place = block.find(suspect, place + 1)
    return good


def _gathered(
    block: bytes,
    data: Bytes,
    lines: tuple[Places, Places],
    chosen: Places,
    pattern: Pattern,
    names: bool,  # noqa: FBT001  # one caller
) -> Taken:
    starts, ends = lines
    rows = data[starts[chosen][:, None] + np.arange(pattern.end)]
    digits = _digits(rows, pattern)
    good = (_VALUES[digits] < 16).all(axis=1)
    digits, chosen = digits[good], chosen[good]
    values = _unhexed(digits)
    assert values is not None
    rest = np.ones(len(starts), bool)
    rest[chosen] = False
    left = [(line, block[starts[line] : ends[line]]) for line in np.flatnonzero(rest).tolist()]
    named = _names(block, starts[chosen] + pattern.end, ends[chosen]) if names and pattern.named else None
    return Taken(values, chosen, named, left)


def _names(block: bytes, starts: Places, ends: Places) -> list[bytes]:
    """Names as md5sum writes them: after a space and a space or a star."""
    texts = (block[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True))
    return [
        (text[2:] if text[1:2] in (b" ", b"*", b"\t") else text[1:]).strip() if text[:1] != b"|" else b""
        for text in texts
    ]


def _is_hex(text: bytes) -> bool:
    return bool((_VALUES[np.frombuffer(text, np.uint8)] < 16).all())

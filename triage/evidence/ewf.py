"""EWF images (E01, s01): EnCase 1 to 7, SMART, FTK Imager, linen, ewfacquire, in one or many segment files.

Source of the format: libewf, "Expert Witness Compression Format specification" (J. Metz); see the modules `ewf_sections`,
`ewf_tables`, `ewf_chunks` and `ewf_facts`. Every chunk is checked against its checksum. A chunk that is damaged or missing reads as
zeros and is reported with its range; the rest is not touched by it.
"""

from __future__ import annotations

from collections import OrderedDict
from itertools import islice
from typing import TYPE_CHECKING

from triage.errors import Encrypted, Malformed, Unreadable, Unsupported
from triage.evidence.ewf_disk import Disk, merged
from triage.evidence.ewf_facts import VOLUME_BYTES, Geometry, about, geometry_of, statements_of
from triage.evidence.ewf_layout import layout_of
from triage.evidence.ewf_sections import MOST_SECTIONS, Chain, chain_of
from triage.evidence.ewf_segments import HEADER, SIGNATURE, Segments, find_segments
from triage.evidence.ewf_tables import Walker
from triage.evidence.medium import Damage, Medium, Stored
from triage.evidence.signatures import RAW_FIRST
from triage.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from triage.evidence.ewf_sections import Section

MOST_CHUNK_BYTES = 32 << 20
MOST_BYTES = 1 << 62
LOGICAL = 0x0E  # media type of an L01 file
_AHEAD = 512 << 10  # unpacked at once where small reads follow each other
_PAST_CACHE = 512 << 10  # reads from this size on leave the cache as it is
_MOST_DOUBTS = 100
_VOLUMES = ("volume", "disk", "data")
_OTHERS = (
    (b"EVF2\x0d\x0a\x81\x00", "an EnCase image of the second version (Ex01)", Unsupported),
    (b"LVF\x09\x0d\x0a\xff\x00", "an EnCase logical evidence file (L01)", Unsupported),
    (b"LEF2\x0d\x0a\x81\x00", "an EnCase logical evidence file (Lx01)", Unsupported),
    (b"ADCRYPT\x00", "an image encrypted by AccessData tools", Encrypted),
)


def open_ewf(path: Path, *, cache_bytes: int = 64 << 20) -> EwfMedium:
    """Open an image by one of its segment files; the others are looked for beside it. Read-only.

    Raises Unreadable, Unsupported (Ex01, L01), Encrypted, or Malformed where no segment says how large the disk is.
    """
    segments = find_segments(path)
    try:
        _refuse_others(segments, path)
        return _opened(segments, cache_bytes)
    except BaseException:
        segments.close()
        raise


class EwfMedium(Medium):
    """The disk in an EWF image. Not shared between threads, but for `blocks`."""

    format = "e01"
    keeps = True

    def __init__(self, disk: Disk, stored: Stored, read_errors: tuple[tuple[int, int], ...], cache_bytes: int) -> None:
        super().__init__(disk.size)
        self.chunk = disk.chunk
        self.stored = stored
        self._disk, self._read_errors = disk, read_errors
        self._files: tuple[Path, ...] = ()
        self._doubt: str | None = None
        self._last: Damage | None = None
        self._cache: OrderedDict[int, bytes | Damage] = OrderedDict()
        self._room = max(1, cache_bytes // self.chunk)
        self._following = -1  # the chunk behind the last one that was unpacked for a small read

    def files(self) -> tuple[Path, ...]:
        """The segment files that are there, in order."""
        return self._files

    def warnings(self) -> Iterator[Problem]:
        """That the size of the disk was taken from a damaged section."""
        if self._doubt:
            yield Problem(kind="malformed", stage="open", message=self._doubt)

    def known_damage(self) -> Iterator[Damage]:
        """Missing parts of the image, then sectors that could not be read when it was made."""
        yield from self._disk.missing()
        for first, count in self._read_errors:
            offset = first * self._disk.sector
            if offset < self.size:
                size = min(count * self._disk.sector, self.size - offset)
                yield Damage(offset, size, "could not be read when the image was made (error2 section)")

    def blocks(self, offset: int, size: int) -> tuple[list[bytes], tuple[Damage, ...]]:
        """The chunks that a range touches, whole, and what is damaged in them; past the cache.

        May be called from several threads. Raises Gone.
        """
        first, end = offset // self.chunk, -(-(offset + size) // self.chunk)
        pieces = list(self._disk.chunks(first, end))
        return self._filled(pieces, first), merged(pieces)

    def close(self) -> None:
        """Give back files and memory."""
        self._disk.close()
        self._cache.clear()
        super().close()

    def _at(self, offset: int, size: int) -> bytes:
        first, end = offset // self.chunk, -(-(offset + size) // self.chunk)
        if size >= max(_PAST_CACHE, 8 * self.chunk):
            blocks, damages = self.blocks(offset, size)
        else:
            pieces = self._pieces(first, end)
            blocks, damages = self._filled(pieces, first), merged(pieces)
        for damage in damages:
            self._damaged(damage)
        return _cut(blocks, offset - first * self.chunk, size)

    def _damaged(self, damage: Damage) -> None:
        """Adjoining ranges with one reason become one, so that a long damage read piece by piece stays one row."""
        if self._last in self._met:
            joined = merged((self._last, damage))
            if len(joined) == 1:
                self._met.discard(self._last)
                damage = joined[0]
        self._met.add(damage)
        self._last = damage

    def _filled(self, pieces: list[bytes | Damage], first: int) -> list[bytes]:
        """Zeros in place of damage."""
        length = self._disk.length
        return [each if isinstance(each, bytes) else bytes(length(at)) for at, each in enumerate(pieces, first)]

    def _pieces(self, first: int, end: int) -> list[bytes | Damage]:
        """Through the cache. A read that goes on where the last one ended is answered with what follows it as well."""
        ahead = _AHEAD // self.chunk if self._following - 1 <= first <= self._following else 0
        self._following = end
        upto = min(end + ahead, first + self._room, -(-self.size // self.chunk))
        return [self._cached(number, max(upto, number + 1)) for number in range(first, end)]

    def _cached(self, number: int, upto: int) -> bytes | Damage:
        found = self._cache.get(number)
        if found is not None:
            self._cache.move_to_end(number)
            return found
        for each, piece in enumerate(self._disk.chunks(number, upto), number):
            self._cache[each] = piece
        while len(self._cache) > self._room:
            self._cache.popitem(last=False)
        return self._cache[number]


def _cut(blocks: list[bytes], start: int, size: int) -> bytes:
    """`size` bytes of neighbouring blocks, from byte `start` of the first on."""
    if len(blocks) == 1:
        return blocks[0][start : start + size]
    left = start + size - sum(len(block) for block in blocks[:-1])
    blocks[0], blocks[-1] = blocks[0][start:], blocks[-1][:left]
    return b"".join(blocks)


def _opened(segments: Segments, cache_bytes: int) -> EwfMedium:
    chains: dict[int, Chain | str] = {number: f"segment file {number} is missing" for number in segments.missing()}
    left = MOST_SECTIONS
    for number in segments.sizes:
        chain = chain_of(segments, number, left)
        chains[number] = chain
        left -= len(chain.sections)
    geometry, doubt = _geometry(segments, chains)
    said = statements_of(segments, (section for _, section in _sections(chains)))
    facts = (*said.facts(), *about(geometry), *_doubts(segments, chains))
    walker = Walker(segments, geometry)
    disk = Disk(segments, geometry, layout_of(segments, chains, geometry, walker), walker)
    medium = EwfMedium(disk, Stored(said.md5, said.sha1, facts=facts), tuple(said.read_errors), cache_bytes)
    medium._doubt = doubt  # noqa: SLF001  # its own module
    medium._files = tuple(path for _, path in sorted(segments.paths.items()))  # noqa: SLF001  # its own module
    return medium


def _geometry(segments: Segments, chains: dict[int, Chain | str]) -> tuple[Geometry, str | None]:
    """From the first sound section that states it, else from the first whose numbers agree; and what to doubt about it.

    A segment that states another set identifier is of another image.
    """
    found: Geometry | None = None
    for number, section in _sections(chains):
        if section.kind not in _VOLUMES:
            continue
        stated = geometry_of(_data(segments, section))
        if found is None:
            found = stated
        elif stated is not None and stated.set_identifier != found.set_identifier:
            chains[number] = f"{segments.paths[number].name} is of another image: its set identifier differs"
    doubt = None
    if found is None:
        found, doubt = (
            _agreeing(segments, chains),
            "the checksum of the section that says how large the disk is does not fit",
        )
    return _usable(found), doubt and f"{doubt}; its numbers agree with one another and are used"


def _agreeing(segments: Segments, chains: dict[int, Chain | str]) -> Geometry | None:
    """One changed byte in a thousand unused ones must not close a disk of which everything else is whole."""
    stated = (_data(segments, section) for _, section in _sections(chains) if section.kind in _VOLUMES)
    return next((found for data in stated if (found := geometry_of(data, damaged=True))), None)


def _usable(found: Geometry | None) -> Geometry:
    if found is None:
        raise Malformed(
            "no segment file says how large the disk is: the volume and data sections are missing or damaged"
        )
    if found.media == LOGICAL:
        raise Unsupported("an EnCase logical evidence file, not an image of a disk")
    if found.chunk > MOST_CHUNK_BYTES:
        raise Unsupported(f"chunks of {found.chunk} bytes; Sigap reads chunks of up to {MOST_CHUNK_BYTES}")
    if found.size > MOST_BYTES:
        raise Malformed(f"states a disk of {found.size} bytes")
    return found


def _sections(chains: dict[int, Chain | str]) -> Iterator[tuple[int, Section]]:
    for number, chain in sorted(chains.items()):
        if isinstance(chain, Chain):
            yield from ((number, section) for section in chain.sections)


def _data(segments: Segments, section: Section) -> bytes:
    try:
        return segments.read(section.segment, section.start, min(section.size, VOLUME_BYTES))
    except Unreadable:
        return b""


def _doubts(segments: Segments, chains: dict[int, Chain | str]) -> Iterator[tuple[str, str]]:
    yield "segment files", f"{len(segments.sizes)} of {segments.last}"
    doubts = (
        f"{segments.paths[number].name}: {doubt}"
        for number, chain in sorted(chains.items())
        if isinstance(chain, Chain)
        for doubt in chain.doubts
    )
    yield from (("doubt", doubt) for doubt in islice(doubts, _MOST_DOUBTS))


def _refuse_others(segments: Segments, path: Path) -> None:
    """Formats that are not this one, by what the file at hand starts with."""
    number = next(number for number, each in segments.paths.items() if each == path)
    head = segments.read(number, 0, HEADER)
    for magic, title, family in _OTHERS:
        if head.startswith(magic):
            raise family(f"{title}; Sigap does not read it: {RAW_FIRST}")
    if not head.startswith(SIGNATURE) and not chain_of(segments, number, 1).sections:
        raise Malformed("not an EWF image: neither its signature nor a whole section at its start")

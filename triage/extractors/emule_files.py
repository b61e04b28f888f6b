"""Files known to eMule and its relatives (aMule and others): `known.met` and the downloads under way, `*.part.met`.

The first byte of known.met is 0E, or 0F with larger numbers; that of a part.met E0, E1 or E2. Times are Unix seconds. Reference: public
parsers (mark B); a public known.met (mark A).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.errors import EvidenceError
from triage.formats import cells, times
from triage.formats.browsers import profile_of
from triage.formats.ed2k_tags import MOST_ENTRIES, KnownFile, Tags
from triage.formats.whole import whole
from triage.model import Problem, Shared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Record

MOST_BYTES = 256 << 20
APP = "eMule"
_KNOWN = re.compile(r"(?:.*[ _-])?(known|cancelled)\.met(\.bak)?\Z", re.IGNORECASE)
_PART = re.compile(r"\d+\.part\.met(\.bak)?\Z", re.IGNORECASE)
_NAME, _SIZE, _SIZE_HIGH, _PART_NAME, _COMPLETE = 0x01, 0x02, 0x3A, 0x12, 0x05
_UPLOADED, _UPLOADED_HIGH, _REQUESTS, _SHARED_LAST = 0x50, 0x54, 0x51, 0x34


class EmuleFiles:
    """One `Shared` per file."""

    name: ClassVar[str] = "emule-files"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "eMule files"
    describes: ClassVar[str] = "Files known and shared with what was uploaded of them, and downloads under way"
    limitations: ClassVar[tuple[str, ...]] = (
        "A file in known.met was shared or downloaded by this client; it need not be on the computer any more.",
        "added_at is the time of the file's last change (known.met); last_at when it was last shared or seen complete.",
        "preferences.ini, clients.met, server.met and known2.met are not read.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Shared,)

    def wants(self, item: Item) -> bool:
        """known.met, *.part.met, by name and first byte."""
        name, first = item.entry.name, item.head[:1]
        if _KNOWN.match(name):
            return first in {b"\x0e", b"\x0f"}
        return _PART.match(name) is not None and first in {b"\xe0", b"\xe1", b"\xe2"}

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The files in their order."""
        data = whole(item, most=MOST_BYTES)
        account = profile_of(item.entry.path)
        state = "downloading" if _PART.match(item.entry.name) else "known"
        for each in _entries(data, single=state == "downloading"):
            yield _shared(each, state, account) if isinstance(each, KnownFile) else each


def _entries(data: bytes, *, single: bool) -> Iterator[KnownFile | Problem]:
    tags = Tags(data, 1 if single else 5)
    count = 1 if single else int.from_bytes(data[1:5], "little")
    try:
        for _ in range(min(count, MOST_ENTRIES)):
            yield tags.entry()
    except EvidenceError as error:
        yield Problem(kind=error.kind, stage=EmuleFiles.name, message=str(error), detail=f"{count} files are promised")


def _shared(file: KnownFile, state: str, account: str | None) -> Shared:
    tags = file.tags
    return Shared(
        where=f"entry at byte {file.at}",
        app=APP,
        account=account,
        name=cells.text(tags.get(_NAME)),
        path=cells.text(tags.get(_PART_NAME)),
        size=_wide(tags.get(_SIZE), tags.get(_SIZE_HIGH)),
        hash=f"ed2k:{file.hash.hex()}",
        added_at=cells.unix_seconds(file.changed),
        last_at=cells.unix_seconds(tags.get(_SHARED_LAST)) or cells.unix_seconds(tags.get(_COMPLETE)),
        uploaded=_wide(tags.get(_UPLOADED), tags.get(_UPLOADED_HIGH)),
        count=cells.count(tags.get(_REQUESTS)),
        state=state,
        raw_time=times.raw_time(file.changed, "s Unix"),
    )


def _wide(low: object, high: object) -> int | None:
    """A number in two halves of 32 bits."""
    number = cells.count(low)
    return None if number is None else cells.count(number + ((cells.count(high) or 0) << 32))

"""Files in the library of the peer-to-peer client Shareaza: `Library1.dat`, `Library2.dat`. Reference: `triage.formats.shareaza` (mark A)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.errors import EvidenceError
from triage.formats import cells, shareaza, times
from triage.formats.browsers import profile_of
from triage.formats.whole import whole
from triage.model import Problem, Shared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Record

MOST_BYTES = 256 << 20
_NAMES = re.compile(r".*library[12]?\.dat\Z", re.IGNORECASE)
_KINDS = ("sha1", "ed2k", "md5", "btih", "tiger")


class Shareaza:
    """One `Shared` per file of the library."""

    name: ClassVar[str] = "shareaza"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Shareaza"
    describes: ClassVar[str] = (
        "Files in the library with folder, size, digests, and how often uploads of them were begun"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "Version 29 of the library is read, which Shareaza 2.7 writes; others are named and not read.",
        "added_at is the time of the file's last change; count is the number of uploads begun.",
        "Whether a folder is shared, metadata, comments, sources and albums are not given out.",
        "Searches.dat, DownloadGroups.dat and downloads under way (*.sd) are not read.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Shared,)

    def wants(self, item: Item) -> bool:
        """Library1.dat, Library2.dat with a saving time at their front."""
        return _NAMES.match(item.entry.name) is not None and shareaza.is_library(item.head)

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The files, folder by folder."""
        account = profile_of(item.entry.path)
        try:
            for each in shareaza.files(whole(item, most=MOST_BYTES)):
                yield _shared(each, account)
        except EvidenceError as error:
            yield Problem(kind=error.kind, stage=self.name, message=str(error))


def _shared(file: shareaza.LibraryFile, account: str | None) -> Shared:
    kind = next((each for each in _KINDS if each in file.digests), None)
    return Shared(
        where=f"file at byte {file.at}",
        app="Shareaza",
        account=account,
        name=file.name or None,
        path=f"{file.folder}\\{file.name}",
        size=cells.count(file.size),
        hash=f"{kind}:{file.digests[kind].hex()}" if kind else None,
        added_at=cells.filetime(file.changed),
        count=file.uploads,
        state="in the library",
        raw_time=times.raw_time(file.changed, "FILETIME"),
    )

"""Property lists of Safari: `Bookmarks.plist`, `History.plist` (until 2014), `Downloads.plist`.

Bookmarks: `Children` in folders, a leaf has `URLString` and `URIDictionary.title`. History: `WebHistoryDates`, the address under the empty
key, `lastVisitedDate` in seconds since 2001 as text. Downloads: `DownloadHistory`. Reference: two public histories and one file
of bookmarks (mark A); downloads (mark B).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from triage.errors import Malformed
from triage.formats import cells, times
from triage.formats.browsers import profile_of
from triage.formats.plist import MOST_BYTES, loaded
from triage.model import Bookmark, Download, Problem, Visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Record

DEEPEST = 64
_NAMES = frozenset({"bookmarks.plist", "history.plist", "downloads.plist", "readinglist.plist"})
_KEYS = (b"WebBookmarkType", b"WebHistoryDates", b"DownloadHistory")


class SafariLists:
    """One `Bookmark`, `Visit` or `Download` per leaf of the list."""

    name: ClassVar[str] = "safari-lists"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Safari property lists"
    describes: ClassVar[str] = "Bookmarks and reading list, history of older Macs and Windows, downloads"
    limitations: ClassVar[tuple[str, ...]] = (
        "A page of History.plist has the time of its last visit alone.",
        "Bookmarks.db of iPhones is not read.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Bookmark, Visit, Download)

    def wants(self, item: Item) -> bool:
        """A property list of one of these names in a folder of Safari, or one with the keys of Safari's; none that came with a program."""
        if not item.head.startswith((b"bplist", b"<?xml")) or ".app/" in item.entry.path:
            return False
        ours = item.entry.name.lower() in _NAMES and "/safari/" in item.entry.path.lower()
        return ours or any(key in item.head for key in _KEYS)

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The leaves in the order of the list."""
        with item.open() as stream:
            value = loaded(stream.read(MOST_BYTES + 1))
        if not isinstance(value, dict):
            raise Malformed("the property list is no dictionary")
        account = profile_of(item.entry.path)
        known = False
        for key, read in (("Children", _children), ("WebHistoryDates", _pages), ("DownloadHistory", _downloads)):
            if isinstance(rows := value.get(key), list):
                known = True
                yield from read(rows, account)
        if not known:
            yield Problem(kind="unsupported", stage=self.name, message="no list of Safari's that is read")


def _children(rows: list[object], account: str | None) -> Iterator[Bookmark | Problem]:
    yield from _bookmarks(rows, (), "Children", account)


def _bookmarks(
    rows: list[object], folders: tuple[str, ...], where: str, account: str | None
) -> Iterator[Bookmark | Problem]:
    if len(folders) > DEEPEST:
        yield Problem(kind="limit", stage=SafariLists.name, message=f"folders deeper than {DEEPEST} are not read")
        return
    for number, row in enumerate(rows):
        if not isinstance(row, dict):
            continue
        place = f"{where}[{number}]"
        if isinstance(inner := row.get("Children"), list):
            title = cells.text(row.get("Title"))
            yield from _bookmarks(inner, (*folders, title or ""), f"{place}.Children", account)
        elif url := cells.text(row.get("URLString")):
            yield _bookmark(row, url, folders, place, account)


def _bookmark(row: dict[str, object], url: str, folders: tuple[str, ...], where: str, account: str | None) -> Bookmark:
    named, reading = row.get("URIDictionary"), row.get("ReadingList")
    added = reading.get("DateAdded") if isinstance(reading, dict) else None
    return Bookmark(
        where=where,
        app="Safari",
        account=account,
        url=url,
        title=cells.text(named.get("title")) if isinstance(named, dict) else None,
        added_at=cells.date(added),
        folder="/".join(name for name in folders if name) or None,
        raw_time=str(added) if added is not None else None,
    )


def _pages(rows: list[object], account: str | None) -> Iterator[Visit]:
    for number, row in enumerate(rows):
        if not isinstance(row, dict):
            continue
        last = row.get("lastVisitedDate")
        yield Visit(
            where=f"WebHistoryDates[{number}]",
            app="Safari",
            account=account,
            url=cells.text(row.get("")),
            title=cells.text(row.get("title")),
            visited_at=cells.apple_seconds(_number(last)),
            count=cells.count(row.get("visitCount")),
            kind="not loaded" if row.get("lastVisitWasFailure") is True else None,
            raw_time=times.raw_time(last, "s Cocoa"),
        )


def _downloads(rows: list[object], account: str | None) -> Iterator[Download]:
    for number, row in enumerate(rows):
        if not isinstance(row, dict):
            continue
        began, ended = row.get("DownloadEntryDateAddedKey"), row.get("DownloadEntryDateFinishedKey")
        yield Download(
            where=f"DownloadHistory[{number}]",
            app="Safari",
            account=account,
            url=cells.text(row.get("DownloadEntryURL")),
            path=cells.text(row.get("DownloadEntryPath")),
            size=cells.count(row.get("DownloadEntryProgressTotalToLoad")),
            received=cells.count(row.get("DownloadEntryProgressBytesSoFar")),
            started_at=cells.date(began),
            ended_at=cells.date(ended),
            raw_time=str(began) if began is not None else None,
        )


def _number(value: object) -> float | None:
    try:
        return float(value) if isinstance(value, str | int | float) else None
    except ValueError:
        return None

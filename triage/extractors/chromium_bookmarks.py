"""Bookmarks of the Chromium family: file `Bookmarks` of a profile, JSON.

`roots` holds folders of `children`; a leaf has `type` "url", `name`, `url` and `date_added`: microseconds since 1601 UTC, as text.
Reference: Chromium's bookmark codec (mark A); no public sample at hand.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, ClassVar

from triage.errors import LimitReached, Malformed
from triage.formats import cells, times
from triage.formats.browsers import browser_of, profile_of
from triage.model import Bookmark, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Record

MOST_BYTES = 64 << 20
DEEPEST = 64
_UNIT = "us WebKit"
_NAMES = frozenset({"Bookmarks", "Bookmarks.bak", "AccountBookmarks"})


class ChromiumBookmarks:
    """One `Bookmark` per page that was kept."""

    name: ClassVar[str] = "chromium-bookmarks"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Chromium bookmarks"
    describes: ClassVar[str] = "Pages that were kept, with folder and time"
    limitations: ClassVar[tuple[str, ...]] = (
        "Bookmarks.bak is an earlier state: what it alone holds was removed since; it is not compared.",
        "Samsung Internet keeps its bookmarks in SBrowser.db, which another reader reads.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Bookmark,)

    def wants(self, item: Item) -> bool:
        """Bookmarks, as JSON with `roots`."""
        return item.entry.name in _NAMES and item.head.lstrip()[:1] == b"{" and b'"roots"' in item.head

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The pages in the order of the file."""
        with item.open() as stream:
            data = stream.read(MOST_BYTES + 1)
        roots = _roots(data)
        app, account = browser_of(item.entry.path, "Chromium"), profile_of(item.entry.path)
        for name, root in roots.items():
            yield from _bookmarks(root, (), f"roots.{name}", app, account)


def _roots(data: bytes) -> dict[str, object]:
    if len(data) > MOST_BYTES:
        raise LimitReached(f"bookmarks of more than {MOST_BYTES} bytes are not read")
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Malformed("damaged, or no JSON") from error
    roots = value.get("roots") if isinstance(value, dict) else None
    if not isinstance(roots, dict):
        raise Malformed("the bookmarks have no roots")
    return roots


def _bookmarks(
    node: object, folders: tuple[str, ...], where: str, app: str, account: str | None
) -> Iterator[Bookmark | Problem]:
    """The pages below a node; `where` is the way to it in the JSON."""
    if not isinstance(node, dict):
        return
    if len(folders) > DEEPEST:
        yield Problem(kind="limit", stage=ChromiumBookmarks.name, message=f"folders deeper than {DEEPEST} are not read")
        return
    children, name = node.get("children"), cells.text(node.get("name"))
    if isinstance(children, list):
        inner = (*folders, name or "")
        for number, child in enumerate(children):
            yield from _bookmarks(child, inner, f"{where}.children[{number}]", app, account)
    elif node.get("type") == "url":
        added = node.get("date_added")
        yield Bookmark(
            where=where,
            app=app,
            account=account,
            url=cells.text(node.get("url")),
            title=name,
            added_at=cells.webkit_microseconds(added),
            folder="/".join(folders) or None,
            raw_time=times.raw_time(added, _UNIT),
        )

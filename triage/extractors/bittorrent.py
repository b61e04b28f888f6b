"""BitTorrent: `.torrent` files, and what clients keep of their downloads.

`resume.dat` of µTorrent and BitTorrent (one dictionary per torrent), `*.resume` of Transmission, `*.fastresume` of qBittorrent and others
built on libtorrent. All are bencode; times are Unix seconds. The info hash is the SHA-1 of the exact bytes of `info`. Reference: BEP 3 and
the clients' keys as public parsers read them (mark B); a public .torrent and a public Transmission resume file (mark A).
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, ClassVar

from triage.errors import Malformed
from triage.formats import bencode, cells, times
from triage.formats.bencode import number, text
from triage.formats.browsers import profile_of
from triage.formats.whole import whole
from triage.model import Shared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.formats.bencode import Value
    from triage.model import Problem, Record

MOST_BYTES = 128 << 20
_UNIT = "s Unix"
_NAMES = re.compile(r"(resume\.dat(\.old)?|.+\.(torrent|resume|fastresume))\Z", re.IGNORECASE)
_MARKS = (b"4:infod", b"10:added-date", b"qBt-savePath", b".fileguard")
_DICTIONARY = re.compile(rb"d\d+:")
_HASH = re.compile(r"([0-9a-f]{40})\.fastresume\Z", re.IGNORECASE)


class BitTorrent:
    """One `Shared` per torrent a client keeps; one per file that a .torrent names."""

    name: ClassVar[str] = "bittorrent"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "BitTorrent"
    describes: ClassVar[str] = (
        "Torrents with their files and info hash; downloads of clients with times and bytes uploaded"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "A .torrent file says what could be fetched; that it was is said by the client's resume files alone.",
        "Transmission's resume file holds no info hash; its name begins with one.",
        "settings.dat, dht.dat, peers and piece maps are not read; torrents.db of qBittorrent neither.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Shared,)

    def wants(self, item: Item) -> bool:
        """Bencode by its first byte, with a name or a key of one of the formats."""
        if not _DICTIONARY.match(item.head):
            return False
        return _NAMES.match(item.entry.name) is not None or any(mark in item.head for mark in _MARKS)

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """What the file holds, in its order."""
        data = whole(item, most=MOST_BYTES)
        values, account = bencode.loads(data), profile_of(item.entry.path)
        if b"added-date" in values and b"destination" in values:
            yield _transmission(values, account)
        elif b"file-format" in values or b"qBt-savePath" in values:
            yield _libtorrent(values, item.entry.name, account)
        elif isinstance(info := values.get(b"info"), dict):
            yield from _torrent(values, info, bencode.span(data, b"info") or b"", account)
        else:
            yield from _resume(values, account)


def _transmission(values: dict[bytes, Value], account: str | None) -> Shared:
    return Shared(
        where="whole file",
        app="Transmission",
        account=account,
        name=text(values.get(b"name")),
        path=text(values.get(b"destination")),
        added_at=cells.unix_seconds(values.get(b"added-date")),
        ended_at=cells.unix_seconds(values.get(b"done-date")),
        last_at=cells.unix_seconds(values.get(b"activity-date")),
        uploaded=cells.count(values.get(b"uploaded")),
        received=cells.count(values.get(b"downloaded")),
        state="paused" if number(values.get(b"paused")) == 1 else None,
        raw_time=times.raw_time(number(values.get(b"added-date")), _UNIT),
    )


def _libtorrent(values: dict[bytes, Value], name: str, account: str | None) -> Shared:
    digest, named = values.get(b"info-hash"), _HASH.search(name)
    return Shared(
        where="whole file",
        app="qBittorrent" if any(key.startswith(b"qBt-") for key in values) else "libtorrent",
        account=account,
        name=text(values.get(b"qBt-name")) or text(values.get(b"name")),
        path=text(values.get(b"qBt-savePath")) or text(values.get(b"save_path")),
        hash=_btih(digest) or (f"btih:{named[1].lower()}" if named else None),
        added_at=cells.unix_seconds(values.get(b"added_time")),
        ended_at=cells.unix_seconds(values.get(b"completed_time")),
        last_at=cells.unix_seconds(values.get(b"last_seen_complete")),
        uploaded=cells.count(values.get(b"total_uploaded")),
        received=cells.count(values.get(b"total_downloaded")),
        state="paused" if number(values.get(b"paused")) == 1 else None,
        raw_time=times.raw_time(number(values.get(b"added_time")), _UNIT),
    )


def _resume(values: dict[bytes, Value], account: str | None) -> Iterator[Shared]:
    """`resume.dat`: a dictionary per torrent under the name of its .torrent file."""
    found = [
        (key, each) for key, each in values.items() if isinstance(each, dict) and (b"info" in each or b"path" in each)
    ]
    if not found and b".fileguard" not in values:
        raise Malformed("bencode of no kind that is read")
    for key, each in found:
        yield Shared(
            where=f"key {key.decode('utf-8', 'backslashreplace')}",
            app="µTorrent",
            account=account,
            name=text(each.get(b"caption")) or text(key),
            path=text(each.get(b"path")),
            hash=_btih(each.get(b"info")),
            added_at=cells.unix_seconds(each.get(b"added_on")),
            ended_at=cells.unix_seconds(each.get(b"completed_on")),
            last_at=cells.unix_seconds(each.get(b"last seen complete")),
            uploaded=cells.count(each.get(b"uploaded")),
            received=cells.count(each.get(b"downloaded")),
            raw_time=times.raw_time(number(each.get(b"added_on")), _UNIT),
        )


def _torrent(
    values: dict[bytes, Value], info: dict[bytes, Value], span: bytes, account: str | None
) -> Iterator[Shared]:
    """Each file that a .torrent names; all bear the torrent's info hash."""
    made = values.get(b"creation date")
    digest = f"btih:{hashlib.sha1(span, usedforsecurity=False).hexdigest()}"
    name, files = text(info.get(b"name")), info.get(b"files")
    rows = files if isinstance(files, list) else [{b"length": info.get(b"length") or 0, b"path": []}]
    for place, row in enumerate(rows):
        if not isinstance(row, dict):
            continue
        parts = row.get(b"path")
        inner = [part for each in parts if (part := text(each))] if isinstance(parts, list) else []
        yield Shared(
            where=f"info.files[{place}]" if isinstance(files, list) else "info",
            app="torrent file",
            account=account,
            name=inner[-1] if inner else name,
            path="/".join([name or "", *inner]) if inner else None,
            size=cells.count(row.get(b"length")),
            hash=digest,
            added_at=cells.unix_seconds(made),
            state="named in a torrent",
            raw_time=times.raw_time(number(made), _UNIT),
        )


def _btih(value: Value | None) -> str | None:
    return f"btih:{value.hex()}" if isinstance(value, bytes) and len(value) == 20 else None

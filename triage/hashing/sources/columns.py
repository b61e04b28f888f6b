"""Columns of a separated table: which hold digests, and what the others say.

Names are compared without case, spaces and signs, and without the word "hash". What a header calls a column differs between
programs; the words here are those of NSRL, HashKeeper, ILook, ICSE, IPED, Autopsy and plain spreadsheets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from triage.hashing.details import Detail, three_state
from triage.hashing.photodna import photodna
from triage.hashing.sources.prints import pdq

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_DIGESTS = {
    "sha256": "sha256", "sha2256": "sha256", "sha1": "sha1", "md5": "md5", "md5sum": "md5", "v3": "md5", "": "any", "value": "any",
}  # fmt: skip
_OTHERS = {
    "name": ("filename", "name", "path", "filepath", "displayname"),
    "size": ("filesize", "size", "mediasize", "bytes"),
    "category": ("category",),
    "series": ("series", "seriesname"),
    "tags": ("tags", "tag", "set", "status", "keywords"),
    "comments": ("comments", "comment", "note", "notes"),
    "photodna": ("photodna",),
    "pdq": ("pdq", "pdqhash"),
    "quality": ("quality", "pdqquality"),
    "special": ("specialcode",),
    "victim_identified": ("victimidentified",),
    "offender_identified": ("offenderidentified",),
    "distributed": ("isdistributed", "distributed"),
    "suspected": ("issuspected",),
    "self_generated": ("selfgenerated",),
    "baseline": ("baseline",),
}
_FLAGS = ("victim_identified", "offender_identified", "distributed", "suspected", "self_generated", "baseline")
_SAYING = ("category", "series", "tags", "comments", *_FLAGS)


@dataclass(frozen=True, slots=True)
class Columns:
    """Positions of the columns that count; `digests` strongest first. In hashdeep the name comes last and may hold the separator."""

    separator: str
    digests: tuple[tuple[str, int], ...]
    others: Mapping[str, int]
    fields: int = 0
    header: tuple[str, ...] = ()

    @property
    def says_more(self) -> bool:
        """Whether rows say more than digests, a name and a size."""
        return any(each in self.others for each in (*_SAYING, "photodna", "pdq"))

    def ending_in_name(self, count: int) -> Columns:
        """The same for lines of so many fields, of which the last is the name and may hold the separator."""
        return replace(
            self, others={"name": count - 1, **{k: v for k, v in self.others.items() if k == "size"}}, fields=count
        )

    def cell(self, cells: Sequence[str], column: str) -> str:
        """What a column holds; empty where there is none."""
        position = self.others.get(column, -1)
        return cells[position].strip() if 0 <= position < len(cells) else ""

    def size(self, cells: Sequence[str]) -> int | None:
        """The size in bytes, where the row states one."""
        text = self.cell(cells, "size")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

    def prints(self, cells: Sequence[str]) -> dict[str, bytes]:
        """The fingerprints that the row states, each where it is one."""
        found = {"photodna": photodna(self.cell(cells, "photodna")), "pdq": pdq(self.cell(cells, "pdq"))}
        quality = self.cell(cells, "quality")
        if found["pdq"] and quality.isascii() and quality.isdigit() and int(quality[:4]) <= 100:
            found["quality"] = bytes([int(quality)])
        return {name: value for name, value in found.items() if value}

    def detail(self, cells: Sequence[str]) -> Detail | None:
        """What else the row says."""
        said = {column: self.cell(cells, column) for column in _SAYING if column in self.others}
        if not any(said.values()):
            return None
        flags = {name: value for name in _FLAGS if (value := three_state(said.get(name))) is not None}
        return Detail(
            category=said.get("category") or None,
            series=said.get("series") or None,
            tags=tuple(tag.strip() for tag in re.split(r"[|,;]", said.get("tags", "")) if tag.strip()),
            flags=flags,
            comments=said.get("comments") or None,
        )


def headed(names: Sequence[str], separator: str) -> Columns | None:
    """The columns that a header line names, or None where it names no digest."""
    plain = [re.sub(r"[\W_]|hash", "", name.strip().lower()) for name in names]
    whole = [re.sub(r"[\W_]", "", name.strip().lower()) for name in names]
    places: dict[str, int] = {}
    for position, (name, full) in enumerate(zip(plain, whole, strict=True)):
        digest = _DIGESTS.get(name) if full not in ("", "value") else None
        if digest:
            places.setdefault(digest, position)
    others = _others(plain)
    if not places and "pdq" not in others:
        return None
    if len(places) > 1:
        places.pop("any", None)
    strongest = tuple((each, places[each]) for each in ("sha256", "sha1", "md5", "any") if each in places)
    return Columns(separator, strongest, others, header=tuple(whole))


def headless(cells: Sequence[str], separator: str, by_length: Mapping[int, str]) -> Columns | None:
    """The columns of a table without a header, judged by its first line: where a digest can be told by its length."""
    places: dict[str, int] = {}
    for position, cell in enumerate(cells):
        text = cell.strip()
        if len(text) in by_length and re.fullmatch("[0-9A-Fa-f]+", text):
            places.setdefault(by_length[len(text)], position)
    if not places or len(cells) < 2:
        return None
    strongest = tuple((each, places[each]) for each in ("sha256", "sha1", "md5") if each in places)
    return Columns(separator, strongest, {})


def _others(plain: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for column, words in _OTHERS.items():
        position = next((plain.index(word) for word in words if word in plain), None)
        if position is not None:
            found[column] = position
    return found

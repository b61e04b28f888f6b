"""Pictures and clips that look like one on a list: asked by fingerprint, told apart from exact matches everywhere.

What counts as a match:

- At most 31 of the 256 bits of the PDQ differ, which its authors recommend; up to 12 is near-identical, more is probable.
- Where too little is seen in a picture (quality below 50), on either side, nothing is concluded.
- The variants of a picture (see `variants`) are asked in two stages; the costly one only of lists that gave nothing before.
- A clip matches where at least two different frames do and they are at least a fifth of either side: of the frames of the clip,
  or of those that the list has under one name. One matching frame alone is no match, except of an entry that
  is one picture, and of fingerprints that the list has no name for.
- Lists of known files are not asked: what looks like a known file is not that file.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from triage.hashing.explained import clip_hit, picture_hit
from triage.hashing.nearest import Index, opened, search
from triage.hashing.pdq import LEAST_QUALITY
from triage.hashing.record import KNOWN, damaged
from triage.hashing.variants import stages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy.typing as npt

    from triage.hashing.details import Detail
    from triage.hashing.lists import HashList
    from triage.hashing.nearest import Hashes, Near
    from triage.hashing.record import ListInfo
    from triage.hashing.search import Table
    from triage.hashing.storage import Reader
    from triage.model import Brightness, Frame, Hit

NEAR_IDENTICAL = 12
LEAST_FRAMES = 2
LEAST_SHARE = 0.2


class Like(NamedTuple):
    """A row of a list that looks like what was asked: which query, the bits that differ, and what the list says of it."""

    query: int
    distance: int
    value: str
    detail: Detail
    name: str | None


@dataclass(frozen=True, slots=True)
class Shared:
    """What a clip and a list have in common: times in the clip in seconds, and shares of the frames on both sides."""

    seconds: tuple[tuple[float, float], ...]
    frames: int
    of_clip: float
    of_list: float | None  # None: the list names nothing that its fingerprints belong to
    nearest: Like


class PrintList:
    """The fingerprints of one list, open for questions."""

    def __init__(self, owner: HashList) -> None:
        """Raises UserError where a file cannot be opened."""
        self.info: ListInfo = owner.info
        self._owner = owner
        self._counted: dict[str, int] = {}
        try:
            self._tables = tuple(_Prints(table, owner) for table in owner.tables if table.shape.near)
        except OSError as error:
            raise damaged(self.info.name, str(error)) from error

    def near(self, queries: Hashes) -> Iterator[Like]:
        """Every row near a query. Raises UserError where the list is damaged."""
        for table in self._tables:
            for near in search(queries, table.index):
                if table.clear(near.reference):
                    yield self._like(table, near)

    def under(self, name: str) -> int:
        """How many fingerprints the list has under a name. Raises UserError where the list is damaged."""
        if name not in self._counted:
            try:
                places = np.array(self._owner.places_of(name), np.int64)
            except OSError as error:
                raise damaged(self.info.name, str(error)) from error
            self._counted[name] = sum(table.at(places) for table in self._tables)
        return self._counted[name]

    def close(self) -> None:
        """Give the files back."""
        for table in self._tables:
            table.close()
        self._tables = ()

    def _like(self, table: _Prints, near: Near) -> Like:
        try:
            detail, name, _ = self._owner.said(table.table, near.reference)
        except OSError as error:
            raise damaged(self.info.name, str(error)) from error
        value = table.index.references[near.reference].tobytes().hex()
        return Like(near.query, near.distance, value, detail, name)


class _Prints:
    """One table with fingerprints."""

    def __init__(self, table: Table, owner: HashList) -> None:
        self.table = table
        self._reader: Reader = owner.storage.open(table.shape.near_file)
        self.index: Index = opened(self._reader.array(), table.rows)
        self._quality = table.column("quality")[:, 0] if "quality" in table.shape.columns else None

    def clear(self, row: int) -> bool:
        """Whether enough is seen in the picture, as far as the list says."""
        return self._quality is None or int(self._quality[row]) >= LEAST_QUALITY

    def at(self, places: npt.NDArray[np.int64]) -> int:
        """Rows in which something is seen and whose name is at one of these places."""
        rows = np.isin(self.table.name_places(), places)
        return int(np.count_nonzero(rows if self._quality is None else rows & (self._quality >= LEAST_QUALITY)))

    def close(self) -> None:
        empty = np.zeros(0, np.uint8)
        self.index = opened(empty, 0)
        self._reader.close()


class PrintLists:
    """The fingerprints of several lists, asked together."""

    def __init__(self, lists: Iterable[HashList]) -> None:
        chosen = (each for each in lists if each.info.kind != KNOWN and any(table.shape.near for table in each.tables))
        self._lists = tuple(PrintList(each) for each in chosen)

    def __bool__(self) -> bool:
        return bool(self._lists)

    def match_picture(self, brightness: Brightness) -> Iterator[Hit]:
        """One hit for each list and category that has a picture like this: the nearest. Raises UserError."""
        asked = list(self._lists)
        for variants in stages(brightness) if asked else ():
            for each in tuple(asked):
                best: dict[bytes, Like] = {}
                for like in sorted(each.near(variants.hashes), key=_nearness):
                    best.setdefault(like.detail.packed(), like)
                for like in best.values():
                    yield picture_hit(each.info, like, variants.words[like.query], near=like.distance <= NEAR_IDENTICAL)
                if best:
                    asked.remove(each)

    def match_clip(self, frames: Sequence[Frame]) -> Iterator[Hit]:
        """One hit for each list and name that has frames in common with a clip. Raises UserError."""
        clear = [frame for frame in frames if frame.quality >= LEAST_QUALITY]
        if not clear:
            return
        queries = np.frombuffer(bytes.fromhex("".join(frame.fingerprint for frame in clear)), np.uint8).reshape(-1, 32)
        for each in self._lists:
            named: dict[tuple[str | None, bytes], list[Like]] = defaultdict(list)
            for like in each.near(queries):
                named[like.name, like.detail.packed()].append(like)
            for (name, _), likes in sorted(named.items(), key=lambda item: (item[0][0] or "", item[0][1])):
                if shared := _shared(clear, likes, each.under(name) if name else None):
                    yield clip_hit(each.info, shared, near=shared.nearest.distance <= NEAR_IDENTICAL)

    def close(self) -> None:
        """Give all files back."""
        for each in self._lists:
            each.close()


def _nearness(like: Like) -> tuple[int, int, str]:
    return like.distance, like.query, like.value


def _shared(frames: Sequence[Frame], likes: Sequence[Like], listed: int | None) -> Shared | None:
    """What is in common, or None where it is too little. `listed`: fingerprints of the same name; None where they have none."""
    matched = sorted({like.query for like in likes})
    rows = len({like.value for like in likes})
    of_clip = len(matched) / len(frames)
    of_list = min(1.0, rows / max(listed, 1)) if listed is not None else None
    enough = len(matched) >= LEAST_FRAMES and rows >= LEAST_FRAMES and max(of_clip, of_list or 0.0) >= LEAST_SHARE
    if not enough and listed is not None and listed > 1:
        return None
    return Shared(_ranges(frames, matched), len(matched), of_clip, of_list, min(likes, key=_nearness))


def _ranges(frames: Sequence[Frame], matched: Sequence[int]) -> tuple[tuple[float, float], ...]:
    """Matched frames that follow each other, as times from the first to the last of each run."""
    runs: list[list[int]] = []
    for number in matched:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return tuple((frames[run[0]].second, frames[run[-1]].second) for run in runs)

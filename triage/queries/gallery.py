"""The gallery: which pictures, clips and sounds, in which groups. Ids first, rows when they are shown, so that a million of them scroll."""

from __future__ import annotations

import json
import re
from array import array
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from triage.casefolder import translated
from triage.formats.contact_sheet import COLUMNS
from triage.queries.belonging import LINKED
from triage.queries.grading import STANDING, Grading

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from triage.queries.period import Period

    _Part = tuple[object, array[int], int]

PAGE = 500  # ids asked about at once
_SECONDS = re.compile(r"\d+\.\d")  # in what a contact sheet says of itself: frames at 0.0, 1.5 s
_UNIT = "\x1f"  # between the parts of a key
_NOTABLE = "SELECT DISTINCT entry_id FROM hit WHERE list_kind IN ('notable', 'watch')"
# Of the rules that tie a file to others, the one that says most names its series.
_SERIES = f"""(SELECT k.rule || '{_UNIT}' || k.value FROM media_link k WHERE k.entry_id = m.entry_id ORDER BY CASE k.rule
    WHEN 'document' THEN 0 WHEN 'exposure' THEN 1 WHEN 'live_photo' THEN 2 WHEN 'session' THEN 3 WHEN 'name_run' THEN 4
    WHEN 'place' THEN 5 ELSE 6 END, k.value LIMIT 1)"""
_DAY = "strftime('%Y-%m-%d', coalesce(m.taken_at, e.modified) / 1000000000, 'unixepoch')"
_LOCAL = "CASE WHEN m.taken_at IS NULL THEN e.local_times & 1 ELSE m.taken_at_local END"
_PLACE = f"nullif(coalesce(l.regency, '') || '{_UNIT}' || coalesce(l.province, '') || '{_UNIT}' || coalesce(l.country, ''), '{_UNIT * 2}')"
_CONVERSATIONS = """JOIN (SELECT DISTINCT a.attachment_entry_id AS file, json_array(g.app, g.account, g.thread) AS key
    FROM shown_attachment a JOIN shown_message g ON g.id = a.message_id WHERE a.attachment_entry_id IS NOT NULL) t
    ON t.file = m.entry_id"""
# By group: SQL of the key, tables to join, order inside the group.
_GROUPS = {
    "none": ("1", "", "e.path, e.locator"),
    "folder": ("e.parent", "", "e.path, e.locator"),
    "series": (_SERIES, "", "m.taken_at, e.path, e.locator"),
    "alike": ("d.group_number", "LEFT JOIN near_duplicate d ON d.entry_id = m.entry_id", "d.distance, e.path, e.locator"),
    "origin": ("coalesce(o.origin, m.origin)", "LEFT JOIN origin o ON o.entry_id = m.entry_id", "e.path, e.locator"),
    "day": (_DAY, "", "coalesce(m.taken_at, e.modified), e.path, e.locator"),
    "place": (_PLACE, "LEFT JOIN locality l ON l.latitude = m.latitude AND l.longitude = m.longitude", "e.path, e.locator"),
    "conversation": ("t.key", _CONVERSATIONS, "e.path, e.locator"),
}  # fmt: skip
GROUPS = tuple(_GROUPS)
_ONCE = """m.entry_id NOT IN (SELECT entry_id FROM near_duplicate WHERE entry_id NOT IN
    (SELECT min(entry_id) FROM near_duplicate GROUP BY group_number))
    AND m.entry_id NOT IN (SELECT entry_id FROM (SELECT c.entry_id, row_number() OVER (PARTITION BY c.sha256 ORDER BY c.entry_id)
    AS place FROM content c WHERE c.sha256 IS NOT NULL AND c.entry_id IN (SELECT entry_id FROM media)) WHERE place > 1)"""
_GRADED = f"SELECT entry_id FROM ({STANDING}) s"


@dataclass(frozen=True, slots=True)
class GalleryWish:
    """What the gallery shows. `group` is one of GROUPS; None: any. `category` is the words of a list's category.

    `scheme` is whose grades are shown; `grade` is ungraded, graded or one of its codes. `once`: one of what looks alike or is the same.
    """

    group: str = "folder"
    kind: str | None = None
    list: str | None = None
    category: str | None = None
    matched: bool | None = None
    origin: str | None = None
    exhibit: str | None = None
    scheme: str = ""
    grade: str | None = None
    once: bool = False
    like: int | None = None
    first: bool = False
    period: Period | None = None  # when it was taken; where that is not said, when the file was modified


@dataclass(frozen=True, slots=True)
class GalleryGroup:
    """A stretch of the ids. `by` is one of GROUPS; `key` None: what belongs to no group. `label` is for people, as the evidence has it.

    Labels of a series (rule, value) and of a place (regency, province, country) are several words, `parts`.
    """

    by: str
    key: str | None
    label: str
    count: int
    notable: int

    @property
    def parts(self) -> list[str]:
        """The words of the label."""
        return self.label.split(_UNIT)


@dataclass(frozen=True, slots=True)
class GalleryIds:
    """Ids in the order shown, and the groups that follow each other in them. A file may stand in several conversations."""

    ids: array[int]
    groups: tuple[GalleryGroup, ...]


@dataclass(frozen=True, slots=True)
class GalleryRow:
    """One picture, clip or sound as the grid shows it. `severity` is the category that a list states; `code` the person's grade."""

    entry_id: int
    name: str
    kind: str
    deleted: bool
    duration_s: float | None
    has_preview: bool
    alike: int
    list: str | None = None
    severity: str | None = None
    code: str | None = None
    grade: str | None = None

    @property
    def notable(self) -> bool:
        """Whether it matched a list."""
        return self.list is not None


@dataclass(frozen=True, slots=True)
class GalleryChoices:
    """What there is to filter by: lists with their categories, origins, exhibits."""

    lists: tuple[tuple[str, str | None], ...]
    origins: tuple[str, ...]
    exhibits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContactSheet:
    """Frames of a clip, `columns` side by side in `rows`, in one JPEG that Sigap encoded. `seconds` of each, as text."""

    jpeg: bytes
    seconds: tuple[str, ...]

    @property
    def frames(self) -> int:
        """How many there are."""
        return len(self.seconds)

    @property
    def columns(self) -> int:
        """Frames side by side."""
        return min(COLUMNS, self.frames)

    @property
    def rows(self) -> int:
        """Rows of frames."""
        return -(-self.frames // self.columns)


class Gallery(Grading):
    """Queries of the gallery."""

    def gallery_ids(self, wish: GalleryWish) -> GalleryIds:
        """Every id that passes, group by group: those with most matches among them first, days in order of time."""
        key, joined, order = _GROUPS[wish.group]
        where, values = _where(wish)
        sql = f"""SELECT {key}, m.entry_id, n.entry_id IS NOT NULL FROM media m JOIN entry e ON e.id = m.entry_id {joined}
            LEFT JOIN ({_NOTABLE}) n ON n.entry_id = m.entry_id WHERE {where} ORDER BY 1, n.entry_id IS NULL, m.kind = 'audio', {order}"""
        with translated(self.folder):
            parts = _parts(self._database.execute(sql, values))
        labels = self._labels(wish.group, [key for key, _, _ in parts])
        parts.sort(key=lambda part: _rank(wish.group, part, labels.get(part[0], "")))
        ids = array("q")
        for _, some, _ in parts:
            ids.extend(some)
        groups = (_group(wish.group, key, labels.get(key, ""), len(some), notable) for key, some, notable in parts)
        return GalleryIds(ids, tuple(groups))

    def gallery_rows(self, ids: Sequence[int], scheme: str = "") -> dict[int, GalleryRow]:
        """The rows of these ids (a page of them), with the grades of a scheme."""
        marks = ", ".join("?" * len(ids))
        held = self._held(ids, marks)
        matches, grades = self._severities(ids, marks), self.grades_of(ids, scheme)
        rows = self.rows(
            lambda entry, name, kind, deleted, length, alike: GalleryRow(
                entry, name, kind, bool(deleted), length, entry in held, alike,
                *matches.get(entry, (None, None)), *grades.get(entry, (None, None)),
            ),
            f"""SELECT e.id, e.name, m.kind, e.deleted, max(m.duration_s), coalesce(d.members - 1, 0) FROM entry e
            JOIN media m ON m.entry_id = e.id LEFT JOIN near_duplicate d ON d.entry_id = e.id WHERE e.id IN ({marks}) GROUP BY e.id""",
            list(ids),
        )  # fmt: skip
        return {row.entry_id: row for row in rows}

    def gallery_choices(self) -> GalleryChoices:
        """What there is to filter by."""
        lists = self.rows(
            lambda *columns: columns,
            """SELECT DISTINCT list, category FROM hit WHERE list_kind IN ('notable', 'watch')
            AND entry_id IN (SELECT entry_id FROM media) ORDER BY 1, 2""",
        )
        origins = self.rows(str, "SELECT DISTINCT origin FROM origin ORDER BY 1")
        return GalleryChoices(
            tuple(lists), tuple(origins), tuple(self.rows(str, "SELECT label FROM exhibit ORDER BY 1"))
        )

    def contact_sheet(self, entry_id: int) -> ContactSheet | None:
        """The frames of a clip; None where the scan made no sheet of it."""
        if entry_id in self.hidden:
            return None
        sql = "SELECT jpeg, where_ FROM preview WHERE entry_id = ? AND view = 'sheet'"
        with translated(self.folder):
            row = self._previews.execute(sql, (entry_id,)).fetchone()
        seconds = tuple(_SECONDS.findall(row[1] or "")) if row else ()
        return ContactSheet(row[0], seconds) if row and seconds else None

    def same_content(self, ids: Iterable[int]) -> list[int]:
        """These files and every media file with the same SHA-256, those asked for first."""
        asked = list(dict.fromkeys(ids))
        found = dict.fromkeys(asked)
        for start in range(0, len(asked), PAGE):
            part = asked[start : start + PAGE]
            sql = f"""SELECT o.entry_id FROM content c JOIN content o ON o.sha256 = c.sha256 JOIN media m ON m.entry_id = o.entry_id
                WHERE c.entry_id IN ({", ".join("?" * len(part))}) AND c.length > 0 ORDER BY o.entry_id"""
            found.update(dict.fromkeys(self.rows(int, sql, part)))
        return list(found)

    def _held(self, ids: Sequence[int], marks: str) -> set[int]:
        sql = f"SELECT entry_id FROM preview WHERE view = 'large' AND entry_id IN ({marks})"
        with translated(self.folder):
            return {number for (number,) in self._previews.execute(sql, list(ids))} - self.hidden

    def _severities(self, ids: Sequence[int], marks: str) -> dict[int, tuple[str, str | None]]:
        """List and category; of several the exact match before the likeness, notable lists before those to watch."""
        sql = f"""SELECT entry_id, list, category FROM hit WHERE list_kind IN ('notable', 'watch') AND entry_id IN ({marks})
            ORDER BY list_kind DESC, how != 'fingerprint', category IS NOT NULL, id DESC"""
        return {entry: (name, category) for entry, name, category in self.rows(lambda *row: row, sql, list(ids))}

    def _labels(self, group: str, keys: Sequence[object]) -> dict[object, str]:
        """What each group is called; a key that is its own name is left as it is."""
        if group not in {"folder", "conversation"}:
            return {key: "" if key is None else str(key) for key in keys}
        labels: dict[object, str] = {}
        known = [key for key in keys if key is not None]
        for start in range(0, len(known), PAGE):
            part = known[start : start + PAGE]
            labels.update(self._folders(part) if group == "folder" else self._threads(part))
        return labels

    def _folders(self, keys: Sequence[object]) -> dict[object, str]:
        sql = f"""SELECT e.id, x.label || ' ' || e.path FROM entry e JOIN evidence v ON v.id = e.evidence_id
            JOIN exhibit x ON x.id = v.exhibit_id WHERE e.id IN ({", ".join("?" * len(keys))})"""
        return dict(self.rows(lambda *row: row, sql, list(keys)))

    def _threads(self, keys: Sequence[object]) -> dict[object, str]:
        return {key: self._thread(json.loads(str(key))) for key in keys}

    def _thread(self, key: list[str | None]) -> str:
        sql = "SELECT coalesce(max(thread_name), '') FROM message WHERE app = ? AND account IS ? AND thread IS ?"
        name = self.rows(str, sql, key)[0]
        return f"{key[0]}: {name or key[2] or ''}"


def _parts(rows: Iterable[tuple[object, int, int]]) -> list[_Part]:
    """Key, ids and how many matched, group by group as the rows come."""
    parts: list[_Part] = []
    for key, some in groupby(rows, key=lambda row: row[0]):
        ids, notable = array("q"), 0
        for _, number, matched in some:
            ids.append(number)
            notable += matched
        parts.append((key, ids, notable))
    return parts


def _rank(group: str, part: _Part, label: str) -> tuple[object, ...]:
    """Groups that say something come before the rest; the densest in matches first, but days in order of time."""
    key, ids, notable = part
    density = 0.0 if group == "day" else -notable / len(ids)
    return key is None, density, key if isinstance(key, int) and group == "alike" else 0, label


def _group(by: str, key: object, label: str, count: int, notable: int) -> GalleryGroup:
    return GalleryGroup(by, None if key is None else str(key), label, count, notable)


def _where(wish: GalleryWish) -> tuple[str, list[object]]:
    """The condition on `m` and `e`, with its values."""
    conditions: list[tuple[str, list[object]]] = [
        ("m.id = (SELECT min(f.id) FROM media f WHERE f.entry_id = m.entry_id)", [])
    ]
    if wish.like is not None:
        linked = LINKED.replace("?1", str(int(wish.like)))
        conditions.append((f"(m.entry_id IN (SELECT entry_id FROM ({linked})) OR m.entry_id = ?)", [wish.like]))
    if wish.first:
        conditions.append(("m.entry_id IN (SELECT entry_id FROM origin WHERE first_generation)", []))
    if wish.kind is not None:
        conditions.append(("m.kind = ?", [wish.kind]))
    if wish.origin is not None:
        conditions.append(("m.entry_id IN (SELECT entry_id FROM origin WHERE origin = ?)", [wish.origin]))
    if wish.exhibit is not None:
        owned = "SELECT v.id FROM evidence v JOIN exhibit x ON x.id = v.exhibit_id WHERE x.label = ?"
        conditions.append((f"e.evidence_id IN ({owned})", [wish.exhibit]))
    if wish.once:
        conditions.append((_ONCE, []))
    if wish.period is not None:
        conditions.append((wish.period.holds("coalesce(m.taken_at, e.modified)", _LOCAL), []))
    conditions += _of_lists(wish) + _of_grades(wish)
    return " AND ".join(words for words, _ in conditions), [value for _, more in conditions for value in more]


def _of_lists(wish: GalleryWish) -> list[tuple[str, list[object]]]:
    if wish.matched is not None:
        return [(f"m.entry_id {'' if wish.matched else 'NOT '}IN ({_NOTABLE})", [])]
    if wish.list is None:
        return []
    chosen, values = "SELECT entry_id FROM hit WHERE list = ?", [wish.list]
    if wish.category is not None:
        chosen, values = f"{chosen} AND category = ?", [*values, wish.category]
    return [(f"m.entry_id IN ({chosen})", list(values))]


def _of_grades(wish: GalleryWish) -> list[tuple[str, list[object]]]:
    if wish.grade is None:
        return []
    if wish.grade in {"graded", "ungraded"}:
        return [(f"m.entry_id {'NOT ' if wish.grade == 'ungraded' else ''}IN ({_GRADED})", [wish.scheme])]
    return [(f"m.entry_id IN ({_GRADED} WHERE s.code = ?)", [wish.scheme, wish.grade])]

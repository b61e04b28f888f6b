"""The members of an archive as a tree: all of them in one listing, folders before what they hold.

Archives name members by whole paths and may leave the folders out; a folder that is only implied is made up here, so that
every member has a parent in the listing. Names are never used to write anything: `..`, absolute paths and doubled
names are listed as they stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.evidence.names import display, raw_of, shown_path, volume_of
from triage.model import Entry, Kind, Locator, Problem, Step, Times

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from triage.evidence.limits import Limits

NO_TIMES = Times()
_ADDED = "__MACOSX/"
_LOOKED_AT = 100  # members


@dataclass(frozen=True, slots=True)
class Member:
    """One member as its archive states it. `name` is reversible text; `number` finds it again in the archive."""

    name: str
    number: int
    kind: Kind
    size: int | None = None
    times: Times = NO_TIMES
    position: int | None = None
    one_piece: bool = False  # as it is to be read, from `position` on


def only_file(members: Iterable[Member], scheme: str, most: int) -> Step | None:
    """The step of the one file among members; None where there is none, or more, or it has over `most` bytes.

    What macOS adds to an archive does not count.
    """
    found: Member | None = None
    for seen, member in enumerate(members):
        if member.kind is Kind.FOLDER or member.name.startswith(_ADDED):
            continue
        if found is not None or member.kind is not Kind.FILE or seen > _LOOKED_AT:
            return None
        found = member
    if found is None or (found.size or 0) > most:
        return None
    return Step(scheme, found.name, found.number)


class MemberTree:
    """Turns members into entries that name their folder by `parent_index`, the count of entries before it."""

    def __init__(self, within: Locator, scheme: str, limits: Limits) -> None:
        self._within, self._scheme, self._limits = within, scheme, limits
        self._shown = shown_path(within)
        self._volume = volume_of(within)
        self._on_medium = not within.steps  # positions inside an inner archive are none on the medium
        self._folders: dict[str, int] = {}
        self._count = 0
        self._deep = False

    def entries(self, member: Member) -> Iterator[Entry | Problem]:
        """The member, after the folders above it that were not listed yet."""
        parts = [part for part in member.name.split("/") if part]
        depth = self._limits.folder_depth
        if len(parts) > depth + 1:
            if not self._deep:
                self._deep = True
                yield Problem(
                    kind="limit", stage="list", message=f"names of more than {depth} folders are listed short"
                )
            parts = [*parts[:depth], "/".join(parts[depth:])]
        parent: int | None = None
        for at in range(1, len(parts)):
            path = "/".join(parts[:at])
            if path not in self._folders:
                yield self._implied(path, parts[at - 1], parent)
                self._folders[path] = self._count - 1
            parent = self._folders[path]
        yield self._entry(member, parts, parent)

    def is_full(self) -> bool:
        """Whether the limit of entries is reached."""
        return self._count >= self._limits.container_entries

    def full(self) -> Problem:
        """What to say then."""
        return Problem(
            kind="limit", stage="list", message=f"more than {self._limits.container_entries} members; rest left"
        )

    def _implied(self, path: str, name: str, parent: int | None) -> Entry:
        self._count += 1
        return Entry(
            self._within.child(Step(self._scheme, f"{path}/")),
            display(name),
            Kind.FOLDER,
            raw_name=raw_of(name),
            path=f"{self._shown}/{display(path)}",
            volume=self._volume,
            parent_index=parent,
        )

    def _entry(self, member: Member, parts: list[str], parent: int | None) -> Entry:
        if member.kind is Kind.FOLDER:
            self._folders.setdefault("/".join(parts), self._count)
        self._count += 1
        name = parts[-1] if parts else member.name
        return Entry(
            self._within.child(Step(self._scheme, member.name, member.number)),
            display(name),
            member.kind,
            member.size if member.kind is Kind.FILE else None,
            times=member.times,
            raw_name=raw_of(name),
            position=member.position if self._on_medium else None,
            one_piece=member.one_piece and self._on_medium,
            path=self._shown + "".join(f"/{display(part)}" for part in parts),
            volume=self._volume,
            parent_index=parent,
        )

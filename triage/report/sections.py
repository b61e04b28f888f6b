"""What a report says, as values: gathered from the case within fixed bounds, so that a page stays readable at any size.

Where a bound cuts something off, the value says how much there is (`Capped.total`) and the page prints it; the tables
(`triage/report/tables.py`) always carry everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.certificate import PaperKey
    from triage.model import CustodyEvent
    from triage.queries import (
        CallRow,
        ClosedRow,
        DisguisedRow,
        EvidenceRow,
        ImageRow,
        ProblemRow,
        Queries,
        RunRow,
        Summary,
    )
    from triage.queries.fetched import DownloadRow
    from triage.queries.findings import AppCount, DeviceRow, HitGroup, Origin, Position, Standing
    from triage.report.wish import ReportWish

Row = TypeVar("Row")

CALLS, POSITIONS, PROBLEMS_A_KIND, EVENTS, CLOSED, DISGUISED, DOWNLOADS = 500, 300, 40, 300, 100, 100, 300
OWN_FACTS = {"custody_head", "fictional"}
TITLE_FACTS = ("number", "agency", "examiner", "authority")


@dataclass(frozen=True, slots=True)
class Frame:
    """What a report is made from and for whom. `head` is number and digest of the last custody event before it was made.

    The queries are narrowed already to the exhibit that was asked for. `key` is the fingerprint of the signing key;
    `paper_key` signs the PDF, where one was asked for.
    """

    queries: Queries
    wish: ReportWish
    made_at: str
    actor: str
    head: tuple[int, str]
    key: str
    paper_key: PaperKey | None = None

    @property
    def language(self) -> str:
        """Of the report."""
        return self.wish.language

    @property
    def images(self) -> str:
        """What is shown of pictures."""
        return self.wish.images


@dataclass(frozen=True, slots=True)
class Capped(Generic[Row]):
    """The rows shown, and how many there are."""

    rows: Sequence[Row]
    total: int

    @property
    def hidden(self) -> int:
        """How many are not shown."""
        return self.total - len(self.rows)


@dataclass(frozen=True, slots=True)
class Sealed:
    """An evidence, and what its digests before and after say: the key of a statement and whether they agree."""

    row: EvidenceRow
    statement: str
    equal: bool | None


@dataclass(frozen=True, slots=True)
class UsedList:
    """A hash list that a run was made with: how many files matched; `kind` None where none did."""

    name: str
    digest: str
    kind: str | None
    files: int


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """Problems of one kind."""

    kind: str
    problems: Capped[ProblemRow]


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything but hits, conversations and media."""

    name: str
    fictional: bool
    facts: dict[str, str]
    exhibits: list[str]
    summary: Summary
    notable_files: int
    devices: list[DeviceRow]
    groups: list[HitGroup]
    lists: list[UsedList]
    apps: list[AppCount]
    evidence: list[Sealed]
    images: list[ImageRow]
    runs: list[RunRow]
    ran: list[tuple[str, str, str, int, int]]
    standings: list[Standing]
    calls: Capped[CallRow]
    call_origins: dict[int, Origin]
    downloads: Capped[DownloadRow]
    positions: Capped[Position]
    problems: list[ProblemGroup]
    groups_alike: int
    closed: Capped[ClosedRow]
    disguised: Capped[DisguisedRow]
    custody: Capped[CustodyEvent]

    @property
    def called(self) -> str:
        """What the case is called on a first page: as stated, else by its folder."""
        return self.facts.get("title") or self.facts.get("number") or self.name


def overview(frame: Frame) -> Overview:
    """Gather everything but hits, conversations and media. Raises CaseError."""
    queries = frame.queries
    facts, summary, runs = queries.facts(), queries.summary(), queries.runs()
    groups, calls = queries.hit_groups(), queries.calls(limit=CALLS)
    return Overview(
        name=queries.folder.resolve().name,
        fictional=facts.get("fictional", "").casefold() not in {"", "0", "no", "false"},
        facts=_ordered_facts(facts),
        exhibits=queries.exhibits(),
        summary=summary,
        notable_files=queries.notable_files(),
        devices=queries.devices(),
        groups=groups,
        lists=used_lists(runs, groups),
        apps=queries.app_counts(),
        evidence=[_sealed(row, runs) for row in queries.evidence()],
        images=queries.images(),
        runs=runs,
        ran=queries.ran(),
        standings=queries.standings(),
        calls=Capped(calls, summary.calls),
        call_origins=queries.origins(sorted({call.entry_id for call in calls})),
        downloads=Capped(queries.downloads(limit=DOWNLOADS), queries.download_count()),
        positions=Capped(queries.positions(limit=POSITIONS), summary.with_position),
        problems=[_problems(queries, kind, total) for kind, total in summary.problems.items()],
        closed=Capped(queries.closed(limit=CLOSED), queries.closed_count()),
        disguised=Capped(queries.disguised(limit=DISGUISED), queries.disguised_count()),
        groups_alike=queries.alike_groups(),
        custody=_events(queries.custody(), frame.head[0]),
    )


def used_lists(runs: Sequence[RunRow], groups: Sequence[HitGroup]) -> list[UsedList]:
    """Every list a run was made with, each version once; with the files that matched it."""
    used: dict[tuple[str, str], None] = {}
    for run in runs:
        used.update(dict.fromkeys(zip(_texts(run, "lists"), _texts(run, "list_digests"), strict=False)))
    found = []
    for name, digest in sorted(used):
        matched = [group for group in groups if group.list == name and digest.startswith(group.list_version)]
        kind = matched[0].list_kind if matched else None
        found.append(UsedList(name, digest, kind, sum(group.files for group in matched)))
    return found


def _texts(run: RunRow, setting: str) -> list[str]:
    values = run.settings.get(setting)
    return [str(value) for value in values] if isinstance(values, list) else []


def _ordered_facts(facts: dict[str, str]) -> dict[str, str]:
    names = [name for name in TITLE_FACTS if name in facts]
    names += [name for name in facts if name not in TITLE_FACTS and name not in OWN_FACTS]
    return {name: facts[name] for name in names}


def _sealed(row: EvidenceRow, runs: Sequence[RunRow]) -> Sealed:
    """The statement on an evidence's digests. Raises nothing."""
    before, after = row.sha256_before, row.sha256_after
    if before and after:
        return Sealed(row, "digests_equal" if before == after else "digests_differ", before == after)
    if row.size is None:
        return Sealed(row, "digests_folder", None)
    own = [run for run in runs if run.evidence_id == row.id]
    if own and all(run.settings.get("hash_source") is False for run in own):
        return Sealed(row, "digests_by_choice", None)
    return Sealed(row, "digests_before_only" if before else "digests_not_yet", None)


def _problems(queries: Queries, kind: str, total: int) -> ProblemGroup:
    return ProblemGroup(kind, Capped(queries.problems_of(kind, limit=PROBLEMS_A_KIND), total))


def _events(events: Sequence[CustodyEvent], last: int) -> Capped[CustodyEvent]:
    """The log as of the start of the report: all of it, or its beginning and its end."""
    events = [event for event in events if event.number <= last]
    shown = events if len(events) <= EVENTS else [*events[: EVENTS // 10], *events[-(EVENTS - EVENTS // 10) :]]
    return Capped(shown, len(events))

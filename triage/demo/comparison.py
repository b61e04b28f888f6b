"""What was planted against what the case holds.

Both sides are bags of facts. A fact that was planted and is not in the case is missing; one that is in the case and was not
planted is unexpected. Of files and problems only those planted are asked for: a file system has more files than were
planted in it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from triage.demo import truth
from triage.demo.truth import Fact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from triage.demo.truth import Wanted
    from triage.queries import Queries
    from triage.queries.files import FileRow
    from triage.queries.records import MessageRow

OURS = frozenset({"bug", "crash", "timeout", "memory"})  # kinds of problem that no evidence should be able to cause
KINDS = ("exhibit", "file", "notable", "known", "photo", "message", "attachment", "call", "problem")


@dataclass(frozen=True, slots=True)
class Score:
    """How many facts of a kind were planted, and how many of these the case holds."""

    kind: str
    planted: int
    found: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The case held against the truth file. Equal where nothing is missing and nothing unexpected."""

    scores: tuple[Score, ...]
    missing: tuple[Fact, ...]
    unexpected: tuple[Fact, ...]

    @property
    def equal(self) -> bool:
        """Whether the case says what was planted, no more and no less."""
        return not self.missing and not self.unexpected


def compare(told: Mapping[str, object], queries: Queries) -> Comparison:
    """Hold the case against the content of the truth file. Raises UserError where that file is not as it should be."""
    wanted = truth.wanted(told)
    found = Counter(_found(queries, wanted))
    missing = Counter(wanted.facts) - found
    unexpected = found - Counter(wanted.facts)
    scores = [_score(kind, wanted.facts, missing) for kind in KINDS]
    return Comparison(tuple(scores), _in_order(missing), _in_order(unexpected))


def _score(kind: str, wanted: tuple[Fact, ...], missing: Counter[Fact]) -> Score:
    planted = sum(fact.kind == kind for fact in wanted)
    return Score(kind, planted, planted - sum(count for fact, count in missing.items() if fact.kind == kind))


def _in_order(facts: Counter[Fact]) -> tuple[Fact, ...]:
    return tuple(
        sorted(facts.elements(), key=lambda fact: (KINDS.index(fact.kind), fact.exhibit, fact.shown, fact.key))
    )


def _found(queries: Queries, wanted: Wanted) -> Iterator[Fact]:
    files = _Files(queries)
    for source in queries.evidence():
        for digest in (source.sha256_before, source.sha256_after):
            yield Fact("exhibit", source.exhibit, (digest or "",), source.source)
    yield from _files(files, wanted)
    yield from _matches(queries, files, wanted)
    yield from _photos(queries)
    yield from _messages(queries, files)
    yield from _calls(queries)
    yield from _problems(queries, files, wanted)


@dataclass(slots=True)
class _Files:
    """The files of the case by id."""

    queries: Queries
    rows: dict[int, FileRow] = field(init=False)

    def __post_init__(self) -> None:
        ids = self.queries.file_ids()
        self.rows = {}
        for start in range(0, len(ids), 500):
            self.rows.update(self.queries.file_rows(ids[start : start + 500]))


def _files(files: _Files, wanted: Wanted) -> Iterator[Fact]:
    for row in files.rows.values():
        fact = wanted.named("file", row.exhibit, row.path, (row.sha256 or "", _state(row.deleted)))
        if fact is not None:
            yield fact


def _matches(queries: Queries, files: _Files, wanted: Wanted) -> Iterator[Fact]:
    for kind in ("notable", "known"):
        for hit in queries.hits(kind=kind):
            key = (hit.sha256 or "", _state(hit.deleted), hit.category or "")
            path = files.rows[hit.entry_id].path
            yield wanted.named(kind, hit.exhibit, path, key) or Fact(kind, hit.exhibit, (path, *key), path)


def _photos(queries: Queries) -> Iterator[Fact]:
    """Pictures that name their camera or their place."""
    for row in queries.media():
        if row.make or row.latitude is not None:
            place = truth.position(row.latitude, row.longitude)
            key = (row.sha256 or "", row.taken_at or "", row.make or "", row.model or "", row.serial or "", place)
            yield Fact("photo", row.exhibit, key, row.path)


def _messages(queries: Queries, files: _Files) -> Iterator[Fact]:
    for thread in queries.threads():
        for row in queries.messages(thread.app, thread.account, thread.thread):
            source = files.rows[row.entry_id]
            moment = (source.path, row.sent_at or "", row.direction)
            yield Fact("message", source.exhibit, (*moment, row.sender or "", row.body or ""), _shown(row))
            tied = files.rows.get(row.attachment_entry_id) if row.attachment_entry_id is not None else None
            if tied is not None:
                yield Fact("attachment", source.exhibit, (*moment, tied.sha256 or ""), row.attachment or tied.path)


def _shown(row: MessageRow) -> str:
    return f"{row.sent_at} {row.direction}: {row.body or row.kind}"


def _calls(queries: Queries) -> Iterator[Fact]:
    for row in queries.calls():
        key = truth.call_key(row.party, row.direction, row.started_at, row.duration_s, row.kind, row.outcome)
        yield Fact("call", "", key, f"{row.started_at} {row.direction}: {row.party}")


def _problems(queries: Queries, files: _Files, wanted: Wanted) -> Iterator[Fact]:
    """Each file that was planted damaged and was reported, once; and whatever would be our own mistake."""
    told: set[Fact] = set()
    for row in queries.problems():
        file = files.rows.get(row.entry_id)
        exhibit = file.exhibit if file else ""
        fact = wanted.named("problem", exhibit, row.path, ())
        if row.kind in OURS:
            fact = Fact("problem", exhibit, (row.path, row.kind, row.message), f"{row.path}: {row.message}")
        if fact is not None:
            told.add(fact)
    yield from told


def _state(deleted: object) -> str:
    return "deleted" if deleted else "live"

"""The spine: log the start, add the root entry, store each batch's outcome and publish how far it is, log the end.

No Qt, no threads of its own. A stop, a crash or a power cut at any moment leaves pending entries pending; the same call
goes on from there, with the settings the run began with, and ends with the same rows.
"""

from __future__ import annotations

import platform
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from triage import __version__
from triage.errors import CannotOpen, EvidenceError, Unreadable, UserError
from triage.evidence import open_evidence
from triage.evidence.keyring import passwords_of
from triage.extractors import EXTRACTORS
from triage.hashing.importer import list_lists
from triage.hashing.lists import open_lists
from triage.model import Kind, Status
from triage.queries import Coverage, Queries
from triage.queries.digested import result_digests
from triage.ranking import AFTER_LISTING, cutoff
from triage.run.image import verify_image
from triage.run.progress import Meter, Progress
from triage.run.source import Present, digest, recognised
from triage.settings import home as program_home
from triage.workers import Task, Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from triage.case import Case
    from triage.hashing.lists import ListInfo
    from triage.model import Examined
    from triage.settings import Settings
    from triage.workers import Batch

HOLD = 1.0  # seconds that outcomes wait for more before they are stored
HELD = 20  # parts of large outcomes that wait for more
TICK = 0.25  # seconds between two looks at stop and progress


class Basket:
    """Outcomes on their way into the case, so that one transaction writes a second's work and not a blink's.

    A notable hit does not wait. What is in the basket when the program is killed is examined again.
    """

    def __init__(self) -> None:
        self._outcomes: list[Examined] = []
        self._since = 0.0
        self._urgent = False
        self._parts = 0

    def __bool__(self) -> bool:
        return bool(self._outcomes)

    def add(self, outcomes: Iterable[Examined]) -> None:
        """Put a batch in."""
        if not self._outcomes:
            self._since = time.monotonic()
        for outcome in outcomes:
            self._outcomes.append(outcome)
            self._parts += outcome.part is not None
            if outcome.hits and any(hit.list_kind == "notable" for hit in outcome.hits):
                self._urgent = True

    def due(self) -> bool:
        """Whether it is time to store."""
        return self._urgent or self._parts >= HELD or time.monotonic() - self._since > HOLD

    def ends(self) -> bool:
        """Whether an entry is done with, so that storing it may bring what to hand out next."""
        return self._parts < len(self._outcomes)

    def empty(self) -> list[Examined]:
        """Take everything out."""
        outcomes, self._outcomes, self._urgent, self._parts = self._outcomes, [], False, 0
        return outcomes


@dataclass(frozen=True, slots=True)
class RunResult:
    """`outcome` is done or stopped; `fresh` is False where there was nothing left to do."""

    outcome: str
    coverage: Coverage
    fresh: bool = True


def run(  # noqa: PLR0913  # the one way in: each parameter is a decision of the caller
    case: Case,
    source: Path,
    *,
    exhibit: str,
    settings: Settings,
    stop: Callable[[], bool] = lambda: False,
    progress: Callable[[Progress], None] = lambda _: None,
    password: str | None = None,
    vault: bytes | None = None,
    pool: Callable[[Task], Workers] = Workers,
) -> RunResult:
    """Examine one source to its end, or until `stop()` is true. Raises UserError, CaseError; never EvidenceError."""
    source = source.absolute()
    chosen = with_list_digests(settings, vault)
    evidence = _add(case, source, exhibit, chosen, password)
    case.enter(evidence)
    try:
        task = Task(str(source), str(program_home()), str(case.folder / "scratch"), chosen, password, vault)
        return _examined(case, evidence, task, pool=pool, stop=stop, progress=progress)
    finally:
        case.leave(evidence)


def available_lists() -> tuple[ListInfo, ...]:
    """The hash lists this computer has."""
    return list_lists(program_home())


def with_list_digests(chosen: Settings, vault: bytes | None = None) -> Settings:
    """The settings with the lists sorted and the digest of each: what the custody log records. Raises UserError."""
    names = tuple(sorted(set(chosen.lists)))
    lists = open_lists(names, program_home(), vault)
    return replace(chosen, lists=names, list_digests=tuple(info.digest for info in lists.infos))


def _examined(
    case: Case,
    evidence: int,
    task: Task,
    *,
    pool: Callable[[Task], Workers],
    stop: Callable[[], bool],
    progress: Callable[[Progress], None],
) -> RunResult:
    """From the start of the run, or where it was broken off, to its end."""
    source, chosen, password = Path(task.source), task.settings, task.password
    if finished := case.finished_run(evidence):
        _same_settings(source, finished, chosen, done=True)
        if not (password and _stayed_closed(case, source)):
            stopped = verify_image(case, evidence, task, stop=stop, progress=progress)
            case.mark_head()
            return RunResult("stopped" if stopped else "done", _coverage(case, source), fresh=False)
    number, chosen = _start_or_resume(case, evidence, source, chosen, len(passwords_of(password)))
    task, present = replace(task, settings=chosen), Present(source, case.evidence_size(evidence))
    stopped = _digest_source(case, evidence, present, "before", chosen, stop, progress)
    stopped = stopped or _examine_all(case, evidence, task, present, pool, stop, progress)
    stopped = stopped or verify_image(case, evidence, task, stop=stop, progress=progress)
    stopped = stopped or _digest_source(case, evidence, present, "after", chosen, stop, progress)
    with case.lock:  # with no other run at work, nothing changes until the log has said what the tables are
        return _end(case, number, source, "stopped" if stopped else "done", last=case.leave(evidence))


def _add(case: Case, source: Path, exhibit: str, chosen: Settings, password: str | None) -> int:
    recognised(source)
    try:
        scratch = case.folder / "scratch"
        evidence = open_evidence(
            source,
            limits=chosen.limits,
            scratch=scratch,
            password=password,
            shared=scratch,
            allow_writable=chosen.allow_writable,
        )
    except EvidenceError as error:
        raise CannotOpen(f"{source}: {error}") from error
    try:
        size = None if source.is_dir() else source.stat().st_size or evidence.root().size
        number = case.add_evidence(
            source,
            exhibit=exhibit,
            format_name=evidence.format,
            size=size,
            root=evidence.root(),
            stated=evidence.stated(),
            files=[str(path) for path in evidence.files()],
        )
        if evidence.format == "device":
            _say_device(case, source, evidence.stated())
        return number
    finally:
        evidence.close()


def _say_device(case: Case, source: Path, stated: dict[str, str]) -> None:
    """What the disk is goes to the case; that the system could have written to it, to custody by itself."""
    case.set_fact(f"device {source}", ", ".join(f"{name} {value}" for name, value in stated.items()))
    if stated["write protection"].startswith("writable"):
        case.custody.append("evidence.writable", str(source), {"allowed": True, **stated})


def _start_or_resume(case: Case, evidence: int, source: Path, chosen: Settings, keys: int) -> tuple[int, Settings]:
    broken_off = case.open_run(evidence)
    if broken_off:
        number, earlier = broken_off
        _same_settings(source, broken_off, chosen, done=False)
        again: dict[str, object] = {"run": number, "workers": chosen.worker_count(), "keys_given": keys}
        case.custody.append("run.resume", str(source), again)
        return number, _resumed(earlier, chosen)
    extractors = {extractor.name: extractor.version for extractor in EXTRACTORS}
    number = case.start_run(evidence, chosen, extractors)
    facts: dict[str, object] = {
        "run": number,
        "program": __version__,
        "settings": asdict(chosen),
        "keys_given": keys,
        "extractors": extractors,
        "lists": dict(zip(chosen.lists, chosen.list_digests, strict=True)),
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
    }
    case.custody.append("run.start", str(source), facts)
    return number, chosen


def _resumed(earlier: Settings, chosen: Settings) -> Settings:
    """The settings the run began with; workers and what comes after the examination may be asked for anew."""
    return replace(
        earlier,
        workers=chosen.workers,
        verify_image=chosen.verify_image or earlier.verify_image,
        expected=chosen.expected or earlier.expected,
    )


def _same_settings(source: Path, earlier: tuple[int, Settings], chosen: Settings, *, done: bool) -> None:
    """Settings of a run are fixed: what a new command asks for beyond them is refused, not ignored."""
    number, old = earlier
    if _fixed(old) == _fixed(chosen):
        return
    had = ", ".join(old.lists) or "no list"
    state = "was examined" if done else "is being examined"
    raise UserError(
        f"{source}: {state} in run {number} with {had} and profile {old.profile}; a run's settings are fixed: name the same"
        " lists, profile, carving and extractors, or use a new case folder"
    )


def _fixed(chosen: Settings) -> tuple[object, ...]:
    return chosen.lists, chosen.list_digests, chosen.profile, chosen.carve, chosen.extract


def _digest_source(
    case: Case,
    evidence: int,
    present: Present,
    moment: str,
    chosen: Settings,
    stop: Callable[[], bool],
    progress: Callable[[Progress], None],
) -> bool:
    """Keep the digests of the whole source. True where stopped on the way."""
    if not chosen.hash_source or not present.sizes or case.has_digest(evidence, moment):
        return False
    digests = digest(present, phase=f"hash-{moment}", stop=stop, progress=progress)
    if digests is None:
        return True
    md5, sha256 = digests
    case.set_digest(evidence, moment=moment, md5=md5, sha256=sha256)
    case.custody.append("evidence.digest", str(present.source), {"moment": moment, "md5": md5, "sha256": sha256})
    return False


def _examine_all(
    case: Case,
    evidence: int,
    task: Task,
    present: Present,
    pool: Callable[[Task], Workers],
    stop: Callable[[], bool],
    progress: Callable[[Progress], None],
) -> bool:
    """Until nothing is pending. True where stopped on the way."""
    pending, size, folders = case.queue(evidence)
    meter = Meter(pending=pending, pending_bytes=size, folders=folders)
    basket = Basket()
    try:
        with pool(task) as workers:
            while not stop():
                before = _before(task.settings.profile, meter)
                busy = _fill(case, evidence, workers, task.settings, before)
                if basket and ((not busy and basket.ends()) or basket.due()):
                    case.store(evidence, basket.empty())
                    case.index_text(live=True)
                    continue  # what was stored may be handed out at once
                if not workers.running and before != cutoff(task.settings.profile):
                    meter.folders = 0  # nothing waits to be listed
                    continue
                if not workers.running:
                    case.skip_rest(evidence)
                    case.link_attachments()
                    return not case.index_text(stop=stop)
                for batch, outcomes in workers.collect(TICK):
                    present.check(touch=any(map(_was_not_read, outcomes)))
                    _log_opened(case, batch, outcomes)
                    basket.add(outcomes)
                    if outcomes[0].part is None:
                        meter.add(batch, outcomes)
                progress(meter.progress())
            case.store(evidence, basket.empty())
    finally:
        case.release(evidence)
    return True


def _stayed_closed(case: Case, source: Path) -> bool:
    """Whether a password given now can bring something that an earlier run had to leave."""
    queries = Queries(case.folder)
    try:
        return queries.can_be_tried(str(source))
    finally:
        queries.close()


def _log_opened(case: Case, batch: Batch, outcomes: Iterable[Examined]) -> None:
    """Custody says which volume or database was opened, and by which of the keys given; a key itself is written nowhere."""
    locators = {entry.id: entry.locator for entry in batch}
    kinds = {entry.id: entry.kind for entry in batch}
    for outcome in outcomes:
        if opened := outcome.opened:
            facts: dict[str, object] = {"scheme": opened.scheme, "key": opened.number}
            what = "volume.open" if kinds[outcome.entry_id] == Kind.VOLUME else "content.open"
            case.custody.append(what, locators[outcome.entry_id], facts)


def _before(profile: str, meter: Meter) -> int | None:
    """The priority from which on nothing is handed out yet: as long as listing gets on, what ranks low waits for what it may bring."""
    return AFTER_LISTING if meter.listing else cutoff(profile)


def _fill(case: Case, evidence: int, workers: Workers, chosen: Settings, before: int | None) -> bool:
    """Keep every worker busy with one batch and one more waiting; small batches while there is little to share out.

    False where there was not enough to hand out.
    """
    while workers.running < workers.places:
        share = max(1, case.ready(evidence, before=before) // workers.places)
        entries = min(chosen.batch_entries, share)
        batch = case.take(evidence, entries=entries, size=chosen.batch_bytes, before=before)
        if not batch:
            return False
        workers.submit(batch)
    return True


def _was_not_read(outcome: Examined) -> bool:
    """Whether something of it could not be had: all of it, or, once it was digested, what lies inside it."""
    if outcome.status is Status.FAILED:
        return True
    return bool(outcome.problems) and any(problem.kind == Unreadable.kind for problem in outcome.problems)


def _end(case: Case, number: int, source: Path, outcome: str, *, last: bool) -> RunResult:
    """Digests of the tables are taken where no other run goes on changing them; the last one to end takes them."""
    case.end_run(number, outcome)
    coverage = _coverage(case, source)
    facts: dict[str, object] = {"run": number, "outcome": outcome, "coverage": asdict(coverage)}
    if outcome == "done" and last:
        facts["rows"], facts["tables"] = result_digests(case.folder)
    case.custody.append("run.end", str(source), facts)
    case.mark_head()
    return RunResult(outcome, coverage)


def _coverage(case: Case, source: Path) -> Coverage:
    queries = Queries(case.folder)
    try:
        return next(row for row in queries.coverage() if row.evidence == str(source))
    finally:
        queries.close()

"""The exposure ledger: who saw how many revealed pictures for how long, and which breaks were taken or put off. Never what was seen.

`exposure.jsonl` lies in the case folder beside the evidence facts and is no part of them: no report and no bundle takes it along, the
custody log does not mention it, and it may be deleted by the unit's policy. A line is only ever added, and holds the digest of the one
before, so that one that was changed or taken out shows.
"""

from __future__ import annotations

import csv
import hashlib
import json
import threading
from collections import Counter
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from triage.casefolder import translated

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FILE = "exposure.jsonl"
START = "0" * 64


@dataclass(frozen=True, slots=True)
class Exposure:
    """One line. `event`: viewed, break, put_off or limit_passed. `at` is when it ended, UTC, ISO 8601.

    `again`: the same picture was revealed before since the case was opened. `severity`: the category in words, as a list or a person has
    it; empty where neither says. `reason`: why a break was put off or the limit passed.
    """

    at: str
    actor: str
    event: str
    seconds: float = 0.0
    again: bool = False
    kind: str = ""
    severity: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DayTotal:
    """What one person saw on one day of this computer's clock."""

    day: str
    actor: str
    viewed: int
    different: int
    seconds: float
    breaks: int
    put_off: int
    severities: dict[str, int] = field(default_factory=dict)


class Ledger:
    """The ledger of a case. Used from several threads; one process has the case."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._lock = threading.Lock()
        self._head: str | None = None

    def add(self, exposure: Exposure) -> None:
        """Add a line and see it onto the disk. Raises CaseError."""
        with self._lock, translated(self.path.parent):
            previous = self._head or self._last()
            body = {**asdict(exposure), "previous": previous}
            digest = _digest(body)
            with self.path.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps({**body, "digest": digest}, ensure_ascii=False) + "\n")
            self._head = digest

    def read(self) -> tuple[list[Exposure], int | None]:
        """Every line, and the number of the first one that does not fit what is before it. Raises CaseError."""
        found: list[Exposure] = []
        broken: int | None = None
        previous = START
        for number, line in enumerate(self._lines(), start=1):
            body = _parsed(line)
            digest = body.pop("digest", None)
            if broken is None and (digest != _digest(body) or body.get("previous") != previous):
                broken = number
            previous = str(digest)
            if exposure := _exposure(body):
                found.append(exposure)
        return found, broken

    def _last(self) -> str:
        lines = self._lines()
        return str(_parsed(lines[-1]).get("digest", START)) if lines else START

    def _lines(self) -> list[str]:
        with translated(self.path.parent):
            if not self.path.exists():
                return []
            return self.path.read_text(encoding="utf-8", errors="replace").splitlines()


def day_totals(lines: Iterable[Exposure]) -> list[DayTotal]:
    """Sums by day and person, the latest day first."""
    by_day: dict[tuple[str, str], list[Exposure]] = {}
    for line in lines:
        by_day.setdefault((local_day(line.at), line.actor), []).append(line)
    return [_total(day, actor, some) for (day, actor), some in sorted(by_day.items(), reverse=True)]


def write_totals(totals: Iterable[DayTotal], path: Path) -> None:
    """The sums as CSV. Raises CaseError."""
    names = [each.name for each in fields(DayTotal)]
    with translated(path.parent), path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(names)
        for total in totals:
            values = {
                **asdict(total),
                "seconds": round(total.seconds),
                "severities": json.dumps(total.severities, ensure_ascii=False),
            }
            table.writerow([_safe(values[name]) for name in names])


def local_day(at: str) -> str:
    """The day of a moment on this computer's clock; as it stands where it is no moment."""
    try:
        return datetime.fromisoformat(at).astimezone().date().isoformat()
    except ValueError:
        return at[:10]


def moment(now: datetime) -> str:
    """A moment as the ledger has it."""
    return now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _total(day: str, actor: str, some: list[Exposure]) -> DayTotal:
    viewed = [line for line in some if line.event == "viewed"]
    return DayTotal(
        day=day,
        actor=actor,
        viewed=len(viewed),
        different=sum(not line.again for line in viewed),
        seconds=sum(line.seconds for line in viewed),
        breaks=sum(line.event == "break" for line in some),
        put_off=sum(line.event in {"put_off", "limit_passed"} for line in some),
        severities=dict(sorted(Counter(line.severity for line in viewed).items())),
    )


def _safe(value: object) -> object:
    """No cell begins as a formula of a spreadsheet does."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def _digest(body: dict[str, object]) -> str:
    text = json.dumps(body, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _parsed(line: str) -> dict[str, object]:
    try:
        body = json.loads(line)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _exposure(body: dict[str, object]) -> Exposure | None:
    known = {each.name: body[each.name] for each in fields(Exposure) if each.name in body}
    shapes = {"at": str, "actor": str, "event": str, "again": bool, "kind": str, "severity": str, "reason": str}
    fits = all(isinstance(known[name], shape) for name, shape in shapes.items() if name in known)
    seconds = known.get("seconds", 0.0)
    if not fits or not {"at", "actor", "event"} <= set(known) or not isinstance(seconds, int | float):
        return None
    return Exposure(**known)  # type: ignore[arg-type]  # names and types were checked above

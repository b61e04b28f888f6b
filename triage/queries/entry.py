"""One entry in the hand: where its bytes are, and every fact that was read from it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from triage.model import Taken
from triage.queries.base import Reader
from triage.schema import RECORD_COLUMNS, iso
from triage.settings import Settings
from triage.stored import COLUMNS

MOST_FACTS = 200  # of one kind shown of one entry


@dataclass(frozen=True, slots=True)
class Held:
    """What it takes to open the content of an entry again: its evidence, how that was opened, and the entry itself."""

    evidence: int
    source: Path
    settings: Settings
    taken: Taken


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of one kind read from an entry: `names` of the columns, rows of text, and how many there are in all."""

    kind: str
    names: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    total: int


class Entries(Reader):
    """Queries over one entry."""

    def held(self, entry_id: int) -> Held | None:
        """The entry and its evidence; None where the case has no such entry."""
        rows = self.rows(
            lambda *row: row,
            f"""SELECT v.id, v.source, (SELECT settings FROM run WHERE evidence_id = v.id ORDER BY id DESC LIMIT 1), {COLUMNS}
            FROM entry e JOIN evidence v ON v.id = e.evidence_id WHERE e.id = ?""",
            [entry_id],
        )
        if not rows:
            return None
        evidence, source, settings, *columns = rows[0]
        return Held(evidence, Path(source), Settings.from_json(settings) if settings else Settings(), Taken(*columns))

    def facts_of(self, entry_id: int, *, limit: int = MOST_FACTS) -> list[Facts]:
        """All facts of an entry, kind by kind; columns that say nothing in any of the rows are left out."""
        found = []
        for kind, declared in RECORD_COLUMNS.items():
            total = self.value(f"SELECT count(*) FROM {kind} WHERE entry_id = ?", [entry_id])
            if total:
                found.append(self._facts(kind, declared, entry_id, limit, total))
        return found

    def _facts(self, kind: str, declared: str, entry_id: int, limit: int, total: int) -> Facts:
        names = ("where_", *(column.split()[0] for column in declared.split(",")))
        shown = [name for name in names if not name.endswith("_local")]
        columns = [iso(name, f"{name}_local") if f"{name}_local" in names else name for name in shown]
        sql = f"SELECT {', '.join(columns)} FROM {kind} WHERE entry_id = ? ORDER BY id LIMIT ?"
        rows = self.rows(lambda *row: tuple(map(_text, row)), sql, [entry_id, limit])
        used = [place for place in range(len(shown)) if any(row[place] is not None for row in rows)]
        kept = tuple(tuple(row[place] for place in used) for row in rows)
        return Facts(kind, tuple(shown[place].rstrip("_") for place in used), kept, total)


def _text(value: object) -> str | None:
    if value is None:
        return None
    return value.hex() if isinstance(value, bytes) else str(value)

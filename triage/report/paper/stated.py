"""What persons stated: facts of the case, exhibits with photographs, hand-overs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.errors import EvidenceError
from triage.formats import picture
from triage.report.paper.words import LONG, NOTHING
from triage.statements.names import CASE_FACTS, EXHIBIT_FACTS, OTHER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from triage.queries.stated import ExhibitRow, HandoverRow, PhotographRow
    from triage.report.model import Report
    from triage.report.paper.words import Words
    from triage.statements.names import Name

SIDE, MOST_PIXELS, PHOTOGRAPHS = 1_000, 200_000_000, 12
HIDDEN = ("fictional", "zone")  # said in other places
Data = dict[str, object]


def case_facts(report: Report, words: Words) -> list[list[str]]:
    """Labels and values of what stands about the case, in the order of the form."""
    return _facts("case", CASE_FACTS, report.frame.queries.case_facts(), words)


def exhibits(report: Report, words: Words, folder: Path) -> list[Data]:
    """Each exhibit with its facts, photographs (written into `folder`) and hand-overs. Raises OSError."""
    return [_exhibit(report, row, words, folder) for row in report.frame.queries.exhibit_rows()]


def _exhibit(report: Report, row: ExhibitRow, words: Words, folder: Path) -> Data:
    shown = row.photographs[:PHOTOGRAPHS]
    return {
        "label": words.name(row.label),
        "facts": _facts("exhibit", EXHIBIT_FACTS, row.facts, words),
        "sources": [words.name(source) for source in row.sources],
        "photographs": [_photograph(report, each, words, folder) for each in shown],
        "photographs_more": words("paper.photographs_more", n=words.number(len(row.photographs) - len(shown)))
        if len(row.photographs) > len(shown)
        else None,
        "handovers": [_handover(each, words) for each in row.handovers],
    }


def _facts(family: str, names: Sequence[Name], stated: Mapping[str, tuple[str, ...]], words: Words) -> list[list[str]]:
    shapes = {each.key: each.shape for each in names}
    order = [key for key in shapes if key in stated and key not in HIDDEN]
    order += [key for key in stated if key not in shapes]
    said = (_value if shapes.get(key) != "moment" else _moment for key in order)
    return [
        [_label(family, key, words), "; ".join(say(value, words) for value in stated[key])]
        for key, say in zip(order, said, strict=True)
    ]


def _label(family: str, key: str, words: Words) -> str:
    text = f"paper.{family}_{key}"
    return words(text) if words.say.has(text) else words.name(key.removeprefix(OTHER))


def _moment(value: str, words: Words) -> str:
    return words.moment(value)


def _value(value: str, words: Words) -> str:
    return " / ".join(words.name(line, LONG) for line in value.split("\n"))


def _photograph(report: Report, row: PhotographRow, words: Words, folder: Path) -> Data:
    file: str | None = f"exhibit-{row.exhibit.encode().hex()[:40]}-{row.number}.jpg"
    try:
        with (report.frame.queries.folder / str(row.file)).open("rb") as stream:
            made = picture.full(stream, most_pixels=MOST_PIXELS, side=SIDE)
        (folder / str(file)).write_bytes(made.jpeg)
    except (EvidenceError, FileNotFoundError):
        file = None
    about = [words.name(row.caption) if row.caption else "", words.moment(row.taken_at) if row.taken_at else ""]
    return {
        "file": file,
        "number": str(row.number),
        "alt": words.name(row.caption) if row.caption else words("paper.photograph", number=row.number),
        "about": [each for each in about if each],
        "sha256": row.sha256 or NOTHING,
        "missing": words("paper.photograph_missing"),
    }


def _handover(row: HandoverRow, words: Words) -> list[str]:
    seal = words(f"paper.seal_{row.seal}") if words.say.has(f"paper.seal_{row.seal}") else words.name(row.seal)
    number = f" ({words.name(row.seal_number)})" if row.seal_number else ""
    purpose = " · ".join(words.name(each) for each in (row.purpose, row.place, row.remark) if each)
    return [words.moment(row.handed_at), words.name(row.giver), words.name(row.receiver), purpose, f"{seal}{number}"]

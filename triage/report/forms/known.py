"""What a case knows for its forms: values by name, and rows of values. Names of protected persons are masked, as in every report."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from triage import __version__
from triage.report.masking import masking
from triage.report.moments import day_in_words
from triage.report.paper.words import Words
from triage.text import Say

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage.report.model import Report
    from triage.report.sections import Frame

FINDINGS = 200
Row = dict[str, str]


class IndonesianWords(Words):
    """Forms are in Bahasa Indonesia, whatever language the report has."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.say, self.language = Say("id"), "id"
        self.mask = masking(frame.queries, self.say, shown=frame.wish.identities)


class Known:
    """Values and rows for the forms of one report."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._words = IndonesianWords(report.frame)
        self.say = self._words.say
        self.values = self._values()
        self._kinds: dict[str, Callable[[], list[Row]]] = {
            "exhibits": self._exhibits,
            "photographs": self._photographs,
            "handovers": self._handovers,
            "sources": self._sources,
            "runs": self._runs,
            "findings": self._findings,
        }

    def rows(self, kind: str) -> list[Row]:
        """One row for each thing of this kind. Raises KeyError where there is no such kind, CaseError."""
        return self._kinds[kind]()

    def _values(self) -> Row:
        frame, words = self._report.frame, self._words
        values = {f"case.{name}": self._joined(value) for name, value in frame.queries.case_facts().items()}
        zone = frame.wish.zone or "WIB"
        counts = self._report.over.summary
        values |= {
            "made.day": day_in_words(frame.made_at, self.say, zone),
            "made.moment": words.moment(f"{frame.made_at[:19]}Z"),
            "made.actor": words.name(frame.actor),
            "made.program": f"Sigap {__version__}",
            "made.head": frame.head[1],
            "made.head_number": str(frame.head[0]),
            "made.key": frame.key,
            "count.findings": words.number(len(self._report.chosen)),
            "count.messages": words.number(counts.messages),
            "count.calls": words.number(counts.calls),
            "count.media": words.number(counts.media),
            "count.problems": words.number(sum(counts.problems.values())),
        }
        return values

    def _joined(self, values: tuple[str, ...]) -> str:
        return "; ".join(map(partial(self._words.name, limit=600), values))

    def _exhibits(self) -> list[Row]:
        rows = []
        for number, exhibit in enumerate(self._report.frame.queries.exhibit_rows(), start=1):
            facts = {f"row.{name}": self._joined(values) for name, values in exhibit.facts.items()}
            if stated := exhibit.facts.get("seized_at"):
                facts["row.seized_at"] = self._words.moment(stated[0])
            rows.append({"row.number": str(number), "row.label": self._words.name(exhibit.label), **facts})
        return rows

    def _photographs(self) -> list[Row]:
        return [
            {
                "row.label": self._words.name(each.exhibit),
                "row.number": str(each.number),
                "row.caption": self._words.name(each.caption) if each.caption else "",
                "row.sha256": each.sha256 or "",
            }
            for exhibit in self._report.frame.queries.exhibit_rows()
            for each in exhibit.photographs
        ]

    def _handovers(self) -> list[Row]:
        words = self._words
        return [
            {
                "row.label": words.name(each.exhibit),
                "row.at": words.moment(each.handed_at),
                "row.giver": words.name(each.giver),
                "row.receiver": words.name(each.receiver),
                "row.purpose": words.name(each.purpose),
                "row.seal": words(f"paper.seal_{each.seal}"),
                "row.seal_number": words.name(each.seal_number) if each.seal_number else "",
                "row.place": words.name(each.place) if each.place else "",
            }
            for exhibit in self._report.frame.queries.exhibit_rows()
            for each in exhibit.handovers
        ]

    def _sources(self) -> list[Row]:
        words = self._words
        return [
            {
                "row.label": words.name(sealed.row.exhibit),
                "row.source": words.name(sealed.row.source),
                "row.format": words.word("format", sealed.row.format),
                "row.size": words.size(sealed.row.size) if sealed.row.size is not None else "",
                "row.sha256_before": sealed.row.sha256_before or "",
                "row.md5_before": sealed.row.md5_before or "",
                "row.sha256_after": sealed.row.sha256_after or "",
                "row.statement": words(f"report.short_{sealed.statement}"),
            }
            for sealed in self._report.over.evidence
        ]

    def _runs(self) -> list[Row]:
        words = self._words
        sources = {sealed.row.id: words.name(sealed.row.source) for sealed in self._report.over.evidence}
        return [
            {
                "row.source": sources.get(run.evidence_id, ""),
                "row.program": f"Sigap {run.program}",
                "row.started": words.moment(f"{run.started_at[:19]}Z"),
                "row.ended": words.moment(f"{run.ended_at[:19]}Z") if run.ended_at else "",
                "row.outcome": words.word("run", run.outcome),
            }
            for run in self._report.over.runs
        ]

    def _findings(self) -> list[Row]:
        words = self._words
        return [
            {
                "row.number": str(finding.number),
                "row.label": words.name(finding.file.exhibit),
                "row.path": words.name(finding.file.path),
                "row.certainty": words(f"paper.certain_{finding.certainty.word}"),
                "row.state": words(f"paper.state_{finding.state}"),
                "row.sha256": finding.file.sha256 or "",
            }
            for finding in self._report.findings(limit=FINDINGS)
        ]

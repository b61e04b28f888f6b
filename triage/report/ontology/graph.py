"""The document: what surrounds the case, then files, then records, each written as it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.report.masking import masking
from triage.report.model import Report
from triage.report.ontology.files import write_files
from triage.report.ontology.frame import write_frame
from triage.report.ontology.node import Graph
from triage.report.ontology.records import write_records
from triage.text import Say

if TYPE_CHECKING:
    from pathlib import Path

    from triage.report.sections import Frame

FILE = "case.jsonld"


def write_case(frame: Frame, folder: Path) -> None:
    """Write the graph into the folder. Raises OSError, CaseError."""
    report = Report(frame)
    events = report.custody()
    with (folder / FILE).open("w", encoding="ascii", newline="\n") as stream:
        graph = Graph(
            stream,
            events[0].digest if events else frame.head[1],
            masking(frame.queries, Say(frame.language), shown=frame.wish.identities),
        )
        write_frame(graph, report)
        write_files(graph, frame.queries)
        write_records(graph, report)
        graph.close()

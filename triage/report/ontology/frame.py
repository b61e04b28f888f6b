"""What surrounds the findings: investigation, authority, program, persons, exhibits, evidence, runs, custody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage import __version__
from triage.report.ontology.node import binary, linked, moment

if TYPE_CHECKING:
    from triage.queries import EvidenceRow
    from triage.report import Report
    from triage.report.ontology.node import Graph, Node


def tool(graph: Graph) -> str:
    """This program."""
    return graph.once("tool:Tool", graph.name("tool", __version__), core__name="Sigap", tool__version=__version__)


def person(graph: Graph, who: str) -> str:
    """Who acted, by the name in the log."""
    return graph.once("identity:Person", graph.name("person", who), core__name=graph.text(who))


def evidence_name(graph: Graph, source: str) -> str:
    """The identifier of an opened source."""
    return graph.name("evidence", source)


def write_frame(graph: Graph, report: Report) -> None:
    """Write everything but files and records. Raises OSError, CaseError."""
    tool(graph)
    exhibits = [_exhibit(graph, report, label) for label in report.over.exhibits]
    for row in report.frame.queries.evidence():
        _evidence(graph, row)
    runs = _runs(graph, report)
    custody = _custody(graph, report)
    _investigation(graph, report, [*exhibits, *runs, *custody])


def _investigation(graph: Graph, report: Report, members: list[str]) -> None:
    facts = report.over.facts
    authority = None
    if facts.get("authority"):
        authority = graph.add(
            "investigation:Authorization",
            graph.name("authority", facts["authority"]),
            investigation__authorizationIdentifier=graph.text(facts["authority"]),
        )
    graph.add(
        "investigation:Investigation",
        graph.name("investigation"),
        core__name=graph.text(facts.get("number") or report.over.name),
        core__description=graph.text(report.over.name),
        investigation__investigationForm="case",
        investigation__relevantAuthorization=linked(authority) if authority else None,
        core__object=linked(*members) if members else None,
    )


def _exhibit(graph: Graph, report: Report, label: str) -> str:
    sources = [row.source for row in report.frame.queries.evidence() if row.exhibit == label]
    return graph.add(
        "investigation:ProvenanceRecord",
        graph.name("exhibit", label),
        core__name=graph.text(label),
        investigation__exhibitNumber=graph.text(label),
        core__object=linked(*(evidence_name(graph, source) for source in sources)) if sources else None,
    )


def _evidence(graph: Graph, row: EvidenceRow) -> None:
    name = evidence_name(graph, row.source)
    folder = row.size is None
    digests = [(kind, value) for kind, value in (("MD5", row.md5_before), ("SHA256", row.sha256_before)) if value]
    facets: list[Node] = [
        graph.part(
            "observable:FileFacet",
            name,
            observable__fileName=graph.text(row.source.replace("\\", "/").rpartition("/")[2]),
            observable__filePath=graph.text(row.source),
            observable__isDirectory=folder,
            observable__sizeInBytes=row.size,
        )
    ]
    if not folder:
        facets.append(graph.part("observable:ImageFacet", name, observable__imageType=row.format))
        facets.append(
            graph.part(
                "observable:ContentDataFacet",
                name,
                observable__sizeInBytes=row.size,
                observable__hash=[hashed(graph, name, kind, value) for kind, value in digests],
            )
        )
    graph.add("observable:File" if folder else "observable:Image", name, core__hasFacet=facets)


def hashed(graph: Graph, owner: str, kind: str, value: str) -> Node:
    """A digest, in the ontology's vocabulary of methods."""
    return graph.part("types:Hash", owner, kind, types__hashMethod=kind, types__hashValue=binary(value))


def _runs(graph: Graph, report: Report) -> list[str]:
    sources = {row.id: row.source for row in report.frame.queries.evidence()}
    return [
        graph.add(
            "investigation:InvestigativeAction",
            graph.name("run", run.id),
            core__name="triage",
            core__description=f"{run.outcome}; {len(run.extractors)} extractors",
            action__startTime=moment(run.started_at),
            action__endTime=moment(run.ended_at),
            action__instrument=linked(
                graph.once("tool:Tool", graph.name("tool", run.program), core__name="Sigap", tool__version=run.program)
            ),
            action__object=linked(evidence_name(graph, sources[run.evidence_id]))
            if run.evidence_id in sources
            else None,
        )
        for run in report.over.runs
    ]


def _custody(graph: Graph, report: Report) -> list[str]:
    """One action for each event of the log, each informed by the one before."""
    names: list[str] = []
    for event in report.custody():
        names.append(
            graph.add(
                "investigation:InvestigativeAction",
                graph.name("custody", event.number, event.digest),
                core__name=event.action,
                core__description=graph.text(f"custody event {event.number}: {event.subject}; SHA-256 {event.digest}"),
                action__startTime=moment(event.at),
                action__endTime=moment(event.at),
                action__performer=linked(person(graph, event.actor)),
                action__instrument=linked(tool(graph)),
                investigation__wasInformedBy=linked(names[-1]) if names else None,
            )
        )
    return names

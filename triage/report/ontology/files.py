"""Files with digests, pictures with what they state of themselves, and what matched a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.report.ontology.frame import evidence_name, hashed
from triage.report.ontology.node import decimal, linked, moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.queries import Queries
    from triage.report.ontology.node import Graph, Node

FILES = (
    "entry_id", "evidence", "path", "name", "size", "kind", "deleted", "mime", "md5", "sha1", "sha256", "modified", "accessed", "changed", "born",
)  # fmt: skip
MEDIA = (
    "entry_id", "kind", "width", "height", "taken_at", "make", "model", "serial", "latitude", "longitude", "duration_s",
)  # fmt: skip
_EXIF = {"make": "Make", "model": "Model", "serial": "BodySerialNumber", "taken_at": "DateTimeOriginal"}


def file_name(graph: Graph, entry: object) -> str:
    """The identifier of a file of the evidence."""
    return graph.name("file", entry)


def write_files(graph: Graph, queries: Queries) -> None:
    """Every file, with its media facts and tags; then the matches. Raises OSError, CaseError."""
    media = _by_entry(queries.view_rows("v_media", MEDIA))
    for values in queries.view_rows("v_files", FILES):
        row = dict(zip(FILES, values, strict=True))
        if row["kind"] == "file":
            _file(graph, row, media.get(row["entry_id"]))
    for number, hit in enumerate(
        _rows(queries, "v_hits", ("entry_id", "list", "list_version", "category", "how", "value", "scheme", "code"))
    ):
        _hit(graph, number, hit)


def _file(graph: Graph, row: dict[str, object], media: dict[str, object] | None) -> None:
    name = file_name(graph, row["entry_id"])
    picture = bool(media and media["kind"] == "picture")
    graph.add(
        ["observable:File", "observable:RasterPicture"] if picture else "observable:File",
        name,
        core__hasFacet=[
            _file_facet(graph, name, row),
            _content(graph, name, row),
            *(_media(graph, name, media) if media else ()),
        ],
    )
    graph.related(name, evidence_name(graph, str(row["evidence"])), "Contained_Within")
    if media and media["latitude"] is not None and media["longitude"] is not None:
        place = location(graph, name, media["latitude"], media["longitude"], "stated by the file")
        graph.related(name, place, "Located_At", observable=False)


def _file_facet(graph: Graph, name: str, row: dict[str, object]) -> Node:
    own = str(row["name"])
    return graph.part(
        "observable:FileFacet",
        name,
        observable__fileName=graph.text(own),
        observable__filePath=graph.text(row["path"]),
        observable__extension=graph.text(own.rpartition(".")[2]) if "." in own[1:] else None,
        observable__isDirectory=False,
        observable__sizeInBytes=row["size"],
        observable__allocationStatus="unallocated" if row["deleted"] else "allocated",
        observable__observableCreatedTime=moment(row["born"]),
        observable__modifiedTime=moment(row["modified"]),
        observable__accessedTime=moment(row["accessed"]),
        observable__metadataChangeTime=moment(row["changed"]),
    )


def _content(graph: Graph, name: str, row: dict[str, object]) -> Node:
    digests = (("MD5", row["md5"]), ("SHA1", row["sha1"]), ("SHA256", row["sha256"]))
    return graph.part(
        "observable:ContentDataFacet",
        name,
        observable__mimeType=row["mime"],
        observable__sizeInBytes=row["size"],
        observable__hash=[hashed(graph, name, kind, str(value)) for kind, value in digests if value],
    )


def _media(graph: Graph, name: str, media: dict[str, object]) -> Iterator[Node]:
    if media["kind"] == "picture":
        yield graph.part(
            "observable:RasterPictureFacet",
            name,
            observable__pictureWidth=media["width"],
            observable__pictureHeight=media["height"],
        )
    stated = {key: graph.text(media[column]) for column, key in _EXIF.items()}
    entries = [
        graph.part("types:ControlledDictionaryEntry", name, key, types__key=key, types__value=value)
        for key, value in stated.items()
        if value
    ]
    if entries:
        dictionary = graph.part("types:ControlledDictionary", name, types__entry=entries)
        yield graph.part("observable:EXIFFacet", name, observable__exifData=[dictionary])


def location(graph: Graph, owner: str, latitude: object, longitude: object, what: str | None) -> str:
    """A position, degrees WGS 84."""
    name = graph.name("location", owner, latitude, longitude)
    facet = graph.part(
        "location:LatLongCoordinatesFacet",
        name,
        location__latitude=decimal(latitude),
        location__longitude=decimal(longitude),
    )
    return graph.add("location:Location", name, core__description=what, core__hasFacet=[facet])


def _hit(graph: Graph, number: int, hit: dict[str, object]) -> None:
    """A match: which list and category, never more than the list says; there is no confidence that it states."""
    name = graph.name("hit", number, hit["entry_id"], hit["list"], hit["value"])
    said = f"{hit['scheme'] or hit['list']}:{hit['code'] or hit['category'] or ''}".rstrip(":")
    classification = graph.part("analysis:ArtifactClassification", name, analysis__class=graph.text(said))
    facet = graph.part("analysis:ArtifactClassificationResultFacet", name, analysis__classification=[classification])
    graph.add(
        "analysis:AnalyticResult",
        name,
        core__name=graph.text(f"match with list {hit['list']} {hit['list_version']}"),
        core__description=graph.text(f"{hit['how']}: {hit['value']}"),
        core__tag=[graph.text(hit["list"])],
        core__hasFacet=[facet],
    )
    graph.related(name, file_name(graph, hit["entry_id"]), "Classifies", observable=False)


def _by_entry(rows: Iterator[tuple[object, ...]]) -> dict[object, dict[str, object]]:
    """The first media row of each file."""
    found: dict[object, dict[str, object]] = {}
    for values in rows:
        found.setdefault(values[0], dict(zip(MEDIA, values, strict=True)))
    return found


def _rows(queries: Queries, view: str, columns: tuple[str, ...]) -> Iterator[dict[str, object]]:
    for values in queries.view_rows(view, columns):
        yield dict(zip(columns, values, strict=True))


__all__ = ["file_name", "linked", "location", "write_files"]

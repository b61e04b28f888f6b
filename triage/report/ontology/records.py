"""Records of phones and computers: devices, accounts, messages and threads, calls, contacts, visits, places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.report.ontology.files import file_name, location
from triage.report.ontology.node import linked, moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.queries import MessageRow, Queries
    from triage.report import Report
    from triage.report.ontology.node import Graph

Row = dict[str, object]


def write_records(graph: Graph, report: Report) -> None:
    """Every record that the ontology has a class for. Raises OSError, CaseError."""
    queries = report.frame.queries
    for row in _rows(queries, "v_devices"):
        _device(graph, row)
    for row in _rows(queries, "v_accounts"):
        _taken_from(
            graph, _account(graph, row["app"], row["identifier"] or row["phone"] or row["email"], row["name"]), row
        )
    _messages(graph, report)
    for row in _rows(queries, "v_calls"):
        _call(graph, row)
    for row in _rows(queries, "v_contacts"):
        _contact(graph, row)
    for row in _rows(queries, "v_visits"):
        _visit(graph, row)
    for row in _rows(queries, "v_places"):
        _place(graph, row)


def _device(graph: Graph, row: Row) -> None:
    name = _named(graph, "device", row)
    maker = graph.text(row["make"])
    organisation = graph.once("identity:Organization", graph.name("maker", maker), core__name=maker) if maker else None
    facet = graph.part(
        "observable:DeviceFacet",
        name,
        observable__manufacturer=linked(organisation) if organisation else None,
        observable__model=graph.text(row["model"]),
        observable__serialNumber=graph.text(row["serial"]),
    )
    facets = [facet]
    if row["imei"] or row["phone"]:
        facets.append(graph.part("observable:MobileDeviceFacet", name, observable__IMEI=graph.text(row["imei"])))
    graph.add("observable:MobileDevice" if len(facets) == 2 else "observable:Device", name, core__hasFacet=facets)
    _taken_from(graph, name, row)


def _application(graph: Graph, app: object) -> str:
    name = graph.name("application", app)
    return graph.once(
        "observable:Application",
        name,
        core__name=graph.text(app),
        core__hasFacet=[graph.part("observable:ApplicationFacet", name)],
    )


def _account(graph: Graph, app: object, identifier: object, shown: object = None) -> str | None:
    """An account of an app, by its number or address; the first name it was seen with."""
    if not identifier:
        return None
    name = graph.name("account", app, identifier)
    facets = [
        graph.part("observable:AccountFacet", name, observable__accountIdentifier=graph.text(identifier)),
        graph.part(
            "observable:ApplicationAccountFacet", name, observable__application=linked(_application(graph, app))
        ),
        graph.part("observable:DigitalAccountFacet", name, observable__displayName=graph.text(shown)),
    ]
    return graph.once("observable:ApplicationAccount", name, core__hasFacet=facets)


def _messages(graph: Graph, report: Report) -> None:
    """Messages, and after each conversation the thread that they belong to."""
    thread: tuple[object, ...] | None = None
    members: list[str] = []
    people: dict[str, None] = {}
    for row in report.every_message():
        key = (row.app, row.account, row.thread)
        if key != thread:
            _thread(graph, thread, members, people)
            thread, members, people = key, [], {}
        members.append(_message(graph, row, people))
    _thread(graph, thread, members, people)


def _message(graph: Graph, row: MessageRow, people: dict[str, None]) -> str:
    name = graph.name("message", row.entry_id, row.where, row.deleted)
    sender = _account(graph, row.app, row.sender or (row.account if row.direction == "out" else None), row.sender_name)
    if sender:
        people[sender] = None
    facet = graph.part(
        "observable:MessageFacet",
        name,
        observable__application=linked(_application(graph, row.app)),
        observable__from=linked(sender) if sender else None,
        observable__sentTime=moment(row.sent_at),
        observable__messageText=graph.text(row.body),
        observable__messageType=graph.text(row.kind),
        observable__sessionID=graph.text(row.thread),
    )
    graph.add(
        "observable:Message", name, core__hasFacet=[facet], core__tag=[f"state: {row.deleted}"] if row.deleted else None
    )
    graph.related(name, file_name(graph, row.entry_id), "Extracted_From")
    if row.attachment_entry_id is not None:
        graph.related(file_name(graph, row.attachment_entry_id), name, "Attached_To")
    return name


def _thread(graph: Graph, key: tuple[object, ...] | None, members: list[str], people: dict[str, None]) -> None:
    if key is None:
        return
    name = graph.name("thread", *key)
    order = graph.part(
        "types:Thread",
        name,
        co__size={"@type": "xsd:nonNegativeInteger", "@value": str(len(members))},
        co__element=[{"@id": member} for member in members],
    )
    facet = graph.part(
        "observable:MessageThreadFacet",
        name,
        observable__participant=[{"@id": each} for each in people],
        observable__messageThread=order,
    )
    graph.add("observable:MessageThread", name, core__name=graph.text(key[2]), core__hasFacet=[facet])


def _call(graph: Graph, row: Row) -> None:
    name = _named(graph, "call", row)
    other, own = (
        _account(graph, row["app"], row["party"], row["party_name"]),
        _account(graph, row["app"], row["account"]),
    )
    caller, called = (
        (own, other) if row["direction"] == "out" else (other, own) if row["direction"] == "in" else (None, None)
    )
    seconds = row["duration_s"]
    facet = graph.part(
        "observable:CallFacet",
        name,
        observable__application=linked(_application(graph, row["app"])),
        observable__from=linked(caller) if caller else None,
        observable__to=[{"@id": called}] if called else None,
        observable__participant=[{"@id": other}] if other else None,
        observable__startTime=moment(row["started_at"]),
        observable__duration=int(seconds) if isinstance(seconds, int | float) else None,
        observable__callType=graph.text(row["outcome"] or row["kind"]),
    )
    graph.add("observable:Call", name, core__hasFacet=[facet])
    _taken_from(graph, name, row)


def _contact(graph: Graph, row: Row) -> None:
    name = _named(graph, "contact", row)
    phones = [
        graph.part("observable:ContactPhone", name, phone, observable__contactPhoneNumber=linked(_phone(graph, phone)))
        for phone in str(row["phone"] or "").split(", ")
        if phone
    ]
    facet = graph.part(
        "observable:ContactFacet",
        name,
        observable__displayName=graph.text(row["name"]),
        observable__contactID=graph.text(row["identifier"]),
        observable__contactPhone=phones,
        observable__contactNote=graph.text(row["note"]),
        observable__sourceApplication=linked(_application(graph, row["app"])),
    )
    graph.add("observable:Contact", name, core__hasFacet=[facet])
    _taken_from(graph, name, row)


def _phone(graph: Graph, number: str) -> str:
    name = graph.name("phone", number)
    facet = graph.part("observable:PhoneAccountFacet", name, observable__phoneNumber=graph.text(number))
    return graph.once("observable:PhoneAccount", name, core__hasFacet=[facet])


def _visit(graph: Graph, row: Row) -> None:
    name, address = _named(graph, "visit", row), graph.name("url", row["url"])
    if row["url"]:
        graph.once(
            "observable:URL",
            address,
            core__hasFacet=[graph.part("observable:URLFacet", address, observable__fullValue=graph.text(row["url"]))],
        )
    facet = graph.part(
        "observable:URLVisitFacet",
        name,
        observable__browserInformation=linked(_application(graph, row["app"])),
        observable__url=linked(address) if row["url"] else None,
        observable__visitTime=moment(row["visited_at"]),
    )
    graph.add("observable:URLVisit", name, core__name=graph.text(row["title"]), core__hasFacet=[facet])
    _taken_from(graph, name, row)


def _place(graph: Graph, row: Row) -> None:
    if row["latitude"] is None or row["longitude"] is None:
        return
    said = " · ".join(str(each) for each in (row["app"], row["kind"], row["at"], row["name"]) if each)
    place = location(graph, _named(graph, "place", row), row["latitude"], row["longitude"], graph.text(said))
    graph.related(place, file_name(graph, row["entry_id"]), "Extracted_From", observable=False)


def _named(graph: Graph, kind: str, row: Row) -> str:
    return graph.name(
        kind,
        row["entry_id"],
        row["where_"],
        row["deleted"],
        *(row[each] for each in ("latitude", "longitude") if each in row),
    )


def _taken_from(graph: Graph, name: str | None, row: Row) -> None:
    """Which file of the evidence a record was read from."""
    if name is not None:
        graph.related(name, file_name(graph, row["entry_id"]), "Extracted_From")


def _rows(queries: Queries, view: str) -> Iterator[Row]:
    columns = queries.view_columns(view)
    for values in queries.view_rows(view, columns):
        yield dict(zip(columns, values, strict=True))

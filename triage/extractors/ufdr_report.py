"""Cellebrite `report.xml`, the report inside a UFDR: messages, calls, contacts, accounts and the device, as the vendor decoded them.

What stands here is what another program found: the report is read, not checked. Reference: public readers (IPED among them), their
test data and printed samples (mark B); directions of SMS from the folder, and the words of calls (mark C: the raw word is kept).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from triage.evidence.iso_time import stamp
from triage.evidence.ufdr import is_report
from triage.formats import cells
from triage.formats.ufed_models import Found, Model, Models, Section
from triage.formats.xml_events import XmlEvents
from triage.model import Account, Call, Contact, Device, Message, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Record, Stamp

_DEVICE = "Device Info"
_GONE = {"deleted": "deleted", "trash": "trash"}  # Intact and Unknown say nothing of the kind
_FOLDERS = {"inbox": "in", "sent": "out", "outbox": "out", "drafts": "out", "draft": "out"}
_OUTCOMES = {
    "missed": "missed", "rejected": "rejected", "declined": "rejected", "blocked": "blocked", "voicemail": "voicemail",
    "established": "answered", "answered": "answered", "busy": "busy", "unanswered": "missed",
}  # fmt: skip
_DURATION = re.compile(r"(?:(\d+)\.)?(\d+):(\d\d):(\d\d)(?:\.(\d+))?\Z")
_MEDIA = frozenset({"image", "video", "audio"})


class UfdrReport:
    """Records of the models Chat, InstantMessage, SMS, MMS, Call, Contact, UserAccount and of the section Device Info."""

    name: ClassVar[str] = "ufdr-report"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Cellebrite report (UFDR)"
    describes: ClassVar[str] = "Messages, calls, contacts, accounts and the device, as another program decoded them"
    limitations: ClassVar[tuple[str, ...]] = (
        "The records are those of the program that made the report; they are read, not checked against the phone's databases.",
        "E-mail, calendars, browsers, places, networks and installed apps of the report are not read.",
        "A deleted and a live copy of a message are two records, as in the report.",
        "Quoted and forwarded messages inside a message are not read a second time.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Message, Call, Contact, Account, Device)

    def wants(self, item: Item) -> bool:
        """XML whose first element is a report of Cellebrite's."""
        return item.entry.name.lower().endswith(".xml") and is_report(item.head)

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """In the order of the report."""
        stream = item.open()
        try:
            events = XmlEvents(stream)
            models = Models(events)
            for found in models:
                yield from _device(found) if isinstance(found, Section) else _records(found)
        finally:
            stream.close()
        if events.replaced:
            yield self._told(f"{events.replaced} characters that XML does not allow were replaced", "malformed")
        if models.cut:
            yield self._told(f"{models.cut} parts of very large models were left out", "limit")

    def _told(self, message: str, kind: str) -> Problem:
        return Problem(kind=kind, stage=self.name, message=message)


def _records(found: Found) -> Iterator[Record]:
    model = found.model
    if model.type == "InstantMessage":
        yield from _instant(model, found.inside)
    elif found.inside is not None:
        return
    elif model.type in {"SMS", "MMS"}:
        yield from _short(model)
    elif model.type == "Call":
        yield _call(model)
    elif model.type == "Contact":
        yield _contact(model)
    elif model.type == "UserAccount":
        yield _account(model)


def _instant(model: Model, chat: Model | None) -> Iterator[Message]:
    sender = model.first("From")
    latitude, longitude = _position(model.first("Position"))
    message = Message(
        where=_where(model),
        app=model.get("Source", "SourceApplication") or (chat.get("Source") if chat else None) or "Chat",
        account=_owner(chat),
        deleted=_gone(model),
        thread=(chat.get("Id") or chat.id or None) if chat else None,
        thread_name=chat.get("Name") if chat else None,
        sender=_identifier(sender),
        sender_name=sender.get("Name") if sender else None,
        recipients=", ".join(known for party in model.models.get("To", []) if (known := _identifier(party))) or None,
        direction=_direction(sender, model),
        sent_at=_at(model),
        body=model.get("Body"),
        kind="text",
        raw_kind=model.get("Type"),
        latitude=latitude,
        longitude=longitude,
    )
    yield from _with_attachments(message, model)


def _short(model: Model) -> Iterator[Message]:
    """SMS and MMS: the parties have a role, the owner of the phone mostly is none of them."""
    parties = model.models.get("Parties", [])
    senders = [party for party in parties if _role(party) == "from"]
    others = [party for party in parties if _role(party) != "from"]
    direction = _FOLDERS.get((model.get("Folder") or "").lower()) or _by_role(senders, others)
    message = Message(
        where=_where(model),
        app=model.get("Source") or model.type,
        deleted=_gone(model),
        sender=_identifier(senders[0]) if senders else None,
        sender_name=senders[0].get("Name") if senders else None,
        recipients=", ".join(known for party in others if (known := _identifier(party))) or None,
        direction=direction,
        sent_at=_at(model),
        body=model.get("Body", "Subject"),
        kind="text",
        raw_kind=model.get("Folder", "Status"),
    )
    yield from _with_attachments(message, model)


def _with_attachments(message: Message, model: Model) -> Iterator[Message]:
    """The message with its first attachment, then one message for each further one."""
    attachments = [*model.models.get("Attachments", []), *model.models.get("Attachment", [])]
    known = list({attachment.id or str(attachment.line): attachment for attachment in attachments}.values())
    if not known:
        yield replace(message, kind="location" if message.latitude is not None else "text")
        return
    for number, attachment in enumerate(known):
        yield replace(
            message,
            where=message.where if number == 0 else f"{message.where}, {_where(attachment)}",
            body=message.body if number == 0 else attachment.get("Title"),
            kind=_attachment_kind(attachment),
            attachment=_file(attachment),
        )


def _call(model: Model) -> Call:
    parties = model.models.get("Parties", [])
    party = next((each for each in parties if not _is_owner(each)), None)
    direction, kind = (model.get("Direction") or "").lower(), (model.get("Type") or "").lower()
    status = (model.get("Status") or "").lower()
    way = "in" if "incoming" in {direction, kind} else "out" if "outgoing" in {direction, kind} else "unknown"
    return Call(
        where=_where(model),
        app=model.get("Source") or "Phone",
        account=next((_identifier(each) for each in parties if _is_owner(each)), None),
        deleted=_gone(model),
        party=_identifier(party),
        party_name=party.get("Name") if party else None,
        direction="in" if kind == "missed" and way == "unknown" else way,
        started_at=_at(model),
        duration_s=_seconds(model.get("Duration")),
        kind="video" if (model.get("VideoCall") or "").lower() == "true" else "voice",
        outcome=_OUTCOMES.get(kind) or _OUTCOMES.get(status),
        raw_kind=model.get("Type", "Direction"),
    )


def _contact(model: Model) -> Contact:
    entries = model.models.get("Entries", [])
    return Contact(
        where=_where(model),
        app=model.get("Source") or "Contacts",
        account=model.get("Account"),
        deleted=_gone(model),
        identifier=_values(entries, "UserID"),
        name=model.get("Name"),
        phone=_values(entries, "PhoneNumber"),
        email=_values(entries, "EmailAddress"),
        note=model.get("Notes"),
    )


def _account(model: Model) -> Account:
    entries = model.models.get("Entries", [])
    return Account(
        where=_where(model),
        app=model.get("Source", "ServiceType") or "Account",
        deleted=_gone(model),
        identifier=model.get("Username") or _values(entries, "UserID") or _values(entries, "PhoneNumber"),
        name=model.get("Name"),
        service=model.get("ServiceType", "Source"),
    )


def _device(section: Section) -> Iterator[Device]:
    if section.name != _DEVICE:
        return

    def value(*names: str) -> str | None:
        return next((found for name in names if (found := section.items.get(name))), None)

    system = " ".join(each for each in (value("DeviceInfoOSType"), value("DeviceInfoOSVersion")) if each)
    yield Device(
        where=f'metadata section "{_DEVICE}"',
        app="Cellebrite report",
        make=value("DeviceInfoDetectedManufacturer", "DeviceInfoDetectedPhoneVendor", "DeviceInfoSelectedManufacturer"),
        model=value("DeviceInfoDetectedModel", "DeviceInfoDetectedPhoneModel", "DeviceInfoModelNumber"),
        serial=value("DeviceInfoSerial", "DeviceInfoSerialNumber", "DeviceInfoFactoryNumber"),
        imei=value("IMEI", "DeviceInfoIMEI"),
        system=system or value("DeviceInfoRevision"),
        phone=value("LastUsedMSISDN", "MSISDN"),
        time_zone=value("DeviceInfoTimeZone"),
    )


def _where(model: Model) -> str:
    return f"{model.type} id={model.id}" if model.id else f"{model.type} in line {model.line}"


def _gone(model: Model) -> str | None:
    return _GONE.get(model.state.lower())


def _at(model: Model) -> Stamp | None:
    return stamp(model.get("TimeStamp") or "")


def _identifier(party: Model | None) -> str | None:
    return party.get("Identifier") if party else None


def _role(party: Model) -> str:
    return (party.get("Role") or "").lower()


def _is_owner(party: Model | None) -> bool:
    return party is not None and (party.get("IsPhoneOwner") or "").lower() == "true"


def _owner(chat: Model | None) -> str | None:
    parties = chat.models.get("Participants", []) if chat else []
    return next((_identifier(party) for party in parties if _is_owner(party)), None)


def _direction(sender: Model | None, model: Model) -> str:
    """The owner of the phone as sender means out; any other known sender in; else the folder, if there is one."""
    if _is_owner(sender):
        return "out"
    if _identifier(sender):
        return "in"
    return _FOLDERS.get((model.get("Folder") or "").lower(), "unknown")


def _by_role(senders: list[Model], others: list[Model]) -> str:
    if any(_is_owner(party) for party in senders):
        return "out"
    if any(_is_owner(party) for party in others) or (senders and not others):
        return "in"
    return "out" if others and not senders else "unknown"


def _position(position: Model | None) -> tuple[float, float] | tuple[None, None]:
    if position is None:
        return None, None
    return cells.coordinates(_number(position.get("Latitude")), _number(position.get("Longitude")))


def _number(text: str | None) -> float | None:
    try:
        return float(text.replace(",", ".")) if text else None
    except ValueError:
        return None


def _seconds(text: str | None) -> float | None:
    """`[days.]hours:minutes:seconds[.fraction]`, as .NET writes a duration."""
    match = _DURATION.match(text.strip()) if text else None
    if match is None or len(match[0]) > 24:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[:4])
    return days * 86400 + hours * 3600 + minutes * 60 + seconds + float(f"0.{match[5] or 0}")


def _values(entries: list[Model], kind: str) -> str | None:
    return ", ".join(value for entry in entries if entry.type == kind and (value := entry.get("Value"))) or None


def _attachment_kind(attachment: Model) -> str:
    kind = (attachment.get("ContentType") or "").lower()
    family = kind.partition("/")[0]
    return family if family in _MEDIA else "contact" if "vcard" in kind else "document"


def _file(attachment: Model) -> str | None:
    """Where it lies in the UFDR, else the name the app gave it."""
    return attachment.get("attachment_extracted_path", "Filename", "Title")

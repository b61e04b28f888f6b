"""UFDR reports for tests: report.xml in the shape of public samples, and the zip around it."""

import io
import zipfile
from xml.sax.saxutils import quoteattr

NAMESPACE = "http://pa.cellebrite.com/report/2.0"
OWNER, BUDI, SITI = "+62 000 0000 001", "+62 000 0000 002", "+62 000 0000 003"
FILES = {
    "/data/media/0/DCIM/Camera/foto.jpg": ("files\\Image\\foto.jpg", b"\xff\xd8\xff" + bytes(500)),
    "/data/data/id.contoh/databases/pesan.db": ("files\\Database\\pesan.db", b"isi" * 1000),
}


def make_ufdr(report, files=(), *, compression=zipfile.ZIP_DEFLATED, name="report.xml"):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for path, data in files:
            archive.writestr(path, data)
        archive.writestr(name, report)
    return target.getvalue()


def make_report(*parts, head='<?xml version="1.0" encoding="utf-8"?>', namespace=NAMESPACE):
    body = "\n".join(parts)
    text = f'{head}\n<project id="p-1" name="Contoh" reportVersion="5.3" xmlns="{namespace}">\n{body}\n</project>\n'
    return text.encode()


def tagged_files(*files):
    return "<taggedFiles>" + "".join(files) + "</taggedFiles>"


def tagged(path, local, size, *, fs="Ponsel.zip", deleted="Intact", times=True):
    stamps = (
        '<timestamp name="CreationTime">2023-01-02T03:04:05.678+07:00</timestamp>'
        '<timestamp name="ModifyTime" format="TimeStampKnown">2023-01-02T03:04:06.000+00:00</timestamp>'
    )
    where = f'<item name="Local Path" systemtype="System.String"><![CDATA[{local}]]></item>' if local else ""
    return (
        f'<file fs={quoteattr(fs)} path={quoteattr(path)} size="{size}" id="f-{abs(hash(path))}" deleted="{deleted}"'
        f' embedded="false"><accessInfo>{stamps if times else ""}</accessInfo>'
        f'<metadata section="File">{where}<item name="MD5"><![CDATA[0]]></item></metadata></file>'
    )


def decoded(*types):
    return "<decodedData>" + "".join(types) + "</decodedData>"


def model_type(name, *models):
    return f'<modelType type="{name}">' + "".join(models) + "</modelType>"


def model(kind, number, *fields, state="Intact"):
    return (
        f'<model type="{kind}" id="{kind}-{number}" deleted_state="{state}" decoding_confidence="High">'
        + "".join(fields)
        + "</model>"
    )


def field(name, value, kind="String"):
    inner = "<empty />" if value is None else f'<value type="{kind}"><![CDATA[{value}]]></value>'
    return f'<field name="{name}" type="{kind}">{inner}</field>'


def time_field(name, value):
    return (
        f'<field name="{name}" type="TimeStamp"><value type="TimeStamp" format="TimeStampKnown">{value}</value></field>'
    )


def one(name, inner, kind="Party"):
    return f'<modelField name="{name}" type="{kind}">{inner or "<empty />"}</modelField>'


def many(name, *inner, kind="Party"):
    return f'<multiModelField name="{name}" type="{kind}">' + "".join(inner) + "</multiModelField>"


def party(number, identifier, name=None, *, owner=False, role=None):
    return model(
        "Party", number, field("Identifier", identifier), field("Name", name), field("Role", role, "PartyRole"),
        field("IsPhoneOwner", owner, "Boolean"),
    )  # fmt: skip


def device_info(**items):
    inner = "".join(
        f'<item id="i{number}" name="{name}" sourceExtraction="0"><![CDATA[{value}]]></item>'
        for number, (name, value) in enumerate(items.items())
    )
    return f'<metadata section="Device Info">{inner}</metadata>'


def message(number, body, sender, *, at="2024-11-03T19:46:47.000+00:00", extra=(), state="Intact", to=()):
    fields = [field("Source", "WhatsApp"), one("From", sender), many("To", *to), field("Body", body)]
    fields += [field("Identifier", f"ID{number}"), time_field("TimeStamp", at), *extra]
    return model("InstantMessage", number, *fields, field("Type", "AppMessage", "InstantMessageType"), state=state)


def attachment(number, name, kind, local=None):
    extracted = field("attachment_extracted_path", local) if local else ""
    return model("Attachment", number, field("Filename", name), field("ContentType", kind), extracted)


def whole_report():
    """One of everything that is read."""
    budi, owner = party(1, BUDI, "Budi Fiksi"), party(2, OWNER, "Pemilik Fiksi", owner=True)
    files = many(
        "Attachments", attachment(1, "foto.jpg", "image/jpeg", "files\\Image\\foto.jpg"),
        attachment(2, "dok.pdf", "application/pdf"), kind="Attachment",
    )  # fmt: skip
    position = one(
        "Position", model("Coordinate", 1, field("Latitude", "-6.2"), field("Longitude", "106.8")), "Coordinate"
    )
    quoted = many("EmbeddedInstantMessage", message(90, "kutipan", budi), kind="InstantMessage")
    messages = many(
        "Messages", message(1, "halo", budi), message(2, "hai & apa kabar", owner, to=(budi,), extra=(quoted,)),
        message(3, None, budi, extra=(files,)), message(4, "sini", budi, extra=(position,), state="Deleted"),
        message(5, "grup dibuat", None, at="2024-11-03T20:00:00"), kind="InstantMessage",
    )  # fmt: skip
    chat = model(
        "Chat", 1, field("Source", "WhatsApp"), field("Id", BUDI), field("Name", "Budi Fiksi"),
        many("Participants", budi, owner), messages,
    )  # fmt: skip
    sms = model(
        "SMS", 1, field("Source", "SMS"), field("Folder", "Inbox"), field("Body", "pesan singkat"),
        time_field("TimeStamp", "2024-11-04T08:00:00+07:00"), many("Parties", party(3, SITI, "Siti Fiksi", role="From")),
    )  # fmt: skip
    call = model(
        "Call", 1, field("Source", "Phone"), field("Direction", "Incoming"), field("Type", "Incoming"), field("Status", "Established"),
        time_field("TimeStamp", "2024-11-04T09:00:00.000+07:00"), field("Duration", "00:01:02", "TimeSpan"),
        many("Parties", party(4, SITI, "Siti Fiksi", role="From"), party(5, OWNER, None, owner=True, role="To")),
    )  # fmt: skip
    missed = model(
        "Call", 2, field("Direction", "Incoming"), field("Type", "Missed"), field("VideoCall", "True", "Boolean"),
        many("Parties", party(6, BUDI, role="From")),
    )  # fmt: skip
    contact = model(
        "Contact", 1, field("Source", "Phone"), field("Name", "Siti Fiksi"),
        many(
            "Entries", model("PhoneNumber", 1, field("Value", SITI)), model("EmailAddress", 1, field("Value", "siti@contoh.invalid")),
            kind="ContactEntry",
        ),
    )  # fmt: skip
    account = model(
        "UserAccount", 1, field("Source", "Telegram"), field("Name", "Pemilik Fiksi"), field("Username", "pemilik_fiksi"),
        field("ServiceType", "Telegram"),
    )  # fmt: skip
    return make_report(
        device_info(
            DeviceInfoDetectedManufacturer="Contoh", DeviceInfoDetectedModel="Fiksi 9", DeviceInfoSerial="FIKTIF01", IMEI="000000000000002",
            DeviceInfoOSVersion="13", DeviceInfoOSType="Android", DeviceInfoTimeZone="Asia/Jakarta", MSISDN=OWNER,
        ),
        tagged_files(*(tagged(path, local, len(data)) for path, (local, data) in FILES.items())),
        decoded(
            model_type("Chat", chat), model_type("SMS", sms), model_type("Call", call, missed), model_type("Contact", contact),
            model_type("UserAccount", account), model_type("Cookie", model("Cookie", 1, field("Name", "x"))),
        ),
    )  # fmt: skip

"""People are joined across apps by number or address, by a stated rule, and never by a name."""

from pathlib import Path

from triage.case import Case
from triage.model import Account, Call, Contact, Entry, Examined, Kind, Locator, Message, Record, Status

RECORDS = (
    Message(where="1", app="WhatsApp", account="a", sender="628110000001@s.whatsapp.net", sender_name="Budi"),
    Message(where="2", app="WhatsApp", account="a", sender="628110000001@s.whatsapp.net", sender_name="Budi"),
    Message(where="3", app="SMS", sender="0811-0000-001"),
    Message(where="4", app="SMS", sender="Budi"),
    Message(where="5", app="iMessage", recipients="Budi@Example.com, 112"),
    Call(where="6", app="Phone", party="0811 0000 001", party_name="Budi", country="us"),
    Call(where="7", app="Phone", party="0811 0000 001", international="+628110000001"),
    Contact(
        where="8", app="Contacts", name="Budi", phone="+62 811 0000 001, 021", email="budi@example.com", identifier="7"
    ),
)
SIM = Account(where="9", app="SIM", identifier="896200", phone="+628000000004", country="id")


def people(folder: Path, *records: Record) -> list[tuple[object, ...]]:
    """The rows of v_people of a case with these records."""
    root = Entry(locator=Locator(), name="phone", kind=Kind.FOLDER)
    with Case.open_or_create(folder / "case", actor="tester") as case:
        evidence = case.add_evidence(folder / "source", exhibit="A1", format_name="folder", size=None, root=root)
        (top,) = case.take(evidence, entries=1, size=1)
        case.store(evidence, [Examined(entry_id=top.id, status=Status.EXAMINED, records=records)])
        case.link_attachments()
        case.link_attachments()
        rows = case._database.execute(
            "SELECT number, source, app, stated, mentions, rule FROM v_people ORDER BY 1, 2, 3"
        )
        return rows.fetchall()


def test_one_number_in_several_apps(tmp_path: Path) -> None:
    national = "written in the national form of ID"
    written = "written in international form"
    assert people(tmp_path, *RECORDS, SIM) == [
        ("+628000000004", "account.phone", "SIM", "+628000000004", 1, written),
        ("+628110000001", "call.party", "Phone", "0811 0000 001", 1, "recorded in international form by the device"),
        ("+628110000001", "contact.phone", "Contacts", "+62 811 0000 001", 1, written),
        ("+628110000001", "message.sender", "SMS", "0811-0000-001", 1, national),
        ("+628110000001", "message.sender", "WhatsApp", "628110000001@s.whatsapp.net", 2, "identity of WhatsApp"),
        ("budi@example.com", "contact.email", "Contacts", "budi@example.com", 1, "the same e-mail address"),
        ("budi@example.com", "message.recipients", "iMessage", "Budi@Example.com", 1, "the same e-mail address"),
    ]


def test_without_a_country_a_national_number_stands_alone(tmp_path: Path) -> None:
    assert [row[2] for row in people(tmp_path, *RECORDS) if row[3] == "0811-0000-001"] == []


def test_cards_of_two_countries_name_none(tmp_path: Path) -> None:
    other = Account(where="10", app="SIM", identifier="896500", country="sg")
    assert [row for row in people(tmp_path, *RECORDS, SIM, other) if row[3] == "0811-0000-001"] == []

"""The people of a case in the desktop: who is joined, who says so, and the way to the conversation, with keys alone."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from searched_case import at, fill

from triage.formats import numbers
from triage.model import Account, Call, Contact, Message
from triage.queries import StatementRow
from triage.ui import people
from triage.ui.language import Language
from triage.ui.page import PANES, CasePage, key_of

NUMBER = "+620000000001"
RECORDS = (
    Message(where="1", app="WhatsApp", account="me", thread="g", thread_name="Grup <b>", sender="620000000001@s.whatsapp.net", sender_name="Budi Fiksi", sent_at=at(1)),
    Message(where="2", app="WhatsApp", account="me", thread="g", sender="620000000001@s.whatsapp.net", sender_name="Budi Fiksi", sent_at=at(2)),
    Message(where="3", app="SMS", thread="t", recipients="+62 000 0000 001, +62 000 0000 002", direction="out", sent_at=at(0)),
    Call(where="4", app="Phone", party="0000000001", international=NUMBER, party_name="B\u202e", started_at=at(0)),
    Contact(where="5", app="Contacts", name="Budi", phone="+62 000 0000 001", email="budi@example.org"),
    Account(where="6", app="SIM", identifier="8962", phone="+62 000 0000 009", country="id"),
)  # fmt: skip


@pytest.fixture
def page(qtbot, opened):
    def filled(case):
        fill(case, RECORDS)
        case.link_attachments()
        case.index_text()

    made = CasePage(opened(fill=filled))
    qtbot.addWidget(made)
    made.show()
    made.open("people")
    pane = made.panes["people"]
    qtbot.waitUntil(lambda: pane.statements.rowCount() > 0)
    yield made
    made.hide()


def column(model, number: int) -> list[str]:
    return [model.index(row, number).data() for row in range(model.rowCount())]


def test_who_is_joined_and_who_says_so(page):
    pane = page.panes["people"]
    assert column(pane.model, 0)[0] == NUMBER
    row = pane.model.rows[0]
    assert (row.apps, row.messages, row.calls) == ("Contacts, Phone, SMS, WhatsApp", 3, 1)
    assert row.names == "Budi, Budi Fiksi, B\u202e"
    assert column(pane.statements, 0) == [
        "party of calls", "number in a contact", "recipient of messages", "sender of messages",
    ]  # fmt: skip
    assert "B[U+202E]" in pane.detail.toPlainText()
    assert "recorded in international form by the device" in pane.detail.toPlainText()


@pytest.mark.parametrize("code", ["en", "id"])
def test_every_rule_has_words(code):
    say = Language(code)
    for stated in ("+62 000 0000 001", "620000000001@s.whatsapp.net", "0811 000 0001"):
        found = numbers.international(stated, "ID")
        row = StatementRow("call.party", "Phone", None, stated, None, found[1], 1, "A", "/p", 1)
        assert people.rule(row, say) != found[1] or code == "en"
    assert people.rule(replace(row, rule="the same e-mail address"), say)
    assert people.rule(replace(row, rule="another <b>"), say) == "another <b>"


def test_enter_opens_the_conversation(qtbot, page):
    pane = page.panes["people"]
    qtbot.waitUntil(lambda: pane.meetings.rowCount() == 2)
    assert column(pane.meetings, 0) == ["Grup <b>", "t"]
    assert column(pane.meetings, 2) == ["2", "1"]
    pane.meeting_table.setFocus()
    pane.meeting_table.selectRow(0)
    qtbot.keyClick(pane.meeting_table, Qt.Key.Key_Return)
    conversations = page.panes["conversations"]
    assert page.stack.currentWidget() is conversations
    qtbot.waitUntil(lambda: len(conversations.model.rows) == 2)


def test_the_filter_asks_for_number_name_app_and_what_was_written(qtbot, page):
    pane = page.panes["people"]
    for text, count in (("0000 0000 00", 0), ("budi fiksi", 1), ("SIM", 1), ("620000000001@s", 1), ("xyz", 0)):
        pane.narrow(text)
        qtbot.waitUntil(lambda count=count: pane.words.text().startswith(f"{count} "))
        assert pane.model.rowCount() == count
    assert pane.statements.rowCount() == 0
    assert pane.detail.toPlainText() == ""


def test_a_name_that_was_found_leads_here(qtbot, page):
    page.open("search")
    search = page.panes["search"]
    search.box.setText("Budi Fiksi")
    search.reload()
    qtbot.waitUntil(lambda: search.model.rowCount() > 0)
    search.table.selectRow(0)
    search.table.doubleClicked.emit(search.model.index(0, 0))
    pane = page.panes["people"]
    assert page.stack.currentWidget() is pane
    qtbot.waitUntil(lambda: column(pane.model, 0) == [NUMBER])


def test_pages_follow(qtbot, opened, monkeypatch):
    monkeypatch.setattr(people, "PAGE", 10)

    def many(case):
        fill(case, [Contact(where=f"c{n}", app="Contacts", email=f"orang{n}@example.org") for n in range(25)])
        case.link_attachments()

    made = CasePage(opened(fill=many))
    qtbot.addWidget(made)
    made.show()
    made.open("people")
    pane = made.panes["people"]
    qtbot.waitUntil(lambda: pane.model.rowCount() >= 10)

    def scrolled():
        pane.model.fetchMore()
        return pane.model.rowCount() == 25

    qtbot.waitUntil(scrolled, timeout=20_000)
    assert len(set(column(pane.model, 0))) == 25
    made.hide()


def test_a_case_without_people_says_so(qtbot, opened, language):
    pane = people.PeoplePane(opened())
    qtbot.addWidget(pane)
    with qtbot.waitSignal(pane.model.modelReset):
        pane.reload()
    assert pane.words.text().startswith("No record states")
    language.use("id")
    assert pane.words.text().startswith("Tidak ada rekaman")
    assert pane.model.headerData(0, Qt.Orientation.Horizontal) == "Nomor atau alamat"


def test_every_pane_has_keys_of_its_own():
    keys = [key_of(place) for place in range(len(PANES))]
    assert len(set(keys)) == len(keys)
    assert keys[0] == "Ctrl+1"
    assert keys[9] == "Ctrl+0"

"""Lines that an examiner chose stand in the report, marked, however long the conversation is."""

from report_case import ACTOR, make_case

from triage import statements
from triage.case import Case
from triage.model import Message, Stamp
from triage.queries import Queries
from triage.report import conversations as talks
from triage.report.conversations import conversations

START = 1_767_225_600_000_000_000


def long_talk(count):
    return [
        Message(
            where=f"messages.rowid={number}", app="WhatsApp", account="me", thread=thread, sender="+62 000 0000 002", direction="in",
            sent_at=Stamp(START + number * 1_000_000_000 + bulk), body=f"pesan {thread} {number}",
        )
        for thread, bulk in (("lama", 0), ("baru", 10**15))
        for number in range(count)
    ]  # fmt: skip


def test_a_line_chosen_long_ago_in_a_long_talk_is_shown_first(tmp_path, monkeypatch):
    monkeypatch.setattr(talks, "MESSAGES_A_THREAD", 5)
    case = make_case(tmp_path, messages=long_talk(20))
    folder = case.folder
    queries = Queries(folder)
    before = [each.thread.thread for each in conversations(queries).rows]
    assert before.index("baru") < before.index("lama")
    line = queries.messages("WhatsApp", "me", "lama")[2]
    statements.choose_lines(case, [(line.entry_id, line.id)])
    first = conversations(queries).rows[0]
    assert first.thread.thread == "lama"
    assert [(row.body, row.chosen) for row in first.messages.rows][:2] == [
        ("pesan lama 2", True),
        ("pesan lama 15", False),
    ]
    statements.leave_lines(case, [(line.entry_id, line.id)])
    assert [each.thread.thread for each in conversations(queries).rows] == before
    actions = [event.action for event in queries.custody() if event.action.startswith("line")]
    assert actions == ["line.start", "line.end", "line.remove.start", "line.remove.end"]
    queries.close()
    case.close()
    with Case.open(folder, actor=ACTOR) as again:
        assert again.next_number("line") == 3

"""Outcomes that come in parts: sent ahead, stored while the entry is pending, deleted when it is examined again."""

from dataclasses import replace
from pathlib import Path

import pytest
from making.databases import make_msgstore
from making.items import item_from_bytes

from triage import examine as examining
from triage import fulltext
from triage.case import Case
from triage.examine import Means, examine
from triage.hashing.lists import open_lists
from triage.model import Entry, Examined, Kind, Locator, Message, Status
from triage.run import run
from triage.settings import Settings
from triage.stored import as_rows, in_rows

MESSAGES = [Message(where=f"message._id={number}", app="Notes", body=f"pesan {number}") for number in range(1, 8)]


@pytest.fixture
def case(tmp_path: Path):
    with Case.open_or_create(tmp_path / "case", actor="tester") as opened:
        yield opened


def part(entry: int, number: int | None, messages: list[Message]) -> Examined:
    status = Status.EXAMINED if number is None else Status.PENDING
    return Examined(entry_id=entry, status=status, facts=as_rows(entry, messages), part=number)


def rows(case: Case) -> list[str]:
    return [row[0] for row in case._database.execute("SELECT where_ FROM message ORDER BY id")]


def taken(case: Case) -> tuple[int, int]:
    root = Entry(Locator(), "source", Kind.FOLDER)
    evidence = case.add_evidence(Path("/source"), exhibit="label", format_name="folder", size=None, root=root)
    (root,) = case.take(evidence, entries=5, size=1 << 20)
    return evidence, root.id


def test_parts_are_kept_and_the_entry_stays_pending_until_its_outcome(case: Case) -> None:
    evidence, entry = taken(case)
    case.store(evidence, [part(entry, 0, MESSAGES[:3])])
    assert case.queue(evidence)[0] == 1
    assert case.take(evidence, entries=5, size=1 << 20) == []
    case.store(evidence, [part(entry, 1, MESSAGES[3:5]), part(entry, None, MESSAGES[5:])])
    assert case.queue(evidence)[0] == 0
    assert rows(case) == [each.where for each in MESSAGES]


def test_a_second_try_begins_anew_in_the_index_too(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was indexed of the first try is forgotten, names too; the numbers of its rows are given out again."""
    monkeypatch.setattr(fulltext, "LIVE", 1)
    evidence, entry = taken(case)
    named = [replace(each, sender="620000000001", sender_name="Budi") for each in MESSAGES]
    case.store(evidence, [part(entry, 0, named[:4])])
    case.index_text(live=True)
    assert (found(case, "message_text", "pesan"), found(case, "name_text", "Bud")) == (4, 1)
    case.store(evidence, [part(entry, 0, MESSAGES[:2])])
    assert (found(case, "message_text", "pesan"), found(case, "name_text", "Bud")) == (0, 0)
    case.store(evidence, [part(entry, None, MESSAGES[2:])])
    case.index_text()
    assert rows(case) == [each.where for each in MESSAGES]
    assert found(case, "message_text", "pesan") == len(MESSAGES)
    for index in ("message_text", "name_text"):  # raises where the index is not that of the rows
        case._database.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")


def found(case: Case, index: str, word: str) -> int:
    return case._database.execute(f"SELECT count(*) FROM {index} WHERE {index} MATCH ?", (word,)).fetchone()[0]


def test_a_run_that_goes_on_forgets_parts_of_what_is_pending(tmp_path: Path) -> None:
    with Case.open_or_create(tmp_path / "case", actor="tester") as case:
        evidence, entry = taken(case)
        case.start_run(evidence, Settings(), {})
        case.store(evidence, [part(entry, 0, MESSAGES)])
        case.index_text()
    with Case.open_or_create(tmp_path / "case", actor="tester") as case:
        assert len(rows(case)) == len(MESSAGES)
        assert case.open_run(evidence) is not None
        assert rows(case) == []
        assert found(case, "message_text", "pesan") == 0


def test_the_same_rows_in_parts_and_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    item = item_from_bytes(
        "/data/data/com.whatsapp/databases/msgstore.db", make_msgstore(tmp_path / "m.db").read_bytes()
    )
    entry = item.entry.__class__(**{name: getattr(item.entry, name) for name in item.entry.__slots__} | {"id": 1})
    means = Means(item.evidence, open_lists((), tmp_path), Settings(), tmp_path)
    whole = in_rows(examine(entry, means))
    monkeypatch.setattr(examining, "PART", 5)
    parts: list[Examined] = []
    last = in_rows(examine(entry, means, lambda each: parts.append(each) is None))
    assert [each.part for each in parts] == [0, 1, 2]
    assert _all([*parts, last]) == _all([whole])
    assert last.ran[0].count == whole.ran[0].count == 15


def _all(outcomes: list[Examined]) -> dict[str, list[tuple[object, ...]]]:
    found: dict[str, list[tuple[object, ...]]] = {}
    for outcome in outcomes:
        for facts in outcome.facts:
            found.setdefault(facts.insert, []).extend(facts.rows)
    return found


def test_a_run_over_a_large_database_stores_every_message_once(tmp_path: Path) -> None:
    """More messages than one part holds, through the worker and its pipe."""
    folder = tmp_path / "data/data/com.whatsapp/databases"
    folder.mkdir(parents=True)
    conversation = [(1, number & 1, 0, 0, f"pesan {number}", 0) for number in range(examining.PART + 500)]
    make_msgstore(folder / "msgstore.db", conversation)
    with Case.open_or_create(tmp_path / "case", actor="tester") as case:
        result = run(case, tmp_path / "data", exhibit="phone", settings=Settings(workers=1))
        assert result.outcome == "done"
        found = rows(case)
        assert len(found) == len(set(found)) == len(conversation)
        assert len(
            case._database.execute("SELECT rowid FROM message_text WHERE message_text MATCH 'pesan'").fetchall()
        ) == len(conversation)

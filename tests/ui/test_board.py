"""The board with several exhibits at once: each its own progress, stop and go on; what came in stays put; stop and report."""

import os

import pytest
from desktop_fakes import Steered
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from triage.queries import BoardRow, Matched
from triage.run import Progress
from triage.settings import Settings
from triage.ui import scans as scans_of
from triage.ui.card import CardState
from triage.ui.scans import Wanted
from triage.ui.verdict import judged, ways


@pytest.fixture
def actions():
    return Steered()


@pytest.fixture
def page(qtbot, opened, actions):
    from triage.ui.page import CasePage

    page = CasePage(opened(actions=actions))
    qtbot.addWidget(page)
    page.resize(1366, 700)
    page.show()
    return page


@pytest.fixture
def board(page):
    return page.panes["board"]


@pytest.fixture
def sources(tmp_path):
    made = [tmp_path / f"stick {number}" for number in range(5)]
    for each in made:
        each.mkdir()
        (each / "a.txt").write_text("a")
    return made


def add(board, source, exhibit="A1"):
    board.case.scans.add(Wanted(source, exhibit, Settings()))


def test_several_are_examined_at_once_and_the_rest_wait(qtbot, board, actions, sources):
    for source in sources:
        add(board, source)
    qtbot.waitUntil(lambda: len(actions.scanned) == scans_of.AT_ONCE)
    assert list(board.case.scans.at_work) == sources[:3]
    assert [each.source for each in board.case.scans.waiting] == sources[3:]
    assert {board.cards[str(each)].standing.state for each in sources[3:]} == {"waiting"}
    qtbot.waitUntil(lambda: all("3 done" in board.cards[str(each)].pace.text() for each in sources[:3]))
    actions.let_end.set()
    qtbot.waitUntil(lambda: len(actions.scanned) == 5 and not board.case.scans.running)


def test_those_that_begin_beside_others_share_the_cores(qtbot, board, actions, sources):
    add(board, sources[0])
    qtbot.waitUntil(lambda: len(actions.scanned) == 1)
    add(board, sources[1])
    qtbot.waitUntil(lambda: len(actions.scanned) == 2)
    workers = {source: settings.workers for source, _, settings in actions.scanned}
    assert workers[sources[0]] == 0  # all there are
    assert workers[sources[1]] == max(1, os.cpu_count() // 2)


def test_one_is_stopped_and_the_others_go_on(qtbot, board, actions, sources):
    for source in sources[:4]:
        add(board, source)
    scans = board.case.scans
    qtbot.waitUntil(lambda: len(actions.scanned) == 3)
    qtbot.mouseClick(board.cards[str(sources[1])].stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: sources[1] not in scans.at_work)
    assert list(scans.at_work) == [sources[0], sources[2]]
    assert [each.source for each in scans.waiting] == [sources[3]]  # what waits begins when a person says so
    qtbot.mouseClick(board.cards[str(sources[3])].start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: sources[3] in scans.at_work)
    qtbot.mouseClick(board.stop_all, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not scans.running)


def test_stop_and_report_opens_the_report_when_all_have_stopped(qtbot, board, actions, sources):
    opened = []
    board.open_pane.connect(lambda name, _: opened.append(name))
    add(board, sources[0])
    qtbot.waitUntil(lambda: len(actions.scanned) == 1)
    qtbot.mouseClick(board.stop_and_report, Qt.MouseButton.LeftButton)
    assert opened == []
    qtbot.waitUntil(lambda: opened == ["report"])
    assert not board.case.scans.running


@pytest.mark.parametrize("wanted", [True, False])
def test_the_sound_is_made_at_a_match_only_where_it_is_wanted(qtbot, board, actions, sources, monkeypatch, wanted):
    beeps = []
    monkeypatch.setattr(QApplication, "beep", lambda *_: beeps.append(1))
    assert not board.sound.isChecked()
    board.sound.setChecked(wanted)
    add(board, sources[0])
    qtbot.waitUntil(lambda: board._notable == 0 and bool(board.case.scans.latest))
    actions.moment = Progress("examine", done=9, notable=2)
    qtbot.waitUntil(lambda: board._notable == 2)
    assert bool(beeps) is wanted
    board._tick()
    assert len(beeps) == wanted


def test_matches_stay_where_they_are_while_more_arrive(qtbot, opened):
    from hostile_case import fill

    from triage.queries import Arrival
    from triage.ui.page import CasePage

    page = CasePage(opened(fill=fill))
    qtbot.addWidget(page)
    board = page.panes["board"]
    qtbot.waitUntil(lambda: board.arrivals.lines.count() == 1)
    (card,) = board.cards.values()
    assert "· contoh, contoh-A: 1 files" in card.verdict.text()
    assert card.badge.text == "MATCHES"
    first = board.arrivals.lines.item(0)
    assert first.text() == "BB-01 · contoh · contoh-A · /Foto/<b>foto</b>[U+202E]gpj.exe"
    board.arrivals.add([Arrival(board.arrivals.last + 1, 99, "BB-02", "/baru", "contoh", None)])
    board.reload()
    qtbot.waitUntil(lambda: not board._counting)
    assert board.arrivals.lines.count() == 2
    assert board.arrivals.lines.item(0) is first
    board.arrivals.lines.itemActivated.emit(first)
    hits = page.panes["hits"]
    assert page.stack.currentWidget() is hits
    qtbot.waitUntil(lambda: hits.table.currentIndex().row() == 0)
    card.ways[-1].click()
    files = page.panes["files"]
    assert page.stack.currentWidget() is files
    qtbot.waitUntil(lambda: files.model.rowCount() == 1)  # the one that failed


def board_row(**more):
    values = dict.fromkeys(BoardRow.__dataclass_fields__, 0) | {
        "exhibit": "A1", "source": "/s", "format": "raw", "outcome": "done", "settings": {"lists": ["contoh"]}, "found": 9,
        "examined": 9, "sha256_before": "1", "sha256_after": "1", "started_at": "", "ended_at": "",
    }  # fmt: skip
    return BoardRow(**values | more)


@pytest.mark.parametrize(
    ("more", "sign"),
    [
        ({}, "calm"),
        ({"notable": 1, "pending": 5}, "match"),
        ({"pending": 1}, "open"),
        ({"failed": 1}, "open"),
        ({"skipped": 1}, "open"),
        ({"problems": 1, "encrypted": 1}, "open"),
        ({"settings": {"lists": []}}, "open"),
        ({"outcome": "stopped"}, "open"),
    ],
)
def test_the_verdict_is_calm_only_where_nothing_stays_open(tmp_path, more, sign):
    assert judged(CardState(tmp_path, "A1", "done", board_row(**more))) == sign


def test_a_card_opens_what_its_verdict_rests_on(tmp_path, language):
    row = board_row(notable=3, encrypted=2, maybe_encrypted=1, failed=4, skipped=1)
    found = ways(CardState(tmp_path, "A1", "done", row), language)
    assert [(words, pane) for words, pane, _ in found] == [
        ("Matches (3)", "hits"), ("Encrypted (3)", "problems"), ("Failed (4)", "files"), ("Skipped (1)", "files")
    ]  # fmt: skip


def test_the_reason_of_a_match_is_told_by_list_and_category(tmp_path, language):
    from triage.ui.verdict import verdict

    matched = (Matched(1, "contoh", "A", 2), Matched(1, "contoh", None, 7))
    text = verdict(CardState(tmp_path, "A1", "done", board_row(notable=9), None, matched), language)
    assert text.splitlines()[1:] == ["· contoh, no category: 7 files", "· contoh, A: 2 files"]


def test_what_was_done_and_what_was_not_read_are_told_in_a_sentence(qtbot, opened):
    from hostile_case import fill

    from triage.ui.page import CasePage

    page = CasePage(opened(fill=fill))
    qtbot.addWidget(page)
    custody, problems = page.panes["custody"], page.panes["problems"]
    page.open("problems")
    qtbot.waitUntil(lambda: problems.table.currentIndex().row() == 0)
    assert problems.words.text().startswith("6 found = 4 examined + 0 skipped by rule + 1 failed + 1 pending")
    page.open("custody")
    qtbot.waitUntil(lambda: custody.words.text().startswith("Every line holds"))
    log = page.case.folder / "custody.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join([*lines[:1], *lines[2:]]))
    custody.reload()
    qtbot.waitUntil(lambda: custody.words.text().startswith("The log DOES NOT HOLD"))
    log.write_bytes(b"".join(lines))

"""The custody log: whatever happens to it is seen, and nothing that happens to us breaks it."""

import hashlib
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from triage.custody import Custody, disk, log, read_events, verify_log
from triage.custody.event import line_of, signed
from triage.errors import CaseError
from triage.keys import SigningKey
from triage.model import CustodyEvent

KEY = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))
ZEROS = "0" * 64
JUST_READ = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def opened(folder, key=KEY, actor="Penyidik Wira"):
    return Custody.open(folder, key, actor)


def made(folder, count=3):
    custody = opened(folder)
    for number in range(count):
        custody.append("run.start", f"exhibit {number}", {"workers": number, "lists": ["targets"]})
    return folder / "custody.jsonl"


def lines_of(path):
    return path.read_bytes().splitlines(keepends=True)


def test_each_line_can_be_checked_with_other_tools(tmp_path):
    """By the description of the format alone: json, hashlib and the public key that the first line states."""
    path, previous, public = made(tmp_path), ZEROS, None
    for number, line in enumerate(lines_of(path), 1):
        event = json.loads(line)
        public = public or Ed25519PublicKey.from_public_bytes(bytes.fromhex(event["data"]["public_key"]))
        covered = {name: event[name] for name in event if name not in ("digest", "signature")}
        text = json.dumps(covered, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert event["digest"] == hashlib.sha256(text.encode()).hexdigest()
        assert (event["number"], event["previous"]) == (number, previous)
        public.verify(bytes.fromhex(event["signature"]), bytes.fromhex(event["digest"]))
        previous = event["digest"]
    assert set(event) == {
        "number",
        "at",
        "zone",
        "actor",
        "action",
        "subject",
        "data",
        "previous",
        "digest",
        "signature",
    }


def test_a_whole_log_holds(tmp_path):
    check = verify_log(made(tmp_path))
    assert (check.events, check.intact, check.head_number, check.keys) == (3, 3, 3, (KEY.public_hex,))
    assert check.holds
    assert (check.problems, check.warnings) == ((), ())


def test_what_was_added_is_read_back(tmp_path):
    custody = opened(tmp_path)
    first = custody.append("case.create", "kasus", {"n": [1, 2.5, None, True], "nested": {"ü": "\u2028 \n"}})
    second = custody.append("note.add", "berkas \udce9.jpg")
    assert read_events(tmp_path / "custody.jsonl") == (first, second)
    assert custody.head == (2, second.digest)
    assert second.subject == "berkas \\udce9.jpg"
    assert opened(tmp_path).head == (2, second.digest)


def test_an_empty_log(tmp_path):
    assert opened(tmp_path).head == (0, ZEROS)
    assert not (tmp_path / "custody.jsonl").exists()
    with pytest.raises(CaseError, match="cannot be read"):
        verify_log(tmp_path / "custody.jsonl")
    with pytest.raises(CaseError, match="cannot be read"):
        read_events(tmp_path / "custody.jsonl")


@pytest.mark.parametrize("mask", [0x01, 0x20, 0x80])
def test_every_changed_byte_is_found(tmp_path, mask):
    path = made(tmp_path)
    whole = path.read_bytes()
    ends = [index for index, byte in enumerate(whole) if byte == 0x0A]
    for index in range(len(whole)):
        path.write_bytes(whole[:index] + bytes((whole[index] ^ mask,)) + whole[index + 1 :])
        check = verify_log(path)
        line = sum(end < index for end in ends) + 1
        assert not check.holds, index
        assert check.problems[0][0] == line, (index, check)
        assert check.intact == line - 1, (index, check)


@JUST_READ
@given(st.data())
def test_every_other_value_of_a_byte_is_found(tmp_path, data):
    path = tmp_path / "custody.jsonl"
    whole = path.read_bytes() if path.exists() and verify_log(path).holds else None
    if whole is None:
        path.unlink(missing_ok=True)
        whole = made(tmp_path, 2).read_bytes()
    index = data.draw(st.integers(0, len(whole) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda each: each != whole[index]))
    path.write_bytes(whole[:index] + bytes((value,)) + whole[index + 1 :])
    found = verify_log(path)
    path.write_bytes(whole)
    assert not found.holds


def test_the_first_broken_line_is_named_with_what_still_holds(tmp_path):
    path = made(tmp_path, 5)
    path.write_bytes(path.read_bytes().replace(b"exhibit 2", b"exhibit 9"))
    check = verify_log(path)
    assert check.problems == ((3, "its content does not match its digest; the 2 events before it hold"),)
    assert (check.events, check.intact, check.head_number) == (4, 2, 5)
    with pytest.raises(CaseError, match="broken at line 3"):
        opened(tmp_path)


@pytest.mark.parametrize(
    ("order", "line", "what"),
    [
        ((0, 2, 3), 2, "event 3 where 2 is due"),
        ((1, 2, 3), 1, "event 2 where 1 is due"),
        ((0, 2, 1, 3), 2, "event 3 where 2 is due"),
        ((0, 1, 1, 2, 3), 3, "event 2 where 3 is due"),
    ],
)
def test_removed_moved_and_repeated_lines(tmp_path, order, line, what):
    path = made(tmp_path, 4)
    lines = lines_of(path)
    path.write_bytes(b"".join(lines[each] for each in order))
    check = verify_log(path)
    assert check.problems[0][0] == line
    assert what in check.problems[0][1]


def test_a_line_of_another_log_by_the_same_key(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    path, other = made(tmp_path / "a"), made(tmp_path / "b")
    lines = lines_of(path)
    path.write_bytes(b"".join((lines[0], lines_of(other)[1], lines[2])))
    check = verify_log(path)
    assert check.problems[0] == (2, "does not follow from the line before it; the 1 events before it hold")


def forged(event, key, **changes):
    values = {field: getattr(event, field) for field in CustodyEvent.__dataclass_fields__} | changes
    return line_of(signed(CustodyEvent(**values), key))


def test_a_line_signed_by_a_key_that_is_not_stated(tmp_path):
    path = made(tmp_path)
    last = read_events(path)[-1]
    path.write_bytes(b"".join(lines_of(path)[:-1]) + forged(last, OTHER, subject="something else"))
    check = verify_log(path)
    assert check.problems == ((3, "the signature is not by a key that the log states; the 2 events before it hold"),)


def test_a_first_line_without_key(tmp_path):
    path = made(tmp_path, 1)
    path.write_bytes(forged(read_events(path)[0], KEY, data={}))
    assert verify_log(path).problems[0] == (
        1,
        "the signature is not by a key that the log states; nothing holds before it",
    )


def test_a_log_cut_at_its_end_against_the_head_on_paper(tmp_path):
    path = made(tmp_path)
    head = opened(tmp_path).head
    assert verify_log(path, expected_head=head).holds
    opened(tmp_path).append("run.end", "later")
    assert verify_log(path, expected_head=head).holds  # it may grow
    lines = lines_of(path)
    path.write_bytes(b"".join(lines[:2]))
    assert verify_log(path).holds  # a chain alone cannot tell
    assert verify_log(path, expected_head=head).problems == (
        (3, "event 3, noted as the head, is missing; the 2 events before it hold"),
    )
    assert verify_log(path, expected_head=(0, ZEROS)).holds


def test_a_log_written_anew_against_the_head_on_paper(tmp_path):
    head = opened(tmp_path).head if made(tmp_path) else None
    path = tmp_path / "custody.jsonl"
    path.unlink()
    made(tmp_path)
    assert "written anew" in verify_log(path, expected_head=head).problems[0][1]


def test_a_case_that_goes_on_elsewhere(tmp_path):
    path = made(tmp_path, 2)
    opened(tmp_path, OTHER, "Penyidik Sari").append("run.start", "exhibit 2")
    opened(tmp_path, OTHER, "Penyidik Sari").append("run.end", "exhibit 2")
    opened(tmp_path).append("report", "case")
    events = read_events(path)
    assert [event.action for event in events] == [
        "run.start",
        "run.start",
        "key",
        "run.start",
        "run.end",
        "key",
        "report",
    ]
    assert events[2].data == {"public_key": OTHER.public_hex, "earlier": KEY.fingerprint, "name": "examiner"}
    check = verify_log(path)
    assert check.holds
    assert check.keys == (KEY.public_hex, OTHER.public_hex)
    assert check.warnings == (
        (3, f"signed by another key from here on: {OTHER.fingerprint}"),
        (6, f"signed by another key from here on: {KEY.fingerprint}"),
    )


@pytest.mark.parametrize("key", [KEY, OTHER], ids=["same key", "other key"])
@pytest.mark.parametrize("kept", [0, 1, 2])
def test_a_torn_last_line_stays_and_is_declared(tmp_path, key, kept):
    path = made(tmp_path, kept + 1)
    torn = lines_of(path)[-1][:77]
    path.write_bytes(b"".join(lines_of(path)[:kept]) + torn)
    before = path.read_bytes()

    check = verify_log(path)
    assert check.holds
    assert check.events == kept
    assert check.warnings == ((kept + 1, "unfinished: 77 bytes of an event that was never completed"),)

    opened(tmp_path, key).append("run.resume", "exhibit")
    assert path.read_bytes().startswith(before + b"\n")
    declared = read_events(path)[kept]
    assert declared.action == "custody.torn"
    stated = {name: declared.data[name] for name in ("offset", "length", "sha256")}
    assert stated == {"offset": len(before) - 77, "length": 77, "sha256": hashlib.sha256(torn).hexdigest()}
    check = verify_log(path)
    assert check.holds
    assert check.events == kept + 2
    assert check.warnings[0] == (kept + 1, f"unfinished, and declared by event {kept + 1}")


def test_every_place_where_a_crash_may_cut(tmp_path):
    whole = made(tmp_path, 2).read_bytes()
    path = tmp_path / "custody.jsonl"
    for length in range(1, len(whole)):
        path.write_bytes(whole[:length])
        assert verify_log(path).holds, length
        opened(tmp_path).append("run.resume", "exhibit")
        assert path.read_bytes()[:length] == whole[:length]
        assert verify_log(path).holds, length
        assert read_events(path)[-1].action == "run.resume"


def test_torn_again_while_declaring(tmp_path):
    path = made(tmp_path, 2)
    path.write_bytes(path.read_bytes()[:-50])
    opened(tmp_path).append("run.resume", "exhibit")
    whole = path.read_bytes()
    start = whole.index(b'{"action":"custody.torn"')
    for length in (start + 1, start + 9, start + 40, start + 300):
        path.write_bytes(whole[:length])
        assert verify_log(path).holds, length
        opened(tmp_path).append("run.resume", "exhibit")
        check = verify_log(path)
        assert check.holds, check
        assert path.read_bytes()[:length] == whole[:length]


def test_zeros_that_a_power_loss_leaves(tmp_path):
    path = made(tmp_path, 2)
    path.write_bytes(path.read_bytes() + bytes(4096))
    assert verify_log(path).holds
    opened(tmp_path).append("run.resume", "exhibit")
    assert verify_log(path).holds


def test_an_event_that_lacks_its_line_feed_alone_counts(tmp_path):
    path = made(tmp_path, 2)
    path.write_bytes(path.read_bytes()[:-1])
    check = verify_log(path)
    assert (check.events, check.warnings) == (2, ((2, "the line feed at the end is missing"),))
    opened(tmp_path).append("run.resume", "exhibit")
    assert [event.number for event in read_events(path)] == [1, 2, 3]
    assert verify_log(path).warnings == ()


@pytest.mark.parametrize("change", ["bytes", "declaration removed", "more bytes", "moved"])
def test_a_torn_line_that_is_not_the_declared_one(tmp_path, change):
    path = made(tmp_path, 2)
    path.write_bytes(path.read_bytes()[:-50])
    opened(tmp_path).append("run.resume", "exhibit")
    lines = lines_of(path)
    if change == "bytes":
        lines[1] = lines[1].replace(b"Penyidik", b"penyidik")
    elif change == "declaration removed":
        del lines[2]
    elif change == "more bytes":
        lines.insert(2, b"more\n")
    else:
        lines[1], lines[0] = lines[0], lines[1]
    path.write_bytes(b"".join(lines))
    assert not verify_log(path).holds


def test_a_declaration_of_nothing(tmp_path):
    path = made(tmp_path, 1)
    event = read_events(path)[0]
    added = forged(event, KEY, number=2, previous=event.digest, action="custody.torn", data={"offset": 0, "length": 0})
    path.write_bytes(path.read_bytes() + added)
    assert "not there" in verify_log(path).problems[0][1]


def test_a_broken_last_line_is_not_taken_for_a_torn_one(tmp_path):
    path = made(tmp_path, 2)
    path.write_bytes(path.read_bytes()[:-40] + b"\n")
    assert verify_log(path).problems[0][0] == 2
    with pytest.raises(CaseError, match="broken at line 2"):
        opened(tmp_path)


def test_a_clock_that_goes_back(tmp_path, monkeypatch):
    custody = opened(tmp_path)
    for moment in ("2031-05-01T10:00:00.000000Z", "2031-05-01T09:00:00.000000Z", "2031-05-01T09:30:00.000000Z"):
        monkeypatch.setattr(log, "_now", lambda moment=moment: moment)
        custody.append("note", "n")
    check = verify_log(tmp_path / "custody.jsonl")
    assert check.holds
    assert check.warnings == (
        (2, "the clock went back from 2031-05-01T10:00:00.000000Z to 2031-05-01T09:00:00.000000Z"),
    )
    told = read_events(tmp_path / "custody.jsonl")[1]
    assert (told.action, told.data) == (
        "clock",
        {"clock_was": "2031-05-01T10:00:00.000000Z", "clock": "2031-05-01T09:00:00.000000Z"},
    )


def test_a_time_zone_that_changes(tmp_path, monkeypatch):
    custody = opened(tmp_path)
    for zone in ("+07:00 WIB", "+07:00 WIB", "+08:00 WITA", "+08:00 WITA"):
        monkeypatch.setattr(log, "_zone", lambda zone=zone: zone)
        custody.append("note", "n")
    check = verify_log(tmp_path / "custody.jsonl")
    assert check.holds
    assert check.warnings == ((3, "the time zone of the computer changed from +07:00 WIB to +08:00 WITA"),)
    events = read_events(tmp_path / "custody.jsonl")
    assert [event.action for event in events] == ["note", "note", "clock", "note", "note"]
    assert events[2].data == {"zone_was": "+07:00 WIB", "zone": "+08:00 WITA"}


def test_every_event_states_the_zone_of_the_computer(tmp_path, monkeypatch):
    monkeypatch.setenv("TZ", "WIB-7")
    if hasattr(time, "tzset"):
        time.tzset()
        opened(tmp_path).append("note", "n")
        monkeypatch.undo()
        time.tzset()
        assert read_events(tmp_path / "custody.jsonl")[0].zone == "+07:00 WIB"


def test_a_full_disk(tmp_path, monkeypatch):
    path = made(tmp_path, 2)
    custody, before, write = opened(tmp_path), path.read_bytes(), os.write

    def half(descriptor, content):
        if half.calls:
            raise OSError(28, "No space left on device")
        half.calls += 1
        return write(descriptor, content[: len(content) // 2])

    half.calls = 0
    with monkeypatch.context() as patch:
        patch.setattr(disk.os, "write", half)
        with pytest.raises(CaseError, match="No space left"):
            custody.append("run.start", "exhibit")
    assert path.read_bytes() == before
    assert custody.append("run.start", "exhibit").number == 3
    assert verify_log(path).holds


def test_a_full_disk_where_nothing_can_be_taken_back(tmp_path, monkeypatch):
    path = made(tmp_path, 2)
    custody = opened(tmp_path)

    def refuse(*_):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(disk.os, "ftruncate", refuse)
        patch.setattr(disk.os, "fsync", refuse)
        with pytest.raises(CaseError, match="Input/output error"):
            custody.append("run.start", "exhibit")
    custody.append("run.start", "exhibit")  # the line was whole after all
    assert [event.number for event in read_events(path)] == [1, 2, 3, 4]


def test_a_log_that_shrinks_while_it_is_open(tmp_path):
    path = made(tmp_path, 2)
    custody = opened(tmp_path)
    path.write_bytes(lines_of(path)[0])
    with pytest.raises(CaseError, match="cut shorter"):
        custody.append("run.start", "exhibit")


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(CaseError, match="cannot be written"):
        opened(tmp_path / "nowhere")


def test_an_event_too_long_for_the_log(tmp_path):
    custody = opened(tmp_path)
    with pytest.raises(CaseError, match="too long"):
        custody.append("note", "n", {"text": "x" * (5 << 20)})
    assert custody.append("note", "n").number == 1


@pytest.mark.parametrize("action", ["key", "custody.torn"])
def test_actions_of_the_log_itself(tmp_path, action):
    with pytest.raises(ValueError, match="the log's own"):
        opened(tmp_path).append(action, "x")


def test_no_password_is_written(tmp_path):
    data = {
        "password": "rahasia-123",
        "password_given": True,
        "deep": [{"Passphrase": "rahasia-123", "PIN": 1234, "spinning": 7}],
        "passwords": ["rahasia-123"],
        "kata_sandi": "rahasia-123",
        "none": {"password": None},
    }
    event = opened(tmp_path).append("run.start", "exhibit", data)
    content = (tmp_path / "custody.jsonl").read_bytes()
    assert b"rahasia" not in content
    assert b"1234," not in content
    assert event.data["password_given"] is True
    assert event.data["none"] == {"password": None}
    assert event.data["deep"][0]["spinning"] == 7


def test_two_processes_at_once(tmp_path):
    code = (
        "import sys, pathlib; from triage.custody import Custody; from triage.keys import signing_key\n"
        "folder = pathlib.Path(sys.argv[1]); custody = Custody.open(folder, signing_key(folder / sys.argv[2]), sys.argv[2])\n"
        "for number in range(20): custody.append('note', str(number))"
    )
    commands = [[sys.executable, "-c", code, str(tmp_path), name] for name in ("satu", "dua")]
    running = [subprocess.Popen(command) for command in commands]
    assert [process.wait(timeout=60) for process in running] == [0, 0]
    check = verify_log(tmp_path / "custody.jsonl")
    assert check.holds
    assert len(check.keys) == 2
    events = read_events(tmp_path / "custody.jsonl")
    for name in ("satu", "dua"):
        assert [event.subject for event in events if event.actor == name and event.action == "note"] == [
            str(number) for number in range(20)
        ]


def test_threads_of_one_process(tmp_path):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: opened(tmp_path).append("note", str(number)), range(24)))
    assert verify_log(tmp_path / "custody.jsonl").events == 24


def test_a_lock_that_is_not_given_back(tmp_path, monkeypatch):
    custody = opened(tmp_path)
    monkeypatch.setattr(disk, "LOCK_SECONDS", 0.05)
    with disk.locked(tmp_path / "custody.lock"), pytest.raises(CaseError, match="in use by another process"):
        custody.append("note", "n")


HOSTILE = st.one_of(
    st.binary(max_size=300),
    st.sampled_from(
        [b"[" * 100_000, b'{"a":' * 50_000, b"1" * 5_000, b"NaN", b"{}", b"null", b'{"number":1}', b"\n\n\n"]
    ),
)


@JUST_READ
@given(st.lists(HOSTILE, max_size=4), st.booleans())
def test_any_bytes_are_answered(tmp_path, pieces, ended):
    path = tmp_path / "hostile.jsonl"
    path.write_bytes(b"\n".join(pieces) + (b"\n" if ended else b""))
    assert verify_log(path).events == 0
    assert read_events(path) == ()


def test_a_line_without_end_does_not_fill_the_memory(tmp_path):
    path = made(tmp_path, 1)
    with path.open("ab") as stream:
        for _ in range(9):
            stream.write(b"x" * (1 << 20))
    assert verify_log(path).problems[0] == (2, "longer than an event can be; the 1 events before it hold")


def test_many_problems_are_capped(tmp_path):
    path = made(tmp_path, 1)
    line = lines_of(path)[0]
    path.write_bytes(line + (b"broken\n" + line) * 300)
    assert len(verify_log(path).problems) == 100

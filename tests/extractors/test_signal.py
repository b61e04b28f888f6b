"""Signal on Android, its backup, Signal Desktop plain and encrypted: every rule on made stores."""

import io
import json
from pathlib import Path

import pytest
from making import signal
from making.databases import BUDI, SITI, START
from making.items import BytesEvidence, item_from_bytes
from making.whatsapp_apple import field

from triage.content import read_once
from triage.errors import Encrypted, Malformed
from triage.evidence.signal_backup import SignalBackup
from triage.extractors.signal_android import SignalAndroid
from triage.extractors.signal_desktop import SignalDesktop
from triage.filetype import identify, is_container
from triage.model import Call, Contact, Entry, Kind, Locator, Message, Problem, Step
from triage.settings import Limits

DESKTOP = "/Users/x/AppData/Roaming/Signal/sql/db.sqlite"


def android(tmp_path: Path) -> dict[str, object]:
    data = signal.make_signal_android(tmp_path / "signal.db").read_bytes()
    return {each.where: each for each in SignalAndroid().extract(item_from_bytes("/x/signal.db", data))}


def test_android_messages(tmp_path: Path) -> None:
    found = android(tmp_path)
    first, answer, photo, gone, bare = (found[f"message._id={number}"] for number in range(1, 6))
    assert (first.direction, first.sender, first.sender_name, first.thread, first.body) == (
        "in",
        BUDI,
        "Budi Fiksi",
        BUDI,
        "Halo",
    )
    assert (answer.direction, answer.recipients, answer.quoted, answer.quoted_body) == ("out", BUDI, str(START), "Halo")
    assert answer.expires_at.ns == (START + 62_000) * 1_000_000
    assert (photo.thread, photo.thread_name, photo.sender, photo.kind, photo.view_once) == (
        "group!1",
        "Arisan",
        SITI,
        "image",
        True,
    )
    assert (photo.attachment, photo.attachment_size) == ("/data/app_parts/part1.mms", len(signal.PICTURE))
    assert (found["message._id=3 attachment 2"].kind, found["message._id=3 attachment 2"].body) == ("document", None)
    assert (gone.deleted, bare.body, bare.direction, bare.kind, bare.thread) == (
        "revoked",
        "tanpa apa-apa",
        "unknown",
        "unknown (9)",
        None,
    )


def test_android_reactions_calls_and_people(tmp_path: Path) -> None:
    found = android(tmp_path)
    reaction, call, odd = found["reaction._id=1"], found["call._id=1"], found["call._id=2"]
    assert (reaction.kind, reaction.body, reaction.sender, reaction.quoted) == ("reaction", "👍", SITI, str(START))
    assert (call.party, call.direction, call.kind, call.outcome) == (BUDI, "out", "video", "answered")
    assert (odd.party, odd.direction, odd.outcome, odd.started_at) == (None, "in", "unknown (9)", None)
    people = [
        (each.identifier, each.name, each.phone, each.note) for each in found.values() if isinstance(each, Contact)
    ]
    assert people == [("aci-budi", "Budi Fiksi", BUDI, None), (SITI, "Siti", SITI, "blocked: yes")]


def test_the_encrypted_database_of_a_phone_is_named() -> None:
    item = item_from_bytes("/data/data/org.thoughtcrime.securesms/databases/signal.db", bytes(range(256)) * 32)
    assert SignalAndroid().wants(item)
    with pytest.raises(Encrypted, match="keystore"):
        list(SignalAndroid().extract(item))


@pytest.mark.parametrize("version", [0, 1])
def test_a_backup_is_the_database_and_its_attachments(tmp_path: Path, version: int) -> None:
    data = signal.backup(version)
    assert is_container(identify("signal-2026-01-01-00-00-00.backup", data[: 1 << 16]).mime)
    layer = SignalBackup(io.BytesIO(data), Limits(), tmp_path / "scratch", f"lain\n{signal.PASSPHRASE}")
    entries = [each for each in layer.children(Locator((Step("folder", "s.backup"),)), None) if each.kind is Kind.FILE]
    assert [(each.name, each.size) for each in entries] == [
        ("signal.db", entries[0].size),
        ("1_99", len(signal.PICTURE)),
    ]
    database, picture = (layer.open(each.locator.steps[-1]).read() for each in entries)
    assert picture == signal.PICTURE
    records = list(SignalAndroid().extract(item_from_bytes("/x/signal.db", database)))
    assert records == list(android(tmp_path).values())


def test_statements_that_do_more_than_fill_tables_are_not_run(tmp_path: Path) -> None:
    victim = tmp_path / "victim.db"
    evil = tuple(
        field(2, field(1, sql))
        for sql in (
            f"ATTACH '{victim}' AS v", "PRAGMA journal_mode=WAL", "CREATE TRIGGER t AFTER INSERT ON message BEGIN DELETE FROM message; END",
            "INSERT INTO message SELECT 'no values', 1 / 0", "DROP TABLE message", f"VACUUM INTO '{victim}'", "INSERT INTO nowhere VALUES (1)",
        )
    )  # fmt: skip
    layer = SignalBackup(io.BytesIO(signal.backup(1, evil)), Limits(), tmp_path, signal.PASSPHRASE)
    database = layer.open(Step("signal", "signal.db", 0)).read()
    assert len(list(SignalAndroid().extract(item_from_bytes("/x/signal.db", database)))) == len(android(tmp_path))
    assert not victim.exists()


@pytest.mark.parametrize("password", [None, "kata sandi", "00000 00000 00000 00000 00000 00000"])
def test_without_the_right_passphrase_it_is_encrypted(tmp_path: Path, password: str | None) -> None:
    with pytest.raises(Encrypted):
        SignalBackup(io.BytesIO(signal.backup()), Limits(), tmp_path, password)


def test_a_backup_that_breaks_off_keeps_what_came_before(tmp_path: Path) -> None:
    data = signal.backup()
    for size, kind in ((len(data) - 30, "truncated"), (len(data) // 2, "malformed")):
        layer = SignalBackup(io.BytesIO(data[:size]), Limits(), tmp_path, signal.PASSPHRASE)
        found = list(layer.children(Locator((Step("folder", "s.backup"),)), None))
        assert isinstance(found[0], Entry)
        assert [each.kind for each in found if isinstance(each, Problem)] in ([kind], ["truncated"], ["malformed"])


def desktop(data: bytes, config: object | None = None) -> list[object]:
    files = {DESKTOP: data} | (
        {} if config is None else {"/Users/x/AppData/Roaming/Signal/config.json": json.dumps(config).encode()}
    )
    evidence = _Listed(files)
    entry = Entry(Locator((Step("memory", DESKTOP),)), "db.sqlite", Kind.FILE, size=len(data), path=DESKTOP)
    return list(SignalDesktop().extract(read_once(entry, evidence, scratch=_scratch(), limits=Limits())))


class _Listed(BytesEvidence):
    def children(self, entry: Entry):
        return iter(
            [Entry(Locator((Step("memory", path),)), Path(path).name, Kind.FILE, path=path) for path in self.files]
        )


def _scratch() -> Path:
    from making import items

    return items._scratch()


def test_desktop_plain_and_encrypted_alike(tmp_path: Path) -> None:
    plain = desktop(signal.make_signal_desktop(tmp_path / "plain.db").read_bytes())
    hidden = desktop(signal.make_encrypted_desktop(tmp_path / "hidden.db").read_bytes(), {"key": signal.KEY})
    assert plain == hidden
    found = {each.where: each for each in plain}
    first, answer, photo, gone, other = (found[f"messages.rowid={number}"] for number in range(1, 6))
    assert (first.account, first.sender, first.sender_name, first.thread_name) == (
        "+620000000009",
        BUDI,
        "Budi Fiksi",
        "Budi Fiksi",
    )
    assert (answer.direction, answer.recipients, answer.quoted, answer.quoted_body) == ("out", BUDI, str(START), "Halo")
    assert answer.expires_at.ns == (START + 61_000) * 1_000_000
    assert (photo.thread, photo.sender, photo.kind, photo.attachment, photo.view_once) == (
        "grup=",
        SITI,
        "image",
        "ab/abcd",
        True,
    )
    assert found["messages.rowid=3 attachment 2"].attachment == "cd/ef"
    assert (gone.deleted, gone.thread, gone.sender) == ("revoked", "c9", "svc-lain")
    assert (other.kind, other.direction, other.sent_at) == ("call-history", "unknown", None)
    reaction = found["messages.rowid=2 reaction 0"]
    assert (reaction.body, reaction.sender, reaction.quoted) == ("👍", BUDI, str(START + 1000))
    (call,) = [each for each in plain if isinstance(each, Call)]
    assert (call.party, call.direction, call.kind, call.outcome) == (BUDI, "in", "video", "missed")
    assert len([each for each in plain if isinstance(each, Contact)]) == 2
    assert len([each for each in plain if isinstance(each, Message)]) == 7


@pytest.mark.parametrize(
    ("config", "family", "words"),
    [
        (None, Encrypted, "config.json is not"),
        ({"encryptedKey": "00", "safeStorageBackend": "kwallet5"}, Encrypted, "kwallet5"),
        ({}, Encrypted, "no key"),
        ({"key": "a5" * 32}, Malformed, "encrypted"),
    ],
)
def test_desktop_without_the_right_key(tmp_path: Path, config: object, family: type[Exception], words: str) -> None:
    with pytest.raises(family, match=words):
        desktop(signal.make_encrypted_desktop(tmp_path / "hidden.db").read_bytes(), config)

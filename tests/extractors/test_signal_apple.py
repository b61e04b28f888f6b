"""Signal on iOS: every kind of row, and the store opened by a keychain in the evidence, or named as encrypted."""

import pytest
from making import signal_apple
from making.databases import BUDI, SITI, START
from making.items import BytesEvidence

from triage.content import read_once
from triage.errors import Encrypted
from triage.extractors.signal_apple import SignalApple
from triage.formats.keychain import secret
from triage.model import Call, Contact, Entry, Kind, Locator, Message, Step
from triage.settings import Limits

PATH = "/private/var/mobile/Containers/Shared/AppGroup/X/grdb/signal.sqlite"


class Listed(BytesEvidence):
    """Evidence whose root lists all files at once, as an archive does."""

    def children(self, entry):
        for path in self.files if not entry.locator.steps else ():
            yield Entry(Locator((Step("memory", path),)), path.rsplit("/", 1)[-1], Kind.FILE, path=path)


def extracted(tmp_path, data, **files):
    evidence = Listed({PATH: data} | {f"/{name.replace('__', '.')}": content for name, content in files.items()})
    entry = Entry(Locator((Step("memory", PATH),)), "signal.sqlite", Kind.FILE, size=len(data), path=PATH)
    item = read_once(entry, evidence, scratch=tmp_path, limits=Limits())
    assert SignalApple().wants(item)
    return list(SignalApple().extract(item))


@pytest.fixture
def plain(tmp_path):
    data = signal_apple.make_signal_apple(tmp_path / "signal.sqlite").read_bytes()
    return {each.where: each for each in extracted(tmp_path, data)}


def said(found, number):
    return found[f"model_TSInteraction.id={number}"]


def test_messages(plain):
    first, answer, photo, gone = (said(plain, number) for number in range(1, 5))
    assert (first.account, first.thread, first.thread_name, first.sender, first.sender_name, first.direction, first.body) == (
        signal_apple.OWN, BUDI, "Budi Fiksi", BUDI, "Budi Fiksi", "in", "Halo")  # fmt: skip
    assert (first.sent_at.ns, first.received_at.ns, first.identifier) == (
        START * 10**6,
        (START + 500) * 10**6,
        str(START),
    )
    assert (answer.direction, answer.sender, answer.recipients, answer.quoted, answer.quoted_body) == (
        "out", signal_apple.OWN, BUDI, str(START), "Halo")  # fmt: skip
    assert answer.expires_at.ns == (START + 62_000) * 10**6
    assert (photo.thread, photo.thread_name, photo.kind, photo.attachment, photo.view_once) == (
        "T2",
        "Arisan",
        "image",
        "/x/a.jpg",
        True,
    )
    more = plain["model_TSInteraction.id=3 attachment 2"]
    assert (more.kind, more.attachment, more.attachment_size, more.body) == ("document", "aa/bb.pdf", 22, None)
    assert (gone.deleted, gone.body) == ("revoked", None)


def test_other_rows_say_their_number(plain):
    assert (said(plain, 5).kind, said(plain, 5).direction) == ("call", "unknown")
    assert (said(plain, 6).kind, said(plain, 6).raw_kind, said(plain, 6).thread) == ("system", "recordType 10", "T9")


def test_reactions_calls_people(plain):
    reaction = plain["model_OWSReaction.id=1"]
    assert (reaction.kind, reaction.body, reaction.sender, reaction.direction, reaction.quoted) == (
        "reaction", "👍", SITI, "in", str(START))  # fmt: skip
    (call,) = [each for each in plain.values() if isinstance(each, Call)]
    assert (call.party, call.direction, call.kind, call.raw_kind, call.identifier) == (
        BUDI,
        "in",
        "video",
        "type 1 status 3",
        "4711",
    )
    people = [(each.identifier, each.name, each.phone) for each in plain.values() if isinstance(each, Contact)]
    assert people == [("uuid-budi", "Budi Fiksi", BUDI), (SITI, None, SITI)]


@pytest.mark.parametrize("files", [{"keychain__plist": signal_apple.keychain_plist()}, {"keychain__json": signal_apple.keychain_json()},
    {"extra/KeychainDump/backup_keychain_v2__plist": signal_apple.keychain_plist()}], ids=["plist", "json", "folder"])  # fmt: skip
def test_a_keychain_in_the_evidence_opens_it(tmp_path, plain, files):
    data = signal_apple.make_encrypted(tmp_path / "closed.sqlite").read_bytes()
    assert data[:15] == b"SQLite format 3"
    found = extracted(tmp_path, data, **files)
    assert {each.where: each for each in found} == plain
    assert sum(isinstance(each, Message) for each in found) == 8


@pytest.mark.parametrize(
    "files", [{}, {"keychain__plist": b"rubbish"}, {"keychain__json": b"[" * 100_000}], ids=["none", "rubbish", "deep"]
)
def test_without_it_the_store_is_named(tmp_path, files):
    data = signal_apple.make_encrypted(tmp_path / "closed.sqlite").read_bytes()
    with pytest.raises(Encrypted, match="GRDBDatabaseCipherKeySpec"):
        extracted(tmp_path, data, **files)


def test_a_key_of_another_length_is_none():
    assert secret({"k": signal_apple.keychain_plist(bytes(range(32)))}, "GRDBDatabaseCipherKeySpec", 48) is None

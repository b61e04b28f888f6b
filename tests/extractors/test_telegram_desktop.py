"""Telegram Desktop's accounts: without and with a passcode, of both widths, and what is missing or damaged."""

import pytest
from making import tdata
from making.items import BytesEvidence, item_from_bytes

from triage.content import read_once
from triage.errors import Encrypted, EvidenceError
from triage.evidence.ciphers import ige_deciphered
from triage.extractors.telegram_desktop import TelegramDesktop
from triage.model import Account, Entry, Kind, Locator, Opened, Problem, Step
from triage.settings import Limits

FOLDER = "/Users/x/AppData/Roaming/Telegram Desktop/tdata"


class ListedEvidence(BytesEvidence):
    """Files in memory that can be listed, all at once."""

    def children(self, entry):
        return iter(
            [
                Entry(Locator((Step("memory", path),)), path.rpartition("/")[2], Kind.FILE, path=path)
                for path in self.files
            ]
        )


def read(files, *given):
    """What the folder gives, and how it was opened."""
    path = f"{FOLDER}/key_datas"
    evidence = ListedEvidence({f"{FOLDER}/{name}": data for name, data in files.items()})
    entry = Entry(Locator((Step("memory", path),)), "key_datas", Kind.FILE, size=len(files["key_datas"]), path=path)
    item = read_once(entry, evidence, scratch=item_from_bytes("x", b"").scratch, limits=Limits())
    item.secrets = given
    assert TelegramDesktop().wants(item)
    return list(TelegramDesktop().extract(item)), item.opened


def test_the_cipher_is_the_published_one():
    """The first vector of OpenSSL's test of this mode."""
    enciphered = bytes.fromhex("1a8519a6557be652e9da8e43da4ef4453cf456b4ca488aa383c79c98b34797cb")
    assert ige_deciphered(bytes(range(16)), bytes(range(32)), enciphered) == bytes(32)


@pytest.mark.parametrize("passcode", ["", "kata sandi"])
def test_accounts(passcode):
    found, opened = read(tdata.folder(passcode), *(["salah", passcode] if passcode else []))
    assert [(each.identifier, each.where) for each in found] == [("1234567", "account 1"), ("6000000001", "account 2")]
    assert opened == (Opened("Telegram Desktop", 2) if passcode else None)


def test_a_passcode_that_is_missing_or_wrong_is_said():
    with pytest.raises(Encrypted, match="give its key with --password"):
        read(tdata.folder("kata sandi"))
    with pytest.raises(Encrypted, match="none of the 2 keys"):
        read(tdata.folder("kata sandi"), "salah", "juga salah")


def test_what_is_missing_or_damaged_costs_one_account():
    files = tdata.folder()
    del files[tdata.FILES[0]]
    files[tdata.FILES[1]] = files[tdata.FILES[1]][:-20] + bytes(20)
    found, _ = read(files)
    first, problem, second = found
    assert (first.identifier, second.identifier, second.where) == (None, None, "account 2")
    assert (problem.kind, problem.message[:9]) == ("malformed", "account 2")


def test_any_damage_is_an_error_of_the_evidence_or_a_problem():
    files = tdata.folder()
    for name in files:
        for at in range(0, len(files[name]), 7):
            damaged = bytearray(files[name])
            damaged[at] ^= 0x55
            for data in (bytes(damaged), files[name][:at]):
                if name == "key_datas" and not data.startswith(b"TDF$"):
                    continue
                try:
                    found, _ = read(files | {name: data})
                except EvidenceError:
                    continue
                assert all(isinstance(each, Account | Problem) for each in found)

"""Sealed lists: found with the passphrase, opaque without it, refused when changed."""

import hashlib
import json

import numpy as np
import pytest

from triage.errors import UserError
from triage.hashing import vault
from triage.hashing.importer import Wish, import_list
from triage.hashing.lists import HashList, open_lists
from triage.hashing.storage import BLOCK, Storage
from triage.hashing.vault import unlock
from triage.model import Digests

PASSPHRASE = "kata sandi yang panjang"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch):
    monkeypatch.setattr(vault, "COST", 1 << 4)


def digests(content):
    return Digests(*(hashlib.new(name, content).digest() for name in ("md5", "sha1", "sha256")), len(content))


ITEMS = [digests(str(number).encode()) for number in range(3000)]


def imported(home, *, key, name="rahasia", **more):
    source = home / "source.csv"
    rows = "".join(f"{item.md5.hex()},{item.sha1.hex()},foto {number}.jpg\n" for number, item in enumerate(ITEMS))
    source.write_text("md5,sha1,name\n" + rows)
    return import_list(source, Wish(name, "notable", vault=key, **more), home=home, actor="Penyidik Wira")


def folder(home, name="rahasia"):
    return next((home / "lists" / name).glob("tables-*"))


def test_found_with_the_passphrase_and_nothing_to_read_without(tmp_path):
    key = unlock(PASSPHRASE, tmp_path)
    receipt = imported(tmp_path, key=key)
    (tmp_path / "source.csv").unlink()
    assert receipt.sealed
    stored = b"".join(path.read_bytes() for path in folder(tmp_path).iterdir())
    for item in ITEMS[:200]:
        assert item.md5 not in stored
        assert item.sha1[:8] not in stored
    assert b"foto" not in stored
    opened = open_lists(["rahasia"], tmp_path, unlock(PASSPHRASE, tmp_path))
    for number, item in enumerate(ITEMS[::97]):
        (hit,) = opened.match(item)
        assert f"as 'foto {97 * number}.jpg'" in hit.explanation
    assert opened.match(digests(b"other")) == ()
    with pytest.raises(UserError, match="is sealed; give the passphrase"):
        open_lists(["rahasia"], tmp_path)
    with pytest.raises(UserError, match="not the passphrase"):
        unlock("another passphrase", tmp_path)


def test_the_same_list_has_the_same_digest_sealed_or_not(tmp_path):
    key = unlock(PASSPHRASE, tmp_path)
    plain, sealed = imported(tmp_path, key=None, name="daftar"), imported(tmp_path, key=key, name="rahasia")
    for name in ("daftar", "rahasia"):
        assert HashList.open(name, tmp_path, key).verify()
    headers = [HashList.open(name, tmp_path, key).info for name in ("daftar", "rahasia")]
    assert headers[0].files == headers[1].files
    assert plain.counts == sealed.counts
    again = imported(tmp_path, key=key, name="daftar")
    assert again.digest == plain.digest


def test_many_at_once(tmp_path):
    key = unlock(PASSPHRASE, tmp_path)
    imported(tmp_path, key=key)
    table = HashList.open("rahasia", tmp_path, key).tables[0]
    for column in ("sha1", "md5"):
        values = np.frombuffer(b"".join(getattr(item, column) for item in ITEMS), np.uint8).reshape(len(ITEMS), -1)
        rows = table.find_many(column, values)
        assert [table.value(row, column) for row in rows[:50].tolist()] == [each.tobytes() for each in values[:50]]
        assert (rows >= 0).all()
        assert (table.find_many(column, 255 - values) == -1).all()


def test_a_changed_byte_is_refused(tmp_path):
    key = unlock(PASSPHRASE, tmp_path)
    imported(tmp_path, key=key)
    path = folder(tmp_path) / "sha1-md5-facts.table"
    whole = path.read_bytes()
    for place in (0, 5000, len(whole) - 1):
        path.write_bytes(whole[:place] + bytes((whole[place] ^ 1,)) + whole[place + 1 :])
        with pytest.raises(UserError, match="is damaged"):
            HashList.open("rahasia", tmp_path, key).verify()
        opened = HashList.open("rahasia", tmp_path, key)
        with pytest.raises(UserError, match="is damaged"):
            [opened.matches(item) for item in ITEMS]
    blocks = [whole[start : start + BLOCK + 16] for start in range(0, len(whole), BLOCK + 16)]
    path.write_bytes(b"".join([blocks[1], blocks[0], *blocks[2:]]))  # whole blocks, each authentic, in another order
    with pytest.raises(UserError, match="is damaged"):
        HashList.open("rahasia", tmp_path, key).verify()


def test_a_list_of_another_vault(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    for home in (one, two):
        home.mkdir()
    imported(one, key=unlock(PASSPHRASE, one))
    (one / "lists").rename(two / "lists")
    with pytest.raises(UserError, match="does not belong to this passphrase"):
        open_lists(["rahasia"], two, unlock(PASSPHRASE, two))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"cost": 16}',
        '{"cost": 3, "salt": "00", "wrapped": "00"}',
        '{"cost": 16, "salt": "00", "wrapped": "00"}',
    ],
)
def test_a_damaged_vault(tmp_path, content):
    (tmp_path / "vault.json").write_text(content)
    with pytest.raises(UserError):
        unlock(PASSPHRASE, tmp_path)


def test_a_short_passphrase(tmp_path):
    with pytest.raises(UserError, match="at least 8 characters"):
        unlock("short", tmp_path)
    assert not (tmp_path / "vault.json").exists()


def test_adding_keeps_the_seal(tmp_path):
    key = unlock(PASSPHRASE, tmp_path)
    imported(tmp_path, key=key)
    with pytest.raises(UserError, match="add to it in the same way"):
        imported(tmp_path, key=None, add=True)
    assert imported(tmp_path, key=key, add=True).taken == 0
    record = json.loads((tmp_path / "lists" / "rahasia" / "list.json").read_text())
    assert len(record["sources"]) == 2


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK])
def test_any_range_of_a_sealed_file(tmp_path, size):
    storage, content = Storage(tmp_path, bytes(32)), bytes(n * n % 251 for n in range(size))
    writer = storage.create("x")
    for start in range(0, size, 1000):
        writer.write(content[start : start + 1000])
    writer.close()
    reader = storage.open("x")
    assert (reader.size, storage.size("x")) == (size, size)
    assert reader.array().tobytes() == content
    for start, stop in ((0, size), (size // 3, size // 2), (BLOCK - 2, BLOCK + 2), (size, size)):
        assert reader.read(start, stop) == content[start:stop]
    assert b"".join(storage.blocks("x")) == content

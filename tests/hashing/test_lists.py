"""Looking up: what counts as a match, what a hit says, and that damage is seen."""

import hashlib
import json
import tracemalloc

import numpy as np
import pytest
from corpus import corpus_file

from triage.errors import UserError
from triage.hashing.importer import Wish, import_list
from triage.hashing.lists import HashList, open_lists
from triage.model import Digests, Hit


def digests(content):
    return Digests(*(hashlib.new(name, content).digest() for name in ("md5", "sha1", "sha256")), len(content))


def imported(home, content, *, name="daftar", kind="notable"):
    source = home / f"{name}.txt"
    source.write_bytes(content.encode())
    return import_list(source, Wish(name, kind), home=home, actor="Penyidik Wira")


def matched(home, item, *names):
    lists = open_lists(names or ["daftar"], home)
    hits = lists.match(item)
    lists.close()
    return hits


ITEM = digests(b"sigap")
MD5, SHA1, SHA256 = ITEM.md5.hex(), ITEM.sha1.hex(), ITEM.sha256.hex()
OTHER = digests(b"other")


def test_a_hit_says_what_matched(tmp_path):
    receipt = imported(tmp_path, f"category,name,md5\n2,foto.jpg,{MD5}\n")
    assert matched(tmp_path, ITEM) == (
        Hit(
            list="daftar",
            list_version=receipt.digest[:12],
            list_kind="notable",
            how="exact",
            value=f"md5:{MD5}",
            category="2",
            explanation="The MD5 of the content is on the notable list 'daftar', as 'foto.jpg'.",
            code="2",
            details='{"category":"2"}',
        ),
    )
    assert matched(tmp_path, OTHER) == ()


def test_the_strongest_algorithm_decides(tmp_path):
    imported(tmp_path, f"md5,sha1,sha256\n{MD5},{SHA1},{SHA256}\n")
    opened = HashList.open("daftar", tmp_path)
    assert opened.find(ITEM) == ("sha256", SHA256)
    assert opened.matches(ITEM)[0].contradicted == ()


@pytest.mark.parametrize("header", ["md5,sha256", "md5,sha1"])
def test_a_made_collision_is_never_known_and_notable_with_a_warning(tmp_path, header):
    """Same MD5 as a row, another stronger digest than that row states."""
    stronger = OTHER.sha256.hex() if "256" in header else OTHER.sha1.hex()
    content = f"{header}\n{MD5},{stronger}\n"
    imported(tmp_path, content, kind="known", name="known")
    imported(tmp_path, content, kind="notable", name="notable")
    (hit,) = matched(tmp_path, ITEM, "known", "notable")
    assert (hit.list, hit.value) == ("notable", f"md5:{MD5}")
    assert f"states another SHA-{'256' if '256' in header else '1'} for it" in hit.explanation


def test_a_row_of_the_weaker_digest_alone_is_no_contradiction(tmp_path):
    imported(tmp_path, f"md5,sha256\n{MD5},{OTHER.sha256.hex()}\n{MD5},\n", kind="known")
    assert HashList.open("daftar", tmp_path).find(ITEM) == ("md5", MD5)


@pytest.mark.parametrize(("first", "second"), [("md5-1.pdf", "md5-2.pdf"), ("md5-1.jpg", "md5-2.jpg")])
def test_collisions_of_the_corpus(tmp_path, first, second):
    one, two = (digests(corpus_file("hashes", "collisions", name).read_bytes()) for name in (first, second))
    assert one.md5 == two.md5
    imported(tmp_path, f"md5,sha256\n{one.md5.hex()},{one.sha256.hex()}\n", kind="known")
    opened = HashList.open("daftar", tmp_path)
    assert opened.find(one) == ("sha256", one.sha256.hex())
    assert opened.find(two) is None
    imported(tmp_path, one.sha256.hex())
    assert HashList.open("daftar", tmp_path).find(two) is None


def test_an_empty_file_may_be_known_and_is_never_notable(tmp_path):
    empty = digests(b"")
    row = f"{empty.md5.hex()}\n{MD5}\n"
    imported(tmp_path, row, kind="known", name="known")
    imported(tmp_path, row, kind="notable", name="notable")
    assert [hit.list for hit in matched(tmp_path, empty, "known", "notable")] == ["known"]
    record = tmp_path / "lists" / "known" / "list.json"  # a notable list that came from elsewhere with such a row
    record.write_text(record.read_text().replace('"kind":"known"', '"kind":"notable"'))
    assert matched(tmp_path, empty, "known") == ()


def test_one_hit_for_each_list_by_name(tmp_path):
    for name in ("c", "a", "b"):
        imported(tmp_path, f"{MD5}  {name}.jpg", name=name)
    lists = open_lists(["c", "a", "b", "a"], tmp_path)
    assert [info.name for info in lists.infos] == ["a", "b", "c"]
    assert [hit.list for hit in lists.match(ITEM)] == ["a", "b", "c"]


def test_the_first_of_equal_rows_gives_the_label(tmp_path):
    imported(tmp_path, f"{MD5}  satu.jpg\n{MD5}  dua.jpg\n")
    assert HashList.open("daftar", tmp_path).matches(ITEM)[0].name == "satu.jpg"


def test_names_from_a_list_cannot_disturb_the_text(tmp_path):
    imported(tmp_path, f"\\{MD5}  a\\nb\N{RIGHT-TO-LEFT OVERRIDE}c\x1b[31m.jpg\n")
    (hit,) = matched(tmp_path, ITEM)
    assert hit.explanation.isprintable()
    assert "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c" in hit.explanation


def test_labels_of_many_rows(tmp_path):
    contents = [str(number).encode() for number in range(6000)]  # more than are remembered while importing
    rows = "".join(f"{digests(each).md5.hex()},file {each.decode()}.jpg,{int(each) % 3}\n" for each in contents)
    imported(tmp_path, "md5,filename,category\n" + rows)
    opened = HashList.open("daftar", tmp_path)
    for each in contents[::7]:
        (match,) = opened.matches(digests(each))
        assert (match.name, match.detail.category) == (f"file {each.decode()}.jpg", str(int(each) % 3))


def test_categories_are_kept_once(tmp_path):
    rows = "".join(f"{digests(str(each).encode()).md5.hex()},{each % 2}\n" for each in range(1000))
    imported(tmp_path, "md5,category\n" + rows)
    folder = next((tmp_path / "lists" / "daftar").glob("tables-*"))
    assert (folder / "details.text").read_bytes() == b'\0{"category":"0"}\0{"category":"1"}\0'


def test_opening_loads_nothing(tmp_path):
    imported(tmp_path, "\n".join(hashlib.md5(str(each).encode()).hexdigest() for each in range(100_000)), kind="known")
    tracemalloc.start()
    opened = HashList.open("daftar", tmp_path)
    opened.find(ITEM)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200_000  # the table has 1,600,000 bytes


def test_the_digest_as_described(tmp_path):
    """SHA-256 over the canonical header and the files in order of name, made here from the description alone."""
    receipt = imported(tmp_path, f"md5,sha1,name\n{MD5},{SHA1},a\n")
    folder = tmp_path / "lists" / "daftar"
    record = json.loads((folder / "list.json").read_bytes())
    names = ("counts", "files", "format", "kind", "meaning", "name", "sources", "tables", "version")
    header = json.dumps(
        {name: record[name] for name in names}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    content = b"".join(path.read_bytes() for path in sorted((folder / record["folder"]).iterdir()))
    assert receipt.digest == record["digest"] == hashlib.sha256(header.encode() + content).hexdigest()
    assert sorted(record["files"]) == [
        "names.text",
        "sha1-md5-facts.by-md5",
        "sha1-md5-facts.by-md5.fan",
        "sha1-md5-facts.fan",
        "sha1-md5-facts.table",
    ]


def test_every_changed_byte_of_the_tables_is_found(tmp_path):
    imported(tmp_path, f"md5,sha1,name\n{MD5},{SHA1},a\n{OTHER.md5.hex()},,b\n")
    opened = HashList.open("daftar", tmp_path)
    assert opened.verify()
    for path in (tmp_path / "lists" / "daftar").glob("tables-*/*"):
        whole = path.read_bytes()
        for index in range(len(whole)):
            path.write_bytes(whole[:index] + bytes((whole[index] ^ 0x10,)) + whole[index + 1 :])
            assert not opened.verify(), (path.name, index)
            damaged = HashList.open("daftar", tmp_path)  # seen by verify alone: a look-up answers or finds nothing
            damaged.matches(ITEM)
            damaged.matches(OTHER)
            damaged.tables[0].find_many(
                damaged.tables[0].looked_up[-1], np.frombuffer(ITEM.md5, np.uint8).reshape(1, 16)
            )
        path.write_bytes(whole)
    assert opened.verify()


def test_a_missing_list(tmp_path):
    with pytest.raises(UserError, match="there is no hash list 'daftar'; import it first"):
        open_lists(["daftar"], tmp_path)
    with pytest.raises(UserError, match="no name for a list"):
        open_lists(["../daftar"], tmp_path)


@pytest.mark.parametrize("change", ["longer", "shorter", "empty", "gone"])
def test_tables_of_another_size(tmp_path, change):
    imported(tmp_path, MD5, kind="known")
    path = next((tmp_path / "lists" / "daftar").glob("tables-*/md5.table"))
    if change == "gone":
        path.unlink()
    else:
        path.write_bytes({"longer": bytes(17), "shorter": bytes(15), "empty": b""}[change])
    with pytest.raises(UserError, match=r"^hash list 'daftar' is damaged: md5\.table .*import it again$"):
        open_lists(["daftar"], tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"folder": "../../elsewhere"},
        {"folder": 1},
        {"kind": "other"},
        {"format": 1},
        {"tables": []},
        {"tables": [{"columns": ["md5"], "facts": True, "rows": 2}]},
        {"tables": [{"columns": ["crc32"], "facts": True, "rows": 1}]},
        {"meaning": {"scheme": "x"}},
        {"name": "other"},
        {"counts": {"md5": 2}},
        {"counts": {"md5": -1}},
        {"counts": {}},
        {"counts": {"crc32": 1}},
        {"counts": []},
        {"files": {"md5-facts.table": 32}},
        {"files": {"../md5-facts.table": 40, "md5-facts.table": 40, "md5-facts.fan": 8}},
        {"files": {}},
        {"unknown": 1},
        {"digest": None},
    ],
)
def test_a_damaged_record(tmp_path, change):
    imported(tmp_path, MD5)
    path = tmp_path / "lists" / "daftar" / "list.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(UserError, match="'daftar' is damaged"):
        open_lists(["daftar"], tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"name":"daftar"}'])
def test_a_record_that_is_none(tmp_path, content):
    imported(tmp_path, MD5)
    (tmp_path / "lists" / "daftar" / "list.json").write_bytes(content)
    with pytest.raises(UserError, match="'daftar' is damaged"):
        open_lists(["daftar"], tmp_path)
    imported(tmp_path, MD5)
    assert HashList.open("daftar", tmp_path).find(ITEM) == ("md5", MD5)

"""EnCase, hfind, zip, gzip, a folder of files; lines of one pattern against the parser that reads them one by one."""

import gzip
import hashlib
import subprocess
import zipfile
from shutil import which

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.errors import UserError
from triage.hashing.importer import Wish, import_list, recognise
from triage.hashing.lists import HashList
from triage.hashing.shapes import DIGESTS
from triage.hashing.sources.packed import column_pattern, plain_pattern, take
from triage.hashing.sources.rows import Row, RowParser
from triage.model import Digests


def digests(content):
    return Digests(*(hashlib.new(name, content).digest() for name in ("md5", "sha1", "sha256")), len(content))


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


def imported(tmp_path, source, *, kind="notable"):
    return import_list(source, Wish("list", kind), home=tmp_path, actor="Penyidik Wira")


def encase(*contents, name="Satu"):
    head = bytearray(b"HASH\r\n\xff\x00" + bytes(1144))
    head[1032 : 1032 + 2 * len(name)] = name.encode("utf-16-le")
    return bytes(head) + b"".join(hashlib.md5(each).digest() + b"\0\0" for each in contents)


def test_encase(tmp_path):
    path = tmp_path / "x.hash"
    path.write_bytes(encase(b"a", b"b", b"a", b"") + b"rest")
    assert recognise(path).format == "EnCase hash file, 'Satu'"
    receipt = imported(tmp_path, path)
    assert (receipt.read, receipt.taken, receipt.duplicates, receipt.refused) == (5, 2, 1, 2)
    assert [refusal.line for refusal in receipt.refusals] == [4, 5]
    assert HashList.open("list", tmp_path).matches(digests(b"b"))


def test_encase_broken_off(tmp_path):
    path = tmp_path / "x.hash"
    path.write_bytes(encase()[:500])
    with pytest.raises(UserError, match="broken off"):
        imported(tmp_path, path)


def test_an_hfind_index(tmp_path):
    lines = sorted(f"{md5(str(n)).upper()}|{n * 40:016}" for n in range(50))
    path = tmp_path / "x-md5.idx"
    path.write_text("0" * 40 + "1|set name\n" + "0" * 40 + "0|md5sum\n" + "\n".join(lines) + "\n")
    assert recognise(path).format == "hfind index"
    receipt = imported(tmp_path, path)
    assert (receipt.taken, receipt.refused) == (50, 0)


@pytest.mark.skipif(which("hfind") is None, reason="hfind is not installed")
def test_an_index_that_hfind_made(tmp_path):
    source = tmp_path / "list.md5"
    source.write_text("".join(f"{md5(str(n))}  file {n}\n" for n in range(50)))
    subprocess.run(["hfind", "-i", "md5sum", str(source)], check=True, capture_output=True)
    assert imported(tmp_path, tmp_path / "list.md5-md5.idx").taken == 50


def test_packed_lists(tmp_path):
    text = "".join(f"{md5(str(n))}\n" for n in range(40)).encode()
    packed = tmp_path / "x.gz"
    packed.write_bytes(gzip.compress(text))
    assert imported(tmp_path, packed).taken == 40
    folder = tmp_path / "x.zip"
    with zipfile.ZipFile(folder, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readme.txt", "hello")
        archive.writestr("list.txt", text)
    receipt = imported(tmp_path, folder)
    assert (receipt.taken, receipt.sources[0].sha256) == (40, hashlib.sha256(folder.read_bytes()).hexdigest())
    folder.write_bytes(folder.read_bytes()[:-80])
    with pytest.raises(UserError, match="zip file that cannot be opened"):
        imported(tmp_path, folder)
    packed.write_bytes(packed.read_bytes()[:-20])
    with pytest.raises(UserError):
        imported(tmp_path, packed)


def test_a_folder_of_files(tmp_path):
    folder = tmp_path / "own"
    (folder / "sub").mkdir(parents=True)
    for name, content in (("a.jpg", b"a"), ("sub/b.jpg", b"b"), ("copy.jpg", b"a"), ("empty", b"")):
        (folder / name).write_bytes(content)
    (folder / "link").symlink_to(folder / "a.jpg")
    receipt = imported(tmp_path, folder)
    assert (receipt.read, receipt.taken, receipt.duplicates, receipt.refused) == (4, 2, 1, 1)
    (match,) = HashList.open("list", tmp_path).matches(digests(b"b"))
    assert (match.agreeing, match.name, match.size) == (("sha256", "sha1", "md5"), "sub/b.jpg", 1)
    listing = "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n"
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    )
    assert receipt.sources[0].sha256 == hashlib.sha256(listing.encode()).hexdigest()


def test_mixed_lengths_in_one_list(tmp_path):
    path = tmp_path / "x.txt"
    contents = [str(n).encode() for n in range(300)]
    names = ("md5", "sha1", "sha256", "sha512")
    path.write_text("".join(f"{hashlib.new(names[n % 4], each).hexdigest()}\n" for n, each in enumerate(contents)))
    receipt = imported(tmp_path, path)
    assert receipt.counts == {"md5": 75, "sha1": 75, "sha256": 75}
    assert receipt.refused == 75
    assert receipt.refusals[0].line == 4
    opened = HashList.open("list", tmp_path)
    for n, each in enumerate(contents):
        assert bool(opened.matches(digests(each))) == (n % 4 != 3)


LINES = st.one_of(
    st.binary(min_size=16, max_size=16).map(lambda each: each.hex().encode()),
    st.binary(min_size=16, max_size=16).map(lambda each: each.hex().upper().encode() + b"  a b.jpg"),
    st.binary(min_size=20, max_size=20).map(lambda each: each.hex().encode() + b" *x"),
    st.binary(min_size=16, max_size=16).map(lambda each: b"\\" + each.hex().encode() + b"  a\\nb"),
    st.sampled_from([b"", b"# remark", b"rubbish", b"0" * 31, b"g" * 32, b"0" * 33, b"0" * 32 + b"|12", b"\xff" * 40]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=60), st.sampled_from([b"\n", b"\r\n"]))
def test_many_at_once_is_what_one_by_one_gives(lines, end):
    block = end.join(lines) + end
    first = next((line for line in lines if plain_pattern(line + end)), None)
    pattern = plain_pattern(first + end) if first else None
    taken = take(block, pattern, names=True) if pattern else None
    if taken is None:
        return
    rows = {int(line): row.tobytes() for line, row in zip(taken.lines, taken.values, strict=True)}
    names = dict(zip(rows, taken.names, strict=True)) if taken.names else {}
    left = dict(taken.left)
    assert sorted([*rows, *left]) == list(range(len(lines)))
    for number, line in enumerate(lines):
        parser = RowParser()
        parser.started()
        row = parser.parse(line)
        if number in rows:
            assert isinstance(row, Row)
            assert dict(row.values) == {pattern.columns[0]: rows[number]}
            assert row.name == names.get(number, b"" if not names else None) or not pattern.named
        else:
            assert left[number].rstrip(b"\r") == line


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["md5,sha1", "sha1,md5", '"SHA-1","MD5"', "sha256,md5,sha1"]),
    st.lists(st.integers(0, 50), min_size=20, max_size=60),
    st.data(),
)
def test_tables_at_once_are_what_one_by_one_gives(header, numbers, data):
    names = header.lower().replace('"', "").replace("-", "").split(",")
    quote = '"' if '"' in header else ""
    lines = []
    for number in numbers:
        cells = [hashlib.new(name, str(number).encode()).hexdigest() for name in names]
        fault = data.draw(st.sampled_from(["", "", "", "", "short", "empty", "more", "bad"]))
        cells = {
            "short": cells[:1],
            "empty": ["", *cells[1:]],
            "more": [*cells, "x, y"],
            "bad": ["g" + cells[0][1:], *cells[1:]],
        }.get(fault, cells)
        lines.append(",".join(f"{quote}{cell}{quote}" for cell in cells).encode())
    parser = RowParser()
    parser.parse(header.encode())
    pattern = column_pattern(parser.columns, lines[0] + b"\n", digests_only=True)
    taken = take(b"\n".join(lines) + b"\n", pattern, names=False) if pattern else None
    if taken is None:
        return
    for line, values in zip(taken.lines.tolist(), taken.values, strict=True):
        row = parser.parse(lines[line])
        assert isinstance(row, Row)
        assert b"".join(row.values[each] for each in DIGESTS if each in row.values) == values.tobytes()

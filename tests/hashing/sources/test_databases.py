"""NSRL RDS 3 whole, full and as a delta, .kdb and IPED; and databases that are none of these. Counted by sqlite3 beside."""

import hashlib
import sqlite3

import pytest
from corpus import corpus_file

from triage.errors import UserError
from triage.hashing.importer import Wish, import_list, recognise
from triage.hashing.lists import HashList
from triage.hashing.sources import sql_delta
from triage.model import Digests

FILE = """CREATE TABLE {name} (sha256 VARCHAR NOT NULL, sha1 VARCHAR NOT NULL, md5 VARCHAR NOT NULL, crc32 VARCHAR NOT NULL,
    file_name VARCHAR NOT NULL, file_size INTEGER NOT NULL, package_id INTEGER NOT NULL)"""


def digests(content):
    return Digests(*(hashlib.new(name, content).digest() for name in ("md5", "sha1", "sha256")), len(content))


def row(content, package=1):
    found = digests(content)
    return (found.sha256.hex().upper(), found.sha1.hex().upper(), found.md5.hex().upper(), "00000000", "a", 1, package)


def database(path, *statements, rows=(), table="FILE"):
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.executemany(f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()
    return path


def imported(tmp_path, source, *, kind="known", name="rds", **more):
    return import_list(source, Wish(name, kind, **more), home=tmp_path, actor="Penyidik Wira")


def test_the_sample_equals_what_sqlite_counts(tmp_path):
    source = corpus_file("hashes", "derived_dev", "RDS_sample_modern_minimal.db")
    receipt = imported(tmp_path, source)
    connection = sqlite3.connect(f"file:{source}?immutable=1", uri=True)
    (rows,) = connection.execute("SELECT count(*) FROM FILE").fetchone()
    for column in ("md5", "sha1", "sha256"):
        (count,) = connection.execute(f"SELECT count(DISTINCT {column}) FROM FILE").fetchone()
        assert receipt.counts[column] == count
    assert (receipt.read, receipt.taken + receipt.duplicates, receipt.refused) == (rows, rows, 0)


@pytest.mark.parametrize("together", [1, 3, 20_000])
def test_repeats_gaps_and_rows_that_are_none(tmp_path, monkeypatch, together):
    from triage.hashing.sources import database as module

    monkeypatch.setattr(module, "TOGETHER", together)
    rows = [
        row(b"a"),
        row(b"a", 2),
        row(b"b"),
        ("X" * 64, *row(b"c")[1:]),
        (*row(b"d")[:2], "", *row(b"d")[3:]),
        row(b"e"),
    ]
    rows[5:5] = [(row(b"f")[0] + "A", row(b"f")[1][:-1], *row(b"f")[2:])]  # as long as a whole one
    source = database(tmp_path / "x.db", FILE.format(name="FILE"), rows=rows)
    connection = sqlite3.connect(source)
    connection.execute("UPDATE FILE SET rowid = rowid + 1000000 WHERE rowid > 5")
    connection.commit()
    connection.close()
    receipt = imported(tmp_path, source)
    assert (receipt.read, receipt.taken, receipt.duplicates, receipt.refused) == (7, 3, 1, 3)
    assert {refusal.line for refusal in receipt.refusals} >= {4, 5}
    assert HashList.open("rds", tmp_path).matches(digests(b"e"))


def test_the_full_edition_is_read_behind_its_view(tmp_path):
    view = "CREATE VIEW FILE AS SELECT sha256, sha1, md5, crc32, file_name, file_size, package_id FROM METADATA"
    source = database(tmp_path / "x.db", FILE.format(name="METADATA"), view, rows=[row(b"a")], table="METADATA")
    assert recognise(source).format == "NSRL RDS 3, full"
    assert imported(tmp_path, source).taken == 1


def test_a_view_alone_is_read_too(tmp_path):
    view = "CREATE VIEW FILE AS SELECT * FROM other"
    source = database(tmp_path / "x.db", FILE.format(name="other"), view, rows=[row(b"a"), row(b"b")], table="other")
    assert imported(tmp_path, source).taken == 2


def test_rds_is_never_notable(tmp_path):
    source = database(tmp_path / "x.db", FILE.format(name="FILE"), rows=[row(b"a")])
    with pytest.raises(UserError, match="not as notable: it is a set of known files"):
        imported(tmp_path, source, kind="notable")


def test_an_autopsy_database(tmp_path):
    source = tmp_path / "list.kdb"
    connection = sqlite3.connect(source)
    connection.executescript("""CREATE TABLE db_properties (name TEXT NOT NULL, value TEXT);
        CREATE TABLE hashes (id INTEGER PRIMARY KEY AUTOINCREMENT, md5 BINARY(16) UNIQUE, sha1 BINARY(20), sha2_256 BINARY(32));
        CREATE TABLE file_names (name TEXT NOT NULL, hash_id INTEGER NOT NULL, PRIMARY KEY(name, hash_id));
        CREATE TABLE comments (comment TEXT NOT NULL, hash_id INTEGER NOT NULL, PRIMARY KEY(comment, hash_id));
        INSERT INTO file_names VALUES ('a.jpg', 1); INSERT INTO comments VALUES ('seen before', 1);""")
    one, two = digests(b"a"), digests(b"b")
    rows = [
        (1, one.md5, one.sha1, None),
        (2, two.md5, None, two.sha256),
        (3, b"short", None, None),
        (4, None, None, None),
    ]
    connection.executemany("INSERT INTO hashes VALUES (?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()
    receipt = imported(tmp_path, source, kind="notable")
    assert (receipt.taken, receipt.refused) == (2, 2)
    (match,) = HashList.open("rds", tmp_path).matches(one)
    assert (match.name, match.detail.comments, match.agreeing) == ("a.jpg", "seen before", ("sha1", "md5"))


def test_a_database_of_iped(tmp_path):
    source, one = tmp_path / "iped.db", digests(b"a")
    connection = sqlite3.connect(source)
    connection.executescript("""CREATE TABLE HASHES (HASH_ID INTEGER, MD5 BLOB, SHA1 BLOB, SHA256 BLOB, SHA512 BLOB, EDONKEY BLOB);
        CREATE TABLE PROPERTIES (PROPERTY_ID INTEGER, PROPERTY_NAME TEXT);
        CREATE TABLE HASHES_PROPERTIES (HASH_ID INTEGER, PROPERTY_ID INTEGER, VALUE TEXT);
        INSERT INTO PROPERTIES VALUES (1, 'status'); INSERT INTO HASHES_PROPERTIES VALUES (1, 1, 'alert');""")
    connection.execute("INSERT INTO HASHES VALUES (1, ?, ?, NULL, NULL, NULL)", (one.md5, one.sha1))
    connection.commit()
    connection.close()
    assert imported(tmp_path, source, kind="notable").taken == 1
    assert HashList.open("rds", tmp_path).matches(one)[0].detail.comments == "status=alert"


def test_a_database_that_is_no_list(tmp_path):
    source = database(tmp_path / "x.db", "CREATE TABLE message (body TEXT)", FILE.format(name="files"), table="files")
    with pytest.raises(UserError, match=r"neither NSRL RDS 3, nor \.kdb, nor IPED; its tables: FILES, MESSAGE"):
        recognise(source)


def test_a_damaged_database_changes_nothing(tmp_path):
    source = database(tmp_path / "x.db", FILE.format(name="FILE"), rows=[row(str(n).encode()) for n in range(2000)])
    first = imported(tmp_path, source)
    whole = source.read_bytes()
    for damaged in (
        whole[: len(whole) // 2],
        whole[:4096] + bytes(4096) + whole[8192:],
        whole[:100] + b"\xff" * 3996 + whole[4096:],
    ):
        source.write_bytes(damaged)
        with pytest.raises(UserError, match=r"damaged|neither NSRL"):
            imported(tmp_path, source)
    assert HashList.open("rds", tmp_path).info.digest == first.digest


DELTA = """BEGIN TRANSACTION;
-- a remark; with a semicolon
INSERT INTO FILE(sha256,sha1,md5,crc32,file_name,file_size,package_id) VALUES('{0[0]}','{0[1]}','{0[2]}','0','it''s; (a) file',1,2);
INSERT INTO FILE VALUES('{1[0]}','{1[1]}','{1[2]}','0','b',1,2),('{2[0]}','{2[1]}','{2[2]}','0','c',NULL,2);
INSERT INTO PKG VALUES(1,'name','1.0');
UPDATE FILE SET file_name='x' WHERE md5='0';
DELETE FROM FILE WHERE sha256='{0[0]}';
INSERT INTO FILE(sha256,sha1,md5) VALUES('zz','{1[1]}','{1[2]}');
COMMIT;
"""


@pytest.mark.parametrize("block", [7, 64, 1 << 20])
def test_a_delta_adds_to_the_list(tmp_path, monkeypatch, block):
    from triage.hashing.sources import lines

    monkeypatch.setattr(lines, "BLOCK", block)
    base = database(tmp_path / "x.db", FILE.format(name="FILE"), rows=[row(b"a"), row(b"z")])
    imported(tmp_path, base)
    delta = tmp_path / "delta.sql"
    delta.write_text(DELTA.format(row(b"a"), row(b"b"), row(b"c")))
    receipt = imported(tmp_path, delta, add=True)
    assert (receipt.read, receipt.taken, receipt.duplicates, receipt.refused) == (6, 2, 1, 3)
    assert [source.format for source in receipt.sources] == ["NSRL RDS 3, minimal", "NSRL RDS 3, delta"]
    assert sorted(refusal.reason for refusal in receipt.refusals) == [
        sql_delta.CHANGED,
        sql_delta.CHANGED,
        "its SHA256 is none",
    ]
    opened = HashList.open("rds", tmp_path)
    assert all(opened.matches(digests(each)) for each in (b"a", b"b", b"c", b"z"))


def test_a_delta_is_never_executed(tmp_path):
    delta = tmp_path / "delta.sql"
    delta.write_text(
        f"ATTACH DATABASE '{tmp_path}/made.db' AS x; CREATE TABLE x.y(z);"
        + DELTA.format(row(b"a"), row(b"b"), row(b"c"))
    )
    delta.write_text("BEGIN;" + delta.read_text())
    assert imported(tmp_path, delta).taken == 3
    assert not (tmp_path / "made.db").exists()

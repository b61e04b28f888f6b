"""The inventory of databases that nothing else reads, compared with the sqlite3 program over public samples."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from corpus import corpus_file
from making.databases import make_calllog, make_notes
from making.items import item_from_bytes

from triage.extractors import wanted_by
from triage.extractors.sqlite_inventory import DatabaseInventory
from triage.model import Problem, Table


def test_tables_rows_and_columns(tmp_path: Path) -> None:
    item = item_from_bytes("notes.db", make_notes(tmp_path / "n.db").read_bytes())
    assert [each.name for each in wanted_by(item)] == ["database-inventory"]
    found = {each.name: each for each in DatabaseInventory().extract(item)}
    assert found["note"] == Table(where="table note", name="note", rows=3, columns="id,body")
    assert found["empty"].rows == 0
    assert not {"all_notes", "search"} & set(found)


def test_it_gives_way_to_the_extractor_of_the_app(tmp_path: Path) -> None:
    item = item_from_bytes("calllog.db", make_calllog(tmp_path / "c.db").read_bytes())
    assert DatabaseInventory().wants(item)
    assert [each.name for each in wanted_by(item)] == ["android-calls"]


def test_public_samples_agree_with_sqlite3() -> None:
    """Every table with rows. Only virtual tables may be missing: they are not read on purpose."""
    truth = json.loads(corpus_file("truth", "sqlite", "dev.sqlite.json").read_text(encoding="utf-8"))
    compared = 0
    for source, row in truth.items():
        path = corpus_file("truth").parent.joinpath(*source.split("/"))
        if not path.exists():
            continue  # listed by the truth file, not in this corpus
        found = _counts(path)
        expected = {name: count for name, count in row["tables"].items() if isinstance(count, int)}
        missing = set(expected) - set(found)
        assert missing <= _virtual(path), source
        assert {name: found[name] for name in expected if name not in missing} == {
            name: count for name, count in expected.items() if name not in missing
        }, source
        compared += len(expected)
    assert compared > 250


def _counts(path: Path) -> dict[str, int | None]:
    suffixes = [suffix for suffix in ("-wal", "-journal") if Path(f"{path}{suffix}").exists()]
    companions = {suffix: Path(f"{path}{suffix}").read_bytes() for suffix in suffixes}
    found = list(DatabaseInventory().extract(item_from_bytes(path.name, path.read_bytes(), companions)))
    assert not [each for each in found if isinstance(each, Problem)], path
    assert {each.wal for each in found} <= {"-wal" in suffixes}
    return {each.name: each.rows for each in found}


def _virtual(path: Path) -> set[str]:
    database = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
    try:
        return {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'")}
    finally:
        database.close()


def test_a_truncated_database_gives_the_tables_that_are_left(tmp_path: Path) -> None:
    """Two tables of many pages each; the file is cut inside the second."""
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as database:
        for name in ("first", "second"):
            database.execute(f"CREATE TABLE {name} (body)")
            database.executemany(f"INSERT INTO {name} VALUES (?)", [("x" * 1000,) for _ in range(100)])
        database.commit()
    data = path.read_bytes()
    found = list(DatabaseInventory().extract(item_from_bytes("a.db", data[: len(data) * 3 // 4])))
    assert {each.name: each.rows for each in found if isinstance(each, Table)} == {"first": 100, "second": None}
    assert [each.kind for each in found if isinstance(each, Problem)] == ["truncated", "truncated"]


def test_anti_forensic_samples_are_read_or_told() -> None:
    """Numbers as the corpus' SQL scripts insert them; the last three files were cut or overwritten."""
    rows = {}
    for path in sorted(corpus_file("hostile", "sqlite_antiforensic").rglob("*.db")):
        found = list(DatabaseInventory().extract(item_from_bytes(path.name, path.read_bytes())))
        rows[path.name] = ({each.name: each.rows for each in found if isinstance(each, Table)}, found)
    assert rows["17-01_antifor.db"][0] == {"members": 20, "users": 10}
    assert rows["19-01_antifor.db"][0] == {"members": 200, "users": 50}
    for name in ("19-02_antifor.db", "19-03_antifor.db", "19-04_antifor.db"):
        assert "truncated" in {each.kind for each in rows[name][1] if isinstance(each, Problem)}, name
    assert len(rows) > 30

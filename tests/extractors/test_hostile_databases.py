"""Databases made to harm the reader: traps in the schema, cells without end, cut files, logs of another database, newer versions."""

import contextlib
from pathlib import Path

import pytest
from making import hostile
from making.items import item_from_bytes
from making.use import make_knowledge, make_routined
from test_damage import FIXTURES, fixture

from triage.errors import EvidenceError
from triage.extractors import EXTRACTORS
from triage.model import RECORDS, Brightness, Problem, Use
from triage.settings import Limits

LIMITS = Limits(entry_seconds=2)
BY_NAME = {each.name: each for each in EXTRACTORS}


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory) -> bytes:
    return make_knowledge(tmp_path_factory.mktemp("k") / "k.db").read_bytes()


def read(data: bytes, name: str = "knowledgeC.db", extractor: str = "apple-usage", log: bytes | None = None) -> list:
    item = item_from_bytes(name, data, {"-wal": log} if log else None, limits=LIMITS)
    found = []
    with contextlib.suppress(EvidenceError):
        for each in BY_NAME[extractor].extract(item):
            assert isinstance(each, (*RECORDS, Brightness, Problem))
            found.append(each)
    return found


@pytest.mark.parametrize("how", hostile.POISONS)
def test_every_trap_in_one_database(knowledge: bytes, how: str) -> None:
    """What is no ordinary table of the app is never read; what can be read is."""
    found = read(hostile.poison(knowledge, "ZOBJECT", how))
    uses = [each for each in found if isinstance(each, Use)]
    readable = how in {"a trigger", "more columns", "a newer version"}
    assert (len(uses) == 2) >= readable
    if how in {"a view without end", "a virtual table", "an unknown module"}:
        assert uses == []
        assert [each.kind for each in found] == ["unsupported"]


@pytest.mark.parametrize("place", range(len(FIXTURES)), ids=list(FIXTURES))
def test_every_database_reader_meets_traps(place: int, tmp_path: Path) -> None:
    """Three of them each, so that all are met by many; `bench/fuzz.py` sets all of them for every reader."""
    name = list(FIXTURES)[place]
    file, data = fixture(name, tmp_path)
    if not data.startswith(b"SQLite"):
        pytest.skip("this extractor reads no database")
    tables = hostile.tables(data)
    for how in (list(hostile.POISONS) * 2)[place % len(hostile.POISONS) :][:3]:
        read(hostile.poison(data, tables[place % len(tables)], how), file, name)
    read(hostile.endless(data), file, name)
    read(data[: len(data) // 2], file, name)


def test_cells_of_terabytes_are_left_out_and_told(knowledge: bytes) -> None:
    found = read(hostile.endless(knowledge))
    assert any(isinstance(each, Problem) for each in found)


def test_text_that_is_none_is_shown_and_not_lost(knowledge: bytes) -> None:
    uses = [each for each in read(hostile.poison(knowledge, "ZOBJECT", "text that is none")) if isinstance(each, Use)]
    assert len(uses) == 2


def test_a_log_of_another_database_is_told(knowledge: bytes, tmp_path: Path) -> None:
    import sqlite3

    path = make_routined(tmp_path / "r.db")
    other = sqlite3.connect(path)
    other.execute("PRAGMA journal_mode = WAL")
    other.execute("CREATE TABLE lain (a)")
    other.commit()
    log = path.with_name("r.db-wal").read_bytes()
    other.close()
    found = read(knowledge, log=log)
    assert len([each for each in found if isinstance(each, Use)]) == 2
    assert any(isinstance(each, Problem) and "belongs to another one" in each.message for each in found)


def test_values_of_another_type_in_lists() -> None:
    document = b'{"a": [1, {"b": "c"}]}'
    assert hostile.replaced(document, 3, None) == b'{"a": [1, {"b": null}]}'
    assert hostile.replaced(b"\x00", 0, 1) is None

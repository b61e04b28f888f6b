"""Every kind of protected evidence: none given flags it, a wrong password is one clear line, the right one reads, also later."""

import shutil
import sqlite3

import pytest
from making.protected import BUILT, WRONG

from triage.case import Case
from triage.errors import UserError
from triage.queries import Queries
from triage.run import run
from triage.settings import Settings


def scan(case, source, password):
    """What a run brings: whether it did anything, problems that say encrypted, and everything found, as text."""
    with Case.open_or_create(case, actor="penguji") as opened:
        result = run(opened, source, exhibit="B1", settings=Settings(workers=1, hash_source=False), password=password)
    queries = Queries(case)
    closed = [row.message for row in queries.closed() if row.kind == "encrypted"]
    queries.close()
    with sqlite3.connect(case / "case.db") as database:
        sql = "SELECT coalesce(volume, '') || path FROM v_files WHERE status = 'examined'"
        found = "\n".join(row[0] for row in database.execute(sql))
    database.close()
    return result.fresh, closed, found


@pytest.mark.parametrize("sample", BUILT[:3] + BUILT[4:5], ids=lambda sample: sample.title)
def test_none_wrong_and_right(sample, tmp_path):
    if sample.title == "zip" and shutil.which("zip") is None:
        pytest.skip("zip is not installed")
    source = sample.made(tmp_path)
    _, closed, found = scan(tmp_path / "none", source, None)
    assert closed
    assert all("--password" in message and "\n" not in message for message in closed)
    assert sample.inside not in found
    try:
        _, closed, found = scan(tmp_path / "wrong", source, WRONG)
    except UserError as error:  # a source that is protected as a whole is refused
        closed, found = [str(error)], ""
    (message,) = closed
    assert "password" in message
    assert WRONG not in message
    assert sample.inside not in found
    fresh, closed, found = scan(tmp_path / "right", source, f"{WRONG}\n{sample.password}")
    assert (fresh, closed) == (True, [])
    assert sample.inside in found


@pytest.mark.parametrize("sample", BUILT[1:3] + BUILT[4:5], ids=lambda sample: sample.title)
def test_a_password_found_later_opens_what_stayed_closed(sample, tmp_path):
    source = sample.made(tmp_path)
    assert scan(tmp_path / "case", source, None)[1]
    assert scan(tmp_path / "case", source, None)[0] is False
    fresh, closed, found = scan(tmp_path / "case", source, sample.password)
    assert (fresh, closed) == (True, [])
    assert sample.inside in found
    assert scan(tmp_path / "case", source, sample.password)[0] is False
    with sqlite3.connect(tmp_path / "case" / "case.db") as database:
        total, distinct = database.execute("SELECT count(*), count(DISTINCT locator) FROM entry").fetchone()
    database.close()
    assert total == distinct  # nothing came twice

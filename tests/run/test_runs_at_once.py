"""Several exhibits examined at once in one case: the same rows as one after the other, and a log that holds."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from synthetic import make_evidence, snapshot

from triage import statements
from triage.case import Case
from triage.errors import UserError
from triage.queries import Queries
from triage.report import verify
from triage.run import run
from triage.settings import Settings

FEW = Settings(workers=1, batch_entries=5)


@pytest.fixture
def sources(tmp_path):
    made = []
    for name, files in (("stick", 30), ("phone", 45)):
        folder = tmp_path / name
        folder.mkdir()
        made.append(make_evidence(folder, files=files))
    return made


def test_two_at_once_give_the_rows_of_one_after_the_other(tmp_path, sources):
    with Case.open_or_create(tmp_path / "after", actor="tester") as case:
        for source in sources:
            run(case, source, exhibit=source.name, settings=FEW)
    together = threading.Barrier(2)
    with Case.open_or_create(tmp_path / "once", actor="tester") as case, ThreadPoolExecutor(2) as threads:

        def examine(source):
            together.wait(30)
            return run(case, source, exhibit=source.name, settings=FEW).outcome

        assert list(threads.map(examine, sources)) == ["done", "done"]
    assert snapshot(tmp_path / "once") == snapshot(tmp_path / "after")
    assert verify(tmp_path / "once").ok


def test_the_run_that_ends_last_says_what_the_tables_are(tmp_path, sources):
    first, second = sources
    ended = []
    with Case.open_or_create(tmp_path / "case", actor="tester") as case:

        def second_within(_progress):
            if not ended:
                ended.append(run(case, second, exhibit="B", settings=FEW).outcome)

        run(case, first, exhibit="A", settings=FEW, progress=second_within)
    queries = Queries(tmp_path / "case")
    ends = [event.data for event in queries.custody() if event.action == "run.end"]
    queries.close()
    assert [("tables" in each, "rows" in each) for each in ends] == [(False, False), (True, True)]
    assert verify(tmp_path / "case").ok


def test_one_evidence_is_examined_once_at_a_time(tmp_path, sources):
    refused = []
    with Case.open_or_create(tmp_path / "case", actor="tester") as case:

        def again(_progress):
            if not refused:
                with pytest.raises(UserError, match="being examined already") as told:
                    run(case, sources[0], exhibit="A", settings=FEW)
                refused.append(told)

        assert run(case, sources[0], exhibit="A", settings=FEW, progress=again).outcome == "done"
    assert refused


def test_a_person_may_state_something_while_a_run_is_at_work(tmp_path, sources):
    said = []
    with Case.open_or_create(tmp_path / "case", actor="tester") as case, ThreadPoolExecutor(1) as threads:

        def grade(_progress):
            if not said:
                said.append(threads.submit(statements.tag, case, [1], "penting").result(30))

        run(case, sources[0], exhibit="A", settings=FEW, progress=grade)
    assert said
    assert verify(tmp_path / "case").ok

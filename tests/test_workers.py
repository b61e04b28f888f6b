"""Supervision of worker processes, beside what the run's own tests show."""

import os
from pathlib import Path

import pytest
from misbehaving import hanging

from triage.errors import CaseError
from triage.model import Child, Taken
from triage.settings import Limits, Settings
from triage.supervised import Supervised
from triage.workers import Task, Workers


def taken(number, name):
    return Taken(number, f"folder:{name}", None, f"/{name}", name, None, "file", 1, 0, None, 0, None)


@pytest.fixture
def task(tmp_path):
    (tmp_path / "e").mkdir()
    for name in ("a", "b", "hang", "c"):
        (tmp_path / "e" / name).write_text(name)
    settings = Settings(workers=1, limits=Limits(entry_seconds=3.0))
    return Task(str(tmp_path / "e"), str(tmp_path / "home"), str(tmp_path / "s"), settings)


def test_a_batch_that_hangs_is_run_again_entry_by_entry(task):
    batch = [taken(number, name) for number, name in enumerate(("a", "b", "hang", "c"), 1)]
    came = {}
    with Workers(task, work=hanging) as workers:
        workers.submit(batch)
        while workers.running:
            for part, outcomes in workers.collect(0.2):
                assert len(part) == len(outcomes)
                came.update({outcome.entry_id: outcome for outcome in outcomes})
    assert {number: outcome.status.value for number, outcome in came.items()} == {
        1: "examined", 2: "examined", 3: "failed", 4: "examined",
    }  # fmt: skip
    assert [problem.kind for problem in came[3].problems] == ["timeout"]
    assert [problem.kind for problem in came[4].problems] == []


def test_a_process_that_the_system_ended_costs_no_entry(task):
    """A single entry, too: it is blamed when it has done it a second time."""
    with Workers(task) as workers:
        workers.submit([taken(1, "a")])
        while not workers._workers[0].started:
            list(workers.collect(0.2))
        workers._workers[0].process.kill()
        came = []
        while workers.running:
            came += [outcome for _, outcomes in workers.collect(0.2) for outcome in outcomes]
    assert [(outcome.status.value, outcome.problems) for outcome in came] == [("examined", ())]


def die(_told):
    os._exit(7)


def test_processes_that_cannot_start_stop_the_run(task, monkeypatch):
    monkeypatch.setattr("triage.workers.Supervised", lambda _prepare, told, work: Supervised(die, told, work))

    def until_it_stops(workers):
        while True:
            list(workers.collect(0.2))

    with Workers(task) as workers:
        workers.submit([taken(1, "a")])
        with pytest.raises(CaseError, match="cannot be started"):
            until_it_stops(workers)


def test_no_worker_outlives_the_pool(task):
    with Workers(task) as workers:
        workers.submit([taken(1, "a")])
        pids = [worker.process.pid for worker in workers._workers]
        while workers.running:
            list(workers.collect(0.2))
    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []


def test_plain_rows_know_what_they_are():
    assert taken(1, "a").content == 1
    assert not taken(1, "a").lists
    assert taken(1, "a")._replace(kind="folder").lists
    assert Child((), 0, True, None).lists


def test_passwords_are_given_time_to_be_tried(tmp_path):
    plain, three = (
        Workers(Task(str(tmp_path), str(tmp_path), str(tmp_path / "s"), Settings(workers=1), password))
        for password in (None, "satu\ndua\ntiga")
    )
    with plain, three:
        assert three._seconds(()) - plain._seconds(()) == 45

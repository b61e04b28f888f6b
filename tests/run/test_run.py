"""The spine from source to case: complete, repeatable, stoppable, and evidence untouched."""

import hashlib
import json

import pytest
from misbehaving import crashing_pool, greedy_pool, hanging_pool
from synthetic import make_evidence, snapshot

from triage.case import Case
from triage.errors import CannotOpen, SourceGone, UserError
from triage.hashing.importer import Wish, import_list
from triage.queries import Queries
from triage.run import run
from triage.settings import Limits, Settings, home

FEW = Settings(workers=2, batch_entries=5)


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    return make_evidence(folder)


def scan(case_folder, source, *, settings=FEW, **more):
    with Case.open_or_create(case_folder, actor="tester") as case:
        return run(case, source, exhibit="A1", settings=settings, **more)


def test_everything_found_is_accounted_for(tmp_path, source):
    result = scan(tmp_path / "case", source)
    cover = result.coverage
    assert result.outcome == "done"
    assert cover.found == cover.examined + cover.skipped + cover.failed
    assert cover.pending == 0
    files = {row[3]: row for row in snapshot(tmp_path / "case", ["v_files"])["v_files"]}
    for path in sorted(source.rglob("*")):
        if path.is_file():
            row = files["/" + path.relative_to(source).as_posix()]
            assert hashlib.sha256(path.read_bytes()).hexdigest() in row


def test_members_of_nested_archives_are_files_like_any_other(tmp_path, source):
    scan(tmp_path / "case", source)
    rows = {row[3]: row for row in snapshot(tmp_path / "case", ["v_files"])["v_files"]}
    inner = rows["/dir1/outer.zip/deep/inner.zip/in/secret.txt"]
    assert hashlib.md5(b"rahasia").hexdigest() in inner
    assert rows["/dir2/all.tar/dir0/app.db"][8:11] == rows["/dir0/app.db"][8:11]


def test_the_number_of_workers_changes_nothing(tmp_path, source):
    scan(tmp_path / "one", source, settings=Settings(workers=1))
    scan(tmp_path / "two", source, settings=FEW)
    assert snapshot(tmp_path / "one") == snapshot(tmp_path / "two")


def test_stopped_and_resumed_gives_the_same_rows(tmp_path, source):
    scan(tmp_path / "whole", source)
    outcomes = []
    while "done" not in outcomes and len(outcomes) < 20:
        seen = []
        enough = lambda seen=seen: bool(seen) and seen[-1].done >= 15  # noqa: E731
        outcomes.append(scan(tmp_path / "broken", source, stop=enough, progress=seen.append).outcome)
    assert outcomes.count("stopped") > 1
    assert snapshot(tmp_path / "broken") == snapshot(tmp_path / "whole")


def test_a_finished_run_has_nothing_left(tmp_path, source):
    scan(tmp_path / "case", source)
    before = snapshot(tmp_path / "case")
    assert not scan(tmp_path / "case", source).fresh
    assert snapshot(tmp_path / "case") == before


def test_evidence_is_byte_identical_afterwards(tmp_path, source):
    def state():
        return {
            path: (path.read_bytes() if path.is_file() else None, path.stat().st_mtime_ns, path.stat().st_mode)
            for path in sorted(source.rglob("*"))
        }

    before = state()
    scan(tmp_path / "case", source)
    assert state() == before


def test_a_notable_digest_is_found_wherever_it_lies(tmp_path, source):
    digests = tmp_path / "bad.md5"
    digests.write_text(f"{hashlib.md5(b'rahasia').hexdigest()}  x\n")
    import_list(digests, Wish("bad", "notable"), home=home(), actor="tester")
    scan(tmp_path / "case", source, settings=Settings(workers=2, lists=("bad",)))
    paths = [row[0] for row in snapshot(tmp_path / "case", ["v_hits"])["v_hits"]]
    assert paths == ["/dir1/inner.zip/in/secret.txt", "/dir1/outer.zip/deep/inner.zip/in/secret.txt"]


def test_a_known_file_is_listed_and_not_opened(tmp_path, source):
    digests = tmp_path / "good.sha1"
    digests.write_text(hashlib.sha1((source / "dir0" / "app.db").read_bytes()).hexdigest() + "\n")
    import_list(digests, Wish("good", "known"), home=home(), actor="tester")
    scan(tmp_path / "case", source, settings=Settings(workers=2, lists=("good",)))
    rows = snapshot(tmp_path / "case")
    assert "/dir0/app.db" in {row[3] for row in rows["v_files"]}
    assert rows["v_tables"] == []


def test_a_list_that_is_not_there_stops_before_anything(tmp_path, source):
    with pytest.raises(UserError, match="nowhere"):
        scan(tmp_path / "case", source, settings=Settings(lists=("nowhere",)))


def test_other_lists_on_a_finished_run_are_refused_not_ignored(tmp_path, source):
    scan(tmp_path / "case", source)
    digests = tmp_path / "bad.md5"
    digests.write_text("0" * 31 + "1\n")
    import_list(digests, Wish("bad", "notable"), home=home(), actor="tester")
    with pytest.raises(UserError, match="settings are fixed"):
        scan(tmp_path / "case", source, settings=Settings(lists=("bad",)))


def test_a_missing_source_is_one_line(tmp_path):
    with pytest.raises(CannotOpen, match="nothing"):
        scan(tmp_path / "case", tmp_path / "nothing")


@pytest.mark.parametrize(
    ("pool", "name", "kind"),
    [
        (crashing_pool, "crash.txt", "crash"),
        (hanging_pool, "hang.txt", "timeout"),
        (greedy_pool, "greedy.txt", "memory"),
    ],
)
def test_a_worker_that_fails_costs_one_entry(tmp_path, source, pool, name, kind):
    (source / "dir3" / name).write_text("x")
    settings = Settings(workers=2, limits=Limits(entry_seconds=2.0))
    result = scan(tmp_path / "case", source, settings=settings, pool=pool)
    assert result.coverage.failed == 1
    assert result.coverage.found == result.coverage.examined + 1
    rows = snapshot(tmp_path / "case", ["v_problems"])["v_problems"]
    assert [(row[0], row[2]) for row in rows if row[0].endswith(name)] == [(f"/dir3/{name}", kind)]


def test_evidence_that_goes_away_stops_the_run_and_loses_nothing(tmp_path, source):
    scan(tmp_path / "whole", source)
    away = tmp_path / "away"

    def unplug(progress):
        if progress.done > 5 and source.exists():
            source.rename(away)

    with pytest.raises(SourceGone, match="connect it again"):
        scan(tmp_path / "case", source, progress=unplug)
    away.rename(source)
    assert scan(tmp_path / "case", source).outcome == "done"
    assert snapshot(tmp_path / "case") == snapshot(tmp_path / "whole")


def test_quick_leaves_out_what_ranks_last_and_says_so(tmp_path, source):
    result = scan(tmp_path / "case", source, settings=Settings(workers=2, profile="quick"))
    assert result.coverage.skipped > 30
    assert result.coverage.found == result.coverage.examined + result.coverage.skipped + result.coverage.failed
    statuses = {row[3]: row[-1] for row in snapshot(tmp_path / "case", ["v_files"])["v_files"]}
    assert statuses["/dir0/app.db"] == "examined"
    assert statuses["/dir0/sub0/note0.txt"] == "skipped"


def test_intention_and_result_are_in_custody(tmp_path, source):
    scan(tmp_path / "case", source)
    events = [json.loads(line) for line in (tmp_path / "case" / "custody.jsonl").read_text().splitlines()]
    assert [event["action"] for event in events] == [
        *(
            "case.create",
            "case.open",
            "exhibit.start",
            "exhibit.end",
            "evidence.add",
            "evidence.added",
            "run.start",
            "run.end",
        ),
        "case.close",
    ]
    events.pop()
    assert events[-1]["data"]["coverage"]["pending"] == 0
    assert events[-1]["data"]["rows"]["v_files"]["rows"] == events[-1]["data"]["coverage"]["found"]


def test_the_digest_of_an_image_is_taken_before_and_after(tmp_path, source):
    tar = source / "dir2" / "all.tar"
    scan(tmp_path / "case", tar)
    queries = Queries(tmp_path / "case")
    (row,) = queries.evidence()
    queries.close()
    expected = hashlib.sha256(tar.read_bytes()).hexdigest()
    assert (row.sha256_before, row.sha256_after) == (expected, expected)


def test_progress_is_honest_about_what_it_cannot_know(tmp_path, source):
    seen = []
    scan(tmp_path / "case", source, settings=Settings(workers=1, batch_entries=2), progress=seen.append)
    assert any(progress.remaining_s is None for progress in seen)
    assert seen[-1].pending == 0
    assert [progress.done for progress in seen] == sorted(progress.done for progress in seen)

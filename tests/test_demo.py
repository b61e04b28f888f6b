"""The demo: what is shipped holds together, the comparison tells differences, and a whole demo says what was planted."""

import hashlib
import json
import lzma
import os
import re
from types import SimpleNamespace

import pytest

from triage import demo
from triage.assets import resource
from triage.demo.comparison import KINDS
from triage.errors import UserError
from triage.report import Check, Verification
from triage.text import LANGUAGES, Say

LIMIT = 10 << 20  # bytes shipped for the demo, all together


@pytest.fixture(scope="module")
def told():
    return json.loads(resource("demo", "truth.json").read_text(encoding="utf-8"))


def test_shipped_exhibits_are_small_and_are_those_the_truth_file_describes(told):
    for exhibit in told["exhibits"]:
        content = lzma.decompress(resource("demo", exhibit["packed"]).read_bytes())
        assert len(content) == exhibit["size"]
        assert hashlib.md5(content).hexdigest() == exhibit["md5"]
        assert hashlib.sha256(content).hexdigest() == exhibit["sha256"]
    assert sum(path.stat().st_size for path in resource("demo").rglob("*") if path.is_file()) < LIMIT


def test_everything_says_it_is_fictional_and_no_number_can_be_assigned(told):
    text = json.dumps(told)
    assert told["fictional"] is True
    for page in (told["notice"], resource("demo", "README.md").read_text(encoding="utf-8")):
        assert "FIKTIF" in page
        assert "FICTIONAL" in page
    numbers = {call["party"] for call in told["calls"]} | set(re.findall(r"\+62\d+", text))
    numbers |= {f"+{each}" for each in re.findall(r"(\d+)@s\.whatsapp\.net", text)}
    assert numbers
    assert all(re.fullmatch(r"\+62000000000\d", number) for number in numbers)


def test_lists_hold_what_was_planted_as_listed(told):
    rows = [line.split(",") for line in resource("demo", "lists", "notable.csv").read_text("ascii").splitlines()]
    listed = {sha256: (md5, sha1, category) for md5, sha1, sha256, category, _ in rows[1:]}
    known = set(resource("demo", "lists", "known.sha1.txt").read_text("ascii").split())
    for file in told["files"]:
        expected = listed.get(file["sha256"])
        assert (expected is not None) == (file["notable"] is not None)
        if expected:
            assert expected == (file["md5"], file["sha1"], file["notable"])
        assert (file["sha1"] in known) == file["known"]


def test_every_way_of_hiding_is_planted(told):
    listed = [file for file in told["files"] if file["notable"]]
    ways = {file["what"] for file in listed}
    for word in ("deleted", "renamed to .txt", "in an archive", "recycle bin", "stream", "markup"):
        assert any(word in way for way in ways), word
    attached = {message["attachment_sha256"] for message in told["messages"]} - {None}
    assert attached & {file["sha256"] for file in listed}


FILE = {
    "exhibit": "A", "path": "foto/a.jpg", "sha256": "aa", "deleted": False, "plain_name": True, "notable": "contoh-A",
    "known": False, "problem": True,
}  # fmt: skip
TOLD = {
    "exhibits": [{"label": "A", "sha256": "00", "source": "a.img"}],
    "files": [FILE],
    "media": [],
    "messages": [],
    "calls": [],
}


def _row(**changes):
    values = {
        "exhibit": "A",
        "path": "/foto/a.jpg",
        "sha256": "aa",
        "deleted": 0,
        "entry_id": 1,
        "category": "contoh-A",
    }
    return SimpleNamespace(**{**values, **changes})


def _queries(*, file=None, hits=None, problems=None, digest="00"):
    file = file or _row()
    return SimpleNamespace(
        evidence=lambda: [SimpleNamespace(exhibit="A", sha256_before="00", sha256_after=digest, source="a.img")],
        file_ids=lambda: [1],
        file_rows=lambda ids: {1: file},
        hits=lambda kind: (hits if hits is not None else [_row()]) if kind == "notable" else [],
        media=list,
        threads=list,
        calls=list,
        problems=lambda: problems if problems is not None else [_problem()],
    )


def _problem(kind="truncated", path="/foto/a.jpg"):
    return SimpleNamespace(entry_id=1, path=path, kind=kind, message="ends early")


def test_a_case_that_says_what_was_planted_is_equal():
    found = demo.compare(TOLD, _queries())
    assert found.equal
    assert {score.kind: (score.planted, score.found) for score in found.scores if score.planted} == {
        "exhibit": (2, 2), "file": (1, 1), "notable": (1, 1), "problem": (1, 1),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("queries", "missing", "unexpected"),
    [
        (_queries(hits=[]), ["notable"], []),
        (_queries(hits=[_row(), _row()]), [], ["notable"]),
        (_queries(hits=[_row(category="contoh-B")]), ["notable"], ["notable"]),
        (_queries(hits=[_row(deleted=1)]), ["notable"], ["notable"]),
        (_queries(file=_row(path="/foto/b.jpg"), hits=[_row()]), ["file", "notable"], ["notable"]),
        (_queries(file=_row(sha256="bb")), ["file"], []),
        (_queries(problems=[]), ["problem"], []),
        (_queries(problems=[_problem(), _problem("crash")]), [], ["problem"]),
        (_queries(problems=[_problem(), _problem(path="/lain")]), [], []),
        (_queries(digest="11"), ["exhibit"], ["exhibit"]),
    ],
)
def test_each_difference_is_named(queries, missing, unexpected):
    found = demo.compare(TOLD, queries)
    assert [fact.kind for fact in found.missing] == missing
    assert [fact.kind for fact in found.unexpected] == unexpected
    assert found.equal == (not missing and not unexpected)


def test_a_hostile_or_deleted_name_is_known_by_its_digest():
    for planted in ({"plain_name": False}, {"deleted": True}):
        told = {**TOLD, "files": [{**FILE, **planted, "problem": False}]}
        row = _row(path="/foto/_.jpg", deleted=int(planted.get("deleted", False)))
        assert demo.compare(told, _queries(file=row, hits=[row])).equal


def test_a_truth_file_of_another_shape_is_refused():
    with pytest.raises(UserError, match="truth file"):
        demo.compare({"files": [{}]}, _queries())


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_name_what_is_missing_and_have_a_text_for_everything(language, tmp_path):
    say = Say(language)
    fact = demo.Fact("notable", "Stik", ("x",), "a\x1b[31m\u202eb.jpg")
    comparison = demo.Comparison(tuple(demo.Score(kind, 3, 2) for kind in KINDS), (fact,), ())
    steps = tuple(
        demo.Timing(step, "Stik", 1.5) for step in ("unpack", "import", "scan", "report", "verify", "compare")
    )
    told = demo.lines(_result(tmp_path, comparison, steps), say)
    assert not [line for line in told if "demo." in line]
    assert any("a\\x1b[31m\\u202eb.jpg" in line and "Stik" in line for line in told)
    assert any(str(tmp_path / "page.html") in line for line in told)
    assert sum(line.lstrip().startswith("1,50" if language == "id" else "1.50") for line in told) == len(steps)


def _result(folder, comparison, steps):
    report = SimpleNamespace(folder=folder, files=(folder / "page.html",))
    summary = SimpleNamespace(files=3, deleted=1, notable=2)
    verification = Verification((Check("custody", "custody.jsonl", ok=True, words="custody_missing"),))
    return demo.DemoResult(folder, folder / "case", report, verification, summary, comparison, steps)


def test_a_folder_that_no_demo_made_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UserError, match="not empty"):
        demo.run_demo(tmp_path, language="en")
    with pytest.raises(UserError, match="file"):
        demo.run_demo(tmp_path / "mine.txt", language="en")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_whole_demo_finds_what_was_planted_and_replaces_a_former_one(tmp_path):
    """End to end over all three exhibits. The person's own lists and key stay untouched."""
    home = os.environ["TRIAGE_HOME"]
    folder = tmp_path / "demo"
    (folder / "case").mkdir(parents=True)
    (folder / "sigap-demo.txt").write_text("a former demo")
    (folder / "case" / "old.txt").write_text("old")
    result = demo.run_demo(folder, language="en")
    assert [(fact.kind, fact.exhibit, fact.shown) for fact in result.comparison.missing] == []
    assert [(fact.kind, fact.exhibit, fact.shown) for fact in result.comparison.unexpected] == []
    assert [check for check in result.verification.checks if check.ok is False] == []
    assert result.ok
    assert result.report.files[0].is_file()
    assert not (folder / "case" / "old.txt").exists()
    assert os.environ["TRIAGE_HOME"] == home
    assert list(os.scandir(home)) == []

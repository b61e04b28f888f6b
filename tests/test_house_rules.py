"""Rules of the house that no linter knows."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "triage").rglob("*.py"))
TOP_LEVEL = {
    ".ci", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "bench", "docs", "pyproject.toml",
    "reports", "resources", "tests", "triage", "build.spec",
}  # fmt: skip


def tracked():
    done = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip("not a git checkout: the tracked files are not known")
    return [ROOT / name for name in done.stdout.splitlines() if (ROOT / name).is_file()]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_stays_within_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_says_what_it_is(path):
    assert path.read_text(encoding="utf-8").startswith(('"""', 'r"""'))


def test_the_top_level_is_as_designed():
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} <= TOP_LEVEL


def test_no_module_is_called_after_nothing():
    vague = re.compile(r"(manager|helper|util|service|context|misc|common)", re.IGNORECASE)
    assert [path.name for path in MODULES if vague.search(path.stem)] == []


def test_nothing_speaks_of_the_machine_it_was_made_on():
    traces = re.compile(r"(?<![A-Za-z0-9_.])/(work|farm|root)/")
    own = Path(__file__).resolve()
    found = [
        path.relative_to(ROOT).as_posix()
        for path in tracked()
        if path.suffix in {".py", ".md", ".toml", ".lock", ".json", ".j2", ".css", ".txt"}
        and path != own
        and traces.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_silenced_checks_give_their_reason():
    silenced = re.compile(r"# (?:noqa: [A-Z0-9, ]+|type: ignore\[[a-z, -]+\]|noqa$|type: ignore$)(.*)", re.MULTILINE)
    bare = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in MODULES
        for match in silenced.finditer(path.read_text(encoding="utf-8"))
        if len(re.findall("[A-Za-z]", match[1])) < 6
    ]
    assert bare == []


def test_no_except_is_broad():
    """The one place that swallows every error is `examine.Guarded`, and it has no except; a worker passes one on."""
    broad = re.compile(r"^\s*except(:| Exception\b| BaseException\b(?!.*:\n(?s:.){0,120}?\braise\b))", re.MULTILINE)
    assert [path.name for path in MODULES if broad.search(path.read_text(encoding="utf-8"))] == ["supervised.py"]

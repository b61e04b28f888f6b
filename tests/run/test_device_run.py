"""A disk that may be written to: refused, or examined with a word in the custody log."""

import subprocess
from pathlib import Path

import pytest
from test_verify_image import NoWorkers

from triage.case import Case
from triage.errors import UserError
from triage.queries import Queries
from triage.run import run
from triage.settings import Settings


@pytest.fixture
def device(tmp_path):
    (tmp_path / "disk").write_bytes(bytes(1 << 20))
    try:
        done = subprocess.run(
            ["losetup", "-f", "--show", tmp_path / "disk"], capture_output=True, check=True, timeout=20
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no loop devices here")
    name = done.stdout.decode().strip()
    yield Path(name)
    subprocess.run(["losetup", "-d", name], check=False, timeout=20)


def test_it_takes_a_word_of_the_examiner_and_is_logged(device, tmp_path):
    with Case.open_or_create(tmp_path / "case", actor="tester") as case:
        with pytest.raises(UserError, match="write blocker"):
            run(case, device, exhibit="A1", settings=Settings(), pool=NoWorkers)
        run(case, device, exhibit="A1", settings=Settings(allow_writable=True), pool=NoWorkers)
    queries = Queries(tmp_path / "case")
    (row,) = queries.evidence()
    assert (row.format, row.size, row.sha256_before) == ("device", 1 << 20, row.sha256_after)
    assert "write protection writable" in queries.facts()[f"device {device}"]
    (event,) = [event for event in queries.custody() if event.action == "evidence.writable"]
    assert event.subject == str(device)
    queries.close()

"""A disk that fills up while something leaves the case: one clear line, nothing under a final name, and the case goes on."""

import hashlib
import shutil
import subprocess
import sys

import pytest
from report_case import make_case

from triage.case import Case
from triage.custody import read_events
from triage.model import Message, Stamp
from triage.queries import Queries
from triage.report import ReportWish, verify, write_report
from triage.run import run
from triage.settings import Settings
from triage.statements import tag

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a limit of file sizes is that of POSIX")

MANY = 2_500
ROOM = 100_000  # bytes that a file may be larger than the largest of the case: less than any of these forms takes
RUN = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
from triage.cli import main
if __name__ == "__main__":
    sys.exit(main(sys.argv[2:]))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("penuh")
    messages = [
        Message(
            where=f"message._id={number}",
            app="WhatsApp",
            account="+62 000 0000 001",
            thread=f"t{number % 9}",
            sender="+62 000 0000 002",
            direction="in",
            sent_at=Stamp(1_767_225_600_000_000_000 + number),
            body=f"pesan {number}",
        )
        for number in range(MANY)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIAGE_HOME", str(folder / "rumah"))
        with make_case(folder, messages=messages) as case:
            write_report(case, ReportWish(formats=("csv",)))
    return folder


@pytest.fixture
def case(made, tmp_path, monkeypatch):
    """A copy of it, with the home that its log was signed from."""
    monkeypatch.setenv("TRIAGE_HOME", str(made / "rumah"))
    shutil.copytree(made / "kasus", tmp_path / "kasus")
    return tmp_path / "kasus"


def limited(case, script, *arguments):
    """The command, unable to write a file much larger than those there are."""
    script.write_text(RUN)
    largest = max(path.stat().st_size for path in case.iterdir() if path.is_file())
    done = subprocess.run(
        [sys.executable, str(script), str(largest + ROOM), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    lines = done.stderr.splitlines()
    assert done.returncode == 3, done.stderr
    assert len(lines) == 1, done.stderr
    assert "cannot be written" in lines[0]
    assert "no part of it was kept" in lines[0]


@pytest.mark.parametrize("form", ["case", "xlsx"])
def test_a_report_is_there_whole_or_not_at_all(case, tmp_path, form):
    before = sorted(path.name for path in (case / "reports").iterdir())
    limited(case, tmp_path / "run.py", "bundle", case, "--formats", form)
    assert sorted(path.name for path in (case / "reports").iterdir()) == before
    assert [event.action for event in read_events(case / "custody.jsonl")].count("report.failed") == 1
    checks = verify(case, evidence=False)
    assert checks.ok, [check for check in checks.checks if check.ok is False]


def test_an_archive_is_there_whole_or_not_at_all(case, tmp_path):
    (report,) = (case / "reports").iterdir()
    (report / "besar.bin").write_bytes(bytes(range(256)) * 40_000)
    secret = tmp_path / "sandi.txt"
    secret.write_text("kata sandi rekaan\n")
    (tmp_path / "keluar").mkdir()
    noise = report / "acak.bin"
    noise.write_bytes(b"".join(hashlib.sha256(bytes([a, b])).digest() for a in range(256) for b in range(256)))
    limited(case, tmp_path / "run.py", "seal", case, report, tmp_path / "keluar" / "a.7z", "--passphrase", f"@{secret}")
    assert list((tmp_path / "keluar").iterdir()) == []
    assert "seal.failed" in [event.action for event in read_events(case / "custody.jsonl")]


def test_a_file_that_is_exported_is_there_whole_or_not_at_all(tmp_path):
    (tmp_path / "bukti").mkdir()
    (tmp_path / "bukti" / "besar.txt").write_bytes(b"catatan\n" * 500_000)
    with Case.open_or_create(tmp_path / "kasus", actor="Penyidik Rekaan") as case:
        run(case, tmp_path / "bukti", exhibit="BB-01", settings=Settings(workers=1), stop=lambda: False)
        queries = Queries(case.folder)
        tag(case, queries.named("/besar.txt"), "periksa")
        queries.close()
    command = ("bundle", tmp_path / "kasus", "--formats", "vics", "--export", "plain")
    limited(tmp_path / "kasus", tmp_path / "run.py", *command)
    assert list((tmp_path / "kasus" / "reports").iterdir()) == []

"""Lists that cannot be, and a disk that fills up: one clear line, the old list untouched, memory bounded."""

import hashlib
import io
import itertools
import json
import os
import resource
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from triage.errors import UserError
from triage.hashing import storage
from triage.hashing.importer import Wish, import_list
from triage.hashing.intake import Intake
from triage.hashing.lists import HashList, open_lists
from triage.hashing.sources.text import read_text
from triage.model import Digests


def digests(content):
    return Digests(*(hashlib.new(name, content).digest() for name in ("md5", "sha1", "sha256")), len(content))


def imported(home, content, *, name="daftar", kind="notable"):
    source = home / "source.txt"
    source.write_bytes(content)
    return import_list(source, Wish(name, kind), home=home, actor="Penyidik Wira")


def rows(count):
    return b"".join(hashlib.md5(str(each).encode()).hexdigest().encode() + b"\n" for each in range(count))


class Generated:
    """An origin that is made as it is read and never kept."""

    path = Path("generated.txt")

    def __init__(self, blocks):
        self._blocks = blocks

    def stream(self):
        blocks = self._blocks

        class Stream(io.RawIOBase):
            def read(self, size=-1):
                return next(blocks, b"")

        return Stream()


def test_a_line_of_ten_gigabytes(tmp_path):
    """Between two good lines: it is refused, they are taken, and little of it was ever in memory."""
    block = b"a" * (1 << 20)
    blocks = itertools.chain([rows(1)], itertools.repeat(block, 10 * 1024), [b"\n" + rows(2)[33:]])
    intake = Intake(storage.Storage(tmp_path), "notable")
    tracemalloc.start()
    read_text(Generated(blocks), intake)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    intake.close()
    assert (intake.read, intake.refused, intake.refusals[0].line) == (3, 1, 2)
    assert "longer than 65,536 bytes" in intake.refusals[0].reason
    assert peak < 16 << 20


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16(tmp_path, encoding):
    receipt = imported(tmp_path, rows(100).decode().encode(encoding))
    assert (receipt.taken, receipt.refused) == (100, 0)


@pytest.mark.parametrize("after", [0, 1, 2, 3, 5, 8, 13])
def test_a_disk_that_fills_up(tmp_path, monkeypatch, after):
    first = imported(tmp_path, rows(5))
    left = [after]

    def full(self, data):
        if left[0] == 0:
            raise OSError(28, "No space left on device")
        left[0] -= 1
        return self._stream.write(data)

    with monkeypatch.context() as patch:
        patch.setattr(storage._Plain, "write", full)
        patch.setattr("triage.hashing.sorting.RUN_BYTES", 4000)
        try:
            imported(tmp_path, b"md5,name,category\n" + rows(900).replace(b"\n", b",a.jpg,2\n"))
        except UserError as error:
            assert "No space left on device" in str(error)  # noqa: PT017  # where the disk was large enough, there is none
            assert HashList.open("daftar", tmp_path).info.digest == first.digest
    opened = HashList.open("daftar", tmp_path)
    assert opened.verify()
    assert len(list((tmp_path / "lists" / "daftar").iterdir())) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")
def test_a_system_that_lets_no_file_grow(tmp_path):
    """The same, the refusal coming from the system itself."""
    first = imported(tmp_path, rows(5))
    (tmp_path / "large.txt").write_bytes(rows(60_000))
    program = (
        "import sys; from pathlib import Path; from triage.hashing.importer import Wish, import_list\n"
        "home = Path(sys.argv[1])\n"
        "import_list(home / 'large.txt', Wish('daftar', 'notable'), home=home, actor='x')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000)),
        env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    )
    assert "cannot be imported (File too large)" in done.stderr
    assert HashList.open("daftar", tmp_path).info.digest == first.digest
    assert len(list((tmp_path / "lists" / "daftar").iterdir())) == 2


def test_a_killed_import_leaves_the_old_list(tmp_path):
    first = imported(tmp_path, rows(5))
    program = (
        "import os, sys; from pathlib import Path; from triage.hashing import importer\n"
        "importer.content_digest = lambda *_: os.kill(os.getpid(), 9)\n"
        "home = Path(sys.argv[1])\n"
        "importer.import_list(home / 'source.txt', importer.Wish('daftar', 'notable'), home=home, actor='x')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], check=False,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    )  # fmt: skip
    assert done.returncode == -9
    opened = HashList.open("daftar", tmp_path)
    assert opened.info.digest == first.digest
    assert opened.matches(digests(b"3"))


def test_duplicate_and_contradictory_categories_of_a_table(tmp_path):
    one = hashlib.md5(b"a").hexdigest()
    content = f"md5,category,name\n{one},1,a.jpg\n{one},2,b.jpg\n{one},1,c.jpg\n{one},,d.jpg\n".encode()
    receipt = imported(tmp_path, content)
    assert (receipt.read, receipt.taken, receipt.duplicates, receipt.counts) == (4, 3, 1, {"md5": 1})
    hits = open_lists(["daftar"], tmp_path).match(digests(b"a"))
    assert sorted(hit.category or "" for hit in hits) == ["", "1", "2"]
    assert all("The list contradicts itself" in hit.explanation for hit in hits)


def test_a_row_under_very_many_categories(tmp_path):
    """Bounded: what is shown of one digest ends at a thousand rows."""
    one = hashlib.md5(b"a").hexdigest()
    receipt = imported(tmp_path, b"md5,category\n" + b"".join(f"{one},{n}\n".encode() for n in range(3000)))
    assert receipt.taken == 3000
    assert 0 < len(open_lists(["daftar"], tmp_path).match(digests(b"a"))) <= 1000


def test_memory_while_a_large_list_is_sorted(tmp_path, monkeypatch):
    monkeypatch.setattr("triage.hashing.sorting.RUN_BYTES", 1 << 20)
    content = rows(200_000)
    (tmp_path / "source.txt").write_bytes(content)
    del content
    tracemalloc.start()
    import_list(tmp_path / "source.txt", Wish("daftar", "known"), home=tmp_path, actor="x")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 24 << 20  # blocks of text of a mebibyte and runs of one; the list has 3.2 MB, its source 6.6
    record = json.loads((tmp_path / "lists" / "daftar" / "list.json").read_text())
    assert record["counts"] == {"md5": 200_000}

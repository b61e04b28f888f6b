"""Recipes give the same digest with other programs: run here, on the demo's laptop image."""

import hashlib
import lzma
import shutil
import subprocess

import pytest

from triage.assets import resource
from triage.evidence import open_evidence
from triage.model import Locator
from triage.report.recipe import recipe
from triage.settings import Limits


@pytest.fixture(scope="module")
def laptop(tmp_path_factory):
    if not shutil.which("icat"):
        pytest.skip("The Sleuth Kit's programs are not installed (apt-get install sleuthkit)")
    path = tmp_path_factory.mktemp("laptop") / "laptop.img"
    with lzma.open(resource("demo", "laptop.img.xz")) as packed, path.open("wb") as out:
        shutil.copyfileobj(packed, out)
    return path


def walk(evidence, entry):
    for child in evidence.children(entry):
        if hasattr(child, "locator"):
            yield child
            if child.kind.value in {"folder", "volume"}:
                yield from walk(evidence, child)


def test_icat_finds_live_and_deleted_files_and_streams_again(laptop, tmp_path):
    evidence = open_evidence(laptop, limits=Limits(), scratch=tmp_path)
    checked = {"live": 0, "deleted": 0, "stream": 0}
    for entry in walk(evidence, evidence.root()):
        commands = recipe(str(laptop), entry.locator.text())
        if entry.kind.value != "file" or not entry.size or not commands or "reused" in entry.locator.text():
            continue
        with evidence.open(entry.locator) as stream:
            ours = hashlib.sha1(stream.read()).hexdigest()
        told = subprocess.run(["sh", "-c", commands[-1]], capture_output=True, text=True, check=True).stdout
        assert told.split()[0] == ours, entry.path
        checked["deleted" if entry.deleted else "stream" if ":" in entry.name else "live"] += 1
    evidence.close()
    assert all(checked.values()), checked


def test_a_carved_file_is_a_range_of_the_medium(tmp_path):
    image = tmp_path / "disk.dd"
    image.write_bytes(bytes(1000) + b"picture" + bytes(1000))
    locator = "volume:p1@512|free:/$Unallocated@512|carved:jpeg@1000~7"
    assert Locator.parse(locator).steps[-1].number == 1000
    (command,) = recipe(str(image), locator)
    told = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True).stdout
    assert told.split()[0] == hashlib.sha1(b"picture").hexdigest()

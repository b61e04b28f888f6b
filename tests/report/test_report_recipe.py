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


def test_dump_f2fs_finds_a_file_again(tmp_path):
    for tool in ("mkfs.f2fs", "sload.f2fs", "dump.f2fs"):
        if not shutil.which(tool):
            pytest.skip("f2fs-tools are not installed (apt-get install f2fs-tools)")
    files = {"surat ku.txt": b"pendek", "acak.bin": bytes(range(256)) * 900}
    tree, volume, disk = tmp_path / "tree", tmp_path / "volume.img", tmp_path / "disk.img"
    tree.mkdir()
    for name, data in files.items():
        (tree / name).write_bytes(data)
    volume.write_bytes(bytes(64 << 20))
    subprocess.run(["mkfs.f2fs", "-q", "-f", volume], check=True, capture_output=True)
    subprocess.run(["sload.f2fs", "-f", tree, volume], check=True, capture_output=True)
    entry = b"\0\0\0\0\x83\0\0\0" + (2048).to_bytes(4, "little") + (131072).to_bytes(4, "little")
    disk.write_bytes(bytes(446) + entry + bytes(48) + b"\x55\xaa" + bytes((1 << 20) - 512) + volume.read_bytes())
    for number, image in enumerate((volume, disk)):
        evidence = open_evidence(image, limits=Limits(), scratch=tmp_path)
        found = {entry.name: entry for entry in walk(evidence, evidence.root()) if entry.name in files}
        assert set(found) == set(files)
        for name, data in files.items():
            place = tmp_path / f"{number}-{name}"
            place.mkdir()
            told = ""
            for command in recipe(str(image), found[name].locator.text()):
                told = subprocess.run(
                    ["sh", "-c", command], cwd=place, capture_output=True, text=True, check=True
                ).stdout
            assert told.split()[0] == hashlib.sha1(data).hexdigest()
        evidence.close()


def test_there_is_no_recipe_inside_a_volume_of_a_volume():
    assert recipe("disk.dd", "volume:p1@512|volume:data@0|fs:/a.jpg@7") == ()

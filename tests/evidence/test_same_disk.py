"""One disk in every container that can be built here: the same files and the same digest (`bench/containers.py`)."""

import importlib.util
import shutil
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture(scope="module")
def bench():
    sys.path.insert(0, str(BENCH))
    try:
        specification = importlib.util.spec_from_file_location("bench_containers", BENCH / "containers.py")
        module = importlib.util.module_from_spec(specification)
        sys.modules[specification.name] = module
        specification.loader.exec_module(module)
    finally:
        sys.path.remove(str(BENCH))
    return module


def test_every_container_shows_the_same_disk(bench, tmp_path, monkeypatch):
    if not shutil.which("mkfs.ext4"):
        pytest.skip("mkfs.ext4 is not installed (apt-get install e2fsprogs)")
    monkeypatch.setenv("TRIAGE_HOME", str(tmp_path / "home"))
    found = {name: (says, same) for name, says, same, _ in bench.compared(tmp_path, 5)}
    assert len(found) == len(bench.packings()) + 1
    assert [f"{name}: {says}" for name, (says, same) in found.items() if not same] == []
    if missing := sorted({says for says, _ in found.values() if "missing" in says}):
        pytest.skip("; ".join(missing))

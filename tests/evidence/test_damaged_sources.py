"""`bench/damage.py` on one small disk: every damaged form goes through the whole run, and nothing is left unaccounted for."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_damaged_forms_of_a_small_disk(tmp_path):
    if not (shutil.which("mkfs.fat") and shutil.which("mcopy")):
        pytest.skip("mkfs.fat or mcopy is not installed (apt-get install dosfstools mtools)")
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "TRIAGE_HOME": str(tmp_path / "home"),
        "TMPDIR": str(tmp_path),
    }
    command = [sys.executable, ROOT / "bench" / "damage.py", "--only", "built/FAT12", "--seeds", "2"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "7 damaged sources, 0 defects" in done.stdout

"""Every parser of our own over the inputs that the guided search kept (`bench/guided.py --keep`): no answer but the allowed ones."""

import re
import zipfile
from pathlib import Path

import pytest
from parsers import PARSERS, tried

KEPT = Path(__file__).parent / "kept_inputs.zip"


def folder(name):
    return re.sub(r"[^a-z0-9]+", "-", name)


def inputs():
    with zipfile.ZipFile(KEPT) as archive:
        found = {}
        for name in archive.namelist():
            found.setdefault(name.split("/")[0], []).append(archive.read(name))
        return found


@pytest.fixture(scope="module")
def kept():
    return inputs()


@pytest.mark.hostile
@pytest.mark.parametrize("name", PARSERS)
def test_kept_inputs(name, kept):
    """A parser without kept inputs is tried on what it is tried on first."""
    for data in kept.get(folder(name)) or PARSERS[name].seeds():
        tried(PARSERS[name], data)


def test_the_file_is_small():
    assert KEPT.stat().st_size < 2_000_000

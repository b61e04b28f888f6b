"""Every raw image of the corpus against what The Sleuth Kit's own programs list and read.

Live regular files must be equal in path, size and MD5, and an image may be refused only where the truth says that it is no raw
image.
"""

import importlib.util
import json
import sys
from pathlib import Path

import pytest
from corpus import CORPUS

LARGEST = 64 << 20
HANGS = (
    "images/misc/ufs-little.img.zst"  # a valid UFS2 on which the engine does not come back; bench/truth.py times it out
)

# Keys and words of the truth that show a container or an encrypted disk -> what the refusal must name.
NOT_RAW = {
    "ewfinfo": "EnCase",
    "container:e01": "EnCase",
    "qemu": "disk (",
    "udif_media_size": "Apple disk image",
    "LUKS": "LUKS",
    "-FVE-FS-": "BitLocker",
}


def _bench():
    path = Path(__file__).resolve().parents[2] / "bench" / "truth.py"
    specification = importlib.util.spec_from_file_location("bench_truth", path)
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module  # its dataclasses look themselves up there
    specification.loader.exec_module(module)
    return module


bench = _bench()
TRUTHS = list(bench.truth_files(CORPUS)) if CORPUS.is_dir() else []


@pytest.mark.skipif(not TRUTHS, reason="the corpus is not here")
@pytest.mark.parametrize("truth", TRUTHS, ids=lambda path: str(path.relative_to(CORPUS / "truth")))
def test_live_files_are_equal_to_the_truth(truth, tmp_path):
    data = json.loads(truth.read_text(encoding="utf-8"))
    if data["file"] == HANGS:
        pytest.skip("the engine hangs on this image; the time limit of a run is tested elsewhere")
    if sum(image.get("raw_bytes") or 0 for image in data["images"]) > LARGEST:
        pytest.skip("larger than 64 MiB: bench/truth.py compares it")
    compared = [
        (bench.compare(path, image, tmp_path), image) for path, image in bench.unpacked(CORPUS, truth, tmp_path)
    ]
    if not compared:
        pytest.skip("packed as 7z, which this test does not undo")
    for result, image in compared:
        if result.refused:
            assert _is_excused(data["feature"] + json.dumps(image), result.refused), result.refused
        else:
            _assert_equal(result, image)


def _is_excused(truth, refused):
    return any(key in truth and word in refused for key, word in NOT_RAW.items())


def _assert_equal(result, image):
    assert (result.missing, result.different, result.extra) == ([], [], [])
    assert result.equal == result.live
    assert result.deleted_ours == result.deleted_truth or _has_no_root(result, image)


def _has_no_root(result, image):
    """A damaged root folder: program version 4.11 still finds the orphans, the engine (4.15) refuses root and orphans alike."""
    files = [each for volume in image["volumes"] for each in volume["files"]]
    told = any(problem.startswith("/: the folder cannot be listed") for problem in result.problems)
    return told and all(each["path"].startswith("/$OrphanFiles") for each in files)

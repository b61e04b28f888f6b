"""The containers of the corpus against the truth: what qemu-img (or, for DMG, a second program) made of them."""

import gzip
import json
import shutil

import pytest
from corpus import corpus_file
from making_disks import digest

from triage.evidence.containers import OPENERS, container_of
from triage.evidence.streams import FileStream

CONTAINERS = {
    "containers/qcow2_basic.qcow2.gz": "qcow2",
    "containers/vhd_fixed.vhd.gz": "vhd",
    "containers/vhdx_dynamic.vhdx.gz": "vhdx",
    "dfvfs/ext2.qcow2": "qcow2",
    "dfvfs/ext2.vhd.gz": "vhd",
    "dfvfs/ext2.vmdk": "vmdk",
    "dfvfs/hfsplus_zlib.dmg": "dmg",
    "dfvfs/lvmtest.qcow2": "qcow2",
    "keramics/fat32.qcow2": "qcow2",
    "keramics/hfsplus_bzip2.dmg": "dmg",
    "keramics/hfsplus_zlib.dmg": "dmg",
    "plaso/spotlight.10.13.dmg": "dmg",
}
OTHERS = {
    "containers/hdd_plain.hds.gz": None,
    "nps/1mb_fat32.dmg": None,
    "dfvfs/ext2.raw.gz": None,
    "dfvfs/ext2.split.E01": None,
    "aff4/dfvfs_Base-Linear.aff4": "aff4",
    "aff4/dfvfs_dream.aff4": "aff4",
}


def _file(name, folder):
    path = corpus_file("images", *name.split("/"))
    if path.suffix != ".gz":
        return path
    target = folder / path.stem
    with gzip.open(path) as packed, target.open("wb") as file:
        shutil.copyfileobj(packed, file)
    return target


def _format(path):
    return container_of(path, FileStream(path))


@pytest.mark.parametrize("name", CONTAINERS)
def test_the_disk_is_that_of_the_truth(tmp_path, name):
    truth = json.loads(corpus_file("truth", "images", *f"{name}.json".split("/")).read_text())["images"][0]
    path = _file(name, tmp_path)
    assert _format(path) == CONTAINERS[name]
    medium = OPENERS[CONTAINERS[name]](path)
    assert medium.format == CONTAINERS[name]
    assert medium.size == truth["raw_bytes"]
    assert digest(medium) == truth["raw_hashes"]["sha256"]
    assert medium.take_damage() == ()
    assert list(medium.known_damage()) == []
    assert list(medium.warnings()) == []


@pytest.mark.parametrize("name", OTHERS)
def test_the_content_decides_not_the_name(tmp_path, name):
    assert _format(_file(name, tmp_path)) == OTHERS[name]

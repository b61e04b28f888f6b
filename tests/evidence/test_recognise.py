"""What a source is: decided on content, refused in one clear line."""

import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest
from corpus import corpus_file
from evidence_walk import opened

from triage.errors import Unsupported, UserError
from triage.evidence import FORMATS, recognise, source_files
from triage.evidence.signatures import SOURCES, VOLUMES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "evidence.md"


@pytest.mark.parametrize("signature", SOURCES, ids=lambda each: f"{each.word}-{each.title}")
def test_each_signature_is_refused_with_one_line_that_says_what_where_and_what_to_do(signature, tmp_path):
    data = bytearray(4096)
    at = signature.offset if signature.offset >= 0 else len(data) + signature.offset
    data[at : at + len(signature.magic)] = signature.magic
    path = tmp_path / "innocent.dd"  # the extension says raw; the content decides
    path.write_bytes(data)
    with pytest.raises(signature.family) as refused:
        recognise(path)
    message = str(refused.value)
    assert str(path) in message
    assert signature.title in message
    assert signature.advice in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("parts", "family", "words"),
    [
        (("images", "containers", "dissect_ad1_test.ad1"), Unsupported, "AD1"),
    ],
)
def test_real_containers_are_refused_by_name(parts, family, words):
    with pytest.raises(family, match=words):
        recognise(corpus_file(*parts))


def test_the_formats_that_are_read(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a").write_bytes(b"a")
    with zipfile.ZipFile(tmp_path / "z.bin", "w") as archive:
        archive.writestr("a", b"a")
    with tarfile.open(tmp_path / "t.bin", "w") as archive:
        archive.addfile(tarfile.TarInfo("a"), io.BytesIO())
    (tmp_path / "r.zip").write_bytes(bytes(512) + b"something else")
    (tmp_path / "a.bin").write_bytes(b"ANDROID BACKUP\n1\n0\nnone\n" + (tmp_path / "t.bin").read_bytes())
    found = [recognise(tmp_path / name) for name in ("folder", "r.zip", "z.bin", "t.bin", "a.bin")]
    assert found == ["folder", "raw", "zip", "tar", "ab"]
    assert set(found) < set(FORMATS)


@pytest.mark.parametrize(
    ("parts", "word"),
    [
        (("dfvfs", "ext2.E01"), "e01"),
        (("dfvfs", "ext2.vmdk"), "vmdk"),
        (("dfvfs", "ext2.qcow2"), "qcow2"),
        (("dfvfs", "hfsplus_zlib.dmg"), "dmg"),
        (("aff4", "dfvfs_Base-Linear.aff4"), "aff4"),
    ],
)
def test_real_containers_are_known_by_their_content(parts, word):
    assert recognise(corpus_file("images", *parts)) == word


def test_a_tar_without_the_ustar_mark_is_known_by_its_checksum(tmp_path):
    info = tarfile.TarInfo("old.txt")
    block = bytearray(info.tobuf(tarfile.USTAR_FORMAT))
    block[257:265] = bytes(8)
    block[148:156] = b"        "
    block[148:156] = b"%06o\0 " % sum(block)
    (tmp_path / "v7").write_bytes(bytes(block) + bytes(1024))
    assert recognise(tmp_path / "v7") == "tar"


def test_missing_empty_and_special_sources_are_the_requests_fault(tmp_path):
    (tmp_path / "empty").touch()
    (tmp_path / "hollow").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name, words in [("none", "no such"), ("empty", "is empty"), ("hollow", "is empty"), ("pipe", "neither")]:
        with pytest.raises(UserError, match=words) as refused:
            recognise(tmp_path / name)
        assert str(tmp_path / name) in str(refused.value)


def test_unreadable_sources_are_the_requests_fault(tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    path = tmp_path / "locked"
    path.write_bytes(b"x")
    path.chmod(0)
    with pytest.raises(UserError, match="rights"):
        recognise(path)


def test_a_split_raw_image_is_read_and_digested_as_a_whole(tmp_path):
    (tmp_path / "disk.001").write_bytes(bytes(4096))
    (tmp_path / "disk.002").write_bytes(bytes(4096))
    assert recognise(tmp_path / "disk.001") == "split raw"
    assert [path.name for path in source_files(tmp_path / "disk.001")] == ["disk.001", "disk.002"]
    evidence = opened(tmp_path / "disk.001", tmp_path)
    assert evidence.root().size == 8192
    evidence.close()


def test_the_page_on_evidence_names_every_format_and_signature():
    page = PAGE.read_text(encoding="utf-8")
    words = {*FORMATS, *(each.word for each in SOURCES), *(each.word for each in VOLUMES)}
    assert {word for word in words if f"`{word}`" not in page} == set()

"""Archives inside images inside folders: the stack, its cache and its limits."""

import io
import tarfile
import zipfile

import pytest
from evidence_walk import by_path, content, fat_image, opened, walk

from triage.errors import LimitReached, Unsupported
from triage.evidence.layered import KEPT_LAYERS
from triage.model import Kind, Locator


def zipped(members, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def tarred(members):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


@pytest.fixture
def card(tmp_path):
    inner = tarred({"deep/y.jpg": b"picture", "other.txt": b"text"})
    outer = zipped({"in/a.tar": inner, "in/b.txt": b"b"})
    return fat_image(tmp_path / "card.dd", {"DCIM/x.zip": outer, "plain.txt": b"plain"})


def test_a_locator_text_alone_opens_anything_in_another_process(card, tmp_path):
    entries = by_path(walk(opened(card, tmp_path), archives=True)[0])
    picture = entries["/DCIM/x.zip/in/a.tar/deep/y.jpg"]
    assert picture.volume == "whole"
    assert [step.scheme for step in picture.locator.steps] == ["volume", "fs", "zip", "tar"]
    assert opened(card, tmp_path).open(Locator.parse(picture.locator.text())).read() == b"picture"


def test_archives_are_recognised_by_content(card, tmp_path):
    evidence = opened(card, tmp_path)
    entries = by_path(walk(evidence)[0])
    with pytest.raises(Unsupported, match="no archive"):
        list(evidence.children(entries["/plain.txt"]))
    with pytest.raises(Unsupported, match="hold nothing"):
        list(evidence.children(entries["/$FAT1"]))
    assert [each.path for each in evidence.children(entries["/DCIM/x.zip"])] == [
        "/DCIM/x.zip/in",
        "/DCIM/x.zip/in/a.tar",
        "/DCIM/x.zip/in/b.txt",
    ]


def test_positions_inside_an_archive_are_none_on_the_medium(card, tmp_path):
    entries = walk(opened(card, tmp_path), archives=True)[0]
    inside = [entry for entry in entries if entry.path.startswith("/DCIM/x.zip/")]
    assert inside
    assert {entry.position for entry in inside} == {None}


def test_archives_deeper_than_the_limit_are_a_problem(tmp_path):
    data = b"core"
    for level in range(5):
        data = zipped({f"{level}.zip" if level else "core.txt": data})
    (tmp_path / "a.zip").write_bytes(data)
    entries, problems = walk(opened(tmp_path / "a.zip", tmp_path), archives=True)
    assert problems == []
    assert entries[-1].name == "core.txt"
    _, problems = walk(opened(tmp_path / "a.zip", tmp_path, container_depth=3), archives=True)
    assert [type(error) for _, error in problems] == [LimitReached]


def test_a_stream_outlives_the_layer_that_is_pushed_out_of_the_cache(tmp_path):
    top = tmp_path / "top"
    top.mkdir()
    for number in range(KEPT_LAYERS * 2):
        (top / f"{number:02}.tar").write_bytes(tarred({"big.bin": bytes([number]) * 5000}))
    evidence = opened(top, tmp_path)
    members = [entry for entry in walk(evidence, archives=True)[0] if entry.name == "big.bin"]
    streams = [evidence.open(entry.locator) for entry in members]
    for number, stream in enumerate(streams):
        assert stream.read() == bytes([number]) * 5000
        stream.close()
    evidence.close()


def test_the_root_of_an_image_reads_as_the_whole_medium(card, tmp_path):
    evidence = opened(card, tmp_path)
    assert evidence.root().kind is Kind.OTHER
    assert evidence.open(Locator()).read() == card.read_bytes()
    (volume,) = evidence.children(evidence.root())
    assert content(evidence, volume) == card.read_bytes()

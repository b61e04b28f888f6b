"""What lies behind the end of a file, found by structure and examined as an entry of its own."""

import io
import zipfile
from pathlib import Path

import pytest
from making.bombs import chunk
from making.clips import make_clip
from making.items import item_from_bytes
from making.photos import animated, make_photo

from triage.case import Case
from triage.extractors.appended_data import AppendedData
from triage.formats.file_end import TYPES, end_of
from triage.model import Appended, Entry, Problem
from triage.queries import FileFilter, Queries
from triage.run import run
from triage.settings import Settings


def packed(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.txt", content)
    return target.getvalue()


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n0\n%%EOF\n"
FILES = {
    "a.jpg": make_photo(),
    "a.png": make_photo(kind="PNG", exif=False),
    "a.gif": animated(),
    "a.webp": make_photo(kind="WEBP"),
    "a.bmp": make_photo(kind="BMP", exif=False),
    "a.mp4": make_clip(seconds=1),
    "a.pdf": PDF,
    "a.zip": packed(isi=b"isi"),
}
HIDDEN = packed(rahasia=b"rahasia " * 50)


def found(name: str, data: bytes) -> list[object]:
    item = item_from_bytes(name, data)
    assert item.mime in TYPES
    return list(AppendedData().extract(item))


@pytest.mark.parametrize("name", FILES)
def test_a_whole_file_ends_where_it_ends(name: str) -> None:
    assert end_of(item_from_bytes(name, FILES[name]).mime, io.BytesIO(FILES[name])) == len(FILES[name])
    assert found(name, FILES[name]) == []


@pytest.mark.parametrize("name", sorted(set(FILES) - {"a.zip"}))
def test_an_archive_behind_it_is_found_and_becomes_an_entry(name: str) -> None:
    told, entry = found(name, FILES[name] + HIDDEN)
    at = len(FILES[name])
    assert (told.offset, told.size, told.mime) == (at, len(HIDDEN), "application/zip")
    assert (entry.name, entry.size, entry.path) == (f"appended-{at:x}.zip", len(HIDDEN), f"/{name}/appended-{at:x}.zip")
    assert entry.locator.steps[-1].text() == f"appended:appended-{at:x}.zip@{at}~{len(HIDDEN)}"


def test_of_two_archives_in_a_row_the_first_is_told() -> None:
    """Readers go by the directory at the end: what is in the first they do not show."""
    told, entry = found("a.zip", HIDDEN + FILES["a.zip"])
    assert (told.kind, told.offset, told.size, told.mime) == ("in front", 0, len(HIDDEN), "application/zip")
    assert entry.name == "appended-0.zip"


def test_filling_is_not_told() -> None:
    assert found("a.jpg", FILES["a.jpg"] + bytes(5000)) == []
    assert found("a.jpg", FILES["a.jpg"] + b"\xff" * 100 + b"\r\n") == []


def test_bytes_of_no_known_type_are_told_and_are_no_entry() -> None:
    (told,) = found("a.jpg", FILES["a.jpg"] + bytes(range(128, 255)))
    assert told == Appended(
        where=f"byte {len(FILES['a.jpg'])}", kind="behind the end", offset=len(FILES["a.jpg"]), size=127
    )


def test_what_begins_later_behind_the_end_is_found() -> None:
    unknown, told, _ = found("a.jpg", FILES["a.jpg"] + b"\x80\x81\x82\0" * 25 + FILES["a.png"])
    assert (unknown.size, unknown.mime) == (100 + len(FILES["a.png"]), None)
    assert (told.offset, told.mime) == (len(FILES["a.jpg"]) + 100, "image/png")


def test_the_clip_of_a_motion_photo_says_what_it_is() -> None:
    marked = FILES["a.jpg"] + b"\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data" + FILES["a.mp4"]
    told = [each for each in found("a.jpg", marked) if isinstance(each, Appended) and each.mime]
    assert [(each.mime, each.declared) for each in told] == [("video/mp4", "motion photo")]


def test_an_archive_inside_a_comment_shares_the_bytes() -> None:
    """A JPEG and a zip at once: nothing is behind the end of the picture but the archive's directory is the end of the file."""
    photo = FILES["a.png"]
    text = chunk(b"teXt", HIDDEN)
    data = photo[:-12] + text + photo[-12:]
    at = data.index(HIDDEN)
    shifted = found("a.png", data)
    assert [(each.kind, each.offset, each.mime) for each in shifted if isinstance(each, Appended)] == [
        ("shared", at, "application/zip")
    ]


def test_a_pdf_header_in_a_picture_shares_the_bytes() -> None:
    photo = FILES["a.jpg"]
    data = photo[:2] + b"\xff\xfe" + (len(PDF) + 2).to_bytes(2, "big") + PDF + photo[2:]
    told = [each for each in found("a.jpg", data) if isinstance(each, Appended)]
    assert [(each.kind, each.mime) for each in told] == [("shared", "application/pdf")]


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_breaks_off_has_no_end(name: str) -> None:
    data = FILES[name]
    for cut in range(1, len(data), max(1, len(data) // 40)):
        end = end_of(item_from_bytes(name, data).mime, io.BytesIO(data[:cut]))
        assert end is None or end <= cut


def test_a_long_run_of_filling_bytes_in_a_scan_is_passed_in_one_go() -> None:
    """Whoever searches it from each of its bytes anew needs hours for this one."""
    scan = b"\xff\xd8\xff\xda\x00\x02" + b"\xff" * (3 << 20)
    assert end_of("image/jpeg", io.BytesIO(scan + b"\xd9tail")) == len(scan) + 1
    assert end_of("image/jpeg", io.BytesIO(scan)) is None


def test_a_row_of_files_behind_each_other_ends() -> None:
    item = item_from_bytes("a.jpg", FILES["a.jpg"] * 6)
    levels = 0
    while True:
        told = list(AppendedData().extract(item))
        entries = [each for each in told if isinstance(each, Entry)]
        if not entries:
            break
        inner = item_from_bytes("a.jpg", FILES["a.jpg"] * (5 - levels))
        inner.entry = entries[0]
        item, levels = inner, levels + 1
    assert levels == 3
    assert [each.kind for each in told if isinstance(each, Problem)] == ["limit"]


def test_in_a_run_the_hidden_archive_is_opened(tmp_path: Path) -> None:
    (tmp_path / "exhibit").mkdir()
    (tmp_path / "exhibit" / "foto.jpg").write_bytes(FILES["a.jpg"] + HIDDEN)
    (tmp_path / "exhibit" / "arsip.jpg").write_bytes(HIDDEN)
    with Case.open_or_create(tmp_path / "case", actor="test") as case:
        run(case, tmp_path / "exhibit", exhibit="HP-01", settings=Settings(workers=1, hash_source=False))
    queries = Queries(tmp_path / "case")
    rows = queries.file_rows(queries.file_ids())
    paths = {row.path for row in rows.values()}
    at = len(FILES["a.jpg"])
    assert f"/foto.jpg/appended-{at:x}.zip/rahasia.txt" in paths
    odd = queries.file_rows(queries.file_ids(FileFilter(odd=True)))
    assert {row.path: row.appended for row in odd.values()} == {
        "/foto.jpg": f"application/zip @ {at} ({len(HIDDEN)} B)",
        "/arsip.jpg": None,
    }
    disguised = [(row.exhibit, row.path, row.mime, row.mismatch, row.kinds, row.inside) for row in queries.disguised()]
    assert disguised == [
        ("HP-01", "/foto.jpg", "image/jpeg", False, "behind the end", f"application/zip @ {at} ({len(HIDDEN)} B)"),
        ("HP-01", "/arsip.jpg", "application/zip", True, None, None),
    ]
    assert queries.disguised_count() == 2
    queries.close()

"""Fingerprint lists: imported, asked, and what the hits say."""

import io
from pathlib import Path

import pytest
from corpus import corpus_file
from PIL import Image, ImageOps

from triage.errors import UserError
from triage.formats import picture
from triage.hashing import pdq
from triage.hashing.importer import Wish, import_list, recognise
from triage.hashing.lists import Lists, open_lists
from triage.model import Brightness, Frame, Hit

HAYSTACK = ("vectors", "pdq", "reg-test-input__haystack.txt")


def imported(
    home: Path, content: str, *, name: str = "a", kind: str = "notable", file: str = "a.csv", **options
) -> Lists:
    source = home / file
    source.write_text(content)
    import_list([recognise(source, **options)], Wish(name, kind), home=home, actor="test")
    return open_lists([name], home)


def brightness(image: Image.Image) -> Brightness:
    target = io.BytesIO()
    image.save(target, "PNG")
    return picture.decode(io.BytesIO(target.getvalue()), most_pixels=1 << 30).brightness


def scene() -> Image.Image:
    with Image.open(corpus_file("vectors", "pdq", "bridge-mods__aaa-orig.jpg")) as image:
        return image.convert("RGB").resize((800, 502))


def value_of(image: Image.Image) -> str:
    return pdq.fingerprint(brightness(image)).value.hex()


def row(image: Image.Image, quality: int = 100) -> str:
    return f"pdq,quality,name,category\n{value_of(image)},{quality},jembatan.jpg,7\n"


def only(hits) -> Hit:
    (hit,) = hits
    return hit


def test_an_edited_picture_is_a_hit_of_its_own_kind(tmp_path: Path) -> None:
    lists = imported(tmp_path, row(scene()))
    hit = only(lists.prints.match_picture(brightness(ImageOps.mirror(scene()).resize((640, 400)))))
    assert (hit.how, hit.list, hit.list_kind, hit.category, hit.code) == ("fingerprint", "a", "notable", "7", "7")
    assert hit.value == f"pdq:{value_of(scene())}"
    assert hit.distance is not None
    assert hit.distance <= 12
    for words in ("near-identical", "'jembatan.jpg'", f"{hit.distance:.0f} of 256 bits", "mirrored left to right"):
        assert words in hit.explanation


def test_a_probable_one_is_called_so(tmp_path: Path) -> None:
    changed = bytearray.fromhex(value_of(scene()))
    for place in range(20):
        changed[place] ^= 1
    lists = imported(tmp_path, f"pdq\n{changed.hex()}\n")
    hit = only(lists.prints.match_picture(brightness(scene())))
    assert (hit.distance, "probably" in hit.explanation) == (20.0, True)


def test_little_to_see_is_no_match_on_either_side(tmp_path: Path) -> None:
    lists = imported(tmp_path, row(scene(), quality=49))
    assert list(lists.prints.match_picture(brightness(scene()))) == []
    plain = Image.new("RGB", (600, 400), "white")
    lists = imported(tmp_path, row(plain), name="b")
    assert list(lists.prints.match_picture(brightness(plain))) == []


def test_a_known_list_is_not_asked(tmp_path: Path) -> None:
    lists = imported(tmp_path, f"pdq,name\n{value_of(scene())},x\n", kind="known")
    assert not lists.prints


def test_a_text_of_fingerprints_is_told_by_the_operator(tmp_path: Path) -> None:
    text = corpus_file(*HAYSTACK).read_text()
    distinct = len(set(text.split()))
    assert imported(tmp_path, text, file="h.txt").infos[0].counts == {"sha256": distinct}
    lists = imported(tmp_path, text, name="b", file="h.txt", as_pdq=True)
    assert lists.infos[0].counts == {"pdq": distinct}
    assert lists.infos[0].sources[0].format == "text of PDQ fingerprints"


@pytest.mark.parametrize(
    "line", ["{},80", "80,{}", "{} 80 nama.jpg", "{}\t80", "{},80,nama.jpg"], ids=lambda line: line.format("PDQ")
)
def test_forms_of_a_line(tmp_path: Path, line: str) -> None:
    lists = imported(tmp_path, line.format(value_of(scene())) + "\nbukan sidik\n", as_pdq=True)
    (table,) = lists.infos[0].tables
    assert (table.columns, table.rows) == (("pdq", "quality"), 1)
    hit = only(lists.prints.match_picture(brightness(scene())))
    assert ("nama.jpg" in hit.explanation) is ("nama" in line)


def test_fingerprints_of_a_vics_file_go_with_their_digests(tmp_path: Path) -> None:
    media = f'{{"MediaID": 1, "MD5": "{"ab" * 16}", "AlternativeHashes": [{{"HashName": "PDQ", "HashValue": "{value_of(scene())}"}}]}}'
    lists = imported(
        tmp_path, f'{{"@odata.context": "x/ProjectVic/DataModels/2.0.xml/US/$metadata#Media", "value": [{media}]}}'
    )
    assert lists.infos[0].counts == {"md5": 1, "pdq": 1}
    assert only(lists.prints.match_picture(brightness(scene()))).distance == 0


def test_a_folder_of_own_pictures(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    scene().save(folder / "jembatan.png")
    (folder / "note.txt").write_text("catatan")

    def look(path: Path):
        if path.suffix == ".png":
            with path.open("rb") as stream:
                yield pdq.fingerprint(picture.decode(stream, most_pixels=1 << 30).brightness)

    receipt = import_list([recognise(folder, look=look)], Wish("own", "notable"), home=tmp_path, actor="test")
    assert (receipt.read, receipt.taken, receipt.counts["pdq"], receipt.counts["sha256"]) == (2, 2, 1, 2)
    hit = only(open_lists(["own"], tmp_path).prints.match_picture(brightness(ImageOps.expand(scene(), 40, "black"))))
    assert "jembatan.png" in hit.explanation
    assert "borders trimmed" in hit.explanation


def test_a_sealed_list_finds_the_same(tmp_path: Path) -> None:
    from triage.hashing.vault import unlock

    source = tmp_path / "a.csv"
    source.write_text(row(scene()))
    vault = unlock("kata sandi panjang", tmp_path)
    import_list([recognise(source)], Wish("a", "notable", vault=vault), home=tmp_path, actor="test")
    assert bytes.fromhex(value_of(scene())) not in b"".join(path.read_bytes() for path in tmp_path.glob("lists/a/*/*"))
    lists = open_lists(["a"], tmp_path, vault)
    assert only(lists.prints.match_picture(brightness(scene()))).distance == 0
    lists.close()


def test_a_damaged_index_is_refused(tmp_path: Path) -> None:
    imported(tmp_path, row(scene())).close()
    (near,) = tmp_path.glob("lists/a/*/*.near")
    near.write_bytes(near.read_bytes()[:-1])
    with pytest.raises(UserError, match="damaged"):
        open_lists(["a"], tmp_path)


def frames(name: str) -> list[Frame]:
    """Published frames of a clip, ten a second."""
    lines = corpus_file("vectors", "video", f"{name}.vpdq.txt").read_text().splitlines()[::3]
    rows = [line.split(",") for line in lines]
    return [Frame(where="f", second=float(row[3]), fingerprint=row[2], quality=int(row[1])) for row in rows]


@pytest.fixture
def clips(tmp_path: Path) -> Lists:
    sources = [
        recognise(corpus_file("vectors", "video", f"{name}.vpdq.txt"))
        for name in ("chair-orig-22-sd-bar", "doorknob-hd-no-bar")
    ]
    assert {source.format for source in sources} == {"frames of a clip (vPDQ)"}
    import_list(sources, Wish("clips", "notable"), home=tmp_path, actor="test")
    return open_lists(["clips"], tmp_path)


def test_an_edited_clip_matches_as_a_set(clips: Lists) -> None:
    """The same clip with a grey cast: its own file is not on the list."""
    hit = only(clips.prints.match_clip(frames("chair-22-sd-grey-bar")))
    assert (hit.how, "'chair-orig-22-sd-bar'" in hit.explanation) == ("fingerprint", True)
    assert "100% of those looked at" in hit.explanation
    assert "0:00:00.0 to 0:00:" in hit.explanation


def test_a_part_of_a_clip_is_found_at_its_times(clips: Lists) -> None:
    other = [Frame(where="f", second=each, fingerprint="0f" * 32, quality=100) for each in range(5)]
    part = [
        Frame(where="f", second=frame.second + 5, fingerprint=frame.fingerprint, quality=frame.quality)
        for frame in frames("chair-orig-22-sd-bar")[50:60]
    ]
    hit = only(clips.prints.match_clip([*other, *part]))
    assert "The clip at 0:00:10.0 to 0:00:10.9 " in hit.explanation
    assert "10 frames, 67% of those looked at" in hit.explanation


def test_one_frame_in_common_is_no_match(clips: Lists) -> None:
    assert list(clips.prints.match_clip(frames("doorknob-hd-no-bar")[:1])) == []


def test_another_clip_is_no_match(clips: Lists) -> None:
    made = [Frame(where="f", second=each, fingerprint=f"{each:02x}" * 32, quality=100) for each in range(20)]
    assert list(clips.prints.match_clip(made)) == []


def test_frames_without_a_name(tmp_path: Path) -> None:
    chosen = [frame for frame in frames("chair-orig-22-sd-bar") if frame.quality >= 50][:5]
    lists = imported(tmp_path, "\n".join(frame.fingerprint for frame in chosen), as_pdq=True)
    hit = only(lists.prints.match_clip(chosen[:1]))
    assert "1 frame, 100% of those looked at; in the nearest" in hit.explanation
    lists.close()

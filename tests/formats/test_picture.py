"""Pictures: sizes and previews of made and public ones, refusals, and a blur that cannot be undone."""

import contextlib
import io
import json

import pytest
from corpus import corpus_file
from making.photos import make_photo
from PIL import Image, ImageStat

from triage.errors import EvidenceError, LimitReached, Malformed, Truncated, Unsupported
from triage.formats import picture

LIMIT = 200_000_000


def preview(data: bytes, most_pixels: int = LIMIT) -> picture.Small:
    return picture.decode(io.BytesIO(data), most_pixels=most_pixels).preview


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "HEIF", "AVIF"])
def test_size_and_preview_of_every_kind(kind: str) -> None:
    data = make_photo(size=(800, 400), kind=kind, exif=False)
    assert picture.size(io.BytesIO(data)) == (800, 400)
    small = preview(data)
    assert (small.width, small.height) == (256, 128)
    with Image.open(io.BytesIO(small.jpeg)) as image:
        assert (image.format, image.size) == ("JPEG", (256, 128))


def test_small_pictures_are_not_blown_up() -> None:
    small = preview(make_photo(size=(40, 30)))
    assert (small.width, small.height) == (40, 30)


# EXIF 2.32, tag Orientation: where the first stored row and column are seen; hence where the two ends of row 0 are.
CORNERS = {
    1: ("top left", "top right"),
    2: ("top right", "top left"),
    3: ("bottom right", "bottom left"),
    4: ("bottom left", "bottom right"),
    5: ("top left", "bottom left"),
    6: ("top right", "bottom right"),
    7: ("bottom right", "top right"),
    8: ("bottom left", "top left"),
}


@pytest.mark.parametrize("orientation", CORNERS)
def test_orientation_is_applied(orientation: int) -> None:
    image = Image.new("RGB", (200, 100), "white")
    image.paste("red", (0, 0, 40, 40))
    image.paste("blue", (160, 0, 200, 40))
    exif = Image.Exif()
    exif[0x0112] = orientation
    target = io.BytesIO()
    image.save(target, "JPEG", exif=exif.tobytes())
    with Image.open(io.BytesIO(preview(target.getvalue()).jpeg)) as seen:
        assert seen.size == ((200, 100) if orientation < 5 else (100, 200))
        assert (_corner(seen, 0), _corner(seen, 2)) == CORNERS[orientation]


def _corner(image: Image.Image, channel: int) -> str:
    """The corner in which one colour channel stands out."""
    places = {"left": 10, "right": image.width - 10, "top": 10, "bottom": image.height - 10}
    for row in ("top", "bottom"):
        for column in ("left", "right"):
            pixel = image.getpixel((places[column], places[row]))
            if pixel[channel] > 200 and max(pixel[each] for each in range(3) if each != channel) < 100:
                return f"{row} {column}"
    return "nowhere"


def test_public_samples_of_one_scene_turned_look_the_same() -> None:
    previews = [
        preview(corpus_file("photos", "orientation", f"Landscape_{number}.jpg").read_bytes()) for number in (3, 6, 8)
    ]
    assert len({(each.width, each.height) for each in previews}) == 1
    first, *others = [Image.open(io.BytesIO(each.jpeg)).convert("RGB") for each in previews]
    for other in others:
        pairs = zip(first.tobytes(), other.tobytes(), strict=True)
        assert sum(abs(a - b) for a, b in pairs) / len(first.tobytes()) < 12


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "I;16", "I", "CMYK"])
def test_every_mode_becomes_a_preview(mode: str) -> None:
    target = io.BytesIO()
    image = Image.linear_gradient("L")
    if mode == "I;16":
        Image.frombytes("I;16", (64, 64), bytes(range(256)) * 32).save(target, "PNG")
    else:
        image.convert(mode).save(target, "TIFF" if mode in {"I", "CMYK"} else "PNG")
    assert preview(target.getvalue()).jpeg.startswith(b"\xff\xd8")


def test_brightness_is_of_the_picture_as_seen_and_reduced() -> None:
    image = Image.new("L", (2400, 1200), 30)
    image.paste(220, (0, 0, 1200, 1200))
    exif = Image.Exif()
    exif[0x0112] = 6  # the left of the stored picture is seen at the top
    target = io.BytesIO()
    image.save(target, "JPEG", exif=exif.tobytes())
    found = picture.decode(io.BytesIO(target.getvalue()), most_pixels=LIMIT).brightness
    assert (found.width, found.height, found.longest) == (600, 1200, 2400)
    assert (found.pixels[0], found.pixels[-1]) == (220, 30)
    assert len(found.pixels) == 600 * 1200


def test_a_public_photograph_as_heic() -> None:
    with corpus_file("photos", "libheif", "example.heic").open("rb") as stream:
        found = picture.decode(stream, most_pixels=LIMIT)
    assert (found.preview.width, found.preview.height, found.brightness.longest) == (256, 171, 1280)


def test_a_bomb_is_refused_by_its_header() -> None:
    with pytest.raises(LimitReached, match="640 x 480"):
        preview(make_photo(size=(640, 480)), most_pixels=640 * 480 - 1)


def test_failures_are_named() -> None:
    photo = make_photo()
    with pytest.raises(Truncated):
        preview(photo[: len(photo) // 2])
    with pytest.raises(Malformed):
        preview(b"\xff\xd8\xff" + bytes(100))
    with pytest.raises(Unsupported):
        preview(b"no picture at all")


def test_hostile_and_odd_pictures_give_a_preview_or_an_evidence_error(capfd) -> None:
    counted = 0
    for folder in ("hostile/media", "photos/pngsuite", "photos/pillow"):
        for path in sorted(corpus_file(*folder.split("/")).iterdir()):
            counted += 1
            for work in (picture.size, lambda stream: picture.decode(stream, most_pixels=LIMIT)):
                with path.open("rb") as stream, contextlib.suppress(EvidenceError):
                    work(stream)
    assert counted > 100
    capfd.readouterr()  # libtiff writes its own complaints


def test_sizes_agree_with_exiftool() -> None:
    compared = 0
    for row in json.loads(corpus_file("truth", "exiftool", "dev.photos.json").read_text(encoding="utf-8")):
        if row.get("File:MIMEType") not in {"image/jpeg", "image/png", "image/gif", "image/bmp"}:
            continue
        group = {"image/jpeg": "File", "image/png": "PNG", "image/gif": "GIF", "image/bmp": "File"}[
            row["File:MIMEType"]
        ]
        expected = (row.get(f"{group}:ImageWidth"), row.get(f"{group}:ImageHeight"))
        if not all(expected):
            continue  # no frame header, or a height of 0
        with corpus_file(*row["SourceFile"].split("/")).open("rb") as stream:
            assert picture.size(stream) == expected, row["SourceFile"]
        compared += 1
    assert compared > 100


def test_a_blur_keeps_nothing_that_can_be_recognised() -> None:
    board = Image.new("RGB", (256, 256), "white")
    for x in range(0, 256, 8):
        for y in range(0, 256, 8):
            board.paste("black" if (x + y) // 8 % 2 else "white", (x, y, x + 8, y + 8))
    target = io.BytesIO()
    board.save(target, "JPEG")
    with Image.open(io.BytesIO(picture.blurred(target.getvalue()))) as blurred:
        assert blurred.mode == "L"
        assert max(blurred.size) == 128
        assert ImageStat.Stat(blurred).stddev[0] < 3  # a chess board becomes one grey


def test_equal_means_give_equal_blurs() -> None:
    """Irreversible: pictures that differ inside every cell are the same once blurred."""
    left = Image.effect_noise((256, 256), 60).convert("L")
    means = left.resize((8, 8), Image.Resampling.BOX)
    right = means.resize((256, 256), Image.Resampling.NEAREST)
    results = []
    for image in (left, right):
        target = io.BytesIO()
        image.save(target, "JPEG", quality=100)
        with Image.open(io.BytesIO(picture.blurred(target.getvalue()))) as blurred:
            results.append(blurred.tobytes())
    assert max(abs(a - b) for a, b in zip(*results, strict=True)) < 8


def test_a_strip_is_looked_at_reduced_along_it() -> None:
    """A picture of 320 x 39,887 pixels in 8 KB, found by guided search, took 664 MB to fingerprint."""
    target = io.BytesIO()
    Image.linear_gradient("L").resize((320, 39_887)).save(target, "PNG")
    seen = picture.decode(io.BytesIO(target.getvalue()), most_pixels=LIMIT).brightness
    assert (seen.width, seen.longest) == (320, 39_887)
    assert seen.height < 1000
    rows = [seen.pixels[number * seen.width] for number in range(seen.height)]
    assert rows == sorted(rows)
    assert rows[0] <= 2
    assert rows[-1] >= 253

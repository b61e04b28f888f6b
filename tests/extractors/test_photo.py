"""Pictures as records."""

from dataclasses import replace

import pytest
from corpus import corpus_file
from making.items import item_from_bytes
from making.photos import MAKE, make_photo

from triage.extractors import wanted_by
from triage.extractors.photo import PhotoMetadata
from triage.model import Brightness, Media, Preview, Problem, Zone
from triage.settings import Limits


def records(data: bytes, name: str = "a.jpg", **options):
    item = item_from_bytes(name, data, **options)
    assert [extractor.name for extractor in wanted_by(item)] == ["photo-metadata"]
    return [each for each in PhotoMetadata().extract(item) if not isinstance(each, Brightness)]


def test_a_photograph() -> None:
    media, preview = records(make_photo(gps=(-6.2, 106.8)))
    assert isinstance(media, Media)
    assert isinstance(preview, Preview)
    assert (media.kind, media.make, media.width, media.height, media.where) == ("picture", MAKE, 640, 480, "EXIF")
    assert media.taken_at is not None
    assert media.taken_at.zone is Zone.UNKNOWN
    assert media.origin is None
    assert (preview.width, preview.height, preview.where) == (256, 192, "pixels")


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "BMP", "TIFF"])
def test_a_picture_without_exif_has_its_size_alone(kind: str) -> None:
    media, preview = records(make_photo(kind=kind, exif=False))
    assert isinstance(preview, Preview)
    assert replace(media, fingerprint=None, quality=None) == Media(where="EXIF", kind="picture", width=640, height=480)
    assert len(bytes.fromhex(media.fingerprint)) == 32
    assert media.quality > 0


def test_damaged_exif_does_not_cost_the_picture() -> None:
    data = make_photo()
    at = data.index(b"Exif\0\0") + 6
    problem, media, preview = records(data[:at] + b"XX" + data[at + 2 :])
    assert (problem.kind, problem.stage) == ("malformed", "photo-metadata")
    assert (media.width, media.make) == (640, None)
    assert isinstance(preview, Preview)


def test_damaged_pixels_do_not_cost_the_exif() -> None:
    data = make_photo()
    media, problem = records(data[: len(data) // 2])
    assert media.make == MAKE
    assert (problem.kind, problem.stage) == ("truncated", "photo-metadata")


def test_the_pixel_limit_is_told() -> None:
    media, problem = records(make_photo(), limits=Limits(picture_pixels=1000))
    assert (media.width, problem.kind) == (640, "limit")


def test_a_picture_that_is_not_decoded_yet_is_told() -> None:
    jxl = b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(64)
    found = records(jxl, "a.jxl")
    assert [each for each in found if isinstance(each, Media)] == [Media(where="EXIF", kind="picture")]
    assert {each.kind for each in found if isinstance(each, Problem)} <= {"unsupported", "malformed", "truncated"}
    assert found[-1].kind == "unsupported"


def test_a_damaged_heic_is_told() -> None:
    found = records(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64), "a.heic")
    assert found[-1].kind == "malformed"


def test_the_fingerprint_is_the_published_one() -> None:
    """Of the reference's own picture; decoders may differ by 10 bits."""
    expected = 0xD8F8F0CEE0F4A84F0637022A078F67F0B36E2ED596621E1D33E6339C4E9C9B22
    media, *_ = records(corpus_file("vectors", "pdq", "bridge-mods__aaa-orig.jpg").read_bytes())
    assert (int(media.fingerprint, 16) ^ expected).bit_count() <= 10
    assert media.quality == 100


def test_drawings_are_not_wanted() -> None:
    assert wanted_by(item_from_bytes("a.svg", b"<svg xmlns='x'/>")) == ()

"""Pictures as records."""

import io
import json
import struct

import pytest
from corpus import corpus_file
from making.clips import scene
from making.items import item_from_bytes
from making.photos import MAKE, make_photo
from PIL import Image

from triage.extractors import wanted_by
from triage.extractors.photo import PhotoMetadata
from triage.model import Brightness, Media, Metadata, Preview, Problem, Zone
from triage.settings import Limits


def records(data: bytes, name: str = "a.jpg", **options):
    item = item_from_bytes(name, data, **options)
    assert next(extractor.name for extractor in wanted_by(item)) == "photo-metadata"
    found = [each for each in PhotoMetadata().extract(item) if not isinstance(each, Brightness | Metadata)]
    return [each for each in found if not (isinstance(each, Preview) and each.view == "small")]


def sources(data: bytes, name: str = "a.jpg") -> dict[str, dict[str, str]]:
    found = PhotoMetadata().extract(item_from_bytes(name, data))
    return {each.source: json.loads(each.tags) for each in found if isinstance(each, Metadata)}


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
    told = "read" if kind == "TIFF" else "none"  # a TIFF's own directory is EXIF
    assert (media.width, media.height, media.make, media.metadata, media.seen_in) == (640, 480, None, told, "pixels")
    assert len(bytes.fromhex(media.fingerprint)) == 32
    assert media.quality > 0


def test_damaged_exif_does_not_cost_the_picture() -> None:
    data = make_photo()
    at = data.index(b"Exif\0\0") + 6
    problem, media, preview = records(data[:at] + b"XX" + data[at + 2 :])
    assert (problem.kind, problem.stage) == ("malformed", "photo-metadata")
    assert (media.width, media.make, media.metadata) == (640, None, "unreadable")
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
    assert [each for each in found if isinstance(each, Media)] == [Media(where="EXIF", kind="picture", metadata="none")]
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


XMP = b"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmp:CreatorTool="Penyunting 3"
 xmp:CreateDate="2026-03-14T09:26:53+07:00"><xmpMM:OriginalDocumentID>xmp.did:0001</xmpMM:OriginalDocumentID>
 <dc:creator><rdf:Seq><rdf:li>Dewi</rdf:li><rdf:li>Budi</rdf:li></rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>"""


def with_segment(photo: bytes, marker: int, payload: bytes) -> bytes:
    return photo[:2] + bytes((0xFF, marker)) + (len(payload) + 2).to_bytes(2, "big") + payload + photo[2:]


def test_xmp_says_what_exif_does_not() -> None:
    photo = with_segment(make_photo(exif=False), 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)
    media = records(photo)[0]
    assert (media.software, media.author, media.document_id) == ("Penyunting 3", "Dewi; Budi", "xmp.did:0001")
    assert (media.taken_from, media.zone, media.metadata) == ("XMP xmp:CreateDate", "+07:00", "none")
    assert media.taken_at.zone is Zone.UTC
    assert sources(photo)["xmp"]["dc:creator"] == "Dewi; Budi"


def test_xmp_with_entities_is_not_expanded() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbb">]><x:xmpmeta xmlns:x="adobe:ns:meta/">&b;</x:xmpmeta>'
    problem, *_ = records(with_segment(make_photo(), 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + bomb))
    assert (problem.kind, problem.stage) == ("malformed", "photo-metadata")


def test_iptc_is_kept() -> None:
    dataset = b"\x1c\x02\x50\0\x04Dewi\x1c\x02\x78\0\x05Pasar"
    resource = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + len(dataset).to_bytes(4, "big") + dataset
    assert sources(with_segment(make_photo(), 0xED, resource))["iptc"] == {"By-line": "Dewi", "Caption": "Pasar"}


def test_the_encoding_is_of_the_program_and_not_of_the_picture() -> None:
    """The library's own setting is found again in the tables."""
    first, second, other = (
        records(each)[0] for each in (make_photo(shade=1), make_photo(shade=9), jpeg_of_quality(60))
    )
    assert first.encoding == second.encoding
    assert first.encoding_tables != other.encoding_tables
    assert (first.encoding_quality, other.encoding_quality) == (75, 60)


def jpeg_of_quality(quality: int) -> bytes:
    target = io.BytesIO()
    Image.open(io.BytesIO(make_photo())).save(target, "JPEG", quality=quality)
    return target.getvalue()


def with_thumbnail(shown: bytes, orientation: int = 1) -> bytes:
    """A photograph whose EXIF holds a small copy of `shown`."""
    small = io.BytesIO()
    Image.open(io.BytesIO(shown)).resize((160, 120)).save(small, "JPEG")
    jpeg = small.getvalue()
    first = struct.pack("<HHHII", 1, 0x0112, 3, 1, orientation) + struct.pack("<I", 26)
    second = struct.pack("<HHHII", 2, 0x0201, 4, 1, 56) + struct.pack("<HHII", 0x0202, 4, 1, len(jpeg)) + bytes(4)
    block = b"Exif\0\0II*\0" + struct.pack("<I", 8) + first + second + jpeg
    return with_segment(busy_photo(1), 0xE1, block)


def busy_photo(number: int) -> bytes:
    target = io.BytesIO()
    scene(number, (640, 480)).save(target, "JPEG")
    return target.getvalue()


def test_a_thumbnail_of_the_picture_is_near_it() -> None:
    media, *previews = records(with_thumbnail(busy_photo(1)))
    assert media.thumbnail_distance <= 31
    assert [each.view for each in previews] == ["large"]


def test_a_thumbnail_of_another_picture_is_kept_and_told() -> None:
    media, *previews = records(with_thumbnail(busy_photo(2)))
    assert media.thumbnail_distance >= 90
    assert [(each.view, each.width, each.height) for each in previews] == [("large", 256, 192), ("thumbnail", 160, 120)]


def test_in_profile_quick_the_thumbnail_stands_for_the_picture() -> None:
    item = item_from_bytes("a.jpg", with_thumbnail(busy_photo(1), orientation=6))
    item.quick = True
    media, *rest = (each for each in PhotoMetadata().extract(item) if not isinstance(each, Metadata | Brightness))
    assert (media.width, media.height, media.seen_in) == (640, 480, "embedded thumbnail")
    assert next((each.view, each.width, each.height, each.where) for each in rest) == (
        "large",
        120,
        160,
        "embedded thumbnail",
    )


def test_a_raw_file_shows_its_largest_jpeg() -> None:
    """A DNG made by code: the sensor's own data is not decoded, and a lossless JPEG is no picture to show."""
    jpeg = make_photo(size=(320, 240), exif=False)
    fields = [(0x0100, 4, 1, 4000), (0x0101, 4, 1, 3000), (0x0106, 3, 1, 32803), (0xC612, 1, 4, 0x401)]
    directory = struct.pack("<H", len(fields)) + b"".join(struct.pack("<HHII", *each) for each in fields) + bytes(4)
    lossless = jpeg.replace(b"\xff\xc0", b"\xff\xc3").replace((240).to_bytes(2, "big"), (9000).to_bytes(2, "big"), 1)
    media, preview = records(b"II*\0" + struct.pack("<I", 8) + directory + lossless + jpeg, "a.dng")
    assert (media.width, media.height, media.seen_in) == (4000, 3000, "embedded picture")
    assert (preview.width, preview.height) == (256, 192)

"""Every parser of our own by name, as something that takes bytes, with what it is tried on first.

`formats` are asked directly, each kind of source as a whole (opened, walked, every file read to a limit), every extractor over its fixture,
the reader of hash lists, and that of the custody log. What any of them may raise is an EvidenceError, a UserError where a person chose the
file, or a CaseError over the log. `bench/guided.py` searches for more; `test_kept_inputs` runs what it found.
"""

import contextlib
import io
import json
import plistlib
import random
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from extractors.test_damage import FIXTURES
from making import clips, download_marks, phones, photos, postbox, protobufs, streams, telegram, thumbs, ufdr
from making.android_backup import make_android_backup
from making.bombs import BOMBS
from making.databases import make_notes
from making.items import item_from_bytes

from triage.custody import verify_log
from triage.errors import CaseError, EvidenceError, UserError
from triage.evidence import open_evidence
from triage.extractors import EXTRACTORS
from triage.filetype import identify
from triage.formats import (
    abx,
    apple_double,
    ares,
    bencode,
    chromium_cache,
    ed2k_tags,
    exif,
    exif_block,
    file_end,
    heif_exif,
    iso_boxes,
    java_serial,
    jpeg_parts,
    json_stream,
    jxl,
    older_raw,
    picture_facts,
    plist,
    properties,
    protobuf,
    raw_picture,
    salvage,
    segb,
    shareaza,
    shared_prefs,
    typedstream,
    usage_stats,
    vcards,
    xml_events,
    xmp,
)
from triage.formats.telegram import export_html, messages
from triage.formats.telegram import postbox as postbox_format
from triage.formats.thumbs import android, thumbcache, thumbs_db
from triage.formats.whatsapp import crypt, export
from triage.hashing.importer import Wish, import_list
from triage.model import Kind, Problem
from triage.settings import Limits

MOST = 2000  # values taken of one input, entries walked of one source
READ = 1 << 16  # bytes read of each file of a source
LARGEST = 1 << 20  # a first input
LIMITS = Limits(
    entry_seconds=5, container_entries=MOST, scratch_copy_bytes=8 << 20, source_copy_bytes=8 << 20, orphans=100
)
MAY_RAISE = (EvidenceError, UserError, CaseError)
Seeds = Callable[[], Iterable[bytes]]


@dataclass(frozen=True)
class Parser:
    """`run` takes any bytes; `seeds` makes the first ones."""

    run: Callable[[bytes], object]
    seeds: Seeds


def tried(parser: Parser, data: bytes) -> None:
    """One input; what else than MAY_RAISE comes out is a defect."""
    with contextlib.suppress(*MAY_RAISE):
        parser.run(data)


def taken(values: Iterable[object]) -> None:
    """Use up an iterator, bounded."""
    for number, _ in enumerate(values):
        if number > MOST:
            break


def on_stream(read: Callable[[io.BytesIO], object]) -> Callable[[bytes], object]:
    return lambda data: read(io.BytesIO(data))


# ------------------------------------------------------------------------------------ what they are tried on first


def these(*data: bytes) -> Seeds:
    return lambda: data


def _picture_seeds() -> Iterable[bytes]:
    yield photos.make_photo(size=(96, 64), gps=(-6.2, 106.8), altitude=3.0)
    yield photos.animated()
    for name in ("looping.jpg", "tiled.heic", "deep.xmp"):
        yield from (make() for each, make in BOMBS.items() if each == name)
    yield b"II*\0\x08\0\0\0\x01\0\x0f\x01\x02\0\x06\0\0\0\x26\0\0\0\0\0\0\0" + b"Nikon\0" + bytes(64)


def _clip_seeds() -> Iterable[bytes]:
    yield clips.make_clip(seconds=1, size=(64, 48))


def _fixture(name: str) -> bytes:
    file, make = FIXTURES[name]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(file).name
        make(path)
        return path.read_bytes()


def fixture(name: str) -> Seeds:
    return lambda: [_fixture(name)]


def _notes() -> Iterable[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        yield make_notes(Path(folder) / "a.db").read_bytes() if make_notes(Path(folder) / "b.db") else b""


# ------------------------------------------------------------------------------------ whole sources


def source(data: bytes) -> None:
    """Opened as a source, walked, every file read to a limit."""
    with tempfile.TemporaryDirectory(prefix="sigap-source-") as folder:
        path = Path(folder) / "source"
        path.write_bytes(data)
        evidence = open_evidence(path, limits=LIMITS, scratch=Path(folder), password="sandi")
        try:
            _walked(evidence, evidence.root(), [0])
        finally:
            evidence.close()


def _walked(evidence: object, entry: object, count: list[int], depth: int = 0) -> None:
    with contextlib.suppress(EvidenceError):
        for child in evidence.children(entry):
            count[0] += 1
            if count[0] > MOST or depth > LIMITS.folder_depth:
                return
            if isinstance(child, Problem):
                continue
            if child.kind is Kind.FILE:
                _read(evidence, child)
            if child.kind is not Kind.FILE:
                _walked(evidence, child, count, depth + 1)


def _read(evidence: object, entry: object) -> None:
    with contextlib.suppress(EvidenceError):
        stream = evidence.content(entry)
        try:
            stream.read(READ)
        finally:
            stream.close()


FILES = {"catatan.txt": b"Rekaan saja\n" * 40, "foto/a.jpg": b"\xff\xd8\xff\xd9", "kosong": b""}


def _archive(kind: str) -> Iterable[bytes]:
    target = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in FILES.items():
                archive.writestr(zipfile.ZipInfo(name, (2024, 3, 1, 10, 11, 12)), data)
    else:
        with tarfile.open(fileobj=target, mode="w") as archive:
            for name, data in FILES.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
    yield target.getvalue()


def _seven() -> Iterable[bytes]:
    import py7zr

    target = io.BytesIO()
    with py7zr.SevenZipFile(target, "w") as archive:
        for name, data in FILES.items():
            archive.writestr(data, name)
    yield target.getvalue()


def _android() -> Iterable[bytes]:
    inner = next(iter(_archive("tar")))
    yield make_android_backup(inner)
    yield make_android_backup(inner, password="sandi", rounds=2)


def made_by(*command: str, size: int = 0, then: tuple[str, ...] = ()) -> Seeds:
    """An image that a program of the system makes; nothing where it is not installed. `{}` is the image, `{raw}` some bytes."""

    def seeds() -> Iterable[bytes]:
        if not shutil.which(command[0]) or (then and not shutil.which(then[0])):
            return
        with tempfile.TemporaryDirectory() as folder:
            raw, image = Path(folder) / "raw", Path(folder) / "image"
            raw.write_bytes(random.Random(1).randbytes(4096) + bytes(60 << 10))
            if size:
                image.write_bytes(bytes(size))
            for words in (command, then):
                filled = [word.replace("{raw}", str(raw)).replace("{}", str(image)) for word in words]
                if filled:
                    subprocess.run(filled, check=False, capture_output=True, timeout=60)
            made = sorted(Path(folder).glob("image*"))
            yield from (path.read_bytes() for path in made[:1] if path.stat().st_size)

    return seeds


def qemu(form: str, *options: str) -> Seeds:
    return made_by("qemu-img", "convert", "-f", "raw", "-O", form, *options, "{raw}", "{}")


SOURCES: dict[str, Seeds] = {
    "zip": lambda: _archive("zip"),
    "tar": lambda: _archive("tar"),
    "7z": _seven,
    "android backup": _android,
    "ufdr": lambda: [ufdr.make_ufdr(ufdr.whole_report(), [("files/a.jpg", b"\xff\xd8\xff\xd9")])],
    "qcow2": qemu("qcow2"),
    "qcow2 compressed": qemu("qcow2", "-c"),
    "vmdk": qemu("vmdk"),
    "vmdk stream": qemu("vmdk", "-o", "subformat=streamOptimized"),
    "vhd": qemu("vpc"),
    "vdi": qemu("vdi"),
    "vhdx": qemu("vhdx", "-o", "log_size=1M,block_size=1M"),
    "parallels": qemu("parallels"),
    "luks": made_by("qemu-img", "create", "-f", "luks", "--object", "secret,id=k,data=sandi",
                    "-o", "key-secret=k,iter-time=10", "{}", "32K"),
    "e01": made_by("ewfacquire", "-q", "-u", "-f", "encase6", "-c", "deflate:fast", "-t", "{}", "{raw}"),
    "fat": made_by("mkfs.fat", "-F", "12", "{}", size=256 << 10, then=("mcopy", "-i", "{}", "{raw}", "::/a.bin")),
    "exfat": made_by("mkfs.exfat", "{}", size=1 << 20),
    "ext4": made_by("mkfs.ext4", "-q", "-F", "-O", "inline_data,^has_journal", "-N", "16", "{}", size=512 << 10,
                    then=("debugfs", "-w", "-R", "write {raw} a.bin", "{}")),
    "ntfs": made_by("mkntfs", "-F", "-Q", "-q", "{}", size=1 << 20),
}  # fmt: skip


# ------------------------------------------------------------------------------------ lists and the log


def hash_list(data: bytes) -> None:
    with tempfile.TemporaryDirectory(prefix="sigap-list-") as folder:
        path = Path(folder) / "list"
        path.write_bytes(data)
        import_list(path, Wish("daftar", "notable"), home=Path(folder) / "home", actor="Penyidik Wira")


def log(data: bytes) -> None:
    with tempfile.TemporaryDirectory(prefix="sigap-log-") as folder:
        path = Path(folder) / "custody.jsonl"
        path.write_bytes(data)
        verify_log(path)


def _log() -> Iterable[bytes]:
    yield b'{"action":"case.create","actor":"W","at":"2026-01-01T00:00:00.000000Z","data":{},"number":1}\n'


LISTS = these(
    b"0" * 32 + b"\n" + b"1" * 40 + b"\n",
    b'"SHA-1","MD5","CRC32","FileName","FileSize"\n"' + b"0" * 40 + b'","' + b"1" * 32 + b'","0","a.jpg",12\n',
    json.dumps({"value": [{"MD5": "0" * 32, "Category": 1}]}).encode(),
    b"%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n12," + b"0" * 32 + b"," + b"1" * 64 + b",./a\n",
)


# ------------------------------------------------------------------------------------ all of them


def extracted(extractor: object, file: str) -> Callable[[bytes], object]:
    def run(data: bytes) -> None:
        taken(extractor.extract(item_from_bytes(file, data, limits=LIMITS)))

    return run


def _salvaged(data: bytes) -> None:
    with tempfile.TemporaryDirectory(prefix="sigap-salvage-") as folder:
        damaged = Path(folder) / "a.db"
        damaged.write_bytes(data)
        salvage.salvage(damaged, Path(folder) / "made.db", LIMITS)


def _ends(data: bytes) -> None:
    for mime in (
        "image/jpeg",
        "image/png",
        "image/gif",
        "video/mp4",
        "application/zip",
        "image/webp",
        "application/pdf",
    ):
        file_end.end_of(mime, io.BytesIO(data))


def _fields(data: bytes) -> None:
    fields = protobuf.Fields(data)
    for number in range(1, 8):
        fields.number(number), fields.text(number), fields.double(number)
        inner = fields.inside(number)
        if inner is not None:
            inner.all(1)


FORMATS: dict[str, Parser] = {
    "abx": Parser(lambda data: taken(abx.elements(data)), lambda: [phones.settings_abx()]),
    "apple_double": Parser(apple_double.extended_attributes, lambda: [download_marks.marked()]),
    "ares": Parser(lambda data: taken(ares.files(data)), fixture("ares-files") if "ares-files" in FIXTURES else these(b"")),
    "bencode": Parser(bencode.loads, these(b"d4:infod6:lengthi5e4:name1:a5:filesld6:lengthi2e4:pathl1:beeeee")),
    "chromium_cache": Parser(lambda data: taken(chromium_cache.bodies("data_1", data)), these(bytes(8192))),
    "ed2k_tags": Parser(lambda data: ed2k_tags.Tags(data, 0).entry(), these(bytes(22) + b"\1\0\0\0\x82\1\1\0a")),
    "exif": Parser(on_stream(exif.read), _picture_seeds),
    "exif_block": Parser(on_stream(exif_block.find_blocks), _picture_seeds),
    "file_end": Parser(_ends, lambda: [*_picture_seeds(), *_archive("zip"), *_clip_seeds()]),
    "filetype": Parser(lambda data: identify("a.jpg", data[:65536]), _picture_seeds),
    "heif_exif": Parser(on_stream(heif_exif.exif_item), _picture_seeds),
    "iso_boxes": Parser(lambda data: taken(iso_boxes.boxes_in(io.BytesIO(data), (b"moov", b"meta"))), _clip_seeds),
    "java_serial": Parser(lambda data: taken(java_serial.strings(data)), these(b"\xac\xed\0\5t\0\5halo!")),
    "jpeg_parts": Parser(on_stream(jpeg_parts.read), _picture_seeds),
    "json_stream": Parser(
        lambda data: taken(json_stream.objects(io.BytesIO(data), "messages.item", ("name",))),
        fixture("telegram-export"),
    ),
    "jxl": Parser(lambda data: (jxl.exif_block(io.BytesIO(data)), jxl.size(io.BytesIO(data))), these(b"\xff\x0a" + bytes(20), b"\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14ftypjxl \0\0\0\0jxl " + bytes(60))),
    "older_raw": Parser(on_stream(older_raw.read), these(b"FUJIFILMCCD-RAW 0201" + bytes(200), b"\0MRM" + bytes(200), b"FOVb" + bytes(200), b"II\x1a\0\0\0HEAPCCDR" + bytes(200))),
    "picture_facts": Parser(on_stream(picture_facts.read), _picture_seeds),
    "plist": Parser(plist.loaded, these(plistlib.dumps({"a": [1, "b", {"c": b"d"}]}, fmt=plistlib.FMT_BINARY))),
    "plist archive": Parser(plist.unarchived, these(plistlib.dumps({"$archiver": "NSKeyedArchiver", "$version": 100000, "$top": {"root": plistlib.UID(1)}, "$objects": ["$null", {"$class": plistlib.UID(2), "NS.string": "halo"}, {"$classname": "NSString", "$classes": ["NSString"]}]}, fmt=plistlib.FMT_BINARY))),
    "properties": Parser(properties.from_lines, these(phones.BUILD_PROP)),
    "properties protobuf": Parser(lambda data: taken(properties.from_protobuf(data)), lambda: [phones.persistent_properties({"a": "b"})]),
    "protobuf": Parser(_fields, lambda: [protobufs.message((1, 5), (2, "halo"), (3, b"\x08\x01"))]),
    "raw_picture": Parser(lambda data: (raw_picture.is_raw(io.BytesIO(data)) and raw_picture.shown(io.BytesIO(data)).read(READ), raw_picture.sensor_size(io.BytesIO(data))), lambda: [BOMBS["false.cr2"]()] if "false.cr2" in BOMBS else _picture_seeds()),
    "salvage": Parser(_salvaged, _notes),
    "segb": Parser(lambda data: taken(segb.entries(data)), lambda: [streams.first((1, b"abc")) if False else streams.focus(), streams.notifications()]),
    "shareaza": Parser(lambda data: taken(shareaza.files(data)), fixture("shareaza") if "shareaza" in FIXTURES else these(b"")),
    "shared_prefs": Parser(shared_prefs.preferences, these(b"<?xml version='1.0' encoding='utf-8'?><map><string name='a'>b</string><int name='c' value='1'/></map>")),
    "typedstream": Parser(lambda data: (taken(typedstream.values(data)), typedstream.attributed(data)), these(bytes.fromhex("040b73747265616d747970656481e803840140848484124e5341747472696275746564537472696e67008484084e534f626a656374008592848484084e53537472696e67019484012b0448616c6f86"))),
    "usage_stats": Parser(lambda data: (taken(usage_stats.from_protobuf(data, data)), taken(usage_stats.from_xml(data))), these(b"\x0a\x03\x08\x01\x10", b"<usagestats><packages><package package='a' lastTimeActive='1'/></packages></usagestats>")),
    "vcards": Parser(lambda data: taken(vcards.people(data.decode("utf-8", "replace"))), these(b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Budi\r\nTEL;TYPE=CELL:+62 000 0000 001\r\nEND:VCARD\r\n")),
    "xml_events": Parser(lambda data: taken(xml_events.XmlEvents(io.BytesIO(data))), these(ufdr.whole_report()[:20000], "<?xml version='1.0' encoding='utf-16'?><a b='c'>d</a>".encode("utf-16"))),
    "xmp": Parser(lambda data: xmp.read([data]), these(b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="6,10.5S"/></rdf:RDF></x:xmpmeta>')),
    "iptc": Parser(xmp.iptc, these(b"8BIM\x04\x04\0\0\0\0\0\x09\x1c\x02\x05\0\x04abcd\0")),
    "telegram html": Parser(lambda data: taken(export_html.read_page(io.BytesIO(data))), fixture("telegram-html")),
    "telegram message": Parser(lambda data: messages.read_body(data, 1, telegram.DATE), lambda: [telegram.message(7, "halo")]),
    "telegram postbox": Parser(postbox_format.root, these(postbox.PHOTO, postbox.VIDEO, postbox.CARD)),
    "thumbcache": Parser(lambda data: taken(thumbcache.cells(io.BytesIO(data))), lambda: [thumbs.thumbcache({1: thumbs.picture(1, side=32)})]),
    "thumbs_db": Parser(lambda data: taken(thumbs_db.cells(io.BytesIO(data))), lambda: [thumbs.thumbs_db({"a.jpg": thumbs.picture(1, side=32)})]),
    "thumbdata": Parser(lambda data: taken(android.thumbdata(io.BytesIO(data))), lambda: [thumbs.thumbdata({1: thumbs.picture(1, side=32)})]),
    "imgcache": Parser(lambda data: taken(android.blobs(io.BytesIO(data))), lambda: [thumbs.imgcache({1: thumbs.picture(1, side=32)})]),
    "whatsapp crypt": Parser(lambda data: crypt.read_header(data[:1024], data[-64:]), these(bytes(191), b"\xa5\x01\x08\x01\x1a\x20" + bytes(200))),
    "whatsapp export": Parser(lambda data: taken(export.messages(io.BytesIO(data))), these(b"30/06/23, 16.14 - Budi: Halo\n[30/06/23 16.15.01] Siti: Ya\n")),
}  # fmt: skip

PARSERS: dict[str, Parser] = {
    **FORMATS,
    **{f"source: {name}": Parser(source, seeds) for name, seeds in SOURCES.items()},
    **{
        f"extractor: {each.name}": Parser(extracted(each, FIXTURES[each.name][0]), fixture(each.name))
        for each in EXTRACTORS
    },
    "hash list": Parser(hash_list, LISTS),
    "custody log": Parser(log, _log),
}

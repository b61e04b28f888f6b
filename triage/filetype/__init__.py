"""What a file is, decided by its content: signatures first, then a text test, libmagic only where both are silent.

Signatures and the text test cost microseconds; libmagic costs hundreds. `signatures` holds the tables.
"""

from __future__ import annotations

import contextlib
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from triage.filetype.signatures import (
    APK,
    BRANDS,
    CLAIMS,
    CONTAINERS,
    CONTROLS,
    EMPTY,
    EXECUTABLE,
    FAMILIES,
    FAMILY_STARTS,
    JAR,
    MACHO,
    MARKUP,
    MARKUP_START,
    OFFICE,
    OFFICE_PARTS,
    PIXELS,
    SIGNAL_BACKUP,
    SIGNATURES,
    SQLITE,
    THUMBDATA,
    THUMBS_DB,
    UNKNOWN,
    WHATSAPP_BACKUP,
    ZIP,
    ZIPPED,
)
from triage.formats.signal.backup import read_header
from triage.formats.whatsapp.crypt import looks_like_backup
from triage.model import FileType

if TYPE_CHECKING:
    from collections.abc import Callable

# Where the system has no libmagic (Windows without our own build), signatures and the text test decide alone.
magic: Any = None
with contextlib.suppress(ImportError, OSError):
    import pylibmagic  # noqa: F401  # importing it makes its bundled libmagic the one python-magic finds
with contextlib.suppress(ImportError, OSError):
    import magic  # this module is its one home

TEXT_HEAD = 4096
MAGIC_HEAD = 4096


def identify(name: str, head: bytes) -> FileType:
    """The type of a file from its first bytes (64 KiB at most are looked at). Never raises."""
    if not head:
        return FileType(EMPTY, "empty")
    mime, how = _decide(name, head)
    return FileType(mime, how, mismatch=_mismatch(name, mime))


def is_container(mime: str) -> bool:
    """Whether entries lie inside that examining should list. Documents and programs that are zip inside are not."""
    return mime in CONTAINERS


def is_database(mime: str) -> bool:
    """Whether this is an SQLite database."""
    return mime == SQLITE


def _decide(name: str, head: bytes) -> tuple[str, str]:
    for offset, magic_bytes, mime in (*_STARTS.get(head[:2], ()), *_INSIDE):
        if head.startswith(magic_bytes, offset) and (found := _refined(mime, head, name)):
            return found, "signature"
    if name.lower().startswith(".thumbdata") and head[:1] in {b"\0", b"\1"}:
        return THUMBDATA, "signature"
    if pixels := next((mime for pattern, mime in PIXELS if pattern.search(name)), None):
        return pixels, "name"
    if looks_like_backup(name, head):
        return WHATSAPP_BACKUP, "signature"
    if head.startswith(b"\0\0\0") and read_header(head[:512]) is not None:
        return SIGNAL_BACKUP, "signature"
    if (text := _as_text(head[:TEXT_HEAD])) is not None:
        markup = _markup(text)
        return (markup, "signature") if markup else ("text/plain", "text")
    return _by_libmagic(head[:MAGIC_HEAD])


def _by_length(rows: list[tuple[int, bytes, str]]) -> tuple[tuple[int, bytes, str], ...]:
    return tuple(sorted(rows, key=lambda row: -len(row[1])))


_STARTS = {
    start: _by_length([row for row in SIGNATURES if row[0] == 0 and row[1][:2] == start])
    for start in {row[1][:2] for row in SIGNATURES if row[0] == 0}
}
_INSIDE = _by_length([row for row in SIGNATURES if row[0] > 0])


def _refined(mime: str, head: bytes, name: str) -> str | None:
    """The closer type where the signature stands for several; None where it was chance."""
    refine = _REFINE.get(mime)
    return mime if refine is None else refine(head, name)


def _iso_media(head: bytes, _name: str) -> str:
    """By brand; the short form `mif3` has its coding where other brands have their minor version."""
    size = min(int.from_bytes(head[:4], "big"), 256)
    brands = [head[8:12], head[12:16], *(head[at : at + 4] for at in range(16, size, 4))]
    types = [found for brand in brands if (found := BRANDS.get(brand) or _third_generation(brand))]
    first = types[0] if types else "application/mp4"
    if first == "image/heif":  # a structural brand: a compatible brand names the coding
        return next((each for each in types if each in {"image/avif", "image/heic"}), first)
    return first


def _third_generation(brand: bytes) -> str | None:
    return "video/3gpp" if brand.startswith((b"3gp", b"3gr", b"3gs", b"3ge", b"3gg")) else None


def _riff(head: bytes, _name: str) -> str | None:
    kinds = {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo", b"WAVE": "audio/x-wav", b"ACON": "image/x-ani"}
    return kinds.get(head[8:12])


def _matroska(head: bytes, _name: str) -> str:
    return "video/webm" if b"\x42\x82\x84webm" in head[:64] else "video/x-matroska"


def _bitmap(head: bytes, _name: str) -> str | None:
    return "image/bmp" if int.from_bytes(head[14:18], "little") in {12, 16, 40, 52, 56, 64, 108, 124} else None


def _icon(head: bytes, _name: str) -> str | None:
    plausible = 0 < int.from_bytes(head[4:6], "little") <= 256 and head[9:10] == b"\0"
    return "image/vnd.microsoft.icon" if plausible else None


def _mpeg_audio(head: bytes, _name: str) -> str | None:
    """ID3, or a frame header whose bit rate and sampling rate are not the forbidden ones (ISO/IEC 11172-3)."""
    if head.startswith(b"ID3"):
        return "audio/mpeg"
    rate = head[2] if len(head) > 3 else 0xFF
    return "audio/mpeg" if 0x10 <= rate < 0xF0 and rate & 0x0C != 0x0C else None


def _bzip(head: bytes, _name: str) -> str | None:
    return "application/x-bzip2" if head[4:10] in {b"1AY&SY", b"\x17\x72\x45\x38\x50\x90"} else None


def _windows_program(head: bytes, _name: str) -> str | None:
    if len(head) < 64:
        return None
    at = int.from_bytes(head[60:64], "little")
    return EXECUTABLE if head[at : at + 2] in {b"PE", b"NE", b"LE"} else "application/x-dosexec"


def _java_or_mach(head: bytes, _name: str) -> str:
    """A class file and a universal Mach-O share their magic: the next word is a version or a small count."""
    return MACHO if int.from_bytes(head[4:8], "big") < 32 else "application/java-vm"


def _zip(head: bytes, name: str) -> str:
    """By the first member, as those formats prescribe or their writers do; else a plain archive."""
    length = int.from_bytes(head[26:28], "little")
    first = head[30 : 30 + length]
    if first == b"mimetype":
        return _stored_mimetype(head[30 + length + int.from_bytes(head[28:30], "little") :])
    if first.startswith((b"[Content_Types].xml", b"_rels/", b"docProps/", *OFFICE_PARTS)):
        return _office(head, name)
    if first.startswith((b"AndroidManifest.xml", b"classes.dex")):
        return APK
    if first.startswith(b"META-INF/"):
        return APK if b"AndroidManifest.xml" in head or b"classes.dex" in head else JAR
    return ZIP


def _stored_mimetype(content: bytes) -> str:
    match = re.match(rb"application/(epub\+zip|vnd\.[a-z0-9.+-]+?)(?=PK|\Z)", content[:80])
    return match[0].decode("ascii") if match else ZIP


def _office(head: bytes, name: str) -> str:
    """Which Office Open XML it is: by a part in the head, else by the extension of what is known to be one."""
    for part, extension in OFFICE_PARTS.items():
        if b"PK\3\4" in head and part in head and (b"[Content_Types].xml" in head or _extension(name) == extension):
            return OFFICE[extension]
    return OFFICE.get(_extension(name), ZIP)


def _python_bytecode(_head: bytes, name: str) -> str | None:
    return "application/x-bytecode.python" if name.endswith((".pyc", ".pyo")) else None


def _terminfo(head: bytes, _name: str) -> str | None:
    """term(5): six 16-bit numbers; the names that follow are at most 128 bytes long and end with a zero."""
    length = int.from_bytes(head[2:4], "little")
    if not 0 < length <= 128 or head[11 + length : 12 + length] != b"\0":
        return None
    return "application/x-terminfo" if head[0] == 0x1A else "application/x-terminfo2"


def _compound(_head: bytes, name: str) -> str:
    """The caches of pictures have a name of their own; what is in it decides when it is opened."""
    return (
        THUMBS_DB if re.fullmatch(r"(?:eh)?thumbs(?:_vista)?\.db", name, re.IGNORECASE) else "application/x-ole-storage"
    )


_REFINE: dict[str, Callable[[bytes, str], str | None]] = {
    "application/x-ole-storage": _compound,
    "application/mp4": _iso_media,
    "application/x-riff": _riff,
    "video/x-matroska": _matroska,
    "image/bmp": _bitmap,
    "image/vnd.microsoft.icon": _icon,
    "audio/mpeg": _mpeg_audio,
    "application/x-bzip2": _bzip,
    EXECUTABLE: _windows_program,
    "application/java-vm": _java_or_mach,
    ZIP: _zip,
    "application/x-bytecode.python": _python_bytecode,
    "application/x-terminfo": _terminfo,
    "application/x-terminfo2": _terminfo,
}


def _as_text(start: bytes) -> str | None:
    """The text, where it is UTF-8 or, with a byte order mark, UTF-16, and holds no control characters."""
    if start[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        text = start[: len(start) & ~1].decode("utf-16", "replace")
        return None if "\0" in text or "\ufffd" in text[:-1] else text
    if len(start.translate(None, CONTROLS)) != len(start):
        return None
    try:
        return start.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        cut = len(start) == TEXT_HEAD and error.start > TEXT_HEAD - 4  # a character divided by the end of the head
        return start[: error.start].decode("utf-8-sig") if cut else None


def _markup(text: str) -> str | None:
    text = text.lstrip()[:1024]
    if text[:1] not in MARKUP_START:
        return None
    return next((mime for pattern, mime in MARKUP if pattern.match(text)), None)


@cache
def _libmagic() -> Any:  # noqa: ANN401  # python-magic has no types
    """One libmagic for the process, or None. What signatures decide already it does not look into (archives, ELF)."""
    if magic is None:
        return None
    try:
        detector = magic.Magic(mime=True)
        unwanted = magic.MAGIC_NO_CHECK_COMPRESS | magic.MAGIC_NO_CHECK_TAR | magic.MAGIC_NO_CHECK_ELF
        magic.magic_setflags(detector.cookie, magic.MAGIC_MIME_TYPE | unwanted)
    except magic.MagicException:
        return None
    return detector


def _by_libmagic(start: bytes) -> tuple[str, str]:
    detector = _libmagic()
    if detector is None:
        return UNKNOWN, "none"
    try:
        mime = str(detector.from_buffer(start))
    except (magic.MagicException, UnicodeDecodeError):
        return UNKNOWN, "none"
    known = "/" in mime and mime not in {UNKNOWN, "application/x-empty"}
    return (mime, "libmagic") if known else (UNKNOWN, "none")


def _mismatch(name: str, mime: str) -> bool:
    claim = CLAIMS.get(_extension(name))
    if claim is None or mime == UNKNOWN or (claim in ZIPPED and mime in ZIPPED):
        return False
    return _family(claim) != _family(mime)


def _extension(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


@cache
def _family(mime: str) -> str:
    if mime in FAMILIES:
        return FAMILIES[mime]
    return next((family for start, family in FAMILY_STARTS if mime.startswith(start)), mime)

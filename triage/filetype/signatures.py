"""The tables behind `identify`: signatures, brands, markup, what a name claims, and which types are one family.

Sources: the formats' own specifications, IANA media types, and file(1)'s names where IANA has none.
"""

from __future__ import annotations

import re

UNKNOWN = "application/octet-stream"
EMPTY = "inode/x-empty"
SQLITE = "application/vnd.sqlite3"
ZIP = "application/zip"
TAR = "application/x-tar"
PACKED = (
    "application/gzip", "application/x-bzip2", "application/x-xz", "application/zstd", "application/x-lz4",
    "application/x-compress",
)  # fmt: skip
ANDROID_BACKUP = "application/x-android-backup"
WHATSAPP_BACKUP = "application/x-whatsapp-backup"
SIGNAL_BACKUP = "application/x-signal-backup"

_OOXML = "application/vnd.openxmlformats-officedocument."
OFFICE = {
    "docx": _OOXML + "wordprocessingml.document",
    "xlsx": _OOXML + "spreadsheetml.sheet",
    "pptx": _OOXML + "presentationml.presentation",
}
OFFICE_PARTS = {b"word/": "docx", b"xl/": "xlsx", b"ppt/": "pptx"}
APK = "application/vnd.android.package-archive"
JAR = "application/java-archive"
EXECUTABLE = "application/vnd.microsoft.portable-executable"
MACHO = "application/x-mach-binary"
_FONT = "font/sfnt"

# offset, magic, type. Longer magics win over shorter ones at the same place.
SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (2, b"\r\n", "application/x-bytecode.python"),  # CPython: a 16-bit number, then these two; the name decides
    (0, b"\xde\x12\x04\x95", "application/x-gettext-translation"),
    (0, b"\x95\x04\x12\xde", "application/x-gettext-translation"),
    (0, b"!<arch>\n", "application/x-archive"),
    (0, b"BC\xc0\xde", "application/x-llvm"),
    (0, b"\x93NUMPY", "application/x-numpy-data"),
    (0, b"\x1a\x01", "application/x-terminfo"),
    (0, b"\x1e\x02", "application/x-terminfo2"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"II+\0", "image/tiff"),
    (0, b"MM\0+", "image/tiff"),
    (0, b"IIU\0", "image/x-panasonic-rw2"),
    (0, b"IIRO", "image/x-olympus-orf"),
    (0, b"IIRS", "image/x-olympus-orf"),
    (0, b"MMOR", "image/x-olympus-orf"),
    (0, b"FUJIFILMCCD-RAW", "image/x-fujifilm-raf"),
    (0, b"FOVb", "image/x-sigma-x3f"),
    (0, b"\x89LFP\r\n\x1a\n", "image/x-lytro-lfp"),
    (0, b"\x13\xab\xa1\x5c", "image/astc"),
    (0, b"DDS \x7c\0\0\0", "image/vnd-ms.dds"),
    (0, b"IMMM", "application/x-ms-thumbcache-index"),
    (4, b"\xef\xcd\xab\x89", "application/x-ms-ese"),
    (0, b"\0MRM", "image/x-minolta-mrw"),
    (6, b"HEAPCCDR", "image/x-canon-crw"),
    (0, b"8BPS\0", "image/vnd.adobe.photoshop"),
    (0, b"\0\0\1\0", "image/vnd.microsoft.icon"),
    (0, b"BM", "image/bmp"),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
    (0, b"\xff\x4f\xff\x51\0", "image/x-j2c"),
    (0, b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
    (0, b"\xff\x0a", "image/jxl"),
    (0, b"AT&TFORM", "image/vnd.djvu"),
    (0, b"RIFF", "application/x-riff"),
    (4, b"ftyp", "application/mp4"),
    (4, b"moov", "video/quicktime"),
    (4, b"mdat", "video/quicktime"),
    (4, b"wide", "video/quicktime"),
    (0, b"\x1aE\xdf\xa3", "video/x-matroska"),
    (0, b"\0\0\1\xba", "video/mpeg"),
    (0, b"\0\0\1\xb3", "video/mpeg"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    (0, b"FLV\1", "video/x-flv"),
    (0, b".RMF\0\0", "application/vnd.rn-realmedia"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xfa", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf2", "audio/mpeg"),
    (0, b"\xff\xf1", "audio/aac"),
    (0, b"\xff\xf9", "audio/aac"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"MThd", "audio/midi"),
    (0, b"caff\0\1", "audio/x-caf"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"\x10\x85\x24\xbd", "application/x-blob-cache"),
    (0, b"PK\3\4", ZIP),
    (0, b"PK\5\6", ZIP),
    (0, b"PK\7\x08PK", ZIP),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\x1f\x8b\x08", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\0", "application/x-xz"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (0, b"\x04\x22\x4d\x18", "application/x-lz4"),
    *((0, b"\x1f\x9d%c" % (0x80 | bits), "application/x-compress") for bits in range(9, 17)),
    (0, b"MSCF\0\0\0\0", "application/vnd.ms-cab-compressed"),
    (257, b"ustar", TAR),
    (0, b"SQLite format 3\0", SQLITE),
    (0, b"\x37\x7f\x06\x82", "application/x-sqlite3-wal"),
    (0, b"\x37\x7f\x06\x83", "application/x-sqlite3-wal"),
    (0, b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", "application/x-sqlite3-journal"),
    (4, b"\xef\xcd\xab\x89", "application/x-ms-ese"),
    (0, b"!BDN", "application/vnd.ms-outlook-pst"),
    (0, b"bplist0", "application/x-bplist"),
    (0, b"ABX\0", "application/x-android-binary-xml"),
    (0, b"\x03\0\x08\0", "application/vnd.android.axml"),
    (0, b"ANDROID BACKUP\n", ANDROID_BACKUP),
    (0, b"dex\n0", "application/vnd.android.dex"),
    (0, b"\x7fELF", "application/x-elf"),
    (0, b"MZ", EXECUTABLE),
    (0, b"\xfe\xed\xfa\xce", MACHO),
    (0, b"\xfe\xed\xfa\xcf", MACHO),
    (0, b"\xce\xfa\xed\xfe", MACHO),
    (0, b"\xcf\xfa\xed\xfe", MACHO),
    (0, b"\xca\xfe\xba\xbe", "application/java-vm"),
    (0, b"\0asm\1\0\0\0", "application/wasm"),
    (0, b"L\0\0\0\1\x14\2\0", "application/x-ms-shortcut"),
    (0, b"regf", "application/x-ms-registry-hive"),
    (0, b"ElfFile\0", "application/x-ms-evtx"),
    (4, b"SCCA", "application/x-ms-prefetch"),
    (0, b"MAM\x04", "application/x-ms-prefetch"),
    (0, b"CMMM", "application/x-ms-thumbcache"),
    (0, b"IMMM", "application/x-ms-thumbcache-index"),
    (4, b"\xef\xcd\xab\x89", "application/x-ms-ese"),
    (0, b"LUKS\xba\xbe", "application/x-luks"),
    (0, b"EVF\t\r\n\xff\0", "application/x-ewf"),
    (0, b"EVF2\r\n\x81\0", "application/x-ewf"),
    (0, b"KDMV", "application/x-vmdk"),
    (0, b"vhdxfile", "application/x-vhdx"),
    (0, b"conectix", "application/x-vhd"),
    (0, b"QFI\xfb", "application/x-qcow"),
    (0, b"\0\1\0\0\0", _FONT),
    (0, b"OTTO", _FONT),
    (0, b"wOFF", "font/woff"),
    (0, b"wOF2", "font/woff2"),
    (0, b"d8:announce", "application/x-bittorrent"),
    (0, b"\xef\xbb\xbf%PDF-", "application/pdf"),
)

# ISO/IEC 14496-12 brands, after the registry at mp4ra.org.
BRANDS: dict[bytes, str] = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis"), "image/heic"),
    **dict.fromkeys((b"hevc", b"hevx", b"hevm", b"hevs"), "image/heic-sequence"),
    **dict.fromkeys((b"mif1", b"mif2", b"mif3", b"msf1"), "image/heif"),
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
    **dict.fromkeys((b"M4A ", b"M4B ", b"M4P "), "audio/mp4"),
    **dict.fromkeys((b"M4V ", b"M4VH", b"M4VP"), "video/x-m4v"),
    **dict.fromkeys((b"3g2a", b"3g2b", b"3g2c", b"KDDI"), "video/3gpp2"),
    **dict.fromkeys(
        (b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"dash"), "video/mp4"
    ),
    **dict.fromkeys((b"mmp4", b"MSNV", b"XAVC", b"f4v ", b"F4V ", b"ndsc", b"mp71", b"hvc1", b"iso8"), "video/mp4"),
    b"qt  ": "video/quicktime",
    b"crx ": "image/x-canon-cr3",
    b"jxl ": "image/jxl",
}

CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b")) + b"\x7f"
_HEADERS = "Received|Return-Path|Delivered-To|Message-ID|MIME-Version|X-[A-Za-z-]+|From|Date"
MARKUP: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?i)(<\?xml[^>]*>\s*)?(<!DOCTYPE\s+plist\b|<plist\b)"), "application/x-plist"),
    (re.compile(r"(?i)(<\?xml[^>]*>)?(\s|<!--[^>]*-->|<!DOCTYPE svg[^>]*>)*<svg\b"), "image/svg+xml"),
    (re.compile(r"(?i)(<\?xml[^>]*>\s*)?(<!DOCTYPE\s+html\b|<html\b)"), "text/html"),
    (re.compile(r"<\?xml\s"), "application/xml"),
    (re.compile(r'\{\s*"(?:[^"\\]|\\.)*"\s*:|\[\s*\{\s*"(?:[^"\\]|\\.)*"\s*:'), "application/json"),
    (re.compile(r"(?i)BEGIN:VCARD\b"), "text/vcard"),
    (re.compile(r"(?i)BEGIN:VCALENDAR\b"), "text/calendar"),
    (re.compile(r"From \S+ .*\d\d:\d\d:\d\d.*\n[!-9;-~]+:"), "application/mbox"),
    (re.compile(rf"(?i)({_HEADERS}): .*\n([!-9;-~]+:|[ \t])"), "message/rfc822"),
)
MARKUP_START = frozenset("<{[BbFRDMXrdmxf")

# Types that stand in for each other without deceiving anyone: a PNG named .jpg is no disguise, a text is.
_MEMBERS: dict[str, tuple[str, ...]] = {
    "text": (
        "application/json", "application/xml", "application/x-plist", "application/x-bplist", "application/mbox",
        "message/rfc822", "application/x-android-binary-xml", "application/vnd.android.axml", "application/javascript",
        "image/svg+xml",
    ),
    "document": ("application/pdf", "application/rtf", "application/x-ole-storage", "application/epub+zip"),
    "program": (
        EXECUTABLE, MACHO, APK, JAR, "application/x-elf", "application/x-dosexec", "application/java-vm",
        "application/vnd.android.dex",
    ),
    "archive": (
        ZIP, TAR, *PACKED, "application/vnd.rar", "application/x-7z-compressed", "application/vnd.ms-cab-compressed",
    ),
    "sound and video": ("application/mp4", "application/vnd.rn-realmedia"),
}  # fmt: skip
FAMILIES = {mime: family for family, mimes in _MEMBERS.items() for mime in mimes}
FAMILY_STARTS = (
    (_OOXML, "document"),
    ("application/vnd.oasis.", "document"),
    ("application/vnd.ms-", "document"),
    ("application/msword", "document"),
    ("video/", "sound and video"),
    ("audio/", "sound and video"),
    ("image/", "image"),
    ("text/", "text"),
)
THUMBCACHE, THUMBS_DB, THUMBDATA, BLOB_CACHE, ITHMB, QUICKLOOK = (
    f"application/x-{name}"
    for name in ("ms-thumbcache", "ms-thumbs-db", "thumbdata", "blob-cache", "apple-ithmb", "apple-quicklook")
)
# Stores of pixels without a structure of their own: the name alone says what they are.
PIXELS = ((re.compile(r"\A\d{4}\.ithmb\Z", re.IGNORECASE), ITHMB), (re.compile(r"\Athumbnails\.data\Z"), QUICKLOOK))
CONTAINERS = frozenset(
    {
        THUMBCACHE,
        THUMBS_DB,
        THUMBDATA,
        BLOB_CACHE,
        ITHMB,
        QUICKLOOK,
        ZIP,
        TAR,
        ANDROID_BACKUP,
        WHATSAPP_BACKUP,
        SIGNAL_BACKUP,
        *PACKED,
        "application/x-7z-compressed",
        "application/vnd.rar",
    }
)

ZIPPED = frozenset({ZIP, APK, JAR, "application/epub+zip", *OFFICE.values()})

# What a name claims: a type of the family that the extensions stand for. Extensions that claim nothing are not here.
_CLAIMED = (
    ("image/jpeg", "jpg jpeg jpe jfif png gif webp bmp tif tiff heic heif avif psd ico jp2 jxl"),
    ("image/tiff", "dng nef cr2 cr3 arw orf rw2 raf"),
    (
        "video/mp4",
        "mp4 m4v mov 3gp 3g2 avi mkv webm wmv flv mpg mpeg mp3 m4a wav ogg oga opus flac amr aac wma mid caf",
    ),
    ("text/plain", "txt csv log md ini xml html htm json svg vcf ics eml mbox plist js css"),
    ("application/pdf", "pdf rtf doc xls ppt msg odt ods odp"),
    ("application/epub+zip", "epub"),
    (TAR, "rar 7z gz tgz bz2 xz zst tar cab"),
    (SQLITE, "sqlite sqlite3 sqlitedb"),
    (EXECUTABLE, "exe dll sys scr com so dylib dex class"),
    ("application/x-ms-shortcut", "lnk"),
    ("application/x-ms-evtx", "evtx"),
)
CLAIMS = {extension: mime for mime, extensions in _CLAIMED for extension in extensions.split()}
CLAIMS |= {**OFFICE, "zip": ZIP, "apk": APK, "jar": JAR}

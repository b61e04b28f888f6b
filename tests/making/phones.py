"""Files in which a phone says what it is, made for tests: build.prop, settings (XML and binary XML), property lists."""

import plistlib
import struct

BUILD_PROP = b"""# begin build properties
import /vendor/default.prop
ro.build.version.release=13
ro.product.manufacturer=Contoh
ro.product.model=Fiksi 9
ro.product.model=Lain
ro.serialno=FIKTIF0001
persist.sys.timezone=Asia/Jakarta
"""
SETTINGS = {"android_id": "0000000000000001", "bluetooth_name": "Ponsel Budi", "null_value": "null"}


def settings_xml(values=SETTINGS):
    rows = "".join(
        f'<setting id="{at}" name="{name}" value="{value}" package="android" />'
        for at, (name, value) in enumerate(values.items())
    )
    return (
        f"<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<settings version=\"1\">{rows}</settings>".encode()
    )


def settings_abx(values=SETTINGS):
    writer = AbxWriter()
    writer.start("settings", version=1)
    for at, (name, value) in enumerate(values.items()):
        writer.start("setting", id=at, name=name, value=value, defaultSysSet=True)
        writer.end("setting")
    writer.end("settings")
    return writer.finished()


def persistent_properties(values):
    def part(number, data):
        return bytes([number << 3 | 2]) + varint(len(data)) + data

    records = [part(1, name.encode()) + part(2, value.encode()) for name, value in values.items()]
    return b"".join(part(1, record) for record in records)


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


class AbxWriter:
    """Writes what the platform's BinaryXmlSerializer writes."""

    def __init__(self):
        self.data = bytearray(b"ABX\0\x10")
        self.names = {}

    def start(self, tag, **attributes):
        self.data += b"\x32" + self.interned(tag)
        for key, value in attributes.items():
            kind, raw = self.value(value)
            self.data += bytes([kind | 15]) + self.interned(key) + raw

    def text(self, text):
        self.data += b"\x24" + self.string(text)

    def end(self, name):
        self.data += b"\x33" + self.interned(name)

    def finished(self):
        return bytes(self.data) + b"\x11"

    def value(self, value):
        if value is None:
            return 0x10, b""
        if isinstance(value, bool):
            return (0xC0 if value else 0xD0), b""
        if isinstance(value, int):
            return (0x60, struct.pack(">i", value)) if abs(value) < 1 << 31 else (0x80, struct.pack(">q", value))
        if isinstance(value, float):
            return 0xB0, struct.pack(">d", value)
        if isinstance(value, bytes):
            return 0x40, struct.pack(">H", len(value)) + value
        return 0x20, self.string(value)

    def interned(self, text):
        if text in self.names:
            return struct.pack(">H", self.names[text])
        self.names[text] = len(self.names)
        return b"\xff\xff" + self.string(text)

    @staticmethod
    def string(text):
        """Java's modified UTF-8: each UTF-16 unit for itself, NUL in two bytes."""
        units = text.encode("utf-16-be", "surrogatepass")
        raw = b"".join(
            b"\xc0\x80" if unit == 0 else chr(unit).encode("utf-8", "surrogatepass")
            for (unit,) in struct.iter_unpack(">H", units)
        )
        return struct.pack(">H", len(raw)) + raw


def data_ark(**values):
    return plistlib.dumps({f"-{name}": value for name, value in values.items()}, fmt=plistlib.FMT_BINARY)

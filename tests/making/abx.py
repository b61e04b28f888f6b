"""Android binary XML made by code: elements with text attributes, as AOSP's serializer writes them."""

import struct


def document(root: str, children: list[tuple[str, dict[str, str]]]) -> bytes:
    """A root element with these elements in it."""
    pool: dict[str, int] = {}

    def interned(text: str) -> bytes:
        if text in pool:
            return struct.pack(">H", pool[text])
        pool[text] = len(pool)
        return struct.pack(">HH", 0xFFFF, len(text.encode())) + text.encode()

    made = b"ABX\0" + b"\x10" + b"\x32" + interned(root)
    for name, attributes in children:
        made += b"\x32" + interned(name)
        for key, value in attributes.items():
            made += b"\x2f" + interned(key) + struct.pack(">H", len(value.encode())) + value.encode()
        made += b"\x33" + interned(name)
    return made + b"\x33" + interned(root) + b"\x11"

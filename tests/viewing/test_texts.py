"""Text is decoded page by page without breaking a character."""

from __future__ import annotations

import pytest

from triage.viewing.texts import decoded, encoding_of

SAMPLE = "Selamat pagi, ibu guru. Anak-anak — 子供たち\n" * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_encodings_are_recognised(encoding):
    text = "Selamat pagi semua, sampai jumpa besok.\n" * 4
    assert encoding_of(text.encode(encoding)) == encoding
    assert encoding_of(b"\xff\xfe" + "x".encode("utf-16-le")) == "utf-16-le"


def test_what_is_no_utf8_is_shown_as_windows_text():
    assert encoding_of("café à la crème".encode("cp1252")) == "cp1252"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
@pytest.mark.parametrize("page", range(3, 12))
def test_pages_join_to_the_whole(encoding, page):
    raw = SAMPLE.encode(encoding)
    at, parts = 0, []
    while at < len(raw):
        piece = raw[at : at + page]
        text, used = decoded(piece, encoding, last=at + len(piece) >= len(raw))
        assert used > 0
        parts.append(text)
        at += used
    assert "".join(parts) == SAMPLE


def test_control_characters_do_not_act():
    assert decoded(b"a\x1b[2Jb\x00c\x07", "utf-8", last=True)[0] == "a·[2Jb·c·"
    assert decoded(b"\xff\xfe\xfd", "utf-8", last=True)[0] == "\ufffd" * 3

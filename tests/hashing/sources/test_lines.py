"""Text in pieces: nothing lost, nothing held."""

import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.hashing.sources import lines
from triage.hashing.sources.lines import LINE_LIMIT, line_blocks

TEXT = "satu\r\ndua é 😀\n\ntiga"


class Endless(io.RawIOBase):
    """A line of so many mebibytes that is never kept anywhere."""

    def __init__(self, mebibytes, end):
        self.left, self.end = mebibytes, end

    def read(self, size=-1):
        if self.left:
            self.left -= 1
            return b"a" * (1 << 20)
        end, self.end = self.end, b""
        return end


def joined(content):
    return b"".join(line_blocks(io.BytesIO(content)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(encoding):
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    content = mark + TEXT.encode(encoding)
    assert joined(content) == TEXT.encode()


@given(st.binary(max_size=60), st.integers(1, 7))
def test_whole_lines_whatever_the_blocks(content, size):
    before, lines.BLOCK = lines.BLOCK, max(size, 3)  # a mark fits in the first block
    try:
        blocks = list(line_blocks(io.BytesIO(content)))
    finally:
        lines.BLOCK = before
    assert all(block.endswith(b"\n") for block in blocks[:-1])
    if content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        assert b"".join(blocks) == content.removeprefix(b"\xef\xbb\xbf")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark(encoding):
    text = "72090a03e92d18a9792659a18ff48920  foto é.jpg\r\n" * 3
    assert joined(text.encode(encoding)) == text.encode()


def test_a_line_that_does_not_end_is_cut():
    tracemalloc.start()
    blocks = list(line_blocks(Endless(200, b"a\nnext\n")))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert b"".join(blocks) == b"a" * (LINE_LIMIT + 1) + b"\nnext\n"
    assert peak < 8 << 20


def test_a_line_that_does_not_end_at_all():
    assert b"".join(line_blocks(Endless(5, b""))) == b"a" * (LINE_LIMIT + 1)

"""What a closed or failed reader keeps in memory: nothing. Many images in one process must not add up."""

import gc
import weakref

import pytest

from triage.errors import Malformed
from triage.evidence.pieces import Cache, Pieces


class Buffer(bytearray):
    """Bytes that can be watched."""


def failing(watched):
    def make():
        buffer = Buffer(1000)
        watched.append(weakref.ref(buffer))
        try:
            int("rusak")
        except ValueError as error:
            raise Malformed("the piece is damaged") from error

    return make


def test_an_error_that_is_remembered_keeps_no_buffer_alive():
    watched, cache = [], Cache()
    gc.disable()
    try:
        for _ in range(2):
            with pytest.raises(Malformed, match="the piece is damaged"):
                cache.get("a", failing(watched))
        assert [each() for each in watched] == [None]  # made once, and gone without a collection of cycles
    finally:
        gc.enable()


def test_a_closed_disk_lets_go_of_what_it_unpacked():
    class Disk(Pieces):
        def __init__(self):
            super().__init__(10)
            self.unpacked = Cache()

    disk = Disk()
    assert disk.unpacked.get(1, lambda: b"x" * 10) == b"x" * 10
    disk.close()
    assert disk.unpacked.get(1, lambda: b"anew") == b"anew"

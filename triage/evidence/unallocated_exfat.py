"""Free clusters of exFAT, after Microsoft's "exFAT file system specification" (sections 3.1, 6.3 and 7.1).

The root folder has an entry of type 0x81 that says where the allocation bitmap lies; lowest bit first, bit 0 is cluster 2.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from triage.errors import Malformed, Truncated
from triage.evidence.unallocated_bitmap import clear_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from triage.evidence.engine import tsk

_BITMAP = 0x81
_ENTRY = 32
_ROOT_BYTES = 32 << 20  # of the root folder are searched
_FIRST_CLUSTER = 2


def exfat_runs(file_system: tsk.FS_Info, offset: int, read: Callable[[int, int], bytes]) -> Iterator[tuple[int, int]]:
    """Free bytes of an exFAT volume."""
    del file_system
    volume = _Volume(offset, read)
    for first, length in clear_runs(volume.bitmap(), volume.clusters):
        yield volume.place(first + _FIRST_CLUSTER), length * volume.cluster
    behind = volume.place(volume.clusters + _FIRST_CLUSTER)
    yield behind, offset + volume.size - behind


class _Volume:
    def __init__(self, offset: int, read: Callable[[int, int], bytes]) -> None:
        boot = read(offset, 512)
        if len(boot) < 512:
            raise Truncated("the boot sector is cut")
        (sectors,) = struct.unpack_from("<Q", boot, 72)
        table, _, heap, self.clusters, self._root = struct.unpack_from("<5I", boot, 80)
        sector, per_cluster, self._active = boot[108], boot[109], boot[106] & 1
        if not 9 <= sector <= 12 or per_cluster > 25 - sector or self.clusters << per_cluster > sectors - heap:
            raise Malformed("the boot sector does not describe an exFAT file system")
        self.cluster = 1 << sector + per_cluster
        self.size = sectors << sector
        self._heap, self._table = offset + (heap << sector), offset + (table << sector)
        self._read = read

    def place(self, cluster: int) -> int:
        """Where a cluster starts on the medium."""
        return int(self._heap + (cluster - _FIRST_CLUSTER) * self.cluster)

    def bitmap(self) -> Iterator[bytes]:
        """The allocation bitmap that is in use."""
        first, size = self._bitmap_entry()
        size = min(size, -(-self.clusters // 8))
        for cluster in self._chain(first, -(-size // self.cluster)):
            yield self._cluster(cluster)[:size]
            size -= self.cluster

    def _bitmap_entry(self) -> tuple[int, int]:
        for cluster in self._chain(self._root, _ROOT_BYTES // self.cluster + 1):
            data = self._cluster(cluster)
            for at in range(0, len(data), _ENTRY):
                if data[at] == 0:
                    break
                if data[at] == _BITMAP and data[at + 1] & 1 == self._active:
                    first, size = struct.unpack_from("<IQ", data, at + 20)
                    return first, size
        raise Malformed("the root folder does not name the map of free space")

    def _chain(self, cluster: int, most: int) -> Iterator[int]:
        """A chain of clusters by the table, at most so many."""
        for _ in range(most):
            if not _FIRST_CLUSTER <= cluster < self.clusters + _FIRST_CLUSTER:
                return
            yield cluster
            cluster = int.from_bytes(self._read(self._table + 4 * cluster, 4), "little")

    def _cluster(self, cluster: int) -> bytes:
        data = self._read(self.place(cluster), self.cluster)
        if len(data) < self.cluster:
            raise Truncated("the map of free space is cut")
        return data

"""Hash lists: rows imported per second, memory, opening and look-up, beside the same rows in an indexed SQLite table.

    python bench/hashlists.py [--text 2000000] [--rds 1000000] [--vics 100000] [--folder DIR] [--keep]

Inputs are synthetic and made first. Each step runs in a process of its own, so that its peak of memory is its own; processor seconds
stand beside wall seconds, for other programs may be running.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.hashing.importer import Wish, import_list
from triage.hashing.lists import HashList, open_lists
from triage.hashing.schemes import scheme
from triage.hashing.shapes import WIDTHS
from triage.hashing.vault import unlock
from triage.model import Digests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from triage.hashing.storage import Bytes

BLOCK = 500_000  # rows made together
QUERIES = 1_000_000
_HEX = np.frombuffer(b"0123456789abcdef", np.uint8)
_RDS = """CREATE TABLE FILE (sha256 VARCHAR NOT NULL, sha1 VARCHAR NOT NULL, md5 VARCHAR NOT NULL, crc32 VARCHAR NOT NULL,
    file_name VARCHAR NOT NULL, file_size INTEGER NOT NULL, package_id INTEGER NOT NULL,
    CONSTRAINT PK_FILE__FILE PRIMARY KEY (sha256, sha1, md5, crc32, file_name, file_size, package_id))"""


def main() -> None:
    """Make the inputs, measure, print."""
    if len(sys.argv) > 1 and sys.argv[1] in STEPS:
        print(json.dumps(STEPS[sys.argv[1]](*sys.argv[2:])))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    for name, rows in (("text", 2_000_000), ("rds", 1_000_000), ("vics", 100_000)):
        parser.add_argument(f"--{name}", type=int, default=rows)
    parser.add_argument("--beside", type=int, default=20_000_000, help="rows of the SQLite table, at most")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--keep", action="store_true")
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="hashlists-", dir=chosen.folder))
    try:
        for name, make in (("text", make_text), ("rds", make_rds), ("vics", make_vics)):
            if rows := getattr(chosen, name):
                source = folder / f"source.{name}"
                make(source, rows)
                show(f"import {name}", measured("import", str(source), name, str(folder / "home")), rows)
                source.unlink()
        if chosen.text:
            show("open text", measured("open", str(folder / "home"), "text"), 0)
            show("look up text", measured("look-up", str(folder / "home"), "text"), QUERIES)
            show("many lists", measured("many", str(folder / "home")), 0)
            show("sealed list", measured("sealed", str(folder / "home")), 0)
            show(
                "SQLite beside",
                measured("sqlite", str(folder / "home"), "text", str(folder / "beside.db"), str(chosen.beside)),
                QUERIES,
            )
    finally:
        if not chosen.keep:
            shutil.rmtree(folder, ignore_errors=True)


def measured(step: str, *arguments: str) -> dict[str, Any]:
    """One step in its own process."""
    done = subprocess.run([sys.executable, __file__, step, *arguments], check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def show(title: str, found: dict[str, Any], rows: int) -> None:
    """One line for each figure."""
    print(f"{title}:")
    for name, value in found.items():
        rate = f"  ({rows / value:,.0f} rows/s)" if rows and name.endswith(" s") and value else ""
        print(f"  {name}: {value:,.3f}{rate}" if isinstance(value, float) else f"  {name}: {value}")
    sys.stdout.flush()


def import_step(source: str, name: str, home: str) -> dict[str, object]:
    """Import, sorting included."""
    kind = "notable" if name == "vics" else "known"
    confirmed = scheme("vics-2.0-us", Path(home)) if name == "vics" else None
    started, used = time.perf_counter(), time.process_time()
    receipt = import_list(Path(source), Wish(name, kind, scheme=confirmed), home=Path(home), actor="bench")
    wall, used = time.perf_counter() - started, time.process_time() - used
    return {"wall s": wall, "processor s": used, "taken": receipt.taken, "refused": receipt.refused, "peak MB": peak()}


def open_step(home: str, name: str) -> dict[str, object]:
    """Open a list in a process that has loaded the program already."""
    before, started = peak("VmRSS"), time.perf_counter()
    opened = HashList.open(name, Path(home))
    wall, more = time.perf_counter() - started, peak("VmRSS") - before
    opened.tables[0].find(opened.tables[0].looked_up[0], bytes(32))
    found: dict[str, object] = {"wall": wall, "more MB": more, "more MB after a look-up": peak("VmRSS") - before}
    return {**found, "rows": opened.info.rows, "bytes": sum(opened.info.files.values())}


def look_up_step(home: str, name: str) -> dict[str, object]:
    """A million digests, half of them on the list, twice: the second time is warm. Then one at a time."""
    opened = HashList.open(name, Path(home))
    table = opened.tables[0]
    found: dict[str, object] = {}
    for column in table.looked_up:
        queries = some(table.column(column), QUERIES)
        for moment in ("first", "warm"):
            started, used = time.perf_counter(), time.process_time()
            hits = int((table.find_many(column, queries) >= 0).sum())
            found[f"{column} {moment} s"] = time.perf_counter() - started
            found[f"{column} {moment} processor s"] = time.process_time() - used
        found[f"{column} found"] = hits
        values = [each.tobytes() for each in queries[:100_000]]
        started = time.perf_counter()
        for value in values:
            table.find(column, value)
        found[f"{column} one at a time, microseconds"] = (time.perf_counter() - started) * 10
    found["peak MB"] = peak()
    return found


def sqlite_step(home: str, name: str, beside: str, most: str) -> dict[str, object]:
    """The rows of the list in a table with an index on each digest: made in order, which is SQLite at its best."""
    opened = HashList.open(name, Path(home))
    table = opened.tables[0]
    first, *others = table.shape.columns
    database = sqlite3.connect(beside, isolation_level=None)
    database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000")
    started, used = time.perf_counter(), time.process_time()
    names = ", ".join(f"{column} BLOB" for column in others)
    database.execute(f"CREATE TABLE f ({first} BLOB PRIMARY KEY{', ' if names else ''}{names}) WITHOUT ROWID")
    database.execute("BEGIN")
    matrix = table.matrix()
    count = min(table.rows, int(most))
    for start in range(0, count, BLOCK):
        rows = list(_cells(matrix[start : min(start + BLOCK, count)], table.shape.columns))
        database.executemany(f"INSERT OR IGNORE INTO f VALUES ({', '.join('?' * len(table.shape.columns))})", rows)
    database.execute("COMMIT")
    for column in others:
        database.execute(f"CREATE INDEX f_{column} ON f ({column})")
    made = {"made, wall seconds": time.perf_counter() - started, "processor s": time.process_time() - used}
    queries = [each.tobytes() for each in some(table.column(first)[:count], QUERIES)]
    for moment in ("first", "warm"):
        started, used = time.perf_counter(), time.process_time()
        hits = sum(
            database.execute(f"SELECT 1 FROM f WHERE {first} = ?", (each,)).fetchone() is not None for each in queries
        )
        made[f"{first} {moment} s"] = time.perf_counter() - started
        made[f"{first} {moment} processor s"] = time.process_time() - used
    return {**made, "rows": count, "found": hits, "bytes": Path(beside).stat().st_size, "peak MB": peak()}


def many_step(home: str) -> dict[str, object]:
    """Microseconds of processor time per item, whose digests are on no list, against 1, 10 and 50 lists of 20,000 rows."""
    chance, found = np.random.default_rng(5), dict[str, object]()
    items = [Digests(chance.bytes(16), chance.bytes(20), chance.bytes(32), 1) for _ in range(20_000)]
    names = []
    for number in range(50):
        names.append(f"many-{number}")
        source = Path(home) / "many.txt"
        make_text(source, 20_000, seed=number)
        import_list(source, Wish(names[-1], "notable"), home=Path(home), actor="bench")
    for count in (1, 10, 50):
        started = time.perf_counter()
        lists = open_lists(names[:count], Path(home))
        found[f"open {count}"] = time.perf_counter() - started
        used = time.process_time()
        for item in items:
            lists.match(item)
        found[f"match {count}, microseconds"] = (time.process_time() - used) * 1e6 / len(items)
    return found


def sealed_step(home: str) -> dict[str, object]:
    """A sealed list of two million rows: import, and look-ups one at a time, half of them on the list."""
    source = Path(home) / "sealed.txt"
    make_text(source, 2_000_000)
    key, started = unlock("a passphrase of the bench", Path(home)), time.process_time()
    import_list(source, Wish("sealed", "known", vault=key), home=Path(home), actor="bench")
    found: dict[str, object] = {"import processor s": time.process_time() - started}
    table = HashList.open("sealed", Path(home), key).tables[0]
    values = [each.tobytes() for each in some(table.column("sha1"), 20_000)]
    started = time.process_time()
    for value in values:
        table.find("sha1", value)
    return {**found, "one at a time, microseconds": (time.process_time() - started) * 1e6 / len(values)}


def some(column: Bytes, count: int) -> Bytes:
    """Queries: half from the list, half of chance, mixed."""
    chance = np.random.default_rng(7)
    present = column[np.sort(chance.integers(0, len(column), count // 2))]
    absent = chance.integers(0, 256, (count - len(present), column.shape[1]), dtype=np.uint8)
    return np.ascontiguousarray(chance.permutation(np.concatenate([present, absent]), axis=0))


def make_text(path: Path, rows: int, seed: int = 4) -> None:
    """`md5,sha1` under a header."""
    with path.open("wb") as stream:
        stream.write(b"md5,sha1\n")
        for packed in _chance(rows, 36, seed):
            digits = _digits(packed)
            lines = np.empty((len(packed), 74), np.uint8)
            lines[:, :32], lines[:, 32], lines[:, 33:73], lines[:, 73] = digits[:, :32], 0x2C, digits[:, 32:], 0x0A
            stream.write(lines.reshape(-1).data)


def make_rds(path: Path, rows: int) -> None:
    """The minimal edition, with its primary key."""
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript(
        f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; {_RDS}; BEGIN"
    )
    for number, packed in enumerate(_chance(rows, 68)):
        packed[:, :4] = (
            (np.arange(len(packed), dtype=np.uint64) + number * BLOCK).astype(">u4").view(np.uint8).reshape(-1, 4)
        )
        texts = [row.tobytes().decode().upper() for row in _digits(packed)]
        database.executemany(
            "INSERT INTO FILE VALUES (?, ?, ?, '00000000', 'file.dll', 4096, 1)",
            ((each[:64], each[64:104], each[104:]) for each in texts),
        )
    database.execute("COMMIT")
    database.close()


def make_vics(path: Path, rows: int) -> None:
    """VICS 2.0 of the United States, in the fields of real sets."""
    with path.open("w", encoding="ascii") as stream:
        stream.write(
            '{"@odata.context":"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Media","value":['
        )
        number = 0
        for packed in _chance(rows, 36):
            for row in _digits(packed):
                number += 1
                text = row.tobytes().decode().upper()
                stream.write("," if number > 1 else "")
                json.dump(_medium(number, text), stream)
        stream.write("]}")


def peak(field: str = "VmHWM") -> float:
    """Most memory this process ever held, in MB, or now holds. (`ru_maxrss` would begin with what the parent held.)"""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith(field))
        return int(line.split()[1]) / 1000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def _medium(number: int, text: str) -> dict[str, object]:
    return {
        "MediaID": number, "Category": number % 6, "MD5": text[:32], "SHA1": text[32:], "MediaSize": number * 7,
        "DateUpdated": "2023-06-07T02:31:49.8300Z", "IsPrecategorized": True, "VictimIdentified": False,
        "OffenderIdentified": False, "IsDistributed": number % 2 == 0, "Series": f"series {number % 100}", "Tags": "",
        "AlternativeHashes": [], "Exifs": [], "MediaFiles": [],
    }  # fmt: skip


def _chance(rows: int, width: int, seed: int = 4) -> Iterator[Bytes]:
    chance = np.random.default_rng(seed)
    for start in range(0, rows, BLOCK):
        yield chance.integers(0, 256, (min(BLOCK, rows - start), width), dtype=np.uint8)


def _digits(packed: Bytes) -> Bytes:
    digits = np.empty((len(packed), 2 * packed.shape[1]), np.uint8)
    digits[:, ::2], digits[:, 1::2] = _HEX[packed >> 4], _HEX[packed & 15]
    return digits


def _cells(rows: Bytes, columns: tuple[str, ...]) -> Iterator[tuple[bytes, ...]]:
    for row in rows:
        whole, cells, place = row.tobytes(), [], 0
        for column in columns:
            cells.append(whole[place : place + WIDTHS[column]])
            place += WIDTHS[column]
        yield tuple(cells)


STEPS: dict[str, Callable[..., dict[str, object]]] = {
    "import": import_step,
    "open": open_step,
    "look-up": look_up_step,
    "sqlite": sqlite_step,
    "many": many_step,
    "sealed": sealed_step,
}

if __name__ == "__main__":
    main()

"""A large made-up case, written through the program's own storing code: entries, messages, media with previews, positions, hits.

    python bench/made_case.py FOLDER [ENTRIES]   (1,000,000 entries by default)

Everything follows from the number of an entry, so the same count gives the same case. The run ends as any run does: what is concluded
over the whole case is concluded, the text is indexed, the indexes are built.
"""

from __future__ import annotations

import hashlib
import io
import random
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from triage.case import Case
from triage.model import (
    Digests,
    Entry,
    Examined,
    FileType,
    Hit,
    Kind,
    Locator,
    Media,
    Message,
    Place,
    Preview,
    Stamp,
    Status,
    Step,
    Times,
    Visit,
)
from triage.settings import Settings
from triage.stored import child

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.model import Record, Taken

ENTRIES = 1_000_000
IN_A_FOLDER = 1000
BATCH = 4000  # entries stored at once
PART = 20_000  # records of one kind that a database brings
START = 1_546_300_800  # 2019-01-01, seconds
YEARS = 7 * 365 * 86400
TYPES = (  # of ten files: ending, type, bytes
    ("jpg", "image/jpeg", 3_000_000), ("txt", "text/plain", 4_000), ("docx", "application/zip", 60_000),
    ("png", "image/png", 200_000), ("pdf", "application/pdf", 400_000), ("dll", "application/x-dosexec", 90_000),
    ("xml", "application/xml", 8_000), ("mp4", "video/mp4", 30_000_000), ("dat", None, 1_000), ("html", "text/html", 20_000),
)  # fmt: skip
OWNERS = ("budi", "siti", "Public")
PLACES = ("Pictures/Kamera", "Downloads", "AppData/Local/Temp", "Documents", "Music", "WhatsApp/Media")
SYLLABLES = ("ka", "mi", "ra", "sa", "tu", "le", "ngo", "be", "di", "pu", "wan", "ta")
LOOKS = 150  # previews that differ
MATCHES = 400  # files on a list
DATABASES = "messages.db", "places.db", "history.db"


def main() -> int:
    """Make the case; returns the exit code."""
    begun = time.perf_counter()
    folder, entries = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else ENTRIES
    make_case(folder, entries)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{entries:,} entries in {time.perf_counter() - begun:.0f} s, {size / 1e6:,.0f} MB")
    return 0


def make_case(folder: Path, entries: int = ENTRIES) -> None:
    """Write a case with so many files, and a third as many messages."""
    made = Made(entries)
    root = Entry(locator=Locator(), name="made.dd", kind=Kind.VOLUME)
    with Case.open_or_create(folder, actor="bench") as case:
        source = folder / "made.dd"
        evidence = case.add_evidence(source, exhibit="BB-01", format_name="raw", size=1 << 40, root=root)
        run = case.start_run(evidence, Settings(), {})
        while taken := case.take(evidence, entries=BATCH, size=1 << 60):
            case.store(evidence, [outcome for each in taken for outcome in made.examined(each)])
            case.index_text(live=True)
        case.link_attachments()
        case.index_text()
        case.end_run(run, "done")


class Made:
    """What examining each entry of the made-up evidence brings."""

    def __init__(self, entries: int) -> None:
        self.entries = entries
        self._chance = random.Random(1)
        self._looks = [_look(number, side) for side in (256, 96) for number in range(LOOKS)]
        self._words = ["".join(self._chance.choices(SYLLABLES, k=self._chance.randint(2, 4))) for _ in range(20_000)]

    def examined(self, taken: Taken) -> Iterator[Examined]:
        """One entry; a database with very many records comes in parts."""
        if not taken.locator:
            yield Examined(taken.id, Status.EXAMINED, children=tuple(child(each) for each in self._folders()))
        elif taken.kind == Kind.FOLDER.value:
            first = int(taken.name.rsplit("-", 1)[1])
            yield Examined(taken.id, Status.EXAMINED, children=tuple(child(each) for each in self._files(first)))
        elif taken.name in DATABASES:
            yield from self._database(taken)
        else:
            yield self._file(taken)

    def _folders(self) -> Iterator[Entry]:
        for first in range(0, self.entries, IN_A_FOLDER):
            number = first // IN_A_FOLDER
            path = f"/Users/{OWNERS[number % 3]}/{PLACES[number % 6]}/{2019 + number % 7}-{first}"
            yield _entry(path, Kind.FOLDER)
        for name in DATABASES:
            yield _entry(f"/data/{name}", Kind.FILE, size=1 << 28)

    def _files(self, first: int) -> Iterator[Entry]:
        number = first // IN_A_FOLDER
        folder = f"/Users/{OWNERS[number % 3]}/{PLACES[number % 6]}/{2019 + number % 7}-{first}"
        for each in range(first, min(first + IN_A_FOLDER, self.entries)):
            ending, _, size = TYPES[each % 10]
            stamp = Stamp((START + each * 7919 % YEARS) * 10**9 + each % 1000 * 10**6)
            yield Entry(
                Locator((Step("fs", f"{folder}/IMG_{each:07}.{ending}", each),)), f"IMG_{each:07}.{ending}", Kind.FILE,
                size=size // 2 + each * 104_729 % size, path=f"{folder}/IMG_{each:07}.{ending}", volume="p1 NTFS",
                deleted=each % 50 == 0, times=Times(stamp, stamp, stamp, stamp), position=each << 16,
            )  # fmt: skip

    def _file(self, taken: Taken) -> Examined:
        number = int(taken.name[4:11])
        _, mime, _ = TYPES[number % 10]
        digest = hashlib.sha256(str(number).encode()).digest()
        records: tuple[Record, ...] = tuple(self._media(number)) if mime in {"image/jpeg", "video/mp4"} else ()
        matches = mime == "image/jpeg" and number // 10 % max(1, self.entries // 10 // MATCHES) == 0
        return Examined(
            taken.id, Status.EXAMINED, Digests(digest[:16], digest[:20], digest, taken.size or 0),
            FileType(mime, "signature", mismatch=number % 997 == 0) if mime else FileType("application/octet-stream", "none"),
            records=records, hits=(_hit(digest),) if matches else (), bytes_read=taken.size or 0,
        )  # fmt: skip

    def _media(self, number: int) -> Iterator[Record]:
        placed = number % 3 == 0
        picture = number % 10 == 0
        yield Media(
            where="EXIF", kind="picture" if picture else "video", width=4000, height=3000, make="Contoh",
            model=f"C{number % 7}", taken_at=Stamp((START + number * 7919 % YEARS) * 10**9),
            latitude=-6.2 + number % 1000 / 900 if placed else None, longitude=106.8 + number % 913 / 400 if placed else None,
            duration_s=None if picture else 12.0,
        )  # fmt: skip
        for place, (view, side) in enumerate((("large", 256), ("small", 96))):
            jpeg = self._looks[place * LOOKS + number // 10 % LOOKS]
            yield Preview(where="", view=view, width=side, height=side, jpeg=jpeg)

    def _database(self, taken: Taken) -> Iterator[Examined]:
        make = {"messages.db": self._message, "places.db": self._place, "history.db": self._visit}[taken.name]
        count = self.entries // 3 if taken.name == "messages.db" else self.entries // 10
        for part, first in enumerate(range(0, count, PART)):
            records: tuple[Record, ...] = tuple(make(number) for number in range(first, min(first + PART, count)))
            yield Examined(taken.id, Status.EXAMINED, records=records, part=part)
        digest = hashlib.sha256(taken.name.encode()).digest()
        digests, kind = (
            Digests(digest[:16], digest[:20], digest, 1 << 28),
            FileType("application/vnd.sqlite3", "signature"),
        )
        yield Examined(taken.id, Status.EXAMINED, digests, kind, bytes_read=1 << 28)

    def _message(self, number: int) -> Message:
        chance = self._chance
        return Message(
            where=f"m={number}", app="WhatsApp", account="62812000000", thread=f"t{number % 400}",
            thread_name=f"Percakapan {number % 400}", sender=f"62812000{number % 3000:06}", sender_name=f"Orang {number % 3000}",
            direction="in" if number % 3 else "out", sent_at=Stamp((START + number * 600 % YEARS) * 10**9),
            body=" ".join(chance.choices(self._words, k=chance.randint(1, 14))), kind="text",
        )  # fmt: skip

    def _place(self, number: int) -> Place:
        chance = self._chance
        return Place(
            where=f"p={number}", app="Maps", latitude=chance.gauss(-6.2, 1.5), longitude=chance.gauss(110, 5),
            at=Stamp((START + number * 1800 % YEARS) * 10**9), kind="device", accuracy_m=12.0,
        )  # fmt: skip

    def _visit(self, number: int) -> Visit:
        return Visit(
            where=f"v={number}", app="Chrome", url=f"https://example.org/{number}", title=self._words[number % 20_000],
            visited_at=Stamp((START + number * 1900 % YEARS) * 10**9), count=1,
        )  # fmt: skip


def _entry(path: str, kind: Kind, size: int | None = None) -> Entry:
    return Entry(Locator((Step("fs", path),)), path.rsplit("/", 1)[1], kind, size=size, path=path, volume="p1 NTFS")


def _hit(digest: bytes) -> Hit:
    return Hit(
        list="contoh",
        list_version="1",
        list_kind="notable",
        how="exact",
        value=digest.hex(),
        category="1",
        explanation="SHA-256",
    )


def _look(number: int, side: int) -> bytes:
    """A preview: a slope of colours."""
    small = Image.new("RGB", (4, 4))
    small.putdata([tuple((number * 37 + place * 61 + shade * 83) % 256 for shade in range(3)) for place in range(16)])
    target = io.BytesIO()
    small.resize((side, side), Image.Resampling.BILINEAR).save(target, "JPEG", quality=70)
    return target.getvalue()


if __name__ == "__main__":
    sys.exit(main())

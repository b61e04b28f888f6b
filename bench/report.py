"""How long a report takes and how large it is: a made-up case, each format in a process of its own, the HTML opened in Chromium.

    python bench/report.py [--files 100000] [--messages 100000] [--pictures 5000] [--formats pdf,html,...]

Names, messages and cells are hostile in part: markup,
scripts, right-to-left marks, formulas, 5,000 characters. Prints for each format seconds, the most memory, size; then, for the HTML,
how long it takes until the page is there, until files are listed, searched and sorted, and until a conversation is open.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import io
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

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
    Preview,
    Record,
    Stamp,
    Status,
    Step,
    Times,
)
from triage.report import FORMATS, ReportWish, verify, write_report
from triage.stored import child

START = 1_772_000_000_000_000_000
TOGETHER, THREADS, NOTABLE = 5000, 400, 50
HOSTILE = (
    "<script>window.hurt=1</script>", "<img src=x onerror=window.hurt=1>", "gambar\u202egpj.exe", "=HYPERLINK(1)", "+1", "@SUM(1)", "\t=1",
    "n" * 5000, "a\x00b\x1b[31m",
)  # fmt: skip


def main() -> None:
    """Make the case; measure each format; open the page."""
    if sys.argv[1:2] == ["--one"]:
        _one(Path(sys.argv[2]), sys.argv[3])
        return
    if sys.argv[1:2] == ["--fill"]:
        with Case.open_or_create(Path(sys.argv[2]), actor="bench") as opened:
            _fill(opened, *map(int, sys.argv[3:]))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--pictures", type=int, default=5_000)
    parser.add_argument("--formats", default=",".join(FORMATS))
    chosen = parser.parse_args()
    files, messages, pictures = chosen.files, chosen.messages, chosen.pictures
    formats = chosen.formats.split(",")
    with tempfile.TemporaryDirectory() as folder:
        case = Path(folder) / "case"
        begun = time.monotonic()
        # in a process of its own: what a process is started from counts as memory that it used itself
        counts = map(str, (files, messages, pictures))
        subprocess.run([sys.executable, __file__, "--fill", case, *counts], check=True)
        print(
            f"case of {files:,} files, {messages:,} messages, {pictures:,} pictures: made in {time.monotonic() - begun:.0f} s",
            flush=True,
        )
        for form in formats:
            print(
                subprocess.run(
                    [sys.executable, __file__, "--one", case, form], check=True, capture_output=True, text=True
                ).stdout,
                end="",
                flush=True,
            )
        if "html" in formats:
            _open(next(case.glob("reports/*/index.html")))


def _one(folder: Path, form: str) -> None:
    """Write one format; what it took."""
    begun = time.monotonic()
    with Case.open(folder, actor="bench") as case:
        result = write_report(case, ReportWish(language="id", formats=(form,)))
    spent = time.monotonic() - begun
    size = sum(path.stat().st_size for path in result.folder.rglob("*") if path.is_file())
    count = sum(path.is_file() for path in result.folder.rglob("*"))
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    print(f"{form:5} {spent:6.1f} s  {memory:5.0f} MB of memory  {size / 1e6:7.1f} MB in {count:,} files", flush=True)
    if form == "html":
        begun = time.monotonic()
        assert verify(result.folder).ok
        print(f"      verified in {time.monotonic() - begun:.1f} s", flush=True)


def _fill(case: Case, files: int, messages: int, pictures: int) -> None:
    root = Entry(locator=Locator(), name="bench", kind=Kind.FOLDER)
    evidence = case.add_evidence(case.folder / "x", exhibit="BB-01", format_name="folder", size=None, root=root)
    (top,) = case.take(evidence, entries=1, size=1)
    children = tuple(child(_file(number), (1, "")) for number in range(files))
    case.store(evidence, [Examined(entry_id=top.id, status=Status.EXAMINED, children=children)])
    jpegs = [_jpeg(number) for number in range(40)]
    done = 0
    while taken := case.take(evidence, entries=TOGETHER, size=1 << 50):
        outcomes = []
        for entry in taken:
            outcomes.append(_examined(entry.id, done, pictures, jpegs, messages if not done else 0))
            done += 1
        case.store(evidence, outcomes)
    case.link_attachments()


def _examined(entry: int, number: int, pictures: int, jpegs: list[bytes], messages: int) -> Examined:
    content = str(number).encode()
    md5, sha1, sha256 = (hashlib.new(name, content).digest() for name in ("md5", "sha1", "sha256"))
    digests = Digests(md5, sha1, sha256, len(content))
    records: tuple[Record, ...] = tuple(_messages(messages)) if messages else ()
    hits: tuple[Hit, ...] = ()
    if number < pictures:
        located = number % 4 == 0
        records += (
            Media(
                where="file",
                kind="picture",
                width=4000,
                height=3000,
                taken_at=Stamp(START + number * 10**12),
                make="Contoh",
                model="HP-1",
                latitude=-6 + number % 500 / 100 if located else None,
                longitude=106 + number % 700 / 100 if located else None,
            ),
            Preview(where="preview", width=256, height=192, jpeg=jpegs[number % len(jpegs)]),
        )
    if number < NOTABLE:
        value = f"sha1:{digests.sha1.hex()}"
        hits = (
            Hit(
                list="daftar",
                list_version="1",
                list_kind="notable",
                how="exact",
                value=value,
                explanation="on the list",
            ),
        )
    return Examined(
        entry_id=entry,
        status=Status.EXAMINED,
        digests=digests,
        bytes_read=len(content),
        type=FileType("image/jpeg", "signature"),
        records=records,
        hits=hits,
    )


def _messages(count: int) -> list[Message]:
    chance = random.Random(1)
    words = ["".join(chance.choices(("ka", "mi", "ra", "sa", "tu", "le", "ngo", "be"), k=3)) for _ in range(5000)]
    return [
        Message(
            where=f"m={number}",
            app="WhatsApp",
            account="+62 000 0000 001",
            thread=f"t{number % THREADS}",
            thread_name=HOSTILE[number % THREADS] if number % THREADS < len(HOSTILE) else f"Orang {number % THREADS}",
            sender=f"+62 000 0000 {number % THREADS:03}",
            direction=("in", "out")[number % 2],
            sent_at=Stamp(START + number * 10**11),
            body=HOSTILE[number % len(HOSTILE)]
            if number % 500 == 0
            else " ".join(chance.choices(words, k=chance.randint(1, 16))),
            attachment=f"/DCIM/IMG_{number:06}.jpg" if number % 100 == 0 else None,
        )
        for number in range(count)
    ]


def _file(number: int) -> Entry:
    name = (
        f"{HOSTILE[number % len(HOSTILE)]}_{number}".replace("/", "_") if number % 1000 == 7 else f"IMG_{number:06}.jpg"
    )
    path = f"/DCIM/{number % 50:02}/{name}"
    return Entry(
        Locator((Step("folder", path.replace("\0", "")[1:]),)),
        name,
        Kind.FILE,
        1000 + number,
        times=Times(Stamp(START + number * 10**10), None, None, None),
        path=path,
    )


def _jpeg(number: int) -> bytes:
    picture = Image.effect_noise((256, 192), 20 + number)
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()


def _open(page: Path) -> None:
    """Seconds until each thing is on the screen."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
    browser: Any = importlib.import_module("browser")
    if browser.program() is None:
        print("no Chromium on this computer: the page was not opened")
        return
    with tempfile.TemporaryDirectory() as profile, browser.opened(Path(profile)) as at:
        at.open("about:blank#")
        steps: tuple[tuple[str, str, str], ...] = (
            ("files listed", "location.hash = '/files'", "document.querySelector('#s-files .line')"),
            ("files searched", "(() => { const field = document.querySelector('#s-files input'); field.value = 'img_0009'; field.dispatchEvent(new Event('input')); })()", "made.get('s-files').numbers?.length"),
            ("files sorted by size", "made.get('s-files').sort('size')", "made.get('s-files').sorted === 'size'"),
            ("pictures shown", "location.hash = '/media'", "document.querySelector('#s-media figure')"),
            ("conversations listed", "location.hash = '/talks'", "document.querySelector('#s-talks .line')"),
            ("a conversation open", "made.get('s-talks').open(5)", "document.querySelector('#s-talks .bubble')"),
            ("all messages searched", "made.get('s-talks').search('nosuchword')", "document.querySelector('#s-talks .talk > [role=status]').textContent.startsWith('0')"),
            ("timeline", "location.hash = '/timeline'", "document.querySelector('#s-timeline [data-day]')"),
            ("map", "location.hash = '/map'", "made.get('s-map')?.points.length"),
        )  # fmt: skip
        begun = time.monotonic()
        at.ask("Page.navigate", url=page.as_uri())
        at.until("typeof made === 'object' && document.querySelector('#s-summary')")
        print(f"      page there after {time.monotonic() - begun:.2f} s")
        for words, act, there in steps:
            begun = time.monotonic()
            at.value(act)
            at.until(there)
            print(f"      {words}: {time.monotonic() - begun:.2f} s")
        print(
            f"      memory of the page's script: {at.value('performance.memory.usedJSHeapSize') / 1e6:.0f} MB; elements: {at.value('document.querySelectorAll(`*`).length'):,}"
        )
        assert at.value("window.hurt") is None
        assert not at.messages
        outside = [each for each in at.requests if not each.startswith((page.parent.as_uri(), "data:image/", "about:"))]
        assert not outside, outside


if __name__ == "__main__":
    main()

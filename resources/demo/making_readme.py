"""The page beside the exhibits: what they are, what lies in them, how they are made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import making_story as story
from making_truth import LISTED

if TYPE_CHECKING:
    from making_plants import Exhibit, Plant

HEAD = f"""# {story.CASE}

**{story.NOTICE}**

Three synthetic exhibits for `triage demo`, packed with xz. Everything in them is harmless: the pictures are abstract patterns drawn
by a program, the people do not exist, the telephone numbers cannot be assigned, the domain names end in `.invalid`.
"Notable" means no more than: its digest stands in `lists/notable.csv`.

| file | what |
|---|---|
| `stick.img.xz` | disk image: MBR, one FAT32 volume |
| `laptop.img.xz` | disk image: MBR, one NTFS volume with the profile of "dewi" |
| `phone.tar.xz` | tar of the file system of an Android phone |
| `lists/notable.csv` | list of notable digests (md5, sha1, sha256, category, name) |
| `lists/known.sha1.txt` | list of known files, one SHA-1 a line |
| `truth.json` | what was planted, with digests; written from the recipe, never from a program's findings |

## Make anew

On Linux, with `mkfs.fat`, `mtools`, `mkntfs`, `ntfs-3g` (mounting through FUSE), The Sleuth Kit, `tar` and `sqlite3`:

    python resources/demo/make_exhibits.py [FOLDER]

The story is `making_story.py`. The same versions of these tools, Pillow, numpy and SQLite give the same bytes. Before packing, every
planted file, live or deleted, is read back with `fls` and `icat` (or `tar`) and compared by digest; `sqlite3` checks the message store
together with its write-ahead log.
"""


def readme(exhibits: tuple[Exhibit, ...]) -> list[str]:
    """The lines of the page."""
    return [HEAD, *(line for exhibit in exhibits for line in _section(exhibit))]


def _section(exhibit: Exhibit) -> list[str]:
    rows = [f"| {_code(path)} | {plant.what} | {_marks(plant)} |" for path, plant in exhibit.every()]
    calls = sum(len(each) for each in exhibit.rang.values())
    facts = f"Messages: {len(exhibit.said) + len(exhibit.sms)}. Calls: {calls}." if exhibit.said else ""
    return [
        f"## {exhibit.label}: `{exhibit.source}`",
        "",
        "| path | what | |",
        "|---|---|---|",
        *rows,
        "",
        *([facts, ""] if facts else []),
    ]


def _marks(plant: Plant) -> str:
    category = LISTED.get(plant.digest("sha256"))
    return ", ".join(word for word in (category, "deleted" if plant.deleted else None) if word)


def _code(path: str) -> str:
    """A path as code: what cannot be printed as escapes."""
    shown = "".join(each if each.isprintable() and each.isascii() else ascii(each)[1:-1] for each in path)
    return f"`{shown[:120]}...`" if len(shown) > 123 else f"`{shown}`"

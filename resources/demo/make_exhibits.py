"""Make the demo's exhibits, lists and truth file anew: `python make_exhibits.py [FOLDER]`. A developer's tool.

What lies in them is told in `making_story.py`; how it is written, in the other `making_*` files. Each image is looked at
with other tools (fls, icat, tar, sqlite3) before it is packed: what was planted and cannot be found stops the recipe.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import making_images
import making_readme
import making_story as story
import making_truth
from making_plants import system_file

if TYPE_CHECKING:
    from making_plants import Exhibit


def main() -> None:
    """Make everything in the folder named, else beside this file."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    folder.mkdir(parents=True, exist_ok=True)
    exhibits = story.exhibits()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        _make_images(exhibits, scratch)
        _check(exhibits, scratch)
        facts = making_truth.truth(exhibits, scratch)
        for exhibit in exhibits:
            _pack(scratch / exhibit.source, folder / f"{exhibit.source}.xz")
    _write(folder / "truth.json", [json.dumps(facts, indent=1)])
    _write(folder / "README.md", making_readme.readme(exhibits))
    (folder / "lists").mkdir(exist_ok=True)
    _write(folder / "lists" / "notable.csv", making_truth.notable_rows())
    known = [system_file(name) for name in (*story.KNOWN, *story.KNOWN_ELSEWHERE)]
    _write(folder / "lists" / "known.sha1.txt", making_truth.known_rows(known))


def _make_images(exhibits: tuple[Exhibit, ...], scratch: Path) -> None:
    stick, laptop, phone = exhibits
    making_images.stick(scratch / stick.source, stick.plants, now=story.NOW)
    making_images.laptop(scratch / laptop.source, laptop.plants, now=story.NOW)
    making_images.phone(scratch / phone.source, phone.plants)


def _check(exhibits: tuple[Exhibit, ...], scratch: Path) -> None:
    stick, laptop, phone = exhibits
    for exhibit in (stick, laptop):
        _check_volume(exhibit, scratch / exhibit.source)
    _check_tar(phone, scratch / phone.source)
    print("every planted file was read back by other tools")


def _check_volume(exhibit: Exhibit, image: Path) -> None:
    """Each plant is there by content, live or deleted as planted; those with a plain name also under that name."""
    names = making_images.seen_by_sleuthkit(image)
    found: Counter[tuple[str, bool]] = Counter()
    named: set[tuple[str, str]] = set()
    for name, places in names.items():
        for address, deleted in places:
            digest = hashlib.sha256(making_images.read_by_sleuthkit(image, address)).hexdigest()
            found[digest, deleted] += 1
            named.add((name, digest))
    wanted = Counter((plant.digest("sha256"), plant.deleted) for plant in exhibit.plants)
    assert not wanted - found, f"{exhibit.label}: not found by fls and icat: {wanted - found}"
    for plant in exhibit.plants:
        if plant.plain and not plant.deleted:
            path = f"{plant.path}:{plant.stream}" if plant.stream else plant.path
            assert (path, plant.digest("sha256")) in named, f"{exhibit.label}: fls does not name {path}"


def _check_tar(exhibit: Exhibit, image: Path) -> None:
    for plant in exhibit.plants:
        if plant.plain:
            read = subprocess.run(("tar", "-xOf", str(image), plant.path), check=True, capture_output=True).stdout
            assert read == plant.content, plant.path
    listed = subprocess.run(("tar", "-tf", str(image)), check=True, capture_output=True).stdout.splitlines()
    assert sum(not line.endswith(b"/") for line in listed) == len(exhibit.plants)
    _check_messages(exhibit)


def _check_messages(exhibit: Exhibit) -> None:
    """sqlite3 finds the store sound, and with its log every message in it."""
    with tempfile.TemporaryDirectory() as name:
        for plant in exhibit.plants:
            if "/com.whatsapp/databases/msgstore.db" in plant.path:
                (Path(name) / Path(plant.path).name).write_bytes(plant.content)
        question = "PRAGMA integrity_check; SELECT count(*) FROM message WHERE message_type >= 0"
        answer = subprocess.run(
            ("sqlite3", f"{name}/msgstore.db", question), check=True, capture_output=True, text=True
        )
    assert answer.stdout.split() == ["ok", str(len(exhibit.said))], answer.stdout


def _pack(image: Path, target: Path) -> None:
    target.write_bytes(lzma.compress(image.read_bytes(), preset=9 | lzma.PRESET_EXTREME))
    print(f"{target.name}: {image.stat().st_size} bytes packed to {target.stat().st_size}")


def _write(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

"""Photographs of the corpus against exiftool: camera, serial number, time, orientation, size and place, by vendor.

What exiftool says is read from its JSON (`exiftool -j -G1`) beside the corpus. A value counts where exiftool gives one; ours must be equal: text
without the blanks around it, degrees to a millionth, times by the camera's clock. An empty text, a time of zeros and a latitude without a
hemisphere are no values. Differences are printed with the reason that `REASONS` knows for their class.

Usage: .venv/bin/python bench/exif.py CORPUS [--all]
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from triage.filetype import identify
from triage.formats import picture_facts
from triage.model import Stamp, Zone

SECOND = 1_000_000_000
FIELDS = ("make", "model", "serial", "time", "orientation", "size", "latitude", "longitude")
ORIENTATIONS = (
    "Horizontal (normal)", "Mirror horizontal", "Rotate 180", "Mirror vertical", "Mirror horizontal and rotate 270 CW",
    "Rotate 90 CW", "Mirror horizontal and rotate 90 CW", "Rotate 270 CW",
)  # fmt: skip
CAMERA_GROUPS = ("IFD0", "ExifIFD", "CanonRaw", "SigmaRaw", "MIE-Camera", "Lytro", "XMP-tiff", "Pentax")
SERIALS = ("SerialNumber", "CameraSerialNumber", "InternalSerialNumber")
SIZES = (
    "File",
    "PNG",
    "RIFF",
    "GIF",
    "IFD0",
    "ExifIFD",
    "MinoltaRaw",
    "CanonRaw",
    "SigmaRaw",
    "PhotoCD",
    "Lytro",
    "Track1",
    "DjVu",
    "Photoshop",
)
# Formats of film, science and older programs, and exiftool's own container: no camera or phone writes them.
NO_PHOTOGRAPHS = re.compile(r"\.(dpx|djvu|flif|mrc|exr|pfm|pict|ppm|pcd|czi|mie)\Z", re.IGNORECASE)
REASONS = (
    (r"(?i)^serial infiray", "a number in the maker's own segment for thermal pictures"),
    (r"^size .*\.raf$", "exiftool tells the size of the JPEG inside, which was replaced in this sample"),
    (r"^size .*\.heic$", "exiftool tells the size before the cut that the file asks for (clean aperture)"),
)


def main() -> None:
    """Compare, print the table by vendor and every difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--all", action="store_true", help="pictures in the whole corpus, not in photos/ alone")
    options = parser.parse_args()
    _print(comparison(options.corpus, every=options.all))


@dataclass
class Comparison:
    """Values and how many of them are equal, by vendor and by field; the differences as lines of a table."""

    vendors: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    fields: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    differences: list[str] = field(default_factory=list)

    @property
    def values(self) -> int:
        """How many values exiftool gives."""
        return sum(each[0] for each in self.fields.values())

    @property
    def equal(self) -> int:
        """How many of them are equal."""
        return sum(each[1] for each in self.fields.values())


def comparison(corpus: Path, *, every: bool = False) -> Comparison:
    """Every photograph of the corpus' folder `photos`, or of all of it."""
    result = Comparison()
    for source, row in _rows(corpus, every=every):
        expected, found = told(row), ours(corpus / source)
        vendor = str(expected.get("make") or "(none)").split()[0].title()
        for name, value in expected.items():
            equal = same(value, found.get(name))
            for tally in (result.vendors[vendor], result.fields[name]):
                tally[0] += 1
                tally[1] += equal
            if not equal:
                line = (vendor, source, name, value, found.get(name), reason(name, vendor, source))
                result.differences.append("| " + " | ".join(map(str, line)) + " |")
    return result


def _rows(corpus: Path, *, every: bool) -> list[tuple[str, dict[str, Any]]]:
    names = ("dev.photos.json", "dev.hostile_media.json", "dev.vectors_media.json")
    found = []
    for name in names:
        for row in json.loads((corpus / "truth" / "exiftool" / name).read_text(encoding="utf-8")):
            wanted = every or row["SourceFile"].startswith("photos/")
            wanted = wanted and not NO_PHOTOGRAPHS.search(row["SourceFile"])
            if (
                wanted
                and str(row.get("File:MIMEType", "")).startswith("image/")
                and (corpus / row["SourceFile"]).is_file()
            ):
                found.append((row["SourceFile"], row))
    return found


def told(row: dict[str, Any]) -> dict[str, object]:
    """The values that exiftool gives, by our names."""
    taken = _text(_first(row, "DateTimeOriginal", ("ExifIFD", "CanonRaw", "XMP-exif", "SigmaRaw")))
    orientation = row.get("IFD0:Orientation", row.get("XMP-tiff:Orientation"))
    found: dict[str, object | None] = {
        "make": _text(_first(row, "Make", CAMERA_GROUPS)),
        "model": _text(_first(row, "Model", CAMERA_GROUPS)),
        "serial": _serial(row),
        "time": taken if taken and taken[:4].strip("0 :") else None,
        "orientation": ORIENTATIONS.index(orientation) + 1 if orientation in ORIENTATIONS else None,
        "size": _size(row),
        "latitude": _degrees(row, "Latitude"),
        "longitude": _degrees(row, "Longitude"),
    }
    return {name: value for name, value in found.items() if value is not None}


def _first(row: dict[str, Any], name: str, groups: tuple[str, ...]) -> object:
    return next((row[f"{group}:{name}"] for group in groups if row.get(f"{group}:{name}") not in {None, ""}), None)


def _serial(row: dict[str, Any]) -> str | None:
    for name in SERIALS:
        groups = ("ExifIFD", "IFD0", *sorted(key.split(":")[0] for key in row if key.endswith(f":{name}")))
        if found := _text(_first(row, name, groups)):
            return found
    return None


def _size(row: dict[str, Any]) -> tuple[int, int] | None:
    for group in SIZES:
        if (width := row.get(f"{group}:ImageWidth")) and (height := row.get(f"{group}:ImageHeight")):
            return int(width), int(height)
    return None


def _degrees(row: dict[str, Any], name: str) -> float | None:
    """exiftool's number without its sign; the sign is the hemisphere's."""
    value, hemisphere = row.get(f"GPS:GPS{name}"), str(row.get(f"GPS:GPS{name}Ref", ""))
    if not isinstance(value, int | float) or not hemisphere:
        return None
    return -abs(value) if hemisphere[0] in "SW" else abs(value)


def _text(value: object) -> str | None:
    return re.sub(r"\s+\Z|\A\s+", "", str(value)) or None if value is not None else None


def ours(path: Path) -> dict[str, object]:
    """What Sigap reads of a file, by the same names; nothing where it takes it for no picture."""
    with path.open("rb") as stream:
        if not identify(path.name, stream.read(1 << 16)).mime.startswith("image/"):
            return {}
        facts = picture_facts.read(stream)
    camera = facts.camera()
    return {
        "make": camera["make"],
        "model": camera["model"],
        "serial": camera["serial"],
        "time": _clock(facts.taken_at, facts.zone),
        "orientation": camera["orientation"],
        "size": facts.size,
        "latitude": camera.get("latitude"),
        "longitude": camera.get("longitude"),
    }


def _clock(stamp: Stamp | None, zone: str | None) -> str | None:
    """The camera's clock: a time in UTC moved by the zone that was recorded."""
    if stamp is None:
        return None
    local = datetime.fromtimestamp(stamp.ns // SECOND, UTC)
    if stamp.zone is Zone.UTC and zone and zone != "Z":
        hours, minutes = zone[1:].split(":")
        span = timedelta(hours=int(hours), minutes=int(minutes))
        local += -span if zone[0] == "-" else span
    return local.strftime("%Y:%m:%d %H:%M:%S")


def same(expected: object, found: object) -> bool:
    """Equal, degrees to a millionth, and a number that exiftool printed as one whatever zeros it began with."""
    if isinstance(expected, float) or isinstance(found, float):
        return isinstance(found, float) and isinstance(expected, int | float) and abs(expected - found) < 1e-6
    if isinstance(expected, str) and isinstance(found, str):
        if found[4:5] == ":":
            return expected[:19] == found[:19]
        return expected.lstrip("0") in {found.lstrip("0"), _in_words(found)}
    return expected == found


def _in_words(serial: str) -> str:
    """Panasonic's and Fujifilm's internal numbers hold a date and hexadecimal text, which exiftool writes out; ours is as stored."""
    if match := re.fullmatch(r"([A-Z]\d\d)(\d\d)(\d\d)(\d\d)(\d{4})", serial):
        return f"({match[1]}) 20{match[2]}:{match[3]}:{match[4]} no. {match[5]}"
    if match := re.fullmatch(r"(.* )([0-9A-F]+)(\d\d)(\d\d)(\d\d)([0-9A-F]{12})", serial):
        return f"{match[1]}{bytes.fromhex(match[2]).decode('latin-1')} 20{match[3]}:{match[4]}:{match[5]} {match[6]}"
    return serial


def reason(name: str, vendor: str, source: str) -> str:
    """Why they differ, where the class of difference is known."""
    return next((why for pattern, why in REASONS if re.search(pattern, f"{name} {vendor} {source.lower()}")), "")


def _print(result: Comparison) -> None:
    for title, table in (("vendor", result.vendors), ("field", result.fields)):
        print(f"\n| {title} | values | equal | per cent |\n|---|---|---|---|")
        for key, (values, equal) in sorted(table.items()):
            print(f"| {key} | {values} | {equal} | {100 * equal / values:.1f} |")
    print(f"| **all** | {result.values} | {result.equal} | **{100 * result.equal / result.values:.2f}** |")
    print("\n| vendor | file | field | exiftool | Sigap | reason |\n|---|---|---|---|---|---|")
    print("\n".join(result.differences))


if __name__ == "__main__":
    main()

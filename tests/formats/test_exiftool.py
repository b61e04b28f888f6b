"""Photographs of many makers against what exiftool says of them (bench/exif.py prints the differences)."""

import importlib.util
import json
import sys
from pathlib import Path

from corpus import corpus_file

from triage.formats import video


def comparison(corpus: Path):
    path = Path(__file__).resolve().parents[2] / "bench" / "exif.py"
    specification = importlib.util.spec_from_file_location("bench_exif", path)
    assert specification is not None
    assert specification.loader is not None
    bench = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = bench
    specification.loader.exec_module(bench)
    return bench.comparison(corpus)


def test_every_photograph_says_what_exiftool_says() -> None:
    """At least 99 of 100 values: make, model, serial number, time, orientation, size, place."""
    found = comparison(corpus_file("truth", "exiftool", "dev.photos.json").parents[2])
    assert found.values > 500
    assert found.equal / found.values >= 0.99


def test_every_clip_says_what_exiftool_says() -> None:
    """Size, length, device, time of the header, place; exiftool prints seconds with two digits."""
    rows = json.loads(corpus_file("truth", "exiftool", "dev.photos.json").read_text(encoding="utf-8"))
    compared = 0
    for row in rows:
        if str(row.get("File:MIMEType")).startswith("video/") and "QuickTime:CreateDate" in row:
            with (
                corpus_file(*row["SourceFile"].split("/")).open("rb") as stream,
                video.opened(stream, most_pixels=1 << 30) as clip,
            ):
                facts = clip.facts
            assert facts.tags["creation_time"][:19].replace("-", ":").replace("T", " ") == row["QuickTime:CreateDate"]
            assert (facts.values.make, facts.values.model) == (row.get("Keys:Make"), row.get("Keys:Model"))
            sizes = {
                (row.get(f"Track{number}:ImageWidth"), row.get(f"Track{number}:ImageHeight")) for number in range(1, 4)
            }
            assert (facts.width, facts.height) in sizes
            if place := row.get("UserData:GPSCoordinates"):
                north, west = (float(part.split()[0]) for part in place.split(", "))
                assert (facts.values.latitude, facts.values.longitude) == (north, -west)
            compared += 1
    assert compared >= 6

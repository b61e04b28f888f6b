"""Photographs of many makers against what exiftool says of them (bench/exif.py prints the differences)."""

import importlib.util
import sys
from pathlib import Path

from corpus import corpus_file


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

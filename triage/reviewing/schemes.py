"""Schemes for grading by hand: categories with the key of each. The files are those of lists (`triage.hashing.schemes`)."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import UserError
from triage.hashing.schemes import read_scheme, schemes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from triage.hashing.schemes import Scheme

_SPARE = (
    "123456789abdefgijkmnopqrtuvwxy"  # keys for codes that are no key themselves; c, h, l, s, z, 0 mean other things
)
_TAKEN = " chlsz"


@dataclass(frozen=True, slots=True)
class Category:
    """One grade. `key` is a single character; `threshold` how many a unit asks for, 0 where it does not."""

    code: str
    label: str
    key: str
    threshold: int = 0


@dataclass(frozen=True, slots=True)
class GradingScheme:
    """Categories in the order of the file."""

    id: str
    title: str
    categories: tuple[Category, ...]

    def by_key(self, key: str) -> Category | None:
        """The category that this key gives."""
        return next((each for each in self.categories if each.key == key.casefold()), None)

    def by_code(self, code: str) -> Category | None:
        """The category of this code."""
        return next((each for each in self.categories if each.code == code), None)


def grading_schemes(home: Path) -> list[GradingScheme]:
    """Every scheme with categories, by title: those of the program and those of the agency. Raises UserError."""
    found = [_grading(each) for each in schemes(home).values() if each.labels]
    return sorted(found, key=lambda each: each.title)


def take_scheme(path: Path, home: Path) -> GradingScheme:
    """Keep a copy of an agency's own scheme; it takes the place of one with the same id. Raises UserError."""
    scheme = read_scheme(path)
    if not scheme.labels:
        raise UserError(f"{path}: the scheme has no categories; add them under [categories]")
    target = home / "schemes" / f"{_file_name(scheme.id)}.toml"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.resolve() != path.resolve():
            shutil.copyfile(path, target)
    except OSError as error:
        raise UserError(f"{target}: the scheme cannot be kept ({error.strerror})") from error
    return _grading(scheme)


def _grading(scheme: Scheme) -> GradingScheme:
    keys = dict(_keys(scheme))
    categories = (
        Category(code, label, keys[code], scheme.thresholds.get(code, 0)) for code, label in scheme.labels.items()
    )
    return GradingScheme(scheme.id, scheme.title, tuple(categories))


def _keys(scheme: Scheme) -> Iterator[tuple[str, str]]:
    """The keys that the scheme states; else the code itself where it is one character; else the next one that is free."""
    used: set[str] = set()
    for code in sorted(scheme.labels, key=lambda each: each not in scheme.keys):
        wanted = scheme.keys.get(code, code).casefold()
        free = len(wanted) == 1 and wanted not in _TAKEN and wanted not in used
        key = wanted if free else next((each for each in _SPARE if each not in used and each not in scheme.labels), "")
        used.add(key)
        yield code, key


def _file_name(name: str) -> str:
    return "".join(each if each.isalnum() or each in "-." else "-" for each in name).lstrip(".") or "scheme"

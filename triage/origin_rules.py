"""The printed rules by which the origin of a picture, clip or sound is concluded: `resources/origin.toml`, which explains itself.

An indicator is one thing that is seen (the camera's model in EXIF, the folder, the gallery's row); indicators of one source are one witness. The
first rule that fits decides. What comes out is consistent with the indicators, no more: EXIF can be copied, a file can be moved and renamed.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from triage.assets import resource

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

UNKNOWN = "unknown"


class Indicator(NamedTuple):
    """One thing that was seen, and what exactly: `camera_model`, `Kamera Fiksi KF-1`."""

    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Fits where indicators of `any` come from at least `sources` sources, one of `also` is there where any is named, and none of `none`."""

    origin: str
    any: frozenset[str]
    also: frozenset[str]
    none: frozenset[str]
    sources: int


@dataclass(frozen=True, slots=True)
class Rules:
    """The table, compiled. `source_of` says which source gives an indicator."""

    rules: tuple[Rule, ...]
    source_of: dict[str, str]
    folders: tuple[tuple[str, str, re.Pattern[str]], ...]
    names: tuple[tuple[str, str, re.Pattern[str]], ...]
    packages: tuple[tuple[str, re.Pattern[str]], ...]
    software: tuple[tuple[str, re.Pattern[str]], ...]
    models: dict[str, str]
    first_origins: frozenset[str]
    shorter_side: int
    hours: int

    def origin(self, seen: Collection[str]) -> str:
        """What the first fitting rule says of these indicators; `unknown` where none fits."""
        return next((rule.origin for rule in self.rules if self._fits(rule, seen)), UNKNOWN)

    def _fits(self, rule: Rule, seen: Collection[str]) -> bool:
        if not rule.none.isdisjoint(seen) or (rule.also and rule.also.isdisjoint(seen)):
            return False
        return len({self.source_of[name] for name in seen if name in rule.any}) >= rule.sources

    def of_path(self, path: str, name: str) -> Iterator[Indicator]:
        """What folder and name say: of each indicator the first pattern that matches."""
        folder = path.replace("\\", "/")
        folder = folder[: len(folder) - len(name)] if folder.endswith(name) else folder.rpartition("/")[0] + "/"
        told: set[str] = set()
        for indicator, app, pattern in self.folders:
            if indicator not in told and (found := pattern.search(folder)):
                told.add(indicator)
                yield Indicator(indicator, app or found[0].strip("/"))
        for indicator, app, pattern in self.names:
            if indicator not in told and pattern.fullmatch(name):
                told.add(indicator)
                yield Indicator(indicator, app or name)

    def of_package(self, package: str) -> Iterator[Indicator]:
        """What the program that made a file is known to be."""
        return (Indicator(name, package) for name, pattern in self.packages if pattern.fullmatch(package))

    def of_software(self, software: str) -> Iterator[Indicator]:
        """What the software named in the picture itself is known to be."""
        return (Indicator(name, software) for name, pattern in self.software if pattern.match(software))

    def model(self, make: str | None, model: str) -> str:
        """A camera or device as it is compared: without its maker's name in front, small letters, iPhones by their name of the trade."""
        name = self.models.get(model, model).casefold().strip()
        maker = (make or "").casefold().strip()
        return name.removeprefix(maker).strip() or name if maker else name


@cache
def rules() -> Rules:
    """The table as shipped."""
    with resource("origin.toml").open("rb") as file:
        table: dict[str, Any] = tomllib.load(file)
    first = table["first_generation"]
    return Rules(
        rules=tuple(map(_rule, table["rule"])),
        source_of={name: source for source, names in table["sources"].items() for name in names},
        folders=tuple(map(_pattern, table["folder"])),
        names=tuple(map(_pattern, table["name"])),
        packages=tuple((name, _compiled(pattern)) for name, pattern in table["packages"].items()),
        software=tuple((name, _compiled(pattern)) for name, pattern in table["software"].items()),
        models=table["models"],
        first_origins=frozenset(first["origins"]),
        shorter_side=first["shorter_side"],
        hours=first["hours"],
    )


def _rule(row: dict[str, Any]) -> Rule:
    any_of, also, none = (frozenset[str](row.get(name, ())) for name in ("any", "also", "none"))
    return Rule(row["origin"], any_of, also, none, row.get("sources", 1))


def _pattern(row: dict[str, str]) -> tuple[str, str, re.Pattern[str]]:
    return row["indicator"], row.get("app", ""), _compiled(row["pattern"])


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)

"""Programs on an Android phone: `data/system/packages.xml` (since Android 12 as binary XML) and `packages.list`.

An element `package` has name, codePath, version, the times ft, it and ut (last change, first installation, last update; milliseconds in
hexadecimal), and who installed it. Reference: AOSP `Settings.java` of the package manager (mark A); no public sample at hand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.errors import EvidenceError
from triage.formats import cells
from triage.formats.programs import known_program
from triage.formats.whole import tags, whole
from triage.model import Problem, Program

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from triage.content import Item
    from triage.model import Record, Stamp

MOST_BYTES = 64 << 20
_NAMES = re.compile(r"packages(-backup)?\.(xml|list)\Z", re.IGNORECASE)
_LINE = re.compile(r"([A-Za-z]\w*(?:\.\w+)+) \d+ [01] (/\S+)")


class AndroidPrograms:
    """One `Program` per package."""

    name: ClassVar[str] = "android-programs"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Android programs"
    describes: ClassVar[str] = (
        "Packages with version, time of installation and update, who installed them, and what they are known to be"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "Which user of the phone has a package is in package-restrictions.xml, which is not read.",
        "packages.list names package and folder alone.",
        "category comes from Sigap's own list of identifiers; a program that is not in it has none.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Program,)

    def wants(self, item: Item) -> bool:
        """packages.xml, packages.list, with a first package of Android's kind: others use these names too."""
        if _NAMES.match(item.entry.name) is None:
            return False
        return b"codePath" in item.head or _LINE.match(item.head[:400].decode("ascii", "replace")) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The packages in their order."""
        data = whole(item, most=MOST_BYTES)
        if item.entry.name.lower().endswith(".list"):
            yield from _listed(data)
            return
        try:
            for number, (tag, attributes) in enumerate(tags(data)):
                if tag == "package" and attributes.get("name"):
                    yield _program(number, attributes)
        except EvidenceError as error:
            yield Problem(kind=error.kind, stage=self.name, message=str(error))


def _program(number: int, attributes: Mapping[str, str]) -> Program:
    identifier = attributes["name"]
    name, category = known_program(identifier)
    return Program(
        where=f"element {number}: package {identifier}",
        app="Android",
        identifier=identifier,
        name=name,
        version=attributes.get("versionName") or attributes.get("version"),
        installed_at=_hexadecimal(attributes.get("it")),
        updated_at=_hexadecimal(attributes.get("ut")),
        installer=attributes.get("installer") or attributes.get("installInitiator"),
        category=category,
        path=attributes.get("codePath"),
    )


def _hexadecimal(value: str | None) -> Stamp | None:
    """Milliseconds in hexadecimal."""
    return cells.unix_milliseconds(int(value, 16)) if value and re.fullmatch(r"[0-9a-fA-F]{1,15}", value) else None


def _listed(data: bytes) -> Iterator[Program]:
    for number, line in enumerate(data.decode("utf-8", "backslashreplace").splitlines(), start=1):
        if found := _LINE.match(line):
            name, category = known_program(found[1])
            yield Program(
                where=f"line {number}", app="Android", identifier=found[1], name=name, category=category, path=found[2]
            )

"""What the category codes of a list mean: schemes, which are data that an agency can edit and add to.

    resources/schemes/*.toml    shipped with the program
    <home>/schemes/*.toml       the agency's own; one with the same `id` takes the place of the shipped one

The same number means opposite things in different schemes (0 and 5 in VICS 2.0 of the United States and in the older
scheme), so a list keeps the scheme that the operator confirmed and its labels as they were on that day.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from triage.assets import resource
from triage.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

AS_STATED = "as-stated"  # the codes are words of the list's own, and mean what they say


@dataclass(frozen=True, slots=True)
class Scheme:
    """`contexts` are patterns of the context strings of files that are known to use it: what the import proposes.

    `keys` are the keys that give each code, `thresholds` how many of it a unit asks for: both are for grading by hand.
    """

    id: str
    title: str
    labels: Mapping[str, str] = field(default_factory=dict)
    contexts: tuple[str, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    thresholds: Mapping[str, int] = field(default_factory=dict)

    def fits(self, context: str) -> bool:
        """Whether a file with this context string states this scheme."""
        return any(re.search(pattern, context) for pattern in self.contexts)

    def code(self, word: str) -> str | None:
        """The code that a word means: the code itself, or its label, whatever the case of its letters."""
        by_label = {label.casefold(): code for code, label in self.labels.items()}
        return word if word in self.labels else by_label.get(word.casefold())


def schemes(home: Path) -> dict[str, Scheme]:
    """Every scheme by its id. Raises UserError naming the first file that cannot be read."""
    found = {AS_STATED: Scheme(AS_STATED, "The list's own words")}
    for folder in (resource("schemes"), home / "schemes"):
        for path in sorted(folder.glob("*.toml")):
            scheme = read_scheme(path)
            found[scheme.id] = scheme
    return found


def scheme(name: str, home: Path) -> Scheme:
    """One scheme. Raises UserError where there is none of that name."""
    known = schemes(home)
    if name not in known:
        raise UserError(f"there is no category scheme {name!r}; there are: {', '.join(sorted(known))}")
    return known[name]


def proposed(context: str, home: Path) -> Scheme | None:
    """The one scheme that the file itself states, or None where it states none."""
    fitting = [each for each in schemes(home).values() if each.fits(context)]
    return fitting[0] if len(fitting) == 1 else None


def read_scheme(path: Path) -> Scheme:
    """The scheme in a file. Raises UserError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        labels = {str(code): str(label) for code, label in data.get("categories", {}).items()}
        contexts = tuple(str(each) for each in data.get("contexts", ()))
        for each in contexts:
            re.compile(each)
        keys = {str(code): str(key) for code, key in data.get("keys", {}).items() if str(code) in labels}
        thresholds = {str(code): int(number) for code, number in data.get("thresholds", {}).items()}
        return Scheme(str(data["id"]), str(data["title"]), labels, contexts, keys, thresholds)
    except (
        OSError,
        UnicodeDecodeError,
        tomllib.TOMLDecodeError,
        KeyError,
        AttributeError,
        TypeError,
        ValueError,
        re.error,
    ) as error:
        raise UserError(f"{path}: cannot be read as a category scheme ({error})") from error

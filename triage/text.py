"""Every sentence a person reads, in Bahasa Indonesia and English, for core, report and desktop alike.

The texts are data: `resources/locale/<language>/*.toml` and, for reports, `reports/wording/<language>/*.toml`; one table per part of
the program. An agency's own wording takes the place of ours text by text (`use_own`). A key is `table.name`. A text that is missing in a language is a defect that a test finds; at run time its key is shown.
"""

from __future__ import annotations

import locale
import os
import tomllib
from collections import ChainMap
from dataclasses import dataclass
from functools import cache
from string import Formatter
from typing import TYPE_CHECKING

from triage.assets import report_asset, resource
from triage.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LANGUAGES = ("id", "en")
_OWN: dict[str, dict[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Say:
    """The texts of one language. Call it with a key and the values its text names in braces."""

    language: str

    def __call__(self, key: str, **values: object) -> str:
        text = _texts(self.language).get(key, key)
        return text.format_map(values) if values else text

    def has(self, key: str) -> bool:
        """Whether there is a text under this key."""
        return key in _texts(self.language)


def preferred_language() -> str:
    """The language the person asked for: TRIAGE_LANG, else the system's; Indonesian or English."""
    wish = os.environ.get("TRIAGE_LANG") or locale.getlocale()[0] or ""
    return "id" if wish.lower().startswith(("id", "in_", "indonesian")) else "en"


def table(name: str, language: str) -> dict[str, str]:
    """All texts of one table, for a page that speaks without this program."""
    start = f"{name}."
    return {key.removeprefix(start): text for key, text in _texts(language).items() if key.startswith(start)}


def use_own(folder: Path) -> None:
    """Take texts from `<folder>/<language>/*.toml` in the place of ours, from now on; none where there is no such folder.

    Raises UserError where a text is not one of ours, or does not name the values that ours names: what stands in braces.
    """
    found = {language: _own_texts(folder / language, _shipped(language)) for language in LANGUAGES}
    _OWN.clear()
    _OWN.update(found)


def _own_texts(folder: Path, ours: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            read = _read(path)
        except (OSError, ValueError, AttributeError) as error:
            raise UserError(f"{path}: this wording cannot be read ({error})") from error
        for key, text in read.items():
            if not isinstance(text, str) or key not in ours:
                raise UserError(
                    f"{path}: there is no text {key!r}; the texts that may be replaced are those of the shipped wording"
                )
            if _values(text) != _values(ours[key]):
                named = ", ".join(f"{{{each}}}" for each in sorted(_values(ours[key]) or ())) or "no value"
                raise UserError(f"{path}: the text {key!r} must name {named}")
        found.update(read)
    return found


def _values(text: str) -> set[str] | None:
    """What a text names in braces; None where the braces do not fit together."""
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return None


def _texts(language: str) -> Mapping[str, str]:
    """All texts of a language: an agency's own before ours."""
    own = _OWN.get(language)
    return ChainMap(own, _shipped(language)) if own else _shipped(language)  # type: ignore[arg-type]  # ours is never written to


def _read(path: Path) -> dict[str, str]:
    """The texts of one file, by key. Raises OSError, ValueError; AttributeError where it holds no tables."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {f"{name}.{key}": text for name, entries in tables.items() for key, text in entries.items()}


@cache
def _shipped(language: str) -> Mapping[str, str]:
    if language not in LANGUAGES:
        raise ValueError(f"no such language: {language}")
    texts: dict[str, str] = {}
    folders = (resource("locale", language), report_asset("wording", language))
    for path in (each for folder in folders for each in sorted(folder.glob("*.toml"))):
        texts.update(_read(path))
    return texts

"""Every sentence a person reads, in Bahasa Indonesia and English, for core, report and desktop alike.

The texts are data: `resources/locale/<language>/*.toml` and, for reports, `reports/wording/<language>/*.toml`; one table per part of
the program. A key is `table.name`. A text that is missing in a language is a defect that a test finds; at run time its key is shown.
"""

from __future__ import annotations

import locale
import os
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from triage.assets import report_asset, resource

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("id", "en")


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


@cache
def _texts(language: str) -> Mapping[str, str]:
    if language not in LANGUAGES:
        raise ValueError(f"no such language: {language}")
    texts: dict[str, str] = {}
    folders = (resource("locale", language), report_asset("wording", language))
    for path in (each for folder in folders for each in sorted(folder.glob("*.toml"))):
        for table, entries in tomllib.loads(path.read_text(encoding="utf-8")).items():
            texts.update({f"{table}.{name}": text for name, text in entries.items()})
    return texts

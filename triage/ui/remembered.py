"""What the desktop remembers between starts: recent cases, the examiner's name, language, theme and sound. One small JSON file.

Losing it loses convenience only, so a file that cannot be read counts as empty and one that cannot be written is let be.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from triage import settings
from triage.text import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path

FILE = "desktop.json"
RECENT = 12


@dataclass(frozen=True, slots=True)
class Remembered:
    """`recent`: case folders, the latest first. `language` None: the system's. `sound`: at a hit. `toured`: the tour was taken or left."""

    recent: tuple[str, ...] = ()
    examiner: str = ""
    language: str | None = None
    theme: str = "system"
    sound: bool = False
    toured: bool = False

    def with_case(self, folder: Path) -> Remembered:
        """The same with this case at the front."""
        front = str(folder)
        rest = [each for each in self.recent if each != front]
        return replace(self, recent=(front, *rest)[:RECENT])


def recall() -> Remembered:
    """What was kept."""
    try:
        data = json.loads((settings.home() / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Remembered()
    if not isinstance(data, dict):
        return Remembered()
    language = data.get("language")
    recent = data.get("recent")
    return Remembered(
        tuple(str(each) for each in recent[:RECENT]) if isinstance(recent, list) else (),
        str(data.get("examiner") or ""),
        language if language in LANGUAGES else None,
        str(data.get("theme") or "system"),
        data.get("sound") is True,
        data.get("toured") is True,
    )


def keep(remembered: Remembered) -> None:
    """Write it, whole or not at all."""
    path = settings.home() / FILE
    draft = path.with_suffix(".new")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(asdict(remembered), indent=1), encoding="utf-8")
        draft.replace(path)

"""What a unit sets for looking through media: scheme, thresholds, breaks, limits. One small JSON file in the program's own folder.

The figures are those that guidance names (a break each hour, at most five hours a day, none late in the day) and are for the unit to set.
A file that cannot be read counts as empty, because a broken setting must not keep anyone from reminders.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

from triage.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE = "reviewing.json"


@dataclass(frozen=True, slots=True)
class Preferences:
    """`thresholds` by scheme and code, over those of the scheme's own file. A figure of 0 switches that reminder off."""

    scheme: str = "vics-2.0-us"
    thresholds: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    break_after_minutes: int = 20  # of revealed time
    break_each_minutes: int = 60  # of work in the gallery
    break_after_viewed: int = 200  # revealed pictures
    day_minutes: int = 240  # of revealed time in one day
    late_hour: int = 16  # of the day, on this computer's clock

    def threshold(self, scheme: str, code: str, stated: int) -> int:
        """How many are asked for; `stated` is what the scheme's file says."""
        return self.thresholds.get(scheme, {}).get(code, stated)


LARGEST = {"day_minutes": 300, "late_hour": 24}  # guidance names five hours as the most in one day
_NUMBERS = tuple(each.name for each in fields(Preferences) if each.type == "int")


def recall_preferences(home: Path) -> Preferences:
    """What was kept."""
    try:
        data = json.loads((home / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Preferences()
    return _preferences(data) if isinstance(data, dict) else Preferences()


def keep_preferences(home: Path, preferences: Preferences) -> None:
    """Write them, whole or not at all. Raises UserError."""
    path = home / FILE
    draft = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(asdict(preferences), indent=1), encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise UserError(f"{path}: the settings cannot be kept ({error.strerror})") from error


def _preferences(data: dict[str, Any]) -> Preferences:
    numbers = {name: _number(name, data[name]) for name in _NUMBERS if isinstance(data.get(name), int)}
    scheme = data.get("scheme")
    return Preferences(
        scheme=scheme if isinstance(scheme, str) else Preferences().scheme,
        thresholds=_thresholds(data.get("thresholds")),
        **numbers,
    )


def _number(name: str, value: int) -> int:
    return min(max(0, int(value)), LARGEST.get(name, 100_000))


def _thresholds(data: object) -> dict[str, dict[str, int]]:
    if not isinstance(data, dict):
        return {}
    return {
        str(scheme): {str(code): max(0, number) for code, number in codes.items() if isinstance(number, int)}
        for scheme, codes in data.items()
        if isinstance(codes, dict)
    }

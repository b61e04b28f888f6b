"""A contact sheet: frames of a clip, spread over its length, side by side in one small picture.

How long a clip is need not be known: frames are kept until there are twice as many as have room, then every second one goes. So the same clip
gives the same sheet, and no more than a few are ever held.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from triage.formats import picture

if TYPE_CHECKING:
    from triage.formats.video import Frame

COLUMNS = ROWS = 3
ROOM = COLUMNS * ROWS
CELL = 160


@dataclass(slots=True)
class Sheet:
    """Frames that were offered, thinned out."""

    _kept: list[tuple[float, picture.Cell]] = field(default_factory=list)
    _step: int = 1
    _offered: int = 0

    def offer(self, frame: Frame) -> None:
        """Keep this frame if it is its turn. Raises EvidenceError."""
        if self._offered % self._step == 0:
            self._kept.append((frame.second, frame.cell(CELL)))
            if len(self._kept) > 2 * ROOM:
                del self._kept[1::2]
                self._step *= 2
        self._offered += 1

    def made(self) -> tuple[picture.Small, str] | None:
        """The sheet, and the seconds of its frames in words; None where there are not two frames to show."""
        if len(self._kept) < 2:
            return None
        count = min(ROOM, len(self._kept))
        chosen = [self._kept[number * len(self._kept) // count] for number in range(count)]
        seconds = ", ".join(f"{second:.1f}" for second, _ in chosen)
        return picture.sheet([cell for _, cell in chosen], COLUMNS), f"frames at {seconds} s"

"""What a row says beyond its digests: category, series, tags, flags and remarks, as one canonical JSON text.

Flags have three states: true, false, and not said; the last is left out. `bool("false")` is true, so words are read as words.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from triage.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping

_TRUE, _FALSE = frozenset({"true", "yes", "y", "t"}), frozenset({"false", "no", "n", "f"})
_TEXT_CHARACTERS = 8192


@dataclass(frozen=True, slots=True)
class Detail:
    """`category` is the code as the source has it; what it means, the scheme of the list says."""

    category: str | None = None
    series: str | None = None
    tags: tuple[str, ...] = ()
    flags: Mapping[str, bool] = field(default_factory=dict)
    comments: str | None = None

    def packed(self) -> bytes:
        """The canonical text; empty where there is nothing to say."""
        said = {
            "category": self.category,
            "comments": self.comments and self.comments[:_TEXT_CHARACTERS],
            "flags": self.flags,
            "series": self.series and self.series[:_TEXT_CHARACTERS],
            "tags": [tag[:_TEXT_CHARACTERS] for tag in self.tags[:100]],
        }
        kept = {key: value for key, value in said.items() if value}
        return json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode() if kept else b""

    @staticmethod
    def unpacked(text: bytes) -> Detail:
        """Inverse of `packed`. Raises UserError where the text is damaged."""
        if not text:
            return Detail()
        try:
            said = json.loads(text)
            return Detail(
                category=said.get("category"),
                series=said.get("series"),
                tags=tuple(said.get("tags", ())),
                flags=dict(said.get("flags", {})),
                comments=said.get("comments"),
            )
        except (ValueError, TypeError, AttributeError) as error:
            raise UserError("a hash list is damaged: what it says of a row cannot be read; import it again") from error

    def spoken(self) -> str:
        """Series, tags, flags and comments in words; empty where there are none."""
        parts = [f"series {self.series!r}"] if self.series else []
        parts += [f"tags {', '.join(self.tags)}"] if self.tags else []
        parts += [f"{name.replace('_', ' ')}: {'yes' if value else 'no'}" for name, value in sorted(self.flags.items())]
        parts += [f"comments {self.comments!r}"] if self.comments else []
        return "; ".join(parts)


def three_state(value: object) -> bool | None:
    """True, false, or None where the source does not say."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        word = value.strip().lower()
        return True if word in _TRUE else False if word in _FALSE else None
    return None

"""How a source is to be opened: what every layer of it may need to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from triage.evidence.limits import Limits


@dataclass(frozen=True, slots=True)
class Opening:
    """`scratch` takes unpacked members; `password` opens what is protected by one; `carve` looks at space no file owns.

    `shared` takes the copy of a packed source, which all processes use; None: `scratch` does.
    """

    limits: Limits
    scratch: Path
    password: str | None = None
    carve: bool = False
    shared: Path | None = None
    allow_writable: bool = False

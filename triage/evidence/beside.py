"""Files that a disk image names: found beside it by their base name, and nowhere else.

What an image says about its parts is evidence and may be hostile: a path in it is never followed out of the folder.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.errors import Malformed, Unsupported

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_CHAIN = 32
_ELSEWHERE = re.compile(r"^(json:|[a-z+]{2,}://)", re.IGNORECASE)


def beside(path: Path, name: str, what: str) -> Path:
    """The file of that base name in the folder of `path`. Raises Unsupported naming it where it is not there."""
    base = re.split(r"[\\/]", name)[-1]
    shown = name[:200]
    if _ELSEWHERE.match(name) or not base or base in {".", ".."} or "\0" in base:
        raise Unsupported(f"its {what} is elsewhere ({shown!r}); give Sigap an image that holds everything")
    found = path.parent / base
    try:
        if found.is_symlink() or not found.is_file():
            raise Unsupported(f"its {what} {shown!r} is not beside it; copy it into the same folder")
    except OSError as error:
        raise Unsupported(f"its {what} {shown!r} has a name that cannot be a file here") from error
    return found


def chained(path: Path, chain: tuple[Path, ...]) -> tuple[Path, ...]:
    """The chain of children with this file at its end. Raises Malformed for a circle or an absurdly long chain."""
    here = path.absolute()
    if here in chain:
        raise Malformed(f"its parents lead back to {path.name}")
    if len(chain) >= LONGEST_CHAIN:
        raise Malformed(f"more than {LONGEST_CHAIN} parents, one behind the other")
    return (*chain, here)

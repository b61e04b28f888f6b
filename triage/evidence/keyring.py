"""The passwords given for a source, and the trying of them. In memory alone: no value of it is in any message, log or case.

Several passwords travel as one text, one a line: that is how a file of them is written, and no password holds a line feed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from triage.errors import Encrypted

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

GIVE = "give its password with --password"
STARTUP_KEY = "startup-key:"
_RECOVERY = re.compile(r"\d{6}(?:[- ]?\d{6}){7}\Z")


def passwords_of(text: str | None) -> tuple[str, ...]:
    """The passwords in a text of one or more lines, each once, in order; empty lines are none."""
    return () if text is None else tuple(dict.fromkeys(line for line in text.splitlines() if line))


def is_recovery_key(password: str) -> bool:
    """Whether it has the shape of a BitLocker recovery password: eight groups of six digits."""
    return _RECOVERY.match(password.strip()) is not None


class Keyring:
    """The passwords of one source. Says nothing of them in any form but their number."""

    def __init__(self, text: str | None = None) -> None:
        self._passwords = passwords_of(text)

    def __repr__(self) -> str:
        return f"<{len(self)} passwords>"

    def __len__(self) -> int:
        return len(self._passwords)

    def opening(self, title: str, attempt: Callable[[str], T | None], *, advice: str = GIVE) -> tuple[T, int]:
        """What the first password that fits gives, and its place from 1. `attempt` answers None for one that does not.

        Raises Encrypted, in one line that tells a missing password (`advice` says what to give) from a wrong one.
        """
        for number, password in enumerate(self._passwords, start=1):
            if (found := attempt(password)) is not None:
                return found, number
        raise Encrypted(f"{title}; {self.refusal() or advice}")

    def refusal(self) -> str:
        """That no password given fits; empty where none was given."""
        if not self._passwords:
            return ""
        return "the password given is wrong" if len(self) == 1 else f"none of the {len(self)} passwords given is right"

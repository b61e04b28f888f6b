"""A source that is protected as a whole, and for which no password was given: one entry, closed.

It goes into the case like any other, so that the case says that it is encrypted and was not opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from triage.errors import Encrypted
    from triage.model import Locator, Step


class Sealed:
    """The layer of such a source: whatever is asked of it is answered with why it stays closed."""

    format = "sealed"

    def __init__(self, error: Encrypted) -> None:
        self._family, self._said = type(error), str(error)

    def children(self, _within: Locator, _folder: Step | None) -> NoReturn:
        """Raises Encrypted."""
        raise self._family(self._said)

    def open(self, _step: Step) -> NoReturn:
        """Raises Encrypted."""
        raise self._family(self._said)

    def close(self) -> None:
        """Nothing to give back."""

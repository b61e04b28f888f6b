"""The user hash of eMule: `preferences.dat`, by which other clients know this one.

A version byte, then 16 bytes whose bytes 5 and 14 are 0E and 6F. Reference: public parsers (mark B); a public sample (mark A).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from triage.formats.browsers import profile_of
from triage.model import Account

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record


class EmuleUser:
    """One `Account`."""

    name: ClassVar[str] = "emule-user"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "eMule user hash"
    describes: ClassVar[str] = "The number by which the network knows this client"
    limitations: ClassVar[tuple[str, ...]] = ("The nickname is in preferences.ini, which is not read.",)
    records: ClassVar[tuple[type[Record], ...]] = (Account,)

    def wants(self, item: Item) -> bool:
        """preferences.dat with the two fixed bytes of a user hash."""
        head = item.head
        return item.entry.name.lower().endswith("preferences.dat") and head[6:7] == b"\x0e" and head[15:16] == b"\x6f"

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The hash, in hexadecimal."""
        yield Account(
            where="bytes 1 to 16",
            app="eMule",
            account=profile_of(item.entry.path),
            identifier=item.head[1:17].hex(),
            service="eD2k user hash",
        )

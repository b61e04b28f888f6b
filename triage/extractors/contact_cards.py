"""Contact cards in files (`.vcf`, vCard 2.1 to 4.0): exported address books, cards sent in chats.

Reference: RFC 6350 and RFC 2426; a public file of three cards (mark A).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from triage.errors import LimitReached
from triage.formats import vcards
from triage.model import Contact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from triage.content import Item
    from triage.model import Problem, Record

_MOST_BYTES = 64 << 20
_NOTES = ("ORG", "TITLE", "NOTE", "ADR", "NICKNAME", "URL", "BDAY")


class ContactCards:
    """One `Contact` per card."""

    name: ClassVar[str] = "contact-cards"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Contact cards"
    describes: ClassVar[str] = "People in vCard files: exported address books and cards that were sent"
    limitations: ClassVar[tuple[str, ...]] = (
        "Photographs inside cards are not read.",
        "A file of more than 64 MiB is not read.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Contact,)

    def wants(self, item: Item) -> bool:
        """A file that begins with a card."""
        return item.head[:64].lstrip(b"\xef\xbb\xbf \r\n\t").upper().startswith(b"BEGIN:VCARD")

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The cards in their order."""
        with item.open() as stream:
            data = stream.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise LimitReached(f"a file of cards of more than {_MOST_BYTES} bytes is not read")
        for number, card in enumerate(vcards.people(data.decode("utf-8", "backslashreplace")), start=1):
            yield _contact(card, number)


def _contact(card: Mapping[str, Sequence[str]], number: int) -> Contact:
    structured = " ".join(part for part in next(iter(card.get("N", ())), "").split(";") if part)
    return Contact(
        where=f"card {number}",
        app="vCard",
        identifier=next(iter(card.get("UID", ())), None),
        name=next(iter(card.get("FN", ())), None) or structured or None,
        phone=_joined(card, "TEL"),
        email=_joined(card, "EMAIL"),
        note=_joined(card, *_NOTES),
    )


def _joined(card: Mapping[str, Sequence[str]], *names: str) -> str | None:
    values = (value.strip("; ").replace(";", " ") for name in names for value in card.get(name, ()))
    return ", ".join(dict.fromkeys(each for each in values if each)) or None

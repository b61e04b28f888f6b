"""What an extractor is. Writing one is described on one page in CONTRIBUTING.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Brightness, Entry, Hit, Problem, Record


class Extractor(Protocol):
    """Reads one family of artefacts. Stateless; yields neutral facts; knows no case.

    `name` is stable and unique; `version` changes whenever the output for the same input changes; `title` and
    `describes` are for people; `limitations` says what is not read; `records` lists the record types it may yield.
    """

    name: ClassVar[str]
    version: ClassVar[str]
    title: ClassVar[str]
    describes: ClassVar[str]
    limitations: ClassVar[tuple[str, ...]]
    records: ClassVar[tuple[type[Record], ...]]

    def wants(self, item: Item) -> bool:
        """Whether this item is of the family. Cheap: name, type, head; reads nothing more."""
        ...

    def extract(self, item: Item) -> Iterator[Record | Hit | Problem | Entry | Brightness]:
        """Yield what is found, in a fixed order; what was yielded before damage is kept. Raises EvidenceError."""
        ...

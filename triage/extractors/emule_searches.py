"""Words searched with eMule: `AC_SearchStrings.dat`, one to a line in UTF-16, the latest first. Reference: public parsers (mark B)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from triage.formats.browsers import profile_of
from triage.formats.whole import whole
from triage.model import Search

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

MOST_BYTES = 16 << 20


class EmuleSearches:
    """One `Search` per line."""

    name: ClassVar[str] = "emule-searches"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "eMule searches"
    describes: ClassVar[str] = "Words that were searched in the network, the latest first"
    limitations: ClassVar[tuple[str, ...]] = ("The file keeps the latest words alone, and no time.",)
    records: ClassVar[tuple[type[Record], ...]] = (Search,)

    def wants(self, item: Item) -> bool:
        """AC_SearchStrings.dat."""
        return item.entry.name.lower() == "ac_searchstrings.dat"

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The lines in their order."""
        text = whole(item, most=MOST_BYTES).removeprefix(b"\xff\xfe").decode("utf-16-le", "backslashreplace")
        for number, line in enumerate(text.splitlines(), start=1):
            if line.strip():
                account = profile_of(item.entry.path)
                yield Search(where=f"line {number}", app="eMule", account=account, term=line.strip())

"""Files of the peer-to-peer client Ares: `ShareL.dat` (mark A) and `ShareH.dat` (mark B). Reference: `triage.formats.ares`."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from triage.errors import EvidenceError
from triage.formats import ares
from triage.formats.browsers import profile_of
from triage.formats.whole import whole
from triage.model import Problem, Shared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Record

MOST_BYTES = 256 << 20
_PATH, _TITLE = 1, 2


class Ares:
    """One `Shared` per entry."""

    name: ClassVar[str] = "ares"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Ares"
    describes: ClassVar[str] = "Files the client knows, with path, size and SHA-1, and whether they are shared"
    limitations: ClassVar[tuple[str, ...]] = (
        "The lists hold no times.",
        "ShareL.dat does not say whether a file is shared, ShareH.dat not how large it is.",
        "Downloads under way (TempDL) and the searches in the registry are not read.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Shared,)

    def wants(self, item: Item) -> bool:
        """By the first 14 bytes."""
        return item.head.startswith((ares.LOCAL, ares.HISTORY))

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The entries in their order."""
        account = profile_of(item.entry.path)
        try:
            for each in ares.files(whole(item, most=MOST_BYTES)):
                yield _shared(each, account)
        except EvidenceError as error:
            yield Problem(kind=error.kind, stage=self.name, message=str(error))


def _shared(file: ares.AresFile, account: str | None) -> Shared:
    path = file.fields.get(_PATH)
    return Shared(
        where=f"entry at byte {file.at}",
        app="Ares",
        account=account,
        name=path.replace("\\", "/").rsplit("/", 1)[-1] if path else file.fields.get(_TITLE),
        path=path,
        size=file.size if file.size is None or file.size < 1 << 63 else None,
        hash=f"sha1:{file.sha1.hex()}",
        state={True: "shared", False: "not shared", None: None}[file.shared],
    )

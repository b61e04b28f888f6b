"""Items for tests: bytes in memory behind the smallest evidence there can be."""

import atexit
import functools
import io
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from triage.content import Item, read_once
from triage.model import Entry, Kind, Locator, Step
from triage.settings import Limits


class BytesEvidence:
    """Evidence that holds a few files by path."""

    format = "memory"

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)

    def root(self) -> Entry:
        return Entry(Locator(), "memory", Kind.OTHER)

    def children(self, entry: Entry):
        return iter(())

    def open(self, locator: Locator) -> io.BytesIO:
        return io.BytesIO(self.files[locator.steps[-1].path])

    def content(self, entry: Entry) -> io.BytesIO:
        return self.open(entry.locator)

    def at_once(self, entry: Entry, most: int) -> None:
        return None

    def take_damage(self):
        return ()

    def close(self) -> None:
        return None


def item_from_bytes(
    name: str,
    data: bytes,
    companions: Mapping[str, bytes] | None = None,
    *,
    scratch: Path | None = None,
    limits: Limits | None = None,
) -> Item:
    """An item of this content. `name` may be a path; `companions` maps suffixes (`-wal`) to their bytes."""
    path = name if name.startswith("/") else f"/{name}"
    files = {path: data} | {path + suffix: content for suffix, content in (companions or {}).items()}
    locators = {each: Locator((Step("memory", each),)) for each in files}
    entry = Entry(
        locators[path],
        Path(path).name,
        Kind.FILE,
        size=len(data),
        path=path,
        companions=tuple(locators[each] for each in files if each != path),
    )
    return read_once(entry, BytesEvidence(files), scratch=scratch or _scratch(), limits=limits or Limits())


@functools.cache
def _scratch() -> Path:
    """One folder for all items that were given none; it is gone when the tests end."""
    folder = Path(tempfile.mkdtemp(prefix="sigap-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder

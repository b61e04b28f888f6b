"""Whether a folder is its own ancestor, decided from its locator and the file system alone.

A damaged or hostile file system can hold a folder that leads back to itself. Nobody keeps the chain of a folder's ancestors
(a folder may be listed in any process, in any order), but its path has their names. The folder Y at `/a/b/c` was
reached before if, for some tail of its path, walking that tail from Y arrives at Y again. The first name of the
tail must then be a folder inside Y, which is almost never so: the test usually costs a look-up per name of the path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Folders(Protocol):
    """What is asked of a file system."""

    root_address: int

    def subfolders(self, address: int) -> Iterator[tuple[str, int]]:
        """Name and address of each folder inside a folder."""
        ...


def is_own_ancestor(folders: Folders, path: str, address: int, inside: set[str]) -> bool:
    """Whether the folder at `path` with this metadata address, holding the folders named `inside`, leads to itself."""
    names = [name for name in path.split("/") if name]
    if path == "/":
        return False
    if address == folders.root_address:
        return True
    return any(name in inside and _leads_back(folders, address, names[at:]) for at, name in enumerate(names))


def _leads_back(folders: Folders, address: int, tail: Sequence[str]) -> bool:
    reached = {address}
    for name in tail:
        reached = {inner for outer in reached for found, inner in folders.subfolders(outer) if found == name}
        if not reached:
            return False
    return address in reached

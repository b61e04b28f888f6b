"""A file by its path from another one: a key beside what it opens, settings beside a database.

The listing of the layer is asked, so that the answer is the same in any process and any order. An archive lists all its
members at once, a folder or file system folder by folder.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from triage.errors import EvidenceError
from triage.model import Entry, Kind, Locator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from triage.evidence.base import Evidence

MOST_BYTES = 16 << 20  # a deciphered keychain has some megabytes


def found_near(evidence: Evidence, locator: Locator, relatives: Iterable[str]) -> dict[str, Locator]:
    """The live files that paths (`../config.json`) name from the folder of `locator`, in the same layer; what is not there is left out.

    Raises nothing: what cannot be listed holds nothing that is found.
    """
    *outer, last = locator.steps
    wanted = {parts: each for each in relatives if (parts := _parts(last.path, each)) is not None}
    return {wanted[parts]: found for parts, found in _files(evidence, Locator(tuple(outer)), set(wanted))}


def content_near(evidence: Evidence, locator: Locator, *relatives: str) -> dict[str, bytes]:
    """The contents of small files near another one, in the order asked for; what is not there or has over 16 MiB is left out."""
    found = found_near(evidence, locator, relatives)
    contents = {each: _content(evidence, found[each]) for each in relatives if each in found}
    return {each: data for each, data in contents.items() if data is not None}


def beside(locator: Locator, relative: str = "") -> Locator:
    """The place of a file of no name in the same folder, or in one reached from it: equal for all files of that folder."""
    *outer, last = locator.steps
    parts = _parts(last.path, "/".join(part for part in (relative, "0") if part)) or ("0",)
    return Locator((*outer, replace(last, path="/".join(parts), number=None)))


def _content(evidence: Evidence, locator: Locator) -> bytes | None:
    try:
        stream = evidence.open(locator)
    except EvidenceError:
        return None
    try:
        data = stream.read(MOST_BYTES + 1)
    except EvidenceError:
        return None
    finally:
        stream.close()
    return data if len(data) <= MOST_BYTES else None


def _split(path: str) -> tuple[str, ...]:
    return tuple(part for part in path.split("/") if part)


def _parts(path: str, relative: str) -> tuple[str, ...] | None:
    """The parts of the path in its layer; None where it would leave it."""
    parts = [*_split(path)][:-1]
    for part in relative.split("/"):
        if part != "..":
            parts.append(part)
        elif parts:
            parts.pop()
        else:
            return None
    return tuple(parts)


def _files(
    evidence: Evidence, within: Locator, wanted: set[tuple[str, ...]]
) -> Iterator[tuple[tuple[str, ...], Locator]]:
    """Goes down the folders that begin one of the wanted paths, once each."""
    folders = {parts[:depth] for parts in wanted for depth in range(len(parts))}
    waiting = [_layer(evidence, within)]
    while waiting:
        for entry in _listed(evidence, waiting.pop()):
            parts = _split(entry.locator.steps[-1].path) if entry.locator.steps else ()
            if entry.kind is Kind.FILE and parts in wanted:
                wanted.discard(parts)
                yield parts, entry.locator
            elif entry.kind is Kind.FOLDER and parts in folders:
                folders.discard(parts)
                waiting.append(entry)


def _layer(evidence: Evidence, within: Locator) -> Entry:
    if not within.steps:
        return evidence.root()
    kind = Kind.VOLUME if within.steps[-1].scheme == "volume" else Kind.FILE
    return Entry(within, "", kind)


def _listed(evidence: Evidence, folder: Entry) -> Iterator[Entry]:
    try:
        for entry in evidence.children(folder):
            if isinstance(entry, Entry) and not entry.deleted:
                yield entry
    except EvidenceError:
        return

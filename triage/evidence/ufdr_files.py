"""The files that a UFDR report mentions: `taggedFiles/file` of report.xml, read as a stream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.evidence.iso_time import stamp
from triage.formats.xml_events import Start
from triage.model import Stamp, Times

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.formats.xml_events import XmlEvents

LOCAL_PATH = "Local Path"
_TIMES = {"ModifyTime": "modified", "AccessTime": "accessed", "ChangeTime": "changed", "CreationTime": "born"}
_MOST_NAME = 4096


@dataclass(frozen=True, slots=True)
class Tagged:
    """One file: its name with the extraction in front, and `local`, where its content lies in the zip (empty: nowhere)."""

    name: str
    local: str
    size: int | None
    deleted: bool
    times: Times


def tagged_files(events: XmlEvents) -> Iterator[Tagged]:
    """The files in the order of the report. Raises what its XML raises, behind the last file that can be had."""
    inside = False
    file: Start | None = None
    inner: Start | None = None
    facts: dict[str, str] = {}
    for event in events:
        if isinstance(event, Start):
            inside = inside or event.name == "taggedFiles"
            if inside and event.name == "file":
                file, facts = event, {}
            inner = event
        elif event.name == "taggedFiles":
            return
        elif event.name == "file" and file is not None:
            yield _tagged(file, facts)
            file = None
        elif file is not None and event.name in {"item", "timestamp"} and inner is not None:
            facts.setdefault(inner.attributes.get("name", ""), event.text.strip())


def _tagged(file: Start, facts: dict[str, str]) -> Tagged:
    given = file.attributes
    local = facts.get(LOCAL_PATH, "").replace("\\", "/")[:_MOST_NAME]
    path = given.get("path") or given.get("name") or local or f"file {given.get('id', '')}"
    if "/" not in path:
        path = path.replace("\\", "/")
    extraction = given.get("fs", "").strip("/")
    name = f"{extraction}/{path.lstrip('/')}" if extraction else path.lstrip("/")
    return Tagged(name[:_MOST_NAME], local, _size(given), given.get("deleted", "").lower() == "deleted", _times(facts))


def _size(given: dict[str, str]) -> int | None:
    text = given.get("size", "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _times(facts: dict[str, str]) -> Times:
    known: dict[str, Stamp | None] = {ours: stamp(facts.get(theirs, "")) for theirs, ours in _TIMES.items()}
    return Times(**known)

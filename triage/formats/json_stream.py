"""Objects out of a JSON document of any size, one after the other, with what stands around them. The home of ijson."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ijson

from triage.errors import LimitReached, Malformed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import BinaryIO

MOST_EVENTS = 200_000  # of one object
_OPENING, _CLOSING = frozenset({"start_map", "start_array"}), frozenset({"end_map", "end_array"})


def objects(
    stream: BinaryIO, path: str, around: Collection[str] = (), inside: str = ""
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The objects at `path` (`messages.item`), also where it lies below `inside`; before each the plain values named `around` it.

    Values around an object count as far as they stand before it. Raises Malformed, LimitReached behind the last object.
    """
    paths = {path, inside + path}
    holders = {prefix + name for name in around for prefix in ("", inside)}
    beside: dict[str, Any] = {}
    builder: Any = None
    events = 0
    try:
        for prefix, event, value in ijson.parse(stream, use_float=True):
            if builder is None and prefix in holders and event not in _OPENING | _CLOSING:
                beside[prefix.rpartition(".")[2]] = value
            if builder is None and prefix in paths and event == "start_map":
                builder, events = ijson.ObjectBuilder(), 0
            if builder is not None:
                events += 1
                if events > MOST_EVENTS:
                    raise LimitReached("an object of the JSON document has more values than are read")
                builder.event(event, value)
                if prefix in paths and event == "end_map":
                    yield dict(beside), builder.value
                    builder = None
    except (ijson.JSONError, UnicodeDecodeError, ValueError, OverflowError, RecursionError) as error:
        raise Malformed(f"the JSON document is damaged: {error}") from error

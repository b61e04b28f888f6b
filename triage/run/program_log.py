"""What is done outside of any case (lists, verification): two events around each act, in a custody log of this installation."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from triage import keys, settings
from triage.custody import Custody
from triage.errors import SigapError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@contextlib.contextmanager
def logged(action: str, subject: str, data: Mapping[str, object], actor: str) -> Iterator[dict[str, object]]:
    """What the block puts into the dictionary is its result. Raises KeyLocked before anything is done."""
    home = settings.home()
    log = Custody.open(home, keys.signing_key(home), actor)
    log.append(f"{action}.start", subject, data)
    result: dict[str, object] = {}
    try:
        yield result
    except SigapError as error:
        log.append(f"{action}.failed", subject, {"reason": str(error)})
        raise
    log.append(f"{action}.end", subject, result)

"""The one door to The Sleuth Kit (pytsk3): its constants, its clock and its errors.

The Sleuth Kit turns the wall-clock times of FAT, exFAT and ISO 9660 into seconds since 1970 with the time zone of the
*process*. Those times have no zone, so the zone of the examiner's computer must not creep in: the zone of this process is
set to UTC before the engine is used, and the value that comes out is the stored wall clock unchanged. The program
computes in UTC throughout, so nothing else depends on the process zone.
"""

from __future__ import annotations

import errno
import os
import re
import time

os.environ["TZ"] = "UTC0"
if hasattr(time, "tzset"):  # Windows has none: its C library reads TZ when the first time is converted
    time.tzset()

import pytsk3 as tsk

from triage.errors import EvidenceError, Truncated, Unreadable

_VANISHED = tuple(os.strerror(number) for number in (errno.EIO, errno.ENODEV, errno.ENXIO, errno.ESTALE))
_OUR_PATH = re.compile(r'file ".*?" (?=offset)')
_NOISE = re.compile(r"\A\w+: \([^)]*\) (?:.*? with error: )?")
_PAST_END = re.compile(r"past end|too large|beyond|short read|read error.*EOF", re.IGNORECASE)


def translated(error: OSError, doing: str) -> EvidenceError:
    """An error of the library as one of ours: one line, without function names, source lines and paths of our own disk.

    What the system reports (a medium that failed or was pulled) is Unreadable, whatever the engine makes of it.
    """
    text = " ".join(_OUR_PATH.sub("", _NOISE.sub("", str(error))).split()).replace(
        "unknown libtsk error", "the engine gave no reason"
    )
    vanished = any(reason in text for reason in _VANISHED)
    family = Truncated if _PAST_END.search(text) and not vanished else Unreadable
    return family(f"{doing}: {text or 'the engine gave no reason'}")


__all__ = ["translated", "tsk"]

"""Opening files and folders of our own disk without leaving a trace: not even their access times change.

Linux has `O_NOATIME` for that, and grants it to the owner of the file and to root alone (open(2): EPERM for others). Where
it is refused or unknown, the file is opened without it; then only a medium mounted read-only, or with `noatime`, keeps its
access times.
"""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NO_ACCESS_TIME = getattr(os, "O_NOATIME", 0)
_FILE = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)


def opened_file(path: Path, *, follow: bool) -> int:
    """A descriptor to read from. `follow`: whether the last name of the path may be a link. Raises OSError."""
    return _opened(path, _FILE, follow=follow)


@contextmanager
def opened_folder(path: Path, *, follow: bool) -> Iterator[Iterator[os.DirEntry[str]]]:
    """What a folder holds; each entry can be asked for its status until the `with` ends. Raises OSError."""
    if os.scandir not in os.supports_fd:
        with os.scandir(path) as found:
            yield found
        return
    handle = _opened(path, _FOLDER, follow=follow)
    try:
        with os.scandir(handle) as found:
            yield found
    finally:
        os.close(handle)


def _opened(path: Path, flags: int, *, follow: bool) -> int:
    flags |= 0 if follow else getattr(os, "O_NOFOLLOW", 0)
    if _NO_ACCESS_TIME:
        try:
            return os.open(path, flags | _NO_ACCESS_TIME)
        except OSError as error:
            if error.errno != errno.EPERM:
                raise
    return os.open(path, flags)

"""Offline for real: an audit hook that refuses every network socket in this process.

Local pipes between Sigap's own processes (AF_UNIX) stay possible; nothing else does. A hook cannot be removed again.
"""

from __future__ import annotations

import sys
from functools import cache

_REFUSED = frozenset(
    {
        "ftplib.connect",
        "http.client.connect",
        "imaplib.open",
        "poplib.connect",
        "smtplib.connect",
        "socket.getaddrinfo",
        "socket.gethostbyaddr",
        "socket.gethostbyname",
        "socket.getnameinfo",
        "socket.sendto",
        "urllib.Request",
    }
)
_LOCAL = frozenset({1})  # AF_UNIX on every system that has it


class NetworkRefused(PermissionError):
    """Something tried to open a connection."""


@cache
def refuse_network() -> None:
    """From now on no network socket can be made in this process."""
    sys.addaudithook(_hook)


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if event in _REFUSED:
        raise NetworkRefused(f"Sigap opens no connections ({event})")
    if event == "socket.__new__" and arguments[1] not in _LOCAL:
        raise NetworkRefused("Sigap opens no connections (socket)")

"""What the path of an app's file says about whose it is."""

from __future__ import annotations

import re

from triage.formats.spaces import space_of

_PACKAGE = re.compile(r"/(?:data|apps|user/\d+|user_de/\d+)/([A-Za-z]\w*(?:\.\w+)+)/")
_BUNDLE = re.compile(r"/(?:AppDomain|AppDomainGroup|AppDomainPlugin)-([A-Za-z][\w.-]+)/")


def owner(path: str, *stated: str | None) -> str | None:
    """The account of a file: what the app's data state, else the space of the phone that its path names."""
    return next((each for each in stated if each), None) or space_of(path)


def package(path: str) -> str | None:
    """The Android package or iOS bundle below whose folder a file lies, where the path says so."""
    found = _PACKAGE.search(path) or _BUNDLE.search(path)
    return found[1] if found else None

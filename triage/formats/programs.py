"""What a program of an identifier is known to be: `resources/programs.toml`, a name and a category."""

from __future__ import annotations

import tomllib
from functools import cache

from triage.assets import resource


def known_program(identifier: str | None) -> tuple[str | None, str | None]:
    """Name and category (vault, p2p, transfer, messenger, anonymity, dating) of a package or bundle; None where it is not known."""
    return _known().get(identifier or "", (None, None))


@cache
def _known() -> dict[str, tuple[str, str]]:
    values = tomllib.loads(resource("programs.toml").read_text(encoding="utf-8"))
    return {identifier: (name, category) for category, rows in values.items() for identifier, name in rows.items()}

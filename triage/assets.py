"""The only door to shipped files: `reports/` (what a report says and looks like) and `resources/` (data)."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path


@cache
def _base() -> Path:
    """The folder that holds `reports/` and `resources/`: the frozen build's, the wheel's, or the checkout's."""
    package = Path(__file__).parent
    frozen = getattr(sys, "_MEIPASS", None)
    candidates = [Path(frozen)] if frozen else []
    candidates += [package / "_shipped", package.parent]
    return next(folder for folder in candidates if (folder / "resources").is_dir())


def resource(*parts: str) -> Path:
    """A file or folder below `resources/`."""
    return _base().joinpath("resources", *parts)


def report_asset(*parts: str) -> Path:
    """A file or folder below `reports/`."""
    return _base().joinpath("reports", *parts)

"""The Library of Congress's BagIt checker, as it comes in its last wheel: that asks setuptools for its own version, and for nothing else."""

from __future__ import annotations

import importlib
import sys
import types


def _no_version(_name: str) -> None:
    raise LookupError


_asked = types.ModuleType("pkg_resources")
_asked.DistributionNotFound = LookupError
_asked.get_distribution = _no_version
sys.modules.setdefault("pkg_resources", _asked)
Bag = importlib.import_module("bagit").Bag

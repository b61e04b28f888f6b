"""Carving: contiguous files found by their structure in bytes that no live file owns. Pure: bytes in, ranges out.

What it does not do: put a file in pieces together; find files that do not begin on a sector; tell in every format whether the middle
was overwritten. Where it cannot (BMP, WebP, the data of clips and HEIC, streams of PDF, cells of SQLite, later scans of
progressive JPEG), `Carved.complete` is False.
"""

from triage.evidence.carving.kinds import SUFFIXES
from triage.evidence.carving.search import Carved, CarvingLimits, carve

__all__ = ["SUFFIXES", "Carved", "CarvingLimits", "carve"]

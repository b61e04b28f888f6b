"""How bytes are reached: sources of entries and streams. Writes nothing, knows no case.

`open_evidence(path)` is the way in; everything else works on what it returns.
"""

from triage.evidence.base import Evidence, Layer, Stream
from triage.evidence.opener import FORMATS, open_evidence, recognise, source_files

__all__ = ["FORMATS", "Evidence", "Layer", "Stream", "open_evidence", "recognise", "source_files"]

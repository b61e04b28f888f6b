"""Everything the interface and the report read, as typed rows. Read-only: no query changes a case.

`Queries(folder)` is one reader; give each thread its own. Large tables are read as ids first, rows when they are shown.
"""

from triage.queries.belonging import BelongingRow
from triage.queries.board import Arrival, BoardRow, Matched
from triage.queries.closed import ClosedRow
from triage.queries.compare import Compared
from triage.queries.disguised import DisguisedRow
from triage.queries.facts import Coverage, EvidenceRow, HitRow, ImageRow, ProblemRow, RunRow, Summary
from triage.queries.files import FileFilter, FileRow
from triage.queries.findings import Mention
from triage.queries.gallery import (
    GROUPS,
    ContactSheet,
    GalleryChoices,
    GalleryGroup,
    GalleryIds,
    GalleryRow,
    GalleryWish,
)
from triage.queries.grading import GradeCount, Listed
from triage.queries.keywords import KeptSearch, KeywordHits, KeywordList
from triage.queries.neighbours import NeighbourRow
from triage.queries.people import MeetingRow, PersonRow, StatementRow
from triage.queries.reader import Queries
from triage.queries.records import CallRow, MediaRow, MessageRow, Provenance, ThreadRow
from triage.queries.search import Found, SearchWish
from triage.queries.stated import ExhibitRow, HandoverRow, PhotographRow, StatedRow
from triage.queries.whence import WhenceRow

__all__ = [
    "GROUPS",
    "Arrival",
    "BelongingRow",
    "BoardRow",
    "CallRow",
    "ClosedRow",
    "Compared",
    "ContactSheet",
    "Coverage",
    "DisguisedRow",
    "EvidenceRow",
    "ExhibitRow",
    "FileFilter",
    "FileRow",
    "Found",
    "GalleryChoices",
    "GalleryGroup",
    "GalleryIds",
    "GalleryRow",
    "GalleryWish",
    "GradeCount",
    "HandoverRow",
    "HitRow",
    "ImageRow",
    "KeptSearch",
    "KeywordHits",
    "KeywordList",
    "Listed",
    "Matched",
    "MediaRow",
    "MeetingRow",
    "Mention",
    "MessageRow",
    "NeighbourRow",
    "PersonRow",
    "PhotographRow",
    "ProblemRow",
    "Provenance",
    "Queries",
    "RunRow",
    "SearchWish",
    "StatedRow",
    "StatementRow",
    "Summary",
    "ThreadRow",
    "WhenceRow",
]

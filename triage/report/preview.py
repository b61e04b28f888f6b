"""The first pages of a report as they would be printed, before it is written: nothing is kept, nothing is logged, nothing is signed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from triage.case import now
from triage.keys import signing_key
from triage.queries import Queries
from triage.report.bundle import zone_of
from triage.report.masking import masking
from triage.report.model import Report
from triage.report.paper import pages
from triage.report.sections import Frame
from triage.report.shown import masked
from triage.settings import home
from triage.text import Say

if TYPE_CHECKING:
    from pathlib import Path

    from triage.report.wish import ReportWish

MOST_PAGES = 12  # pictures that are kept; the report has all
DOTS = 72.0  # per inch


@dataclass(frozen=True, slots=True)
class Preview:
    """`pages` are PNG pictures of the first pages, of `total`; `findings` is how many files are findings."""

    pages: tuple[bytes, ...]
    total: int
    findings: int


def preview(folder: Path, wish: ReportWish, *, actor: str) -> Preview:
    """What this wish would print. Raises UserError, CaseError."""
    wish.check()
    queries = Queries(folder, exhibit=wish.exhibit)
    try:
        wish = replace(wish, zone=wish.zone or zone_of(queries))
        last = queries.custody()[-1]
        key = signing_key(home()).fingerprint
        mask = masking(queries, Say(wish.language), shown=wish.identities)
        queries.hidden = mask.files
        with masked(mask):
            report = Report(Frame(queries, wish, now(), actor, (last.number, last.digest), key))
            drawn = pages(report, dots=DOTS)
            return Preview(tuple(drawn[:MOST_PAGES]), len(drawn), len(report.chosen))
    finally:
        queries.close()

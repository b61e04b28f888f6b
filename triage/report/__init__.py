"""From a case to a report that others can check: page, tables, signed manifest; and the check of all of it.

`write_report(case, wish)` makes a report folder, `verify(path)` checks a report or a whole case. `Report` is what a report says, as
one value that every form of it is made from.
"""

from triage.report.bundle import ReportResult, write_report
from triage.report.check import Check, Verification
from triage.report.exported import export_entries
from triage.report.model import Report
from triage.report.moments import ZONES
from triage.report.preview import Preview, preview
from triage.report.sections import Frame
from triage.report.verification import verify
from triage.report.wish import FORMATS, IMAGES, ReportWish

__all__ = [
    "FORMATS",
    "IMAGES",
    "ZONES",
    "Check",
    "Frame",
    "Preview",
    "Report",
    "ReportResult",
    "ReportWish",
    "Verification",
    "export_entries",
    "preview",
    "verify",
    "write_report",
]

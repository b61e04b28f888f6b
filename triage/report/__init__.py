"""From a case to a report that others can check: page, tables, signed manifest; and the check of all of it.

`write_report(case, ...)` makes a report folder, `verify(path)` checks a report or a whole case.
"""

from triage.report.bundle import FORMATS, IMAGES, ReportResult, write_report
from triage.report.check import Check, Verification
from triage.report.verification import verify

__all__ = ["FORMATS", "IMAGES", "Check", "ReportResult", "Verification", "verify", "write_report"]

"""What persons state about a case: facts, exhibits, photographs, hand-overs, tags, grades, notes, whose identity is protected.

Each of these is added and never changed: a correction is a new row, and the earlier one is shown as corrected. Every act is two
custody events. `triage.queries` reads what was stated.
"""

from triage.statements.exhibits import add_exhibit, set_exhibit
from triage.statements.facts import set_case
from triage.statements.handovers import SEALS, Handover, hand_over, withdraw_handover
from triage.statements.lines import choose_lines, leave_lines
from triage.statements.marks import grade, grade_each, note, tag, ungrade, untag, withdraw_note
from triage.statements.names import CASE_FACTS, EXHIBIT_FACTS, Name, imei_fits, moment
from triage.statements.photographs import add_photograph, withdraw_photograph
from triage.statements.protection import ROLES, protect, unprotect
from triage.statements.searches import (
    LONGEST_NAME,
    KeywordReceipt,
    add_keywords,
    forget_search,
    keep_search,
    withdraw_keywords,
)

__all__ = [
    "CASE_FACTS",
    "EXHIBIT_FACTS",
    "LONGEST_NAME",
    "ROLES",
    "SEALS",
    "Handover",
    "KeywordReceipt",
    "Name",
    "add_exhibit",
    "add_keywords",
    "add_photograph",
    "choose_lines",
    "forget_search",
    "grade",
    "grade_each",
    "hand_over",
    "imei_fits",
    "keep_search",
    "leave_lines",
    "moment",
    "note",
    "protect",
    "set_case",
    "set_exhibit",
    "tag",
    "ungrade",
    "unprotect",
    "untag",
    "withdraw_handover",
    "withdraw_keywords",
    "withdraw_note",
    "withdraw_photograph",
]

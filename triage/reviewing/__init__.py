"""Looking through media by hand, without Qt: schemes and their keys, undo, breaks, and who saw how much for how long."""

from triage.reviewing.exposure import DayTotal, Exposure, Ledger, day_totals
from triage.reviewing.history import Act, History
from triage.reviewing.pace import Due, Pace
from triage.reviewing.preferences import Preferences, keep_preferences, recall_preferences
from triage.reviewing.schemes import Category, GradingScheme, grading_schemes, take_scheme

__all__ = [
    "Act",
    "Category",
    "DayTotal",
    "Due",
    "Exposure",
    "GradingScheme",
    "History",
    "Ledger",
    "Pace",
    "Preferences",
    "day_totals",
    "grading_schemes",
    "keep_preferences",
    "recall_preferences",
    "take_scheme",
]

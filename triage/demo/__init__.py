"""The demonstration: made-up exhibits, triaged as real ones are, and held against what was planted in them."""

from triage.demo.comparison import Comparison, Score, compare
from triage.demo.self_test import SelfTest, self_test
from triage.demo.steps import DemoResult, Timing, run_demo
from triage.demo.told import lines
from triage.demo.truth import Fact

__all__ = [
    "Comparison",
    "DemoResult",
    "Fact",
    "Score",
    "SelfTest",
    "Timing",
    "compare",
    "lines",
    "run_demo",
    "self_test",
]

"""The window is on the screen before the program that it drives is loaded."""

import subprocess
import sys

HEAVY = {
    "numpy",
    "PIL",
    "av",
    "pytsk3",
    "triage.case",
    "triage.evidence",
    "triage.extractors",
    "triage.queries",
    "triage.report",
    "triage.run",
}


def test_the_start_loads_what_is_seen_and_nothing_else():
    script = "import sys, triage.ui; print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert "triage.ui.window" in loaded
    assert loaded & HEAVY == set()

"""The way in: no arguments open the desktop, everything else is the command line."""

from __future__ import annotations

import gc
import multiprocessing
import sys

from triage import guard, supervised

EXAMINING = {"demo", "scan", "selftest"}
EARLY = 2  # worker processes that load the program beside this one; every scan needs at least one


def main() -> int:
    """Run the program; returns its exit code."""
    multiprocessing.freeze_support()
    gc.set_threshold(50_000)  # values come by the hundred thousand and hold no cycles
    guard.refuse_network()
    if len(sys.argv) == 1:
        from triage import ui  # noqa: PLC0415  # the command line works where Qt cannot be loaded

        return ui.main(sys.argv)
    if sys.argv[1] in EXAMINING:
        supervised.start_early(EARLY)
    from triage import cli  # noqa: PLC0415  # the desktop does not wait for it

    return cli.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

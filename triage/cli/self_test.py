"""The command that tests the program itself on this computer, before and after a job."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage import __version__
from triage.case import Case
from triage.cli.base import Json, application, examiner, say, text, write, write_json
from triage.cli.meter import MeterLine
from triage.cli.program_log import logged_if_possible
from triage.errors import SigapError

if TYPE_CHECKING:
    from collections.abc import Iterator

FAILED = 1


@application.command("selftest", help=text("demo.selftest"))
def selftest_command(
    case: Annotated[Path | None, typer.Option(help=text("demo.selftest_case"))] = None, machine: Json = False
) -> int:
    """Do the whole job on exhibits whose content is known, compare, and say so in the custody log."""
    from triage.demo import self_test, told  # noqa: PLC0415  # other commands do not wait for it

    with _logged(case) as facts:
        meter = MeterLine(machine=machine)
        result = self_test(meter)
        meter.end()
        facts.update(result.facts())
    if machine:
        write_json(facts | {"seconds": result.seconds})
    else:
        for line in told.self_test_lines(result, say()):
            write(line)
    return 0 if result.ok else FAILED


@contextlib.contextmanager
def _logged(case: Path | None) -> Iterator[dict[str, object]]:
    """Two events: in the log of this case, else in that of this installation where it has a key."""
    begun: dict[str, object] = {"program": __version__}
    if case is None:
        with logged_if_possible("selftest", "triage", begun) as facts:
            yield facts
        return
    with Case.open(case, actor=examiner()) as opened:
        opened.custody.append("selftest.start", "triage", begun)
        result: dict[str, object] = {}
        try:
            yield result
        except SigapError as error:
            opened.custody.append("selftest.failed", "triage", {"reason": str(error)})
            raise
        opened.custody.append("selftest.end", "triage", result)

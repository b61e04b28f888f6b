"""What was done outside of any case, in a custody log of this installation: lists, and verification, which leaves a case untouched.

<home>/custody.jsonl     as in a case; shown and checked by `triage custody program`
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Annotated

import typer

from triage import keys, run, settings
from triage.cli.base import Json, complain, examiner, say, text, write, write_json
from triage.cli.custody import commands, write_event
from triage.custody import LOG_FILE, read_events, verify_log
from triage.errors import CannotOpen, CaseError, UserError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

FAILED = 1


def logged(action: str, subject: str, data: Mapping[str, object]) -> AbstractContextManager[dict[str, object]]:
    """Two events around an act; what the block puts into the dictionary is its result. Raises KeyLocked before anything is done."""
    return run.logged(action, subject, data, examiner())


@contextlib.contextmanager
def logged_if_possible(action: str, subject: str, data: Mapping[str, object]) -> Iterator[dict[str, object]]:
    """The same where this installation has a key that is open; else the act goes on without, and that is said."""
    with contextlib.ExitStack() as stack:
        result: dict[str, object] = {}
        if keys.has_key(settings.home()):
            try:
                result = stack.enter_context(logged(action, subject, data))
            except (UserError, CaseError) as error:
                complain(say()("facts.not_logged", reason=error))
        yield result


@commands.command("program", help=text("facts.program"))
def program_command(
    last: Annotated[int, typer.Option(min=0, help=text("facts.last"))] = 20,
    machine: Json = False,
) -> int:
    """The log of this installation: its last events, and whether it holds."""
    path = settings.home() / LOG_FILE
    if not path.is_file():
        raise CannotOpen(say()("facts.no_program_log", path=path))
    check, events = verify_log(path), read_events(path)
    shown = events[-last:] if last else events
    if machine:
        write_json({"holds": check.holds, "problems": check.problems, "warnings": check.warnings, "events": shown})
        return 0 if check.holds else FAILED
    for event in shown:
        write_event(event)
    for line, what in (*check.problems, *check.warnings):
        write(say()("facts.log_line", line=line, what=what))
    write(say()("cli.verified" if check.holds else "cli.not_verified"))
    return 0 if check.holds else FAILED

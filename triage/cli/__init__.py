"""The whole program without Qt. Results on standard output, progress and messages on standard error.

Exit codes: 0 done; 1 done, with verification failures; 2 wrong use; 3 the source or the case cannot be opened;
130 stopped by the user.
"""

from __future__ import annotations

from typing import Any

import typer
from typer.main import get_command

from triage import settings
from triage.cli import (
    belonging,
    commands,
    custody,
    facts,
    graded,
    keys,
    keywords,
    lists,
    marks,
    program_log,
    protect,
    reports,
    search,
    self_test,
)
from triage.cli.base import application, complain, say
from triage.errors import CannotOpen, CaseError, EvidenceError, KeyLocked, SourceGone, UserError

__all__ = [
    "belonging",
    "commands",
    "custody",
    "facts",
    "graded",
    "keys",
    "keywords",
    "lists",
    "main",
    "marks",
    "program_log",
    "protect",
    "reports",
    "search",
    "self_test",
]

USAGE_ERROR: Any = typer.BadParameter.__bases__[0]  # typer brings its own click and does not export this class
SIGNED = {
    "scan",
    "case",
    "exhibit",
    "custody",
    "tag",
    "note",
    "protect",
    "keywords",
    "report",
    "bundle",
    "seal",
}  # write into a case
WRONG_USE, CANNOT_OPEN, STOPPED = 2, 3, 130


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit code."""
    try:
        result = _run(arguments)
    except typer.Abort:
        return STOPPED
    except USAGE_ERROR as error:
        complain(f"{error.format_message()} {say()('cli.see_help')}")
        return WRONG_USE
    except (CannotOpen, SourceGone, CaseError, EvidenceError) as error:
        complain(str(error))
        return CANNOT_OPEN
    except UserError as error:
        complain(str(error))
        return WRONG_USE
    except KeyboardInterrupt:
        return STOPPED
    return result if isinstance(result, int) else 0


def _run(arguments: list[str]) -> object:
    """The command. A locked key is asked for at the terminal; it is needed before anything is done, so the command starts anew."""
    command = get_command(application)
    if arguments and arguments[0] in SIGNED and "--help" not in arguments:
        keys.ready(settings.home())
    try:
        return command.main(args=arguments, prog_name="triage", standalone_mode=False)
    except KeyLocked as error:
        keys.unlock_asked(error)
        return command.main(args=arguments, prog_name="triage", standalone_mode=False)

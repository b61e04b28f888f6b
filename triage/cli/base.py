"""What every command shares: the application, the language, and how results and complaints are written."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Annotated

import typer

from triage import settings
from triage.text import LANGUAGES, Say, preferred_language

application = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=Say("en")("cli.help"),
)


def say() -> Say:
    """The texts of the person's language."""
    return Say(preferred_language())


def text(key: str) -> str:
    """A help text, in the language of the start of the program."""
    return say()(key)


Json = Annotated[bool, typer.Option("--json", help=text("cli.json"))]
CaseFolder = Annotated[Path, typer.Argument(metavar="CASE", help=text("cli.case_there"))]
NewCase = Annotated[Path, typer.Argument(metavar="CASE", help=text("cli.case"))]


def examiner() -> str:
    """Who acts, for the custody log."""
    return settings.examiner() or "unknown"


def language(wish: str) -> str:
    """A checked language. Raises typer.BadParameter."""
    if wish not in LANGUAGES:
        raise typer.BadParameter(say()("cli.no_language", wish=wish))
    return wish


def write(line: str = "") -> None:
    """A line of a result."""
    sys.stdout.write(f"{visible(line)}\n")


def write_json(value: object) -> None:
    """A result for machines: sorted keys, one document."""
    sys.stdout.write(json.dumps(value, ensure_ascii=True, indent=2, sort_keys=True, default=_plain) + "\n")


def _plain(value: object) -> object:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)


def complain(line: str) -> None:
    """A message to the person, on standard error."""
    sys.stderr.write(f"triage: {visible(line)}\n")


def visible(line: str) -> str:
    """Names come from evidence: control characters must not reach the terminal, bidirectional marks not reorder it."""
    return "".join(character if _harmless(character) else f"\\u{ord(character):04x}" for character in line)


def _harmless(character: str) -> bool:
    if character in "\t\n":
        return True
    return character.isprintable() and not 0xD800 <= ord(character) <= 0xDFFF


def amount(number: float) -> str:
    """Bytes as a person reads them."""
    for unit in ("B", "kB", "MB", "GB"):
        if abs(number) < 1000:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"


def span(seconds: float | None) -> str:
    """A duration as a person reads it; unknown where it is."""
    if seconds is None:
        return say()("cli.unknown_time")
    minutes, rest = divmod(int(seconds + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

"""`triage key`: the signing keys of this installation, and their passphrases."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage import keys, settings
from triage.cli.base import Json, application, complain, say, text, write, write_json
from triage.cli.passphrase import secret
from triage.errors import UserError

if TYPE_CHECKING:
    from triage.errors import KeyLocked

commands = typer.Typer(no_args_is_help=True, help=text("keys.command"))
application.add_typer(commands, name="key")

TRIES = 3

Name = Annotated[str | None, typer.Argument(metavar="NAME", help=text("keys.name"))]
New = Annotated[str | None, typer.Option("--passphrase", help=text("keys.passphrase"))]


@commands.command("show", help=text("keys.show"))
def show_command(machine: Json = False) -> int:
    """The keys there are, and which one signs."""
    rows = keys.listed_keys(settings.home())
    if machine:
        write_json({"keys": rows})
        return 0
    for row in rows:
        lock = say()("keys.locked" if row.protected else "keys.open")
        write(f"{'*' if row.chosen else ' '} {row.name}  {row.fingerprint or '-'}  {lock}")
    if not rows:
        write(say()("keys.none"))
    return 0


@commands.command("make", help=text("keys.make"))
def make_command(
    name: Name = None,
    passphrase: New = None,
    replace: Annotated[bool, typer.Option("--replace", help=text("keys.replace"))] = False,
) -> int:
    """A new key under a passphrase; none where nobody can be asked and none is given."""
    made = keys.make_key(settings.home(), _new(passphrase), name, replace=replace)
    write(say()("keys.made", name=made.name, fingerprint=made.fingerprint))
    return 0


@commands.command("passphrase", help=text("keys.change"))
def passphrase_command(
    name: Name = None,
    old: Annotated[str | None, typer.Option("--old", help=text("keys.old"))] = None,
    new: Annotated[str | None, typer.Option("--new", help=text("keys.new"))] = None,
    remove: Annotated[bool, typer.Option("--remove", help=text("keys.remove"))] = False,
) -> int:
    """Lock a key under another passphrase, or none; the key stays the same."""
    home = settings.home()
    if not keys.has_key(home, name):
        raise UserError(say()("keys.no_key", name=keys.key_name(name)))
    locked = next((row.protected for row in keys.listed_keys(home) if row.name == keys.key_name(name)), False)
    given = secret(old) or (_asked(say()("keys.ask", name=keys.key_name(name))) if locked else None)
    key = keys.change_passphrase(home, given, None if remove else _new(new), name)
    write(say()("keys.changed", name=key.name, fingerprint=key.fingerprint))
    return 0


def ready(home: Path) -> None:
    """At a terminal, choose the passphrase of a key that is to be made; elsewhere nobody is asked. Raises UserError."""
    if keys.has_key(home) or "TRIAGE_KEY_PASSPHRASE" in os.environ or not _terminal():
        return
    complain(say()("keys.first", name=keys.key_name()))
    keys.make_key(home, _new(None))


def unlock_asked(error: KeyLocked) -> None:
    """Ask for the passphrase of the key in use at the terminal. Raises the error again where nobody can be asked."""
    if not _terminal():
        raise error
    for attempt in range(TRIES):
        try:
            keys.unlock(settings.home(), _asked(say()("keys.ask", name=keys.key_name())))
        except UserError as wrong:
            if attempt == TRIES - 1:
                raise
            complain(str(wrong))
        else:
            return


def _new(given: str | None) -> str | None:
    """A new passphrase as given, or asked for twice; an empty answer is none."""
    if given is not None:
        return secret(given)
    if not _terminal():
        return None
    first = _asked(say()("keys.ask_new"))
    if first and _asked(say()("cli.ask_again")) != first:
        raise UserError(say()("cli.passphrases_differ"))
    return first or None


def _asked(question: str) -> str:
    if not _terminal():
        raise UserError(say()("keys.nobody"))
    return getpass.getpass(question)


def _terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()

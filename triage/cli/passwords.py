"""What opens protected evidence, as it is given on the command line: one password, a file of them, or a startup key."""

from __future__ import annotations

from pathlib import Path

import typer

from triage.cli.base import say
from triage.evidence.keyring import STARTUP_KEY, passwords_of


def passwords(text: str | None) -> str | None:
    """One a line, as given or as in the file named after `@`; never stored. A startup key is named and not read here.

    A file that is no text is a key file, of WhatsApp for one: its bytes in hexadecimal digits.
    """
    if text is None or not text.startswith("@"):
        return text
    path = Path(text[1:])
    if path.suffix.lower() == ".bek" and path.is_file():
        return f"{STARTUP_KEY}{path.absolute()}"
    try:
        data = path.read_bytes()
        found = data.decode("utf-8-sig") if b"\0" not in data else data.hex()
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(say()("cli.no_password_file", path=path, reason=error)) from error
    if not passwords_of(found):
        raise typer.BadParameter(say()("cli.no_password_file", path=path, reason=say()("cli.empty_file")))
    return found

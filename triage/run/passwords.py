"""What opens protected evidence, as a person gives it: one password, a file of them, or a startup key."""

from __future__ import annotations

from pathlib import Path

from triage.errors import UserError
from triage.evidence.keyring import STARTUP_KEY, passwords_of


def given_passwords(text: str | None) -> str | None:
    """One a line, as given or as in the file named after `@`; never stored. Raises UserError where the file has none.

    A startup key is named and not read here. A file that is no text is a key file, of WhatsApp for one: its bytes in hexadecimal digits.
    """
    if not text or not text.startswith("@"):
        return text or None
    path = Path(text[1:])
    if path.suffix.lower() == ".bek" and path.is_file():
        return f"{STARTUP_KEY}{path.absolute()}"
    try:
        data = path.read_bytes()
        found = data.decode("utf-8-sig") if b"\0" not in data else data.hex()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: the passwords cannot be read ({error}); name a text file with one a line") from error
    if not passwords_of(found):
        raise UserError(f"{path}: holds no password; name a text file with one a line")
    return found

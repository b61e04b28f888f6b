"""Passphrases, asked for once: as an option, from TRIAGE_LIST_PASSPHRASE or TRIAGE_CERTIFICATE_PASSPHRASE, or at the terminal."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

import typer

from triage import settings
from triage.certificate import PaperKey, agency_certificate
from triage.cli.base import say
from triage.errors import UserError
from triage.hashing.record import read_info
from triage.hashing.vault import has_vault, unlock


def secret(text: str | None) -> str | None:
    """A secret as given, or the first line of a file named after `@`; it is never stored."""
    if text is None or not text.startswith("@"):
        return text
    try:
        return Path(text[1:]).read_text(encoding="utf-8").splitlines()[0]
    except (OSError, UnicodeDecodeError, IndexError) as error:
        raise typer.BadParameter(say()("cli.no_password_file", path=text[1:], reason=error)) from error


def vault(given: str | None) -> bytes:
    """The key of the vault; the first passphrase makes it, and is asked for twice. Raises UserError."""
    home = settings.home()
    passphrase = secret(given) or os.environ.get("TRIAGE_LIST_PASSPHRASE") or _asked(new=not has_vault(home))
    return unlock(passphrase, home)


def vault_for(names: tuple[str, ...], given: str | None) -> bytes | None:
    """The key of the vault where one of these lists is sealed. Raises UserError."""
    home = settings.home()
    return vault(given) if any(read_info(name, home).sealed for name in names) else None


def agency(certificate: Path | None, given: str | None) -> PaperKey | None:
    """The agency's own key for the printed report, opened; None where none is named. Raises UserError."""
    if certificate is None:
        return None
    passphrase = secret(given) or os.environ.get("TRIAGE_CERTIFICATE_PASSPHRASE")
    if passphrase is None and sys.stdin.isatty():
        passphrase = getpass.getpass(say()("cli.ask_certificate"))
    return agency_certificate(certificate, passphrase or "")


def _asked(*, new: bool) -> str:
    if not sys.stdin.isatty():
        raise UserError(say()("cli.no_passphrase"))
    passphrase = getpass.getpass(say()("cli.ask_new_passphrase" if new else "cli.ask_passphrase"))
    if new and getpass.getpass(say()("cli.ask_again")) != passphrase:
        raise UserError(say()("cli.passphrases_differ"))
    return passphrase

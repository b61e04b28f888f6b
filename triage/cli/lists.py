"""`triage list`: import, show and remove hash lists."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from triage import settings
from triage.cli.base import application, complain, examiner, say, text, write, write_json
from triage.hashing.importer import import_list, list_lists, remove_list

commands = typer.Typer(no_args_is_help=True, help=text("cli.list"))
application.add_typer(commands, name="list")


class ListKind(StrEnum):
    """What a list means: `known` files are set aside, `notable` files are hits."""

    KNOWN = "known"
    NOTABLE = "notable"


@commands.command("import", help=text("cli.list_import"))
def import_command(
    file: Annotated[Path, typer.Argument(help=text("cli.list_file"))],
    name: Annotated[str | None, typer.Option(help=text("cli.list_name"))] = None,
    kind: Annotated[ListKind, typer.Option(help=text("cli.list_kind"))] = ListKind.NOTABLE,
    machine: Annotated[bool, typer.Option("--json", help=text("cli.json"))] = False,
) -> int:
    """Import one list and print its receipt."""
    receipt = import_list(file, name=name or file.stem, kind=kind.value, home=settings.home(), actor=examiner())
    if machine:
        write_json(receipt.to_dict())
        return 0
    speak = say()
    write(speak("cli.receipt", name=receipt.name, kind=receipt.kind, read=receipt.read, taken=receipt.taken))
    write(speak("cli.receipt_more", duplicates=receipt.duplicates, refused=receipt.refused))
    for refusal in receipt.refusals:
        complain(speak("cli.refused", line=refusal.line, reason=refusal.reason))
    write(speak("cli.receipt_digests", source=receipt.source_sha256, digest=receipt.digest))
    return 0


@commands.command("show", help=text("cli.list_show"))
def show_command(machine: Annotated[bool, typer.Option("--json", help=text("cli.json"))] = False) -> int:
    """Every list this computer has."""
    infos = list_lists(settings.home())
    if machine:
        write_json([asdict(info) for info in infos])
        return 0
    for info in infos:
        counts = ", ".join(f"{algorithm} {count}" for algorithm, count in sorted(info.counts.items()) if count)
        write(f"{info.name}  {info.kind}  {counts}  {info.imported_at}  {info.digest[:16]}")
    if not infos:
        complain(say()("cli.no_lists"))
    return 0


@commands.command("remove", help=text("cli.list_remove"))
def remove_command(name: Annotated[str, typer.Argument(help=text("cli.list_name"))]) -> int:
    """Delete one list."""
    remove_list(name, settings.home())
    write(say()("cli.removed", name=name))
    return 0

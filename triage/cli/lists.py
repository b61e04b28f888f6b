"""`triage list`: import, show, export and remove hash lists."""

from __future__ import annotations

import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage import settings
from triage.cli.base import Json, application, complain, examiner, say, text, write, write_json
from triage.cli.passphrase import vault, vault_for
from triage.cli.program_log import logged
from triage.errors import UserError
from triage.hashing.export import export_list
from triage.hashing.importer import Receipt, Wish, import_list, list_lists, recognise, remove_list
from triage.hashing.lists import HashList
from triage.hashing.record import KNOWN, NOTABLE, ListInfo, read_info
from triage.hashing.schemes import Scheme, proposed, scheme, schemes

if TYPE_CHECKING:
    from triage.hashing.sources.recognise import Recognised

commands = typer.Typer(no_args_is_help=True, help=text("cli.list"))
application.add_typer(commands, name="list")


class ListKind(StrEnum):
    """What a list means: `known` files are set aside, `notable` files are hits, `watch` files are leads."""

    KNOWN = "known"
    NOTABLE = "notable"
    WATCH = "watch"


class Form(StrEnum):
    """What a list is written as."""

    CSV = "csv"
    VICS = "vics"


Passphrase = Annotated[str | None, typer.Option("--list-passphrase", help=text("cli.list_passphrase"))]
Name = Annotated[str, typer.Argument(metavar="NAME", help=text("cli.list_one"))]


@commands.command("import", help=text("cli.list_import"))
def import_command(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help=text("cli.list_file"))],
    name: Annotated[str | None, typer.Option(help=text("cli.list_name"))] = None,
    kind: Annotated[ListKind | None, typer.Option(help=text("cli.list_kind"))] = None,
    scheme_id: Annotated[str | None, typer.Option("--scheme", help=text("cli.list_scheme"))] = None,
    yes: Annotated[bool, typer.Option("--yes", help=text("cli.list_yes"))] = False,
    version: Annotated[str, typer.Option("--list-version", help=text("cli.list_version"))] = "",
    add: Annotated[bool, typer.Option("--add", help=text("cli.list_add"))] = False,
    seal: Annotated[bool, typer.Option("--seal", help=text("cli.list_seal"))] = False,
    as_pdq: Annotated[bool, typer.Option("--pdq", help=text("cli.list_pdq"))] = False,
    prints: Annotated[bool, typer.Option("--fingerprints", help=text("cli.list_fingerprints"))] = False,
    passphrase: Passphrase = None,
    machine: Json = False,
) -> int:
    """Say what the files are, have it confirmed, import them as one list, and print the receipt."""
    from triage.fingerprints import look  # noqa: PLC0415  # decoders that no other command needs

    found = [recognise(file, look=look if prints else None, as_pdq=as_pdq) for file in files]
    wish = Wish(
        name or files[0].stem,
        kind.value if kind else _usual_kind(found),
        version=version,
        scheme=_confirmed(found, scheme_id, yes=yes),
        add=add,
        vault=vault(passphrase) if seal else None,
    )
    told = {"files": [str(file.absolute()) for file in files], "kind": wish.kind, "add": add, "sealed": seal}
    with logged("list.import", wish.name, told) as result:
        receipt = import_list(found, wish, home=settings.home(), actor=examiner())
        result |= {"digest": receipt.digest, "read": receipt.read, "taken": receipt.taken}
    if machine:
        write_json(receipt.to_dict())
    else:
        _print(receipt)
    return 0


@commands.command("show", help=text("cli.list_show"))
def show_command(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help=text("cli.list_one"))] = None,
    machine: Json = False,
) -> int:
    """Every list this computer has, or all about one."""
    infos = (read_info(name, settings.home()),) if name else list_lists(settings.home())
    if machine:
        write_json([asdict(info) for info in infos])
        return 0
    for info in infos:
        write(f"{info.name}  {info.kind}  {_counts(info.counts)}  {info.imported_at}  {info.digest[:16]}")
        if name:
            _print_info(info)
    if not infos:
        complain(say()("cli.no_lists"))
    return 0


@commands.command("schemes", help=text("cli.list_schemes"))
def schemes_command(machine: Json = False) -> int:
    """Every category scheme and what its codes mean."""
    known = schemes(settings.home())
    if machine:
        write_json([asdict(each) for each in known.values()])
        return 0
    for each in sorted(known.values(), key=lambda each: each.id):
        _print_scheme(each)
    return 0


@commands.command("export", help=text("cli.list_export"))
def export_command(
    name: Name,
    out: Annotated[Path, typer.Argument(metavar="OUT", help=text("cli.list_out"))],
    form: Annotated[Form, typer.Option("--format", help=text("cli.list_form"))] = Form.CSV,
    passphrase: Passphrase = None,
) -> int:
    """Write one list for other programs."""
    opened = HashList.open(name, settings.home(), vault_for((name,), passphrase))
    try:
        with logged("list.export", name, {"out": str(out.absolute()), "form": form.value}) as result:
            done = export_list(opened, out, form=form.value)
            result |= {"written": done.written, "left_out": done.left_out}
    finally:
        opened.close()
    write(say()("cli.list_exported", written=done.written, left_out=done.left_out, path=out))
    return 0


@commands.command("remove", help=text("cli.list_remove"))
def remove_command(name: Name) -> int:
    """Delete one list."""
    with logged("list.remove", name, {}):
        remove_list(name, settings.home())
    write(say()("cli.removed", name=name))
    return 0


def _usual_kind(found: list[Recognised]) -> str:
    """Sets of known files are known; everything else is looked for."""
    return NOTABLE if all(NOTABLE in each.kinds for each in found) else KNOWN


def _confirmed(found: list[Recognised], scheme_id: str | None, *, yes: bool) -> Scheme | None:
    """The scheme that the operator confirmed, having seen what was understood. Raises UserError where it is not confirmed."""
    speak, home = say(), settings.home()
    coded = [each for each in found if each.coded]
    chosen = scheme(scheme_id, home) if scheme_id else _stated(coded, home)
    for each in found:
        complain(speak("cli.list_understood", path=each.path, format=each.format, context=each.context or "-"))
        for code, count in each.codes:
            complain(f"  {code}: {_label(chosen, code)}  ({count})")
    if not coded:
        return chosen
    if chosen is None:
        raise UserError(speak("cli.list_name_scheme", ids=", ".join(sorted(schemes(home)))))
    complain(speak("cli.list_scheme_is", id=chosen.id, title=chosen.title))
    if scheme_id or yes or _asked():
        return chosen
    raise UserError(speak("cli.list_not_confirmed"))


def _stated(coded: list[Recognised], home: Path) -> Scheme | None:
    """The one scheme that all files state, or None."""
    proposals = [proposed(file.context, home) for file in coded]
    stated = {each.id if each else "": each for each in proposals}
    return next(iter(stated.values())) if len(stated) == 1 else None


def _asked() -> bool:
    if not sys.stdin.isatty():
        return False
    return bool(typer.confirm(say()("cli.list_ask"), default=False, err=True))


def _label(chosen: Scheme | None, code: str) -> str:
    return chosen.labels.get(code, "?") if chosen else "?"


def _print(receipt: Receipt) -> None:
    speak = say()
    write(speak("cli.receipt", name=receipt.name, kind=receipt.kind, read=receipt.read, taken=receipt.taken))
    write(speak("cli.receipt_more", duplicates=receipt.duplicates, refused=receipt.refused))
    for refusal in receipt.refusals:
        complain(speak("cli.refused", line=refusal.line, reason=refusal.reason))
    for code, count in receipt.categories.items():
        write(speak("cli.receipt_category", code=code, count=count))
    if receipt.unmatched:
        write(speak("cli.receipt_unmatched", count=receipt.unmatched))
    for source in receipt.sources:
        write(speak("cli.receipt_source", name=source.name, format=source.format, sha256=source.sha256))
    write(speak("cli.receipt_digest", digest=receipt.digest))


def _print_info(info: ListInfo) -> None:
    speak = say()
    for source in info.sources:
        write(speak("cli.receipt_source", name=source.name, format=source.format, sha256=source.sha256))
    write(speak("cli.list_by", actor=info.imported_by, version=info.version or "-", sealed="+" if info.sealed else "-"))
    if info.meaning:
        _print_scheme(Scheme(info.meaning.scheme, info.meaning.title, info.meaning.labels))
    write(speak("cli.receipt_digest", digest=info.digest))


def _print_scheme(each: Scheme) -> None:
    write(f"{each.id}  {each.title}")
    for code, label in sorted(each.labels.items()):
        write(f"  {code}: {label}")


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{column} {count}" for column, count in sorted(counts.items()) if count)

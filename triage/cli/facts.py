"""`triage case`, `triage exhibit`: what a person states about a case and its exhibits; corrected by stating it anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.case import Case
from triage.cli.base import CaseFolder, Json, NewCase, application, complain, examiner, say, text, write, write_json
from triage.cli.custody import handover_line
from triage.errors import UserError
from triage.queries import Queries
from triage.statements import (
    EXHIBIT_FACTS,
    add_exhibit,
    add_photograph,
    imei_fits,
    set_case,
    set_exhibit,
    withdraw_photograph,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from triage.queries import ExhibitRow, StatedRow

case_commands = typer.Typer(no_args_is_help=True, help=text("facts.case"))
exhibit_commands = typer.Typer(no_args_is_help=True, help=text("facts.exhibit"))
application.add_typer(case_commands, name="case")
application.add_typer(exhibit_commands, name="exhibit")

Label = Annotated[str, typer.Argument(metavar="LABEL", help=text("facts.label"))]
Key = Annotated[str, typer.Argument(metavar="KEY", help=text("facts.key"))]
Values = Annotated[list[str] | None, typer.Argument(metavar="VALUE...", help=text("facts.values"))]
Withdraw = Annotated[bool, typer.Option("--withdraw", help=text("facts.withdraw"))]
History = Annotated[bool, typer.Option("--history", help=text("facts.history"))]


@case_commands.command("set", help=text("facts.case_set"))
def case_set_command(case: NewCase, key: Key, values: Values = None, withdraw: Withdraw = False) -> int:
    """State one fact of the case; the case is made where there is none."""
    stated = _stated(values, withdraw=withdraw)
    with Case.open_or_create(case, actor=examiner()) as opened:
        set_case(opened, {key: stated})
    write(say()("facts.kept", name=title("fact_case", key), values="; ".join(stated) or "-"))
    return 0


@case_commands.command("show", help=text("facts.case_show"))
def case_show_command(case: CaseFolder, history: History = False, machine: Json = False) -> int:
    """What stands about the case; with --history, every act."""
    queries = Queries(case)
    try:
        facts, acts = queries.case_facts(), queries.stated(about_case=True)
    finally:
        queries.close()
    if machine:
        write_json({"facts": facts, "history": acts})
    elif history:
        _write_acts(acts, "fact_case")
    else:
        _write_facts(facts, "fact_case")
    return 0


@exhibit_commands.command("add", help=text("facts.exhibit_add"))
def exhibit_add_command(
    case: NewCase,
    label: Label,
    pairs: Annotated[list[str] | None, typer.Argument(metavar="KEY=VALUE...", help=text("facts.pairs"))] = None,
) -> int:
    """A new exhibit with what is known of it."""
    facts = _pairs(pairs or [])
    with Case.open_or_create(case, actor=examiner()) as opened:
        add_exhibit(opened, label, facts)
    write(say()("facts.exhibit_added", label=label))
    _warn_of_imei(facts.get("imei", ()))
    return 0


@exhibit_commands.command("set", help=text("facts.exhibit_set"))
def exhibit_set_command(
    case: CaseFolder, label: Label, key: Key, values: Values = None, withdraw: Withdraw = False
) -> int:
    """State one fact of an exhibit."""
    stated = _stated(values, withdraw=withdraw)
    with Case.open(case, actor=examiner()) as opened:
        set_exhibit(opened, label, {key: stated})
    write(say()("facts.kept", name=title("fact_exhibit", key), values="; ".join(stated) or "-"))
    if key == "imei":
        _warn_of_imei(stated)
    return 0


@exhibit_commands.command("photo", help=text("facts.exhibit_photo"))
def exhibit_photo_command(
    case: CaseFolder,
    label: Label,
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help=text("facts.photo_file"))] = None,
    caption: Annotated[str | None, typer.Option(help=text("facts.photo_caption"))] = None,
    taken: Annotated[str | None, typer.Option("--taken-at", help=text("facts.photo_taken"))] = None,
    withdraw: Annotated[int | None, typer.Option(help=text("facts.photo_withdraw"))] = None,
) -> int:
    """Copy a photograph of the exhibit into the case, or take one back."""
    if (file is None) == (withdraw is None):
        raise UserError(say()("facts.photo_or_withdraw"))
    with Case.open(case, actor=examiner()) as opened:
        if file is not None:
            number = add_photograph(opened, label, file, caption=caption, taken_at=taken)
            write(say()("facts.photo_added", number=number, label=label))
        elif withdraw is not None:
            withdraw_photograph(opened, label, withdraw)
            write(say()("facts.withdrawn", number=withdraw))
    return 0


@exhibit_commands.command("show", help=text("facts.exhibit_show"))
def exhibit_show_command(
    case: CaseFolder,
    label: Annotated[str | None, typer.Argument(metavar="LABEL", help=text("facts.label_all"))] = None,
    history: History = False,
    machine: Json = False,
) -> int:
    """Exhibits with all that stands about them; with --history, every act."""
    queries = Queries(case)
    try:
        rows = [row for row in queries.exhibit_rows() if label in {None, row.label}]
        acts = {row.label: queries.stated(exhibit=row.label) for row in rows}
    finally:
        queries.close()
    if label is not None and not rows:
        raise UserError(say()("facts.no_exhibit", label=label))
    if machine:
        write_json({"exhibits": rows, "history": acts})
        return 0
    for row in rows:
        _write_exhibit(row)
        if history:
            _write_acts(acts[row.label], "fact_exhibit")
    return 0


def title(table: str, key: str) -> str:
    """The title of a fact in the person's language; of one of an agency's own what it was named."""
    speak = say()
    return speak(f"{table}.{key}") if speak.has(f"{table}.{key}") else key.removeprefix("other:")


def _stated(values: Sequence[str] | None, *, withdraw: bool) -> list[str]:
    if bool(values) == withdraw:
        raise UserError(say()("facts.value_or_withdraw"))
    return list(values or ())


def _pairs(texts: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in texts:
        key, equals, value = each.partition("=")
        if not equals:
            names = ", ".join(name.key for name in EXHIBIT_FACTS)
            raise UserError(say()("facts.no_pair", text=each, names=names))
        found.setdefault(key.strip(), []).append(value)
    return found


def _warn_of_imei(values: Sequence[str]) -> None:
    for each in values:
        if imei_fits("".join(filter(str.isdigit, each))) is False:
            complain(say()("facts.imei_odd", imei=each))


def _write_facts(facts: Mapping[str, Sequence[str]], table: str) -> None:
    for key, values in facts.items():
        write(f"  {title(table, key)}: {'; '.join(values)}")
    if not facts:
        write(say()("facts.none"))


def _write_acts(acts: Sequence[StatedRow], table: str) -> None:
    for act in acts:
        values = "; ".join(act.values) or "-"
        state = say()(f"state.{act.state}")
        write(f"  {act.at}  {act.actor}  {title(table, act.name)}: {values}  ({state})")


def _write_exhibit(row: ExhibitRow) -> None:
    speak = say()
    write(row.label)
    _write_facts(row.facts, "fact_exhibit")
    for source in row.sources:
        write(speak("facts.source", source=source))
    for photograph in row.photographs:
        write(speak("facts.photo", number=photograph.number, file=photograph.file, caption=photograph.caption or "-"))
    for each in row.handovers:
        write("  " + handover_line(each))

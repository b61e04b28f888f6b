"""`triage custody`: hand-overs of exhibits, and the custody log."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from triage.case import Case
from triage.cli.base import CaseFolder, Json, application, examiner, say, text, write, write_json
from triage.errors import UserError
from triage.queries import Queries
from triage.statements import Handover, hand_over, withdraw_handover

if TYPE_CHECKING:
    from triage.model import CustodyEvent
    from triage.queries import HandoverRow

commands = typer.Typer(no_args_is_help=True, help=text("facts.custody"))
application.add_typer(commands, name="custody")


@commands.command("handover", help=text("facts.handover"))
def handover_command(
    case: CaseFolder,
    label: Annotated[str, typer.Argument(metavar="LABEL", help=text("facts.label"))],
    giver: Annotated[str, typer.Option("--from", help=text("facts.giver"))] = "",
    receiver: Annotated[str, typer.Option("--to", help=text("facts.receiver"))] = "",
    at: Annotated[str, typer.Option("--at", help=text("facts.handed_at"))] = "",
    purpose: Annotated[str, typer.Option(help=text("facts.purpose"))] = "",
    seal: Annotated[str, typer.Option(help=text("facts.seal"))] = "",
    seal_number: Annotated[str | None, typer.Option(help=text("facts.seal_number"))] = None,
    place: Annotated[str | None, typer.Option(help=text("facts.place"))] = None,
    remark: Annotated[str | None, typer.Option(help=text("facts.remark"))] = None,
    correct: Annotated[int | None, typer.Option(help=text("facts.correct"))] = None,
    withdraw: Annotated[int | None, typer.Option(help=text("facts.handover_withdraw"))] = None,
) -> int:
    """Keep a hand-over; --correct puts it in the place of an earlier one, --withdraw takes one back."""
    if withdraw is not None:
        with Case.open(case, actor=examiner()) as opened:
            withdraw_handover(opened, label, withdraw)
        write(say()("facts.withdrawn", number=withdraw))
        return 0
    needed = {"--from": giver, "--to": receiver, "--at": at, "--purpose": purpose, "--seal": seal}
    if missing := [name for name, value in needed.items() if not value]:
        raise UserError(say()("facts.handover_needs", names=", ".join(missing)))
    wish = Handover(giver, receiver, at, purpose, seal, seal_number, place, remark)
    with Case.open(case, actor=examiner()) as opened:
        number = hand_over(opened, label, wish, corrects=correct)
    write(say()("facts.handover_kept", number=number, label=label))
    return 0


@commands.command("show", help=text("facts.custody_show"))
def show_command(
    case: CaseFolder,
    last: Annotated[int, typer.Option(min=0, help=text("facts.last"))] = 20,
    machine: Json = False,
) -> int:
    """The hand-overs of every exhibit, then the last events of the log."""
    queries = Queries(case)
    try:
        handovers, events = queries.handovers(), queries.custody()
    finally:
        queries.close()
    shown = events[-last:] if last else events
    if machine:
        write_json({"handovers": handovers, "events": shown, "total": len(events)})
        return 0
    for row in handovers:
        write(f"{row.exhibit}  {handover_line(row)}")
    write(say()("facts.events", shown=len(shown), total=len(events)))
    for event in shown:
        write_event(event)
    return 0


def write_event(event: CustodyEvent) -> None:
    """One event as a line."""
    data = json.dumps(event.data, ensure_ascii=True, sort_keys=True)
    write(f"{event.number:>6}  {event.at}  {event.actor}  {event.action}  {event.subject}  {data[:200]}")


def handover_line(row: HandoverRow) -> str:
    """One hand-over as a line."""
    speak = say()
    if row.state == "withdrawal":
        return speak("facts.handover_gone", number=row.number, corrects=row.corrects)
    return speak(
        "facts.handover_line",
        number=row.number,
        at=row.handed_at,
        giver=row.giver,
        receiver=row.receiver,
        purpose=row.purpose,
        seal=speak(f"seal.{row.seal}"),
        seal_number=row.seal_number or "-",
        place=row.place or "-",
        state=speak(f"state.{row.state}"),
    )

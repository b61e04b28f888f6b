"""Findings that are messages: those that carried a file which is a finding, each with its row in the app's own database.

They are numbered on behind the files. What ties a message to its file is a rule (`triage/attachments.py`), and with it goes how sure the
finding is: the digest that the app stored, the path, or the name alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.report.certainty import Certainty
from triage.report.recipe import metadata_address, volume_offset
from triage.report.recipe_record import row_recipe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from triage.queries import FileRow, MessageRow, Queries
    from triage.queries.chosen import PlaceRow, RanRow

PAGE = 100
_RULES = {
    "digest": Certainty("confirmed", "message_digest"),
    "path": Certainty("probable", "message_path"),
    "root": Certainty("probable", "message_path"),
    "size": Certainty("probable", "message_path"),
}
_BY_NAME = Certainty("indication", "message_name")
_ASSUMED = Certainty("indication", "message_assumed")
_RECOVERED = Certainty("incomplete", "message_recovered")
STANDING = {
    None,
    "edited",
    "trashed",
    "hidden_by_the_app",
    "revoked",
}  # the row stands in its table as the app wrote it


@dataclass(frozen=True, slots=True)
class MessageFinding:
    """A message that carried the file of finding `carried`.

    `database` is the file it was read from, `place` how a second program reaches that; `commands` show the row with sqlite3.
    """

    number: int
    message: MessageRow
    carried: int
    database: FileRow
    place: PlaceRow
    address: int | None
    volume_offset: int | None
    certainty: Certainty
    readers: tuple[RanRow, ...]
    commands: tuple[str, ...]


def message_findings(
    queries: Queries, chosen: Sequence[int], numbers: Mapping[int, int], *, first: int
) -> Iterator[MessageFinding]:
    """The messages that carried one of these entries, in their order and that of time, numbered from `first`. Raises CaseError."""
    number = first
    for start in range(0, len(chosen), PAGE):
        messages = queries.messages_carrying(list(chosen[start : start + PAGE]))
        messages.sort(key=lambda each: (numbers[each.attachment_entry_id or 0], each.sent_at or "", each.where))
        read = sorted({each.entry_id for each in messages})
        files, places, ran = queries.file_rows(read), queries.places_of(read), queries.ran_on(read)
        for message in messages:
            file, place = files[message.entry_id], places[message.entry_id]
            yield MessageFinding(
                number=number,
                message=message,
                carried=numbers[message.attachment_entry_id or 0],
                database=file,
                place=place,
                address=metadata_address(file.locator),
                volume_offset=volume_offset(file.locator),
                certainty=certainty_of_message(message),
                readers=tuple(ran.get(message.entry_id, ())),
                commands=row_recipe(place, message.where, message.deleted),
            )
            number += 1


def certainty_of_message(message: MessageRow) -> Certainty:
    """How sure it is that this message carried that file."""
    if message.assumed:
        return _ASSUMED
    if message.deleted not in STANDING:
        return _RECOVERED
    return _RULES.get(message.attachment_rule or "", _BY_NAME)

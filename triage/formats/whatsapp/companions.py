"""What stands in other tables about a row of `message`: media, place, quote, edit, timer, view-once, receipts, cards, poll.

Each table is read beside `message`, in the order of its row: one that is missing or damaged costs no message (mark A schema).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.formats.beside import Beside
from triage.formats.sqlite import quoted, select
from triage.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.formats.sqlite import View

    Schema = dict[str, frozenset[str]]

# table and the columns that are read; each has message_row_id
TABLES: dict[str, tuple[str, ...]] = {
    "message_media": ("file_path", "file_size", "file_length", "media_name", "file_hash", "media_caption"),
    "message_location": ("latitude", "longitude", "place_name", "place_address"),
    "message_system": ("action_type",),
    "message_system_chat_participant": ("user_jid_row_id",),
    "message_quoted": ("key_id", "text_data"),
    "message_edit_info": ("edited_timestamp", "sender_timestamp"),
    "message_ephemeral": ("expire_timestamp",),
    "message_view_once_media": ("state",),
    "message_forwarded": ("forward_score",),
    "message_vcard": ("vcard",),
    "message_poll_option": ("option_name",),
    "message_group_invite": ("group_name",),
    "receipt_user": ("receipt_timestamp", "read_timestamp"),
}


class Companions:
    """The companion tables by name, each beside the messages."""

    def __init__(self, database: View, schema: Schema) -> None:
        self._all = {table: _beside(database, schema, table) for table in TABLES}
        self.media = self._all["message_media"]
        self.location = self._all["message_location"]
        self.system = self._all["message_system"]
        self.participants = self._all["message_system_chat_participant"]
        self.quoted = self._all["message_quoted"]
        self.edited = self._all["message_edit_info"]
        self.ephemeral = self._all["message_ephemeral"]
        self.view_once = self._all["message_view_once_media"]
        self.forwarded = self._all["message_forwarded"]
        self.vcard = self._all["message_vcard"]
        self.options = self._all["message_poll_option"]
        self.invite = self._all["message_group_invite"]
        self.receipts = self._all["receipt_user"]

    def problems(self, stage: str) -> Iterator[Problem]:
        """One for each table that could not be read to its end."""
        for table, beside in self._all.items():
            if beside.error is not None:
                message = f"Table {table} could be read in part only: {beside.error}"
                yield Problem(kind=beside.error.kind, stage=stage, message=message)


def _beside(database: View, schema: Schema, table: str) -> Beside:
    present = schema.get(table, frozenset())
    if "message_row_id" not in present:
        return Beside(None)
    columns = select(table, ("message_row_id", *TABLES[table]), present)
    return Beside(database, f"SELECT {columns} FROM {quoted(table)} ORDER BY message_row_id")  # noqa: S608  # names are constants

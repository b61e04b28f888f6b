"""Whose account it is, where the database does not say: by rules that are told, separately for each space of a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from test_copies import rows

from triage.model import Account, Call, Message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from triage.model import Record

SQL = "SELECT account, account_rule FROM v_messages UNION ALL SELECT account, account_rule FROM v_calls"
MAIN = "/data/data/com.whatsapp/"
LOCKED = "/data/user/150/com.whatsapp/"
DATABASE, SETTINGS = "databases/msgstore.db", "shared_prefs/com.whatsapp_preferences_light.xml"
CARD = "/data/user_de/0/com.android.providers.telephony/databases/telephony.db"


def said(account: str | None = None, app: str = "WhatsApp", **more: str) -> Message:
    return Message(where="message._id=1", app=app, account=account, body="halo", **more)


def owner(number: int, app: str = "WhatsApp") -> Account:
    return Account(where="ph", app=app, identifier=f"62000000000{number}@s.whatsapp.net")


ONE, TWO = (f"62000000000{number}@s.whatsapp.net" for number in (1, 2))
SIM = Account(where="siminfo._id=1", app="SIM", identifier="896200", phone="+620000000001")


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({MAIN + DATABASE: [said()], MAIN + SETTINGS: [owner(1)]}, [(ONE, "folder")]),
        ({MAIN + DATABASE: [said("x")], MAIN + SETTINGS: [owner(1)]}, [("x", None)]),
        (
            {MAIN + DATABASE: [said()], MAIN + SETTINGS: [owner(1)],
             LOCKED + DATABASE: [said("user 150 (Secure Folder)")], LOCKED + SETTINGS: [owner(2)]},
            [(ONE, "folder"), (TWO, "folder")],
        ),
        ({MAIN + DATABASE: [said()], LOCKED + SETTINGS: [owner(2)]}, [(None, None)]),
        ({"/data/media/0/WhatsApp/Databases/msgstore.db.crypt15": [said()], MAIN + SETTINGS: [owner(1)]}, [(ONE, "space")]),
        ({MAIN + DATABASE: [said()], MAIN + SETTINGS: [owner(1)], MAIN + "files/x.xml": [owner(2)]}, [(None, None)]),
        ({MAIN + DATABASE: [said()], MAIN + SETTINGS: [owner(1, "WhatsApp Business")]}, [(None, None)]),
        ({MAIN + DATABASE: [said(direction="out", sender=TWO)], MAIN + SETTINGS: [owner(1)]}, [(TWO, "sender")]),
        ({"/mmssms.db": [said(app="SMS")], CARD: [SIM]}, [("+620000000001", "card")]),
        ({"/calllog.db": [Call(where="calls._id=1", app="Phone", party="1")], CARD: [SIM]}, [("+620000000001", "card")]),
        ({"/mmssms.db": [said(app="Signal")], CARD: [SIM]}, [(None, None)]),
        (
            {"/data/data/org.telegram.messenger/files/account1/cache4.db": [said("account 1", "Telegram")],
             "/data/data/org.telegram.messenger/shared_prefs/userconfing.xml": [Account(where="user", app="Telegram", identifier="7")],
             "/data/data/org.telegram.messenger/shared_prefs/userconfig1.xml":
                 [Account(where="user", app="Telegram", account="account 1", identifier="8")]},
            [("8", "folder")],
        ),
        (
            {"/private/var/mobile/Containers/Shared/AppGroup/B651B3B1-8FA4-4FD9-B0E4-C6F8F8EBC5FD/ChatStorage.sqlite": [said()],
             "/private/var/mobile/Containers/Shared/AppGroup/B651B3B1-8FA4-4FD9-B0E4-C6F8F8EBC5FD/Library/Preferences/x.plist": [owner(1)]},
            [(ONE, "folder")],
        ),
    ],
)  # fmt: skip
def test_rules(tmp_path: Path, files: dict[str, Sequence[Record]], told: list[tuple[object, ...]]) -> None:
    answers = rows(tmp_path / "case", files, SQL)
    assert sorted(answers, key=str) == told

"""Telegram Desktop's export: a made one of an account, public ones of several years against their own counts."""

import json
from pathlib import Path

import pytest
from corpus import corpus_file
from making import telegram
from making.items import item_from_bytes

from triage.extractors import wanted_by
from triage.extractors.telegram_export import TelegramExport
from triage.model import Zone


def test_a_whole_account(tmp_path: Path) -> None:
    item = item_from_bytes("/x/result.json", telegram.make_export(tmp_path / "result.json").read_bytes())
    first, answer, picture, place, call, group = TelegramExport().extract(item)
    assert (first.thread, first.thread_name, first.direction, first.sender, first.body) == (
        "101",
        "Budi",
        "in",
        "user101",
        "Halo",
    )
    assert (first.account, first.sent_at.ns, first.sent_at.zone, first.raw_time) == (
        "900",
        telegram.DATE * 10**9,
        Zone.UTC,
        str(telegram.DATE),
    )
    assert (answer.direction, answer.body, answer.quoted, answer.sent_at.zone) == (
        "out",
        "Lihat contoh.example",
        "1",
        Zone.UNKNOWN,
    )
    assert answer.edited_at.ns - answer.sent_at.ns == 60 * 10**9
    assert (picture.kind, picture.attachment, picture.forwarded) == ("image", "photos/photo_1.jpg", True)
    assert (place.kind, place.latitude, place.longitude) == ("location", -6.2, 106.8)
    assert (call.kind, call.body, call.sender) == ("call", "phone_call", "user101")
    assert (group.thread, group.thread_name) == ("55", "Arisan")


@pytest.mark.parametrize(
    "folder",
    [
        "telegram_2020-01",
        "telegram_2021-06_supergroup",
        "telegram_2023-01",
        "telegram_2023-10_audio-video",
        "telegram_2024-01",
    ],
)
def test_public_exports(folder: str) -> None:
    """As many messages as the document holds; text as the standard library reads it."""
    path = corpus_file("chats", "chm", folder, "result.json")
    whole = json.loads(path.read_bytes())
    chats = whole["chats"]["list"] if "chats" in whole else [whole]
    expected = [(str(chat["id"]), str(each["id"])) for chat in chats for each in chat["messages"]]
    item = item_from_bytes("/x/result.json", path.read_bytes())
    assert [each.name for each in wanted_by(item)] == ["telegram-export"]
    found = list(TelegramExport().extract(item))
    assert [(each.thread, each.identifier) for each in found] == expected
    plain = {
        (str(chat["id"]), str(each["id"])): each["text"]
        for chat in chats
        for each in chat["messages"]
        if each.get("text") and isinstance(each["text"], str)
    }
    assert {key: each.body for each in found if (key := (each.thread, each.identifier)) in plain} == plain


def test_other_json_is_left_alone() -> None:
    for text in ('{"messages": [], "type": "list"}', '[{"type": "personal_chat"}]', '{"name": "x"}'):
        assert not TelegramExport().wants(item_from_bytes("/x/result.json", text.encode()))

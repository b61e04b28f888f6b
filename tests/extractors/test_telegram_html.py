"""Telegram Desktop's pages: what each part of a message becomes, and that no page is too strange."""

import contextlib

import pytest
from making import telegram
from making.items import item_from_bytes

from triage.errors import EvidenceError
from triage.extractors.telegram_html import TelegramHtml
from triage.model import Message, Stamp, Zone

SECOND = 1_000_000_000
AT = 1_772_000_001  # 2026-02-25T06:13:21Z


@pytest.fixture(scope="module")
def found():
    item = item_from_bytes("/ChatExport_2026-02-25/messages.html", telegram.PAGE.encode())
    assert TelegramHtml().wants(item)
    return {each.identifier: each for each in TelegramHtml().extract(item)}


def test_lines_that_name_a_day_are_no_messages(found):
    assert list(found) == ["1", "2", "3", "4", "5", "6", "7"]
    assert (found["1"].kind, found["1"].body) == ("system", "Budi created group «Keluarga»")


def test_text_sender_time(found):
    said = found["2"]
    assert (said.thread_name, said.sender_name, said.body) == (
        "Keluarga & Teman", "Budi Rekaan", "Halo semua,\napa kabar <hari ini>?")  # fmt: skip
    assert said.sent_at == Stamp(AT * SECOND, Zone.UTC, SECOND)
    assert (said.direction, said.sender) == ("unknown", None)


def test_a_joined_message_has_the_sender_before_it(found):
    assert (found["3"].sender_name, found["3"].kind, found["3"].attachment) == (
        "Budi Rekaan",
        "image",
        "photos/photo_1.jpg",
    )


def test_replies_forwards_and_times_without_zone(found):
    said = found["4"]
    assert (said.sender_name, said.quoted, said.forwarded, said.body) == ("Siti", "2", True, "diteruskan")
    assert said.sent_at == Stamp((AT + 99 + 7 * 3600) * SECOND, Zone.UNKNOWN, SECOND)


def test_calls_places_files(found):
    assert (found["5"].kind, found["5"].direction, found["5"].body) == (
        "call",
        "out",
        "Budi Rekaan · Outgoing (65 seconds)",
    )
    assert (found["6"].kind, found["6"].latitude, found["6"].longitude) == ("location", -6.2, 106.8)
    assert (found["7"].kind, found["7"].attachment, found["7"].body) == ("document", "files/daftar.pdf", "dibaca ya")


@pytest.mark.parametrize(
    "tail",
    [b"<![if x", b"<!DOCTYPE [<", b"<div>" * 1000, b"<" * 300_000, b"&" * 3_000_000, b'<div class="message" id="message9" ' + b"a" * 3_000_000],
    ids=["declaration", "doctype", "deep", "openers", "entities", "long"],
)  # fmt: skip
def test_what_cannot_be_read_leaves_what_stands_before(tail):
    head = telegram.PAGE.partition("  </div></div>\n </div>\n</body>")[0].encode()
    kept = []
    with contextlib.suppress(EvidenceError):
        kept.extend(TelegramHtml().extract(item_from_bytes("/messages.html", head + tail)))
    assert all(isinstance(each, Message) for each in kept)

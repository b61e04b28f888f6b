"""Streams of Apple's Biome: what each event says, of another device, deleted, damaged."""

import pytest
from making import streams
from making.browsers import APPLE, START
from making.items import item_from_bytes
from making.protobufs import message

from triage.extractors import wanted_by
from triage.model import Problem, Stamp

HOME = "/private/var/mobile/Library/Biome/streams/restricted"


def found(data: bytes, stream: str, within: str = "local") -> list:
    item = item_from_bytes(f"{HOME}/{stream}/{within}/772000000", data)
    (chosen,) = wanted_by(item)
    return list(chosen.extract(item))


def at(seconds: int) -> Stamp:
    return Stamp((START + seconds) * 1_000_000_000, resolution=1000)


def test_focus() -> None:
    begin, end = found(streams.focus(), "App.InFocus")
    assert (begin.identifier, begin.kind, begin.started_at) == ("ph.telegra.Telegraph", "came into focus", at(0))
    assert (end.kind, end.started_at, end.raw_kind) == ("left focus", at(30), "0")


def test_a_notification_and_one_that_was_deleted() -> None:
    shown, gone = found(streams.notifications(), "Notification.Usage")
    assert (shown.app, shown.title, shown.body) == ("net.whatsapp.WhatsApp", "Siti Contoh", "Kelas\npesan yang dihapus")
    assert (shown.channel, shown.posted_at, shown.deleted) == ("120@g.us", at(0), None)
    assert (gone.identifier, gone.body, gone.deleted) == ("org.example.gone", "masih utuh", "deleted in the stream")


def test_pages() -> None:
    (walked,) = found(streams.navigations(), "Safari.Navigations")
    assert (walked.app, walked.url, walked.visited_at, walked.origin) == (
        "Safari",
        "https://example.org/a",
        at(0),
        None,
    )
    (used,) = found(streams.web_usage(), "App.WebUsage", "remote/ABCD-EF")
    assert (used.app, used.url, used.origin, used.account) == (
        "com.apple.mobilesafari",
        "https://example.net/",
        "synced",
        "ABCD-EF",
    )


def test_a_page_view_has_a_title() -> None:
    row = streams.double(3, APPLE) + message((4, "Halaman"), (5, "isi"), (7, "https://example.org/v"))
    (viewed,) = found(streams.first((row, 1)), "SafariPageView")
    assert (viewed.url, viewed.title, viewed.visited_at) == ("https://example.org/v", "Halaman", at(0))


def test_a_network_is_told_when_it_is_joined() -> None:
    (joined,) = found(streams.wireless(), "Device.Wireless.WiFi")
    assert (joined.name, joined.joined_at) == ("Warung", at(0))


def test_a_place_an_app_showed() -> None:
    (shown,) = found(streams.places(), "App.LocationActivity")
    assert (shown.latitude, shown.longitude, shown.kind, shown.app) == (-6.2, 106.8, "search", "com.apple.Maps")
    assert shown.name == "Pasar Contoh, Jalan Fiksi 1"


def test_installations_of_both_forms() -> None:
    removed, older = found(streams.installations(), "App.Install")
    assert (removed.identifier, removed.name, removed.kind) == ("com.privatephotovault", "Vault", "removed")
    assert (older.identifier, older.name, older.kind) == ("org.example.catatan", "Catatan", "app/install")
    assert (older.started_at, older.duration_s) == (at(0), 5.0)


def test_screen_typing_and_intents() -> None:
    (lit,) = found(streams.second((message((2, 1)), 1)), "Device.Display.Backlight")
    assert (lit.kind, lit.started_at) == ("screen on", at(0))
    row = streams.double(1, 12.5) + message((3, "com.apple.MobileSMS"))
    (typed,) = found(streams.second((row, 1)), "Text.InputSession")
    assert (typed.kind, typed.identifier, typed.duration_s) == ("typing", "com.apple.MobileSMS", 12.5)
    row = message((2, "ph.telegra.Telegraph"), (4, "INSendMessageIntent"), (5, "SendMessage"), (11, 2))
    (announced,) = found(streams.second((row, 1)), "App.Intent")
    assert (announced.kind, announced.name) == ("SendMessage, incoming", "INSendMessageIntent")


def test_damage_is_counted_and_the_rest_is_kept() -> None:
    data = streams.focus().replace(b"ph.telegra.Telegraph", b"ph.telegra.Telegrap_", 1)
    kept, told = found(data, "App.InFocus")
    assert kept.kind == "left focus"
    assert isinstance(told, Problem)
    assert told.message == "1 records of the stream are damaged"


@pytest.mark.parametrize(
    "path",
    [
        f"{HOME}/App.InFocus/local/tombstone/1",
        f"{HOME}/App.InFocus/local/.x",
        "/x/App.InFocus/local/1",
        f"{HOME}/Other/local/1",
    ],
)
def test_what_is_no_stream_that_is_known_is_left_alone(path: str) -> None:
    assert wanted_by(item_from_bytes(path, streams.focus())) == ()


def older(value: str, *said: str) -> bytes:
    row = message((1, message((1, "/app/stream")))) + streams.double(2, APPLE)
    return streams.first(
        (row + message((4, message((3, value))), *((7, message((2, message((3, each))))) for each in said)), 1)
    )


def test_the_older_layout() -> None:
    (page,) = found(older("https://example.org/l", "Halaman"), "_DKEvent.Safari.History")
    assert (page.url, page.title, page.visited_at) == ("https://example.org/l", "Halaman", at(0))
    (network,) = found(older("Kafe"), "_DKEvent.Wifi.Connection")
    assert (network.name, network.joined_at) == ("Kafe", at(0))
    (front,) = found(older("ph.telegra.Telegraph"), "_DKEvent.App.InFocus")
    assert (front.identifier, front.kind) == ("ph.telegra.Telegraph", "app/stream")
    (launched, *_) = found(streams.focus(), "AppLaunch")
    assert launched.kind == "came into focus"

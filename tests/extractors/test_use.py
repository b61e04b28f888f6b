"""Programs, networks, notifications, use and places: every rule on made files, and public samples."""

import plistlib
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from corpus import corpus_file
from making import browsers, use
from making.items import BytesEvidence, item_from_bytes

from triage.content import read_once
from triage.extractors import wanted_by
from triage.extractors.usage_android import AndroidUsage
from triage.formats.programs import known_program
from triage.model import Entry, Kind, Locator, Stamp, Step
from triage.settings import Limits

SECOND = 1_000_000_000


def at(seconds: float, resolution: int) -> Stamp:
    return Stamp(int((browsers.START + seconds) * SECOND), resolution=resolution)


MS, US, S = 1_000_000, 1000, SECOND


def found(data: bytes, name: str, extractor: str) -> list:
    item = item_from_bytes(name, data)
    (chosen,) = [each for each in wanted_by(item) if each.name == extractor]
    return list(chosen.extract(item))


@pytest.mark.parametrize("data", [use.packages_abx(), use.packages_xml()])
def test_packages(data: bytes) -> None:
    vault, plain = found(data, "packages.xml", "android-programs")
    assert (vault.name, vault.category, vault.installer) == ("GalleryVault", "vault", "com.android.vending")
    assert (vault.installed_at, vault.updated_at, vault.version) == (at(0, MS), at(5, MS), "77")
    assert (plain.identifier, plain.category, plain.installed_at, plain.updated_at) == (
        "org.example.catatan",
        None,
        None,
        None,
    )


def test_packages_list_play_and_apple(tmp_path: Path) -> None:
    (listed,) = found(use.PACKAGES_LIST, "packages.list", "android-programs")
    assert (listed.identifier, listed.path) == ("org.example.catatan", "/data/user/0/org.example.catatan")
    (bought,) = found(use.make_localappstate(tmp_path / "a").read_bytes(), "localappstate.db", "play-programs")
    assert (bought.account, bought.category, bought.installed_at) == ("budi@example.org", "transfer", at(0, MS))
    (apple,) = found(use.itunes_metadata(), "iTunesMetadata.plist", "apple-programs")
    assert (apple.identifier, apple.account, apple.category) == (
        "ph.telegra.Telegraph",
        "siti@example.org",
        "messenger",
    )
    assert (apple.installed_at, apple.version) == (at(0, US), "11.2")
    first, second = found(use.backup_info(), "Info.plist", "apple-programs")
    assert (first.identifier, first.name) == ("org.example.catatan", None)
    assert (second.identifier, second.name) == ("ph.telegra.Telegraph", "Telegram Messenger")


def test_the_home_screen_keeps_what_is_gone(tmp_path: Path) -> None:
    there, gone = found(
        use.make_application_state(tmp_path / "s").read_bytes(), "applicationState.db", "apple-program-state"
    )
    assert (there.identifier, there.category) == ("ph.telegra.Telegraph", "messenger")
    assert there.path == "/private/var/mobile/Containers/Data/Application/B"
    assert (gone.name, gone.category, gone.path) == ("Private Photo Vault", "vault", None)


def test_known_programs_are_data() -> None:
    assert known_program("com.netqin.ps") == ("NQ Vault", "vault")
    assert known_program("org.example") == (None, None)


def test_android_networks_without_passwords() -> None:
    office, odd = found(use.WIFI, "WifiConfigStore.xml", "android-networks")
    assert (office.name, office.security, office.identifier, office.joined_at) == ("Kantor", "WPA_PSK", None, at(0, MS))
    assert (odd.name, odd.identifier, odd.security, odd.deleted) == ("é", "aa:bb:cc:dd:ee:ff", "NONE", "never joined")
    (older,) = found(use.SUPPLICANT, "wpa_supplicant.conf", "android-networks")
    assert (older.name, older.security) == ("Warung", "WPA-PSK")
    assert "rahasia" not in repr((office, odd, older))


def test_apple_networks() -> None:
    home, point, cafe = found(use.known_networks(), "com.apple.wifi.known-networks.plist", "apple-networks")
    assert (home.name, home.added_at, home.joined_at) == ("Rumah", at(0, US), at(0, US))
    assert (point.identifier, point.joined_at) == ("aa:bb:cc:dd:ee:ff", at(0, US))
    assert (cafe.name, cafe.identifier, cafe.joined_at) == ("Kafe", "0:1:2:3:4:5", at(0, US))


def test_the_public_known_networks() -> None:
    path = corpus_file("phones", "ios_ffs_ileapp", "testdata.appleWifiPlist.appleWifiKnownNetworks.josh_ios15_ffs.zip")
    data = zipfile.ZipFile(path).read("filesystem2/preferences/com.apple.wifi.known-networks.plist")
    rows = found(data, "com.apple.wifi.known-networks.plist", "apple-networks")
    (row,) = plistlib.loads(data).values()
    assert [each.name for each in rows] == [row["SSID"].decode()] * (1 + len(row["BSSList"]))
    latest = max(row["JoinedByUserAt"], row["JoinedBySystemAt"])
    assert rows[0].joined_at.ns // 1000 == (latest.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(
        microseconds=1
    )


def test_notifications() -> None:
    path = "/data/system_ce/0/notification_history/history/1772000000000"
    gone, plain = found(use.notification_history(), path, "android-notifications")
    assert (gone.app, gone.title, gone.body, gone.channel) == (
        "com.whatsapp",
        "Agus Fiksi",
        "pesan yang dihapus",
        "Pesan",
    )
    assert (gone.account, gone.posted_at) == ("user 10", at(0, MS))
    assert (plain.identifier, plain.posted_at, plain.account) == ("org.example.catatan", None, None)
    path = "/private/var/mobile/Library/UserNotifications/ph.telegra.Telegraph/DeliveredNotifications.plist"
    (shown,) = found(use.delivered_notifications(), path, "apple-notifications")
    assert (shown.app, shown.title, shown.body) == ("ph.telegra.Telegraph", "Siti", "halo, sudah tiba?")
    assert shown.posted_at == at(0, US)


DAY = f"/data/system/usagestats/0/daily/{use.MS}"


@pytest.mark.parametrize("data", [use.usage_xml(), use.usage_pooled()])
def test_usage_in_xml_and_protobuf(data: bytes) -> None:
    rows = found(data, DAY, "android-usage")
    package = rows[0]
    assert (package.identifier, package.kind, package.duration_s) == ("com.whatsapp", "used that day", 60.0)
    assert (package.started_at, package.raw_time) == (at(5, MS), f"5000 ms after {use.MS} ms Unix")
    event = next(each for each in rows if each.where.startswith("event"))
    assert (event.kind, event.name, event.started_at) == ("activity resumed", "com.whatsapp.Main", at(7, MS))


def test_usage_never_used_and_unknown_events() -> None:
    rows = found(use.usage_xml(), DAY, "android-usage")
    assert (rows[1].identifier, rows[1].started_at) == ("org.x", None)
    assert (rows[3].kind, rows[3].raw_kind) == ("unknown (99)", "99")


@pytest.mark.parametrize(
    ("mapped", "names"),
    [(True, ["com.whatsapp", "token 8", "com.whatsapp"]), (False, ["token 7", "token 8", "token 7"])],
)
def test_usage_with_numbers_for_names(tmp_path: Path, mapped: bool, names: list[str]) -> None:
    data, mappings = use.usage_numbered()
    files = {DAY: data} | ({DAY.replace(f"daily/{use.MS}", "mappings"): mappings} if mapped else {})
    entry = Entry(Locator((Step("memory", DAY),)), DAY.rpartition("/")[2], Kind.FILE, size=len(data), path=DAY)
    item = read_once(entry, Listed(files), scratch=tmp_path, limits=Limits())
    rows = list(AndroidUsage().extract(item))
    assert [each.identifier for each in rows] == names
    assert (rows[2].kind, rows[2].name) == ("notification seen", "com.whatsapp.Main" if mapped else None)


class Listed(BytesEvidence):
    """Evidence that lists its files, as an archive does: all at once."""

    def children(self, entry: Entry):
        return iter(
            [Entry(Locator((Step("memory", path),)), path.rpartition("/")[2], Kind.FILE) for path in self.files]
        )


def test_recents_and_apple_use(tmp_path: Path) -> None:
    (task,) = found(use.recent_task(), "12_task.xml", "android-recents")
    assert (task.identifier, task.name, task.started_at, task.account) == (
        "com.whatsapp",
        ".Main",
        at(0, MS),
        "user 10",
    )
    focus, light = found(use.make_knowledge(tmp_path / "k").read_bytes(), "knowledgeC.db", "apple-usage")
    assert (focus.identifier, focus.kind, focus.duration_s) == ("ph.telegra.Telegraph", "app/inFocus", 30.0)
    assert (light.identifier, light.name, light.ended_at) == (None, "1", None)


def test_interactions(tmp_path: Path) -> None:
    came, went, odd = found(use.make_interactions(tmp_path / "i").read_bytes(), "interactionC.db", "apple-interactions")
    assert (came.identifier, came.name, came.kind) == (
        "ph.telegra.Telegraph",
        "Siti Contoh +62 000 0000 002",
        "received from",
    )
    assert (went.name, went.kind) == ("Siti Contoh +62 000 0000 002, +62 000 0000 003", "sent to")
    assert (odd.name, odd.kind, odd.raw_kind, odd.started_at) == (None, "unknown (7)", "7", None)


def test_a_folder_that_is_a_number_is_explained(tmp_path: Path) -> None:
    base = "/private/var/mobile/Library/UserNotifications"
    number = "A9469C54-06AD-43C7-B993-F57E72897865"
    for place in (
        f"{base}/{number}/DeliveredNotifications.plist",
        f"{base}/{number}/staging/DeliveredNotificationsJGIjip",
    ):
        files = {
            place: use.delivered_notifications(),
            f"{base}/Library.plist": plistlib.dumps({"ph.telegra.Telegraph": number}),
        }
        entry = Entry(Locator((Step("memory", place),)), place.rpartition("/")[2], Kind.FILE, path=place)
        item = read_once(entry, Listed(files), scratch=tmp_path, limits=Limits())
        (chosen,) = wanted_by(item)
        (shown,) = chosen.extract(item)
        assert (chosen.name, shown.app) == ("apple-notifications", "ph.telegra.Telegraph")


def test_the_public_netusage_agrees_with_sqlite3() -> None:
    path = corpus_file("chats", "plaso", "ios_netusage.sqlite")
    rows = found(path.read_bytes(), "netusage.sqlite", "apple-network-use")
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as opened:
        truth = opened.execute("SELECT Z_PK, ZBUNDLENAME, ZPROCNAME, ZTIMESTAMP FROM ZPROCESS ORDER BY Z_PK").fetchall()
    assert len(rows) == len(truth) == 260
    assert [(each.where, each.identifier, each.name) for each in rows] == [
        (f"ZPROCESS.Z_PK={number}", bundle or None, name or None) for number, bundle, name, _ in truth
    ]
    assert all(
        abs(each.ended_at.ns / SECOND - 978_307_200 - moment) < 0.001
        for each, (*_, moment) in zip(rows, truth, strict=True)
    )


def test_apple_places(tmp_path: Path) -> None:
    path = "/private/var/mobile/Library/Caches/com.apple.routined/Cache.sqlite"
    still, moving, stay = found(use.make_routined(tmp_path / "r").read_bytes(), path, "apple-places")
    assert (still.latitude, still.longitude, still.accuracy_m, still.speed_ms) == (-6.2, 106.8, 12.5, None)
    assert (still.at, still.kind, moving.speed_ms) == (Stamp(at(0, US).ns + 250_000_000, resolution=US), "device", 3.5)
    assert (stay.kind, stay.latitude, stay.at, stay.until_at) == ("visit", -7.8, at(0, US), at(3600, US))


def test_masts_destinations_and_photos(tmp_path: Path) -> None:
    mast, point = found(use.make_cells(tmp_path / "c").read_bytes(), "cache_encryptedB.db", "apple-network-places")
    assert (mast.kind, mast.name, mast.accuracy_m) == ("network", "510, 10, 3, 77", 900.0)
    assert (point.name, point.latitude) == ("12345, 6", -6.2)
    there, here = found(use.make_destinations(tmp_path / "d").read_bytes(), "da_destination_history", "android-places")
    assert (there.kind, there.name, there.latitude) == ("destination", "Pasar Contoh, Jalan Fiksi 1", -6.2)
    assert (here.kind, here.longitude, here.at) == ("device", 106.81, at(0, MS))
    (photo,) = found(use.make_photos(tmp_path / "p").read_bytes(), "Photos.sqlite", "apple-photo-places")
    assert (photo.kind, photo.name, photo.at) == ("photo", "DCIM/100APPLE, IMG_0001.HEIC", at(0, US))

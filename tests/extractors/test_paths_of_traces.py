"""The extractors of traces over the complete file lists of two public phones: each file that belongs to one, and no other."""

import csv
import io
import re
import zipfile
from types import SimpleNamespace

import pytest
from corpus import corpus_file
from making.traces import FIXTURES

from triage.extractors import EXTRACTORS

OURS = [each for each in EXTRACTORS if each.name in FIXTURES and each.name != "download-marks"]
SAFARI, ROUTINED = "/private/var/mobile/Library/Safari", "/private/var/mobile/Library/Caches/com.apple.routined"
COMMON = {
    ("apple-networks", "/private/var/preferences/com.apple.wifi.known-networks.plist"),
    ("apple-networks", "/private/var/preferences/SystemConfiguration/com.apple.wifi.plist"),
    ("apple-photo-places", "/private/var/mobile/Media/PhotoData/Photos.sqlite"),
    (
        "apple-photo-places",
        "/private/var/mobile/Library/Photos/Libraries/Syndication.photoslibrary/database/Photos.sqlite",
    ),
    ("safari-history", f"{SAFARI}/History.db"),
    ("apple-interactions", "/private/var/mobile/Library/CoreDuet/People/interactionC.db"),
    ("apple-usage", "/private/var/mobile/Library/CoreDuet/Knowledge/knowledgeC.db"),
    ("apple-program-state", "/private/var/mobile/Library/FrontBoard/applicationState.db"),
    *(("apple-places", f"{ROUTINED}/{name}") for name in ("Cache.sqlite", "Cloud-V2.sqlite", "Local.sqlite")),
    ("apple-network-use", "/private/var/networkd/db/netusage.sqlite"),
    ("apple-network-use", "/private/var/wireless/Library/Databases/DataUsage.sqlite"),
}
SCREEN_TIME = "/private/var/mobile/Library/Application Support/com.apple.remotemanagementd/RMAdminStore"
COMMON |= {("safari-tabs", f"{SAFARI}/{name}") for name in ("BrowserState.db", "SafariTabs.db", "CloudTabs.db")}
COMMON |= {("apple-screen-time", f"{SCREEN_TIME}-{name}.sqlite") for name in ("Cloud", "Local")}
STREAMS = {
    "apple-biome-use": {
        "AppIntent", "AppLaunch", "Backlight", "TextInputSession", "_DKEvent.App.InFocus", "_DKEvent.App.Install",
        "_DKEvent.Device.IsLockedImputed", "_DKEvent.Keybag.IsLocked", "_DKEvent.Photos.Deletes.All", "_DKEvent.Photos.Deletes.Recent",
        "_DKEvent.Sharesheet.Feedback", "_DKEvent.System.AirplaneMode",
    },
    "apple-biome-notifications": {"Notification"},
    "apple-biome-pages": {"SafariPageView", "_DKEvent.Safari.History"},
    "apple-biome-networks": {"Device.Wireless.WiFi", "_DKEvent.Wifi.Connection"},
}  # fmt: skip
CHROME = "/private/var/mobile/Containers/Data/Application/0B468A6F-8837-4A85-BF4D-1EF523683946/Library/Application Support/Google/Chrome"
PHONES = {
    "belkasoft-ctf6-ios-dev1.csv.zip": {
        (
            "safari-lists",
            "/private/var/mobile/Containers/Data/Application/B528CF3D-7AF8-48DC-938B-FD9B41603282/Library/Safari/Downloads/Downloads.plist",
        ),
    },
    "magnet-mvs-2023-ios.csv.zip": {
        ("chromium-history", f"{CHROME}/Default/History"),
        ("chromium-logins", f"{CHROME}/Default/Login Data"),
        ("apple-network-places", "/private/var/root/Library/Caches/locationd/cache_encryptedB.db"),
    },
}


def of_streams(paths: list[str]) -> set[tuple[str, str]]:
    """The files of the streams that are read, as the folders are named."""
    parts = [(path, path.split("/")) for path in paths if "/streams/" in path and "/local/" in path]
    return {
        (extractor, path)
        for path, names in parts
        for extractor, streams in STREAMS.items()
        if names[-2] == "local" and names[-3] in streams and not names[-1].startswith(".")
    }


def wanted(paths: list[str]) -> set[tuple[str, str]]:
    """What each extractor would want if the content were of its kind: a database, else a property list of no known keys."""
    found = set()
    for path in paths:
        entry = SimpleNamespace(name=path.rpartition("/")[2], path=path)
        kinds = ("application/vnd.sqlite3", b"SQLite format 3\0"), ("application/x-plist", b"bplist00"), ("", b"SEGB")
        for mime, head in kinds:
            item = SimpleNamespace(entry=entry, mime=mime, head=head)
            found |= {(each.name, path) for each in OURS if each.wants(item)}
    return found


@pytest.mark.parametrize("phone", PHONES)
def test_a_whole_phone(phone: str) -> None:
    with zipfile.ZipFile(corpus_file("phones", "filelists", phone)) as archive:
        rows = list(csv.reader(io.StringIO(archive.read(archive.namelist()[0]).decode(), newline="")))
    noise = re.compile(
        r"\.(png|jpe?g|strings|nib|car|stringsdict|lproj|caf|m4[ar]|mov|otf|ttf|html|js|css|xml|mom|omo|dylib)\Z",
        re.IGNORECASE,
    )
    paths = ["/" + row[0].lstrip("/") for row in rows if row and not noise.search(row[0])]
    found = wanted(paths)
    notifications = {path for name, path in found if name == "apple-notifications"}
    assert all("/UserNotifications/" in path for path in notifications)
    assert len(notifications) == sum("/DeliveredNotifications" in path for path in paths) > 5
    metadata = {path for name, path in found if name == "apple-programs"}
    assert len(metadata) == sum(path.endswith("/iTunesMetadata.plist") for path in paths) > 5
    streams = {pair for pair in found if pair[0].startswith("apple-biome-")}
    assert streams == of_streams(paths)
    assert len(streams) > 10
    rest = {pair for pair in found - streams if pair[0] not in {"apple-notifications", "apple-programs"}}
    expected = PHONES[phone] | {pair for pair in COMMON if pair[1] in set(paths)}
    assert rest == expected
    assert len(expected) > 12

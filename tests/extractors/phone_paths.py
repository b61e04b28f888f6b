"""Where the files of each extractor lie, as published for app and system, not as the extractors' own patterns have it.

`ON_AN_IPHONE` names them for iPhones (`*` stands for anything), `ELSEWHERE` gives paths of Android phones, computers and backups with the
extractors that want them, and paths beside them that none may want. An extractor without an entry fails a test.
"""

import csv
import io
import re
import zipfile
from fnmatch import translate
from pathlib import Path
from types import SimpleNamespace

from triage.extractors import _OF_ANYTHING, _OF_DATABASES, _OF_STREAMS
from triage.filetype.signatures import SQLITE

NOISE = re.compile(
    r"\.(png|jpe?g|strings|nib|car|stringsdict|lproj|caf|m4[ar]|mov|otf|ttf|html|js|css|xml|mom|omo|dylib|ktx|mp4|gif|heic)\Z",
    re.IGNORECASE,
)
_SYSTEM = re.compile(
    r"\A/(?:System|Applications|Library|usr)/.*\.(?!plist\Z|db\Z|sqlite\Z|sqlitedb\Z|storedata\Z)\w+\Z|/[^/]+\.app/.*\.(?!plist\Z|db\Z)\w+\Z"
)
_UUID = re.compile(r"[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}")
_SAME = "00000000-0000-0000-0000-000000000000"

HOME = "*/mobile/Library"
CHROME = "*/Library/Application Support/Google/Chrome/*"
ON_AN_IPHONE: dict[str, list[str]] = {
    "apple-messages": [f"{HOME}/SMS/sms.db"],
    "apple-calls": [f"{HOME}/CallHistoryDB/CallHistory*.storedata", f"{HOME}/Voicemail/voicemail.db", "*/wireless/Library/CallHistory/call_history.db"],
    "apple-contacts": [f"{HOME}/AddressBook/AddressBook.sqlitedb"],
    "apple-accounts": [f"{HOME}/Accounts/Accounts3.sqlite", f"{HOME}/Accounts/VerifiedBackup/Accounts3.sqlite"],
    "apple-sims": ["*/wireless/Library/Preferences/com.apple.commcenter.plist", "*/wireless/Library/Databases/CellularUsage.db",
                   "*/wireless/Library/Preferences/com.apple.commcenter.device_specific_nobackup.plist"],
    "apple-device": ["*/CoreServices/SystemVersion.plist", "*/data_ark.plist", "*/device_values.plist"],
    "apple-programs": ["*/Bundle/Application/*/iTunesMetadata.plist"],
    "apple-program-state": [f"{HOME}/FrontBoard/applicationState.db"],
    "apple-networks": ["*/preferences/com.apple.wifi.known-networks.plist", "*/SystemConfiguration/com.apple.wifi.plist"],
    "apple-notifications": [f"{HOME}/UserNotifications/*/DeliveredNotifications*", "*.pushstore"],
    "apple-usage": [f"{HOME}/CoreDuet/Knowledge/knowledgeC.db"],
    "apple-interactions": [f"{HOME}/CoreDuet/People/interactionC.db"],
    "apple-network-use": ["*/networkd/db/netusage.sqlite", "*/wireless/Library/Databases/DataUsage.sqlite"],
    "apple-screen-time": ["*/com.apple.remotemanagementd/RMAdminStore-Cloud.sqlite", "*/com.apple.remotemanagementd/RMAdminStore-Local.sqlite"],
    "apple-places": [f"*/com.apple.routined/{name}.sqlite" for name in ("Cache", "Cloud-V2", "Local")],
    "apple-network-places": ["*/locationd/cache_encryptedB.db"],
    "apple-photo-places": ["*/Photos.sqlite"],
    "apple-gallery": ["*/Photos.sqlite"],
    "device-resets": ["*/mobile/Library/Preferences/com.apple.purplebuddy.plist", "*/.obliterated"],
    "apple-quicklook": ["*/com.apple.QuickLook.thumbnailcache/index.sqlite"],
    "apple-biome-use": [f"*iome/streams/*/{name}/local/*" for name in (
        "AppIntent", "AppLaunch", "App.InFocus", "App.Install", "App.Intent", "Backlight", "Device.Display.Backlight", "TextInputSession",
        "Text.InputSession", "_DKEvent.App.InFocus", "_DKEvent.App.Install", "_DKEvent.Device.IsLockedImputed", "_DKEvent.Keybag.IsLocked",
        "_DKEvent.Photos.Deletes.All", "_DKEvent.Photos.Deletes.Recent", "_DKEvent.Sharesheet.Feedback", "_DKEvent.System.AirplaneMode")],
    "apple-biome-notifications": ["*iome/streams/*/Notification/local/*", "*iome/streams/*/Notification.Usage/local/*"],
    "apple-biome-pages": [f"*iome/streams/*/{name}/local/*" for name in (
        "App.WebUsage", "Safari.Navigations", "SafariPageView", "_DKEvent.Safari.History")],
    "apple-biome-networks": ["*iome/streams/*/Device.Wireless.WiFi/local/*", "*iome/streams/*/_DKEvent.Wifi.Connection/local/*"],
    "apple-biome-places": ["*iome/streams/*/App.LocationActivity/local/*"],
    "safari-history": [f"{HOME}/Safari/History.db", "*/Library/Safari/Profiles/*/History.db"],
    "safari-tabs": [f"{HOME}/Safari/{name}.db" for name in ("BrowserState", "SafariTabs", "CloudTabs")],
    "safari-lists": ["*/Library/Safari/Downloads/Downloads.plist"],
    "chromium-history": [f"{CHROME}/History"],
    "chromium-bookmarks": [],
    "chromium-logins": [f"{CHROME}/Login Data"],
    "firefox-places": ["*/profile.profile/places.db"],
    "whatsapp-apple": ["*/AppGroup/*/ChatStorage.sqlite"],
    "whatsapp-apple-calls": ["*/AppGroup/*/CallHistory.sqlite"],
    "whatsapp-contacts": ["*/AppGroup/*/ContactsV2.sqlite"],
    "whatsapp-owner": ["*/Preferences/group.net.whatsapp.WhatsApp*.shared.plist"],
    "telegram-apple": ["*/telegram-data/account-*/postbox/db/db_sqlite"],
    "snapchat": ["*/Documents/user_scoped/*/arroyo/arroyo.db"],
    "discord": ["*/Library/Caches/com.hammerandchisel.discord/Cache.db", "*/Library/Caches/kv-storage/@account*/a"],
    "tiktok": ["*/ChatFiles/*/db.sqlite", "*/Documents/AwemeIM.db"],
    "instagram": ["*/DirectSQLiteDatabase/*.db"],
    "messenger": ["*/lightspeed-userDatabases/*.db"],
    "line": ["*/PrivateStore/P_*/Messages/Line.sqlite"],
    "wechat": ["*/DB/MM.sqlite", "*/DB/message_*.sqlite", "*/DB/WCDB_Contact.sqlite"],
    "imo": ["*/IMODb2.sqlite"],
    "kik": ["*/cores/private/*/kik.sqlite"],
    "viber": ["*/com.viber/database/Contacts.data"],
    "zalo": ["*/Documents/chat_dbs/*.db", "*zingalo*/Documents/profile.sqlite", "*zingalo*/Documents/chatgroup.sqlite"],
    "skype": ["*/s4l-*.db"],
}  # fmt: skip
"""Extractors that are not named here have no file on an iPhone that its path would tell."""

ELSEWHERE = [
    ("data/system/packages.xml", "android-programs"),
    ("data/system/packages.list", "android-programs"),
    ("data/data/com.android.vending/databases/localappstate.db", "play-programs"),
    ("data/misc/wifi/WifiConfigStore.xml", "android-networks"),
    ("data/misc/apexdata/com.android.wifi/WifiConfigStore.xml", "android-networks"),
    ("data/misc/wifi/wpa_supplicant.conf", "android-networks"),
    ("data/misc/wifi/softap.conf", ""),
    ("data/system_ce/0/notification_history/history/1772000000000", "android-notifications"),
    ("data/system_ce/0/notification_history/policy", ""),
    ("data/system/usagestats/0/daily/1772000000000", "android-usage"),
    ("data/system_ce/10/usagestats/yearly/1772000000000", "android-usage"),
    ("data/system/usagestats/0/mappings", ""),
    ("data/system_ce/0/recent_tasks/12_task.xml", "android-recents"),
    ("data/system_ce/0/snapshots/12.jpg", ""),
    ("data/user/0/com.google.android.apps.wellbeing/databases/app_usage", "android-wellbeing"),
    ("data/user/0/com.contoh/databases/app_usage", ""),
    ("data/data/com.google.android.gms/databases/odlh-storage.db", "android-timeline"),
    ("data/data/com.google.android.apps.maps/databases/da_destination_history", "android-places"),
    ("data/data/com.google.android.apps.maps/databases/gmm_myplaces.db", "android-places"),
    ("data/data/com.android.chrome/app_geolocation/CachedGeoposition.db", "android-places"),
    ("data/data/com.android.chrome/app_chrome/Default/History", "chromium-history"),
    ("data/data/com.sec.android.app.sbrowser/app_sbrowser/Default/History", "chromium-history"),
    ("data/data/com.sec.android.app.sbrowser/databases/SBrowser.db", "samsung-internet"),
    ("data/data/com.android.chrome/app_chrome/Default/Login Data", "chromium-logins"),
    ("data/data/com.android.chrome/app_chrome/Default/Cookies", ""),
    ("data/data/org.mozilla.firefox/files/places.sqlite", "firefox-places"),
    ("data/data/org.mozilla.firefox/files/mozilla/ab12.default/browser.db", "firefox-old"),
    ("data/data/com.contoh/databases/browser.db", ""),
    ("Users/rina/AppData/Roaming/Mozilla/Firefox/Profiles/ab.default-release/places.sqlite", "firefox-places"),
    ("Users/rina/AppData/Local/Google/Chrome/User Data/Profile 1/History", "chromium-history"),
    ("Users/rina/Library/Safari/History.db", "safari-history"),
    ("data/data/com.whatsapp/databases/wa.db", "whatsapp-contacts"),
    ("data/data/com.contoh/databases/wa.db", ""),
    ("data/data/com.whatsapp/shared_prefs/com.whatsapp_preferences_light.xml", "whatsapp-owner"),
    ("data/data/org.telegram.messenger/files/cache4.db", "telegram-android"),
    ("data/data/org.telegram.messenger/shared_prefs/userconfing.xml", "telegram-owner"),
    ("data/system/users/0/settings_secure.xml", "android-device"),
    ("system/build.prop", "android-device"),
    ("data/misc/bootstat/factory_reset", "device-resets"),
    ("data/misc/bootstat/last_boot_time_utc", ""),
    ("data/data/com.google.android.settings.intelligence/shared_prefs/setup_wizard_info.xml", "device-resets"),
    ("data/data/com.samsung.android.honeyboard/databases/ClipItem.db", "samsung-clipboard"),
    ("data/data/com.calculator.lock.hide.photo.video/databases/note_contact.db", "vault-files"),
    ("data/data/com.contoh/databases/note_contact.db", ""),
    ("data/data/com.thinkyeah.galleryvault/databases/galleryvault.db", "vault-files"),
    ("data/data/com.thinkyeah.galleryvault/databases/AppLock.db", "vault-files"),
    ("data/data/com.theronrogers.vaultyfree/databases/media.db", "vault-files"),
    ("data/data/com.flatfish.cal.privacy/databases/hidex.db", "vault-files"),
    ("data/media/0/Android/data/com.netqin.ps/files/Documents/SystemAndroid/Data/322w465ay423xy11", "vault-files"),
    ("data/data/com.google.android.apps.docs/app_cello/rina@example.org/cello.db", "cloud-files"),
    ("data/data/com.dropbox.android/databases/1000000001-db.db", "cloud-files"),
    ("data/data/com.dropbox.android/databases/1000000001-prefs.db", ""),
    ("data/data/com.microsoft.skydrive/files/QTMetadata.db", "cloud-files"),
    ("data/data/com.contoh/files/notes.db", ""),
    ("data/data/com.contoh/databases/history.db", ""),
    ("HomeDomain/Library/Safari/BrowserState.db", "safari-tabs"),
    ("HomeDomain/Library/CoreDuet/Knowledge/knowledgeC.db", "apple-usage"),
    ("CameraRollDomain/Media/PhotoData/Photos.sqlite", "apple-gallery apple-photo-places"),
]  # fmt: skip


def _item(path: str, mime: str, head: bytes) -> SimpleNamespace:
    entry = SimpleNamespace(path=path, name=path.rpartition("/")[2], size=4096, companions=(), locator=None)
    return SimpleNamespace(entry=entry, mime=mime, head=head, near=lambda *_names: {})


def wanting(path: str) -> set[str]:
    """The extractors that would want a file of this path if its content were of their kind."""
    found = {
        each.name for each in (*_OF_ANYTHING, *_OF_DATABASES) if each.wants(_item(path, SQLITE, b"SQLite format 3\0"))
    }
    heads = (
        ("application/x-bplist", b"bplist00"),
        ("application/xml", b"<packages codePath=" if "/data/system/" in path else b"<?xml "),
        ("", b"SEGB" + bytes(60)),
    )
    for mime, head in heads:
        asked = _item(path, mime, head)
        found |= {each.name for each in (*_OF_ANYTHING, *_OF_STREAMS) if each.wants(asked)}
    return found


def listed(archive: Path, *, whole: bool = False) -> list[str]:
    """The paths of a phone's complete list, each once, containers' numbers made equal.

    Unless `whole`: without pictures and texts of programs, and of the system's own volume, which holds no data of anybody, only
    databases, property lists and names without an ending.
    """
    with zipfile.ZipFile(archive) as opened:
        (member,) = [each for each in opened.namelist() if not each.startswith("__MACOSX")]
        text = io.TextIOWrapper(opened.open(member), encoding="utf-8", errors="replace", newline="")
        paths = {_UUID.sub(_SAME, "/" + row[0].lstrip("/")) for row in csv.reader(text) if row}
    return sorted(path for path in paths if whole or not (NOISE.search(path) or _SYSTEM.search(path)))


def expected(path: str) -> set[str]:
    """The extractors whose published places this path is one of."""
    return {name for name, pattern in _PATTERNS.items() if pattern.match(path) and not _BESIDE.search(path)}


_BESIDE = re.compile(
    r"/tombstone/|/local/\.[^/]*\Z|-(?:wal|shm|journal)\Z"
)  # deleted events, hidden names, logs beside databases
_PATTERNS = {
    name: re.compile("|".join(translate(pattern) for pattern in patterns))
    for name, patterns in ON_AN_IPHONE.items()
    if patterns
}

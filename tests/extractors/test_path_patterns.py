"""Which files of a phone each extractor wants, by path alone: against the complete lists of two public iPhones, and Android paths.

What is expected was written from the published locations of the apps' files, not from the patterns of the extractors. Extractors that
decide by content (pictures, device lists, the inventory, tables that look like messages) are not asked.
"""

import csv
import io
import zipfile
from collections import defaultdict
from fnmatch import fnmatchcase
from types import SimpleNamespace

import pytest
from corpus import corpus_file

from triage.extractors import EXTRACTORS
from triage.filetype.signatures import SQLITE

# Extractor: the files of an iPhone that are its own. `*` stands for anything.
ON_AN_IPHONE = {
    "apple-messages": ["*/mobile/Library/SMS/sms.db"],
    "apple-calls": [
        "*/mobile/Library/CallHistoryDB/CallHistory.storedata", "*/mobile/Library/CallHistoryDB/CallHistoryTemp.storedata",
        "*/mobile/Library/Voicemail/voicemail.db", "*/wireless/Library/CallHistory/call_history.db",
    ],
    "apple-contacts": ["*/mobile/Library/AddressBook/AddressBook.sqlitedb"],
    "apple-accounts": ["*/mobile/Library/Accounts/Accounts3.sqlite", "*/mobile/Library/Accounts/VerifiedBackup/Accounts3.sqlite"],
    "apple-sims": [
        "*/wireless/Library/Preferences/com.apple.commcenter.plist", "*/wireless/Library/Databases/CellularUsage.db",
        "*/wireless/Library/Preferences/com.apple.commcenter.device_specific_nobackup.plist",
    ],
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
    "safari-history": ["*/mobile/Library/Safari/History.db", "*/Library/Safari/Profiles/*/History.db"],
    "whatsapp-apple": ["*/AppGroup/*/ChatStorage.sqlite"],
    "whatsapp-contacts": ["*/AppGroup/*/ContactsV2.sqlite"],
    "chromium-history": ["*/Library/Application Support/Google/Chrome/*/History"],
    "android-sms": [], "android-calls": [], "android-contacts": [], "android-accounts": [], "android-sims": [], "google-messages": [],
    "kakaotalk": [], "whatsapp-android": [],
}  # fmt: skip
LISTS = {
    "belkasoft-ctf6-ios-dev1.csv.zip": {
        "apple-messages": 1, "apple-calls": 2, "apple-contacts": 1, "apple-accounts": 1, "apple-sims": 2, "tiktok": 2,
        "safari-history": 1,
    },
    "magnet-mvs-2023-ios.csv.zip": {
        "apple-messages": 1, "apple-calls": 3, "apple-contacts": 1, "apple-accounts": 2, "apple-sims": 3, "tiktok": 1, "snapchat": 1,
        "discord": 1, "safari-history": 1, "whatsapp-contacts": 1, "chromium-history": 1,
    },
}  # fmt: skip
DATABASES = {"db", "sqlite", "sqlite3", "sqlitedb", "storedata", "data", ""}
CHECKED = [extractor for extractor in EXTRACTORS if extractor.name in ON_AN_IPHONE]

ANDROID = [
    ("data/user_de/0/com.android.providers.telephony/databases/mmssms.db", "android-sms"),
    ("data/data/com.android.providers.telephony/databases/mmssms.db", "android-sms"),
    ("apps/com.android.providers.telephony/d_db/mmssms.db", "android-sms"),
    ("data/user_de/0/com.android.providers.telephony/databases/telephony.db", "android-sims"),
    ("data/data/com.android.providers.contacts/databases/calllog.db", "android-calls"),
    ("data/user_de/0/com.android.providers.contacts/databases/calllog_shadow.db", "android-calls"),
    ("data/data/com.samsung.android.providers.contacts/databases/calllog.db", "android-calls"),
    ("data/data/com.android.providers.contacts/databases/contacts2.db", "android-calls android-contacts"),
    ("data/data/com.android.providers.contacts/databases/profile.db", "android-contacts"),
    ("data/data/com.contoh.permainan/databases/profile.db", ""),
    ("data/system_ce/0/accounts_ce.db", "android-accounts"),
    ("data/system_de/150/accounts_de.db", "android-accounts"),
    ("data/system/users/10/accounts.db", "android-accounts"),
    ("data/data/com.contoh.mail/databases/accounts.db", ""),
    ("data/data/com.google.android.apps.messaging/databases/bugle_db", "google-messages"),
    ("data/data/com.google.android.apps.messaging/databases/bugle_db_backup", ""),
    ("data/data/com.whatsapp/databases/msgstore.db", "whatsapp-android"),
    ("data/user/95/com.whatsapp/databases/msgstore.db", "whatsapp-android"),
    ("data/data/com.skype.raider/databases/live#3arina.db", "skype"),
    ("data/data/com.skype.raider/databases/s4l-live:rina.db", "skype"),
    ("Users/rina/AppData/Roaming/Skype/rina/main.db", "skype"),
    ("data/data/com.contoh.musik/databases/main.db", ""),
    ("data/data/com.viber.voip/databases/viber_messages", "viber"),
    ("data/data/com.viber.voip/databases/viber_data", "viber"),
    ("data/data/com.viber.voip/databases/viber_prefs", ""),
    ("Users/rina/AppData/Roaming/ViberPC/620000000004/viber.db", "viber"),
    ("data/data/kik.android/databases/kikDatabase.db", "kik"),
    ("data/data/kik.android/databases/00000000-0000-0000-0000-000000000001.kikDatabase.db", "kik"),
    ("data/data/kik.android/databases/kikCoreDatabase.db", "kik"),
    ("data/data/com.imo.android.imoim/databases/imofriends.db", "imo"),
    ("data/data/com.imo.android.imoim/databases/accountdb.db", "imo"),
    ("data/data/com.contoh/databases/accountdb.db", ""),
    ("data/data/jp.naver.line.android/databases/naver_line", "line"),
    ("data/data/jp.naver.line.android/databases/call_history", "line"),
    ("data/data/jp.naver.line.android/databases/contact", "line"),
    ("data/data/com.contoh/databases/contact", ""),
    ("data/data/com.contoh/databases/call_history", ""),
    ("data/data/com.tencent.mm/MicroMsg/0123456789abcdef0123456789abcdef/EnMicroMsg.db", "wechat"),
    ("data/data/com.tencent.mm/MicroMsg/0123456789abcdef0123456789abcdef/SnsMicroMsg.db", ""),
    ("data/data/com.facebook.orca/databases/threads_db2", "messenger"),
    ("data/data/com.facebook.katana/databases/msys_database_1000000001", "messenger"),
    ("data/data/com.facebook.orca/databases/contacts_db2", ""),
    ("data/data/com.instagram.android/databases/direct.db", "instagram"),
    ("data/data/com.instagram.android/databases/transactions.db", ""),
    ("data/data/com.ss.android.ugc.trill/databases/1000000001_im.db", "tiktok"),
    ("data/data/com.zhiliaoapp.musically/databases/db_im_xx", "tiktok"),
    ("data/data/com.zhiliaoapp.musically/databases/TIKTOK.db", ""),
    ("data/data/com.contoh/databases/my_im.db", ""),
    ("data/data/com.snapchat.android/databases/arroyo.db", "snapchat"),
    ("data/data/com.snapchat.android/databases/main.db", "snapchat"),
    ("data/data/com.snapchat.android/databases/memories.db", ""),
    ("data/data/com.discord/files/kv-storage/@account.1000000001/a", "discord"),
    ("data/data/com.contoh/files/a", ""),
    ("data/data/com.kakao.talk/databases/KakaoTalk.db", "kakaotalk"),
    ("data/data/com.kakao.talk/databases/KakaoTalk2.db", "kakaotalk"),
    ("data/data/com.zing.zalo/databases/zaloprefs", "zalo"),
    ("HomeDomain/Library/SMS/sms.db", "apple-messages"),
    ("Users/rina/Library/Messages/chat.db", "apple-messages"),
    ("data/data/com.contoh/databases/chat.db", ""),
    ("HomeDomain/Library/AddressBook/AddressBook.sqlitedb", "apple-contacts"),
    ("WirelessDomain/Library/CallHistory/call_history.db", "apple-calls"),
    ("AppDomainGroup-group.viber.share.container/com.viber/database/Contacts.data", "viber"),
    ("AppDomain-com.contoh/Documents/Contacts.data", ""),
    ("AppDomain-com.tencent.xin/Documents/0123456789abcdef0123456789abcdef/DB/MM.sqlite", "wechat"),
    ("AppDomainGroup-group.com.kik.chat/cores/private/0123/kik.sqlite", "kik"),
    ("AppDomain-vn.com.vng.zingalo/Documents/chat_dbs/1000000001/group_9.db", "zalo"),
    ("AppDomain-vn.com.vng.zingalo/Documents/profile.sqlite", "zalo"),
    ("AppDomain-com.contoh/Documents/profile.sqlite", ""),
]  # fmt: skip


def item(path: str) -> SimpleNamespace:
    """What `wants` may ask: path, name, type; the content says nothing more."""
    name = path.rpartition("/")[2]
    plist = name.endswith(".plist")
    entry = SimpleNamespace(path=path, name=name, size=4096, companions=())
    return SimpleNamespace(
        entry=entry,
        mime="application/x-bplist" if plist else SQLITE,
        head=b"bplist00" if plist else b"SQLite format 3\0",
        near=lambda *_names: {},
    )


def paths(name: str) -> list[str]:
    """The databases and property lists of a phone, by their names."""
    with zipfile.ZipFile(corpus_file("phones", "filelists", name)) as archive:
        (member,) = [each for each in archive.namelist() if not each.startswith("__MACOSX")]
        text = io.TextIOWrapper(archive.open(member), encoding="utf-8", errors="replace", newline="")
        listed = ["/" + row[0].lstrip("/") for row in csv.reader(text) if row]
    ending = ((each, each.rpartition("/")[2].rpartition(".")) for each in listed)
    return [path for path, (stem, _, last) in ending if (last.lower() if stem else "") in DATABASES or last == "plist"]


@pytest.mark.parametrize("name", LISTS)
def test_the_files_of_a_public_iphone(name: str) -> None:
    listed = paths(name)
    found: dict[str, list[str]] = defaultdict(list)
    expected: dict[str, list[str]] = defaultdict(list)
    for path in listed:
        asked = item(path)
        for extractor in CHECKED:
            if extractor.wants(asked):
                found[extractor.name].append(path)
    for extractor, patterns in ON_AN_IPHONE.items():
        for pattern in patterns:
            expected[extractor].extend(path for path in listed if fnmatchcase(path, pattern))
    assert {key: sorted(each) for key, each in found.items()} == {
        key: sorted(each) for key, each in expected.items() if each
    }
    assert {key: len(each) for key, each in found.items()} == LISTS[name]
    assert len(listed) > 10_000


@pytest.mark.parametrize(("path", "names"), ANDROID)
def test_paths_as_apps_and_backups_have_them(path: str, names: str) -> None:
    asked = item(f"/{path}")
    assert sorted(each.name for each in CHECKED if each.wants(asked)) == sorted(names.split())

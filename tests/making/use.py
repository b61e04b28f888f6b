"""What phones keep of programs, networks, notifications, use and places, made by code. Fictional people and places."""

import plistlib
from pathlib import Path

from making.abx import document
from making.browsers import APPLE, MOMENT, START, database
from making.protobufs import message

MS = START * 1000
PACKAGES = [
    ("package", {"name": "com.thinkyeah.galleryvault", "codePath": "/data/app/x", "ft": f"{MS:x}", "it": f"{MS:x}",
                 "ut": f"{MS + 5000:x}", "version": "77", "installer": "com.android.vending"}),
    ("package", {"name": "org.example.catatan", "codePath": "/system/app/y", "it": "0", "ut": "zz"}),
    ("shared-user", {"name": "x"}),
]  # fmt: skip
PACKAGES_LIST = (
    b"org.example.catatan 10123 0 /data/user/0/org.example.catatan default:targetSdkVersion=34 none\nrusak\n"
)


def packages_abx() -> bytes:
    return document("packages", PACKAGES)


def packages_xml() -> bytes:
    rows = "".join(
        f"<{tag} {' '.join(f'{key}={chr(34)}{value}{chr(34)}' for key, value in held.items())} />"
        for tag, held in PACKAGES
    )
    return f"<?xml version='1.0' encoding='utf-8' standalone='yes' ?><packages>{rows}</packages>".encode()


def make_localappstate(path: Path) -> Path:
    return database(
        path,
        f"""CREATE TABLE appstate (package_name STRING, auto_update INTEGER, title TEXT, account STRING, first_download_ms INTEGER,
          last_update_timestamp_ms INTEGER);
        INSERT INTO appstate VALUES ('cn.xender',1,'Xender: Share','budi@example.org',{MS},0);""",
    )


def itunes_metadata() -> bytes:
    info = {"accountInfo": {"AppleID": "siti@example.org"}, "purchaseDate": "2026-02-25T06:13:20Z"}
    value = {
        "softwareVersionBundleId": "ph.telegra.Telegraph",
        "itemName": "Telegram Messenger",
        "bundleShortVersionString": "11.2",
    }
    return plistlib.dumps(value | {"com.apple.iTunesStore.downloadInfo": info, "artistName": "Telegram FZ-LLC"})


def backup_info() -> bytes:
    held = {"ph.telegra.Telegraph": {"iTunesMetadata": itunes_metadata()}}
    return plistlib.dumps(
        {"Installed Applications": ["org.example.catatan", "ph.telegra.Telegraph"], "Applications": held}
    )


WIFI = f"""<?xml version='1.0' encoding='utf-8' standalone='yes' ?><WifiConfigStoreData><int name="Version" value="3" /><NetworkList>
<Network><WifiConfiguration><string name="ConfigKey">&quot;Kantor&quot;WPA_PSK</string><string name="SSID">&quot;Kantor&quot;</string>
<null name="BSSID" /><string name="PreSharedKey">&quot;rahasia&quot;</string><long name="LastConnectedTime" value="{MS}" />
</WifiConfiguration><NetworkStatus><boolean name="HasEverConnected" value="true" /></NetworkStatus></Network>
<Network><WifiConfiguration><string name="ConfigKey">&quot;x&quot;NONE</string><string name="SSID">c3a9</string>
<string name="BSSID">aa:bb:cc:dd:ee:ff</string></WifiConfiguration><NetworkStatus><boolean name="HasEverConnected" value="false" />
</NetworkStatus></Network></NetworkList></WifiConfigStoreData>""".encode()
SUPPLICANT = b'ctrl_interface=x\nnetwork={\n\tssid="Warung"\n\tpsk="rahasia"\n\tkey_mgmt=WPA-PSK\n\tpriority=1\n}\n'


def known_networks() -> bytes:
    row = {"SSID": b"Rumah", "AddedAt": MOMENT, "JoinedByUserAt": MOMENT, "SupportedSecurityTypes": "WPA2 Personal",
           "BSSList": [{"BSSID": "aa:bb:cc:dd:ee:ff", "LastAssociatedAt": MOMENT}]}  # fmt: skip
    older = [{"SSID_STR": "Kafe", "BSSID": "0:1:2:3:4:5", "lastAutoJoined": MOMENT}]
    return plistlib.dumps({"wifi.network.ssid.Rumah": row, "List of known networks": older, "x": 1})


def notification_history() -> bytes:
    first = message((2, 1), (4, 2), (8, 10), (9, MS), (10, "Agus Fiksi"), (11, "pesan yang dihapus"))
    second = message((1, "org.example.catatan"), (9, 0), (11, "tanpa judul"))
    pool = message((1, 2), (2, "com.whatsapp"), (2, "Pesan"))
    return message((1, MS), (3, 1), (5, first), (5, second), (2, pool))


def delivered_notifications() -> bytes:
    keys = ["AppNotificationTitle", "AppNotificationMessage", "AppNotificationCreationDate"]
    objects = ["$null", {"NS.objects": [plistlib.UID(2)], "$class": plistlib.UID(9)},
               {"NS.keys": [plistlib.UID(number) for number in (3, 4, 5)], "NS.objects": [plistlib.UID(number) for number in (6, 7, 8)],
                "$class": plistlib.UID(9)}, *keys, "Siti", "halo, sudah tiba?", {"NS.time": float(APPLE), "$class": plistlib.UID(9)},
               {"$classname": "NSArray"}]  # fmt: skip
    archive = {
        "$archiver": "NSKeyedArchiver",
        "$version": 100000,
        "$top": {"root": plistlib.UID(1)},
        "$objects": objects,
    }
    return plistlib.dumps(archive, fmt=plistlib.FMT_BINARY)


def usage_xml() -> bytes:
    return f"""<?xml version='1.0' encoding='utf-8' standalone='yes' ?><usagestats version="1" endTime="1000"><packages>
    <package lastTimeActive="5000" package="com.whatsapp" timeActive="60000" lastEvent="2" /><package lastTimeActive="-{MS}" package="org.x"
    timeActive="0" lastEvent="0" /></packages><event-log><event time="7000" package="com.whatsapp" class="com.whatsapp.Main" flags="0" type="1" />
    <event time="8000" package="android" type="99" /></event-log></usagestats>""".encode()


def usage_pooled() -> bytes:
    pool = message((1, 2), (2, "com.whatsapp"), (2, "com.whatsapp.Main"))
    package = message((2, 1), (3, 5000), (4, 60000), (6, 3))
    event = message((2, 1), (4, 2), (5, 7000), (7, 1))
    return message((1, 9000), (2, pool), (3, 1), (20, package), (22, event))


def usage_numbered() -> tuple[bytes, bytes]:
    """The statistics and their `mappings`."""
    package, event = message((1, 7), (3, 5000), (4, 60000), (6, 3)), message((1, 7), (2, 2), (3, 7000), (5, 10))
    stranger = message((1, 8), (3, 1), (4, 0))
    names = message((1, 9), (2, message((1, 7), (2, "com.whatsapp"), (2, "com.whatsapp.Main"))))
    return message((1, 9000), (2, 5), (20, package), (20, stranger), (22, event)), names


def recent_task() -> bytes:
    task = {"task_id": "12", "real_activity": "com.whatsapp/.Main", "last_time_moved": str(MS), "user_id": "10"}
    return document("x", [("task", task), ("intent", {"action": "android.intent.action.MAIN"})])


def make_knowledge(path: Path) -> Path:
    return database(
        path,
        f"""CREATE TABLE ZOBJECT (Z_PK INTEGER PRIMARY KEY, ZSTREAMNAME VARCHAR, ZVALUESTRING VARCHAR, ZVALUEINTEGER INTEGER,
          ZSTARTDATE TIMESTAMP, ZENDDATE TIMESTAMP);
        INSERT INTO ZOBJECT VALUES (1,'/app/inFocus','ph.telegra.Telegraph',NULL,{APPLE},{APPLE + 30}),
          (2,'/display/isBacklit',NULL,1,{APPLE},NULL);""",
    )


def make_network_use(path: Path) -> Path:
    return database(
        path,
        f"""CREATE TABLE ZPROCESS (Z_PK INTEGER PRIMARY KEY, ZFIRSTTIMESTAMP TIMESTAMP, ZTIMESTAMP TIMESTAMP, ZBUNDLENAME VARCHAR,
          ZPROCNAME VARCHAR);
        INSERT INTO ZPROCESS VALUES (1,{APPLE},{APPLE + 9},'ph.telegra.Telegraph','Telegram/ph.telegra.Telegraph');""",
    )


def make_routined(path: Path) -> Path:
    learned = "ZRTLEARNEDLOCATIONOFINTEREST"
    return database(
        path,
        f"""CREATE TABLE ZRTCLLOCATIONMO (Z_PK INTEGER PRIMARY KEY, ZTIMESTAMP TIMESTAMP, ZLATITUDE FLOAT, ZLONGITUDE FLOAT,
          ZHORIZONTALACCURACY FLOAT, ZSPEED FLOAT);
        INSERT INTO ZRTCLLOCATIONMO VALUES (1,{APPLE}.25,-6.2,106.8,12.5,-1),(2,{APPLE},NULL,NULL,5,0),(3,{APPLE},-6.3,106.9,5,3.5);
        CREATE TABLE {learned}MO (Z_PK INTEGER PRIMARY KEY, ZLOCATIONLATITUDE FLOAT, ZLOCATIONLONGITUDE FLOAT);
        CREATE TABLE {learned}VISITMO (Z_PK INTEGER PRIMARY KEY, ZENTRYDATE TIMESTAMP, ZEXITDATE TIMESTAMP,
          ZLOCATIONOFINTEREST INTEGER);
        INSERT INTO {learned}MO VALUES (4,-7.8,110.4);
        INSERT INTO {learned}VISITMO VALUES (1,{APPLE},{APPLE + 3600},4),(2,{APPLE},NULL,99);""",
    )


def make_cells(path: Path) -> Path:
    return database(
        path,
        f"""CREATE TABLE WifiLocation (MAC INTEGER, Channel INTEGER, Timestamp FLOAT, Latitude FLOAT, Longitude FLOAT,
          HorizontalAccuracy FLOAT);
        CREATE TABLE LteCellLocation (MCC INTEGER, MNC INTEGER, CI INTEGER, TAC INTEGER, Timestamp FLOAT, Latitude FLOAT, Longitude FLOAT,
          HorizontalAccuracy FLOAT);
        INSERT INTO WifiLocation VALUES (12345,6,{APPLE},-6.2,106.8,40);
        INSERT INTO LteCellLocation VALUES (510,10,77,3,{APPLE},-6.21,106.81,900),(510,10,78,3,{APPLE},0,0,0);""",
    )


def make_destinations(path: Path) -> Path:
    return database(
        path,
        f"""CREATE TABLE destination_history (time INTEGER, dest_lat INTEGER, dest_lng INTEGER, dest_title TEXT, dest_address TEXT,
          source_lat INTEGER, source_lng INTEGER);
        INSERT INTO destination_history VALUES ({MS},-6200000,106800000,'Pasar Contoh','Jalan Fiksi 1',-6210000,106810000);""",
    )


def make_photos(path: Path) -> Path:
    return database(
        path,
        f"""CREATE TABLE ZASSET (Z_PK INTEGER PRIMARY KEY, ZLATITUDE FLOAT, ZLONGITUDE FLOAT, ZDATECREATED TIMESTAMP, ZDIRECTORY VARCHAR,
          ZFILENAME VARCHAR);
        INSERT INTO ZASSET VALUES (1,-6.2,106.8,{APPLE},'DCIM/100APPLE','IMG_0001.HEIC'),
          (2,-180,-180,{APPLE},'DCIM/100APPLE','IMG_0002.HEIC');""",
    )


def make_interactions(path: Path) -> Path:
    return database(
        path,
        f"""CREATE TABLE ZINTERACTIONS (Z_PK INTEGER PRIMARY KEY, ZBUNDLEID VARCHAR, ZDIRECTION INTEGER, ZSTARTDATE TIMESTAMP,
          ZENDDATE TIMESTAMP, ZSENDER INTEGER);
        CREATE TABLE ZCONTACTS (Z_PK INTEGER PRIMARY KEY, ZDISPLAYNAME VARCHAR, ZIDENTIFIER VARCHAR);
        CREATE TABLE Z_3INTERACTIONRECIPIENT (Z_3INTERACTIONS INTEGER, Z_2RECIPIENTS INTEGER);
        INSERT INTO ZCONTACTS VALUES (1,'Siti Contoh','+62 000 0000 002'),(2,NULL,'+62 000 0000 003');
        INSERT INTO ZINTERACTIONS VALUES (1,'ph.telegra.Telegraph',0,{APPLE},{APPLE},1),(2,'ph.telegra.Telegraph',1,{APPLE + 5},NULL,NULL),
          (3,'com.example',7,0,NULL,NULL);
        INSERT INTO Z_3INTERACTIONRECIPIENT VALUES (2,1),(2,2);""",
    )


def make_application_state(path: Path) -> Path:
    """Two bundles, the second gone; the first with folders in an archive inside a property list."""
    objects = ["$null", {"bundlePath": plistlib.UID(2), "sandboxPath": plistlib.UID(3), "$class": plistlib.UID(4)},
               "/private/var/containers/Bundle/Application/A/Telegram.app", "/private/var/mobile/Containers/Data/Application/B",
               {"$classname": "XBApplicationLaunchCompatibilityInfo"}]  # fmt: skip
    archive = {
        "$archiver": "NSKeyedArchiver",
        "$version": 100000,
        "$top": {"root": plistlib.UID(1)},
        "$objects": objects,
    }
    inner = plistlib.dumps(archive, fmt=plistlib.FMT_BINARY)
    value = plistlib.dumps(inner, fmt=plistlib.FMT_BINARY).hex()
    return database(
        path,
        f"""CREATE TABLE application_identifier_tab (id INTEGER PRIMARY KEY, application_identifier TEXT NOT NULL);
        CREATE TABLE key_tab (id INTEGER PRIMARY KEY, key TEXT NOT NULL);
        CREATE TABLE kvs (id INTEGER PRIMARY KEY, application_identifier INTEGER, key INTEGER, value BLOB);
        INSERT INTO application_identifier_tab VALUES (1,'ph.telegra.Telegraph'),(2,'com.privatephotovault');
        INSERT INTO key_tab VALUES (1,'compatibilityInfo'),(2,'other');
        INSERT INTO kvs VALUES (1,1,1,x'{value}'),(2,1,2,x'00'),(3,2,1,x'62706c697374');""",
    )

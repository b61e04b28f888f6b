"""Screen Time, Digital Wellbeing, tabs and older browsers, made by code. Fictional people and places."""

import plistlib
from pathlib import Path

from making.browsers import APPLE, MOMENT, START, database

MS = START * 1000


def make_screen_time(path: Path) -> Path:
    """An hour of an app and of a domain on the phone of a child, a count, an item whose hour is gone."""
    return database(
        path,
        f"""CREATE TABLE ZUSAGETIMEDITEM (Z_PK INTEGER PRIMARY KEY, ZTOTALTIMEINSECONDS INTEGER, ZCATEGORY INTEGER, ZBUNDLEIDENTIFIER VARCHAR,
          ZDOMAIN VARCHAR);
        CREATE TABLE ZUSAGECOUNTEDITEM (Z_PK INTEGER PRIMARY KEY, ZNUMBEROFNOTIFICATIONS INTEGER, ZNUMBEROFPICKUPS INTEGER, ZBLOCK INTEGER,
          ZBUNDLEIDENTIFIER VARCHAR);
        CREATE TABLE ZUSAGECATEGORY (Z_PK INTEGER PRIMARY KEY, ZBLOCK INTEGER, ZIDENTIFIER VARCHAR);
        CREATE TABLE ZUSAGEBLOCK (Z_PK INTEGER PRIMARY KEY, ZUSAGE INTEGER, ZSTARTDATE TIMESTAMP, ZLASTEVENTDATE TIMESTAMP);
        CREATE TABLE ZUSAGE (Z_PK INTEGER PRIMARY KEY, ZDEVICE INTEGER, ZUSER INTEGER);
        CREATE TABLE ZCOREDEVICE (Z_PK INTEGER PRIMARY KEY, ZNAME VARCHAR);
        CREATE TABLE ZCOREUSER (Z_PK INTEGER PRIMARY KEY, ZGIVENNAME VARCHAR, ZFAMILYNAME VARCHAR);
        INSERT INTO ZUSAGETIMEDITEM VALUES (1,600,1,'ph.telegra.Telegraph',NULL),(2,30,1,NULL,'example.org'),(3,5,99,'org.example',NULL);
        INSERT INTO ZUSAGECOUNTEDITEM VALUES (1,12,3,1,'ph.telegra.Telegraph'),(2,0,NULL,1,'org.example');
        INSERT INTO ZUSAGECATEGORY VALUES (1,1,'DH1002');
        INSERT INTO ZUSAGEBLOCK VALUES (1,1,{APPLE},{APPLE + 900});
        INSERT INTO ZUSAGE VALUES (1,1,1);
        INSERT INTO ZCOREDEVICE VALUES (1,'iPhone contoh');
        INSERT INTO ZCOREUSER VALUES (1,'Rina','Fiksi');""",
    )


def make_wellbeing(path: Path) -> Path:
    return database(
        path,
        f"""CREATE TABLE packages (_id INTEGER PRIMARY KEY, package_name TEXT);
        CREATE TABLE components (_id INTEGER PRIMARY KEY, package_id INTEGER, component_name TEXT);
        CREATE TABLE events (_id INTEGER PRIMARY KEY, timestamp INTEGER, type INTEGER, package_id INTEGER);
        CREATE TABLE component_events (_id INTEGER PRIMARY KEY, timestamp INTEGER, type INTEGER, component_id INTEGER);
        INSERT INTO packages VALUES (1,'com.whatsapp'),(2,'com.android.chrome');
        INSERT INTO components VALUES (1,2,'example.org');
        INSERT INTO events VALUES (1,{MS},1,1),(2,{MS + 5000},2,1),(3,0,99,77);
        INSERT INTO component_events VALUES (1,{MS},1,1);""",
    )


def make_tabs(path: Path) -> Path:
    """Tabs as BrowserState.db, SafariTabs.db and CloudTabs.db hold them, in one database."""
    seen = plistlib.dumps({"DateLastViewed": MOMENT}, fmt=plistlib.FMT_BINARY).hex()
    return database(
        path,
        f"""CREATE TABLE tabs (id INTEGER PRIMARY KEY, title TEXT, url TEXT, user_visible_url TEXT, last_viewed_time REAL,
          private_browsing INTEGER, opened_from_link INTEGER);
        CREATE TABLE bookmarks (id INTEGER PRIMARY KEY, parent INTEGER, title TEXT, url TEXT, deleted INTEGER, extra_attributes BLOB);
        CREATE TABLE cloud_tabs (tab_uuid TEXT, device_uuid TEXT, title TEXT, url TEXT);
        CREATE TABLE cloud_tab_devices (device_uuid TEXT, device_name TEXT, last_modified REAL);
        INSERT INTO tabs VALUES (1,'Contoh','https://example.org/',NULL,{APPLE},0,0),(2,NULL,NULL,'https://example.net/',NULL,1,0);
        INSERT INTO bookmarks VALUES (1,NULL,'Private',NULL,0,NULL),(2,1,'Rahasia','https://example.org/r',0,x'{seen}'),
          (3,99,'Lain','https://example.org/l',1,x'00');
        INSERT INTO cloud_tabs VALUES ('t','d','Di tablet','https://example.org/t');
        INSERT INTO cloud_tab_devices VALUES ('d','iPad contoh',{APPLE});""",
    )


def make_old_firefox(path: Path) -> Path:
    return database(
        path,
        f"""CREATE TABLE history (_id INTEGER PRIMARY KEY, title TEXT, url TEXT, visits INTEGER, date INTEGER, guid TEXT, deleted INTEGER);
        CREATE TABLE visits (_id INTEGER PRIMARY KEY, history_guid TEXT, visit_type INTEGER, date INTEGER, is_local INTEGER);
        CREATE TABLE bookmarks (_id INTEGER PRIMARY KEY, title TEXT, url TEXT, type INTEGER, parent INTEGER, created INTEGER, deleted INTEGER);
        CREATE TABLE searchhistory (_id INTEGER PRIMARY KEY, query TEXT, date INTEGER, visits INTEGER);
        INSERT INTO history VALUES (1,'Contoh','https://example.org/',2,{MS},'g1',0),(2,'Lama','https://example.net/',1,{MS},'g2',0),
          (3,'Hapus','https://example.com/',1,{MS},'g3',1);
        INSERT INTO visits VALUES (1,'g1',1,{MS}000,1),(2,'g1',99,0,0),(3,'gone',2,{MS}000,1);
        INSERT INTO bookmarks VALUES (1,'Seluler',NULL,0,0,{MS},0),(2,'Contoh','https://example.org/',1,1,{MS},0);
        INSERT INTO searchhistory VALUES (1,'pasar',{MS},1);""",
    )


def make_samsung_internet(path: Path) -> Path:
    return database(
        path,
        f"""CREATE TABLE BOOKMARKS (_ID INTEGER PRIMARY KEY, TITLE TEXT, URL TEXT, CREATED INTEGER, IS_DELETED INTEGER);
        CREATE TABLE TABS (_ID INTEGER PRIMARY KEY, TAB_TITLE TEXT, TAB_URL TEXT, TAB_USAGE_TIMESTAMP INTEGER, IS_INCOGNITO INTEGER);
        CREATE TABLE SAVEPAGE (_ID INTEGER PRIMARY KEY, TITLE TEXT, URL TEXT, DATE INTEGER);
        INSERT INTO BOOKMARKS VALUES (1,'Folder',NULL,{MS},0),(2,'Contoh','https://example.org/',{MS},0),(3,'Gone','https://example.net/',0,1);
        INSERT INTO TABS VALUES (1,'Rahasia','https://example.org/r',{MS},1),(2,NULL,'https://example.org/t',NULL,NULL);
        INSERT INTO SAVEPAGE VALUES (1,'Disimpan','https://example.org/s',{MS});""",
    )

"""Histories, bookmarks and log-ins made by code, with the columns and keys the browsers have. Fictional people and places."""

import json
import plistlib
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

START = 1_772_000_000  # 2026-02-25T06:13:20Z, Unix seconds
WEBKIT = (START + 11_644_473_600) * 1_000_000
APPLE = START - 978_307_200
MOMENT = datetime(2026, 2, 25, 6, 13, 20)  # noqa: DTZ001  # property lists hold UTC without a zone
RESULTS = "https://example.org/search?q=pasar"


def database(path: Path, *scripts: str) -> Path:
    with closing(sqlite3.connect(path)) as made:
        for script in scripts:
            made.executescript(script)
        made.commit()
    return path


def make_chromium_history(path: Path) -> Path:
    """Three visits (typed, link from it, one of another device), a search, one more found by the browser, two downloads."""
    return database(
        path,
        f"""
        CREATE TABLE urls(id INTEGER PRIMARY KEY AUTOINCREMENT,url LONGVARCHAR,title LONGVARCHAR,
          visit_count INTEGER DEFAULT 0 NOT NULL,typed_count INTEGER DEFAULT 0 NOT NULL,last_visit_time INTEGER NOT NULL);
        CREATE TABLE visits(id INTEGER PRIMARY KEY AUTOINCREMENT,url INTEGER NOT NULL,visit_time INTEGER NOT NULL,
          from_visit INTEGER,transition INTEGER DEFAULT 0 NOT NULL,visit_duration INTEGER DEFAULT 0 NOT NULL,
          originator_cache_guid TEXT);
        CREATE TABLE keyword_search_terms (keyword_id INTEGER NOT NULL,url_id INTEGER NOT NULL,term LONGVARCHAR NOT NULL,
          normalized_term LONGVARCHAR NOT NULL);
        CREATE TABLE content_annotations(visit_id INTEGER PRIMARY KEY,search_terms LONGVARCHAR);
        CREATE TABLE downloads (id INTEGER PRIMARY KEY,guid VARCHAR NOT NULL,current_path LONGVARCHAR NOT NULL,
          target_path LONGVARCHAR NOT NULL,start_time INTEGER NOT NULL,received_bytes INTEGER NOT NULL,total_bytes INTEGER NOT NULL,
          state INTEGER NOT NULL,end_time INTEGER NOT NULL,referrer VARCHAR NOT NULL,tab_url VARCHAR NOT NULL,
          mime_type VARCHAR(255) NOT NULL);
        CREATE TABLE downloads_url_chains (id INTEGER NOT NULL,chain_index INTEGER NOT NULL,url LONGVARCHAR NOT NULL,
          PRIMARY KEY (id, chain_index));
        INSERT INTO urls VALUES (1,'{RESULTS}','pasar - Contoh',1,1,{WEBKIT}),(2,'https://example.org/a','Halaman A',2,0,{WEBKIT + 9}),
          (3,'https://example.net/find?w=kurir',NULL,1,0,{WEBKIT});
        INSERT INTO visits VALUES (1,1,{WEBKIT},0,805306369,2500000,''),(2,2,{WEBKIT + 5_000_000},1,0,0,NULL),
          (3,3,0,0,99,0,'guid-of-another');
        INSERT INTO keyword_search_terms VALUES (2,1,'pasar','pasar');
        INSERT INTO content_annotations VALUES (1,'pasar'),(3,'kurir');
        INSERT INTO downloads VALUES
          (1,'g','/storage/emulated/0/Download/a.zip','/storage/emulated/0/Download/a.zip',{WEBKIT},10,20,1,{WEBKIT + 1},
           'https://example.org/a','','application/zip'),
          (2,'h','','',0,0,0,7,0,'','https://example.org/tab','');
        INSERT INTO downloads_url_chains VALUES (1,1,'https://files.example.org/a.zip'),(1,0,'https://example.org/go');
        """,
    )


def make_bookmarks(path: Path) -> Path:
    leaf = {"type": "url", "name": "Contoh", "url": "https://example.org/", "date_added": str(WEBKIT), "id": "5"}
    bare = {"type": "url", "url": "https://example.net/", "date_added": "0"}
    folder = {"type": "folder", "name": "Simpanan", "children": [leaf, {"type": "separator"}, 7]}
    bar = {"type": "folder", "name": "Bilah", "children": [bare, folder]}
    path.write_text(
        json.dumps({"checksum": "0", "roots": {"bookmark_bar": bar, "synced": {"children": []}}, "version": 1})
    )
    return path


def make_login_data(path: Path) -> Path:
    return database(
        path,
        """
        CREATE TABLE logins (origin_url VARCHAR NOT NULL, username_value VARCHAR, password_value BLOB,
          signon_realm VARCHAR NOT NULL, date_created INTEGER NOT NULL, blacklisted_by_user INTEGER NOT NULL);
        INSERT INTO logins VALUES ('https://example.org/login','budi@example.org',x'763130',  'https://example.org/',0,0),
          ('https://example.net/','',x'','https://example.net/',0,1);
        """,
    )


def make_places(path: Path, unit: int = 1_000_000) -> Path:
    """A page visited twice, the second from the first; a bookmark in a folder; a download. `unit`: of the times, a second."""
    meta = json.dumps({"state": 1, "endTime": START * 1000, "fileSize": 42})
    return database(
        path,
        f"""
        CREATE TABLE moz_places (id INTEGER PRIMARY KEY, url LONGVARCHAR, title LONGVARCHAR, visit_count INTEGER DEFAULT 0);
        CREATE TABLE moz_historyvisits (id INTEGER PRIMARY KEY, from_visit INTEGER, place_id INTEGER, visit_date INTEGER,
          visit_type INTEGER);
        CREATE TABLE moz_bookmarks (id INTEGER PRIMARY KEY, type INTEGER, fk INTEGER, parent INTEGER, title LONGVARCHAR,
          dateAdded INTEGER);
        CREATE TABLE moz_anno_attributes (id INTEGER PRIMARY KEY, name VARCHAR(32));
        CREATE TABLE moz_annos (id INTEGER PRIMARY KEY, place_id INTEGER, anno_attribute_id INTEGER, content LONGVARCHAR,
          dateAdded INTEGER);
        INSERT INTO moz_places VALUES (1,'https://example.org/','Contoh',2),(2,'https://example.net/berkas.zip',NULL,0);
        INSERT INTO moz_historyvisits VALUES (1,0,1,{START * unit},2),(2,1,1,{(START + 60) * unit},9),(3,0,1,0,77);
        INSERT INTO moz_bookmarks VALUES (1,2,NULL,0,'',0),(2,2,NULL,1,'menu',0),(3,2,NULL,2,'Simpanan',0),
          (4,1,1,3,'Judul sendiri',{START * unit});
        INSERT INTO moz_anno_attributes VALUES (1,'downloads/destinationFileURI'),(2,'downloads/metaData');
        INSERT INTO moz_annos VALUES (1,2,1,'file:///home/budi/berkas.zip',{START * unit}),(2,2,2,'{meta}',{START * unit});
        """,
    )


def make_safari_history(path: Path) -> Path:
    return database(
        path,
        f"""
        CREATE TABLE history_items (id INTEGER PRIMARY KEY AUTOINCREMENT,url TEXT NOT NULL UNIQUE,visit_count INTEGER NOT NULL);
        CREATE TABLE history_visits (id INTEGER PRIMARY KEY AUTOINCREMENT,history_item INTEGER NOT NULL,visit_time REAL NOT NULL,
          title TEXT,load_successful BOOLEAN NOT NULL DEFAULT 1,synthesized BOOLEAN,redirect_source INTEGER NULL,origin INTEGER);
        CREATE TABLE history_tombstones (id INTEGER PRIMARY KEY,start_time REAL NOT NULL,end_time REAL NOT NULL,url TEXT,
          generation INTEGER NOT NULL DEFAULT 0);
        INSERT INTO history_items VALUES (1,'https://example.org/',2),(2,'https://example.net/',1);
        INSERT INTO history_visits VALUES (1,1,{APPLE}.5,'Contoh',1,0,NULL,0),(2,2,{APPLE + 1},NULL,0,0,1,1),
          (3,9,{APPLE + 2},'yatim',1,0,NULL,5);
        INSERT INTO history_tombstones VALUES (1,{APPLE},{APPLE + 100},'https://example.com/hapus',3);
        """,
    )


def safari_lists() -> bytes:
    leaf = {
        "WebBookmarkType": "WebBookmarkTypeLeaf",
        "URLString": "https://example.org/",
        "URIDictionary": {"title": "Contoh"},
    }
    read = leaf | {"URLString": "https://example.net/", "ReadingList": {"DateAdded": MOMENT}}
    folder = {"WebBookmarkType": "WebBookmarkTypeList", "Title": "Simpanan", "Children": [read, "rusak"]}
    page = {"": "https://example.com/", "title": "Lama", "lastVisitedDate": f"{APPLE}.5", "visitCount": 3}
    download = {
        "DownloadEntryURL": "https://example.org/a.zip",
        "DownloadEntryPath": "~/Downloads/a.zip",
        "DownloadEntryProgressTotalToLoad": 20,
        "DownloadEntryProgressBytesSoFar": 10,
        "DownloadEntryDateAddedKey": MOMENT,
    }
    value = {"Children": [leaf, folder], "WebHistoryDates": [page], "DownloadHistory": [download]}
    return plistlib.dumps(value, fmt=plistlib.FMT_BINARY)

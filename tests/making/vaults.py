"""Vaults, clouds, clipboards and resets, made by code. All of it fictional and harmless."""

import plistlib
from pathlib import Path

from making.browsers import MOMENT, START, database

MS = START * 1000


def make_vaults(path: Path) -> Path:
    """The tables of all vaults in one database; a locked app of each kind of lock."""
    return database(
        path,
        f"""CREATE TABLE Hide (hide_name TEXT, hide_path TEXT);
        CREATE TABLE file_v1 (_id INTEGER PRIMARY KEY, name TEXT, original_path TEXT, mime_type TEXT, file_size INTEGER, folder_id INTEGER,
          added_time_utc INTEGER, file_last_modified_time_utc INTEGER);
        CREATE TABLE folder_v1 (_id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE recycle_bin_v1 (_id INTEGER PRIMARY KEY, file_id INTEGER, delete_time INTEGER);
        CREATE TABLE hideimagevideo (file_path_from TEXT, file_path_new TEXT, file_name_from TEXT, time INTEGER, password_id INTEGER);
        CREATE TABLE Media (_id INTEGER PRIMARY KEY, path TEXT, _data TEXT, date_added INTEGER, date_modified INTEGER);
        CREATE TABLE locked_app (_id INTEGER PRIMARY KEY, package_name TEXT, disguise_lock INTEGER);
        CREATE TABLE p_lock_app (id INTEGER PRIMARY KEY, packageName TEXT, isActive INTEGER);
        INSERT INTO Hide VALUES ('foto.jpg','/storage/emulated/0/Download/foto.jpg');
        INSERT INTO file_v1 VALUES (1,'a.jpg','/storage/emulated/0/DCIM/Camera/a.jpg','image/jpeg',900,1,{MS},{MS - 5000}),
          (2,'b.mp4',NULL,'video/mp4',NULL,99,NULL,NULL);
        INSERT INTO folder_v1 VALUES (1,'Liburan');
        INSERT INTO recycle_bin_v1 VALUES (1,2,{MS});
        INSERT INTO hideimagevideo VALUES ('/storage/emulated/0/DCIM/c.jpg','/storage/emulated/0/SystemAndroid/Data/1.bin','c.jpg',{MS},48690);
        INSERT INTO Media VALUES (1,'/storage/emulated/0/DCIM/d.jpg','/data/data/com.theronrogers.vaultyfree/files/1',{START},{MS});
        INSERT INTO locked_app VALUES (1,'com.whatsapp',0);
        INSERT INTO p_lock_app VALUES (1,'org.example.catatan',0);""",
    )


def make_cloud(path: Path) -> Path:
    """Google Drive's list: a picture of the owner, a shared clip in the bin, a folder."""
    return database(
        path,
        f"""CREATE TABLE items (stable_id INTEGER PRIMARY KEY, title TEXT, mime_type TEXT, quota_bytes INTEGER, created_date INTEGER,
          modified_date INTEGER, shared_with_me_date INTEGER, viewed_by_me_date INTEGER, is_folder INTEGER, is_owner INTEGER, trashed INTEGER);
        INSERT INTO items VALUES (1,'foto.jpg','image/jpeg',900,{MS},{MS + 1000},NULL,NULL,0,1,0),
          (2,'klip.mp4','video/mp4',NULL,{MS},NULL,{MS},NULL,0,0,1),(3,'Folder','application/vnd.google-apps.folder',0,{MS},NULL,NULL,NULL,1,1,0);""",
    )


def make_dropbox(path: Path) -> Path:
    return database(
        path,
        f"""CREATE TABLE dropbox (path TEXT, _display_name TEXT, bytes INTEGER, mime_type TEXT, is_dir INTEGER, server_modified_millis INTEGER,
          modified_millis INTEGER, shared_folder_id TEXT, is_vault_folder INTEGER);
        INSERT INTO dropbox VALUES ('/Camera Uploads','Camera Uploads',0,NULL,1,0,0,NULL,0),
          ('/Camera Uploads/e.jpg','e.jpg',700,'image/jpeg',0,{MS},0,'77',1);""",
    )


def make_onedrive(path: Path) -> Path:
    return database(
        path,
        f"""CREATE TABLE items (_id INTEGER PRIMARY KEY, name TEXT, extension TEXT, size INTEGER, itemType INTEGER, creationDate INTEGER,
          itemDate INTEGER, modifiedDateOnClient INTEGER, ownerName TEXT, resourceId TEXT, parentRid TEXT, sha1Hash TEXT);
        INSERT INTO items VALUES (1,'Gambar',NULL,0,32,{MS},0,0,'Rina Fiksi','R1','root',NULL),
          (2,'f','.jpg',600,3,{MS},{MS + 2000},-1,'Rina Fiksi','R2','R1','AB12');""",
    )


def make_clips(path: Path) -> Path:
    return database(
        path,
        f"""CREATE TABLE clip_table (id INTEGER PRIMARY KEY, time_stamp INTEGER, type INTEGER, text TEXT, html TEXT, uri TEXT,
          caller_app_uid INTEGER, caller_package_name TEXT, user_id INTEGER);
        INSERT INTO clip_table VALUES (1,{MS},1,'alamat rahasia',NULL,NULL,0,'com.whatsapp',0),
          (2,{MS},3,NULL,NULL,'content://media/1',10123,NULL,150),(3,NULL,9,NULL,NULL,NULL,NULL,NULL,NULL);""",
    )


WIZARD = f"""<?xml version='1.0' encoding='utf-8' standalone='yes' ?><map><long name="suw_finished_time_ms" value="{MS}" />
<boolean name="x" value="true" /></map>""".encode()


def buddy(state: str | None = "RestoredFromiCloudBackup") -> bytes:
    return plistlib.dumps({"SetupLastExit": MOMENT, "SetupDone": True} | ({"SetupState": state} if state else {}))

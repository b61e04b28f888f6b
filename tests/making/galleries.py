"""Gallery databases as phones keep them, made by code. Fictional places and names."""

from pathlib import Path

from making import thumbs
from making.browsers import APPLE, START, database

MS = START * 1000
CAMERA = "/storage/emulated/0/DCIM/Camera"
ASSET = "6F1E0C1A-2B3C-4D5E-8F90-A1B2C3D4E5F6"


def make_media_store(path: Path) -> Path:
    """Android 11 and later: a camera picture, one of WhatsApp, a trashed clip, a download, a document that is no media, an unknown type."""
    return database(
        path,
        f"""CREATE TABLE files (_id INTEGER PRIMARY KEY, _data TEXT, _display_name TEXT, relative_path TEXT, bucket_display_name TEXT,
          mime_type TEXT, media_type INTEGER, _size INTEGER, date_added INTEGER, date_modified INTEGER, datetaken INTEGER,
          date_expires INTEGER, is_trashed INTEGER, is_pending INTEGER, is_favorite INTEGER, owner_package_name TEXT, download_uri TEXT,
          referer_uri TEXT, width INTEGER, height INTEGER, duration INTEGER);
        INSERT INTO files VALUES
          (1,'{CAMERA}/IMG_20260225_061320.jpg','IMG_20260225_061320.jpg','DCIM/Camera/','Camera','image/jpeg',1,1000,{START},{START + 1},
           {MS},NULL,0,0,1,'com.android.camera',NULL,NULL,4000,3000,NULL),
          (2,'/storage/emulated/0/Pictures/WhatsApp Images/IMG-20260225-WA0001.jpg','IMG-20260225-WA0001.jpg','Pictures/WhatsApp Images/',
           'WhatsApp Images','image/jpeg',1,900,{START},{START},NULL,NULL,0,0,0,'com.whatsapp',NULL,NULL,1600,1200,NULL),
          (3,'{CAMERA}/.trashed-{START + 99}-VID_1.mp4','VID_1.mp4','DCIM/Camera/','Camera','video/mp4',3,5000,{START},{START},{MS},
           {START + 99},1,0,0,'com.android.camera',NULL,NULL,1920,1080,61500),
          (4,'/storage/emulated/0/Download/foto.png','foto.png','Download/','Download','image/png',1,700,{START},{START},NULL,NULL,0,0,0,
           'com.android.chrome','https://example.org/foto.png','https://example.org/',800,600,NULL),
          (5,'/storage/emulated/0/Download/surat.pdf','surat.pdf','Download/','Download','application/pdf',6,70,{START},{START},NULL,NULL,0,0,
           0,NULL,NULL,NULL,NULL,NULL,NULL);""",
    )


def make_old_media_store(path: Path) -> Path:
    """Android 9 and earlier: positions, no owner."""
    return database(
        path,
        f"""CREATE TABLE files (_id INTEGER PRIMARY KEY, _data TEXT, _size INTEGER, date_added INTEGER, date_modified INTEGER,
          mime_type TEXT, title TEXT, _display_name TEXT, media_type INTEGER, datetaken INTEGER, latitude DOUBLE, longitude DOUBLE,
          bucket_display_name TEXT);
        INSERT INTO files VALUES (7,'/storage/emulated/0/DCIM/Camera/lama.jpg',5,{START},{START},'image/jpeg','lama','lama.jpg',1,{MS},
          -7.6079,110.2038,'Camera');""",
    )


def make_samsung(path: Path) -> Path:
    """The three Samsung databases in one file: a hidden picture, a screenshot, one in each trash can."""
    extra = f'{{"__dateTaken": {MS}, "latitude": -6.2, "longitude": 106.8}}'
    return database(
        path,
        f"""CREATE TABLE files (_id INTEGER PRIMARY KEY, _data TEXT, _display_name TEXT, mime_type TEXT, media_type INTEGER, _size INTEGER,
          datetaken INTEGER, date_added INTEGER, date_modified INTEGER, latitude REAL, longitude REAL, bucket_display_name TEXT,
          owner_package_name TEXT, captured_url TEXT, captured_app TEXT, is_favorite INTEGER, is_hide INTEGER, is_trashed INTEGER);
        INSERT INTO files VALUES (1,'{CAMERA}/20260225_061320.jpg','20260225_061320.jpg','image/jpeg',1,10,{MS},{START},{START},0,0,'Camera',
          'com.sec.android.app.camera',NULL,NULL,0,1,0),
          (2,'/storage/emulated/0/DCIM/Screenshots/Screenshot_1.jpg','Screenshot_1.jpg','image/jpeg',1,10,{MS},{START},{START},NULL,NULL,
          'Screenshots','com.sec.android.app.screencapture','https://example.org/halaman','com.android.chrome',0,0,0);
        CREATE TABLE trash (__absID TEXT, __absPath TEXT, __Title TEXT, __originPath TEXT, __originTitle TEXT, __deleteTime INTEGER,
          __expiredPeriod INTEGER, __restoreExtra TEXT);
        INSERT INTO trash VALUES ('a','/storage/emulated/0/Android/data/com.sec.android.gallery3d/files/.Trash/123.jpg','123.jpg',
          '{CAMERA}/20260224_100000.jpg','20260224_100000.jpg',{MS},30,'{extra}'),('b',NULL,NULL,NULL,NULL,0,30,'rusak');
        CREATE TABLE trashes (_id INTEGER PRIMARY KEY, _data TEXT, original_path TEXT, title TEXT, _display_name TEXT, _size INTEGER,
          mime_type TEXT, delete_package_name TEXT, user_id INTEGER, date_deleted INTEGER, date_expires INTEGER, extra TEXT);
        INSERT INTO trashes VALUES (4,'/storage/emulated/0/Android/.Trash/com.sec.android.app.myfiles/x.jpg','{CAMERA}/x.jpg','x','x.jpg',9,
          'image/jpeg','com.sec.android.app.myfiles',0,{MS},{MS + 1000},NULL);""",
    )


def make_google_photos(path: Path) -> Path:
    """Local, remote and shared rows, and the local trash."""
    columns = """filename TEXT, filepath TEXT, media_store_id INTEGER, dedup_key TEXT, capture_timestamp INTEGER, utc_timestamp INTEGER,
          timezone_offset INTEGER, width INTEGER, height INTEGER, size_bytes INTEGER, duration INTEGER, latitude REAL, longitude REAL,
          folder_name TEXT, trash_timestamp INTEGER, purge_timestamp INTEGER"""
    return database(
        path,
        f"""CREATE TABLE local_media (_id INTEGER PRIMARY KEY, {columns});
        INSERT INTO local_media VALUES (1,'a.jpg','{CAMERA}/a.jpg',31,'k1',{MS + 25200000},{MS},25200000,4000,3000,100,0,-6.2,106.8,'Camera',
          NULL,NULL),(2,'b.mp4','{CAMERA}/b.mp4',32,'k2',{MS},{MS},0,NULL,NULL,100,1500,NULL,NULL,'Camera',{MS},{MS + 1000});
        CREATE TABLE remote_media (_id INTEGER PRIMARY KEY, filename TEXT, remote_url TEXT, dedup_key TEXT, utc_timestamp INTEGER,
          duration INTEGER, latitude REAL, longitude REAL);
        INSERT INTO remote_media VALUES (5,'c.jpg','https://example.org/c','k3',{MS},0,NULL,NULL);
        CREATE TABLE shared_media (_id INTEGER PRIMARY KEY, filename TEXT, remote_url TEXT, utc_timestamp INTEGER, size_bytes INTEGER);
        INSERT INTO shared_media VALUES (6,'d.jpg','https://example.org/d',{MS},12);
        CREATE TABLE local (local_path TEXT, content_uri TEXT, trash_file_name TEXT, deleted_time INTEGER, media_store_id INTEGER,
          is_video INTEGER);
        INSERT INTO local VALUES ('{CAMERA}/e.jpg','content://x','e-123',{MS},33,0);""",
    )


def make_photos(path: Path, *, table: str = "ZASSET", number: int = 28) -> Path:
    """iOS 14 and later, or with `table` ZGENERICASSET and another number as iOS 13 had it: camera, saved by an app, trashed, screenshot."""
    path.unlink(missing_ok=True)
    return database(
        path,
        f"""CREATE TABLE {table} (Z_PK INTEGER PRIMARY KEY, ZADDITIONALATTRIBUTES INTEGER, ZDIRECTORY VARCHAR, ZFILENAME VARCHAR,
          ZUUID VARCHAR, ZDATECREATED TIMESTAMP, ZADDEDDATE TIMESTAMP, ZMODIFICATIONDATE TIMESTAMP, ZKIND INTEGER, ZKINDSUBTYPE INTEGER,
          ZHIDDEN INTEGER, ZTRASHEDSTATE INTEGER, ZTRASHEDDATE TIMESTAMP, ZFAVORITE INTEGER, ZSAVEDASSETTYPE INTEGER, ZLATITUDE FLOAT,
          ZLONGITUDE FLOAT, ZWIDTH INTEGER, ZHEIGHT INTEGER, ZDURATION FLOAT, ZADJUSTMENTSSTATE INTEGER);
        CREATE TABLE ZADDITIONALASSETATTRIBUTES (Z_PK INTEGER PRIMARY KEY, ZASSET INTEGER, ZORIGINALFILENAME VARCHAR, ZIMPORTEDBY INTEGER,
          ZIMPORTEDBYBUNDLEIDENTIFIER VARCHAR, ZEDITORBUNDLEID VARCHAR, ZORIGINALFILESIZE INTEGER, ZVIEWCOUNT INTEGER, ZSHARECOUNT INTEGER, ZTITLE VARCHAR, ZASSETDESCRIPTION INTEGER);
        CREATE TABLE ZASSETDESCRIPTION (Z_PK INTEGER PRIMARY KEY, ZLONGDESCRIPTION VARCHAR);
        INSERT INTO ZASSETDESCRIPTION VALUES (4, 'ulang tahun di rumah');
        CREATE TABLE ZGENERICALBUM (Z_PK INTEGER PRIMARY KEY, ZTITLE VARCHAR);
        CREATE TABLE Z_{number}ASSETS (Z_{number}ALBUMS INTEGER, Z_3ASSETS INTEGER, Z_FOK_3ASSETS INTEGER);
        CREATE TABLE ZDETECTEDFACE (Z_PK INTEGER PRIMARY KEY, ZASSET INTEGER, ZPERSON INTEGER);
        INSERT INTO {table} VALUES
          (1,11,'DCIM/100APPLE','IMG_0001.HEIC','{ASSET}',{APPLE},{APPLE},{APPLE},0,0,0,0,NULL,1,3,-7.6079,110.2038,4032,3024,0,0),
          (2,12,'DCIM/100APPLE','IMG_0002.JPG','U-2',{APPLE},{APPLE},{APPLE},0,0,1,0,NULL,0,3,-180,-180,1600,1200,0,0),
          (3,13,'DCIM/100APPLE','IMG_0003.MOV','U-3',{APPLE},{APPLE},{APPLE},1,0,0,1,{APPLE + 60},0,3,-180,-180,1920,1080,12.5,1),
          (4,NULL,'DCIM/100APPLE','IMG_0004.PNG','U-4',{APPLE},{APPLE},{APPLE},0,10,0,0,NULL,0,3,-180,-180,1170,2532,0,0);
        INSERT INTO ZADDITIONALASSETATTRIBUTES VALUES (11,1,'IMG_0001.HEIC',1,NULL,NULL,2000,5,2,'Candi',4),
          (12,2,'kiriman.jpg',3,'net.whatsapp.WhatsApp',NULL,900,0,0,NULL,9),(13,3,'IMG_0003.MOV',1,NULL,'com.apple.mobileslideshow',100,0,0,NULL,NULL);
        INSERT INTO ZGENERICALBUM VALUES (1,'Liburan'),(2,'Keluarga'),(3,NULL);
        INSERT INTO Z_{number}ASSETS VALUES (1,1,1),(2,1,1),(3,2,1);
        INSERT INTO ZDETECTEDFACE VALUES (1,1,7),(2,1,8),(3,2,7);""",
    )


def make_windows_search(path: Path, size: int = 1234) -> Path:
    """Windows.db: a picture with a thumbnail, one whose times are missing, a folder without one, properties that nobody reads."""
    filetime = (START + 11_644_473_600) * 10_000_000
    values = [
        (7, 1, 0xA1B2C3D4E5F60718 .to_bytes(8, "little")), (7, 2, r"C:\Users\siti\Pictures\pantai.jpg"), (7, 3, "pantai.jpg"),
        (7, 4, filetime.to_bytes(8, "little")), (7, 5, size.to_bytes(8, "little")), (7, 6, "image/jpeg"), (7, 9, "lain"),
        (8, 2, r"C:\Users\siti\Pictures"), (8, 3, "Pictures"),
        (9, 1, (0x0102030405060708).to_bytes(8, "little")), (9, 2, r"D:\sudah hilang.jpg".encode("utf-16-le")),
    ]  # fmt: skip
    names = (
        "4679-System_ThumbnailCacheId", "4447-System_ItemPathDisplay", "4445-System_ItemNameDisplay", "15F-System_DateModified",
        "13F-System_Size", "4450-System_MIMEType",
    )  # fmt: skip
    metadata = ",".join(f"({number},'{name}')" for number, name in enumerate(names, start=1))
    rows = ",".join(f"({work},{column},{_literal(value)})" for work, column, value in values)
    return database(
        path,
        f"""CREATE TABLE SystemIndex_1_PropertyStore_Metadata (Id INTEGER PRIMARY KEY, UniqueKey TEXT);
        INSERT INTO SystemIndex_1_PropertyStore_Metadata VALUES {metadata}, (9,'99-System_Author');
        CREATE TABLE SystemIndex_1_PropertyStore (WorkId INTEGER, ColumnId INTEGER, Value);
        INSERT INTO SystemIndex_1_PropertyStore VALUES {rows};""",
    )


def _literal(value: bytes | str) -> str:
    return f"X'{value.hex()}'" if isinstance(value, bytes) else f"'{value}'"


QUICKLOOK = "/private/var/folders/aa/bb/C/com.apple.QuickLook.thumbnailcache"


def make_quicklook(path: Path) -> Path:
    """An index that names its files."""
    pictures = {number: thumbs.scene(number).resize((64, 48)) for number in (1, 2)}
    thumbs.quicklook(path.parent, pictures, {1: ("/Users/siti/Pictures", "a.jpg"), 2: ("/Volumes/STIK", "b.jpg")})
    return path


FIXTURES = {
    "windows-search": ("Windows.db", make_windows_search),
    "apple-quicklook": (f"{QUICKLOOK}/index.sqlite", make_quicklook),
    "android-gallery": ("external.db", make_media_store),
    "samsung-gallery": ("trash.db", make_samsung),
    "google-gallery": ("gphotos0.db", make_google_photos),
    "apple-gallery": ("Photos.sqlite", make_photos),
}

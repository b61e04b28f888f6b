"""Operasi Contoh: a case that never happened, told as what lies on a stick, a laptop and a phone. FIKTIF / FICTIONAL.

Pictures 1 to 30 are ordinary; 31 to 36 stand on the list of notable pictures. All are abstract patterns.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from struct import pack

import making_databases as databases
import making_pictures
from making_databases import Chat, Person, Rang, Said, Sms
from making_pictures import Camera, Photo, Spot
from making_plants import Exhibit, Plant, packed, portable_document, shot, system_file
from making_sqlite import cut_short

CASE = "Operasi Contoh"
NOTICE = "FIKTIF: kasus, orang, nomor dan gambar ini karangan. / FICTIONAL: this case, its people, numbers and pictures are made up."
WIB = timezone(timedelta(hours=7))
NOW = datetime(2026, 3, 9, 12, 0, 0, tzinfo=WIB)

NOTABLE = {31: "contoh-A", 32: "contoh-A", 33: "contoh-A", 34: "contoh-B", 35: "contoh-B", 36: "contoh-B"}
KNOWN = tuple([f"contoh{n}.dll" for n in range(1, 5)] + [f"contoh{n}.jar" for n in range(1, 4)])
KNOWN_ELSEWHERE = ("contoh-lain-1.sys", "contoh-lain-2.sys")

DEWI = Person("Dewi Contoh", "+62 000 0000 001")
RAKA = Person("Raka Contoh", "+62 000 0000 002")
SARI = Person("Sari Contoh", "+62 000 0000 003")
BAYU = Person("Bayu Contoh", "+62 000 0000 004")

COMPACT = Camera("KameraContoh", "KC-100", "KC100-000042", "KC Firmware 1.0 (fiktif)")
PHONE = Camera("ContohFone", "CF-7", "CF7-000007", "ContohOS 14 (fiktif)")

JAKARTA = Spot("Monumen Nasional, Jakarta", -6.175392, 106.827153)
BOROBUDUR = Spot("Candi Borobudur, Magelang", -7.607874, 110.203751)
BANDUNG = Spot("Gedung Sate, Bandung", -6.902481, 107.618810)
MEDAN = Spot("Istana Maimun, Medan", 3.575233, 98.683933)
MAKASSAR = Spot("Pantai Losari, Makassar", -5.143722, 119.407250)
LABUAN_BAJO = Spot("Labuan Bajo", -8.496389, 119.887694)
JAYAPURA = Spot("Jayapura", -2.533710, 140.718125)

WHATSAPP = "data/media/0/Android/media/com.whatsapp/WhatsApp/"
CAMERA = "data/media/0/DCIM/Camera/"
PART = "nama yang sangat panjang "
LONG = PART * 9


def exhibits() -> tuple[Exhibit, ...]:
    """The three seized things."""
    return (_stick(), _laptop(), _phone())


def day(number: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the fictional March 2026, Jakarta time."""
    return datetime(2026, 3, number, hour, minute, tzinfo=WIB)


def notable(path: str, number: int, what: str, at: datetime, *, deleted: bool = False, plain: bool = True) -> Plant:
    """A picture of the list."""
    return Plant(path, making_pictures.jpeg(number), what, at, deleted=deleted, plain=plain)


def _stick() -> Exhibit:
    inner = packed(
        "dalam.zip",
        "archive inside an archive",
        day(3, 8),
        (notable("pola.jpg", 35, "notable, in an archive inside an archive", day(3, 7)),),
    )
    archive = (
        notable("gambar/pola_34.jpg", 34, "notable, in an archive", day(3, 7)),
        _text("baca.txt", "Isi arsip contoh.", day(3, 7)),
        inner,
    )
    plants = (
        _text("BACA-SAYA.txt", NOTICE, day(1, 8)),
        _camera("DCIM/100KONTO/IMG_0001.JPG", 1, COMPACT, day(1, 9, 15), JAKARTA),
        _camera("DCIM/100KONTO/IMG_0002.JPG", 2, COMPACT, day(1, 10, 40), BANDUNG),
        _camera("DCIM/100KONTO/IMG_0003.JPG", 3, COMPACT, day(2, 7, 5), BOROBUDUR),
        _camera("DCIM/100KONTO/IMG_0004.JPG", 4, COMPACT, day(2, 16, 30), None),
        notable("DCIM/100KONTO/IMG_0005.JPG", 31, "notable, live", day(2, 17)),
        notable("DCIM/100KONTO/IMG_0006.JPG", 32, "notable, deleted, content intact", day(2, 17, 2), deleted=True),
        notable("Dokumen/catatan_rapat.txt", 33, "notable, renamed to .txt", day(3, 9)),
        packed("Arsip/paket.zip", "archive", day(3, 9), archive),
        Plant("Dokumen/Laporan Contoh.pdf", portable_document("Laporan CONTOH - FIKTIF"), "ordinary document", day(3, 10)),
        Plant("Foto/terpotong.jpg", making_pictures.jpeg(5)[:20_000], "picture cut short", day(3, 11), problem=True),
        Plant("Foto/pola kecil.png", making_pictures.png(6), "ordinary picture", day(3, 11)),
        _text("=CONTOH(1+1).csv", "kolom;nilai\ncontoh;2\n", day(3, 12), plain=False, what="name starts with an equals sign"),
        _text("laporan\u202egpj.txt", "Nama ini memuat tanda pembalik arah.", day(3, 12), plain=False, what="name with a right-to-left override"),
        _text(PART * 6 + ".txt", "Nama panjang.", day(3, 12), plain=False, what="very long name"),
        _text("Dokumen/dihapus.txt", "Catatan fiktif yang dihapus.\n" * 40, day(3, 13), deleted=True, what="ordinary file, deleted"),
    )  # fmt: skip
    return Exhibit("Stik USB (contoh fiktif)", "stick.img", plants)


def _laptop() -> Exhibit:
    home = "Users/dewi/"
    zone = b"[ZoneTransfer]\r\nZoneId=3\r\nHostUrl=https://contoh.invalid/unduhan-17.jpg\r\n"
    archive = (
        notable("pola_36.jpg", 36, "notable, in an archive", day(4, 7)),
        _text("catatan.txt", "Isi arsip contoh.", day(4, 7)),
    )
    thrown = making_pictures.jpeg(33)
    trash = "$Recycle.Bin/S-1-5-21-1000000000-1000000000-1000000000-1001/"
    plants = (
        _text(home + "Documents/BACA-SAYA.txt", NOTICE, day(4, 8)),
        _camera(home + "Pictures/liburan_01.jpg", 7, COMPACT, day(4, 9, 20), LABUAN_BAJO),
        _camera(home + "Pictures/liburan_02.jpg", 8, COMPACT, day(4, 9, 45), MAKASSAR),
        _camera(home + "Pictures/liburan_03.jpg", 9, COMPACT, day(4, 11, 10), MEDAN),
        Plant(home + "Pictures/latar.png", making_pictures.png(10), "ordinary picture", day(4, 12)),
        notable(home + "Pictures/pola_07.jpg", 34, "notable, deleted", day(4, 13), deleted=True),
        notable(home + "Downloads/unduhan-17.jpg", 31, "notable, live, downloaded", day(5, 8)),
        Plant(home + "Downloads/unduhan-17.jpg", zone, "where the file was downloaded from", day(5, 8), stream="Zone.Identifier"),
        packed(home + "Downloads/arsip.zip", "archive", day(5, 9), archive),
        notable(home + "Documents/konfigurasi.txt", 35, "notable, renamed to .txt", day(5, 10)),
        _text(home + "Documents/catatan.txt", "Catatan pendek, di dalam rekaman MFT.", day(5, 11), what="small file kept in its MFT record"),
        Plant(home + "Documents/catatan.txt", making_pictures.jpeg(32), "notable, in a stream beside a text", day(5, 11), stream="foto.jpg"),
        _text(home + "Documents/anggaran.csv", "pos;rupiah\ncontoh;1000\n", day(5, 11), what="small file kept in its MFT record"),
        _text(home + "Documents/dihapus.txt", "Catatan pendek yang dihapus.", day(5, 12), deleted=True, what="small file, deleted"),
        Plant(home + "AppData/Local/Contoh/cache.db", cut_short(), "database cut short", day(5, 13), problem=True),
        Plant(trash + "$RK0NT01.jpg", thrown, "notable, in the recycle bin", day(5, 14)),
        Plant(trash + "$IK0NT01.jpg", _thrown("C:\\Users\\dewi\\Pictures\\lama_33.jpg", len(thrown), day(6, 8)), "where it lay before", day(6, 8)),
        *(Plant(f"Windows/System32/{name}", system_file(name), "known file", day(1, 0)) for name in KNOWN if name.endswith(".dll")),
        *_laptop_names(home + "Downloads/"),
    )  # fmt: skip
    return Exhibit("Laptop (contoh fiktif)", "laptop.img", plants)


def _phone() -> Exhibit:
    said, calls, video_calls = (
        _said(),
        _rang(),
        (Rang(SARI, "in", day(7, 20, 5), 95, video=True), Rang(RAKA, "missed", day(7, 21), 0)),
    )
    store, log = databases.whatsapp(list(said), list(video_calls), [RAKA, SARI, BAYU])
    sms = _sms()
    whatsapp = "data/data/com.whatsapp/databases/"
    call_log = "data/data/com.android.providers.contacts/databases/calllog.db"
    archive = (
        notable("pola_36.jpg", 36, "notable, in an archive", day(6, 7)),
        _text("baca.txt", "Isi arsip contoh.", day(6, 7)),
    )
    attached = (
        Plant(WHATSAPP + each.file[0], each.file[1], "sent or received in a chat", each.at)
        for each in said
        if each.file
    )
    download = "data/media/0/Download/"
    plants = (
        _text("system/build.prop", _properties(), day(1, 0), what="what the phone says about itself"),
        *(Plant(f"system/framework/{name}", system_file(name), "known file", day(1, 0)) for name in KNOWN if name.endswith(".jar")),
        Plant(whatsapp + "msgstore.db", store, "messages", day(8, 9)),
        Plant(whatsapp + "msgstore.db-wal", log, "the last messages, not yet in the database", day(8, 9)),
        Plant(whatsapp + "wa.db", databases.whatsapp_contacts([RAKA, SARI, BAYU]), "contacts of the messenger", day(8, 9)),
        Plant("data/user_de/0/com.android.providers.telephony/databases/mmssms.db", databases.text_messages(list(sms)), "text messages", day(8, 9)),
        Plant(call_log, databases.call_log(list(calls)), "calls", day(8, 9)),
        Plant("data/data/id.contoh.catatan/databases/catatan.db", cut_short(3.5), "database cut short", day(8, 9), problem=True),
        *attached,
        *_phone_media(),
        packed(download + "paket.zip", "archive", day(7, 10), archive),
        notable(download + "<script>alert('contoh')<script>.jpg", 34, "notable, name with markup", day(7, 11), plain=False),
        *_phone_names(download),
        Plant(download + "Laporan Contoh.pdf", portable_document("Laporan CONTOH - FIKTIF"), "ordinary document", day(7, 13)),
    )  # fmt: skip
    found = {call_log: calls, whatsapp + "msgstore.db": video_calls}
    return Exhibit("Ponsel (contoh fiktif)", "phone.tar", plants, said, sms, found)


def _laptop_names(folder: str) -> tuple[Plant, ...]:
    """Names that NTFS takes and that could do harm where they are shown unchanged."""
    return (
        _text(folder + "<script>alert('contoh')<script>.txt", "Nama ini memuat tanda HTML.", day(6, 9), plain=False, what="name with markup"),
        _text(folder + "baris\nbaru\x07bunyi.txt", "Nama ini memuat karakter kendali.", day(6, 9), plain=False, what="name with control characters"),
        _text(folder + "=CONTOH(1+1).csv", "kolom;nilai\ncontoh;2\n", day(6, 9), plain=False, what="name starts with an equals sign"),
        _text(folder + "foto\u202egpj.exe.txt", "Nama ini memuat tanda pembalik arah.", day(6, 9), plain=False, what="name with a right-to-left override"),
        _text(folder + LONG + ".txt", "Nama panjang.", day(6, 9), plain=False, what="very long name"),
    )  # fmt: skip


def _phone_names(folder: str) -> tuple[Plant, ...]:
    """The same for a tar, which takes every name."""
    return (
        _text(folder + "baris\nbaru\x1b[31m\x07.txt", "Nama ini memuat karakter kendali.", day(7, 12), plain=False, what="name with control characters"),
        _text(folder + "bukan-utf8-\udcff\udcfe.txt", "Nama ini bukan UTF-8.", day(7, 12), plain=False, what="name that is not UTF-8"),
        _text(folder + "=CONTOH(1+1).csv", "kolom;nilai\ncontoh;2\n", day(7, 12), plain=False, what="name starts with an equals sign"),
        _text(folder + "foto\u202egpj.txt", "Nama ini memuat tanda pembalik arah.", day(7, 12), plain=False, what="name with a right-to-left override"),
        _text(folder + LONG * 3 + ".txt", "Nama panjang.", day(7, 12), plain=False, what="very long name"),
        _text("../../keluar.txt", "Nama ini ingin keluar dari arsip.", day(7, 12), plain=False, what="name that climbs out of the archive"),
    )  # fmt: skip


def _phone_media() -> tuple[Plant, ...]:
    """What the camera took, and where listed pictures were put."""
    return (
        _camera(CAMERA + "IMG_20260306_091500.jpg", 11, PHONE, day(6, 9, 15), JAKARTA),
        _camera(CAMERA + "IMG_20260306_163000.jpg", 12, PHONE, day(6, 16, 30), JAYAPURA),
        _camera(CAMERA + "IMG_20260307_070000.jpg", 13, PHONE, day(7, 7), None),
        notable(CAMERA + ".trashed-1775600000-IMG_20260307_080000.jpg", 31, "notable, in the phone's trash", day(7, 8)),
        notable("data/media/0/Documents/daftar.txt", 33, "notable, renamed to .txt", day(7, 9)),
        notable("data/media/0/Pictures/.simpan/pola_35.jpg", 35, "notable, in a hidden folder", day(7, 9)),
    )  # fmt: skip


def _said() -> tuple[Said, ...]:
    raka, group = Chat(RAKA.jid), Chat("620000000002-1772000000@g.us", "Grup Contoh (fiktif)")
    first = ("Media/WhatsApp Images/IMG-20260306-WA0001.jpg", making_pictures.jpeg(14))
    listed = ("Media/WhatsApp Images/IMG-20260306-WA0002.jpg", making_pictures.jpeg(32))
    sent = ("Media/WhatsApp Images/Sent/IMG-20260307-WA0003.jpg", making_pictures.jpeg(15))
    return (
        Said(raka, RAKA, day(6, 8), "Halo Dewi, ini percakapan contoh (fiktif)."),
        Said(raka, None, day(6, 8, 1), "Halo Raka, baik."),
        Said(raka, RAKA, day(6, 8, 5), "Gambar pola pertama", "image", first),
        Said(raka, RAKA, day(6, 8, 6), None, "image", listed),
        Said(raka, None, day(6, 8, 10), None, "revoked"),
        Said(raka, None, day(7, 8), "Balasan pola", "image", sent),
        Said(
            raka,
            RAKA,
            day(7, 8, 30),
            None,
            "location",
            position=(BOROBUDUR.latitude, BOROBUDUR.longitude, BOROBUDUR.name),
        ),
        Said(group, SARI, day(7, 9), "Selamat pagi semua <b>contoh</b>"),
        Said(group, BAYU, day(7, 9, 2), "=1+1 pagi \U0001f44b"),
        Said(group, None, day(7, 9, 3), "Pagi!"),
        Said(raka, RAKA, day(8, 8, 58), "Pesan terakhir, hanya ada di berkas -wal.", late=True),
        Said(raka, None, day(8, 8, 59), "Ya, sampai jumpa (contoh).", late=True),
    )


def _sms() -> tuple[Sms, ...]:
    return (
        Sms(RAKA, "in", day(5, 18), "SMS contoh: besok jam 9?"),
        Sms(RAKA, "out", day(5, 18, 4), "Bisa. (fiktif)"),
        Sms(BAYU, "in", day(6, 7, 30), "Kode contoh Anda 000000. Jangan dibagikan. (fiktif)"),
        Sms(SARI, "out", day(7, 19), "Terima kasih \U0001f64f"),
    )


def _rang() -> tuple[Rang, ...]:
    return (
        Rang(RAKA, "in", day(5, 17), 63),
        Rang(SARI, "out", day(6, 12), 240),
        Rang(BAYU, "missed", day(6, 13), 0),
        Rang(BAYU, "rejected", day(6, 13, 1), 0),
        Rang(RAKA, "out", day(7, 18), 0),
    )


def _text(
    path: str, text: str, at: datetime, *, what: str = "ordinary text", plain: bool = True, deleted: bool = False
) -> Plant:
    return Plant(path, text.encode(), what, at, plain=plain, deleted=deleted)


def _camera(path: str, number: int, camera: Camera, at: datetime, spot: Spot | None) -> Plant:
    what = f"photograph, {spot.name}" if spot else "photograph without a position"
    return shot(path, Photo(number, camera, at, spot), what, at)


def _properties() -> str:
    pairs = {
        "product.manufacturer": PHONE.make,
        "product.model": PHONE.model,
        "build.version.release": "14",
        "product.locale": "id-ID",
    }
    return "# FIKTIF / FICTIONAL\n" + "".join(f"ro.{key}={value}\n" for key, value in pairs.items())


def _thrown(path: str, size: int, at: datetime) -> bytes:
    """An index file of the recycle bin, version 2 (Windows 10): version, size, time of deletion, path in UTF-16."""
    filetime = int(at.timestamp() + 11_644_473_600) * 10_000_000
    return pack("<QQQI", 2, size, filetime, len(path) + 1) + (path + "\0").encode("utf-16-le")

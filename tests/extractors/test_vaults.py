"""Vaults, clouds, clipboards and resets: every rule on made files."""

from dataclasses import replace
from pathlib import Path

import pytest
from making import vaults
from making.browsers import START
from making.items import item_from_bytes

from triage.extractors import wanted_by
from triage.extractors.device_resets import DeviceResets
from triage.model import GalleryItem, Stamp, Times, Use


def found(data: bytes, name: str, extractor: str) -> list:
    item = item_from_bytes(name, data)
    (chosen,) = [each for each in wanted_by(item) if each.name == extractor]
    return list(chosen.extract(item))


def seconds(stamp) -> int | None:
    return None if stamp is None else stamp.ns // 1_000_000_000 - START


def test_hidden_files_and_locked_apps(tmp_path: Path) -> None:
    path = "/data/data/com.thinkyeah.galleryvault/databases/galleryvault.db"
    rows = found(vaults.make_vaults(tmp_path / "v").read_bytes(), path, "vault-files")
    hidden = {each.app + each.where[-1]: each for each in rows if isinstance(each, GalleryItem)}
    assert all(each.hidden for each in hidden.values())
    plain = hidden["Calculator Lock1"]
    assert (plain.name, plain.path) == ("foto.jpg", "/storage/emulated/0/Download/foto.jpg")
    picture, binned = hidden["GalleryVault1"], hidden["GalleryVault2"]
    assert (picture.kind, picture.album, picture.size, seconds(picture.added_at), seconds(picture.taken_at)) == (
        "picture", "Liburan", 900, 0, -5,
    )  # fmt: skip
    assert (binned.deleted, binned.trashed, seconds(binned.trashed_at), binned.album) == ("trashed", True, 0, None)
    nq = hidden["NQ Vault1"]
    assert (nq.path, nq.identifier) == (
        "/storage/emulated/0/DCIM/c.jpg",
        "/storage/emulated/0/SystemAndroid/Data/1.bin",
    )
    vaulty = hidden["Vaulty1"]
    assert (vaulty.name, seconds(vaulty.taken_at), seconds(vaulty.added_at)) == ("d.jpg", 0, 0)
    locked, unlocked = [each for each in rows if isinstance(each, Use)]
    assert (locked.app, locked.identifier, locked.name, locked.kind) == (
        "GalleryVault", "com.whatsapp", "WhatsApp", "asks for a code",
    )  # fmt: skip
    assert (unlocked.identifier, unlocked.kind) == ("org.example.catatan", "was asked for a code")


def test_files_of_drive(tmp_path: Path) -> None:
    path = "/data/data/com.google.android.apps.docs/app_cello/x/cello.db"
    own, shared = found(vaults.make_cloud(tmp_path / "c").read_bytes(), path, "cloud-files")
    assert (own.name, own.kind, own.size, own.shared, seconds(own.modified_at)) == (
        "foto.jpg",
        "picture",
        900,
        "cloud",
        1,
    )
    assert (shared.kind, shared.shared, shared.deleted, shared.trashed) == (
        "video", "shared with the account", "trashed", True,
    )  # fmt: skip


def test_files_of_dropbox_and_onedrive(tmp_path: Path) -> None:
    path = "/data/data/com.dropbox.android/databases/123-db.db"
    (picture,) = found(vaults.make_dropbox(tmp_path / "d").read_bytes(), path, "cloud-files")
    assert (picture.name, picture.album, picture.shared, picture.hidden) == (
        "e.jpg",
        "/Camera Uploads",
        "shared folder",
        True,
    )
    path = "/data/data/com.microsoft.skydrive/files/QTMetadata.db"
    (other,) = found(vaults.make_onedrive(tmp_path / "o").read_bytes(), path, "cloud-files")
    assert (other.name, other.album, other.owner, other.identifier) == ("f.jpg", "Gambar", "Rina Fiksi", "AB12")
    assert seconds(other.modified_at) == 2


def test_clips(tmp_path: Path) -> None:
    text, address, odd = found(vaults.make_clips(tmp_path / "k").read_bytes(), "ClipItem.db", "samsung-clipboard")
    assert (text.name, text.identifier, text.kind, seconds(text.started_at)) == (
        "alamat rahasia", "com.whatsapp", "copied text", 0,
    )  # fmt: skip
    assert (address.name, address.identifier, address.account) == ("content://media/1", "uid 10123", "user 150")
    assert (odd.kind, odd.started_at, odd.identifier) == ("unknown (9)", None, None)


def test_resets_are_told_by_the_time_of_a_file() -> None:
    item = item_from_bytes("/data/misc/bootstat/factory_reset", b"")
    (unknown,) = DeviceResets().extract(item)
    assert (unknown.kind, unknown.started_at) == ("factory reset", None)
    item.entry = replace(item.entry, times=Times(modified=Stamp(START * 1_000_000_000)))
    (known,) = DeviceResets().extract(item)
    assert seconds(known.started_at) == 0
    (erased,) = DeviceResets().extract(item_from_bytes("/private/var/root/.obliterated", b""))
    assert (erased.app, erased.kind) == ("Apple", "device erased")


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("RestoredFromiCloudBackup", "set up from a backup in iCloud"),
        ("Lain", "set-up finished (Lain)"),
        (None, "set-up finished"),
    ],
)
def test_set_ups(state: str | None, kind: str) -> None:
    path = "/private/var/mobile/Library/Preferences/com.apple.purplebuddy.plist"
    (made,) = found(vaults.buddy(state), path, "device-resets")
    assert (made.kind, seconds(made.started_at), made.raw_kind) == (kind, 0, state)
    path = "/data/data/com.google.android.settings.intelligence/shared_prefs/setup_wizard_info.xml"
    (android,) = found(vaults.WIZARD, path, "device-resets")
    assert (android.kind, seconds(android.started_at)) == ("set-up finished", 0)

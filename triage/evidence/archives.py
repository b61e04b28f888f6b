"""The archives: files that hold files, as sources and inside any other source. One line per format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.evidence import packed
from triage.evidence.android_backup import AndroidBackup, is_android_backup
from triage.evidence.archive_7z import SevenZip, is_seven_zip
from triage.evidence.archive_rar import Rar
from triage.evidence.archive_tar import BLOCK, Tar, is_tar
from triage.evidence.archive_zip import Zip, is_zip
from triage.evidence.packed import Packed
from triage.evidence.packings import packing_of
from triage.evidence.rar_headers import is_rar
from triage.evidence.signal_backup import FORMAT as SIGNAL
from triage.evidence.signal_backup import SignalBackup, is_signal_backup
from triage.evidence.thumbnail_store import FORMAT as THUMBS
from triage.evidence.thumbnail_store import ThumbnailStore, is_thumbnail_store
from triage.evidence.ufdr import Ufdr, is_ufdr
from triage.evidence.whatsapp_backup import FORMAT as WHATSAPP
from triage.evidence.whatsapp_backup import WhatsAppBackup, is_whatsapp_backup

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from triage.evidence.base import Stream
    from triage.evidence.limits import Limits

Archive = Zip | Tar | AndroidBackup | Ufdr | SevenZip | Rar | WhatsAppBackup | SignalBackup | ThumbnailStore | Packed


def _ufdr(stream: Stream, limits: Limits, scratch: Path, _password: str | None) -> Ufdr:
    return Ufdr(stream, limits, scratch)


ARCHIVES: dict[str, Callable[[Stream, Limits, Path, str | None], Archive]] = {
    "zip": Zip,
    "tar": Tar,
    "ab": AndroidBackup,
    "ufdr": _ufdr,
    "7z": SevenZip,
    "rar": Rar,
    WHATSAPP: WhatsAppBackup,
    SIGNAL: SignalBackup,
    THUMBS: ThumbnailStore,
    **packed.ARCHIVES,
}


def archive_of(stream: Stream, name: str = "") -> str | None:
    """The word under which `ARCHIVES` has a stream, by its content, or by its name where stores of pixels have no structure; None: no archive."""
    stream.seek(0)
    head = stream.read(4096)
    if is_zip(head):
        return "ufdr" if is_ufdr(stream) else "zip"
    if is_android_backup(head):
        return "ab"
    if is_seven_zip(head):
        return "7z"
    if is_rar(head):
        return "rar"
    word = packing_of(head) or ("tar" if is_tar(head[:BLOCK]) else None) or (SIGNAL if is_signal_backup(head) else None)
    word = word or (WHATSAPP if is_whatsapp_backup(stream) else None)
    return word or (THUMBS if is_thumbnail_store(stream, head, name) else None)

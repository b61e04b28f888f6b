"""A small case made of values: a matched picture with an evil name, a conversation that shows it, problems."""

import io

from desktop_fakes import BODY, HOSTILE
from PIL import Image

from triage.model import (
    Digests,
    Entry,
    Examined,
    FileType,
    Hit,
    Kind,
    Locator,
    Media,
    Message,
    Preview,
    Problem,
    Stamp,
    Status,
    Step,
)
from triage.settings import Settings
from triage.stored import child

NS = 1_772_000_000_000_000_000


def checkered():
    """A JPEG of 160 by 120 pixels with a pattern of 8 by 6 strong squares in colour."""
    image = Image.new("RGB", (160, 120))
    image.putdata([(255 if (x // 20 + y // 20) % 2 else 0, 40, x) for y in range(120) for x in range(160)])
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def fill(case):
    """One evidence, examined to its end except for one pending file."""
    root = Entry(locator=Locator(), name="stick", kind=Kind.FOLDER)
    evidence = case.add_evidence(case.folder / "stick", exhibit="BB-01", format_name="folder", size=None, root=root)
    run = case.start_run(evidence, Settings(lists=("contoh",)), {})
    (top,) = case.take(evidence, entries=1, size=1)
    names = [HOSTILE, "biasa.jpg", "msgstore.db", "rusak.bin", "menunggu.txt"]
    case.store(
        evidence,
        [Examined(entry_id=top.id, status=Status.EXAMINED, children=tuple(child(_file(name)) for name in names))],
    )
    by_name = {entry.name: entry for entry in case.take(evidence, entries=4, size=1 << 30)}
    case.store(evidence, [_examined(by_name[name]) for name in names[:4]])
    case.link_attachments()
    case.end_run(run, "stopped")
    case.mark_head()


def _file(name):
    return Entry(locator=Locator((Step("folder", name),)), name=name, kind=Kind.FILE, size=9, path=f"/Foto/{name}")


def _examined(entry):
    outcome = {HOSTILE: _notable, "biasa.jpg": _picture, "msgstore.db": _messages, "rusak.bin": _broken}[entry.name]
    return outcome(entry)


def _digests(number):
    return Digests(bytes([number]) * 16, bytes([number]) * 20, bytes([number]) * 32, 9)


def _picture(entry, number=2, **more):
    media = Media(where="EXIF", kind="picture", width=160, height=120, latitude=-6.2, longitude=106.8)
    preview = Preview(where="preview", width=160, height=120, jpeg=checkered())
    return Examined(
        entry_id=entry.id, status=Status.EXAMINED, digests=_digests(number), type=FileType("image/jpeg", "signature"),
        records=(media, preview), **more,
    )  # fmt: skip


def _notable(entry):
    hit = Hit(
        list="contoh", list_version="1", list_kind="notable", how="exact", value="01" * 32, category="contoh-A",
        explanation="<i>contoh</i>",
    )  # fmt: skip
    return _picture(entry, number=1, hits=(hit,))


def _messages(entry):
    messages = tuple(
        Message(
            where=f"message.rowid={number}", app="WhatsApp", account="me", thread="t1", thread_name="<u>Grup</u>\u202e",
            sender="+62 000 0000 001" if number % 2 else None, direction="in" if number % 2 else "out",
            sent_at=Stamp(NS + number * 60_000_000_000), body=BODY if number == 1 else f"pesan {number}",
            attachment=f"Foto/{HOSTILE}" if number == 2 else None,
            attachment_sha256=b"\x01" * 32 if number == 2 else None,
        )
        for number in range(1, 6)
    )  # fmt: skip
    return Examined(entry_id=entry.id, status=Status.EXAMINED, digests=_digests(3), records=messages)


def _broken(entry):
    problem = Problem(kind="malformed", stage="read", message="<b>bad</b>\u202e sector", detail="line 1\nline 2")
    return Examined(entry_id=entry.id, status=Status.FAILED, problems=(problem,))

"""A case with pictures, a clip and a sound: matches, copies, near-duplicates, origins, a conversation that carried one of them."""

import io

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
    Stamp,
    Status,
    Step,
    Times,
)
from triage.settings import Settings
from triage.stored import child

DAY = 86_400_000_000_000
START = 1_772_000_000_000_000_000  # 2026-02-25T06:13:20Z
SCHEME = "vics-2.0-us"
PRINTS = {"a": "0f" * 32, "b": "0f" * 31 + "0e", "far": "f0" * 32}
# name: folder, kind, content, day, fingerprint, code on a list
FILES = {
    "a.jpg": ("DCIM", "picture", 1, 0, PRINTS["a"], "1"),
    "a copy.jpg": ("Copies", "picture", 1, 0, PRINTS["a"], "1"),
    "b.jpg": ("DCIM", "picture", 2, 1, PRINTS["b"], None),
    "c.jpg": ("DCIM", "picture", 3, 1, PRINTS["far"], None),
    "d.jpg": ("Downloads", "picture", 4, 2, None, "2"),
    "klip.mp4": ("DCIM", "video", 5, 2, None, None),
    "suara.m4a": ("Downloads", "audio", 6, 3, None, None),
}
THREAD = ("WhatsApp", "me", "t1")


def picture(colour, size=(160, 120)):
    """A JPEG with strong squares in colour."""
    image = Image.new("RGB", size)
    image.putdata(
        [colour if (x // 20 + y // 20) % 2 else (0, 40, x % 256) for y in range(size[1]) for x in range(size[0])]
    )
    return jpeg(image)


def sheet():
    """Four frames of a clip, three side by side: red, green, blue, white, each in one colour."""
    image = Image.new("RGB", (360, 180))
    for number, colour in enumerate(((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255))):
        image.paste(colour, (number % 3 * 120, number // 3 * 90, number % 3 * 120 + 120, number // 3 * 90 + 90))
    return jpeg(image)


def jpeg(image):
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def fill(case):
    """One evidence, examined to its end."""
    root = Entry(locator=Locator(), name="HP", kind=Kind.FOLDER)
    evidence = case.add_evidence(case.folder / "HP", exhibit="BB-01", format_name="folder", size=None, root=root)
    run = case.start_run(evidence, Settings(lists=("contoh",)), {})
    (top,) = case.take(evidence, entries=1, size=1)
    folders = sorted({folder for folder, *_ in FILES.values()})
    case.store(
        evidence,
        [Examined(entry_id=top.id, status=Status.EXAMINED, children=tuple(child(_folder(name)) for name in folders))],
    )
    for entry in case.take(evidence, entries=9, size=1 << 30):
        inside = [name for name, (folder, *_) in FILES.items() if folder == entry.name]
        inside += ["msgstore.db"] if entry.name == "Downloads" else []
        children = tuple(child(_file(entry.name, name)) for name in inside)
        case.store(evidence, [Examined(entry_id=entry.id, status=Status.EXAMINED, children=children)])
    files = case.take(evidence, entries=99, size=1 << 30)
    case.store(evidence, [_examined(entry) for entry in files])
    case.link_attachments()
    case.end_run(run, "done")
    case.mark_head()


def _folder(name):
    return Entry(locator=Locator((Step("folder", name),)), name=name, kind=Kind.FOLDER, path=f"/{name}")


def _file(folder, name):
    place = Locator((Step("folder", f"{folder}/{name}"),))
    times = Times(modified=Stamp(START + 9 * DAY))
    return Entry(locator=place, name=name, kind=Kind.FILE, size=9, path=f"/{folder}/{name}", times=times)


def _examined(entry):
    return _messages(entry) if entry.name == "msgstore.db" else _media(entry, *FILES[entry.name])


def _media(entry, _folder, kind, content, day, fingerprint, code):
    media = Media(
        where="EXIF", kind=kind, width=160, height=120, taken_at=Stamp(START + day * DAY), fingerprint=fingerprint,
        quality=100 if fingerprint else None, duration_s=None if kind == "picture" else 12.5,
        make="Kamera Fiksi", model=f"KF-{content}",
    )  # fmt: skip
    records = [media]
    if kind != "audio":
        records.append(Preview(where="preview", width=160, height=120, jpeg=picture((255, 40 * content, 0))))
    if kind == "video":
        where = "frames at 0.0, 3.0, 6.0, 9.0 s"
        records.append(Preview(where=where, view="sheet", width=360, height=180, jpeg=sheet()))
    hits = () if code is None else (_hit(code, content),)
    return Examined(
        entry_id=entry.id, status=Status.EXAMINED, digests=_digests(content), type=FileType("image/jpeg", "signature"),
        records=tuple(records), hits=hits,
    )  # fmt: skip


def _hit(code, content):
    return Hit(
        list="contoh", list_version="1", list_kind="notable", how="exact", value=f"{content:02x}" * 32,
        category=f"{code} Contoh", explanation="contoh", scheme=SCHEME, code=code,
    )  # fmt: skip


def _digests(number):
    return Digests(bytes([number]) * 16, bytes([number]) * 20, bytes([number]) * 32, 9)


def _messages(entry):
    messages = tuple(
        Message(
            where=f"message.rowid={number}", app=THREAD[0], account=THREAD[1], thread=THREAD[2], thread_name="Grup Contoh",
            sender="+62 000 0000 001", direction="in", sent_at=Stamp(START + number * 60_000_000_000), body=f"pesan {number}",
            attachment="DCIM/b.jpg" if number == 2 else None, attachment_sha256=b"\x02" * 32 if number == 2 else None,
        )
        for number in range(1, 5)
    )  # fmt: skip
    return Examined(entry_id=entry.id, status=Status.EXAMINED, digests=_digests(9), records=messages)

"""A small made-up case for the tests of the report, written through the case itself."""

import hashlib
import io
from pathlib import Path

from PIL import Image

from triage.case import Case
from triage.model import (
    Call,
    Device,
    Digests,
    Entry,
    Examined,
    FileType,
    Hit,
    Kind,
    Locator,
    Media,
    Message,
    Outcome,
    Preview,
    Problem,
    Ran,
    Stamp,
    Status,
    Step,
    Times,
    Zone,
)
from triage.queries import Queries
from triage.queries.rows import rows_digest
from triage.settings import Settings
from triage.stored import child

SECOND = 1_000_000_000
START = 1_767_225_600 * SECOND  # 2026-01-01T00:00:00Z
CONTENTS = {"IMG_0001.jpg": b"first picture", "IMG_0002.jpg": b"second picture", "msgstore.db": b"messages"}
ACTOR = "Penyidik Rekaan"


def make_case(folder, *, extra=(), messages=(), names=(), fictional=True, texts=("Halo", "Apa kabar?")):
    """A finished case over one image: a picture that matched a list, one with a position, a chat. Returns the case, open."""
    source = folder / "flashdisk.dd"
    source.write_bytes(b"synthetic image " * 4096)
    case = Case.open_or_create(folder / "kasus", actor=ACTOR)
    if fictional:
        case.set_fact("fictional", "yes")
    case.set_fact("number", "LP/000/2026/REKAAN")
    root = Entry(Locator(), source.name, Kind.OTHER, path="/")
    evidence = case.add_evidence(source, exhibit="BB-01", format_name="raw", size=source.stat().st_size, root=root)
    settings = Settings(lists=("daftar-a", "daftar-b"), list_digests=("aa" * 32, "bb" * 32))
    run = case.start_run(evidence, settings, {"photos": "1", "chats": "2"})
    case.custody.append("run.start", str(source), {"run": run})
    digest(case, evidence, source, "before")
    store_all(case, evidence, [*names], [*messages] or list(plain_messages(texts)), extra)
    case.link_attachments()
    digest(case, evidence, source, "after")
    case.end_run(run, "done")
    queries = Queries(case.folder)
    case.custody.append("run.end", str(source), {"run": run, "outcome": "done", "rows": rows_digest(queries)})
    queries.close()
    case.mark_head()
    return case


def digest(case, evidence, source, moment):
    content = source.read_bytes()
    md5, sha256 = hashlib.md5(content).hexdigest(), hashlib.sha256(content).hexdigest()
    case.set_digest(evidence, moment=moment, md5=md5, sha256=sha256)
    case.custody.append("evidence.digest", str(source), {"moment": moment, "md5": md5, "sha256": sha256})


def store_all(case, evidence, names, messages, extra):
    (root,) = case.take(evidence, entries=10, size=1 << 30)
    children = tuple(file_entry(name, number) for number, name in enumerate([*CONTENTS, *names]))
    case.store(
        evidence,
        [Examined(entry_id=root.id, status=Status.EXAMINED, children=tuple(map(child, children)))],
    )
    for entry in case.take(evidence, entries=10_000, size=1 << 40):
        case.store(evidence, [examined(entry, messages, extra)])


def file_entry(name, number):
    step = Step("fs", f"/DCIM/{name}".replace("\0", ""), 100 + number)
    return Entry(
        Locator((Step("volume", "p1", 1_048_576), step)),
        name,
        Kind.FILE,
        13,
        deleted=name == "IMG_0002.jpg",
        times=Times(Stamp(START, Zone.UNKNOWN), None, None, Stamp(START + 5)),
        path=f"/DCIM/{name}",
        volume="p1",
    )


def examined(entry, messages, extra):
    content = CONTENTS.get(entry.name, entry.name.encode("utf-8", "replace"))
    digests = Digests(*(hashlib.new(each, content).digest() for each in ("md5", "sha1", "sha256")), len(content))
    common = {"entry_id": entry.id, "status": Status.EXAMINED, "digests": digests, "bytes_read": len(content)}
    if entry.name == "msgstore.db":
        device = Device(where="device", app="Android", make="Contoh", model="HP-1", serial="SN-000")
        return Examined(
            **common,
            type=FileType("application/vnd.sqlite3", "signature"),
            records=(*messages, *calls(), device, *extra),
            problems=(Problem(kind="encrypted", stage="chats", message="the backup is encrypted"),),
            ran=(Ran("chats", "2", Outcome.COMPLETE, len(messages), 3),),
        )
    hits = (notable(digests),) if entry.name == "IMG_0001.jpg" else ()
    located = {"latitude": -6.2, "longitude": 106.8} if entry.name == "IMG_0002.jpg" else {}
    media = Media(where="file", kind="picture", width=64, height=48, taken_at=Stamp(START, Zone.UNKNOWN), **located)
    return Examined(
        **common,
        type=FileType("image/jpeg", "signature"),
        records=(media, *preview(entry.name)),
        hits=hits,
        ran=(Ran("photos", "1", Outcome.COMPLETE, 1, 1),),
    )


def notable(digests):
    return Hit(
        list="daftar-a",
        list_version="aaaaaaaa",
        list_kind="notable",
        how="exact",
        value=f"sha1:{digests.sha1.hex()}",
        category="1",
        explanation="The SHA-1 of the content is on the notable list.",
    )


def preview(name):
    if name not in {"IMG_0001.jpg", "IMG_0002.jpg"}:
        return
    picture = Image.new("RGB", (64, 48))
    picture.putdata([(x * 4, y * 5, 128) for y in range(48) for x in range(64)])
    out = io.BytesIO()
    picture.save(out, "JPEG")
    yield Preview(where="preview", width=64, height=48, jpeg=out.getvalue())


def plain_messages(texts):
    common = {"app": "WhatsApp", "account": "+62 000 0000 001", "thread": "t1", "thread_name": "Budi Rekaan"}
    for number, text in enumerate(texts):
        yield Message(
            where=f"message.rowid={number}",
            sender="+62 000 0000 002",
            sender_name="Budi Rekaan",
            direction=("in", "out")[number % 2],
            sent_at=Stamp(START + number * SECOND),
            body=text,
            attachment="/sdcard/DCIM/IMG_0001.jpg" if number == 0 else None,
            deleted="revoked" if number == 1 else None,
            **common,
        )


def calls():
    yield Call(
        where="call.rowid=1",
        app="WhatsApp",
        party="+62 000 0000 002",
        direction="in",
        started_at=Stamp(START),
        duration_s=61.0,
        outcome="answered",
    )


def tree(folder):
    """Every file below a folder with its bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file()
    }

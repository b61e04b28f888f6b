"""What is planted: one file at one place of one exhibit, with what shall be found there."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import making_pictures

if TYPE_CHECKING:
    from datetime import datetime

    from making_databases import Rang, Said, Sms
    from making_pictures import Photo


@dataclass(frozen=True)
class Plant:
    """A file. `path` has no leading slash and holds bytes that are no text as PEP 383 surrogates; `stream` names an NTFS stream.

    `inside` are the members of an archive, with paths inside it. `plain` is False where the name is hostile, so that no
    program is asked to show it unchanged. `problem` says that a reader must report trouble with this file.
    """

    path: str
    content: bytes
    what: str
    at: datetime
    deleted: bool = False
    stream: str | None = None
    plain: bool = True
    problem: bool = False
    photo: Photo | None = None
    inside: tuple[Plant, ...] = ()

    def digest(self, name: str) -> str:
        """One digest of the content, in hexadecimal."""
        return hashlib.new(name, self.content, usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Exhibit:
    """One seized thing: its label, the name of its image, the files and facts planted on it."""

    label: str
    source: str
    plants: tuple[Plant, ...]
    said: tuple[Said, ...] = ()
    sms: tuple[Sms, ...] = ()
    rang: dict[str, tuple[Rang, ...]] = field(default_factory=dict)  # path of the database -> calls in it

    def every(self) -> list[tuple[str, Plant]]:
        """Each plant with its full path, members of archives too."""
        return [pair for plant in self.plants for pair in _with_members("", plant)]


def archive(plants: tuple[Plant, ...]) -> bytes:
    """A ZIP archive of these members."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for plant in plants:
            member = zipfile.ZipInfo(plant.path, plant.at.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(member, plant.content)
    return target.getvalue()


def packed(path: str, what: str, at: datetime, inside: tuple[Plant, ...]) -> Plant:
    """An archive as a plant."""
    return Plant(path, archive(inside), what, at, inside=inside)


def shot(path: str, photo: Photo, what: str, at: datetime) -> Plant:
    """A photograph as a plant."""
    return Plant(path, making_pictures.jpeg(photo.number, photo), what, at, photo=photo)


def portable_document(title: str) -> bytes:
    """A one-page PDF without fonts of its own (ISO 32000-1)."""
    text = f"BT /F1 18 Tf 72 760 Td ({title}) Tj ET".encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return body + head + table + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)


def system_file(name: str, size: int = 24_000) -> bytes:
    """The same meaningless bytes for the same name: stands for a file that every such system has."""
    blocks = (hashlib.sha256(f"FIKTIF {name} {number}".encode()).digest() for number in range(size // 64))
    return b"FIKTIF - berkas sistem contoh\n" + b"".join(block + bytes(32) for block in blocks)


def _with_members(before: str, plant: Plant) -> list[tuple[str, Plant]]:
    path = f"{before}{plant.path}" + (f":{plant.stream}" if plant.stream else "")
    return [(path, plant), *(pair for member in plant.inside for pair in _with_members(f"{path}/", member))]

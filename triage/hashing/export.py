"""A list on its way out: CSV for any program, and VICS 2.0 JSON for those of the field.

Written row by row to a new file that takes the name wished for when it is whole. The context string comes first and the scheme is in it,
as readers of the field expect (mark B). VICS has no SHA-256 and needs an MD5: what lacks one is counted as left out.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from triage.errors import UserError
from triage.hashing.shapes import DIGESTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from triage.hashing.details import Detail
    from triage.hashing.lists import HashList

FORMATS = ("csv", "vics")
CSV_COLUMNS = (
    "md5", "sha1", "sha256", "photodna", "name", "size", "scheme", "category", "label", "series", "tags", "comments",
    "victim_identified", "offender_identified", "distributed", "suspected", "self_generated", "baseline",
)  # fmt: skip

_CONTEXT = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/{profile}/$metadata#{what}"
_PROFILES = {"vics-2.0-us": "US", "caid-uk": "UK", "vic-canada": "Canada"}
_VICS_FLAGS = {
    "VictimIdentified": "victim_identified",
    "OffenderIdentified": "offender_identified",
    "IsDistributed": "distributed",
    "IsSuspected": "suspected",
    "SelfGenerated": "self_generated",
    "IsPrecategorized": "precategorized",
}


@dataclass(frozen=True, slots=True)
class Medium:
    """A row of a list, or a file of a case, with what is said of it."""

    values: Mapping[str, bytes]
    detail: Detail
    name: str | None = None
    size: int | None = None
    label: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """How many rows were written, and how many the format has no room for."""

    written: int
    left_out: int


def export_list(opened: HashList, out: Path, *, form: str) -> Exported:
    """Write a list. Raises UserError where the file is there already or cannot be written."""
    meaning = opened.info.meaning
    return export_media(_rows(opened), out, form=form, scheme=meaning.scheme if meaning else None)


def export_media(media: Iterable[Medium], out: Path, *, form: str, scheme: str | None) -> Exported:
    """Write media in one of `FORMATS`; `scheme` is the id of their category scheme. Raises UserError."""
    write = {"csv": _write_csv, "vics": _write_vics}.get(form)
    if write is None:
        raise UserError(f"{form!r} is no format for a list: csv or vics")
    with _new_file(out) as stream:
        return write(media, stream, scheme)


def _rows(opened: HashList) -> Iterator[Medium]:
    """Digest rows of every table, then fingerprints that came without digests."""
    labels = opened.info.meaning.labels if opened.info.meaning else {}
    prints = _prints(opened)
    for table in opened.tables:
        columns = table.shape.columns
        if columns[0] not in DIGESTS and "md5" in columns:
            continue  # stands beside its digests
        for row in range(table.rows):
            values = {column: table.value(row, column) for column in columns}
            if "md5" in values and values["md5"] in prints:
                values["photodna"] = prints[values["md5"]]
            detail, name, size = opened.said(table, row)
            yield Medium(values, detail, name, size, labels.get(detail.category or ""))


def _prints(opened: HashList) -> dict[bytes, bytes]:
    """PhotoDNA values by the MD5 that they came with."""
    return {
        table.value(row, "md5"): table.value(row, "photodna")
        for table in opened.tables
        if table.shape.columns[0] == "photodna" and "md5" in table.shape.columns
        for row in range(table.rows)
    }


def _write_csv(media: Iterable[Medium], stream: TextIO, scheme: str | None) -> Exported:
    writer = csv.writer(stream)
    writer.writerow(CSV_COLUMNS)
    written = 0
    for each in media:
        writer.writerow(_csv_row(each, scheme))
        written += 1
    return Exported(written, 0)


def _csv_row(medium: Medium, scheme: str | None) -> list[object]:
    detail = medium.detail
    flags = [detail.flags.get(name) for name in CSV_COLUMNS[12:]]
    return [
        *(medium.values[name].hex() if name in medium.values else "" for name in ("md5", "sha1", "sha256")),
        base64.b64encode(medium.values["photodna"]).decode() if "photodna" in medium.values else "",
        _plain(medium.path or medium.name),
        "" if medium.size is None else medium.size,
        scheme if detail.category is not None else "",
        *(
            _plain(text)
            for text in (detail.category, medium.label, detail.series, "|".join(detail.tags), detail.comments)
        ),
        *("" if flag is None else str(flag).lower() for flag in flags),
    ]


def _write_vics(media: Iterable[Medium], stream: TextIO, scheme: str | None) -> Exported:
    context = _CONTEXT.format(profile=_PROFILES.get(scheme or "", "CUSTOM" if scheme else "Default"), what="Media")
    stream.write(f'{{"@odata.context":{json.dumps(context)},"value":[')
    written = left_out = 0
    for each in media:
        if "md5" not in each.values:
            left_out += 1
            continue
        stream.write(",\n" if written else "\n")
        written += 1
        json.dump(_vics_medium(each, written), stream, ensure_ascii=True)
    stream.write("\n]}\n")
    return Exported(written, left_out)


def _vics_medium(medium: Medium, number: int) -> dict[str, Any]:
    detail, values = medium.detail, medium.values
    code: object = detail.category
    if isinstance(code, str) and code.isascii() and code.lstrip("-").isdigit():
        code = int(code)
    found: dict[str, Any] = {"MediaID": number, "Category": code, "MD5": values["md5"].hex().upper()}
    if "sha1" in values:
        found["SHA1"] = values["sha1"].hex().upper()
    if "photodna" in values:
        found["PhotoDNA"] = base64.b64encode(values["photodna"]).decode()
    if medium.size is not None:
        found["MediaSize"] = medium.size
    found.update({field: detail.flags[name] for field, name in _VICS_FLAGS.items() if name in detail.flags})
    said = {"Series": detail.series, "Tags": ",".join(detail.tags), "Comments": detail.comments}
    found.update({field: text for field, text in said.items() if text})
    found["AlternativeHashes"] = _alternatives(values)
    found["MediaFiles"] = _files(medium)
    return found


def _alternatives(values: Mapping[str, bytes]) -> list[dict[str, str]]:
    if "sha256" not in values:
        return []
    return [{"MD5": values["md5"].hex().upper(), "HashName": "SHA256", "HashValue": values["sha256"].hex().upper()}]


def _files(medium: Medium) -> list[dict[str, str]]:
    path = medium.path or medium.name
    if not path:
        return []
    folder, _, name = path.rpartition("/")
    return [{"MD5": medium.values["md5"].hex().upper(), "FileName": name, "FilePath": folder.replace("/", "\\")}]


def _plain(text: str | None) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "" if text is None else f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


@contextmanager
def _new_file(out: Path) -> Iterator[TextIO]:
    """A file that is there whole or not at all."""
    if out.exists():
        raise UserError(f"{out}: is there already; choose another name")
    draft = out.with_name(out.name + ".part")
    try:
        with draft.open("x", encoding="utf-8", newline="") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(out)
    except (OSError, io.UnsupportedOperation) as error:
        raise UserError(f"{out}: cannot be written ({error.strerror or error})") from error
    finally:
        draft.unlink(missing_ok=True)

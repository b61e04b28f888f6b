"""What is searched for in a case: lists of keywords, and questions that are kept. Taken back or replaced by a new row."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import UserError
from triage.model.keywords import read_keywords
from triage.statements.names import line

if TYPE_CHECKING:
    from pathlib import Path

    from triage.case import Case
    from triage.model.keywords import Refused

LARGEST = 4 << 20  # bytes of a file of keywords
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class KeywordReceipt:
    """What adding a list of keywords did."""

    number: int
    name: str
    taken: int
    refused: tuple[Refused, ...]
    sha256: str


def add_keywords(case: Case, file: Path, *, name: str = "", replaces: int | None = None) -> KeywordReceipt:
    """A list from a text file (UTF-8, one word, phrase or /pattern/ a line). Raises UserError."""
    content = _content(file)
    try:
        found = read_keywords(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise UserError(
            f"{file}: line {content[: error.start].count(10) + 1} is no UTF-8 text; save the file as UTF-8"
        ) from error
    if not found.words:
        raise UserError(f"{file}: there is no keyword in it; write one word, phrase or /pattern/ a line")
    chosen, digest = _name(name or file.stem), hashlib.sha256(content).hexdigest()
    _standing(case, "keywords", replaces)
    row = (replaces, 0, chosen, "\n".join(found.words), file.name, digest)
    told = {
        "name": chosen,
        "file": file.name,
        "sha256": digest,
        "words": len(found.words),
        "refused": len(found.refused),
    }
    (number,) = case.append("keywords", chosen, {"keywords": [row]}, told)
    return KeywordReceipt(number, chosen, len(found.words), found.refused, digest)


def withdraw_keywords(case: Case, number: int) -> None:
    """Take a list back; it stays and is shown as withdrawn. Raises UserError."""
    _standing(case, "keywords", number)
    case.append("keywords", str(number), {"keywords": [(number, 1, None, None, None, None)]}, {"withdraws": number})


def keep_search(case: Case, name: str, question: str) -> int:
    """Keep a question under a name. Returns its number. Raises UserError."""
    row = (None, 0, _name(name), line("question", question))
    return case.append("search", name, {"kept_search": [row]}, {"question": question})[0]


def forget_search(case: Case, number: int) -> None:
    """Take a kept question back. Raises UserError."""
    _standing(case, "kept_search", number)
    case.append("search", str(number), {"kept_search": [(number, 1, None, None)]}, {"withdraws": number})


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        raise UserError(
            f"{file}: cannot be read ({error.strerror or error}); check the path and your rights to it"
        ) from error
    if len(content) > LARGEST:
        raise UserError(f"{file}: larger than {LARGEST >> 20} MiB; a list of keywords is a text file with one a line")
    return content


def _name(text: str) -> str:
    name = line("name", text)
    if len(name) > LONGEST_NAME:
        raise UserError(f"name: {len(name)} characters are more than the {LONGEST_NAME} that a name can have")
    return name


def _standing(case: Case, table: str, number: int | None) -> None:
    if number is not None and not case.stands(table, number, "id", number):
        raise UserError(f"number {number} does not stand: it is not there, or was replaced or withdrawn")

"""The printed report: everything `Report` says within the bounds of paper, as an archival PDF."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from triage import __version__
from triage.report.paper import body, closing
from triage.report.paper.cards import card, message_card
from triage.report.paper.opening import summary, title
from triage.report.paper.stated import exhibits
from triage.report.paper.talks import talks
from triage.report.paper.typesetting import drawn, typeset
from triage.report.paper.words import Words
from triage.report.signing import Request, signed
from triage.text import table

if TYPE_CHECKING:
    from pathlib import Path

    from triage.certificate import PaperKey
    from triage.report.model import Report

NAMES = {"id": "laporan.pdf", "en": "report.pdf"}
FINDINGS, MESSAGES = 300, 100
BOX = (57, 77, 312, 153)  # of the visible signature, points from the lower left of the last page: 90 by 27 mm
SAID = ("report", "paper", "trace")  # texts that a template may use


def write_paper(report: Report, folder: Path) -> Path:
    """Write the PDF in the report's language into the folder. Raises OSError, CaseError, UserError."""
    data: dict[str, object] = {}

    def gather(pictures: Path) -> None:
        data.update(_data(report, pictures))

    made = typeset("report.typ", data, gather, at=seconds(report.frame.made_at))
    if report.frame.paper_key:
        made = _signed(made, report, report.frame.paper_key)
    path = folder / NAMES[report.frame.language]
    path.write_bytes(made)
    return path


def pages(report: Report, *, dots: float) -> list[bytes]:
    """The pages of the PDF as PNG pictures, with so many dots per inch. Raises OSError, CaseError, UserError."""
    data: dict[str, object] = {}

    def gather(pictures: Path) -> None:
        data.update(_data(report, pictures))

    return drawn("report.typ", data, gather, at=seconds(report.frame.made_at), dots=dots)


def _signed(document: bytes, report: Report, key: PaperKey) -> bytes:
    """The document with a PAdES signature, seen on the last page or not, as asked for. Raises CaseError."""
    words = Words(report.frame)
    stamp = None
    if report.frame.wish.signature == "visible":
        stamp = typeset("stamp.typ", _stamp(report, key, words), at=seconds(report.frame.made_at))
    return signed(Request(document, key, words("paper.sign_reason"), stamp, BOX if stamp else None))


def _stamp(report: Report, key: PaperKey, words: Words) -> dict[str, object]:
    digits = " ".join(key.sha256[start : start + 8] for start in range(0, 64, 8))
    lines = [
        words("paper.sign_electronic"),
        words.name(key.name, 80),
        words.moment(report.frame.made_at[:19] + "Z"),
        words("paper.sign_self" if key.own else "paper.sign_agency"),
        f"SHA-256 {digits}",
    ]
    return {"lines": lines, "made": _made(report), "language": report.frame.language}


def _made(report: Report) -> list[int]:
    return list(datetime.fromisoformat(report.frame.made_at).timetuple()[:6])


def seconds(moment: str) -> int:
    """Seconds since 1970 of one of our own times."""
    return int(datetime.fromisoformat(moment).timestamp())


def _data(report: Report, pictures: Path) -> dict[str, object]:
    """What a template receives; docs/report.md names the parts."""
    frame, words = report.frame, Words(report.frame)
    certainties: Counter[str] = Counter()
    cards: list[dict[str, object]] = []
    for finding in report.findings():
        certainties[finding.certainty.word] += 1
        if len(cards) < FINDINGS:
            cards.append(card(finding, words))
    messages: list[dict[str, object]] = []
    for message in report.message_findings():
        certainties[message.certainty.word] += 1
        if len(messages) < MESSAGES:
            messages.append(message_card(message, words))
    foot = words("report.foot", number=frame.head[0], digest=frame.head[1], version=__version__)
    return {
        "language": frame.language,
        "text": {f"{part}.{key}": text for part in SAID for key, text in table(part, frame.language).items()},
        "made": _made(report),
        "foot": foot,
        "title": title(report, words),
        "summary": summary(report, words, certainties),
        "exhibits": exhibits(report, words, pictures),
        "findings": cards,
        "findings_more": words.left_out(len(cards), len(report.chosen), "v_hits"),
        "message_findings": messages,
        "message_findings_more": words.left_out(len(messages), report.message_count, "v_messages"),
        "talks": talks(report, words),
        "calls": body.calls(report, words),
        "traces": body.traces(report, words),
        "downloads": body.downloads(report, words),
        "positions": body.positions(report, words),
        "media": body.media(report, words, pictures),
        "evidence": closing.evidence(report, words),
        "method": closing.method(report, words),
        "coverage": closing.coverage(report, words),
        "problems": closing.problems(report, words),
        "custody": closing.custody(report, words),
        "meanings": closing.meanings(words),
        "actor": words.name(frame.actor),
        "key": frame.key,
    }

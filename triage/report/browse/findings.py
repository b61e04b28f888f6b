"""Findings as cards: labelled groups of lines in the report's language, so that the page only has to show them."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from triage.report.browse.chunks import plain
from triage.report.moments import in_words
from triage.report.paper.message_cards import message_groups, message_title
from triage.report.paper.words import Words
from triage.report.shown import size
from triage.sentences import told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.queries import HitRow
    from triage.report import Report
    from triage.report.browse.chunks import Chunks, DataSet
    from triage.report.findings import Carried, Finding, Stated
    from triage.report.message_findings import MessageFinding
    from triage.text import Say

FINDINGS = 50
COLUMNS = ("number", "name", "exhibit", "path", "certainty", "word", "state", "notable", "tags", "groups")
Group = tuple[str, str, list[str]]  # label, how it is set (text, mono, code), lines


def write_findings(report: Report, chunks: Chunks, say: Say) -> DataSet:
    """Write the cards. Raises OSError, CaseError."""
    cards = _Cards(say, report.frame.wish.zone)
    words = Words(report.frame)
    rows = chain(
        (cards.row(finding) for finding in report.findings()),
        (_message(finding, words) for finding in report.message_findings()),
    )
    return chunks.write("findings", COLUMNS, rows, size=FINDINGS, by=("exhibit", "word", "certainty"))


def _message(finding: MessageFinding, words: Words) -> list[object]:
    """The card of a message that carried a finding."""
    groups = [
        (label, style, [str(plain(line, lines=True)) for line in lines])
        for label, style, lines in message_groups(finding, words)
        if lines
    ]
    return [
        finding.number,
        plain(message_title(finding, words)),
        plain(finding.database.exhibit),
        plain(finding.database.path),
        finding.certainty.word,
        words(f"paper.certain_{finding.certainty.word}"),
        finding.message.deleted or "live",
        0,
        [],
        groups,
    ]


class _Cards:
    """Findings in one language and zone."""

    def __init__(self, say: Say, zone: str) -> None:
        self._say, self._zone = say, zone

    def row(self, finding: Finding) -> list[object]:
        """One card."""
        file = finding.file
        groups = [
            (label, style, [str(plain(line, lines=True)) for line in lines])
            for label, style, lines in self._groups(finding)
            if lines
        ]
        return [
            finding.number,
            plain(file.name),
            plain(file.exhibit),
            plain(file.path),
            finding.certainty.word,
            self._say(f"paper.certain_{finding.certainty.word}"),
            finding.state,
            int(finding.notable),
            [plain(tag) for tag in finding.tags],
            groups,
        ]

    def _groups(self, finding: Finding) -> Iterator[Group]:
        say, file = self._say, finding.file
        yield say("browse.certainty"), "text", [say(f"paper.rule_{finding.certainty.rule}")]
        yield say("report.match"), "text", [line for match in finding.matches for line in self._match(match)]
        yield say("browse.tags"), "text", list(finding.tags)
        yield (
            say("browse.notes"),
            "text",
            [f"{note.body} ({note.actor}, {self._time(note.at)})" for note in finding.notes],
        )
        yield say("report.exhibit"), "text", [file.exhibit]
        yield say("report.path"), "mono", [file.path]
        yield say("report.state"), "text", [say(f"paper.state_{finding.state}")]
        mismatch = f" · {say('report.mismatch')}" if file.mismatch else ""
        yield say("report.size_type"), "text", [f"{size(file.size, say.language)} · {file.mime or '—'}{mismatch}"]
        times = (
            ("modified", file.modified),
            ("accessed", file.accessed),
            ("changed", file.changed),
            ("born", file.born),
        )
        yield (
            say("report.times"),
            "text",
            [f"{say(f'report.{name}')}: {self._time(value)}" for name, value in times if value],
        )
        digests = (("SHA-256", file.sha256), ("SHA-1", file.sha1), ("MD5", file.md5))
        yield say("report.digests"), "mono", [f"{name} {value}" for name, value in digests if value]
        yield say("browse.place"), "mono", list(self._place(finding))
        yield say("browse.stated"), "text", [line for stated in finding.stated for line in self._stated(stated)]
        yield (
            say("report.exchanged"),
            "text",
            [line for carried in finding.carried.rows for line in self._carried(carried)],
        )
        hidden = finding.carried.hidden
        yield "", "text", [say("browse.more_messages", n=hidden)] if hidden > 0 else []
        yield say("browse.readers"), "text", [f"{each.extractor} {each.version}" for each in finding.readers]
        yield say("browse.limits"), "text", [say(f"paper.bound_{each}") for each in finding.limits]
        yield say("report.recheck"), "code", list(finding.commands) or [say("report.recheck_none")]
        yield say("report.recheck_expected"), "mono", [file.sha1] if finding.commands and file.sha1 else []
        for stated in finding.stated:
            yield say("browse.recheck_stated"), "code", list(stated.commands)
        for carried in finding.carried.rows:
            yield say("browse.recheck_row"), "code", list(carried.commands)

    def _match(self, match: HitRow) -> Iterator[str]:
        kind = self._say(f"report.how_{match.how}")
        distance = f", {self._say('report.distance', distance=match.distance)}" if match.distance is not None else ""
        category = f" · {self._say('report.category')}: {match.category}" if match.category else ""
        yield f"{match.list} ({self._say('report.list_version')} {match.list_version}){category} · {kind}{distance}"
        yield match.value
        if match.explanation:
            yield told(match.explanation, self._say.language)

    def _place(self, finding: Finding) -> Iterator[str]:
        say, place = self._say, finding.place
        yield f"{say('report.source')}: {place.source}"
        if place.source_sha256:
            yield f"{say('report.source')} SHA-256: {place.source_sha256}"
        if finding.file.volume:
            yield f"{say('report.volume')}: {finding.file.volume}"
        if finding.volume_offset is not None:
            yield f"{say('browse.volume_offset')}: {finding.volume_offset}"
        if finding.address is not None:
            yield f"{say('report.metadata_address')}: {finding.address}"
        if place.position is not None:
            yield f"{say('browse.position')}: {place.position}"
        yield f"{say('report.locator')}: {place.locator}"

    def _stated(self, stated: Stated) -> Iterator[str]:
        fact, say = stated.fact, self._say
        if fact.taken_at:
            yield f"{say('report.taken')}: {self._time(fact.taken_at)}"
        if fact.make or fact.model:
            yield f"{say('report.camera')}: {' '.join(each for each in (fact.make, fact.model, fact.serial) if each)}"
        if fact.latitude is not None and fact.longitude is not None:
            yield f"{say('report.position')}: {fact.latitude:.6f}, {fact.longitude:.6f}"

    def _carried(self, carried: Carried) -> Iterator[str]:
        mention, say = carried.mention, self._say
        who = mention.sender_name or mention.sender or say("report.sender_not_said")
        thread = mention.thread_name or mention.thread or say("report.thread_unnamed")
        direction = f"report.direction_{mention.direction}"
        words = say(direction) if say.has(direction) else mention.direction
        yield f"{self._time(mention.sent_at)} · {mention.app} · {thread} · {who} · {words} · {mention.source_path}, {mention.where}"

    def _time(self, stamp: str | None) -> str:
        return in_words(stamp, self._say, self._zone)

"""Findings as cards of labelled lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.report.paper.message_cards import message_groups, message_title
from triage.report.paper.words import LONG, NOTHING

if TYPE_CHECKING:
    from triage.queries import HitRow
    from triage.report.findings import Carried, Finding, Stated
    from triage.report.message_findings import MessageFinding
    from triage.report.paper.words import Words

TIMES = ("modified", "accessed", "changed", "born")
MATCHES = 10
Data = dict[str, object]


def card(finding: Finding, words: Words) -> Data:
    """One finding in the order in which a court asks: what, how sure, where, how found, who carried it, how to check."""
    file = finding.file
    return {
        "number": finding.number,
        "name": words.name(file.name),
        "entry": file.id,
        "certainty": words(f"paper.certain_{finding.certainty.word}"),
        "certain": finding.certainty.word,
        "rule": words(f"paper.rule_{finding.certainty.rule}"),
        "state": words(f"paper.state_{finding.state}"),
        "matches": [_match(match, words) for match in finding.matches[:MATCHES]],
        "tags": [words.name(tag) for tag in finding.tags],
        "notes": [
            f"{words.moment(note.at[:19] + 'Z')}, {words.name(note.actor)}: {words.name(note.body, LONG)}"
            for note in finding.notes
        ],
        "where": _where(finding, words),
        "size": f"{words.size(file.size)} · {words.name(file.mime)}",
        "mismatch": words("report.mismatch") if file.mismatch else None,
        "times": [
            [words(f"report.{name}"), words.moment(getattr(file, name))] for name in TIMES if getattr(file, name)
        ],
        "digests": [
            [name, value or NOTHING]
            for name, value in (("SHA-256", file.sha256), ("SHA-1", file.sha1), ("MD5", file.md5))
        ],
        "stated": [line for stated in finding.stated for line in _stated(stated, words)],
        "readers": [f"{words.name(each.extractor)} {words.name(each.version)}" for each in finding.readers],
        "carried": [_carried(each, words) for each in finding.carried.rows],
        "carried_more": words.more(finding.carried, "v_messages"),
        "recipe": [words.mask(each) for each in finding.commands],
        "expected": file.sha1,
        "exif": next(([words.mask(one) for one in each.commands] for each in finding.stated if each.commands), []),
        "limits": [words(f"paper.bound_{name}") for name in finding.limits],
    }


def message_card(finding: MessageFinding, words: Words) -> Data:
    """A message that carried a finding: labels with their lines, and the commands that show its row."""
    groups = [group for group in message_groups(finding, words) if group[2]]
    return {
        "number": finding.number,
        "name": message_title(finding, words),
        "exhibit": words.name(finding.database.exhibit),
        "certainty": words(f"paper.certain_{finding.certainty.word}"),
        "certain": finding.certainty.word,
        "rows": [[label, style, lines] for label, style, lines in groups if style != "code"],
        "recipe": list(finding.commands) and next(lines for _, style, lines in groups if style == "code"),
    }


def _match(match: HitRow, words: Words) -> Data:
    detail = [
        f"{words('report.category')}: {words.name(match.category)}" if match.category else "",
        words("report.distance", distance=words.number(match.distance)) if match.distance is not None else "",
        f"{words('report.list_version')} {words.name(match.list_version)}",
        words.told(match.explanation, LONG) if match.explanation else "",
    ]
    return {
        "list": words.name(match.list),
        "how": words.word("how", match.how),
        "value": words.name(match.value, 300),
        "detail": [each for each in detail if each],
    }


def _where(finding: Finding, words: Words) -> list[list[str]]:
    """Labels and values, from the exhibit inwards."""
    file, place = finding.file, finding.place
    rows = [
        [words("report.exhibit"), words.name(file.exhibit)],
        [words("report.source"), words.name(place.source)],
        [words("paper.source_digest"), place.source_sha256 or words("paper.no_source_digest")],
        [words("paper.volume"), _volume(finding, words)] if file.volume else [],
        [words("report.path"), words.name(file.path, 400)],
        [words("paper.address"), str(finding.address)] if finding.address is not None else [],
        [words("paper.position"), words.number(place.position)] if place.position is not None else [],
        [words("report.locator"), words.name(file.locator, LONG)],
    ]
    return [row for row in rows if row]


def _volume(finding: Finding, words: Words) -> str:
    name = words.name(finding.file.volume)
    if finding.volume_offset is None:
        return name
    return f"{name}, {words('paper.starts_at', offset=words.number(finding.volume_offset))}"


def _stated(stated: Stated, words: Words) -> list[list[str]]:
    fact = stated.fact
    shape = words.shape(fact.width, fact.height)
    rows = [
        [words("report.taken"), words.moment(fact.taken_at)] if fact.taken_at else [],
        [words("report.camera"), words.maker(fact.make, fact.model)] if fact.make or fact.model else [],
        [words("report.serial"), words.name(fact.serial)] if fact.serial else [],
        [words("report.position"), words.position(fact.latitude, fact.longitude) or NOTHING]
        if fact.latitude is not None
        else [],
        [words("paper.shape"), shape] if shape else [],
        [words("paper.duration"), f"{words.number(fact.duration_s)} s"] if fact.duration_s is not None else [],
    ]
    return [row for row in rows if row]


def _carried(carried: Carried, words: Words) -> Data:
    mention = carried.mention
    thread = mention.thread_name or mention.thread
    gone = f"{words('report.message_deleted')}: {words.word('gone', mention.deleted)}" if mention.deleted else None
    sender = mention.sender_name or mention.sender
    parts = [
        words.moment(mention.sent_at),
        words.name(mention.app),
        words.word("direction", mention.direction),
        words.name(thread) if thread else words("report.thread_unnamed"),
        f"{words('report.sender')} {words.name(sender)}" if sender else "",
    ]
    return {
        "line": " · ".join(part for part in parts if part),
        "gone": gone,
        "place": f"{words.name(mention.source_path)} · {words.name(mention.where)} · {words.word('rule', mention.rule)}",
        "recipe": [words.mask(each) for each in carried.commands],
    }

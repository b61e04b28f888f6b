"""A message that is a finding as labelled groups of lines: the same for paper and for the page to browse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.report.paper.words import LONG, NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.report.message_findings import MessageFinding
    from triage.report.paper.words import Words

Group = tuple[str, str, list[str]]  # label, how it is set (text, mono, code), lines


def message_groups(finding: MessageFinding, words: Words) -> Iterator[Group]:
    """What, how sure, where, how found, limits, and how to check it: in the order in which a court asks."""
    message, place = finding.message, finding.place
    yield words("browse.certainty"), "text", [words(f"paper.rule_{finding.certainty.rule}")]
    yield words("paper.message_carried"), "text", [
        f"{words('paper.finding', number=words.number(finding.carried))} · {words.word('rule', message.attachment_rule)}"
    ]  # fmt: skip
    yield words("report.time"), "text", [words.moment(message.sent_at)]
    yield words("report.app"), "text", [_app(finding, words)]
    yield words("paper.message_sender"), "text", [_sender(finding, words)]
    yield words("paper.message_body"), "text", words.body(message.body)
    yield words("report.attachment"), "mono", [words.name(message.attachment, LONG)] if message.attachment else []
    yield (
        words("report.state"),
        "text",
        [words.word("gone", message.deleted) if message.deleted else words("paper.state_live")],
    )
    yield words("report.exhibit"), "text", [words.name(finding.database.exhibit)]
    yield words("report.source"), "mono", [words.name(place.source, LONG)]
    yield words("paper.source_digest"), "mono", [place.source_sha256 or words("paper.no_source_digest")]
    yield words("paper.volume"), "text", [_volume(finding, words)] if finding.database.volume else []
    yield words("report.path"), "mono", [words.name(finding.database.path, LONG)]
    yield words("paper.address"), "text", [str(finding.address)] if finding.address is not None else []
    yield words("report.locator"), "mono", [words.name(place.locator, LONG)]
    yield words("report.where"), "mono", [words.name(message.where)]
    yield words("report.digests"), "mono", [f"SHA-256 {finding.database.sha256 or NOTHING}"]
    yield (
        words("paper.readers"),
        "text",
        [f"{words.name(each.extractor)} {words.name(each.version)}" for each in finding.readers],
    )
    yield words("paper.limits_here"), "text", [words("paper.bound_message"), words("paper.bound_use_message")]
    yield (
        words("report.recheck"),
        "code",
        [words.mask(each) for each in finding.commands] or [words("report.recheck_none")],
    )


def message_title(finding: MessageFinding, words: Words) -> str:
    """App and conversation."""
    thread = finding.message.thread
    return f"{words.name(finding.message.app)}, {words.name(thread) if thread else words('report.thread_unnamed')}"


def _app(finding: MessageFinding, words: Words) -> str:
    message = finding.message
    account = f"{words('report.account')} {words.name(message.account)}" if message.account else ""
    return " · ".join(each for each in (message_title(finding, words), account) if each)


def _sender(finding: MessageFinding, words: Words) -> str:
    message = finding.message
    named = " ".join(words.name(each) for each in (message.sender_name, message.sender) if each)
    absent = words("report.owner" if message.direction == "out" else "report.sender_not_said")
    return f"{named or absent} · {words.word('direction', message.direction)}"


def _volume(finding: MessageFinding, words: Words) -> str:
    name = words.name(finding.database.volume)
    if finding.volume_offset is None:
        return name
    return f"{name}, {words('paper.starts_at', offset=words.number(finding.volume_offset))}"

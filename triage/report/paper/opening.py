"""The first pages: title, and the summary that is read in two minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage import __version__
from triage.report.certainty import CERTAINTIES
from triage.report.paper.stated import case_facts

if TYPE_CHECKING:
    from collections import Counter

    from triage.queries.findings import DeviceRow
    from triage.report.model import Report
    from triage.report.paper.words import Words
    from triage.report.sections import Sealed

DEVICES = 4  # shown of each exhibit on the summary page
Data = dict[str, object]


def title(report: Report, words: Words) -> Data:
    """What stands on the title page and in the document's own facts."""
    frame, over = report.frame, report.over
    rows = [
        [words("report.case"), words.name(over.name)],
        *case_facts(report, words),
        [words("report.exhibits"), ", ".join(map(words.name, over.exhibits)) or words("report.none")],
        [words("paper.selection"), _selection(report, words)],
        [words("report.images_shown"), words(f"report.images_{frame.images}")],
        [words("paper.times"), words(f"paper.times_{frame.wish.zone}")],
        [words("report.made"), words.moment(frame.made_at[:19] + "Z")],
        [words("report.made_by"), words.name(frame.actor)],
        [words("report.program"), f"Sigap {__version__}"],
        [words("report.signing_key"), frame.key],
    ]
    return {"name": words.name(over.called), "rows": rows, "fictional": over.fictional}


def summary(report: Report, words: Words, certainties: Counter[str]) -> Data:
    """Which devices, what was found, what was not examined and why."""
    return {
        "counts": _counts(report, words),
        "unfinished": words("report.unfinished", pending=words.number(report.over.summary.pending))
        if report.over.summary.pending
        else None,
        "devices": [_exhibit(sealed, report.over.devices, words) for sealed in report.over.evidence],
        "certainties": [
            [words(f"paper.certain_{word}"), words.number(certainties[word])]
            for word in CERTAINTIES
            if certainties[word]
        ],
        "found": [
            [
                words.name(group.exhibit),
                words.name(group.list),
                words.name(group.category),
                words.word("how", group.how),
                words.number(group.files),
                words.number(group.deleted),
            ]
            for group in report.over.groups
            if group.list_kind != "known"
        ],
        "lines": _lines(report, words),
        "open": _open(report, words),
        "closed": _closed(report, words),
        "disguised": _disguised(report, words),
    }


def _selection(report: Report, words: Words) -> str:
    wish = report.frame.wish
    chosen = words(f"paper.select_{wish.select}")
    return chosen if wish.exhibit is None else f"{chosen}; {words('paper.only_exhibit')} {words.name(wish.exhibit)}"


def _counts(report: Report, words: Words) -> list[Data]:
    counts = report.over.summary
    values = (
        ("paper.count_findings", len(report.chosen) + report.message_count),
        ("report.count_messages", counts.messages),
        ("report.count_calls", counts.calls),
        ("report.count_media", counts.media),
        ("report.count_positions", counts.with_position),
        ("report.count_problems", sum(counts.problems.values())),
    )
    return [
        {"value": words.number(value), "label": words(key), "strong": key == "paper.count_findings" and value > 0}
        for key, value in values
    ]


def _exhibit(sealed: Sealed, devices: list[DeviceRow], words: Words) -> Data:
    own = [device for device in devices if device.exhibit == sealed.row.exhibit]
    told = [_device(device, words) for device in own[:DEVICES]] or [words("report.device_not_said")]
    size = [] if sealed.row.size is None else [words.size(sealed.row.size)]
    return {
        "exhibit": words.name(sealed.row.exhibit),
        "source": words.name(sealed.row.source),
        "form": ", ".join([words.word("format", sealed.row.format), *size]),
        "integrity": words(f"report.short_{sealed.statement}"),
        "good": sealed.equal,
        "device": list(dict.fromkeys(told)),
    }


def _device(device: DeviceRow, words: Words) -> str:
    parts = [
        words.maker(device.make, device.model) if device.make or device.model else "",
        f"{words('report.serial')} {words.name(device.serial)}" if device.serial else "",
        f"IMEI {words.name(device.imei)}" if device.imei else "",
        words.name(device.system) if device.system else "",
        words.name(device.phone) if device.phone else "",
    ]
    return ", ".join(part for part in parts if part) or words("report.device_not_said")


def _lines(report: Report, words: Words) -> list[str]:
    over = report.over
    lines = [] if over.lists else [words("report.no_lists")]
    lines += [
        f"{words('report.no_match_before')} {words.name(used.name)} {words('report.no_match_after')}"
        for used in over.lists
        if not used.files
    ]
    for app in over.apps:
        counts = {name: words.number(getattr(app, name)) for name in ("messages", "threads", "deleted")}
        lines.append(f"{words.name(app.exhibit)}: {words.name(app.app)} — {words('report.app_line', **counts)}")
    if not over.apps:
        lines.append(words("report.no_messages_line"))
    media = {"media": words.number(over.summary.media), "positions": words.number(over.summary.with_position)}
    return [*lines, words("report.media_line", **media)]


def _open(report: Report, words: Words) -> list[str]:
    """What was not examined, and why."""
    over = report.over
    sums = {
        "pending": over.summary.pending,
        "skipped": sum(row.skipped for row in over.standings),
        "failed": sum(row.failed for row in over.standings),
    }
    lines = [words(f"report.open_{name}", n=words.number(number)) for name, number in sums.items() if number]
    lines += [f"{words.word('kind', group.kind)}: {words.number(group.problems.total)}" for group in over.problems]
    return [*(lines or [words("report.open_nothing")]), words("report.open_always")]


def _closed(report: Report, words: Words) -> Data | None:
    closed = report.over.closed
    if not closed.total:
        return None
    rows = [
        [
            words.name(row.exhibit),
            words.name(row.place),
            f"{words.word('kind', row.kind)}. {words.told(row.message, 400)}",
        ]
        for row in closed.rows
    ]
    return {"rows": rows, "more": words.more(closed, "v_problems"), "total": words.number(closed.total)}


def _disguised(report: Report, words: Words) -> Data | None:
    disguised = report.over.disguised
    if not disguised.total:
        return None
    rows = [
        [
            words.name(row.exhibit),
            words.name(row.path),
            ". ".join(
                [f"{words('report.mismatch')}: {words.name(row.mime or '?')}"] * row.mismatch
                + [f"{words('report.disguised_inside')}: {words.name(row.inside or '')}"] * bool(row.inside)
            ),
        ]
        for row in disguised.rows
    ]
    more = words.more(disguised, "v_appended")
    return {"rows": rows, "more": more, "total": words.number(disguised.total)}

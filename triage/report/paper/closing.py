"""Evidence and its digests, what was run, coverage, problems, custody, limits, glossary."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from triage.report.certainty import CERTAINTIES, RULES, STATES
from triage.report.paper.words import LONG, NOTHING

if TYPE_CHECKING:
    from triage.queries import ImageRow
    from triage.report.model import Report
    from triage.report.paper.words import Words
    from triage.report.sections import Sealed

TERMS = ("exhibit", "evidence", "locator", "entry", "digest", "hit", "problem", "custody", "deleted", "utc", "preview")
LIMITS = range(1, 9)
PLAIN_SETTINGS = ("profile", "lists", "extract", "carve", "hash_source", "verify_image", "allow_writable", "expected")
Data = dict[str, object]


def evidence(report: Report, words: Words) -> list[Data]:
    """Each source with its digests before and after."""
    return [_sealed(sealed, report.over.images, words) for sealed in report.over.evidence]


def method(report: Report, words: Words) -> Data:
    """Runs, lists, extractors, settings."""
    over = report.over
    sources = {sealed.row.id: words.name(sealed.row.source) for sealed in over.evidence}
    return {
        "runs": [
            [
                str(run.id),
                sources.get(run.evidence_id, NOTHING),
                f"Sigap {words.name(run.program)}",
                words.moment(_second(run.started_at)),
                words.moment(_second(run.ended_at)),
                words.word("run", run.outcome),
            ]
            for run in over.runs
        ],
        "lists": [
            [
                f"{words.name(used.name)} ({words.word('list', used.kind)})" if used.kind else words.name(used.name),
                used.digest,
                words.number(used.files),
            ]
            for used in over.lists
        ],
        "extractors": [
            [
                words.name(name),
                words.name(version),
                words.word("ran", outcome),
                words.number(items),
                words.number(records),
            ]
            for name, version, outcome, items, records in over.ran
        ],
        "settings": [[words("report.settings_of", run=run.id), _settings(run.settings, words)] for run in over.runs],
        "no_extract": [
            words("report.no_extract", run=run.id) for run in over.runs if run.settings.get("extract") is False
        ],
    }


def coverage(report: Report, words: Words) -> list[Data]:
    """How far each source was examined, and whether the sum is right."""
    return [
        {
            "exhibit": words.name(row.exhibit),
            "source": words.name(row.evidence),
            "counts": [
                words.number(value) for value in (row.found, row.examined, row.skipped, row.failed, row.pending)
            ],
            "bytes": [words.size(row.bytes_listed), words.size(row.bytes_read)],
            "sum": words("report.adds_up" if row.adds_up else "report.adds_not_up"),
            "good": row.adds_up,
            "files": words("report.of_found", files=words.number(row.files), deleted=words.number(row.deleted)),
        }
        for row in report.over.standings
    ]


def problems(report: Report, words: Words) -> list[Data]:
    """What could not be read, by kind."""
    return [
        {
            "title": f"{words.word('kind', group.kind)} ({words.number(group.problems.total)})",
            "rows": [
                [
                    words.name(row.path)
                    + (f" ({words('report.volume')} {words.name(row.volume)})" if row.volume else ""),
                    words.name(row.stage),
                    words.told(row.message, LONG),
                ]
                for row in group.problems.rows
            ],
            "more": words.more(group.problems, "v_problems"),
        }
        for group in report.over.problems
    ]


def custody(report: Report, words: Words) -> Data:
    """The log as a table, and its last digest."""
    events = report.over.custody
    number, digest = report.frame.head
    counts = {
        "shown": words.number(len(events.rows)),
        "total": words.number(events.total),
        "hidden": words.number(events.hidden),
    }
    return {
        "rows": [
            [
                str(event.number),
                words.moment(_second(event.at)),
                words.name(event.actor),
                words.action(event.action),
                words.name(event.subject),
                f"{event.digest[:12]}…",
            ]
            for event in events.rows
        ],
        "more": words("report.more_events", **counts) if events.hidden > 0 else None,
        "number": words("report.event_number", number=number),
        "digest": digest,
    }


def meanings(words: Words) -> Data:
    """Limits of the method, the scale of certainty, states, and terms."""
    return {
        "limits": [words(f"report.limit_{number}") for number in LIMITS],
        "terms": [[words(f"report.term_{term}"), words(f"report.meaning_{term}")] for term in TERMS],
        "scale": [[words(f"paper.certain_{word}"), words(f"paper.scale_{word}")] for word in CERTAINTIES],
        "rules": [words(f"paper.rule_{rule}") for rule in RULES],
        "states": [words(f"paper.state_{state}") for state in STATES],
    }


def _sealed(sealed: Sealed, images: list[ImageRow], words: Words) -> Data:
    row = sealed.row
    size = [] if row.size is None else [words.size(row.size)]
    return {
        "exhibit": words.name(row.exhibit),
        "rows": [
            [words("report.source"), words.name(row.source)],
            [words("report.format"), ", ".join([words.word("format", row.format), *size])],
        ],
        "before": _digests(row.md5_before, row.sha256_before, row.before_at, words),
        "after": _digests(row.md5_after, row.sha256_after, row.after_at, words),
        "statement": words(f"report.{sealed.statement}"),
        "good": sealed.equal,
        "images": [_image(image, words) for image in images if image.evidence_id == row.id],
    }


def _digests(md5: str | None, sha256: str | None, at: str | None, words: Words) -> Data | None:
    if sha256 is None:
        return None
    return {"sha256": sha256, "md5": md5 or NOTHING, "at": words.moment(_second(at))}


def _image(image: ImageRow, words: Words) -> Data:
    compared = [
        f"{words.word('image', each['origin'])}: {str(each['digest']).upper()} {words.name(str(each['value']))}"
        for each in image.compared
    ]
    return {
        "statement": words(f"report.image_{image.outcome}"),
        "good": {"fits": True, "differs": False, "damaged": False, "unreadable": False}.get(image.outcome),
        "digests": [f"{name.upper()} {value}" for name, value in image.digests.items()],
        "compared": compared,
    }


def _settings(settings: dict[str, object], words: Words) -> str:
    shown = [
        f"{name} = {json.dumps(settings[name], ensure_ascii=False)}" for name in PLAIN_SETTINGS if name in settings
    ]
    return words.name("; ".join(shown), LONG)


def _second(stamp: str | None) -> str | None:
    """Our own times carry microseconds; people need seconds."""
    return None if stamp is None else f"{stamp[:19]}Z"

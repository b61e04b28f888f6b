"""What a card says of an evidence: a verdict with its reason and its limits, in words. No widget here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.queries import FileFilter
from triage.ui.words import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.queries import BoardRow, Matched
    from triage.run import Progress
    from triage.ui.card import CardState
    from triage.ui.language import Language

MATCH, OPEN, CALM = "match", "open", "calm"  # the signs of the theme
MOST_REASONS = 6  # categories told on a card; the pane of matches has all


def judged(standing: CardState) -> str:
    """The sign of a card: a match, something that stays open, or neither.

    Open is whatever keeps "no match" from being said of the whole: nothing to compare with, not finished, failed, closed, skipped.
    """
    row = standing.row
    if row and row.notable:
        return MATCH
    settled = row and row.outcome == "done" and row.lists and not standing.running
    if not row or not settled or row.pending or row.failed or row.skipped or row.problems:
        return OPEN if standing.begun else CALM
    return CALM


def ways(standing: CardState, say: Language) -> tuple[tuple[str, str, object], ...]:
    """What of this evidence can be looked at: words of the button, pane, part of the pane."""
    return tuple(_ways(standing.row, say)) if standing.row else ()


def _ways(row: BoardRow, say: Language) -> Iterator[tuple[str, str, object]]:
    if row.notable:
        yield say("ui_verdict.see_matches", n=say.number(row.notable)), "hits", None
    if closed := row.encrypted + row.maybe_encrypted:
        kind = "encrypted" if row.encrypted else "maybe-encrypted"
        yield say("ui_verdict.see_closed", n=say.number(closed)), "problems", kind
    if row.problems:
        yield say("ui_verdict.see_problems", n=say.number(row.problems)), "problems", None
    for status in ("failed", "skipped"):
        if count := getattr(row, status):
            part = FileFilter(status=status, files_only=False)
            yield say(f"ui_verdict.see_{status}", n=say.number(count)), "files", part


def verdict(standing: CardState, say: Language) -> str:
    """What was found, with what it was compared; never that a thing is free of anything."""
    if not standing.begun:
        return say("ui_board.not_begun")
    if not standing.lists:
        return say("ui_board.no_list")
    names = ", ".join(shown(name) for name in standing.lists)
    row = standing.row
    if row and row.notable:
        told = say("ui_board.matches", n=say.number(row.notable), lists=names)
        return "\n".join((told, *reasons(standing.matched, say)))
    partly = row is None or standing.running or row.pending
    return say("ui_board.no_match_so_far" if partly else "ui_board.no_match", lists=names)


def reasons(matched: tuple[Matched, ...], say: Language) -> Iterator[str]:
    """Which list and category the matches are of, most files first."""
    ordered = sorted(matched, key=lambda each: (-each.files, each.list, each.category or ""))
    for each in ordered[:MOST_REASONS]:
        category = shown(each.category) if each.category else say("ui_verdict.no_category")
        yield say("ui_verdict.reason", list=shown(each.list), category=category, n=say.number(each.files))
    if len(ordered) > MOST_REASONS:
        yield say("ui_verdict.more", n=say.number(len(ordered) - MOST_REASONS))


def limits(row: BoardRow | None, say: Language) -> str:
    """The account of every entry found, and whether the source was the same before and after."""
    if row is None:
        return ""
    counts = {
        name: say.number(getattr(row, name))
        for name in ("found", "examined", "skipped", "failed", "pending", "problems")
    }
    lines = []
    if row.encrypted:
        lines.append(say("ui_board.encrypted", n=say.number(row.encrypted)))
    if row.maybe_encrypted:
        lines.append(say("ui_board.maybe_encrypted", n=say.number(row.maybe_encrypted)))
    lines.append(say("ui_board.account", **counts))
    if row.sha256_before and row.sha256_after:
        lines.append(say("ui_board.unchanged" if row.sha256_before == row.sha256_after else "ui_board.changed"))
    return "\n".join(lines)


def pace(progress: Progress, say: Language) -> str:
    """Rate, counts and an honest remaining time."""
    phase = say.choice("ui_phase", progress.phase)
    left = say("ui_board.remaining_unknown")
    if progress.remaining_s is not None:
        left = say("ui_board.remaining", time=say.duration(progress.remaining_s))
    rate = say("ui_board.bytes_rate", rate=say.size(round(progress.bytes_per_second)))
    if progress.phase != "examine":
        amount = say("ui_board.bytes_of", done=say.size(progress.bytes_done), total=say.size(progress.bytes_total))
        return f"{phase} · {amount} · {rate} · {left}"
    counts = say(
        "ui_board.live",
        done=say.number(progress.done),
        pending=say.number(progress.pending),
        problems=say.number(progress.problems),
        rate=say.number(progress.entries_per_second),
    )
    elapsed = say("ui_board.elapsed", time=say.duration(progress.elapsed_s))
    return f"{phase} · {counts} · {rate} · {elapsed} · {left}"


def source_line(standing: CardState, say: Language) -> str:
    """Where it is, its form, its size."""
    row = standing.row
    parts = [shown(str(standing.source))]
    if row:
        parts += [shown(row.format)] + ([say.size(row.size)] if row.size is not None else [])
    return " · ".join(parts)

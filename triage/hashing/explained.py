"""A match as a hit: what the report and the desktop show of it, in words that a person can check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.hashing.shapes import SPOKEN
from triage.model import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.hashing.likeness import Like, Shared
    from triage.hashing.lists import Match
    from triage.hashing.record import ListInfo


SHOWN_RANGES = 10


def hits(info: ListInfo, matches: Sequence[Match]) -> Iterator[Hit]:
    """One hit for each different thing the list says of the item; contradictions between them are spelt out."""
    different: dict[bytes, Match] = {}
    for match in matches:
        different.setdefault(match.detail.packed(), match)
    for match in different.values():
        category = named_category(info, match.detail.category)
        others = sorted(
            {
                named_category(info, each.detail.category) or "no category"
                for each in different.values()
                if each.detail.category != match.detail.category
            }
        )
        yield Hit(
            list=info.name,
            list_version=info.short_digest,
            list_kind=info.kind,
            how="exact",
            value=f"{match.agreeing[0]}:{match.value}",
            category=category,
            explanation=_explained(info, match, others),
            scheme=info.meaning.scheme if info.meaning and match.detail.category is not None else None,
            code=match.detail.category,
            details=match.detail.packed().decode() or None,
        )


def picture_hit(info: ListInfo, like: Like, words: str, *, near: bool) -> Hit:
    """A picture that looks like one on a list, and what was done to it to see that."""
    done = f", after this was done to it: {words}" if words else ""
    sentence = (
        f"The picture {_likeness(near)} one on the {info.kind} list {info.name!r}{_as(like.name)}: {like.distance} of 256 bits of the PDQ"
        f" fingerprint differ{done}. Not the same file: compare by eye."
    )
    return _alike(info, like, sentence)


def clip_hit(info: ListInfo, shared: Shared, *, near: bool) -> Hit:
    """A clip that has frames in common with one on a list, and where they are."""
    times = "; ".join(_time_range(start, end) for start, end in shared.seconds[:SHOWN_RANGES])
    more = f" and {len(shared.seconds) - SHOWN_RANGES} more" if len(shared.seconds) > SHOWN_RANGES else ""
    frames = "1 frame" if shared.frames == 1 else f"{shared.frames} frames"
    listed = f" and {shared.of_list:.0%} of those on the list" if shared.of_list is not None else ""
    sentence = (
        f"The clip at {times}{more} {_likeness(near)} what is on the {info.kind} list {info.name!r}{_as(shared.nearest.name)}: {frames},"
        f" {shared.of_clip:.0%} of those looked at{listed}; in the nearest,"
        f" {shared.nearest.distance} of 256 bits of the PDQ fingerprint differ. Not the same file: compare by eye."
    )
    return _alike(info, shared.nearest, sentence)


def _alike(info: ListInfo, like: Like, sentence: str) -> Hit:
    code = like.detail.category
    sentences = [sentence]
    if info.meaning and code is not None:
        sentences.append(f"Category scheme: {info.meaning.title}.")
    if said := like.detail.spoken():
        sentences.append(f"The list says: {_printable(said)}.")
    return Hit(
        list=info.name,
        list_version=info.short_digest,
        list_kind=info.kind,
        how="fingerprint",
        value=f"pdq:{like.value}",
        category=named_category(info, code),
        distance=float(like.distance),
        explanation=" ".join(sentences),
        scheme=info.meaning.scheme if info.meaning and code is not None else None,
        code=code,
        details=like.detail.packed().decode() or None,
    )


def _likeness(near: bool) -> str:  # noqa: FBT001  # said by name where it is decided
    return "is near-identical to" if near else "is probably an edited form of"


def _as(name: str | None) -> str:
    return f", as {_printable(name)!r}" if name else ""


def _time_range(start: float, end: float) -> str:
    return _clock(start) if start == end else f"{_clock(start)} to {_clock(end)}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds, 1), 60)
    return f"{int(minutes // 60)}:{int(minutes % 60):02}:{rest:04.1f}"


def named_category(info: ListInfo, code: str | None) -> str | None:
    """The code with its label, where the scheme has one."""
    label = info.meaning.labels.get(code) if info.meaning and code is not None else None
    return f"{code}: {label}" if label else code


def _explained(info: ListInfo, match: Match, others: list[str]) -> str:
    agreeing = _joined([SPOKEN[each] for each in match.agreeing])
    verb = "is" if len(match.agreeing) == 1 else "are"
    sentences = [f"The {agreeing} of the content {verb} on the {info.kind} list {info.name!r}{_as(match.name)}."]
    if match.contradicted:
        stated = _joined([SPOKEN[each] for each in match.contradicted])
        sentences.append(
            f"The list states another {stated} for it: either a different content made to have the same {agreeing}, or a fault"
            " in the list. Compare by hand."
        )
    if info.meaning and match.detail.category is not None:
        sentences.append(f"Category scheme: {info.meaning.title}.")
    if others:
        sentences.append(f"The list contradicts itself: it also states {_printable('; '.join(others))}.")
    if said := match.detail.spoken():
        sentences.append(f"The list says: {_printable(said)}.")
    return " ".join(sentences)


def _joined(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)

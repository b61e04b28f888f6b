"""A match as a hit: what the report and the desktop show of it, in words that a person can check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.hashing.shapes import SPOKEN
from triage.model import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.hashing.lists import Match
    from triage.hashing.record import ListInfo


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


def named_category(info: ListInfo, code: str | None) -> str | None:
    """The code with its label, where the scheme has one."""
    label = info.meaning.labels.get(code) if info.meaning and code is not None else None
    return f"{code}: {label}" if label else code


def _explained(info: ListInfo, match: Match, others: list[str]) -> str:
    row = f", as {_printable(match.name)!r}" if match.name else ""
    agreeing = _joined([SPOKEN[each] for each in match.agreeing])
    verb = "is" if len(match.agreeing) == 1 else "are"
    sentences = [f"The {agreeing} of the content {verb} on the {info.kind} list {info.name!r}{row}."]
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

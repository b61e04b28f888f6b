"""Words for where a picture comes from: origin with its indicators, place, cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.ui.words import shown

if TYPE_CHECKING:
    from triage.queries import WhenceRow
    from triage.ui.language import Language


def whence_lines(row: WhenceRow, say: Language) -> list[tuple[str, str]]:
    """Name and value of each thing that is known."""
    return [
        (say("origin.first"), f"{say('origin.first_flag')} ({_because(row, say)})" if row.first else ""),
        (say("origin.title"), say.choice("origin", row.origin) if row.origin else ""),
        (say("origin.because"), "; ".join(_indicator(name, detail, say) for name, detail in row.indicators)),
        (say("locality.title"), place_words(row, say)),
        (say("cached_picture.title"), shown(row.cache or "")),
        (say("cached_picture.original"), shown(row.original or "", limit=4000)),
        (say("cached_picture.gone"), say("cached_picture.is_gone") if row.gone else ""),
    ]


def place_words(row: WhenceRow, say: Language) -> str:
    """Country, province, regency with what they rest on."""
    named = ", ".join(shown(part) for part in (row.regency, row.province, row.country) if part)
    rests = []
    if row.near and row.near_km is not None:
        words = "locality.near_regency" if row.regency else "locality.near"
        rests.append(say(words, name=shown(row.near), km=say.number(row.near_km)))
    if row.outline_km:
        rests.append(say("locality.off", km=say.number(row.outline_km)))
    return f"{named} ({'; '.join(rests)})" if rests else named


def _indicator(name: str, detail: str, say: Language) -> str:
    words = say.choice("origin_seen", name)
    return f"{words}: {shown(detail, limit=200)}" if detail else words


def _because(row: WhenceRow, say: Language) -> str:
    return ", ".join(say.choice("origin", reason) for reason in row.because)

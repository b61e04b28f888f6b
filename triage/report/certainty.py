"""What a finding is worth, by rules that the report prints: how it lay in the evidence, how sure the match is, what limits it.

The scale (docs/report.md): confirmed, probable, indication, incomplete (recovered, incomplete), assessed. A rule has a name; the texts
`paper.certain_<word>` and `paper.rule_<rule>` say it in both languages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.model import Locator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.queries import FileRow, HitRow

STATES = ("live", "deleted", "recovered", "carved", "cache")
CERTAINTIES = ("confirmed", "probable", "indication", "incomplete", "assessed")
RULES = (
    "exact",
    "exact_md5",
    "fingerprint_seen",
    "fingerprint_unseen",
    "fingerprint_recovered",
    "term",
    "rule",
    "other",
    "person",
    "message_digest",
    "message_path",
    "message_name",
    "message_assumed",
    "message_recovered",
)
_STRONG = ("sha1:", "sha256:")
_RECOVERED = {"deleted", "recovered", "carved"}
_CACHE = re.compile(
    r"(?:\A|/)(?:\.thumbnails|\.?thumbs?|thumbcache_[^/]*|thumbs\.db|iconcache[^/]*|cache2?|caches|code cache|gpucache"
    r"|image_manager_disk_cache|com\.apple\.quicklook\.[^/]*)(?:/|\Z)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Certainty:
    """A word of the scale, and the name of the rule that gave it."""

    word: str
    rule: str


def state_of(file: FileRow) -> str:
    """One of STATES. Carved: from space that no file owns. Recovered: deleted, and its folder is not known any more."""
    try:
        schemes = {step.scheme for step in Locator.parse(file.locator).steps}
    except ValueError:
        schemes = set()
    if "carved" in schemes:
        return "carved"
    if file.deleted:
        return "recovered" if "$OrphanFiles" in file.path else "deleted"
    return "cache" if _CACHE.search(file.path) else "live"


def certainty_of(matches: Sequence[HitRow], state: str, *, viewed: bool) -> Certainty:
    """The best that any of the matches allows. `viewed`: a person has tagged the file, and so looked at it."""
    words = [_of_match(match, state, viewed=viewed) for match in matches]
    return min(words, key=lambda each: CERTAINTIES.index(each.word)) if words else Certainty("assessed", "person")


def limits_of(matches: Sequence[HitRow], state: str) -> tuple[str, ...]:
    """Names of the limits that apply, each once: text `paper.bound_<name>`."""
    hows = dict.fromkeys(match.how for match in matches)
    known = [how for how in hows if how in {"exact", "fingerprint", "term", "rule"}]
    return (*known, *([state] if state != "live" else []), "use")


def _of_match(match: HitRow, state: str, *, viewed: bool) -> Certainty:
    if match.how == "exact":
        return Certainty("confirmed", "exact" if match.value.startswith(_STRONG) else "exact_md5")
    if match.how == "fingerprint":
        if state in _RECOVERED:
            return Certainty("incomplete", "fingerprint_recovered")
        return Certainty("probable", "fingerprint_seen") if viewed else Certainty("indication", "fingerprint_unseen")
    if state in _RECOVERED:
        return Certainty("incomplete", match.how if match.how in RULES else "other")
    return Certainty("indication", match.how if match.how in RULES else "other")

"""Groups of what looks alike, so that a person looks once.

A group has a centre and what is near it: pictures within 15 bits, so that any two of a group are within 30 and match by the rule that lists
are matched by; clips of which four fifths of the frames looked at match on both sides. No chain leads from one thing over others
to something unlike it. The centre of the first group is what has most neighbours, then of what is left, and so on; of equals, the
one nearest to them, then the one whose fingerprint comes first. So the groups depend on what is seen alone, not on the order in which it was examined.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from triage.hashing.nearest import MOST_DISTANCE, as_hashes, indexed, pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


RADIUS = 15
CLIP_SHARE = 0.8
CLIP_FRAMES = 16  # frames of a clip that are looked for, evenly chosen


class Member(NamedTuple):
    """Position of a thing among those given, and its distance from the centre: bits for a picture, share not matched for a clip."""

    position: int
    distance: float


def picture_groups(values: Sequence[bytes]) -> list[list[Member]]:
    """Groups of two and more among pictures, by their fingerprints of 32 bytes; the largest first, each by distance."""
    distinct = sorted(set(values))
    same: dict[bytes, list[int]] = defaultdict(list)
    for position, value in enumerate(values):
        same[value].append(position)
    links: dict[int, dict[int, float]] = {number: {number: 0.0} for number in range(len(distinct))}
    for part in pairs(as_hashes(distinct), indexed(distinct), within=RADIUS) if distinct else ():
        for query, distance, reference in part.tolist():
            links[query][reference] = float(distance)
    weights = [len(same[value]) for value in distinct]
    groups = [
        [Member(position, distance) for distance, number in group for position in same[distinct[number]]]
        for group in _centred(links, weights)
    ]
    return sorted((group for group in groups if len(group) > 1), key=lambda group: (-len(group), values[group[0][0]]))


def clip_groups(clips: Sequence[Sequence[bytes]]) -> list[list[Member]]:
    """Groups of two and more among clips, by the fingerprints of their frames."""
    order = sorted(range(len(clips)), key=lambda number: (-len(clips[number]), list(clips[number])))
    rank = {number: place for place, number in enumerate(order)}
    shares = _shares(clips)
    links = {place: {place: 0.0} for place in range(len(clips))}
    for (one, other), share in shares.items():
        both = min(share, shares.get((other, one), 0.0))
        if both >= CLIP_SHARE:
            links[rank[one]][rank[other]] = round(1 - both, 3)
    groups = [
        [Member(order[place], distance) for distance, place in group] for group in _centred(links, [1] * len(clips))
    ]
    return sorted(
        (group for group in groups if len(group) > 1), key=lambda group: (-len(group), list(clips[group[0].position]))
    )


def _centred(links: Mapping[int, Mapping[int, float]], weights: Sequence[int]) -> Iterable[list[tuple[float, int]]]:
    """Each thing in one group: its distance from the centre, and its number; things are numbered in the order that breaks ties."""
    reach = {number: sum(weights[each] for each in near) for number, near in links.items()}
    spread = {number: sum(weights[each] * off for each, off in near.items()) for number, near in links.items()}
    free = set(links)
    for centre in sorted(links, key=lambda number: (-reach[number], spread[number], number)):
        if centre in free:
            group = sorted((distance, number) for number, distance in links[centre].items() if number in free)
            free.difference_update(number for _, number in group)
            yield group


def _shares(clips: Sequence[Sequence[bytes]]) -> dict[tuple[int, int], float]:
    """For each pair of clips with something in common, the share of the first one's chosen frames that the second has."""
    owners: dict[bytes, set[int]] = defaultdict(set)
    askers: dict[bytes, set[int]] = defaultdict(set)
    chosen = [list(dict.fromkeys(frames[:: max(1, len(frames) // CLIP_FRAMES)])) for frames in clips]
    for number, frames in enumerate(clips):
        for value in frames:
            owners[value].add(number)
        for value in chosen[number]:
            askers[value].add(number)
    references, queries = sorted(owners), sorted(askers)
    found: dict[tuple[int, int], set[bytes]] = defaultdict(set)
    for part in pairs(as_hashes(queries), indexed(references), within=MOST_DISTANCE) if queries else ():
        for query, _, reference in part.tolist():
            for one in askers[queries[query]]:
                for other in owners[references[reference]] - {one}:
                    found[one, other].add(queries[query])
    return {pair: len(values) / len(chosen[pair[0]]) for pair, values in found.items()}

"""How many positions a second get their country, province and regency, beside the time the first one takes.

    python bench/places.py [POSITIONS]

Half of the positions are around known places of Indonesia (photographs are), half anywhere between 97 and 128 degrees east: mostly sea.
"""

from __future__ import annotations

import random
import sys
import time

from triage.gazetteer import locality
from triage.gazetteer.towns import places


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    chance = random.Random(1)
    home = [(latitude, longitude) for latitude, longitude, town in places() if town.country_code == "ID"]
    near = [_moved(chance, *chance.choice(home)) for _ in range(count)]
    anywhere = [(chance.uniform(-9, 4), chance.uniform(97, 128)) for _ in range(count)]
    started = time.perf_counter()
    locality(*near[0])
    print(f"first position, with unpacking: {time.perf_counter() - started:.2f} s")
    for words, points in (("around known places", near), ("anywhere", anywhere)):
        started, spent = time.perf_counter(), time.process_time()
        named = sum(known is not None and known.country is not None for known in (locality(*point) for point in points))
        taken, used = time.perf_counter() - started, time.process_time() - spent
        rates = f"{count / taken:,.0f} positions a second by the wall, {count / used:,.0f} by the processor"
        print(f"{words}: {rates}, {named / count:.1%} in a country")


def _moved(chance: random.Random, latitude: float, longitude: float) -> tuple[float, float]:
    return latitude + chance.gauss(0, 0.05), longitude + chance.gauss(0, 0.05)


if __name__ == "__main__":
    main()

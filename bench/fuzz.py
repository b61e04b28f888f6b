"""Every extractor over many damaged copies of its fixtures: records, problems or an EvidenceError, nothing else, and in time.

`python bench/fuzz.py [--rounds 500] [--seed TEXT] [EXTRACTOR ...]` (every extractor unless some are named; `messengers` stands for all that read
messages, calls or contacts). Where an extractor reads several schemas, each has its rounds and its line; encrypted forms are left out, as their
damage is a wrong key. Half of the rounds are chosen by
Hypothesis: bytes anywhere, and where the fixture is JSON or a property list, values of other types anywhere in it. The other half change
single bytes, overwrite whole pages, swap pages, cut the file or repeat a part of it; a database in every fourth of them has a write-ahead
log of rubbish or of another database, in every eighth a hostile schema (`poisoned`). Prints a line per extractor with what was met; ends with 1 where
anything else was met, or a round took three times the limit it was given.
"""

from __future__ import annotations

import argparse
import importlib
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "extractors")]

from triage.errors import EvidenceError  # noqa: E402
from triage.extractors import EXTRACTORS  # noqa: E402
from triage.model import RECORDS, Brightness, Call, Contact, Entry, Hit, Message, Problem  # noqa: E402
from triage.settings import Limits  # noqa: E402

ROUNDS = 500
PAGES = (512, 4096)
SECONDS = 5.0  # the limit a round has; three times that is a hang
SOUND = (*RECORDS, Problem, Hit, Entry, Brightness)

# the tests' fixtures are the evidence here
item_from_bytes = importlib.import_module("making.items").item_from_bytes
fixture = importlib.import_module("test_damage").fixture
hostile = importlib.import_module("making.hostile")
making = {
    name: importlib.import_module(f"making.{name}")
    for name in ("messengers", "messengers_more", "whatsapp", "whatsapp_apple", "unknown_chats", "phone_records")
}

# Further schemas of one extractor: the name of the file and what makes it.
FORMS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "whatsapp-android": (
        ("msgstore.db", "whatsapp", "make_legacy_msgstore"),
        ("msgstore.db", "whatsapp", "make_half_migrated_msgstore"),
    ),
    "whatsapp-contacts": (("com.whatsapp/databases/wa.db", "whatsapp_apple", "make_wa_contacts"),),
    "viber": (("ViberPC/1/viber.db", "messengers", "make_viber_pc"),),
    "wechat": (
        ("/WeChat Files/w/Msg/Multi/MSG0.db", "messengers_more", "make_wechat_windows"),
        ("/xwechat_files/w/db_storage/message/message_0.db", "messengers_more", "make_wechat_four"),
    ),
    "messenger": (
        ("msys_database_1000000001", "messengers_more", "make_msys"),
        ("lightspeed-userDatabases/1000000001.db", "messengers_more", "make_lightspeed"),
    ),
    "instagram": (
        ("ig_msys_database_1000000001", "messengers_more", "make_msys"),
        ("DirectSQLiteDatabase/1000000001.db", "messengers_more", "make_instagram_ios"),
    ),
    "apple-calls": (
        ("call_history.db", "phone_records", "make_call_history_of_ios7"),
        ("voicemail.db", "phone_records", "make_voicemail"),
    ),
    "assumed-messages": (("/data/data/com.x.y/databases/a.db", "unknown_chats", "make_core_data_chat"),),
}


class Told:
    """What the rounds of one extractor brought."""

    def __init__(self, extractor: Any, name: str) -> None:  # noqa: ANN401  # extractors share no base
        self.extractor, self.name = extractor, name
        self.met: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.slowest = 0.0
        self.rounds = 0

    def round(self, data: bytes, log: bytes | None = None) -> None:
        """One damaged copy."""
        self.rounds += 1
        companions = {"-wal": log} if log is not None else None
        item = item_from_bytes(self.name, data, companions, limits=Limits(entry_seconds=SECONDS))
        begun = time.monotonic()
        try:
            self._read(item)
        except EvidenceError:
            self.met["errors"] += 1
        except Exception as error:  # noqa: BLE001  # that is what is looked for
            self.wrong.append(f"round {self.rounds}: {type(error).__name__}: {error}")
        self.slowest = max(self.slowest, time.monotonic() - begun)

    def _read(self, item: Any) -> None:  # noqa: ANN401  # likewise
        for found in self.extractor.extract(item):
            if not isinstance(found, SOUND):
                self.wrong.append(f"round {self.rounds}: yielded {type(found).__name__}")
            self.met["problems" if isinstance(found, Problem) else "records"] += 1


def main() -> int:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="extractors")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seed", default="fuzz")
    chosen = parser.parse_args()
    print("| extractor | rounds | records | problems | refused | slowest s | wrong |\n|---|---|---|---|---|---|---|")
    bad = 0
    with tempfile.TemporaryDirectory(prefix="sigap-fuzz-") as folder:
        for extractor in EXTRACTORS:
            talks = "messengers" in chosen.names and {Message, Call, Contact} & set(extractor.records)
            if not chosen.names or extractor.name in chosen.names or talks:
                for name, data in schemas(extractor.name, Path(folder)):
                    bad += fuzz(extractor, name, data, chosen.rounds, chosen.seed)
    return 1 if bad else 0


def schemas(extractor: str, folder: Path) -> list[tuple[str, bytes]]:
    """The fixture of an extractor and its further schemas, by the name of the file."""
    found = [fixture(extractor, folder)]
    for number, (file, module, function) in enumerate(FORMS.get(extractor, ())):
        path = folder / f"{extractor}-{number}.db"
        path.unlink(missing_ok=True)
        getattr(making[module], function)(path)
        found.append((file, path.read_bytes()))
    return found


def fuzz(extractor: Any, name: str, data: bytes, rounds: int, seed: str) -> bool:  # noqa: ANN401  # the tests' fixtures have no types
    """One schema of one extractor; whether anything went wrong."""
    told = Told(extractor, name)
    chance = random.Random(f"{seed} {extractor.name} {name}")
    _by_hypothesis(told, data, rounds // 2)
    while told.rounds < rounds:
        told.round(*_damaged(data, chance, told.rounds))
    hangs = told.slowest > 3 * SECONDS
    met = " | ".join(str(told.met[key]) for key in ("records", "problems", "errors"))
    print(
        f"| `{extractor.name}` {Path(name).name} | {told.rounds} | {met} | {told.slowest:.2f} | {len(told.wrong) + hangs} |",
        flush=True,
    )
    for each in told.wrong[:5]:
        print(f"{extractor.name}: {each}", flush=True)
    return bool(told.wrong) or hangs


def _by_hypothesis(told: Told, data: bytes, rounds: int) -> None:
    """Bytes, and values of another type in what has a structure, as Hypothesis chooses them."""
    edits = st.lists(st.tuples(st.integers(0, len(data) - 1), st.binary(min_size=1, max_size=8)), max_size=20)
    quiet = settings(
        max_examples=rounds, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    end = told.rounds + rounds

    @quiet
    @given(edits=edits, length=st.integers(1, len(data)), value=_values(), place=st.integers(0, 10_000))
    def check(edits: list[tuple[int, bytes]], length: int, value: object, place: int) -> None:
        if told.rounds >= end:
            return
        structured = hostile.replaced(data, place, value)
        changed = bytearray(structured or data)
        for at, new in edits if structured is None else ():
            changed[at : at + len(new)] = new
        told.round(bytes(changed[:length]) if structured is None and length % 3 == 0 else bytes(changed))

    check()


def _values() -> st.SearchStrategy[Any]:
    """What may stand in JSON and in property lists."""
    plain = st.one_of(
        st.none(), st.booleans(), st.integers(-(1 << 63), (1 << 64) - 1), st.floats(), st.text(max_size=40)
    )
    return st.recursive(
        plain,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    )


def _damaged(data: bytes, chance: random.Random, number: int) -> tuple[bytes, bytes | None]:
    """One copy and its write-ahead log."""
    database = data.startswith(b"SQLite")
    if database and number % 8 == 5:
        return hostile.poisoned(data, chance), None
    return _changed(data, chance), _changed(data, chance) if database and number % 4 == 3 else None


def _changed(data: bytes, chance: random.Random) -> bytes:
    """Damaged one of five ways."""
    changed = bytearray(data)
    size = chance.choice(PAGES)
    pages = max(1, len(data) // size)
    match chance.randrange(5):
        case 0:
            for _ in range(chance.randint(1, 20)):
                changed[chance.randrange(len(changed))] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        case 1:
            at = chance.randrange(pages) * size
            changed[at : at + size] = chance.randbytes(min(size, len(data) - at))
        case 2:
            one, other = (chance.randrange(pages) * size for _ in range(2))
            changed[one : one + size], changed[other : other + size] = (
                changed[other : other + size],
                changed[one : one + size],
            )
        case 3:
            del changed[chance.randrange(1, len(changed)) :]
        case _:
            at = chance.randrange(len(changed))
            changed[at:at] = changed[: chance.randrange(1, size)]
    return bytes(changed)


if __name__ == "__main__":
    sys.exit(main())

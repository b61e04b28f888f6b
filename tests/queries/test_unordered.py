"""The digest over many digests depends on them alone, and not on their order or number in memory."""

import hashlib
import random

from triage.queries import unordered


def test_equal_to_sorting_all_in_memory(monkeypatch):
    monkeypatch.setattr(unordered, "_KEPT", 4096)  # most parts go to scratch
    digests = [hashlib.sha256(b"%d" % (number % 4500)).digest() for number in range(5000)]  # some twice
    random.Random(1).shuffle(digests)
    expected = hashlib.sha256(b"".join(sorted(digests))).hexdigest()
    assert unordered.digest_of_sorted(iter(digests)) == (5000, expected)


def test_none():
    assert unordered.digest_of_sorted([]) == (0, hashlib.sha256().hexdigest())

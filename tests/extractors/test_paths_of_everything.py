"""Which files of a phone each extractor wants, by path: every file that belongs to one and no other, over complete lists of phones."""

import pytest
from corpus import corpus_file
from phone_paths import ELSEWHERE, ON_AN_IPHONE, expected, listed, wanting

from triage.extractors import EXTRACTORS

PHONES = {"belkasoft-ctf6-ios-dev1.csv.zip": 20, "magnet-mvs-2023-ios.csv.zip": 25}


@pytest.mark.parametrize("phone", PHONES)
def test_every_file_of_a_phone(phone: str) -> None:
    found = {path: (wanting(path), expected(path)) for path in listed(corpus_file("phones", "filelists", phone))}
    assert {path: pair for path, pair in found.items() if pair[0] != pair[1]} == {}
    assert len(set().union(*(wanted for wanted, _ in found.values()))) > PHONES[phone]


@pytest.mark.parametrize(("path", "names"), ELSEWHERE)
def test_paths_of_other_devices(path: str, names: str) -> None:
    assert wanting(f"/{path}") == set(names.split())


def test_only_extractors_that_there_are_have_places() -> None:
    assert set(ON_AN_IPHONE) <= {each.name for each in EXTRACTORS}

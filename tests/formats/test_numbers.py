"""Numbers are brought into international form where the evidence says what they mean, and nowhere else."""

import pytest

from triage.formats import numbers

SAME = "+62000000001"


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("+62 000 000-001", None, SAME),
        ("tel:+62000000001", "US", SAME),
        ("62000000001@s.whatsapp.net", None, SAME),
        ("0811-0000-001", "id", "+628110000001"),
        ("0811-0000-001", None, None),
        ("(202) 555-0100", "US", "+12025550100"),
        ("1 202 555 0100", "CA", "+12025550100"),
        ("202 555 0100", "ID", None),
        ("62000000001", "ID", None),  # no trunk prefix: it may be a local number
        ("0062 000 000 001", "ID", None),  # the prefix for going abroad differs by network
        ("08110000001", "SG", None),  # a country without trunk prefix
        ("8 912 000 00 00", "RU", "+79120000000"),
        ("112", "ID", None),
        ("TELKOMSEL", "ID", None),
        ("+62 abc", None, None),
        ("+0123456789", None, None),
        ("", "ID", None),
    ],
)
def test_numbers(text: str, country: str | None, number: str | None) -> None:
    found = numbers.international(text, country)
    assert (found and found[0]) == number


def test_the_rule_is_told() -> None:
    rules = [
        numbers.international(text, "ID")[1] for text in ("+62000000001", "0811000000", "62000000001@s.whatsapp.net")
    ]
    assert rules == ["written in international form", "written in the national form of ID", "identity of WhatsApp"]


def test_addresses() -> None:
    assert numbers.address(" Budi@Example.com ") == "budi@example.com"
    for text in ("62000000001@s.whatsapp.net", "1@g.us", "budi", "a@b", "a b@example.com"):
        assert numbers.address(text) is None


def test_networks() -> None:
    assert [numbers.country_of_network(code) for code in ("510", "310", "999", "", None)] == [
        "ID",
        "US",
        None,
        None,
        None,
    ]

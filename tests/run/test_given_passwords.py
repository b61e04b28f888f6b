"""What opens protected evidence, as a person gives it."""

import pytest

from triage.errors import UserError
from triage.evidence.keyring import STARTUP_KEY, passwords_of
from triage.run import given_passwords


def test_a_file_gives_each_of_its_lines(tmp_path):
    file = tmp_path / "kata.txt"
    file.write_text("\ufeffsatu\r\n\r\ndua kata\n", encoding="utf-8")
    assert passwords_of(given_passwords(f"@{file}")) == ("satu", "dua kata")
    assert passwords_of(given_passwords("satu")) == ("satu",)
    assert given_passwords(None) is None
    assert given_passwords("") is None


def test_a_startup_key_is_named_and_not_read(tmp_path):
    file = tmp_path / "A0B1.BEK"
    file.write_bytes(b"\x9c\x00\x00\x00")
    assert given_passwords(f"@{file}") == f"{STARTUP_KEY}{file}"


def test_an_empty_or_missing_file_is_wrong_use(tmp_path):
    (tmp_path / "kosong.txt").touch()
    for name in ("kosong.txt", "tidak-ada.txt"):
        with pytest.raises(UserError, match=name):
            given_passwords(f"@{tmp_path / name}")

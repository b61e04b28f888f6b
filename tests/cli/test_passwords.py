"""What opens protected evidence, as it is given on the command line."""

import pytest
import typer

from triage.cli.passwords import passwords
from triage.evidence.keyring import STARTUP_KEY, passwords_of


def test_a_file_gives_each_of_its_lines(tmp_path):
    file = tmp_path / "kata.txt"
    file.write_text("\ufeffsatu\r\n\r\ndua kata\n", encoding="utf-8")
    assert passwords_of(passwords(f"@{file}")) == ("satu", "dua kata")
    assert passwords_of(passwords("satu")) == ("satu",)
    assert passwords(None) is None


def test_a_startup_key_is_named_and_not_read(tmp_path):
    file = tmp_path / "A0B1.BEK"
    file.write_bytes(b"\x9c\x00\x00\x00")
    assert passwords(f"@{file}") == f"{STARTUP_KEY}{file}"


def test_an_empty_or_missing_file_is_wrong_use(tmp_path):
    (tmp_path / "kosong.txt").touch()
    for name in ("kosong.txt", "tidak-ada.txt"):
        with pytest.raises(typer.BadParameter, match=name):
            passwords(f"@{tmp_path / name}")

"""What is seen is what is there."""

import pytest

from triage.ui.words import BODY, duration, number, shown, shown_body, size


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("laporan\u202egpj.txt", "laporan[U+202E]gpj.txt"),
        ("a\u2066b\u2069c", "a[U+2066]b[U+2069]c"),
        ("two\nlines\ttab\x00", "two[U+000A]lines[U+0009]tab[U+0000]"),
        ("zero\u200bwidth\ufeff", "zero[U+200B]width[U+FEFF]"),
        ("\x1b[31mred", "[U+001B][31mred"),
        (b"caf\xe9".decode("utf-8", "surrogateescape"), "caf[0xE9]"),
        ("\ud800", "[U+D800]"),
        ("tag\U000e0041", "tag[U+E0041]"),
        ("<b>Foto & nama</b>", "<b>Foto & nama</b>"),
        ("Ünïcode 名前 اسم", "Ünïcode 名前 اسم"),
    ],
)
def test_what_is_hidden_is_written_out(text, seen):
    assert shown(text) == seen


def test_a_long_text_is_cut_and_says_so():
    assert shown("x" * 500) == "x" * 400 + "… (+100)"
    assert shown_body("y" * (BODY + 7)).endswith("… (+7)")


def test_a_message_keeps_its_lines_and_joined_pictographs_but_no_turned_writing():
    family = "\U0001f468\u200d\U0001f469"
    assert shown_body(f"satu\r\ndua {family}\u202e") == f"satu\ndua {family}[U+202E]"


def test_numbers_are_written_as_the_language_writes_them():
    assert number(1234567, "id") == "1.234.567"
    assert number(1234567, "en") == "1,234,567"
    assert size(1536, "id") == "1,5 KiB"
    assert size(1536, "en") == "1.5 KiB"
    assert size(999, "en") == "999 B"
    assert size(None, "en") == ""


@pytest.mark.parametrize(
    ("seconds", "english", "indonesian"),
    [
        (0.4, "0 s", "0 dtk"),
        (59.6, "1 min 0 s", "1 mnt 0 dtk"),
        (200, "3 min 20 s", "3 mnt 20 dtk"),
        (7500, "2 h 5 min", "2 jam 5 mnt"),
    ],
)
def test_spans_of_time(seconds, english, indonesian):
    assert duration(seconds, "en") == english
    assert duration(seconds, "id") == indonesian

"""Stored sentences in the language of the person: whole or not at all, and each that hits and common problems use is known."""

from __future__ import annotations

import string
import tomllib

import pytest

from triage.assets import resource
from triage.sentences import told

DATA = tomllib.loads(resource("sentences", "id.toml").read_text(encoding="utf-8"))


def test_a_sentence_with_its_names():
    stored = "The SHA-256, SHA-1 and MD5 of the content are on the notable list 'a. b', as 'x 'y'. z.jpg'."
    assert told(stored, "id") == (
        "SHA-256, SHA-1 dan MD5 dari isi berkas tercantum dalam daftar perhatian 'a. b', sebagai 'x 'y'. z.jpg'."
    )
    assert told(stored, "en") == stored


def test_several_sentences_and_one_inside_another():
    stored = "The SHA-1 of the content is on the known list 'k'. Category scheme: VICS. The list says: contoh."
    assert told(stored, "id").endswith("daftar yang dikenal 'k'. Skema kategori: VICS. Menurut daftar: contoh.")
    assert told("The rows of table t cannot be counted: The database ends after 5 of 9 bytes", "id") == (
        "Baris tabel t tidak dapat dihitung: Basis data berakhir setelah 5 dari 9 bita"
    )
    assert (
        told("p1: the image ends 512 bytes before the volume does", "id")
        == "p1: citra berakhir 512 bita sebelum volumenya selesai"
    )


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "something new",
        "The SHA-1 of the content is on the known list 'k'. And something new.",
        "The rows of table t cannot be counted: something new",
        "The SHA-1 of the content is on the strange list 'k'.",
        "x" * 5000,
        "No preview: " * 300,
    ],
)
def test_what_is_not_known_whole_stays_as_it_is(stored):
    assert told(stored, "id") == stored


@pytest.mark.parametrize("pair", DATA["sentence"], ids=lambda pair: pair["en"][:40])
def test_both_forms_have_the_same_places(pair):
    places = [{name for _, name, _, _ in string.Formatter().parse(pair[language]) if name} for language in ("en", "id")]
    assert places[1] <= places[0]
    assert places[0] - places[1] <= {"kind"}  # a verb


def test_sentences_of_hits_are_known():
    from triage.hashing import explained

    class Info:
        name, kind, meaning = "daftar", "notable", None

    class Detail:
        category = None

        @staticmethod
        def spoken():
            return "dicatat"

    class Match:
        agreeing, contradicted, name, detail = ("sha256", "md5"), ("sha1",), "a.jpg", Detail

    text = explained._explained(Info, Match, ["1: lain"])
    assert "The " not in told(text, "id")

"""Masking: what tells who a protected person is leaves no renderer, and nothing else is touched."""

import re
import time

import pytest

from triage.case import Case
from triage.custody import read_events
from triage.errors import UserError
from triage.queries import Queries
from triage.queries.protected import ProtectedRow
from triage.report.confirmation import confirm
from triage.report.masking import Masking, masking
from triage.statements import protect, set_case, unprotect
from triage.text import Say


def mask(*signs, role="child", language="en"):
    kinds = ["number" if re.fullmatch(r"[\d+ ().-]+", sign) else "name" for sign in signs]
    rows = [ProtectedRow(1, role, kind, sign, "", "") for kind, sign in zip(kinds, signs, strict=True)]
    return Masking(rows, Say(language))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Dewi Rekaan", "[Child 1]"),
        ("halo dewi  rekaan, apa kabar", "halo [Child 1], apa kabar"),
        ("/DCIM/dewi_rekaan-1.jpg", "/DCIM/[Child 1]-1.jpg"),
        ("dewirekaan2010@contoh.invalid", "[Child 1]2010@contoh.invalid"),
        ("DEWI.REKAAN", "[Child 1]"),
        ("/dewi%20rekaan/a", "/[Child 1]/a"),
        ("rumah Dewi Rekaannya", "rumah [Child 1]nya"),
        ("Dewi Rekaanto", "Dewi Rekaanto"),
        ("Sudewi Rekaan", "Sudewi Rekaan"),
        ("Dewi", "Dewi"),
        ("", ""),
    ],
)
def test_names(text, masked):
    assert mask("Dewi Rekaan")(text) == masked


@pytest.mark.parametrize("value", ["+62 000 0000 017", "0000 0000 017", "620000000017"])
@pytest.mark.parametrize(
    "written",
    [
        "+620000000017",
        "620000000017",
        "+62 000-0000-017",
        "0000 0000 017",
        "(0)000 0000 017",
        "620000000017@s.whatsapp.net",
        "0062 000 0000017",
    ],
)
def test_numbers_however_they_are_written(value, written):
    masked = mask(value)(f"x {written}.")
    assert "017" not in masked
    assert "[Child 1]" in masked


@pytest.mark.parametrize("text", ["+62 000 0000 018", "16200000000179", "99000000001799"])
def test_other_numbers_stay(text):
    assert mask("+62 000 0000 017")(text) == text


def test_names_in_another_composition_of_letters():
    assert mask("Zoë Rekaan")("Zoe\u0308 Rekaan!") == "[Child 1]!"
    text = "e\u0301 lain"
    assert mask("Zoë")(text) == text


def test_pseudonyms_are_words_of_the_language_and_person():
    assert mask("Dewi", language="id")("Dewi") == "[Anak 1]"
    assert mask("Dewi", role="witness", language="id")("Dewi") == "[Saksi 1]"


def test_the_longer_name_comes_first():
    assert mask("Dewi", "Dewi Ayu")("Dewi Ayu dan Dewi") == "[Child 1] dan [Child 1]"


@pytest.mark.parametrize("text", ["6" + " " * 200_000, "62" * 100_000, "dewi" + "_" * 200_000, "0" * 200_000])
def test_hostile_text_takes_no_time(text):
    started = time.process_time()
    mask("+62 000 0000 017", "dewi rekaan")(text)
    assert time.process_time() - started < 20


@pytest.fixture
def case(tmp_path):
    with Case.open_or_create(tmp_path / "case", actor="tester") as opened:
        yield opened


@pytest.fixture
def queries(case):
    reader = Queries(case.folder)
    yield reader
    reader.close()


def test_what_is_protected_is_masked_and_the_log_tells_nobody(case, queries):
    first = protect(case, [("name", "Dewi Rekaan"), ("number", "+62 000 0000 017")], role="child")
    second = protect(case, [("name", "Sari Rekaan"), ("file", "7")], role="witness")
    protect(case, [("name", "dewdew")], role="child", person=first)
    told = masking(queries, Say("en"))
    assert (
        told("Dewi Rekaan (dewdew, 0000 0000 017) dan Sari Rekaan")
        == "[Child 1] ([Child 1], [Child 1]) dan [Witness 2]"
    )
    assert (told.hides(7), told.hides(8), told.active, second) == (True, False, True, 2)
    assert masking(queries, Say("en"), shown=True)("Dewi Rekaan") == "Dewi Rekaan"
    log = (case.folder / "custody.jsonl").read_text()
    assert not re.search("dewi|dewdew|sari|0000 0*17", log, re.IGNORECASE)
    assert [event.action for event in read_events(case.folder / "custody.jsonl")][-2:] == [
        "protect.start",
        "protect.end",
    ]


def test_protection_taken_back(case, queries):
    person = protect(case, [("name", "Dewi Rekaan"), ("name", "dewdew")], role="victim")
    unprotect(case, person, [("name", "dewdew")])
    assert masking(queries, Say("en"))("Dewi Rekaan dewdew") == "[Victim 1] dewdew"
    protect(case, [("name", "dewdew")], role="victim", person=person)
    assert masking(queries, Say("en"))("dewdew") == "[Victim 1]"


@pytest.mark.parametrize(
    ("signs", "why"),
    [
        ([], "at least one"),
        ([("name", "D")], "too short"),
        ([("number", "12-34")], "fewer than 5"),
        ([("name", " ")], "empty"),
    ],
)
def test_what_would_hide_everything_is_refused(case, signs, why):
    with pytest.raises(UserError, match=why):
        protect(case, signs, role="victim")
    with pytest.raises(UserError, match="nobody is protected"):
        protect(case, [("name", "Dewi")], role="victim", person=3)
    with pytest.raises(UserError, match="not one of"):
        protect(case, [("name", "Dewi")], role="friend")


def test_no_documented_view_tells_who_is_protected(case, queries):
    protect(case, [("name", "Dewi Rekaan")], role="victim")
    shown = [str(row) for view in queries.view_names() for row in queries.view_rows(view, queries.view_columns(view))]
    assert not [row for row in shown if "Dewi" in row]


def test_the_second_confirmation_is_the_number_of_the_case(case, queries):
    confirm(queries, "case")
    set_case(case, {"number": ["LP/000/2026/REKAAN"]})
    confirm(queries, " LP/000/2026/REKAAN ")
    for wrong in (None, "", "case", "lp/000/2026/rekaan"):
        with pytest.raises(UserError, match="--confirm 'LP/000/2026/REKAAN'"):
            confirm(queries, wrong)

"""Lists of keywords: what a file says, what is refused, how often each word stands in a case, and that nothing is taken away.

The words are harmless ones of Bahasa Indonesia and English.
"""

import json
import time

import pytest
from searched_case import at, fill
from typer.testing import CliRunner

from triage import statements
from triage.case import Case
from triage.cli.base import application
from triage.errors import UserError
from triage.model import Media, Message
from triage.model.keywords import MOST_REPEATED, compiled, pattern_of, read_keywords, why_refused
from triage.queries import Queries, SearchWish
from triage.report import verify

WORDS = """\ufeff# kata contoh / sample words
rumah makan
kirim

rice
kirim
/inv(oice)?[- ]?[0-9]+/
/(a+)+b/
---
"""
BODIES = ("Besok dikirim ke rumah makan", "makan di rumah", "Invoice 0042 and INV-7", "rice and tea", "nothing else")


@pytest.fixture
def case(tmp_path):
    with Case.open_or_create(tmp_path / "case", actor="tester") as opened:
        records = [
            Message(where=f"m{n}", app="App", direction="in", sent_at=at(n), body=body) for n, body in enumerate(BODIES)
        ]
        records.append(Media(where="EXIF", kind="picture", make="Kamera Contoh", serial="INV900"))
        fill(opened, records, names=("rice.txt", "invoice 12.pdf"))
        opened.index_text()
        yield opened


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "kata.txt"
    path.write_text(WORDS, encoding="utf-8")
    return path


@pytest.fixture
def queries(case):
    reader = Queries(case.folder)
    yield reader
    reader.close()


def test_each_word_once_in_the_order_of_the_file_and_what_is_refused():
    found = read_keywords(WORDS)
    assert found.words == ("rumah makan", "kirim", "rice", "/inv(oice)?[- ]?[0-9]+/")
    assert [(each.line, each.text, each.reason) for each in found.refused] == [
        (8, "/(a+)+b/", "no_pattern"), (9, "---", "says_nothing")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "pattern", ["(", "(a+)+", "(a*b)*", r"(x+x+)+y", "((a{2,})b){3}", r"(a)\1", "(?P<n>a)(?P=n)", "a*b*c*", "(a|b+)*", "[a"]
)  # fmt: skip
def test_patterns_that_are_none_or_may_run_on_are_refused(pattern):
    assert compiled(pattern) is None
    assert why_refused(f"/a{pattern}/") == "no_pattern"


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"0[0-9]{2}[- ]?[0-9]{4}", "call 000 0000 now", "000 0000"),
        (r"[\w.]+@contoh\.id", "to dewi.s@contoh.id.", "dewi.s@contoh.id"),
        (r"(foto|gambar) lama", "Gambar lama", "Gambar lama"),
        (r"a\+b\)", "a+b)", "a+b)"),
        (r"[+*]{2}", "x+*y", "+*"),
        (r"[0-9]{2}/[0-9]{2}/[0-9]{4}", "on 01/02/2026", "01/02/2026"),
    ],
)
def test_patterns_find_what_they_mean(pattern, text, found):
    assert pattern_of(f"/{pattern}/") == pattern
    assert compiled(pattern).search(text)[0] == found


def test_a_repetition_is_bounded():
    assert len(compiled("a+").search("a" * 1000)[0]) == MOST_REPEATED


def test_a_pattern_of_the_worst_kind_ends(queries):
    begun = time.process_time()
    compiled("a*a*b").search("a" * 20_000)
    assert time.process_time() - begun < 20


def test_words_and_patterns_are_counted_over_everything(case, queries, file):
    statements.add_keywords(case, file)
    (kept,) = queries.keyword_lists()
    hits = {each.word: each.kinds for each in queries.keyword_hits(kept.words)}
    assert hits["kirim"] == {"message": 1}
    assert hits["rumah makan"]["message"] == 2  # both words, wherever they stand
    assert hits["rice"] == {"message": 1, "file": 1}
    assert hits["/inv(oice)?[- ]?[0-9]+/"] == {"message": 1, "media": 1, "file": 1}


def test_a_pattern_marks_what_it_found(queries):
    (row,) = queries.found(SearchWish("/inv[a-z]*[- ][0-9]+/", ("message",)), limit=5)
    assert [row.text[begin:end] for begin, end in row.marks] == ["Invoice 0042", "INV-7"]


def test_what_a_picture_states_is_found(queries):
    (row,) = queries.found(SearchWish("kamera"), limit=5)
    assert (row.kind, row.text) == ("media", "Kamera Contoh · INV900")


def test_a_list_taken_back_stays_in_the_case_and_the_log_holds(case, queries, file):
    receipt = statements.add_keywords(case, file, name="Pertama")
    again = statements.add_keywords(case, file, name="Kedua", replaces=receipt.number)
    assert [each.name for each in queries.keyword_lists()] == ["Kedua"]
    statements.withdraw_keywords(case, again.number)
    assert queries.keyword_lists() == []
    with pytest.raises(UserError, match="does not stand"):
        statements.withdraw_keywords(case, again.number)
    states = queries.rows(lambda *row: row, "SELECT state FROM v_keywords ORDER BY number")
    assert states == [("corrected",), ("withdrawn",), ("withdrawal",)]
    number = statements.keep_search(case, "Kirim", "kirim rumah")
    assert [each.question for each in queries.kept_searches()] == ["kirim rumah"]
    statements.forget_search(case, number)
    assert queries.kept_searches() == []
    assert verify(case.folder).ok


def test_files_that_are_no_list_are_refused_in_one_line(case, tmp_path):
    (tmp_path / "empty.txt").write_text("# only a remark\n")
    (tmp_path / "bytes.txt").write_bytes(b"kata\n\xff\xfe\n")
    for name, words in (
        ("empty.txt", "no keyword"),
        ("bytes.txt", "line 2 is no UTF-8"),
        ("none.txt", "cannot be read"),
    ):
        with pytest.raises(UserError, match=words):
            statements.add_keywords(case, tmp_path / name)


def test_the_commands_do_the_same(case, file):
    folder = str(case.folder)
    case.close()
    run = CliRunner().invoke
    told = run(application, ["keywords", "import", folder, str(file), "--name", "Contoh"])
    assert told.exit_code == 0, told.output
    assert "Contoh: 4 words kept, 2 lines refused" in told.output
    assert "line 8 (/(a+)+b/): no pattern" in told.output
    found = json.loads(run(application, ["keywords", "run", folder, "Contoh", "--json"]).stdout)
    assert {each["word"]: each["rows"] for each in found["words"]}["rice"] == 2
    plain = run(application, ["keywords", "run", folder, "Contoh"]).stdout.splitlines()
    assert plain[0].strip().startswith("3  /inv")
    assert "Contoh  4 words" in run(application, ["keywords", "show", folder]).stdout
    assert run(application, ["keywords", "remove", folder, "Contoh"]).exit_code == 0
    assert run(application, ["keywords", "show", folder]).stdout == ""

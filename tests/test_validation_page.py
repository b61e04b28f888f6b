"""The validation page names every case of NIST CFTT: those built, with a row for each file system, and those that are not."""

import re
from pathlib import Path

PAGE = (Path(__file__).parents[1] / "docs" / "validation.md").read_text(encoding="utf-8")


def test_every_case_of_deleted_file_recovery_has_rows():
    for number in range(1, 18):
        rows = re.findall(rf"^\| DFR-{number:02} \| .+$", PAGE, re.MULTILINE)
        assert len(rows) == (4 if number == 14 else 8), number
        assert all(row.count(" | ") == 7 for row in rows)


def test_no_row_without_a_verdict_and_an_explanation():
    rows = [line for line in PAGE.splitlines() if line.startswith("| DFR-")]
    assert all(cell.strip() for row in rows for cell in row.strip("|").split("|"))


def test_string_search_says_that_it_was_not_run():
    assert "FT-SS-01 to FT-SS-09" in PAGE

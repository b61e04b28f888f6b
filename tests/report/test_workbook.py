"""The workbook, read back with another reader: no formula, no link, more rows than a sheet holds, nothing lost."""

import re
import zipfile
from xml.etree import ElementTree as ET

from report_case import make_case

from triage.queries import Queries
from triage.report.workbook import CHARACTERS, write_workbook

NAME = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
STARTS = ("=1+1", "+1", "-1+2", "@SUM(1)", "\t=1", "\uff1d1", "=HYPERLINK(1)")


def read(path):
    """Sheets by name: rows of cells as (type, style, text)."""
    with zipfile.ZipFile(path) as book:
        names = [each.get("name") for each in ET.fromstring(book.read("xl/workbook.xml")).iter(f"{{{NAME['m']}}}sheet")]
        sheets = {}
        for number, name in enumerate(names, 1):
            sheet = ET.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
            assert not list(sheet.iter(f"{{{NAME['m']}}}f")), "a formula"
            assert not list(sheet.iter(f"{{{NAME['m']}}}hyperlink")), "a link"
            sheets[name] = [
                [(cell.get("t"), cell.get("s"), "".join(cell.itertext())) for cell in row]
                for row in sheet.iter(f"{{{NAME['m']}}}row")
            ]
        styles = book.read("xl/styles.xml").decode()
    return sheets, re.findall(r"<xf [^>]*>", styles.split("<cellXfs")[1])


def written(tmp_path, **choices):
    with make_case(tmp_path, names=[f"{each}.jpg" for each in STARTS], texts=("<b>tebal</b>", "x" * 40_000)) as case:
        queries = Queries(case.folder)
        write_workbook(queries, tmp_path / "tables.xlsx", **choices)
        views = {view: list(queries.view_rows(view, queries.view_columns(view))) for view in queries.view_names()}
        queries.close()
    return *read(tmp_path / "tables.xlsx"), views


def test_every_row_of_every_view_is_there(tmp_path):
    sheets, _, views = written(tmp_path)
    assert {name: len(rows) - 1 for name, rows in sheets.items()} == {name: len(rows) for name, rows in views.items()}


def test_text_is_never_a_formula(tmp_path):
    sheets, styles, _ = written(tmp_path)
    cells = [
        cell for rows in sheets.values() for row in rows for cell in row if cell[2].startswith(("=", "+", "-", "@"))
    ]
    assert len(cells) >= 10
    texts = [cell for cell in cells if cell[0] is not None]
    assert {kind for kind, _, _ in texts} == {"inlineStr"}
    assert all('quotePrefix="1"' in styles[int(style)] for _, style, _ in texts)
    assert {text for kind, _, text in cells if kind is None} == {"-6.2"}, "a number"


def test_long_text_says_that_it_was_cut(tmp_path):
    sheets, _, _ = written(tmp_path)
    (long,) = [cell[2] for row in sheets["v_messages"] for cell in row if cell[2].startswith("xxx")]
    assert len(long) == CHARACTERS
    assert long.endswith("… [40000]")


def test_what_a_sheet_does_not_hold_goes_on_in_the_next(tmp_path):
    sheets, _, views = written(tmp_path, rows_a_sheet=4)
    parts = [name for name in sheets if name.startswith("v_files")]
    assert parts == ["v_files", "v_files (2)", "v_files (3)", "v_files (4)"]
    assert sum(len(sheets[name]) - 1 for name in parts) == len(views["v_files"])
    assert all(sheets[name][0] == sheets["v_files"][0] for name in parts)

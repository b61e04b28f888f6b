"""A table begun anew while a page is on its way shows every row once."""

from __future__ import annotations

from triage.ui.columns import Column
from triage.ui.language import Language
from triage.ui.paged_table import PagedTable


def table():
    asked: list[int] = []
    model = PagedTable((Column("search.row_text", lambda row, _: row, 10),), Language("en"), asked.append)
    return model, asked


def test_a_page_asked_for_twice_is_shown_once(qtbot):
    model, asked = table()
    model.begin(["a", "b"], 4)
    model.fetchMore()
    model.begin(["a", "b"], 4)  # the same question, answered again, while its second page is on its way
    model.fetchMore()
    assert asked == [2, 2]
    for offset in asked:
        model.add(["c", "d"], offset)
    assert model.rows == ["a", "b", "c", "d"]
    assert not model.canFetchMore()


def test_an_empty_page_is_the_end(qtbot):
    model, asked = table()
    model.begin(["a"], 3)
    model.fetchMore()
    model.add([], asked[0])
    assert model.total == 1
    assert not model.canFetchMore()

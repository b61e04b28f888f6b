"""Where cells lie: every cell has one place, every place one cell, moves stay inside."""

from hypothesis import given
from hypothesis import strategies as st

from triage.ui.grid_layout import GridLayout, Sizes

LAYOUTS = st.builds(
    lambda counts, width, heading: GridLayout(counts, Sizes(width, 50, 40, heading)),
    st.lists(st.integers(1, 30), max_size=8), st.integers(1, 400), st.integers(0, 20),
)  # fmt: skip


@given(LAYOUTS)
def test_the_cell_at_its_own_place_is_itself(layout):
    for cell in range(layout.cells):
        x, y = layout.place(cell)
        if x + 49 < layout.sizes.columns * 50:
            assert layout.cell_at(x, y) == layout.cell_at(x + 49, y + 39) == cell
        assert layout.group_of(cell) == layout.group_at(y)


@given(LAYOUTS, st.integers(0, 3000), st.integers(0, 600))
def test_what_is_seen_holds_every_cell_that_lies_there(layout, top, tall):
    groups, cells = layout.between(top, top + tall)
    lying = [cell for cell in range(layout.cells) if top - 40 < layout.place(cell)[1] <= top + tall]
    assert set(lying) <= set(cells)
    assert {layout.group_of(cell) for cell in lying} <= set(groups)
    assert len(cells) <= (tall // 40 + 3 + len(groups)) * layout.sizes.columns


@given(LAYOUTS, st.data())
def test_moves_end_on_a_cell_and_go_where_they_say(layout, data):
    if not layout.cells:
        return
    cell = data.draw(st.integers(0, layout.cells - 1))
    rows = data.draw(st.sampled_from([-3, -1, 1, 3]))
    target = layout.vertical(cell, rows)
    assert 0 <= target < layout.cells
    assert (target - cell) * rows >= 0 or layout.place(target)[1] == layout.place(cell)[1]


def test_a_group_begins_in_a_row_of_its_own():
    layout = GridLayout([3, 4], Sizes(110, 50, 40, 10))
    assert [layout.place(cell) for cell in range(7)] == [
        (0, 10),
        (50, 10),
        (0, 50),
        (0, 100),
        (50, 100),
        (0, 140),
        (50, 140),
    ]
    assert layout.cell_at(60, 55) is None  # beside the last of a group
    assert layout.cell_at(5, 5) is None  # a heading
    assert layout.vertical(1, 1) == 2
    assert layout.vertical(2, 1) == 3
    assert layout.height == 180

"""Places: every position on a map of outlines, and the positions of what is seen or chosen in a table."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QSplitter, QVBoxLayout

from triage.gazetteer.drawing import shapes
from triage.queries.positions import PositionRow
from triage.ui.columns import Column
from triage.ui.latest import Latest, ListPane
from triage.ui.lazy import LazyTable
from triage.ui.map_view import ZOOM, MapView
from triage.ui.pane import detail_text, plain_label
from triage.ui.periods import PeriodChip
from triage.ui.words import shown, shown_body

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from triage.gazetteer.drawing import Shape
    from triage.queries import Queries
    from triage.queries.positions import Box
    from triage.ui.language import Language
    from triage.ui.lazy import Answer
    from triage.ui.opened import OpenCase

    Cells = list[tuple[float, float, int]]

PAUSE = 150  # milliseconds after the last move of the map before the case is asked


def place_words(row: PositionRow) -> str:
    """Where it is, from the small to the large; what is only near is called that."""
    near = f"≈ {row.near} {row.near_km:.0f} km" if row.near and row.near_km is not None else None
    return shown(", ".join(part for part in (near, row.regency, row.province, row.country) if part))


COLUMNS: tuple[Column[PositionRow], ...] = (
    Column("ui_column.at", lambda row, say: say.moment(row.at, whole=True), 24),
    Column("search.row_kind", lambda row, say: say.choice("ui_position", row.kind), 14),
    Column("ui_places.position", lambda row, _: f"{row.latitude:.5f}, {row.longitude:.5f}", 22, right=True),
    Column("ui_places.place", lambda row, _: place_words(row), 40),
    Column("search.row_text", lambda row, _: shown(row.what or ""), 26),
    Column("ui_column.app", lambda row, _: shown(row.app or ""), 12),
    Column("ui_column.exhibit", lambda row, _: shown(row.exhibit), 12),
    Column("ui_column.path", lambda row, _: shown(row.path), 30),
)


class PlacesPane(ListPane[PositionRow]):
    """The map, what narrows it, the table and the chosen position in full."""

    def __init__(self, case: OpenCase) -> None:
        self.model: LazyTable[PositionRow] = LazyTable(COLUMNS, case.language, self._fetch)
        super().__init__(case, self.model)
        self.chip = PeriodChip(self)
        self.kind = QComboBox(sizeAdjustPolicy=QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.whole, self.closer, self.wider = QPushButton(), QPushButton(), QPushButton()
        self.words = plain_label()
        self.map = MapView()
        self._kinds: dict[str, int] = {}
        self._drawn = Latest(case)
        self._soon = QTimer(self, interval=PAUSE, singleShot=True)
        self._connect()
        self._lay_out()
        self.retranslate()

    def reload(self) -> None:
        """Count the positions and see all of them."""
        kind, period = self._kind(), self.case.periods.chosen
        self._drawn.ask(
            lambda queries: (queries.position_kinds(), queries.position_extent(kind, period)),
            lambda found: self._begin(*found),
        )

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        self._name_kinds()
        for button, key in ((self.whole, "whole"), (self.closer, "closer"), (self.wider, "wider")):
            button.setText(say(f"ui_places.{key}"))
        for widget, key in (
            (self.kind, "search.row_kind"),
            (self.map, "ui_places.map"),
            (self.table, "ui_places.table"),
        ):
            widget.setAccessibleName(say(key))
        self.detail.setAccessibleName(say("ui.details"))
        self.map.setStatusTip(say("ui_places.hint"))
        self.model.say_again()
        self.chip.retranslate()
        self._say_count()
        self.show_detail()

    def _kind(self) -> str:
        place = self.kind.currentIndex()
        return ("", *self._kinds)[place] if 0 <= place <= len(self._kinds) else ""

    def _begin(self, kinds: dict[str, int], extent: Box | None) -> None:
        if kinds != self._kinds:
            self._kinds = kinds
            self.kind.clear()
            self.kind.addItems(["", *kinds])
        self._name_kinds()
        if extent is None:
            self.map.show_cells([])
            self.model.show(array("q"))
            self.words.setText(self.language("ui_places.nothing"))
            return
        self.map.show_box(extent)

    def _ask(self) -> None:
        """Outlines and discs of what the map shows, and the table of the same."""
        box, cell, kind, period = self.map.box(), self.map.cell(), self._kind(), self.case.periods.chosen
        self._drawn.ask(
            lambda queries: (list(shapes(box)), queries.position_cells(box, cell=cell, kind=kind, period=period)),
            lambda found: self._draw(*found),
        )
        self._list(box)

    def _draw(self, outlines: list[Shape], cells: Cells) -> None:
        self.map.show_shapes(outlines)
        self.map.show_cells(cells)

    def _list(self, box: Box) -> None:
        self.read(self._ids(box), self._say_count)

    def _ids(self, box: Box) -> Callable[[Queries, int, Callable[[], bool]], array[int]]:
        kind, period = self._kind(), self.case.periods.chosen
        return lambda queries, limit, stop: queries.position_ids(box, kind=kind, period=period, limit=limit, stop=stop)

    def _fetch(self, numbers: Sequence[int], answer: Answer[PositionRow]) -> None:
        self.case.ask(lambda queries: queries.positions_of(numbers), answer)

    def text_of(self, row: PositionRow) -> str:
        """One position in full."""
        return text_of(row, self.language)

    def _name_kinds(self) -> None:
        say = self.language
        for place, kind in enumerate(self._kinds, start=1):
            self.kind.setItemText(place, f"{say.choice('ui_position', kind)} ({say.number(self._kinds[kind])})")
        if self.kind.count():
            self.kind.setItemText(0, say("search.everything"))

    def _say_count(self) -> None:
        self.words.setText(self.language("ui_places.count", n=self.counted()))

    def _connect(self) -> None:
        self.kind.activated.connect(lambda _: self.reload())
        self.whole.clicked.connect(self.reload)
        self.closer.clicked.connect(lambda _: self.map.zoom(ZOOM))
        self.wider.clicked.connect(lambda _: self.map.zoom(1 / ZOOM))
        self.map.moved.connect(self._soon.start)
        self.map.chosen.connect(self._list)
        self._soon.timeout.connect(self._ask)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        for widget in (self.chip, self.kind, self.whole, self.closer, self.wider):
            head.addWidget(widget)
        head.addWidget(self.words, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        for part in (self.map, self.table, self.detail):
            split.addWidget(part)
        split.setSizes([380, 180, 90])
        whole = QVBoxLayout(self)
        whole.addLayout(head)
        whole.addWidget(split, 1)


def text_of(row: PositionRow, say: Language) -> str:
    """One position in full."""
    accuracy = "" if row.accuracy_m is None else f"{row.accuracy_m:.1f} m"
    lines = [
        (say("search.row_kind"), say.choice("ui_position", row.kind)),
        (say("ui_places.position"), f"{row.latitude}, {row.longitude} (WGS 84)"),
        (say("ui_places.accuracy"), accuracy),
        (say("ui_places.place"), place_words(row)),
        (say("ui_column.at"), say.moment(row.at)),
        (say("ui_column.app"), shown(row.app or "")),
        (say("ui_column.exhibit"), shown(row.exhibit)),
        (say("ui_column.source"), f"{shown(row.path)} · {shown(row.where)}"),
        (say("ui_column.deleted"), shown(row.deleted or "")),
    ]
    return f"{shown_body(row.what or '')}\n{detail_text(lines)}"

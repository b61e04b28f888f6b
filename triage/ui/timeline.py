"""Timeline: activity by day and hour from all records that have a time, and the events of the stretch that is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QSplitter, QVBoxLayout

from triage.queries.timeline import DAY, HAPPENINGS, HOUR, Event, Span
from triage.report import ZONES
from triage.ui.columns import Column
from triage.ui.paged_table import PAGE, PagedTable
from triage.ui.pane import Pane, detail_box, detail_text, plain_label, table_view
from triage.ui.time_bars import TimeBars, main_stretch, moment_of, step_for
from triage.ui.words import shown, shown_body

if TYPE_CHECKING:
    from triage.queries import Queries
    from triage.ui.language import Language
    from triage.ui.opened import OpenCase

    Counts = list[tuple[int, str, int]]

SHOWN_ZONES = {"UTC": ZONES["UTC"]} | ZONES  # hours east of UTC, UTC first

COLUMNS: tuple[Column[Event], ...] = (
    Column("ui_column.at", lambda row, _: moment_of(row.shown_s, 1) + f":{row.shown_s % 60:02}", 20),
    Column("ui_timeline.as_stored", lambda row, say: say.moment(row.at, whole=True), 24),
    Column("search.row_kind", lambda row, say: say.choice("ui_happening", row.kind), 13),
    Column("search.row_who", lambda row, _: shown(row.who or ""), 20),
    Column("search.row_text", lambda row, _: shown(row.what or ""), 50),
    Column("ui_column.app", lambda row, _: shown(row.app or ""), 12),
    Column("ui_column.exhibit", lambda row, _: shown(row.exhibit), 12),
    Column("ui_column.path", lambda row, _: shown(row.path), 30),
)


class TimelinePane(Pane):
    """Bars over the whole stretch, bars by hour of the day, the events in their order."""

    def __init__(self, case: OpenCase) -> None:
        super().__init__(case)
        self.kind, self.zone = QComboBox(), QComboBox()
        self.closer, self.wider = QPushButton(), QPushButton()
        self.words, self.hours = plain_label(), plain_label()
        self.bars = TimeBars()
        self.model: PagedTable[Event] = PagedTable(COLUMNS, case.language, self._fetch)
        self.table = table_view(self.model)
        self.detail = detail_box()
        self._range: tuple[int, int] | None = None
        self._ranges: list[tuple[int, int]] = []
        self._span = Span()
        self._outside = self._total = self._asked = 0
        self._connect()
        self._lay_out()
        self.retranslate()

    def reload(self) -> None:
        """Find the stretch in which things happened, and show it."""
        self._ranges, self._range = [], None
        self._asked += 1
        asked, span = self._asked, self._asked_span()
        self.words.setText(self.language("ui_timeline.counting"))
        self.case.ask(lambda queries: queries.activity(span, step=DAY), lambda days: self._begin(days, asked))

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        for place, name in enumerate(("", *HAPPENINGS)):
            self.kind.setItemText(place, say.choice("ui_happening", name) if name else say("search.everything"))
        names = ((self.kind, "search.row_kind"), (self.zone, "ui_timeline.zone"), (self.bars, "ui_timeline.bars"))
        for widget, key in (*names, (self.table, "ui_timeline.events"), (self.detail, "ui.details")):
            widget.setAccessibleName(say(key))
        self.closer.setText(say("ui_timeline.closer"))
        self.wider.setText(say("ui_timeline.wider"))
        self.bars.setStatusTip(say("ui_timeline.hint"))
        self.model.say_again()
        self._say_count()
        self._show_detail()

    def _asked_span(self, since: int | None = None, until: int | None = None) -> Span:
        kind = ("", *HAPPENINGS)[max(self.kind.currentIndex(), 0)]
        shift = list(SHOWN_ZONES.values())[max(self.zone.currentIndex(), 0)] * HOUR
        return Span((kind,) if kind else (), since, until, shift)

    def _begin(self, days: Counts, asked: int) -> None:
        if asked != self._asked:
            return
        if not days:
            self.bars.show_counts([], 0, -1, {})
            self.model.begin([], 0)
            self.hours.clear()
            self._total = self._outside = 0
            self.words.setText(self.language("ui_timeline.nothing"))
            return
        first, last, self._outside = main_stretch(days)
        self._show_range(first, last)

    def _show_range(self, first: int, last: int) -> None:
        self._range = first, last
        self._asked += 1
        asked, step = self._asked, step_for(first, last)
        span = self._asked_span(first // step * step, last + 1)
        self.case.ask(lambda queries: _counted(queries, span, step), lambda found: self._draw(*found, step, asked))

    def _draw(self, counts: Counts, hourly: Counts, step: int, asked: int) -> None:
        if asked != self._asked or self._range is None:
            return
        self.bars.step = step
        self.bars.show_counts(
            counts, *self._range, {kind: self.language.choice("ui_happening", kind) for kind in HAPPENINGS}
        )
        self.hours.setText(busiest(hourly, self.language))
        self._choose(None, None)

    def _choose(self, since: int | None, until: int | None) -> None:
        """The events of what is chosen; of all that is drawn where nothing is."""
        if self._range is None:
            return
        self._asked += 1
        self._span = (
            self._asked_span(self._range[0], self._range[1] + 1) if since is None else self._asked_span(since, until)
        )
        span, asked = self._span, self._asked
        self.closer.setEnabled(since is not None)
        self.wider.setEnabled(bool(self._ranges) or self._outside > 0)
        self.case.ask(lambda queries: _first(queries, span), lambda found: self._show(*found, asked))

    def _show(self, total: int, rows: list[Event], asked: int) -> None:
        if asked == self._asked:
            self._total = total
            self.model.begin(rows, total)
            self._say_count()
            self.table.selectRow(0)

    def _fetch(self, offset: int) -> None:
        span, asked = self._span, self._asked
        self.case.ask(
            lambda queries: queries.events(span, limit=PAGE, offset=offset),
            lambda rows: self.model.add(rows, offset) if asked == self._asked else None,
        )

    def _go_closer(self) -> None:
        chosen = self.bars.selection()
        if chosen and self._range:
            self._ranges.append(self._range)
            self._show_range(chosen[0], chosen[1] - 1)

    def _go_wider(self) -> None:
        """The stretch before; from the first one, all there is."""
        if self._ranges:
            self._show_range(*self._ranges.pop())
        elif self._outside:
            self._outside = 0
            self.case.ask(
                lambda queries: queries.event_extent(), lambda found: self._show_range(*found) if found else None
            )

    def _say_count(self) -> None:
        if self._range is None:
            return
        say = self.language
        text = say("ui_timeline.count", n=say.number(self._total))
        self.words.setText(
            f"{text} {say('ui_timeline.outside', n=say.number(self._outside))}" if self._outside else text
        )

    def _chosen_row(self) -> Event | None:
        index = self.table.currentIndex()
        return self.model.rows[index.row()] if index.isValid() else None

    def _show_detail(self) -> None:
        row = self._chosen_row()
        self.detail.setPlainText(text_of(row, self.language) if row else "")

    def _open(self) -> None:
        """The conversation a message stands in."""
        row = self._chosen_row()
        if row and row.kind == "message":
            self.open_pane.emit("conversations", (row.app, row.account, row.thread))

    def _connect(self) -> None:
        self.kind.addItems(["", *HAPPENINGS])
        self.zone.addItems(list(SHOWN_ZONES))
        self.kind.activated.connect(lambda _: self.reload())
        self.zone.activated.connect(lambda _: self.reload())
        self.bars.chosen.connect(self._choose)
        self.closer.clicked.connect(self._go_closer)
        self.wider.clicked.connect(self._go_wider)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_detail())
        self.table.doubleClicked.connect(lambda _: self._open())
        self.model.modelReset.connect(self._show_detail)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        for widget in (self.kind, self.zone, self.closer, self.wider):
            head.addWidget(widget)
        head.addWidget(self.words, 1)
        below = QSplitter(Qt.Orientation.Vertical)
        below.addWidget(self.table)
        below.addWidget(self.detail)
        below.setSizes([360, 120])
        whole = QVBoxLayout(self)
        whole.addLayout(head)
        whole.addWidget(self.bars)
        whole.addWidget(self.hours)
        whole.addWidget(below, 1)


def _counted(queries: Queries, span: Span, step: int) -> tuple[Counts, Counts]:
    """By step; and by hour where the steps are coarser than that."""
    counts = queries.activity(span, step=step)
    return counts, counts if step <= HOUR else queries.activity(span, step=HOUR)


def _first(queries: Queries, span: Span) -> tuple[int, list[Event]]:
    return queries.event_count(span), queries.events(span, limit=PAGE)


def busiest(hourly: Counts, say: Language) -> str:
    """The hours of the day with the most events, in one line: when a device is used says something about who uses it."""
    hours: dict[int, int] = {}
    for start, _, count in hourly:
        hour = start // HOUR % 24
        hours[hour] = hours.get(hour, 0) + count
    most = sorted(hours, key=lambda hour: (-hours[hour], hour))[:6]
    shares = ", ".join(f"{hour:02}:00 {say.number(hours[hour])}" for hour in most)
    return say("ui_timeline.hours", hours=shares) if most else ""


def text_of(row: Event, say: Language) -> str:
    """One event in full."""
    lines = [
        (say("search.row_kind"), say.choice("ui_happening", row.kind)),
        (say("ui_timeline.as_stored"), say.moment(row.at)),
        (say("search.row_who"), shown(row.who or "")),
        (say("ui_column.app"), shown(row.app or "")),
        (say("ui_column.exhibit"), shown(row.exhibit)),
        (say("ui_column.source"), f"{shown(row.path)} · {shown(row.where)}"),
        (say("ui_column.deleted"), shown(row.deleted or "")),
    ]
    return f"{shown_body(row.what or '')}\n\n{detail_text(lines)}"

"""Timeline: activity by day and hour from all records that have a time, and the events of the stretch that is chosen."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QSplitter, QVBoxLayout

from triage.queries.period import Period
from triage.queries.timeline import DAY, HAPPENINGS, HOUR, Event, Span
from triage.report import ZONES
from triage.ui.columns import Column
from triage.ui.latest import ListPane
from triage.ui.lazy import LazyTable
from triage.ui.pane import detail_text, plain_label
from triage.ui.time_bars import TimeBars, main_stretch, moment_of, step_for
from triage.ui.words import shown, shown_body

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from triage.queries import Queries
    from triage.ui.language import Language
    from triage.ui.lazy import Answer
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


class TimelinePane(ListPane[Event]):
    """Bars over the whole stretch, bars by hour of the day, the events in their order."""

    def __init__(self, case: OpenCase) -> None:
        self.model: LazyTable[Event] = LazyTable(COLUMNS, case.language, self._fetch)
        super().__init__(case, self.model)
        self.kind, self.zone = QComboBox(), QComboBox()
        self.closer, self.wider, self.everywhere = QPushButton(), QPushButton(), QPushButton()
        self.words, self.hours = plain_label(), plain_label()
        self.bars = TimeBars()
        self._range: tuple[int, int] | None = None
        self._ranges: list[tuple[int, int]] = []
        self._hourly: Counts = []
        self._span = Span()
        self._outside = 0
        self._connect()
        self._lay_out()
        self.retranslate()

    def reload(self) -> None:
        """Find the stretch in which things happened, and show it."""
        self._ranges, self._range = [], None
        span = self._asked_span()
        self.words.setText(self.language("ui_timeline.counting"))
        self.latest.ask(lambda queries: queries.activity(span, step=HOUR), self._begin)

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
        self.everywhere.setText(say("ui_timeline.everywhere"))
        self.bars.setStatusTip(say("ui_timeline.hint"))
        self.model.say_again()
        self._say_count()
        self.show_detail()

    def _asked_span(self, since: int | None = None, until: int | None = None) -> Span:
        kind = ("", *HAPPENINGS)[max(self.kind.currentIndex(), 0)]
        shift = list(SHOWN_ZONES.values())[max(self.zone.currentIndex(), 0)] * HOUR
        return Span((kind,) if kind else (), since, until, shift)

    def _begin(self, hourly: Counts) -> None:
        self._hourly = hourly
        if not hourly:
            self.bars.show_counts([], 0, -1, {})
            self.model.show(array("q"))
            self.hours.clear()
            self._outside = 0
            self.words.setText(self.language("ui_timeline.nothing"))
            return
        first, last, self._outside = main_stretch(coarser(hourly, DAY))
        self._show_range(first, last)

    def _show_range(self, first: int, last: int) -> None:
        """What was counted by the hour is not counted again; a finer step is."""
        self._range = first, last
        step = step_for(first, last)
        if step >= HOUR:
            self._draw(coarser(self._hourly, step), step)
            return
        span = self._asked_span(first // step * step, last + 1)
        self.latest.ask(lambda queries: queries.activity(span, step=step), lambda counts: self._draw(counts, step))

    def _draw(self, counts: Counts, step: int) -> None:
        assert self._range is not None
        first, last = self._range
        self.bars.step = step
        self.bars.show_counts(
            counts, first, last, {kind: self.language.choice("ui_happening", kind) for kind in HAPPENINGS}
        )
        inside = [each for each in self._hourly if first // HOUR * HOUR <= each[0] <= last]
        self.hours.setText(busiest(inside, self.language))
        self._choose(None, None)

    def _choose(self, since: int | None, until: int | None) -> None:
        """The events of what is chosen; of all that is drawn where nothing is."""
        if self._range is None:
            return
        self._span = (
            self._asked_span(self._range[0], self._range[1] + 1) if since is None else self._asked_span(since, until)
        )
        self.closer.setEnabled(since is not None)
        self.everywhere.setEnabled(since is not None)
        self.wider.setEnabled(bool(self._ranges) or self._outside > 0)
        self.read(self._ids(self._span), self._say_count)

    def _ids(self, span: Span) -> Callable[[Queries, int, Callable[[], bool]], array[int]]:
        return lambda queries, limit, stop: queries.event_ids(span, limit=limit, stop=stop)

    def _fetch(self, numbers: Sequence[int], answer: Answer[Event]) -> None:
        shift = self._span.shift
        self.case.ask(lambda queries: queries.events_of(numbers, shift=shift), answer)

    def _filter_all(self) -> None:
        """What is chosen holds for the other panes, until it is taken back there or here."""
        if chosen := self.bars.selection():
            self.case.periods.choose(Period(*chosen, self._span.shift), self.zone.currentText())

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
            self.latest.ask(
                lambda queries: queries.event_extent(), lambda found: self._show_range(*found) if found else None
            )

    def _say_count(self) -> None:
        if self._range is None:
            return
        say = self.language
        text = say("ui_timeline.count", n=self.counted())
        self.words.setText(
            f"{text} {say('ui_timeline.outside', n=say.number(self._outside))}" if self._outside else text
        )

    def text_of(self, row: Event) -> str:
        """One event in full."""
        return text_of(row, self.language)

    def _open(self) -> None:
        """The conversation a message stands in."""
        row = self.chosen()
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
        self.everywhere.clicked.connect(self._filter_all)
        self.table.doubleClicked.connect(lambda _: self._open())

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        for widget in (self.kind, self.zone, self.closer, self.wider, self.everywhere):
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


def coarser(counts: Counts, step: int) -> Counts:
    """The same counts by a larger step."""
    found: dict[tuple[int, str], int] = {}
    for start, kind, count in counts:
        key = start // step * step, kind
        found[key] = found.get(key, 0) + count
    return [(start, kind, count) for (start, kind), count in sorted(found.items())]


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

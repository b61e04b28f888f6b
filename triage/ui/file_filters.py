"""Which files the table shows: one row of choices that reads like a sentence from left to right, and the sentence itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QDateEdit, QHBoxLayout, QLineEdit, QWidget

from triage.queries import FileFilter
from triage.queries.period import Period
from triage.ui.pane import plain_label
from triage.ui.words import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.ui.language import Language

PAUSE = 300  # milliseconds after the last key before the filter is asked
DAY = 86_400
KILO, MEGA, GIGA = 1_000, 1_000_000, 1_000_000_000

PARTS: tuple[tuple[str, FileFilter], ...] = (
    ("all", FileFilter()),
    ("matches", FileFilter(hits=True)),
    *(
        (kind, FileFilter(kind=kind))
        for kind in ("pictures", "videos", "sounds", "documents", "archives", "databases", "programs")
    ),
    ("odd", FileFilter(odd=True)),
    ("pending", FileFilter(status="pending", files_only=False)),
    ("failed", FileFilter(status="failed", files_only=False)),
    ("skipped", FileFilter(status="skipped", files_only=False)),
)
SIZES: tuple[tuple[str, int], ...] = (
    ("any", 0), ("larger", 100 * KILO), ("larger", MEGA), ("larger", 10 * MEGA), ("larger", 100 * MEGA), ("larger", GIGA),
    ("smaller", 100 * KILO), ("smaller", KILO), ("empty", 0),
)  # fmt: skip
CHANGES = ("any", "month", "between")
STATES = (None, False, True)  # deleted or not


class FileFilters(QWidget):
    """`changed` when something else is asked for; `wish` says what."""

    changed = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.language = language
        self.text = QLineEdit(clearButtonEnabled=True)
        self.part, self.amount, self.change, self.state, self.exhibit = (QComboBox() for _ in range(5))
        self.since, self.until = (QDateEdit(QDate.currentDate()) for _ in range(2))
        self.sentence = plain_label(wrap=False)
        self._exhibits: Sequence[str] = ()
        self._soon = QTimer(self, interval=PAUSE, singleShot=True)
        self._connect()
        self._lay_out()
        self.retranslate()

    def wish(self) -> FileFilter:
        """What is asked for."""
        of_size, limit = SIZES[max(self.amount.currentIndex(), 0)]
        return replace(
            PARTS[max(self.part.currentIndex(), 0)][1],
            text=self.text.text(),
            larger=limit if of_size == "larger" else None,
            smaller={"smaller": limit, "empty": 0}.get(of_size),
            changed=self._changed(),
            deleted=STATES[max(self.state.currentIndex(), 0)],
            exhibit=self._exhibits[self.exhibit.currentIndex() - 1] if self.exhibit.currentIndex() > 0 else "",
        )

    def show_wish(self, wish: FileFilter) -> None:
        """Ask for a part that another pane named, and nothing else."""
        self.text.setText(wish.text)
        for box in (self.amount, self.change, self.exhibit):
            box.setCurrentIndex(0)
        self.state.setCurrentIndex(STATES.index(wish.deleted))
        part = replace(wish, deleted=None, text="")
        self.part.setCurrentIndex(next((place for place, (_, each) in enumerate(PARTS) if each == part), 0))
        self._show_dates()

    def offer(self, exhibits: Sequence[str]) -> None:
        """The exhibits that there are; one alone is not asked about."""
        if list(exhibits) != list(self._exhibits):
            self._exhibits = exhibits
            self.exhibit.setCurrentIndex(0)
            self.retranslate()

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        names = {
            "part": self.part,
            "size": self.amount,
            "change": self.change,
            "state": self.state,
            "exhibit": self.exhibit,
        }
        for name, box in (*names.items(), ("filter", self.text), ("since", self.since), ("until", self.until)):
            box.setAccessibleName(say(f"ui_files.{name}"))
        self.text.setPlaceholderText(say("ui_files.filter"))
        _fill(self.part, [say(f"ui_part.{name}") for name, _ in PARTS])
        _fill(self.amount, [self._size_words(name, limit) for name, limit in SIZES])
        _fill(self.change, [say(f"ui_change.{name}") for name in CHANGES])
        _fill(self.state, [say(f"ui_alive.{name}") for name in ("any", "live", "deleted")])
        _fill(self.exhibit, [say("ui_files.every_exhibit"), *(shown(each, limit=60) for each in self._exhibits)])
        self.change.setToolTip(say("ui_files.change_hint"))
        self.exhibit.setVisible(len(self._exhibits) > 1)
        self._say()

    def _changed(self) -> Period | None:
        """Whole days on the clock of the evidence; a month from its first day."""
        how = CHANGES[max(self.change.currentIndex(), 0)]
        if how == "any":
            return None
        since, until = self.since.date(), self.until.date()
        if how == "month":
            since = QDate(since.year(), since.month(), 1)
            until = since.addMonths(1).addDays(-1)
        since, until = min(since, until), max(since, until)
        epoch = QDate(1970, 1, 1)
        return Period(epoch.daysTo(since) * DAY, (epoch.daysTo(until) + 1) * DAY)

    def _size_words(self, name: str, limit: int) -> str:
        return self.language(f"ui_size.{name}", n=_short(limit))

    def _say(self) -> None:
        """What is asked for in words: the choices that choose something, one after the other."""
        say = self.language
        parts = [self.part.currentText()]
        parts += [box.currentText() for box in (self.amount, self.state, self.exhibit) if box.currentIndex() > 0]
        if changed := self._changed():
            days = [
                QDate(1970, 1, 1).addDays(each // DAY).toString("yyyy-MM-dd")
                for each in (changed.since, changed.until - DAY)
            ]
            parts.insert(1, say("ui_files.changed", since=days[0], until=days[1]))
        if self.text.text():
            parts.append(say("ui_files.with_text", text=shown(self.text.text(), limit=60)))
        self.sentence.setText(", ".join(parts))

    def _asked(self) -> None:
        self._show_dates()
        self.changed.emit()

    def _show_dates(self) -> None:
        how = CHANGES[max(self.change.currentIndex(), 0)]
        self.since.setVisible(how != "any")
        self.since.setDisplayFormat("yyyy-MM" if how == "month" else "yyyy-MM-dd")
        self.until.setVisible(how == "between")
        self._say()

    def _connect(self) -> None:
        for box in (self.part, self.amount, self.change, self.state, self.exhibit):
            box.activated.connect(lambda _: self._asked())
        for date in (self.since, self.until):
            date.setDisplayFormat("yyyy-MM-dd")
            date.setCalendarPopup(True)
            date.userDateChanged.connect(lambda _: self._soon.start())
        self._soon.timeout.connect(self._asked)
        self.text.textEdited.connect(lambda _: self._soon.start())
        self.text.returnPressed.connect(self._asked)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.part, self.amount, self.change, self.since, self.until, self.state, self.exhibit):
            row.addWidget(widget)
        for box in (self.part, self.amount, self.change, self.state, self.exhibit):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(10)
        row.addWidget(self.text, 1)
        self._show_dates()


def _fill(box: QComboBox, words: Sequence[str]) -> None:
    """Write the choices of a box; what was chosen stays chosen."""
    chosen = max(box.currentIndex(), 0)
    box.clear()
    box.addItems(list(words))
    box.setCurrentIndex(min(chosen, len(words) - 1))


def _short(limit: int) -> str:
    """A size as a person says it, in steps of a thousand."""
    for unit, name in ((GIGA, "GB"), (MEGA, "MB"), (KILO, "kB")):
        if limit >= unit:
            return f"{limit // unit} {name}"
    return f"{limit} B"

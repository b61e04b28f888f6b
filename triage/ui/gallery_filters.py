"""What the gallery shows and how it is grouped: one row of choices, read like a sentence from left to right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from triage.queries import GROUPS, GalleryChoices, GalleryWish
from triage.ui.words import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.reviewing import GradingScheme
    from triage.ui.language import Language

ORDER = ("folder", *(group for group in GROUPS if group not in {"folder", "none"}), "none")
KINDS = (None, "picture", "video", "audio")
MATCHED, UNMATCHED = ("matched",), ("unmatched",)

NARROWEST = 8  # characters of a choice on a small screen


class GalleryFilters(QWidget):
    """`changed` when something else is asked for; `wish` says what."""

    changed = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.language = language
        self.choices = GalleryChoices((), (), ())
        self.scheme: GradingScheme | None = None
        self.like: int | None = None
        self.labels = [QLabel(), QLabel()]
        self.group, self.kind, self.matching, self.origin, self.exhibit, self.grade = (QComboBox() for _ in range(6))
        for choice in (self.group, self.kind, self.matching, self.origin, self.exhibit, self.grade):
            choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            choice.setMinimumContentsLength(NARROWEST)
        self.once, self.first = QCheckBox(), QCheckBox()
        self._lay_out()
        for box in self._boxes():
            box.activated.connect(lambda _: self.changed.emit())
        for check in (self.once, self.first):
            check.toggled.connect(lambda _: self.changed.emit())
        self.retranslate()

    def wish(self) -> GalleryWish:
        """What is asked for."""
        matching = self.matching.currentData() or ()
        of_list = matching if isinstance(matching, tuple) and len(matching) == 2 else (None, None)
        return GalleryWish(
            group=self.group.currentData() or "folder",
            kind=self.kind.currentData(),
            list=of_list[0],
            category=of_list[1],
            matched={MATCHED: True, UNMATCHED: False}.get(tuple(matching)),
            origin=self.origin.currentData(),
            exhibit=self.exhibit.currentData(),
            scheme=self.scheme.id if self.scheme else "",
            grade=self.grade.currentData(),
            once=self.once.isChecked(),
            like=self.like,
            first=self.first.isChecked(),
        )

    def offer(self, choices: GalleryChoices) -> None:
        """What there is to choose from in this case."""
        if choices != self.choices:
            self.choices = choices
            self.retranslate()

    def use(self, scheme: GradingScheme) -> None:
        """Grades of this scheme."""
        self.scheme = scheme
        self.retranslate()

    def clear(self) -> None:
        """Everything again."""
        for box in self._boxes()[1:]:
            box.setCurrentIndex(0)
        for check in (self.once, self.first):
            check.blockSignals(True)  # noqa: FBT003  Qt's signature
            check.setChecked(False)
            check.blockSignals(False)  # noqa: FBT003  Qt's signature
        self.like = None

    def retranslate(self) -> None:
        """Write all words anew; what is chosen stays chosen."""
        say = self.language
        names = ("group", "kind", "matching", "origin", "exhibit", "grade")
        for name, box in zip(names, self._boxes(), strict=True):
            box.setAccessibleName(say(f"ui_gallery.{name}"))
            box.setToolTip(say(f"ui_gallery.{name}"))
        self.labels[0].setText(say("ui_gallery.group"))
        self.labels[1].setText(say("ui_gallery.show"))
        self.labels[0].setBuddy(self.group)
        self.labels[1].setBuddy(self.kind)
        self.once.setText(say("ui_gallery.once"))
        self.once.setToolTip(say("ui_gallery.once_hint"))
        self.first.setText(say("belonging.first_only"))
        self._fill()

    def _fill(self) -> None:
        say, any_ = self.language, (None, self.language("ui_gallery.any"))
        _choices(self.group, [(group, say(f"ui_group.{group}")) for group in ORDER])
        kinds = [(kind, say(f"ui_kinds.{kind}" if kind else "ui_kinds.all")) for kind in KINDS]
        _choices(self.kind, kinds)
        lists: list[tuple[object, str]] = [
            any_, (MATCHED, say("ui_gallery.matched")), (UNMATCHED, say("ui_gallery.unmatched")),
            *(((name, category), _list_words(name, category)) for name, category in self._lists()),
        ]  # fmt: skip
        _choices(self.matching, [(lists[0][0], say("ui_gallery.any_list")), *lists[1:]])
        origins = [(origin, say.choice("origin", origin)) for origin in self.choices.origins]
        _choices(self.origin, [(None, say("ui_gallery.any_origin")), *origins])
        exhibits = [(exhibit, shown(exhibit, limit=60)) for exhibit in self.choices.exhibits]
        _choices(self.exhibit, [(None, say("ui_gallery.any_exhibit")), *exhibits])
        grades = [
            (each.code, f"{shown(each.code)} · {shown(each.label, limit=60)}")
            for each in (self.scheme.categories if self.scheme else ())
        ]
        graded = [(name, say(f"ui_gallery.{name}")) for name in ("ungraded", "graded")]
        _choices(self.grade, [(None, say("ui_gallery.any_grade")), *graded, *grades])

    def _lists(self) -> list[tuple[str, str | None]]:
        """Each list as a whole, then its categories."""
        names = dict.fromkeys(name for name, _ in self.choices.lists)
        return [
            pair
            for name in names
            for pair in ((name, None), *((name, each) for own, each in self.choices.lists if own == name and each))
        ]

    def _boxes(self) -> list[QComboBox]:
        return [self.group, self.kind, self.matching, self.origin, self.exhibit, self.grade]

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.labels[0])
        row.addWidget(self.group)
        row.addWidget(self.labels[1])
        for box in (self.kind, self.matching, self.grade):
            row.addWidget(box, 1)
        for box in self._boxes():
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(8)
        checks = QHBoxLayout()
        for box in (self.exhibit, self.origin):
            checks.addWidget(box, 1)
        checks.addWidget(self.once)
        checks.addWidget(self.first)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2)
        whole.addLayout(row)
        whole.addLayout(checks)


def _choices(box: QComboBox, choices: Sequence[tuple[object, str]]) -> None:
    """Fill a box; what was chosen stays chosen where it is still there."""
    chosen = box.currentData()
    box.clear()
    for value, words in choices:
        box.addItem(words, value)
    values = [value for value, _ in choices]
    box.setCurrentIndex(values.index(chosen) if chosen in values else 0)


def _list_words(name: str, category: str | None) -> str:
    return shown(name, limit=60) if category is None else f"{shown(name, limit=60)}: {shown(category, limit=60)}"

"""What the unit sets for looking through media: the scheme, how many of each grade are enough, when a break is due."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from triage import settings
from triage.errors import UserError
from triage.reviewing import take_scheme
from triage.reviewing.preferences import LARGEST
from triage.ui.grading import keyed
from triage.ui.pane import form, plain_label
from triage.ui.words import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage.errors import SigapError
    from triage.reviewing import GradingScheme, Preferences
    from triage.ui.language import Language

NUMBERS = ("break_after_minutes", "break_each_minutes", "break_after_viewed", "day_minutes", "late_hour")
MOST = 10_000


class PreferencesDialog(QDialog):
    """`preferences` and `scheme` are what was chosen once it is accepted."""

    def __init__(
        self,
        language: Language,
        preferences: Preferences,
        schemes: list[GradingScheme],
        alert: Callable[[SigapError], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.language, self._kept, self._alert = language, preferences, alert
        self.schemes = schemes
        self.chosen = QComboBox()
        self.own = QPushButton()
        self.numbers = {name: _spin(getattr(preferences, name), LARGEST.get(name, MOST)) for name in NUMBERS}
        self.thresholds: dict[str, QSpinBox] = {}
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self._form = form()
        self._enough = form()
        self._labels: dict[str, QLabel] = {}
        self._titles = [plain_label() for _ in range(2)]
        self._connect()
        self._lay_out()
        self._offer(preferences.scheme)
        self.retranslate()

    @property
    def scheme(self) -> GradingScheme:
        """The scheme that is chosen."""
        return self.schemes[self.chosen.currentIndex()]

    @property
    def preferences(self) -> Preferences:
        """What is set."""
        numbers = {name: box.value() for name, box in self.numbers.items()}
        enough = {code: box.value() for code, box in self.thresholds.items()}
        thresholds = {**self._kept.thresholds, self.scheme.id: enough}
        return replace(self._kept, scheme=self.scheme.id, thresholds=thresholds, **numbers)

    def take(self, path: Path) -> None:
        """Keep an agency's own scheme and choose it."""
        try:
            scheme = take_scheme(path, settings.home())
        except UserError as error:
            self._alert(error)
            return
        self.schemes = [each for each in self.schemes if each.id != scheme.id] + [scheme]
        self._offer(scheme.id)

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        self.setWindowTitle(say("ui_prefer.title"))
        self.own.setText(say("ui_prefer.own"))
        self.own.setToolTip(say("ui_prefer.own_hint"))
        self._titles[0].setText(say("ui_prefer.enough"))
        self._titles[1].setText(say("ui_prefer.breaks"))
        for name, label in self._labels.items():
            label.setText(say(f"ui_prefer.{name}"))
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(say("ui_prefer.keep"))
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(say("ui.cancel"))

    def _offer(self, scheme: str) -> None:
        self.chosen.clear()
        self.chosen.addItems([shown(each.title, limit=90) for each in self.schemes])
        place = next((place for place, each in enumerate(self.schemes) if each.id == scheme), 0)
        self.chosen.setCurrentIndex(place)
        self._ask_enough()

    def _ask_enough(self) -> None:
        while self._enough.rowCount():
            self._enough.removeRow(0)
        self.thresholds = {}
        for each in self.scheme.categories if self.chosen.currentIndex() >= 0 else ():
            box = _spin(self._kept.threshold(self.scheme.id, each.code, each.threshold), MOST)
            self.thresholds[each.code] = box
            label = QLabel()
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setText(keyed(each, f"{shown(each.code)} · {shown(each.label, limit=70)}"))
            label.setBuddy(box)
            self._enough.addRow(label, box)

    def _choose_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, self.language("ui_prefer.own"), "", "TOML (*.toml)")
        if chosen:
            self.take(Path(chosen))

    def _connect(self) -> None:
        self.chosen.activated.connect(lambda _: self._ask_enough())
        self.own.clicked.connect(self._choose_file)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _lay_out(self) -> None:
        self._labels["scheme"] = QLabel()
        self._labels["scheme"].setBuddy(self.chosen)
        self._form.addRow(self._labels["scheme"], self.chosen)
        self._form.addRow(self.own)
        breaks = form()
        for name, box in self.numbers.items():
            self._labels[name] = QLabel()
            self._labels[name].setBuddy(box)
            breaks.addRow(self._labels[name], box)
        whole = QVBoxLayout(self)
        for part in (self._form, self._titles[0], self._enough, self._titles[1], breaks):
            whole.addWidget(part) if isinstance(part, QWidget) else whole.addLayout(part)
        whole.addWidget(self.buttons)
        self.setMinimumWidth(560)


def _spin(value: int, most: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(0, most)
    box.setValue(value)
    return box

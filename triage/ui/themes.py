"""Light and dark: the colours are data (`resources/themes.toml`), switched while the program runs, by the system's wish at first.

A widget asks for a sign or a kind by its name and with its own palette, so that nobody has to be told when it changes: Qt paints anew.
"""

from __future__ import annotations

import tomllib
from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QPalette

from triage.assets import resource

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

SYSTEM, LIGHT, DARK = "system", "light", "dark"
NAMES = (SYSTEM, LIGHT, DARK)
_MIDDLE = 128  # lightness of a window below which its theme is dark


class Theme(QObject):
    """The theme in use; `wish` is one of `NAMES`."""

    def __init__(self, application: QApplication, wish: str, parent: QObject) -> None:
        super().__init__(parent)
        self._application = application
        self.wish = wish if wish in NAMES else SYSTEM
        application.styleHints().colorSchemeChanged.connect(self._put_on)
        self._put_on()

    def use(self, wish: str) -> None:
        """Put on this theme, or the system's."""
        self.wish = wish
        self._put_on()

    @property
    def name(self) -> str:
        """Light or dark: what is worn now."""
        if self.wish != SYSTEM:
            return self.wish
        return DARK if self._application.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT

    def _put_on(self) -> None:
        self._application.setPalette(palette_of(self.name))


def sign(name: str, palette: QPalette) -> QColor:
    """The colour of a sign (`match`, `open`, `calm` ...) in the theme that this palette belongs to."""
    return QColor(colours(_worn(palette))["signs"][name])


def kind_colours(palette: QPalette) -> dict[str, QColor]:
    """The colour of each kind of event, in the order in which they are told."""
    return {name: QColor(colour) for name, colour in colours(_worn(palette))["kinds"].items()}


def mixed(palette: QPalette, role: QPalette.ColorRole, part: float) -> QColor:
    """So much of a colour of the palette on its ground."""
    base, colour = palette.color(QPalette.ColorRole.Base), palette.color(role)
    pairs = ((base.redF(), colour.redF()), (base.greenF(), colour.greenF()), (base.blueF(), colour.blueF()))
    return QColor.fromRgbF(*(ground * (1 - part) + over * part for ground, over in pairs))


def palette_of(name: str) -> QPalette:
    """The palette of a theme."""
    made = QPalette()
    given = colours(name)
    for role, colour in given["palette"].items():
        made.setColor(QPalette.ColorRole[role], QColor(colour))
    for role, colour in given["disabled"].items():
        made.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole[role], QColor(colour))
    return made


@cache
def colours(name: str) -> dict[str, dict[str, str]]:
    """The tables of a theme: palette, disabled, signs, kinds."""
    themes: dict[str, dict[str, dict[str, str]]] = tomllib.loads(resource("themes.toml").read_text(encoding="utf-8"))
    return themes[name]


def _worn(palette: QPalette) -> str:
    return DARK if palette.color(QPalette.ColorRole.Window).lightness() < _MIDDLE else LIGHT

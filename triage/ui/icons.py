"""Icons from `resources/icons`: drawings in one colour, painted in the colour of the palette's text."""

from __future__ import annotations

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QIcon, QPalette, QPixmap

from triage.assets import resource

SIDE = 64


def icon(name: str, palette: QPalette) -> QIcon:
    """The icon of this name, for light and dark palettes alike."""
    drawing = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    made = QIcon()
    for mode, role in (
        (QIcon.Mode.Normal, QPalette.ColorRole.WindowText),
        (QIcon.Mode.Selected, QPalette.ColorRole.HighlightedText),
    ):
        colour = palette.color(QPalette.ColorGroup.Active, role).name()
        pixmap = QPixmap()
        pixmap.loadFromData(QByteArray(drawing.replace("currentColor", colour).encode()), "SVG")
        made.addPixmap(pixmap, mode)
    return made

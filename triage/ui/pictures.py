"""Pictures as the desktop may show them: small, grey and blurred unless a person holds a key to see.

Only previews are ever decoded here: JPEG of at most 480 pixels a side that Sigap itself encoded. The work is done
off the main thread; a preview that does not decode is a blank square.
"""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter

SIDE = 96  # pixels of a small picture
LARGE = 256  # pixels of a revealed one
GRID = 8  # what is left of a blurred picture: 8 by 8 values of grey

_SMOOTH = Qt.TransformationMode.SmoothTransformation
_KEEP = Qt.AspectRatioMode.KeepAspectRatio
_STRETCH = Qt.AspectRatioMode.IgnoreAspectRatio


def decoded(jpeg: bytes | None) -> QImage | None:
    """A preview as an image; None where there is none or it is no small JPEG."""
    if not jpeg:
        return None
    buffer = QBuffer()
    buffer.setData(QByteArray(jpeg))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(b"jpeg"))
    found = reader.size()
    if not found.isValid() or max(found.width(), found.height()) > 2 * LARGE:
        return None
    image = reader.read()
    return None if image.isNull() else image


def blurred(image: QImage, side: int = SIDE) -> QImage:
    """Grey, reduced to 8 by 8 values and drawn smoothly up again: what it shows cannot be made out."""
    target = image.size().scaled(QSize(side, side), _KEEP).expandedTo(QSize(1, 1))
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    return grey.scaled(GRID, GRID, _STRETCH, _SMOOTH).scaled(target, _STRETCH, _SMOOTH)


def revealed(image: QImage, *, colour: bool) -> QImage:
    """As it is, in grey unless colour is asked for."""
    return image if colour else image.convertToFormat(QImage.Format.Format_Grayscale8)


def fitted(image: QImage, side: int) -> QImage:
    """No larger than a square of this side."""
    if max(image.width(), image.height()) <= side:
        return image
    return image.scaled(QSize(side, side), _KEEP, _SMOOTH)


def squared(image: QImage, side: int = SIDE) -> QImage:
    """In the middle of a clear square."""
    square = blank(side)
    painter = QPainter(square)
    painter.drawImage((side - image.width()) // 2, (side - image.height()) // 2, image)
    painter.end()
    return square


def blank(side: int = SIDE) -> QImage:
    """A clear square."""
    square = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    square.fill(Qt.GlobalColor.transparent)
    return square


def blurred_preview(jpeg: bytes | None, side: int = SIDE) -> QImage | None:
    """A stored preview, blurred."""
    image = decoded(jpeg)
    return None if image is None else blurred(image, side)

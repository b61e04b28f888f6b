"""Frames of a clip by how far along it one is: out of the sheet of frames that the scan made, so that nothing has to be prepared."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtGui import QImage, QPixmap

from triage.ui.pictures import blurred, decoded, squared

if TYPE_CHECKING:
    from triage.queries import ContactSheet, Queries
    from triage.ui.opened import OpenCase

KEPT = 40  # clips, at most nine small pictures each


class Frames(QObject):
    """Blurred frames of the clips the mouse was over last."""

    arrived = Signal()

    def __init__(self, case: OpenCase) -> None:
        super().__init__()
        self._case = case
        self._kept: OrderedDict[int, list[QPixmap]] = OrderedDict()
        self._asked: set[int] = set()

    def get(self, entry_id: int, along: float) -> QPixmap | None:
        """The frame at this part (0 to 1) of the clip; None where there is no sheet, or not yet."""
        if entry_id in self._kept:
            self._kept.move_to_end(entry_id)
            frames = self._kept[entry_id]
            return frames[number_at(along, len(frames))] if frames else None
        if entry_id not in self._asked:
            self._asked.add(entry_id)
            self._case.ask(lambda queries: _blurred(queries, entry_id), lambda images: self._keep(entry_id, images))
        return None

    def _keep(self, entry_id: int, images: list[QImage]) -> None:
        self._asked.discard(entry_id)
        self._kept[entry_id] = [QPixmap.fromImage(image) for image in images]
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.arrived.emit()


def number_at(along: float, frames: int) -> int:
    """The frame at this part of a clip."""
    return min(max(0, int(along * frames)), frames - 1)


def cut(image: QImage, sheet: ContactSheet) -> list[QImage]:
    """The frames of a sheet, one by one."""
    width, height = image.width() // sheet.columns, image.height() // sheet.rows
    places = (
        QRect(number % sheet.columns * width, number // sheet.columns * height, width, height)
        for number in range(sheet.frames)
    )
    return [image.copy(place) for place in places]


def _blurred(queries: Queries, entry_id: int) -> list[QImage]:
    sheet = queries.contact_sheet(entry_id)
    image = decoded(sheet.jpeg) if sheet else None
    if sheet is None or image is None:
        return []
    return [squared(blurred(each)) for each in cut(image, sheet)]

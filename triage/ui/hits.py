"""What matched a list of notable content: the file, the list, and every message that names the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from triage.ui.columns import Column, RowTable
from triage.ui.pane import SHOWN_AT_MOST, Pane, detail_box, detail_text, plain_label, table_view
from triage.ui.pictures import blurred_preview
from triage.ui.words import shown

if TYPE_CHECKING:
    from triage.queries import HitRow, Queries
    from triage.queries.findings import Mention
    from triage.ui.language import Language
    from triage.ui.opened import OpenCase

MENTIONS = 50  # messages listed beside a hit

COLUMNS: tuple[Column[HitRow], ...] = (
    Column("ui_column.exhibit", lambda row, _: shown(row.exhibit), 12),
    Column("ui_column.path", lambda row, _: shown(row.path), 44),
    Column("ui_column.list", lambda row, _: shown(row.list), 16),
    Column("ui_column.category", lambda row, _: shown(row.category or ""), 10),
    Column("ui_column.how", lambda row, say: say.choice("ui_how", row.how), 14),
    Column("ui_column.deleted", lambda row, say: say("ui.deleted") if row.deleted else "", 9),
    Column("ui_column.size", lambda row, say: say.size(row.size), 10, right=True),
    Column("ui_column.modified", lambda row, say: say.moment(row.modified, whole=True), 24),
)


@dataclass(frozen=True, slots=True)
class Beside:
    """What is shown beside a hit."""

    hit: HitRow
    mentions: list[Mention]
    picture: QImage | None


class HitsPane(Pane):
    """The table of hits; beside the chosen one its blurred picture and its messages."""

    def __init__(self, case: OpenCase) -> None:
        super().__init__(case)
        self.words = plain_label()
        self.model = RowTable(COLUMNS, case.language)
        self.table = table_view(self.model)
        self.picture = plain_label()
        self.picture.setFixedSize(112, 112)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.detail = detail_box()
        self._beside: Beside | None = None
        self._files = 0
        self._asked_for: object = None
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._choose())
        self.model.modelReset.connect(self._choose)
        self._lay_out()
        self.retranslate()

    def reload(self) -> None:
        """Read the hits anew."""
        self.case.ask(
            lambda queries: (queries.hits(limit=SHOWN_AT_MOST), queries.notable_files()), lambda both: self._show(*both)
        )

    def narrow(self, what: object) -> None:
        """Choose the first match of this entry."""
        self._asked_for = what
        self.reload()

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        self.table.setAccessibleName(say("ui_pane.hits"))
        self.detail.setAccessibleName(say("ui.details"))
        self.picture.setAccessibleName(say("ui_hits.picture"))
        self._say_count()
        self.model.say_again()
        self._show_beside()

    def _say_count(self) -> None:
        say, rows = self.language, len(self.model.rows)
        if not rows:
            self.words.setText(say("ui_hits.none"))
            return
        text = say("ui_hits.count", files=say.number(self._files), hits=say.number(rows))
        self.words.setText(text if rows < SHOWN_AT_MOST else f"{text} {say('ui.first_only', n=say.number(rows))}")

    def _show(self, rows: list[HitRow], files: int) -> None:
        self._files = files
        self.model.show(rows)
        self._say_count()
        if rows:
            self.table.selectRow(next((place for place, row in enumerate(rows) if row.entry_id == self._asked_for), 0))
        self._asked_for = None

    def _choose(self) -> None:
        index = self.table.currentIndex()
        if not index.isValid():
            self._beside = None
            self._show_beside()
            return
        hit = self.model.rows[index.row()]
        self.case.ask(lambda queries: _beside(queries, hit), self._arrived)

    def _arrived(self, beside: Beside) -> None:
        index = self.table.currentIndex()
        if index.isValid() and self.model.rows[index.row()].id == beside.hit.id:
            self._beside = beside
            self._show_beside()

    def _show_beside(self) -> None:
        self.picture.clear()
        if self._beside is None:
            self.detail.clear()
            return
        if self._beside.picture:
            self.picture.setPixmap(QPixmap.fromImage(self._beside.picture))
        else:
            self.picture.setText(self.language("ui_hits.no_picture"))
        self.detail.setPlainText(_text(self._beside, self.language))

    def _lay_out(self) -> None:
        below = QWidget()
        beside = QHBoxLayout(below)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        beside.addWidget(self.detail, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.table)
        split.addWidget(below)
        split.setSizes([320, 280])
        whole = QVBoxLayout(self)
        whole.addWidget(self.words)
        whole.addWidget(split, 1)


def _beside(queries: Queries, hit: HitRow) -> Beside:
    mentions = queries.mentions(hit.entry_id, limit=MENTIONS)
    return Beside(hit, mentions, blurred_preview(queries.preview(hit.entry_id)))


def _text(beside: Beside, say: Language) -> str:
    hit = beside.hit
    lines = [
        (say("ui_column.list"), f"{shown(hit.list)} ({shown(hit.list_version)})"),
        (say("ui_column.category"), shown(hit.category or "")),
        (say("ui_column.how"), say.choice("ui_how", hit.how)),
        (say("ui_column.value"), shown(hit.value)),
        (say("ui_column.explanation"), shown(say.told(hit.explanation or ""))),
        (say("cached_picture.title"), shown(hit.cache or "")),
        (say("cached_picture.gone"), say("cached_picture.is_gone") if hit.gone else ""),
        *(
            (say(f"ui_column.{name}"), shown(getattr(hit, name) or "", limit=4000))
            for name in ("path", "volume", "locator")
        ),
        ("MD5", hit.md5 or ""),
        ("SHA-1", hit.sha1 or ""),
        ("SHA-256", hit.sha256 or ""),
    ]
    text = detail_text(lines)
    if beside.mentions:
        mentions = "\n".join(f"  {_mention(each, say)}" for each in beside.mentions)
        text += f"\n{say('ui_hits.named_by')}\n{mentions}"
    return text


def _mention(each: Mention, say: Language) -> str:
    people = shown(each.sender_name or each.sender or say("ui.unknown_sender"))
    thread = shown(each.thread_name or each.thread or "")
    parts = [
        say.moment(each.sent_at, whole=True),
        shown(each.app),
        thread,
        people,
        say.choice("ui_direction", each.direction),
    ]
    parts.append(say.choice("ui_gone", each.deleted) if each.deleted else "")
    return " · ".join(part for part in parts if part)

"""The card of a file: what it is, how it was found, which messages carried it, what lies beside it, its copies, how to find it again.

It opens what it names: a message opens its conversation, a neighbour or copy opens the gallery. Pictures stay small, grey and blurred.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QPlainTextEdit, QTabWidget, QVBoxLayout, QWidget

from triage.report.findings import Finding, findings
from triage.ui.columns import Column, RowTable
from triage.ui.pane import detail_box, detail_text, table_view
from triage.ui.pictures import SIDE, blank
from triage.ui.whence import whence_lines
from triage.ui.words import shown

if TYPE_CHECKING:
    from triage.queries import BelongingRow, HitRow, Mention, NeighbourRow, Queries, WhenceRow
    from triage.ui.language import Language
    from triage.ui.opened import OpenCase
    from triage.ui.paged import Thumbnails

MESSAGES = 500  # messages listed
COPIES = 500
ENTRY = int(Qt.ItemDataRole.UserRole)

MENTIONS: tuple[Column[Mention], ...] = (
    Column("ui_column.at", lambda row, say: say.moment(row.sent_at, whole=True), 22),
    Column("ui_column.app", lambda row, _: shown(row.app), 12),
    Column("ui_column.thread", lambda row, _: shown(row.thread_name or row.thread or ""), 20),
    Column("ui_column.sender", lambda row, say: shown(row.sender_name or row.sender or say("ui.unknown_sender")), 20),
    Column("ui_column.direction", lambda row, say: say.choice("ui_direction", row.direction), 10),
    Column("ui_column.deleted", lambda row, say: say.choice("ui_gone", row.deleted) if row.deleted else "", 14),
    Column("ui_column.tied_by", lambda row, say: say.choice("ui_tied", row.rule), 16),
)
BELONGING: tuple[Column[BelongingRow], ...] = (
    Column("ui_card.why", lambda row, say: say.choice("belonging", row.rule), 26),
    Column("ui_column.exhibit", lambda row, _: shown(row.exhibit), 10),
    Column("ui_column.path", lambda row, _: shown(row.path), 60),
    Column("ui_column.deleted", lambda row, say: say("ui.deleted") if row.deleted else "", 9),
)


@dataclass(frozen=True, slots=True)
class CardFacts:
    """Everything that a card shows of one file."""

    finding: Finding
    whence: WhenceRow | None
    mentions: list[Mention]
    neighbours: list[NeighbourRow]
    belonging: list[BelongingRow]


class FileCard(QTabWidget):
    """Shows one file; `go` asks for a pane and the part of it."""

    go = Signal(str, object)

    def __init__(self, case: OpenCase, thumbnails: Thumbnails) -> None:
        super().__init__()
        self.case, self.language = case, case.language
        self.facts: CardFacts | None = None
        self.detail, self.recipe = detail_box(), detail_box(fixed=True)
        self.mentions, self.belonging = RowTable(MENTIONS, case.language), RowTable(BELONGING, case.language)
        self.mention_table, self.belonging_table = table_view(self.mentions), table_view(self.belonging)
        self.folder = _strip()
        self._thumbnails = thumbnails
        self._entry: int | None = None
        self._connect()
        for widget in (self.detail, self.mention_table, self.folder, self.belonging_table, self.recipe):
            self.addTab(widget, "")
        self.retranslate()

    def choose(self, entry: int | None) -> None:
        """Show this file; None: nothing."""
        if entry == self._entry:
            return
        self._entry, self.facts = entry, None
        self._show_facts()
        if entry is not None:
            self.case.ask(lambda queries: _facts(queries, entry), self._take)

    def again(self) -> None:
        """Read the chosen one anew."""
        entry, self._entry = self._entry, None
        self.choose(entry)

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        for widget in (self, self.tabBar()):
            widget.setAccessibleName(say("ui_card.title"))
        names = ("ui_card.file", "ui_card.messages", "ui_card.folder", "ui_card.copies", "ui_card.recipe")
        boxes: tuple[QWidget, ...] = (
            self.detail, self.mention_table, self.folder, self.belonging_table, self.recipe,
        )  # fmt: skip
        for box, name in zip(boxes, names, strict=True):
            box.setAccessibleName(say(name))
        self.mention_table.setToolTip(say("ui_card.open_message"))
        self.belonging_table.setToolTip(say("ui_card.open_file"))
        self.folder.setToolTip(say("ui_card.open_file"))
        self.mentions.say_again()
        self.belonging.say_again()
        self._show_facts()

    def _take(self, facts: CardFacts | None) -> None:
        if facts is not None and facts.finding.file.id == self._entry:
            self.facts = facts
            self._show_facts()

    def _show_facts(self) -> None:
        say, facts = self.language, self.facts
        self.mentions.show(facts.mentions if facts else [])
        self.belonging.show(facts.belonging if facts else [])
        _set_text(self.detail, file_text(facts, say) if facts else "")
        _set_text(self.recipe, recipe_text(facts.finding, say) if facts else "")
        counts = (None, len(self.mentions.rows), None, len(self.belonging.rows), None)
        names = ("file", "messages", "folder", "copies", "recipe")
        for place, (name, count) in enumerate(zip(names, counts, strict=True)):
            words = say(f"ui_card.{name}")
            self.setTabText(place, words if count is None else f"{words} ({say.number(count)})")
        self._show_folder()

    def _show_folder(self) -> None:
        self.folder.clear()
        for row in self.facts.neighbours if self.facts else ():
            marks = "● " if row.notable else ""
            item = QListWidgetItem(f"{marks}{shown(row.name, limit=60)}")
            item.setData(ENTRY, row.entry_id)
            item.setData(int(Qt.ItemDataRole.AccessibleTextRole), _spoken(row, self.language))
            self.folder.addItem(item)
            if row.itself:
                self.folder.setCurrentItem(item)
        self._paint_folder()

    def _paint_folder(self) -> None:
        rows = self.facts.neighbours if self.facts else []
        for place, row in enumerate(rows[: self.folder.count()]):
            small = self._thumbnails.get(row.entry_id) if row.kind in {"picture", "video"} else None
            shown_small, drawn = QIcon(), small or QPixmap.fromImage(blank())
            for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # the same picture, not tinted
                shown_small.addPixmap(drawn, mode)
            self.folder.item(place).setIcon(shown_small)

    def _open_message(self, index: QModelIndex) -> None:
        row = self.mentions.rows[index.row()]
        self.go.emit("conversations", (row.app, row.account, row.thread, row.id))

    def _connect(self) -> None:
        self.mention_table.activated.connect(self._open_message)
        self.belonging_table.activated.connect(
            lambda index: self.go.emit("media", self.belonging.rows[index.row()].entry_id)
        )
        self.folder.itemActivated.connect(lambda item: self.go.emit("media", item.data(ENTRY)))
        self._thumbnails.arrived.connect(self._paint_folder)


class CardDialog(QDialog):
    """A card in a window of its own; it closes when it opened something else."""

    def __init__(self, case: OpenCase, thumbnails: Thumbnails, entry: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.card = FileCard(case, thumbnails)
        self.card.go.connect(lambda *_: self.accept())
        self.setWindowTitle(case.language("ui_card.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        QVBoxLayout(self).addWidget(self.card)
        self.resize(860, 460)
        self.card.choose(entry)


def file_text(facts: CardFacts, say: Language) -> str:
    """What and where the file is, how it was found, what persons said of it."""
    finding = facts.finding
    file, place = finding.file, finding.place
    lines = [
        (say("ui_column.exhibit"), shown(file.exhibit)),
        (say("ui_column.path"), shown(file.path, limit=4000)),
        (say("ui_column.volume"), shown(file.volume or "")),
        (say("ui_column.locator"), shown(file.locator, limit=4000)),
        (say("ui_column.source"), shown(place.source, limit=4000)),
        (say("ui_card.position"), "" if place.position is None else say.number(place.position)),
        (say("ui_column.size"), "" if file.size is None else f"{say.size(file.size)} ({say.number(file.size)} B)"),
        (say("ui_column.deleted"), say("ui.deleted") if file.deleted else ""),
        *((say(f"ui_column.{name}"), say.moment(getattr(file, name))) for name in ("modified", "born")),
        *((say("ui_card.found"), _match_words(row, say)) for row in finding.matches),
        (say("ui_card.marks"), "; ".join(shown(tag) for tag in finding.tags)),
        *((say("ui_card.note"), shown(note.body, limit=4000)) for note in finding.notes),
        *(whence_lines(facts.whence, say) if facts.whence else ()),
        (say("ui_card.read_by"), ", ".join(f"{row.extractor} {row.version}" for row in finding.readers)),
        ("MD5", file.md5 or ""),
        ("SHA-1", file.sha1 or ""),
        ("SHA-256", file.sha256 or ""),
    ]
    return detail_text(lines)


def recipe_text(finding: Finding, say: Language) -> str:
    """Commands that find the file again without this program, and those that show the rows of the messages."""
    parts = [say("ui_card.recipe_words"), *finding.commands] if finding.commands else [say("ui_card.no_recipe")]
    for carried in finding.carried.rows:
        if carried.commands:
            parts += ["", say("ui_card.message_recipe", at=say.moment(carried.mention.sent_at)), *carried.commands]
    return "\n".join(shown(part, limit=8000) if part else "" for part in parts)


def _match_words(row: HitRow, say: Language) -> str:
    parts = (
        f"{shown(row.list)} ({shown(row.list_version)})", shown(row.category or ""), say.choice("ui_how", row.how),
        shown(row.value), shown(say.told(row.explanation or "")),
    )  # fmt: skip
    return " · ".join(part for part in parts if part)


def _facts(queries: Queries, entry: int) -> CardFacts | None:
    if entry not in queries.file_rows([entry]):
        return None
    (finding,) = findings(queries, [entry])
    return CardFacts(
        finding,
        queries.whence(entry),
        queries.mentions(entry, limit=MESSAGES),
        queries.neighbours(entry),
        queries.belonging(entry, limit=COPIES),
    )


def _spoken(row: NeighbourRow, say: Language) -> str:
    parts = (
        shown(row.name),
        say.choice("ui_media_kind", row.kind) if row.kind else "",
        say("ui_media.is_match") if row.notable else "",
    )
    return ", ".join(part for part in parts if part)


def _set_text(box: QPlainTextEdit, text: str) -> None:
    if box.toPlainText() != text:
        box.setPlainText(text)


def _strip() -> QListWidget:
    """Neighbours from left to right."""
    strip = QListWidget()
    strip.setViewMode(QListWidget.ViewMode.IconMode)
    strip.setMovement(QListWidget.Movement.Static)
    strip.setResizeMode(QListWidget.ResizeMode.Adjust)
    strip.setUniformItemSizes(True)
    strip.setIconSize(QSize(SIDE, SIDE))
    strip.setGridSize(QSize(SIDE + 40, SIDE + strip.fontMetrics().height() + 16))
    strip.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    return strip

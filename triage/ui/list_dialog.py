"""The hash lists of this computer: what there is and how old it is, import by dropping a file, a receipt for each, removal."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from triage.ui.background import Operation
from triage.ui.columns import Column, RowTable
from triage.ui.pane import detail_box, detail_text, form, plain_label, table_view
from triage.ui.words import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QDragEnterEvent, QDropEvent

    from triage.errors import SigapError
    from triage.run import ListInfo, ListOffer, Receipt
    from triage.ui.actions import Actions
    from triage.ui.background import Background
    from triage.ui.language import Language

OLD = 90  # days after which a list is called old: what came since is not in it

COLUMNS: tuple[Column[ListInfo], ...] = (
    Column("ui_column.name", lambda row, _: shown(row.name), 18),
    Column("ui_column.kind", lambda row, say: say.choice("ui_list_kind", row.kind), 22),
    Column("ui_lists.values", lambda row, say: say.number(sum(row.counts.values())), 12, right=True),
    Column("ui_lists.version", lambda row, _: shown(row.version or "-"), 12),
    Column("ui_lists.imported", lambda row, say: say.moment(row.imported_at, whole=True), 24),
    Column("ui_lists.age", lambda row, say: age(row.imported_at, say), 12),
    Column("ui_lists.by", lambda row, _: shown(row.imported_by), 12),
    Column("ui_lists.digest", lambda row, _: row.digest, 30),
)


class ListsDialog(QDialog):
    """Closed at any time; an import that is at work goes on and says its receipt in the log of the installation."""

    def __init__(self, actions: Actions, language: Language, background: Background, parent: QWidget) -> None:
        super().__init__(parent)
        self._actions, self._say, self._background = actions, language, background
        self.words, self.told = plain_label(), detail_box()
        self.model = RowTable(COLUMNS, language)
        self.table = table_view(self.model)
        self.choose, self.remove, self.close_it = QPushButton(), QPushButton(), QPushButton()
        self.offer_box, self.about = QGroupBox(), plain_label()
        self.name, self.version = QLineEdit(), QLineEdit()
        self.kind, self.scheme = QComboBox(), QComboBox()
        self.take = QPushButton()
        self._offer: ListOffer | None = None
        self._say_all()
        self._lay_out()
        self._connect()
        self._show_whether_ready()
        self.reload()

    def reload(self) -> None:
        """Read which lists there are."""
        self._do(self._actions.list_infos, self._show)

    def look_at(self, file: Path) -> None:
        """Say what a file is and ask how it is to be taken."""
        self.about.setText(self._say("ui_evidence.looking"))
        self._do(lambda: self._actions.offered(file), self._show_offer)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        """A list may be dropped anywhere here."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """The first file that was dropped."""
        event.acceptProposedAction()
        if local := [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]:
            self.look_at(Path(local[0]))

    def _show(self, infos: Sequence[ListInfo]) -> None:
        self.model.show(list(infos))
        self.words.setText(self._say("ui_lists.words" if infos else "ui_lists.none"))
        self.remove.setEnabled(False)

    def _show_offer(self, offer: ListOffer) -> None:
        say, self._offer = self._say, offer
        self.about.setText(_offer_words(offer, say))
        self.name.setText(offer.path.stem)
        self.kind.clear()
        for kind in offer.kinds:
            self.kind.addItem(say.choice("ui_list_kind", kind), kind)
        self.kind.setCurrentIndex(self.kind.findData(offer.usual_kind))
        self.scheme.clear()
        self.scheme.addItem(say("ui_lists.choose_scheme"), None)
        for number, title in offer.schemes:
            self.scheme.addItem(title, number)
        self.scheme.setCurrentIndex(max(0, self.scheme.findData(offer.scheme)))
        for widget in (self.scheme, self._labels["scheme"]):
            widget.setVisible(offer.coded)
        self.offer_box.setVisible(True)
        self._show_whether_ready()

    def _show_whether_ready(self) -> None:
        offer = self._offer
        decided = offer is not None and (not offer.coded or self.scheme.currentData() is not None)
        self.take.setEnabled(decided and bool(self.name.text().strip()))

    def _take(self) -> None:
        if (offer := self._offer) is None:
            return
        name, kind, version = self.name.text().strip(), str(self.kind.currentData()), self.version.text().strip()
        scheme = self.scheme.currentData() if offer.coded else None
        self.take.setEnabled(False)
        self.told.setPlainText(self._say("ui_lists.importing"))
        self._do(
            lambda: self._actions.import_list(offer, name=name, kind=kind, version=version, scheme=scheme), self._taken
        )

    def _taken(self, receipt: Receipt) -> None:
        self._offer = None
        self.offer_box.setVisible(False)
        self.told.setPlainText(receipt_text(receipt, self._say))
        self.reload()

    def _remove(self) -> None:
        """Asked for once more: a list may have taken hours to import."""
        row = self.model.rows[self.table.currentIndex().row()]
        buttons = QMessageBox.StandardButton
        self.question = QMessageBox(
            QMessageBox.Icon.Question, self._say("ui_lists.title"), self._say("ui_lists.sure", name=shown(row.name)),
            buttons.Ok | buttons.Cancel, self,
        )  # fmt: skip
        self.question.accepted.connect(
            lambda: self._do(lambda: self._actions.remove_list(row.name), lambda _: self.reload())
        )
        self.question.open()

    def _failed(self, error: SigapError) -> None:
        self._show_whether_ready()
        if self._offer is None:
            self.about.clear()
        self.told.setPlainText(shown(str(error), limit=4000))

    def _do(self, work: object, success: object) -> None:
        self._background.start(Operation(work, success, self._failed))  # type: ignore[arg-type]  # what one gives the other takes

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, self._say("ui_lists.choose"))
        if chosen:
            self.look_at(Path(chosen))

    def _connect(self) -> None:
        self.setAcceptDrops(True)
        self.choose.clicked.connect(self._choose)
        self.remove.clicked.connect(self._remove)
        self.close_it.clicked.connect(self.reject)
        self.take.clicked.connect(self._take)
        self.name.textChanged.connect(lambda _: self._show_whether_ready())
        self.scheme.currentIndexChanged.connect(lambda _: self._show_whether_ready())
        self.table.selectionModel().currentRowChanged.connect(lambda index, _: self.remove.setEnabled(index.isValid()))

    def _say_all(self) -> None:
        say = self._say
        self.setWindowTitle(say("ui_lists.title"))
        self.table.setAccessibleName(say("ui_lists.title"))
        self.told.setAccessibleName(say("ui_lists.receipt"))
        self.told.setPlaceholderText(say("ui_lists.receipt"))
        self.offer_box.setTitle(say("ui_lists.offer"))
        for name in ("choose", "remove", "take"):
            getattr(self, name).setText(say(f"ui_lists.{name}"))
        self.close_it.setText(say("ui.close"))
        self._labels = {name: QLabel(say(f"ui_lists.{name}")) for name in ("name", "kind", "version", "scheme")}

    def _lay_out(self) -> None:
        self.resize(980, 560)
        fields = form()
        for name, label in self._labels.items():
            label.setBuddy(getattr(self, name))
            fields.addRow(label, getattr(self, name))
        inner = QVBoxLayout(self.offer_box)
        inner.addWidget(self.about)
        inner.addLayout(fields)
        inner.addWidget(self.take)
        self.offer_box.setVisible(False)
        buttons = QHBoxLayout()
        buttons.addWidget(self.choose)
        buttons.addWidget(self.remove)
        buttons.addStretch()
        buttons.addWidget(self.close_it)
        whole = QVBoxLayout(self)
        whole.addWidget(self.words)
        whole.addWidget(self.table, 2)
        whole.addWidget(self.offer_box)
        whole.addWidget(self.told, 1)
        whole.addLayout(buttons)


def age(imported_at: str, say: Language, *, now: datetime | None = None) -> str:
    """Days since a list was imported; that it is old, where it is."""
    days = max(0, ((now or datetime.now(UTC)) - datetime.fromisoformat(imported_at)).days)
    return say("ui_lists.old" if days > OLD else "ui_lists.days", n=say.number(days))


def receipt_text(receipt: Receipt, say: Language) -> str:
    """What an import did, a line each."""
    lines = [
        say(
            "cli.receipt",
            name=shown(receipt.name),
            kind=say.choice("ui_list_kind", receipt.kind),
            read=receipt.read,
            taken=receipt.taken,
        ),
        say("cli.receipt_more", duplicates=receipt.duplicates, refused=receipt.refused),
        *(say("cli.refused", line=each.line, reason=shown(each.reason)) for each in receipt.refusals),
        *(say("cli.receipt_category", code=shown(code), count=count) for code, count in receipt.categories.items()),
        *(
            say("cli.receipt_source", name=shown(each.name), format=each.format, sha256=each.sha256)
            for each in receipt.sources
        ),
        say("cli.receipt_digest", digest=receipt.digest),
    ]
    return "\n".join(lines)


def _offer_words(offer: ListOffer, say: Language) -> str:
    codes = ", ".join(f"{shown(code)} ({say.number(count)})" for code, count in offer.codes)
    lines = [
        (say("ui_evidence.source"), shown(str(offer.path))),
        (say("ui_evidence.format"), shown(offer.format)),
        (say("ui_lists.context"), shown(offer.context)),
        (say("ui_lists.codes"), codes),
    ]
    return detail_text(lines)

"""Progress of each exported file, in the dialog and in the tray after it is closed."""

from collections.abc import Sequence
from functools import reduce
from typing import Self

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from producer_studio.studio.export.export import Export, ExportChanged, ExportState
from producer_studio.translation import mark, ntr, sentences, tr, tr_message
from producer_studio.ui.context import UiContext
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.card import Hairline
from producer_studio.ui.widgets.keyboard import set_guarded
from producer_studio.ui.widgets.label import ElidedLabel, label, set_role

_WIDTH = 300
_BOTTOM_MARGIN = 91 + 16
"""Distance to the window's lower edge: the player's height and a margin."""


class ExportTray(QFrame):
    """Small card above the player while exports run; replaced by a notice at the end."""

    def __init__(self, context: UiContext, window: QWidget) -> None:
        super().__init__(window)
        self._studio = context.studio
        self._style = context.style
        self._tasks = context.tasks
        self._exports: dict[str, Export] = {}
        self.setProperty("role", "notice")
        self.setAccessibleName(tr("Exports"))
        self.message = label("", "medium", self)
        self.progress_bar = QProgressBar(self)
        self.progress_bar.setRange(0, 100)
        self.progress_bar.setTextVisible(False)
        self.progress_bar.setAccessibleName(tr("Progress of the exports"))
        self.cancel_button = IconButton(self._style, "x", tr("Cancel exports"), self)
        self.cancel_button.clicked.connect(self._on_cancel_clicked)
        set_guarded(self.cancel_button)
        self._icon = QLabel(self)
        column = QVBoxLayout()
        column.setSpacing(7)
        column.addWidget(self.message)
        column.addWidget(self.progress_bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 10, 10)
        row.setSpacing(12)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(column, 1)
        row.addWidget(self.cancel_button)
        self.setFixedWidth(self._style.px(_WIDTH))
        self.hide()
        window.installEventFilter(self)
        self._style.changed.connect(self._update_icon)
        self._unsubscribe = self._studio.events.subscribe(ExportChanged, self._on_export_changed)
        self.destroyed.connect(self._unsubscribe)
        self._update_icon()

    @classmethod
    def for_window(cls, context: UiContext, window: QWidget) -> Self:
        """Returns the window's only tray; creates it if necessary."""
        there = window.findChild(cls)
        return there if there is not None else cls(context, window)

    def follow(self, exports: Sequence[Export]) -> None:
        """Adds running exports."""
        self._exports |= {export.id: export for export in exports}
        self._show_state()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.parent() and event.type() is QEvent.Type.Resize:
            self._update_position()
        return super().eventFilter(watched, event)

    def _on_export_changed(self, change: ExportChanged) -> None:
        if change.export.id in self._exports:
            self._exports[change.export.id] = change.export
            self._show_state()

    def _show_state(self) -> None:
        exports = list(self._exports.values())
        over = [one for one in exports if one.state.is_over]
        if len(over) == len(exports):
            self._report_results(exports)
            return
        self.message.setText(
            tr("Exporting “{title}”", title=exports[0].title or tr("Untitled"))
            if len(exports) == 1
            else tr("Exporting, {done} of {count} done", done=len(over), count=len(exports))
        )
        shares = [1.0 if one.state.is_over else one.progress or 0.0 for one in exports]
        self.progress_bar.setValue(round(100 * sum(shares) / len(shares)))
        # The service reports no progress, so no figure is shown then.
        self.progress_bar.setVisible(any(one.state is ExportState.RUNNING for one in exports))
        self.show()
        self.raise_()
        self._update_position()

    def _report_results(self, exports: Sequence[Export]) -> None:
        self._exports = {}
        self.hide()
        done = [one for one in exports if one.state is ExportState.DONE]
        failed = [one for one in exports if one.state is ExportState.FAILED]
        for one in failed:
            sentence = tr(one.error.message) if one.error else tr("The file could not be exported.")
            said = one.error.service_words if one.error else ""
            self._tasks.error_reported.emit(
                "bad",
                tr("“{title}”: {error}", title=one.title or tr("Untitled"), error=sentence),
                said,
            )
        if done:
            folder = done[0].spec.folder
            first = done[0].path
            place = folder.name or str(folder)
            if len(done) > 1 or first is None:
                text = ntr(
                    "{count} file is in {folder}.",
                    "{count} files are in {folder}.",
                    len(done),
                    folder=place,
                )
            else:
                text = tr("{name} is in {folder}.", name=first.name, folder=place)
            self._tasks.error_reported.emit("ok", text, str(folder))

    def _on_cancel_clicked(self) -> None:
        for export in list(self._exports.values()):
            if not export.state.is_over:
                self._studio.exports.cancel(export.id)

    def _update_position(self) -> None:
        window = self.parentWidget()
        if window is not None and self.isVisible():
            self.adjustSize()
            left = (window.width() - self.width()) // 2
            self.move(left, window.height() - self.height() - _BOTTOM_MARGIN)

    def _update_icon(self) -> None:
        self._icon.setPixmap(self._style.pixmap("download", "text2"))


_STATE_TEXTS = {
    ExportState.QUEUED: mark("Queued"),
    ExportState.AT_SERVICE: mark("In progress at the service"),
    ExportState.CANCELLED: mark("Cancelled. No file was saved."),
}
_MAX_VISIBLE_ROWS = 6
_ROW_HEIGHT = 58


class ExportProgressRow(QWidget):
    """Row of one file: name, progress bar while there is a figure, result.

    Signals:
        cancel_requested: The export's id.
    """

    cancel_requested = Signal(str)

    def __init__(self, style: Style, export: Export, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._export_id = export.id
        self.setMinimumHeight(style.px(_ROW_HEIGHT))
        self.name = ElidedLabel("", "medium", self, elided_at=Qt.TextElideMode.ElideMiddle)
        self.state_label = label("", "caption", self, wrap=True)
        self.progress_bar = QProgressBar(self)
        self.progress_bar.setRange(0, 100)
        self.progress_bar.setTextVisible(False)
        self.progress_bar.setAccessibleName(tr("Progress of {title}", title=export.title))
        self.cancel_button = IconButton(style, "x", tr("Cancel {title}", title=export.title), self)
        self.cancel_button.clicked.connect(lambda: self.cancel_requested.emit(self._export_id))
        set_guarded(self.cancel_button)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addStretch(1)
        for part in (self.name, self.state_label, self.progress_bar):
            words.addWidget(part)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 10, 8)
        row.setSpacing(12)
        row.addLayout(words, 1)
        row.addWidget(self.cancel_button)
        self.show_export(export)

    def height_for(self, width: int) -> int:
        """Returns the height that all of its text needs at a width."""
        inside = self.layout()
        needed = inside.totalHeightForWidth(width) if inside is not None else 0
        return max(needed, self._style.px(_ROW_HEIGHT))

    def show_export(self, export: Export) -> None:
        state = export.state
        self.name.setText(
            export.path.name if export.path else tr_message(export.title) or tr("Untitled")
        )
        self.state_label.setText(_state_text(export))
        roles = {ExportState.FAILED: "bad", ExportState.DONE: "ok"}
        if export.messages:
            roles[ExportState.DONE] = "secondary"
        set_role(self._style, self.state_label, roles.get(state, "caption"))
        known = state is ExportState.RUNNING and export.progress is not None
        self.progress_bar.setVisible(known)
        self.progress_bar.setValue(round(100 * (export.progress or 0.0)))
        self.cancel_button.setVisible(not state.is_over)
        if export.error is not None and export.error.service_words:
            self.state_label.setToolTip(export.error.service_words)


class ExportProgressList(QFrame):
    """The files of one export, in the order of the request.

    Signals:
        cancel_requested: An export's id.
    """

    cancel_requested = Signal(str)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._rows: dict[str, ExportProgressRow] = {}
        self.setProperty("surface", "well")
        self._inside = QWidget()
        self._inside.setProperty("surface", "none")
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._scroll_area = QScrollArea(self)
        self._scroll_area.setWidgetResizable(True)
        self._scroll_area.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll_area.setAccessibleName(tr("Files"))
        self.setFocusProxy(self._scroll_area)
        self._scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll_area.setWidget(self._inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(self._scroll_area)
        self.setAccessibleName(tr("Files"))

    def show_exports(self, exports: Sequence[Export]) -> None:
        """Shows the exports that were started."""
        for export in exports:
            if self._rows:
                self._column.addWidget(Hairline(self._inside))
            row = ExportProgressRow(self._style, export, self._inside)
            row.cancel_requested.connect(self.cancel_requested)
            self._rows[export.id] = row
            self._column.addWidget(row)
        self._column.addStretch(1)
        self._fit_height()

    def show_export(self, export: Export) -> None:
        row = self._rows.get(export.id)
        if row is not None:
            row.show_export(export)
            self._fit_height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit_height()

    def _fit_height(self) -> None:
        """Becomes as high as its first rows."""
        shown = list(self._rows.values())[:_MAX_VISIBLE_ROWS]
        width = max(1, self._scroll_area.viewport().width())
        height = sum(row.height_for(width) + 1 for row in shown) + 3
        if height != self.minimumHeight():
            self.setFixedHeight(height)


def _state_text(export: Export) -> str:
    if export.state is ExportState.DONE:
        return tr(reduce(sentences, export.messages)) if export.messages else tr("Done")
    if export.state is ExportState.FAILED:
        return tr(export.error.message) if export.error else tr("This file could not be exported.")
    if export.state is ExportState.RUNNING:
        return f"{100 * (export.progress or 0.0):.0f} %"
    return tr(_STATE_TEXTS[export.state])

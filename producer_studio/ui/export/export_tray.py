"""Tray that shows running exports whose dialog was closed."""

from collections.abc import Sequence
from typing import Self

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from producer_studio.studio.export.export import Export, ExportChanged, ExportState
from producer_studio.ui.context import UiContext
from producer_studio.ui.widgets.button_keys import set_guarded
from producer_studio.ui.widgets.icon_button import IconButton
from producer_studio.ui.widgets.label import label

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
        self.setAccessibleName("Exports")
        self.message = label("", "medium", self)
        self.progress_bar = QProgressBar(self)
        self.progress_bar.setRange(0, 100)
        self.progress_bar.setTextVisible(False)
        self.progress_bar.setAccessibleName("Progress of the exports")
        self.cancel_button = IconButton(self._style, "x", "Cancel exports", self)
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
            f"Exporting “{exports[0].title or 'Untitled'}”"
            if len(exports) == 1
            else f"Exporting, {len(over)} of {len(exports)} done"
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
            sentence = one.error.message if one.error else "The file could not be exported."
            said = one.error.service_words if one.error else ""
            self._tasks.error_reported.emit("bad", f"“{one.title or 'Untitled'}”: {sentence}", said)
        if done:
            folder = done[0].spec.folder
            first = done[0].path
            what = (
                f"{len(done)} files are" if len(done) > 1 or first is None else f"{first.name} is"
            )
            self._tasks.error_reported.emit(
                "ok", f"{what} in {folder.name or folder}.", str(folder)
            )

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

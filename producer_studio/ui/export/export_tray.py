"""What stays in sight of exports whose dialog was closed."""

from collections.abc import Sequence
from typing import Self

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from producer_studio.studio.export.exports import Export, ExportChanged, ExportState
from producer_studio.studio.studio import Studio
from producer_studio.ui.style.style import Look
from producer_studio.ui.tasks import Tasks
from producer_studio.ui.widgets.button_keys import set_guarded
from producer_studio.ui.widgets.icon_button import IconButton
from producer_studio.ui.widgets.label import label

_WIDTH = 300
_ABOVE = 91 + 16
"""Leaves the player free, and some air."""


class ExportTray(QFrame):
    """A small card above the player while exports go on; ends in a notice and goes away."""

    def __init__(self, studio: Studio, look: Look, tasks: Tasks, window: QWidget) -> None:
        super().__init__(window)
        self._studio = studio
        self._look = look
        self._tasks = tasks
        self._exports: dict[str, Export] = {}
        self.setProperty("role", "notice")
        self.setAccessibleName("Exports")
        self.words = label("", "medium", self)
        self.bar = QProgressBar(self)
        self.bar.setRange(0, 100)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress of the exports")
        self.cancel = IconButton(look, "x", "Cancel exports", self)
        self.cancel.clicked.connect(self._on_cancel)
        set_guarded(self.cancel)
        self._picture = QLabel(self)
        column = QVBoxLayout()
        column.setSpacing(7)
        column.addWidget(self.words)
        column.addWidget(self.bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 10, 10)
        row.setSpacing(12)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(column, 1)
        row.addWidget(self.cancel)
        self.setFixedWidth(look.px(_WIDTH))
        self.hide()
        window.installEventFilter(self)
        look.changed.connect(self._draw)
        self._unsubscribe = studio.events.subscribe(ExportChanged, self._on_export_changed)
        self.destroyed.connect(self._unsubscribe)
        self._draw()

    @classmethod
    def of(cls, studio: Studio, look: Look, tasks: Tasks, window: QWidget) -> Self:
        """The window's one tray."""
        there = window.findChild(cls)
        return there if there is not None else cls(studio, look, tasks, window)

    def follow(self, exports: Sequence[Export]) -> None:
        """Takes exports that go on."""
        self._exports |= {export.id: export for export in exports}
        self._show_state()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.parent() and event.type() is QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _on_export_changed(self, change: ExportChanged) -> None:
        if change.export.id in self._exports:
            self._exports[change.export.id] = change.export
            self._show_state()

    def _show_state(self) -> None:
        exports = list(self._exports.values())
        over = [one for one in exports if one.state.is_over]
        if len(over) == len(exports):
            self._end(exports)
            return
        self.words.setText(
            f"Exporting “{exports[0].title or 'Untitled'}”"
            if len(exports) == 1
            else f"Exporting, {len(over)} of {len(exports)} done"
        )
        shares = [1.0 if one.state.is_over else one.progress or 0.0 for one in exports]
        self.bar.setValue(round(100 * sum(shares) / len(shares)))
        # The service says nothing about how far it is, so no figure is shown then.
        self.bar.setVisible(any(one.state is ExportState.RUNNING for one in exports))
        self.show()
        self.raise_()
        self._place()

    def _end(self, exports: Sequence[Export]) -> None:
        self._exports = {}
        self.hide()
        done = [one for one in exports if one.state is ExportState.DONE]
        failed = [one for one in exports if one.state is ExportState.FAILED]
        for one in failed:
            sentence = one.fault.message if one.fault else "The file could not be made."
            said = one.fault.service_words if one.fault else ""
            self._tasks.noticed.emit("bad", f"“{one.title or 'Untitled'}”: {sentence}", said)
        if done:
            folder = done[0].spec.folder
            first = done[0].path
            what = (
                f"{len(done)} files are" if len(done) > 1 or first is None else f"{first.name} is"
            )
            self._tasks.noticed.emit("ok", f"{what} in {folder.name or folder}.", str(folder))

    def _on_cancel(self) -> None:
        for export in list(self._exports.values()):
            if not export.state.is_over:
                self._studio.exports.cancel(export.id)

    def _place(self) -> None:
        window = self.parentWidget()
        if window is not None and self.isVisible():
            self.adjustSize()
            left = (window.width() - self.width()) // 2
            self.move(left, window.height() - self.height() - _ABOVE)

    def _draw(self) -> None:
        self._picture.setPixmap(self._look.pixmap("download", "text2"))

"""How far each file is."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from producer_studio.studio.export.exports import Export, ExportState
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.button_keys import set_guarded
from producer_studio.ui.widgets.hairline import Hairline
from producer_studio.ui.widgets.icon_button import IconButton
from producer_studio.ui.widgets.label import ElidedLabel, label, set_role

_WORDS = {
    ExportState.QUEUED: "Waiting for its turn",
    ExportState.AT_SERVICE: "The service is making it",
    ExportState.CANCELLED: "Cancelled. No file was left behind.",
}
_SHOWN_ROWS = 6
_ROW_HEIGHT = 58


class ExportRow(QWidget):
    """One file: its name, its bar while there is a figure, what became of it.

    Signals:
        cancelled: The export's id.
    """

    cancelled = Signal(str)

    def __init__(self, look: Look, export: Export, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._id = export.id
        self.setFixedHeight(look.px(_ROW_HEIGHT))
        self.name = ElidedLabel("", "medium", self)
        self.state = label("", "caption", self, wrap=True)
        self.bar = QProgressBar(self)
        self.bar.setRange(0, 100)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(f"Progress of {export.title}")
        self.cancel = IconButton(look, "x", f"Cancel {export.title}", self)
        self.cancel.clicked.connect(lambda: self.cancelled.emit(self._id))
        set_guarded(self.cancel)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addStretch(1)
        for part in (self.name, self.state, self.bar):
            words.addWidget(part)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 10, 0)
        row.setSpacing(12)
        row.addLayout(words, 1)
        row.addWidget(self.cancel)
        self.show_export(export)

    def show_export(self, export: Export) -> None:
        state = export.state
        self.name.setText(export.path.name if export.path else export.title or "Untitled")
        self.state.setText(_state_words(export))
        roles = {ExportState.FAILED: "bad", ExportState.DONE: "ok"}
        set_role(self._look, self.state, roles.get(state, "caption"))
        known = state is ExportState.RUNNING and export.progress is not None
        self.bar.setVisible(known)
        self.bar.setValue(round(100 * (export.progress or 0.0)))
        self.cancel.setVisible(not state.is_over)
        if export.fault is not None and export.fault.service_words:
            self.state.setToolTip(export.fault.service_words)


class ExportList(QFrame):
    """The files of one export, in the order they were asked for.

    Signals:
        cancelled: An export's id.
    """

    cancelled = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._rows: dict[str, ExportRow] = {}
        self.setProperty("surface", "well")
        self._inside = QWidget()
        self._inside.setProperty("surface", "none")
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setAccessibleName("Files")
        self.setFocusProxy(self._area)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self._inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(self._area)
        self.setAccessibleName("Files")

    def show_exports(self, exports: Sequence[Export]) -> None:
        """Takes the files that were started."""
        for export in exports:
            if self._rows:
                self._column.addWidget(Hairline(self._inside))
            row = ExportRow(self._look, export, self._inside)
            row.cancelled.connect(self.cancelled)
            self._rows[export.id] = row
            self._column.addWidget(row)
        self._column.addStretch(1)
        shown = min(len(exports), _SHOWN_ROWS)
        self.setFixedHeight(shown * (self._look.px(_ROW_HEIGHT) + 1) + 3)

    def show_export(self, export: Export) -> None:
        row = self._rows.get(export.id)
        if row is not None:
            row.show_export(export)


def _state_words(export: Export) -> str:
    if export.state is ExportState.DONE:
        return "Done"
    if export.state is ExportState.FAILED:
        return export.fault.message if export.fault else "This file could not be made."
    if export.state is ExportState.RUNNING:
        return f"{100 * (export.progress or 0.0):.0f} %"
    return _WORDS[export.state]

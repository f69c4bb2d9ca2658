"""Progress of each exported file."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from producer_studio.studio.export.export import Export, ExportState
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.button_keys import set_guarded
from producer_studio.ui.widgets.hairline import Hairline
from producer_studio.ui.widgets.icon_button import IconButton
from producer_studio.ui.widgets.label import ElidedLabel, label, set_role

_STATE_TEXTS = {
    ExportState.QUEUED: "Queued",
    ExportState.AT_SERVICE: "In progress at the service",
    ExportState.CANCELLED: "Cancelled. No file was saved.",
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
        self.setFixedHeight(style.px(_ROW_HEIGHT))
        self.name = ElidedLabel("", "medium", self)
        self.state_label = label("", "caption", self, wrap=True)
        self.progress_bar = QProgressBar(self)
        self.progress_bar.setRange(0, 100)
        self.progress_bar.setTextVisible(False)
        self.progress_bar.setAccessibleName(f"Progress of {export.title}")
        self.cancel_button = IconButton(style, "x", f"Cancel {export.title}", self)
        self.cancel_button.clicked.connect(lambda: self.cancel_requested.emit(self._export_id))
        set_guarded(self.cancel_button)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addStretch(1)
        for part in (self.name, self.state_label, self.progress_bar):
            words.addWidget(part)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 10, 0)
        row.setSpacing(12)
        row.addLayout(words, 1)
        row.addWidget(self.cancel_button)
        self.show_export(export)

    def show_export(self, export: Export) -> None:
        state = export.state
        self.name.setText(export.path.name if export.path else export.title or "Untitled")
        self.state_label.setText(_state_text(export))
        roles = {ExportState.FAILED: "bad", ExportState.DONE: "ok"}
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
        self._scroll_area.setAccessibleName("Files")
        self.setFocusProxy(self._scroll_area)
        self._scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll_area.setWidget(self._inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(self._scroll_area)
        self.setAccessibleName("Files")

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
        shown = min(len(exports), _MAX_VISIBLE_ROWS)
        self.setFixedHeight(shown * (self._style.px(_ROW_HEIGHT) + 1) + 3)

    def show_export(self, export: Export) -> None:
        row = self._rows.get(export.id)
        if row is not None:
            row.show_export(export)


def _state_text(export: Export) -> str:
    if export.state is ExportState.DONE:
        return "Done"
    if export.state is ExportState.FAILED:
        return export.error.message if export.error else "This file could not be exported."
    if export.state is ExportState.RUNNING:
        return f"{100 * (export.progress or 0.0):.0f} %"
    return _STATE_TEXTS[export.state]

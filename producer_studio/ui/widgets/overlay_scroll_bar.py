"""Scroll bar that overlays its list without reducing its width."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QScrollArea, QScrollBar, QWidget


class OverlayScrollBar(QScrollBar):
    """Mirrors the list's own vertical scroll bar, which is hidden."""

    def __init__(self, area: QAbstractScrollArea) -> None:
        super().__init__(Qt.Orientation.Vertical, area)
        self._area = area
        self._native_bar = area.verticalScrollBar()
        self._native_bar.rangeChanged.connect(self._on_range_changed)
        self._native_bar.valueChanged.connect(self.setValue)
        self.valueChanged.connect(self._native_bar.setValue)
        area.installEventFilter(self)
        self._on_range_changed(self._native_bar.minimum(), self._native_bar.maximum())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._area and event.type() is QEvent.Type.Resize:
            self._update_geometry()
        return super().eventFilter(watched, event)

    def _on_range_changed(self, low: int, high: int) -> None:
        self.setPageStep(self._native_bar.pageStep())
        self.setSingleStep(self._native_bar.singleStep())
        self.setRange(low, high)
        self.setValue(self._native_bar.value())
        self.setVisible(high > low)
        self._update_geometry()

    def _update_geometry(self) -> None:
        width = self.sizeHint().width()
        self.setGeometry(self._area.width() - width, 0, width, self._area.height())
        self.raise_()


def set_up_scroll_area(content: QWidget, area: QScrollArea) -> OverlayScrollBar:
    """Sets up an area without a frame or bars of its own; returns the bar over its content."""
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    area.viewport().setAutoFillBackground(False)
    content.setAutoFillBackground(False)
    return OverlayScrollBar(area)

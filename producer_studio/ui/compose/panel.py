"""Compose panel: the form in a scroll area above the Generate bar."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from producer_studio.ui.compose.compose_keys import ComposeKeys
from producer_studio.ui.compose.controller import ComposeController
from producer_studio.ui.compose.drop_target import DropTarget
from producer_studio.ui.compose.form_view import FormView
from producer_studio.ui.compose.generate_bar import GenerateBar
from producer_studio.ui.context import UiContext
from producer_studio.ui.widgets.card import Hairline

if TYPE_CHECKING:
    from producer_studio.domain.request_preview import RequestPreview
    from producer_studio.ui.compose.region_audition import RegionAudition

_MIN_WIDTH_PX = 340


class ComposePanel(QWidget):
    """Form in which a recipe is written, priced and submitted, by its `controller`."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._audio = context.audio
        self._style = context.style
        self.audition: RegionAudition | None = None
        self.view = FormView(context.style)
        self.bar = GenerateBar(context.style)
        self._build()
        self.controller = ComposeController(
            context.studio, context.tasks, self.view, self.bar, self
        )
        self._keys = ComposeKeys(
            self, self.controller.generate, self.controller.undo, self.controller.redo
        )
        self._drop_target = DropTarget(
            self, self.controller.use_dropped_clip, self.controller.use_file
        )
        self.view.part_created.connect(self._on_part_created)
        self.controller.request_viewer.built.connect(self._on_request_built)
        self.bar.focus_released.connect(
            lambda: self.view.grid.chosen_button().setFocus(Qt.FocusReason.OtherFocusReason)
        )

    def stop_audition(self) -> None:
        """Stops what the form plays; called before the window closes."""
        if self.audition is not None:
            self.audition.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Sets the width that the fields need at this text size: they only scroll vertically."""
        if watched in {self.view, self.bar} and event.type() == QEvent.Type.LayoutRequest:
            needed = (part.minimumSizeHint().width() for part in (self.view, self.bar))
            self.setMinimumWidth(max(_MIN_WIDTH_PX, *needed))
        return super().eventFilter(watched, event)

    def scroll_bar_width_px(self) -> int:
        """Returns the width that the scroll bar occupies at the moment, in pixels."""
        bar = self._scroll.verticalScrollBar()
        return bar.width() if bar.isVisible() else 0

    def _build(self) -> None:
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self.view)
        self.view.setProperty("surface", "none")
        self._scroll.verticalScrollBar().rangeChanged.connect(self._on_scroll_range_changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._scroll, 1)
        column.addWidget(self.view.suggestion)
        column.addWidget(Hairline())
        column.addWidget(self.bar)
        self.view.installEventFilter(self)
        self.bar.installEventFilter(self)
        self.view.suggestion.visibility_changing.connect(self._on_suggestion_changing)

    def _on_part_created(self, part: QWidget) -> None:
        self._keys.install_on(part)
        self._drop_target.install_on(part)
        # Start-up cost; imported already where such a part is created.
        from producer_studio.ui.compose.region_audition import RegionAudition
        from producer_studio.ui.compose.source_card import SourceCard

        if self.audition is None and isinstance(part, SourceCard):
            self.audition = RegionAudition(part, self._audio, self)
            self.audition.failed.connect(self.view.suggestion.show_suggestion)

    def _on_request_built(self, preview: "RequestPreview", command: str) -> None:
        from producer_studio.ui.compose.request_dialog import RequestDialog  # start-up cost

        RequestDialog(self._style, preview, command, self.window()).open()

    def _on_suggestion_changing(self, is_visible: bool) -> None:
        # Else the lyrics would shrink for the suggestion, and the fields below them would move.
        self.view.reserve_height(self._scroll.viewport().height() if is_visible else 0)

    def _on_scroll_range_changed(self, _minimum: int, maximum: int) -> None:
        bar = self._scroll.verticalScrollBar()
        self.view.reserve_scroll_bar(bar.sizeHint().width() if maximum > 0 else 0)

"""Settings page for theme and text size."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from producer_studio.ui.context import UiContext
from producer_studio.ui.settings.page import SettingsPage
from producer_studio.ui.style.style import TEXT_SCALES
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.segmented import Segmented


class AppearancePage(QWidget):
    """Edits theme and text size; changes are shown immediately and saved."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = context.studio
        self._style = context.style
        themes = [("system", "System"), ("dark", "Dark"), ("light", "Light")]
        self.theme = Segmented(self._style, "Theme", themes, self)
        self.theme.set_value(self._style.mode)
        sizes = [(str(scale), f"{round(scale * 100)} %") for scale in TEXT_SCALES]
        self.text_size = Segmented(self._style, "Text size", sizes, self)
        nearest = min(TEXT_SCALES, key=lambda scale: abs(scale - self._style.text_scale))
        self.text_size.set_value(str(nearest))
        form = QVBoxLayout()
        form.setSpacing(6)
        form.addWidget(label("Theme", "label", self))
        form.addWidget(self.theme, 0, Qt.AlignmentFlag.AlignLeft)
        form.addSpacing(12)
        form.addWidget(label("Text size", "label", self))
        form.addWidget(self.text_size, 0, Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(form)
        column.addStretch(1)
        self.theme.option_chosen.connect(self._on_theme_chosen)
        self.text_size.option_chosen.connect(self._on_text_size_chosen)

    def _on_theme_chosen(self, mode: str) -> None:
        self._style.set_mode(mode)
        self._studio.preferences.change(theme=mode)

    def _on_text_size_chosen(self, scale: str) -> None:
        self._style.set_text_scale(float(scale))
        self._studio.preferences.change(text_scale=float(scale))


PAGE = SettingsPage(
    "Appearance",
    "sun",
    70,
    AppearancePage,
    lambda context, parent: AppearancePage(context.ui, parent),
    scrolls=True,
)

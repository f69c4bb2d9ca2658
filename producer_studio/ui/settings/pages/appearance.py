"""Settings page for theme, accent colour, text size and language."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from producer_studio.studio.language import LANGUAGE_CHOICES
from producer_studio.studio.library_work import LibraryRequest
from producer_studio.translation import mark, tr
from producer_studio.translation.languages import SYSTEM
from producer_studio.ui.context import UiContext
from producer_studio.ui.language import is_other_language
from producer_studio.ui.settings.page import SettingsContext, SettingsPage
from producer_studio.ui.style.style import TEXT_SCALES
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.segmented import Segmented

_THEMES = {"system": mark("System"), "dark": mark("Dark"), "light": mark("Light")}
_ACCENTS = {"studio": mark("Producer Studio's"), "system": mark("The desktop's")}
_SYSTEM_LANGUAGE = mark("System language")


class AppearancePage(QWidget):
    """Edits theme, accent, text size and language; changes are shown immediately and saved.

    Signals:
        reopening_requested: Open the window again, in another language, with a `LibraryRequest`.
    """

    reopening_requested = Signal(object)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = context.studio
        self._style = context.style
        themes = [(key, tr(text)) for key, text in _THEMES.items()]
        self.theme = Segmented(self._style, tr("Theme"), themes, self)
        self.theme.set_value(self._style.mode)
        accents = [(key, tr(text)) for key, text in _ACCENTS.items()]
        self.accent = Segmented(self._style, tr("Accent colour"), accents, self)
        self.accent.set_value(self._studio.preferences.value.accent)
        sizes = [(str(scale), f"{round(scale * 100)} %") for scale in TEXT_SCALES]
        self.text_size = Segmented(self._style, tr("Text size"), sizes, self)
        nearest = min(TEXT_SCALES, key=lambda scale: abs(scale - self._style.text_scale))
        self.text_size.set_value(str(nearest))
        languages = [(SYSTEM, tr(_SYSTEM_LANGUAGE)), *LANGUAGE_CHOICES.items()]
        self.language = Segmented(self._style, tr("Language"), languages, self)
        self.language.set_value(self._studio.preferences.value.language)
        form = QVBoxLayout()
        form.setSpacing(6)
        for control in (self.theme, self.accent, self.text_size, self.language):
            form.addWidget(label(control.accessibleName(), "label", self))
            form.addWidget(control, 0, Qt.AlignmentFlag.AlignLeft)
            form.addSpacing(12)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(form)
        column.addStretch(1)
        self.theme.option_chosen.connect(self._on_theme_chosen)
        self.accent.option_chosen.connect(self._on_accent_chosen)
        self.text_size.option_chosen.connect(self._on_text_size_chosen)
        self.language.option_chosen.connect(self._on_language_chosen)

    def _on_theme_chosen(self, mode: str) -> None:
        self._style.set_mode(mode)
        self._studio.preferences.change(theme=mode)

    def _on_accent_chosen(self, accent: str) -> None:
        self._style.set_uses_system_accent(accent == "system")
        self._studio.preferences.change(accent=accent)

    def _on_text_size_chosen(self, scale: str) -> None:
        self._style.set_text_scale(float(scale))
        self._studio.preferences.change(text_scale=float(scale))

    def _on_language_chosen(self, code: str) -> None:
        self._studio.preferences.change(language=code)
        if is_other_language(code):
            folder = self._studio.libraries.folder
            self.reopening_requested.emit(LibraryRequest(folder, settings_page=str(PAGE.title)))


def _create(context: SettingsContext, parent: QWidget) -> AppearancePage:
    page = AppearancePage(context.ui, parent)
    page.reopening_requested.connect(context.request_library)
    return page


PAGE = SettingsPage(mark("Appearance"), "sun", 70, AppearancePage, _create, scrolls=True)

"""Language of the window, with the texts that Qt itself shows."""

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from producer_studio.studio.language import apply_language
from producer_studio.translation.active import language
from producer_studio.translation.languages import choose_language

_QT_TRANSLATOR = "qt_translator"


def apply_window_language(app: QApplication, preference: str) -> bool:
    """Sets the language of the window, and that of Qt's own dialogs, menus and buttons.

    Widgets that exist already keep their texts.

    Args:
        preference: Code of a language, or "system".

    Returns:
        Whether another language was set than before.
    """
    has_changed = apply_language(preference, QLocale.system().uiLanguages())
    if has_changed:
        _set_qt_texts(app, language().code)
    return has_changed


def is_other_language(preference: str) -> bool:
    """Whether a preference leads to another language than that of the window."""
    return choose_language(preference, QLocale.system().uiLanguages()) != language().code


def _set_qt_texts(app: QApplication, code: str) -> None:
    former = app.property(_QT_TRANSLATOR)
    if isinstance(former, QTranslator):
        app.removeTranslator(former)
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    # English is what Qt says without one.
    if translator.load(f"qtbase_{code}", folder):
        app.installTranslator(translator)
    app.setProperty(_QT_TRANSLATOR, translator)

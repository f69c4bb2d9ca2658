"""Keys of the compose form that no field may take: Ctrl+Enter, and undo of the whole form."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from producer_studio.ui.widgets.text_field_menu import OwnUndo

_ENTER_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class ComposeKeys(QObject):
    """Event filter for Ctrl+Enter, Undo and Redo, before a field handles them.

    A field's own newer undo steps come first: the whole form is undone only when none are left.
    Redo of the whole form comes before the field's own, because it can only follow its undo.

    Args:
        generate: Called for Ctrl+Enter.
        undo: Undoes the last change of the whole form; returns false when there is none.
        redo: Redoes the last undone change; returns false when there is none.
    """

    def __init__(
        self,
        panel: QWidget,
        generate: Callable[[], None],
        undo: Callable[[], bool],
        redo: Callable[[], bool],
    ) -> None:
        super().__init__(panel)
        self._generate = generate
        self._undo = undo
        self._redo = redo
        self.install_on(panel)

    def install_on(self, root: QWidget) -> None:
        """Installs the event filter on a part and its fields."""
        for widget in (root, *root.findChildren(QWidget)):
            if widget is root or widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
                widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind not in {QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress}:
            return False
        if not isinstance(event, QKeyEvent):
            return False
        pressing = kind == QEvent.Type.KeyPress
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in _ENTER_KEYS and modifiers == Qt.KeyboardModifier.ControlModifier:
            # Accepted, so that no shortcut of the window handles it as well.
            event.accept()
            # Key repeats, too: during the button's cooldown they only prolong it.
            if pressing:
                self._generate()
            return True
        if not pressing or not isinstance(watched, QWidget):
            return False
        if event.matches(QKeySequence.StandardKey.Undo) and not _can_undo(watched):
            return self._undo()
        if event.matches(QKeySequence.StandardKey.Redo):
            return self._redo()
        return False


def _can_undo(field: QWidget) -> bool:
    if isinstance(field, OwnUndo):
        return field.has_own_undo()
    return isinstance(field, QLineEdit) and field.isUndoAvailable()

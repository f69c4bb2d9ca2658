"""Button that shows the keys of a command, and records other ones."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QPushButton, QWidget

from producer_studio.translation import tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.keyboard import RECORDS_KEYS, native_keys

_MODIFIER_KEYS = frozenset(
    {
        Qt.Key.Key_Control,
        Qt.Key.Key_Shift,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
        Qt.Key.Key_Super_L,
        Qt.Key.Key_Super_R,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_unknown,
    }
)
_REMOVAL_KEYS = frozenset({Qt.Key.Key_Backspace, Qt.Key.Key_Delete})


class KeyButton(QPushButton):
    """After a click the next keys are recorded; Esc keeps the former ones, Backspace removes them.

    Signals:
        keys_chosen: Qt's name of the keys that were pressed; empty if they were removed.
    """

    keys_chosen = Signal(str)

    def __init__(self, style: Style, name: str, parent: QWidget) -> None:
        """Creates the button.

        Args:
            name: Name of the command, for screen readers.
        """
        super().__init__(parent)
        self._style = style
        self._name = name
        self._keys = ""
        self._is_recording = False
        self.setProperty("role", "keys")
        self.setToolTip(tr("Press to choose other keys"))
        self.clicked.connect(self._start)

    @property
    def keys(self) -> str:
        """Qt's name of the keys that are shown; empty for none."""
        return self._keys

    def set_keys(self, keys: str) -> None:
        """Shows keys by Qt's name; empty for none."""
        self._keys = keys
        self._update()

    def event(self, event: QEvent) -> bool:
        if self._is_recording and isinstance(event, QKeyEvent):
            # Before shortcuts, and before Tab moves the focus.
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                self._record(event)
                return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._stop()
        super().focusOutEvent(event)

    def _start(self) -> None:
        self._is_recording = True
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._update()

    def _stop(self) -> None:
        if self._is_recording:
            self._is_recording = False
            self._update()

    def _record(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _MODIFIER_KEYS or event.isAutoRepeat():
            return
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        is_plain = modifiers == Qt.KeyboardModifier.NoModifier
        self._stop()
        if is_plain and key == Qt.Key.Key_Escape:
            return
        if is_plain and key in _REMOVAL_KEYS:
            self.keys_chosen.emit("")
            return
        sequence = QKeySequence(event.keyCombination())
        self.keys_chosen.emit(sequence.toString(QKeySequence.SequenceFormat.PortableText))

    def _update(self) -> None:
        shown = native_keys(self._keys) if self._keys else tr("None")
        self.setText(tr("Press the keys…") if self._is_recording else shown)
        self.setAccessibleName(tr("{name}: {value}", name=self._name, value=self.text()))
        if bool(self.property(RECORDS_KEYS)) != self._is_recording:
            self.setProperty(RECORDS_KEYS, self._is_recording)
            self._style.restyle(self)

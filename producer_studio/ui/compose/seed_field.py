"""Field for the seed: typed, drawn at random, or left open."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from producer_studio.domain.takes import draw_seed
from producer_studio.translation import tr
from producer_studio.ui.compose.field_parts import FieldFrame
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.checked_state import set_checked
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.line_edit import LineEdit

_MAX_CHARACTERS = 64
_BUTTON_PX = 22


class SeedField(FieldFrame):
    """Seed field with a random button and a lock.

    Locked, the takes use seed, seed + 1, and so on. Unlocked, each take gets a new seed when
    Generate is pressed, and the first of them is shown so that it can be locked afterwards. Typing
    or drawing a seed locks it, because it was chosen; clearing the field unlocks it.

    Signals:
        edited: The user changed the seed or the lock.
    """

    edited = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._is_locked = False
        self.edit = LineEdit()
        self.edit.setProperty("role", "bare")
        self.edit.setAccessibleName(tr("Seed"))
        self.edit.setPlaceholderText(tr("random"))
        self.edit.setMaxLength(_MAX_CHARACTERS)
        self.edit.textEdited.connect(self._on_seed_edited)
        named = label(tr("Seed"), "secondary")
        named.setBuddy(self.edit)
        self.roll_button = IconButton(
            style, "dice-5", tr("Roll a new seed"), size=15, box=_BUTTON_PX
        )
        self.roll_button.clicked.connect(self._roll_seed)
        self.lock_button = IconButton(
            style, "lock-open", tr("Keep this seed"), size=15, box=_BUTTON_PX, checkable=True
        )
        self.lock_button.toggled.connect(self._on_lock_toggled)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 1, 4, 1)
        row.setSpacing(0)
        row.addWidget(named)
        row.addSpacing(6)
        row.addWidget(self.edit, 1)
        row.addWidget(self.roll_button)
        row.addWidget(self.lock_button)
        style.changed.connect(self._restyle)
        self._restyle()

    @property
    def seed(self) -> str:
        return self.edit.text()

    @property
    def is_locked(self) -> bool:
        return self._is_locked

    def show_seed(self, seed: str, *, locked: bool) -> None:
        """Shows a seed without emitting `edited`."""
        if seed != self.edit.text():
            self.edit.setText(seed)
            self.edit.setCursorPosition(0)
        self._is_locked = locked and bool(seed.strip())
        self._show_lock()

    def _on_seed_edited(self, text: str) -> None:
        self._is_locked = bool(text.strip())
        self._show_lock()
        self.edited.emit()

    def _roll_seed(self) -> None:
        self.show_seed(draw_seed(), locked=True)
        self.edited.emit()

    def _on_lock_toggled(self, locked: bool) -> None:
        if locked and not self.seed.strip():
            self._roll_seed()
            return
        self._is_locked = locked
        self._show_lock()
        self.edited.emit()

    def _show_lock(self) -> None:
        set_checked(self.lock_button, self._is_locked)
        icon, role = ("lock", "text1") if self._is_locked else ("lock-open", "text2")
        self.lock_button.set_icon(icon, role)
        tip = (
            tr("Takes use this seed, then seed + 1 and so on. Unlock to get a new seed each time")
            if self._is_locked
            else tr("Every take gets a new seed. Lock to use the one shown")
        )
        self.lock_button.setToolTip(tip)
        self.lock_button.setAccessibleDescription(tip)
        self.edit.setAccessibleDescription(tip)
        waiting = bool(self.seed) and not self._is_locked
        self.edit.setStyleSheet(f"color: {self._style.theme.text3.name()};" if waiting else "")

    def _restyle(self) -> None:
        self.setFixedHeight(self._style.px(34))
        self._show_lock()

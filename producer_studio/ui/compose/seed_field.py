"""The seed: typed, rolled or left to chance."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from producer_studio.ui.compose.field_frame import FieldFrame
from producer_studio.ui.compose.seeds import draw_seed
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.icon_button import IconButton
from producer_studio.ui.widgets.label import label

_LONGEST = 64
_BUTTON_PX = 22


class SeedField(FieldFrame):
    """A seed with dice and a lock.

    Locked, the takes use it: seed, seed + 1, and so on. Unlocked, each take gets a new one when
    Generate is pressed, and the first of them is shown so that it can be locked afterwards.
    Typing a seed or rolling the dice locks it, because it was chosen; emptying the field unlocks.

    Signals:
        edited: Seed or lock were changed by the user.
    """

    edited = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._locked = False
        self.edit = QLineEdit()
        self.edit.setProperty("role", "bare")
        self.edit.setAccessibleName("Seed")
        self.edit.setPlaceholderText("random")
        self.edit.setMaxLength(_LONGEST)
        self.edit.textEdited.connect(self._on_typed)
        named = label("Seed", "secondary")
        named.setBuddy(self.edit)
        self.dice = IconButton(look, "dice-5", "Roll a new seed", size=15, box=_BUTTON_PX)
        self.dice.clicked.connect(self._on_rolled)
        self.lock = IconButton(
            look, "lock-open", "Keep this seed", size=15, box=_BUTTON_PX, checkable=True
        )
        self.lock.clicked.connect(self._on_lock_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 1, 4, 1)
        row.setSpacing(0)
        row.addWidget(named)
        row.addSpacing(6)
        row.addWidget(self.edit, 1)
        row.addWidget(self.dice)
        row.addWidget(self.lock)
        look.changed.connect(self._restyle)
        self._restyle()

    @property
    def seed(self) -> str:
        return self.edit.text()

    @property
    def locked(self) -> bool:
        return self._locked

    def show_seed(self, seed: str, *, locked: bool) -> None:
        """Shows a seed without telling anyone."""
        if seed != self.edit.text():
            self.edit.setText(seed)
            self.edit.setCursorPosition(0)
        self._locked = locked and bool(seed.strip())
        self._show_lock()

    def _on_typed(self, text: str) -> None:
        self._locked = bool(text.strip())
        self._show_lock()
        self.edited.emit()

    def _on_rolled(self) -> None:
        self.show_seed(draw_seed(), locked=True)
        self.edited.emit()

    def _on_lock_clicked(self, locked: bool) -> None:
        if locked and not self.seed.strip():
            self._on_rolled()
            return
        self._locked = locked
        self._show_lock()
        self.edited.emit()

    def _show_lock(self) -> None:
        self.lock.setChecked(self._locked)
        icon, role = ("lock", "text1") if self._locked else ("lock-open", "text2")
        self.lock.draw(icon, role)
        tip = (
            "The takes use this seed: seed, seed + 1 and so on. Unlock for a new one each time"
            if self._locked
            else "Every take gets a new seed. Lock to use the one shown"
        )
        self.lock.setToolTip(tip)
        self.lock.setAccessibleDescription(tip)
        self.edit.setAccessibleDescription(tip)
        waiting = bool(self.seed) and not self._locked
        self.edit.setStyleSheet(f"color: {self._look.theme.text3.name()};" if waiting else "")

    def _restyle(self) -> None:
        self.setFixedHeight(self._look.px(34))
        self._show_lock()

"""The price, the takes and the button."""

from PySide6.QtCore import QElapsedTimer, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from producer_studio.domain.credits import credits_text
from producer_studio.domain.prompt_advice import Advice, Note
from producer_studio.ui.availability import ASK_AGAIN_TIP
from producer_studio.ui.compose.advice_line import NoteLine, NoteRoom
from producer_studio.ui.compose.form import MAX_TAKES
from producer_studio.ui.operation_labels import spoken_verb
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.button_keys import set_guarded
from producer_studio.ui.widgets.combo_box import Combo
from producer_studio.ui.widgets.label import label

_SHORTEST_REST_MS = 1000
"""Longer than keyboards usually wait before a held key repeats."""
_LATE_MS = 200
_CROWDED = 1.15
_NOT_CONNECTED = Note(Advice.EMPTY, "Connect a service or open the demo")


class GenerateBar(QWidget):
    """Stays at the bottom while the form scrolls.

    Right after a press the button says so and rests for as long as a double click lasts, so that
    one never buys two. It keeps the focus meanwhile.

    Signals:
        pressed: Generate, or what the button leads to instead.
        takes_changed: The user chose another number.
        asked_again: What the service has ended or refused shall be offered again; free.
    keyboard_freed: The button had the keyboard and is about to be disabled.
    """

    pressed = Signal()
    takes_changed = Signal(int)
    asked_again = Signal()
    keyboard_freed = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._obstacle: Note | None = None
        self._connected = True
        self._said = ""
        self._verb = "Generate"
        self._icon = "sparkles"
        self._before = ""
        self._takes_time = (1, 0.0)
        self._price = label("", "strong")
        self._time = label("", "secondary")
        self.takes = Combo("Takes", small=True)
        self.takes.setToolTip("How many takes one press makes, each with a seed of its own")
        for number in range(1, MAX_TAKES + 1):
            self.takes.addItem(f"{number} take{'' if number == 1 else 's'}", number)
        self.takes.activated.connect(self._on_takes_chosen)
        self.button = QPushButton("Generate")
        self.button.setProperty("role", "primary")
        self.button.setAccessibleName("Generate")
        self.button.clicked.connect(lambda: self.pressed.emit())
        set_guarded(self.button)
        self.note = NoteLine(look)
        self.ask_again = QPushButton("Ask again")
        self.ask_again.setProperty("role", "chip")
        self.ask_again.setToolTip(ASK_AGAIN_TIP)
        self.ask_again.clicked.connect(self.asked_again)
        self.ask_again.hide()
        self._rest = QTimer(self)
        self._rest_clock = QElapsedTimer()
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._on_rested)
        self._build()
        self._show_button()
        look.changed.connect(self._on_look_changed)

    @property
    def resting(self) -> bool:
        """Whether the last press was only just now."""
        return self._rest.isActive()

    def take_count(self) -> int:
        return int(self.takes.currentData())

    def show_takes(self, takes: int) -> None:
        self.takes.setCurrentIndex(min(max(takes, 1), MAX_TAKES) - 1)

    def cost_text(self) -> tuple[str, str]:
        """Price and time as they are shown."""
        return self._price.text(), self._time.text()

    def show_cost(
        self,
        price: float | None,
        takes: int,
        typical_s: float,
        *,
        demo: bool,
        before: float | None = 0.0,
    ) -> None:
        """Says what the takes cost together and how long each usually takes.

        Args:
            price: Credits for one take; None when the service does not say.
            typical_s: Usual time in seconds.
            demo: Whether the credits are play money.
            before: Credits for what must be done first, once for all takes.
        """
        known = price is not None and before is not None
        total = price * takes + before if price is not None and before is not None else None
        cost = "free on Demo Studio" if demo and total == 0 else credits_text(total)
        self._before = f"{before:g} to register" if known and before else ""
        self._price.setText(cost[0].upper() + cost[1:])
        self._price.setToolTip("Demo credits: nothing is paid for" if demo else "")
        self._takes_time = (takes, typical_s)
        self._show_time()

    def show_operation(self, words: str, icon: str, *, takes: bool) -> None:
        """What the button says and does, and whether there can be several takes of it."""
        self._verb, self._icon = words, icon
        self.takes.setVisible(takes)
        self._show_button()

    def show_no_account(self) -> None:
        """The button leads to the welcome page instead."""
        self._price.setText("No service yet")
        self._price.setToolTip("")
        self._time.setText("the demo is free")
        self._describe()

    def set_state(
        self, *, connected: bool, obstacle: Note | None, asks_again: bool = False
    ) -> None:
        """What stands in the way, if anything does.

        Args:
            connected: Whether there is an account to ask.
            obstacle: The first thing to mend.
            asks_again: Whether only an earlier answer of the service stands in the way.
        """
        if self.ask_again.hasFocus() and not asks_again:
            self.keyboard_freed.emit()
        self.ask_again.setVisible(connected and asks_again)
        self._connected = connected
        set_guarded(self.button, connected)
        self._obstacle = obstacle
        self.note.show_note(obstacle if connected else _NOT_CONNECTED)
        self._show_button()

    def acknowledge(self, takes: int) -> None:
        """Answers a press at once."""
        self._said = f"{takes} queued" if takes > 1 else "Queued"
        self._start_rest()
        self._show_button()

    def accept_press(self) -> bool:
        """Return whether a press counts; one during the rest only makes the rest last longer.

        So a key that is held, or hammered, sends once. X11 does not always mark its repetitions.
        """
        if self.resting:
            self._start_rest()
            return False
        return True

    def end_rest(self) -> None:
        """Takes back the answer to a press that came to nothing."""
        self._rest.stop()
        self._show_button()

    def _start_rest(self) -> None:
        self._rest_clock.start()
        self._rest.start(max(_SHORTEST_REST_MS, QApplication.doubleClickInterval()))

    def _on_rested(self) -> None:
        if self._rest_clock.elapsed() > self._rest.interval() + _LATE_MS:
            # The window was held up: presses of that time are handled after this.
            self._start_rest()
        self._show_button()

    def _build(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self._price)
        words.addWidget(self._time)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addLayout(words, 1)
        row.addWidget(self.takes, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 7, 16, 11)
        column.setSpacing(4)
        beside = QHBoxLayout()
        beside.setSpacing(10)
        beside.addWidget(NoteRoom(self._look, self.note, 1), 1)
        beside.addWidget(self.ask_again, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(beside)
        column.addLayout(row)

    def _on_look_changed(self) -> None:
        if self._connected:
            self._show_time()
        self._show_button()

    def _on_takes_chosen(self, _index: int) -> None:
        self.takes_changed.emit(self.take_count())

    def _show_time(self) -> None:
        takes, typical_s = self._takes_time
        about = "~" if self._look.text_scale >= _CROWDED else "about "
        each = " each" if takes > 1 else ""
        words = f"{about}{_time_text(typical_s)}{each}"
        self._time.setText(self._before or words)
        self._time.setToolTip(words if self._before else "")
        self._describe()

    def _show_button(self) -> None:
        if self.resting:
            self.button.setText(self._said)
            self._look.dress(self.button, "check", "accent_ink", 16)
        elif not self._connected:
            self.button.setText("Connect")
            self._look.dress(self.button, "link", "accent_ink", 16)
            self.button.setEnabled(True)
        else:
            self.button.setText(self._verb)
            filled = self._icon == "sparkles"
            self._look.dress(self.button, self._icon, "accent_ink", 16, filled=filled)
            if self._obstacle is not None and self.button.hasFocus():
                # Else Qt passes the keyboard on to whatever comes after the desk.
                self.keyboard_freed.emit()
            self.button.setEnabled(self._obstacle is None)
        if self._look.text_scale >= _CROWDED:
            # Large text needs the room of the icon.
            self.button.setIconSize(QSize(0, 16))
        self._describe()

    def _describe(self) -> None:
        if not self._connected:
            words = _NOT_CONNECTED.text
        elif self._obstacle is not None:
            words = self._obstacle.text
        else:
            words = f"{self._price.text()}, {self._time.text()}. Ctrl+Enter"
        self.button.setAccessibleName(spoken_verb(self._verb) if self._connected else "Connect")
        self.button.setAccessibleDescription(words)
        self.button.setToolTip(words)


def _time_text(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min"

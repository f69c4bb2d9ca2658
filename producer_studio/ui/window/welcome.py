"""The first page: open the demo, or connect a service."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from producer_studio.domain.account import Account, Service
from producer_studio.domain.errors import Fault
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.card import Card, PressCard
from producer_studio.ui.widgets.focus_ring import Ring
from producer_studio.ui.widgets.label import label, paragraph, set_role, set_words
from producer_studio.ui.widgets.logo import Logo

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks

OPEN_DEMO = "open the demo"
_WIDTH = 560
_DEMO_WORDS = "Demo Studio renders sketches on this computer.\nFree, and offline."
_SERVICES = (
    (Service.MUSICAPI, "Create, extend, cover, replace, swap, variation, MP3 and WAV"),
    (Service.AIMUSICAPI, "Create, write lyrics, music video, MP3 and WAV"),
    (Service.ACEDATA, "Create, extend, cover, replace, swap, variation, stems"),
    (Service.APIFRAME, "Create, with one key for many models"),
)
# Whether there is a keychain is not known before a key is kept: asking could open its prompt.
_KEYCHAIN = (
    "Keys stay in this computer's keychain, or in memory where it has none; "
    "never in a file or a log."
)


class WelcomePanel(QWidget):
    """Shown until there is an account, and whenever one is asked for.

    Signals:
        service_chosen: Connect this service.
        demo_opened: Demo Studio runs and is the active account.
        library_wanted: Leave the page; offered only where there are clips to see.
    """

    service_chosen = Signal(Service)
    demo_opened = Signal()
    library_wanted = Signal()

    def __init__(
        self, studio: "Studio", look: Look, tasks: "Tasks", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._look = look
        self._tasks = tasks
        self.setProperty("surface", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Welcome")
        self.demo = QPushButton("Open the demo", self)
        self.demo.setAccessibleName("Open the demo")
        self.demo.setProperty("role", "primary")
        self.demo.setProperty("fit", "small")
        self.cards: dict[Service, PressCard] = {}
        self._bars = QLabel(self)
        self._shield = QLabel(self)
        self._keys = label(studio.accounts.key_notice or _KEYCHAIN, "caption", self, wrap=True)
        self._words = paragraph(_DEMO_WORDS, "secondary", self, leading=118)
        self._back = QPushButton("Back to the library", self)
        self._back.setProperty("role", "link")
        self._lay_out()
        self.demo.clicked.connect(self.open_demo)
        self._back.clicked.connect(self.library_wanted)
        tasks.running_changed.connect(self._on_running_changed)
        look.changed.connect(self._draw)
        self.offer_library(offered=False)
        self._draw()

    def open_demo(self) -> None:
        """Starts Demo Studio and makes it the active account."""
        self._say("", "secondary")
        self._tasks.start(
            OPEN_DEMO,
            self._studio.accounts.open_demo(),
            done=self._on_demo_opened,
            failed=self._on_demo_failed,
        )

    def offer_library(self, *, offered: bool) -> None:
        """Whether there is a way back to clips that are here already."""
        self._back.setVisible(offered)

    def _lay_out(self) -> None:
        page = QWidget()
        page.setProperty("surface", "ground")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        middle = QWidget(page)
        middle.setMaximumWidth(self._look.px(_WIDTH))
        across = QHBoxLayout(page)
        across.setContentsMargins(24, 24, 24, 24)
        across.addStretch(1)
        across.addWidget(middle, 1000)
        across.addStretch(1)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addStretch(1)
        column.addWidget(Logo(self._look, 36, middle))
        column.addSpacing(14)
        column.addWidget(label("Write a song. Hear it in a minute.", "hero", middle))
        column.addSpacing(9)
        column.addWidget(self._lead(middle))
        column.addSpacing(19)
        demo = self._demo_card(middle)
        column.addWidget(demo)
        column.addSpacing(20)
        column.addWidget(label("Or connect a service", "label", middle))
        column.addSpacing(9)
        column.addLayout(self._service_cards(middle))
        column.addSpacing(13)
        foot = QHBoxLayout()
        foot.setSpacing(6)
        foot.addWidget(self._shield)
        foot.addWidget(self._keys, 1)
        foot.addWidget(self._back)
        column.addLayout(foot)
        column.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(page)
        # The one thing to do here glows; only now, since it lies on the page that is scrolled.
        Ring(self._look, demo, soft=True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def _lead(self, parent: QWidget) -> QLabel:
        words = (
            "Producer Studio sends your words to the music service that you choose, and keeps "
            "every clip that you paid for on this computer, ready to play without a connection."
        )
        return paragraph(words, "lead", parent)

    def _demo_card(self, parent: QWidget) -> Card:
        card = Card(parent, accented=True)
        row = QHBoxLayout(card)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(12)
        text = QVBoxLayout()
        text.setSpacing(2)
        text.addWidget(label("Try it here, without an account", "strong", card))
        text.addWidget(self._words)
        row.addWidget(self._bars)
        row.addLayout(text, 1)
        row.addWidget(self.demo)
        card.setMinimumHeight(self._look.px(66))
        card.setProperty("ringRadius", 10)
        return card

    def _service_cards(self, parent: QWidget) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(10)
        for place, (service, words) in enumerate(_SERVICES):
            card = PressCard(self._look, service.label, words, parent)
            card.setMinimumHeight(self._look.px(80))
            card.clicked.connect(lambda _on=False, chosen=service: self.service_chosen.emit(chosen))
            self.cards[service] = card
            grid.addWidget(card, place // 2, place % 2)
            grid.setColumnStretch(place % 2, 1)
        return grid

    def _on_demo_opened(self, _account: Account) -> None:
        self._say("", "secondary")
        self.demo_opened.emit()

    def _on_demo_failed(self, fault: Fault) -> None:
        self._say(fault.message, "bad")

    def _on_running_changed(self, name: str, running: bool) -> None:
        if name == OPEN_DEMO:
            self.demo.setEnabled(not running)
            if running:
                self._say("Demo Studio is starting…", "secondary")

    def _say(self, text: str, role: str) -> None:
        set_words(self._words, text or _DEMO_WORDS, 118)
        set_role(self._look, self._words, role)

    def _draw(self) -> None:
        self._bars.setPixmap(self._look.pixmap("audio-lines", "accent", 20))
        self._shield.setPixmap(self._look.pixmap("shield-check", "text3", 14))

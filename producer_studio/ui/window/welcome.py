"""Welcome page: open the demo, or connect a service."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
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
from producer_studio.domain.errors import ServiceError
from producer_studio.domain.template import TemplateGroup
from producer_studio.translation import mark, tr
from producer_studio.ui.context import UiContext
from producer_studio.ui.style.focus_ring import RingOverlay
from producer_studio.ui.widgets.card import ButtonCard, Card
from producer_studio.ui.widgets.label import label, paragraph, set_paragraph_text, set_role
from producer_studio.ui.widgets.logo import Logo

if TYPE_CHECKING:
    from producer_studio.ui.compose.templates.template_player import TemplatePlayer

OPEN_DEMO_TASK = "open the demo"
_WIDTH = 560
_DEMO_TEXT = mark("Demo Studio renders sketches on this computer.\nFree, and offline.")
# Whether there is a keychain is unknown before a key is stored: a query could open its prompt.
_KEYCHAIN_TEXT = mark(
    "Keys are stored in this computer's keychain, or in memory if there is none; never in a file "
    "or a log."
)


class WelcomePanel(QWidget):
    """Page shown until there is an account, and on request.

    Signals:
        service_chosen: Connect this service.
        demo_opened: Demo Studio runs and is the active account.
        library_requested: Leave the page; available only if the library has clips.
    """

    service_chosen = Signal(Service)
    demo_opened = Signal()
    library_requested = Signal()

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._studio = context.studio
        self._style = context.style
        self._tasks = context.tasks
        self.setProperty("surface", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tr("Welcome"))
        self.demo_button = QPushButton(tr("Open the demo"), self)
        self.demo_button.setAccessibleName(tr("Open the demo"))
        self.demo_button.setProperty("role", "primary")
        self.demo_button.setProperty("fit", "small")
        self.listen_button = QPushButton(self)
        self.listen_button.setProperty("role", "chip")
        self.listen_button.setToolTip(tr("Plays a song that Demo Studio renders now, from a text"))
        self.cards: dict[Service, ButtonCard] = {}
        self._demo_icon = QLabel(self)
        self._keychain_icon = QLabel(self)
        self._keychain_label = label(
            tr(self._studio.accounts.key_notice or _KEYCHAIN_TEXT), "caption", self, wrap=True
        )
        self._demo_label = paragraph(tr(_DEMO_TEXT), "secondary", self, line_height=118)
        self._library_button = QPushButton(tr("Back to the library"), self)
        self._library_button.setProperty("role", "link")
        self._player: TemplatePlayer | None = None
        self._build_layout()
        self.listen_button.clicked.connect(self._on_listen_clicked)
        self._show_player_state()
        self.demo_button.clicked.connect(self.open_demo)
        self._library_button.clicked.connect(self.library_requested)
        self._tasks.running_changed.connect(self._on_running_changed)
        self._style.changed.connect(self._update_icons)
        self.set_library_link_visible(visible=False)
        self._update_icons()

    def open_demo(self) -> None:
        """Starts Demo Studio and makes it the active account."""
        self._show_message("", "secondary")
        self._tasks.start(
            OPEN_DEMO_TASK,
            self._studio.accounts.open_demo(),
            on_result=self._on_demo_opened,
            on_error=self._on_demo_failed,
        )

    def hideEvent(self, event: QHideEvent) -> None:
        """Stops the example, and closes its file; also before the window closes."""
        super().hideEvent(event)
        if self._player is not None:
            self._player.stop()

    def _on_listen_clicked(self) -> None:
        """Plays the first template, or stops it."""
        if self._player is None:
            from producer_studio.ui.compose.templates.template_player import (
                TemplatePlayer,  # start-up cost
            )

            self._player = TemplatePlayer(self._context, self)
            self._player.changed.connect(self._show_player_state)
            self._player.failed.connect(lambda _id, text: self._show_message(text, "bad"))
        if self._player.rendering or self._player.playing:
            self._player.stop()
            return
        self._show_message("", "secondary")
        self._tasks.restart(
            "find the example", self._studio.templates.groups(), on_result=self._play_example
        )

    def _play_example(self, groups: Sequence[TemplateGroup]) -> None:
        if self._player is not None and self.isVisible():
            self._player.toggle(groups[0].templates[0])

    def _show_player_state(self) -> None:
        player = self._player
        text, icon = tr("Listen first"), "play"
        if player is not None and player.rendering:
            text, icon = tr("Rendering…"), "x"
        elif player is not None and player.playing:
            text, icon = tr("Stop"), "pause"
        self.listen_button.setText(text)
        self.listen_button.setAccessibleName(text)
        self._style.set_icon(self.listen_button, icon, "text1", 14)

    def set_library_link_visible(self, *, visible: bool) -> None:
        """Shows or hides the link to the library."""
        self._library_button.setVisible(visible)

    def _build_layout(self) -> None:
        page = QWidget()
        page.setProperty("surface", "ground")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        middle = QWidget(page)
        middle.setMaximumWidth(self._style.px(_WIDTH))
        across = QHBoxLayout(page)
        across.setContentsMargins(24, 24, 24, 24)
        across.addStretch(1)
        across.addWidget(middle, 1000)
        across.addStretch(1)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addStretch(1)
        column.addWidget(Logo(self._style, 36, middle))
        column.addSpacing(14)
        column.addWidget(label(tr("Write a song. Hear it in a minute."), "hero", middle, wrap=True))
        column.addSpacing(9)
        column.addWidget(self._create_lead(middle))
        column.addSpacing(19)
        demo = self._create_demo_card(middle)
        column.addWidget(demo)
        column.addSpacing(20)
        column.addWidget(label(tr("Or connect a service"), "label", middle))
        column.addSpacing(9)
        column.addLayout(self._create_service_cards(middle))
        column.addSpacing(13)
        foot = QHBoxLayout()
        foot.setSpacing(6)
        foot.addWidget(self._keychain_icon)
        foot.addWidget(self._keychain_label, 1)
        foot.addWidget(self._library_button)
        column.addLayout(foot)
        column.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(page)
        # The primary action has a glow; created late, since it must cover the scrolled page.
        RingOverlay(self._style, demo, soft=True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def _create_lead(self, parent: QWidget) -> QLabel:
        words = tr(
            "Producer Studio sends your text to the music service you choose, and keeps every "
            "clip you paid for on this computer, ready to play offline."
        )
        return paragraph(words, "lead", parent)

    def _create_demo_card(self, parent: QWidget) -> Card:
        card = Card(parent, has_accent=True)
        row = QHBoxLayout(card)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(12)
        text = QVBoxLayout()
        text.setSpacing(2)
        text.addWidget(label(tr("Try it here, without an account"), "strong", card))
        text.addWidget(self._demo_label)
        text.addSpacing(4)
        text.addWidget(self.listen_button, 0, Qt.AlignmentFlag.AlignLeft)
        row.addWidget(self._demo_icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(text, 1)
        row.addWidget(self.demo_button)
        card.setMinimumHeight(self._style.px(66))
        card.setProperty("ringRadius", 10)
        return card

    def _create_service_cards(self, parent: QWidget) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(10)
        summaries: dict[Service, str] = {}
        for profile in self._studio.accounts.services():
            if profile.service is not Service.DEMO:
                summaries.setdefault(profile.service, profile.summary)
        for place, (service, summary) in enumerate(summaries.items()):
            card = ButtonCard(self._style, service.label, tr(summary), parent)
            card.setMinimumHeight(self._style.px(80))
            card.clicked.connect(lambda _on=False, chosen=service: self.service_chosen.emit(chosen))
            self.cards[service] = card
            grid.addWidget(card, place // 2, place % 2)
            grid.setColumnStretch(place % 2, 1)
        return grid

    def _on_demo_opened(self, _account: Account) -> None:
        self._show_message("", "secondary")
        self.demo_opened.emit()

    def _on_demo_failed(self, error: ServiceError) -> None:
        self._show_message(tr(error.message), "bad")

    def _on_running_changed(self, name: str, running: bool) -> None:
        if name == OPEN_DEMO_TASK:
            self.demo_button.setEnabled(not running)
            if running:
                self._show_message(tr("Demo Studio is starting…"), "secondary")

    def _show_message(self, text: str, role: str) -> None:
        set_paragraph_text(self._demo_label, text or tr(_DEMO_TEXT), 118)
        set_role(self._style, self._demo_label, role)

    def _update_icons(self) -> None:
        self._demo_icon.setPixmap(self._style.pixmap("audio-lines", "accent", 20))
        self._keychain_icon.setPixmap(self._style.pixmap("shield-check", "text3", 14))

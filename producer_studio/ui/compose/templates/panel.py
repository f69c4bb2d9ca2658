"""Templates panel: groups of forms to begin with, in place of the form."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from producer_studio.domain.template import TemplateGroup
from producer_studio.studio.events import AccountsChanged
from producer_studio.translation import mark, tr
from producer_studio.ui.compose.templates.template_card import TemplateCard
from producer_studio.ui.compose.templates.template_player import TemplatePlayer
from producer_studio.ui.context import UiContext
from producer_studio.ui.widgets.checked_state import connect_choice
from producer_studio.ui.widgets.flow_layout import FlowLayout
from producer_studio.ui.widgets.focus_order import ChoiceKeys, keep_focus_on_choice
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.overlay_scroll_bar import set_up_scroll_area
from producer_studio.ui.widgets.text_format import literal_text

_MARGIN = 16
_GAP = 8
_ABOUT = mark(
    "Forms to begin with. A click fills the form and sends nothing. Previews are free: Demo Studio "
    "sketches them on this computer, so a service will sound different."
)
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class TemplatesPanel(QWidget):
    """Shows the templates of one group at a time, and requests the form of one.

    Signals:
        template_chosen: Show the form of a `Template`.
    """

    template_chosen = Signal(object)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._list = QWidget()
        self._area = QScrollArea(self)
        self._group_buttons = QButtonGroup(self)
        self.cards: dict[str, TemplateCard] = {}
        self._shown: QWidget | None = None
        self._lists: dict[str, QWidget] = {}
        self.player = TemplatePlayer(context, self)
        self.player.changed.connect(self._show_states)
        self.player.failed.connect(self._on_preview_failed)
        self._build()
        self._unsubscribe = context.studio.events.subscribe(
            AccountsChanged, lambda _event: self._show_fits()
        )
        context.tasks.start(
            "read templates", context.studio.templates.groups(), on_result=self._on_read
        )

    @property
    def group_buttons(self) -> list[QAbstractButton]:
        """Button of each group."""
        return self._group_buttons.buttons()

    def close_player(self) -> None:
        """Stops the preview, and unsubscribes from the studio's events."""
        self.player.stop()
        self._unsubscribe()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.player.stop()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Passes the focus on: the stack of pages gives it to a page without any control yet."""
        super().focusInEvent(event)
        self._focus_group()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Moves the focus between the cards of a group with the arrow keys."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = _STEPS.get(Qt.Key(event.key()), 0)
            if step and isinstance(watched, TemplateCard):
                shown = [card for card in self.cards.values() if card.isVisible()]
                place = shown.index(watched) + step
                if 0 <= place < len(shown):
                    shown[place].setFocus(Qt.FocusReason.OtherFocusReason)
                    self._area.ensureWidgetVisible(shown[place], 0, _GAP)
                return True
        return super().eventFilter(watched, event)

    def _build(self) -> None:
        groups = QWidget(self)
        groups.setAccessibleName(tr("Groups of templates"))
        self._chips = FlowLayout(groups, gap=6)
        keep_focus_on_choice(self._group_buttons)
        top = QVBoxLayout()
        top.setContentsMargins(_MARGIN, 0, _MARGIN, 10)
        top.addWidget(groups)
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(_MARGIN, 0, _MARGIN, 12)
        self._column.setSpacing(10)
        self._column.addWidget(label(tr(_ABOUT), "secondary", self._list, wrap=True))
        self._column.addStretch(1)
        set_up_scroll_area(self._list, self._area)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._area, 1)

    def _on_read(self, groups: Sequence[TemplateGroup]) -> None:
        for group in groups:
            button = QPushButton(literal_text(tr(group.name)), self)
            button.setProperty("role", "chip")
            button.setCheckable(True)
            button.setAutoExclusive(True)  # the group enforces it; this informs screen readers
            button.setToolTip(tr(group.about))
            button.setAccessibleName(tr("Templates: {name}", name=group.name))
            connect_choice(button, partial(self._show_group, group))
            self._group_buttons.addButton(button)
            self._chips.addWidget(button)
        ChoiceKeys(self._group_buttons)
        if groups:
            self.group_buttons[0].setChecked(True)
        if self.hasFocus():
            self._focus_group()

    def _focus_group(self) -> None:
        button = self._group_buttons.checkedButton()
        if button is not None:
            button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_group(self, group: TemplateGroup) -> None:
        if group.name not in self._lists:
            self._lists[group.name] = self._create_list(group)
            self._column.insertWidget(1, self._lists[group.name])
        shown = self._lists[group.name]
        if shown is self._shown:
            return
        if self._shown is not None:
            # Its card has the button that stops the preview.
            self.player.stop()
            self._shown.hide()
        self._shown = shown
        shown.show()
        self._area.verticalScrollBar().setValue(0)

    def _create_list(self, group: TemplateGroup) -> QWidget:
        made = QWidget(self._list)
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_GAP)
        for template in group.templates:
            card = TemplateCard(self._context.style, template, made)
            card.installEventFilter(self)
            card.clicked.connect(lambda _on=False, one=template: self.template_chosen.emit(one))
            card.preview_requested.connect(lambda one=template: self.player.toggle(one))
            card.show_fit(self._context.studio.templates.fit(template))
            self.cards[template.id] = card
            column.addWidget(card)
        return made

    def _show_fits(self) -> None:
        for card in self.cards.values():
            card.show_fit(self._context.studio.templates.fit(card.template))

    def _show_states(self) -> None:
        rendering, playing = self.player.rendering, self.player.playing
        for template, card in self.cards.items():
            card.show_state(is_rendering=template == rendering, is_playing=template == playing)

    def _on_preview_failed(self, template: str, message: str) -> None:
        self._show_states()
        self.cards[template].show_failure(message)

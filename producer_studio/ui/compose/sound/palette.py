"""Popover with words for the sound: genres, moods, instruments, voices, tempi and keys."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from producer_studio.domain.sound_vocabulary import GROUPS, find_words
from producer_studio.translation import tr
from producer_studio.ui.compose.sound.word_chip import WordChip, WordChips
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.checked_state import set_checked
from producer_studio.ui.widgets.icon_edit import IconEdit
from producer_studio.ui.widgets.keyboard import ENTER_KEYS
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.overlay_scroll_bar import set_up_scroll_area
from producer_studio.ui.widgets.pill_tab import PillTabs
from producer_studio.ui.widgets.popup_frame import PopupFrame

_WIDTH = 530
_LEAST_WIDTH = 300
"""Where there is less room beside the field, it is covered."""
_HEIGHT = 460
_RADIUS = 10
_GAP = 8
_MARGIN = 14


class SoundPalette(PopupFrame):
    """Popover beside the sound field, which stays in view; it is deleted when it is closed.

    Signals:
        word_toggled: A word is to be added to the sound, or removed from it.
        undo_requested: Undo the last change of the sound.
        redo_requested: Redo it.
        closed: It was closed, and will be deleted.
    """

    word_toggled = Signal(str, bool)
    undo_requested = Signal()
    redo_requested = Signal()
    closed = Signal()

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(tr("Words for the sound"), _RADIUS, parent)
        self._style = style
        self._used: frozenset[str] = frozenset()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        search = tr("Search words")
        self._field = IconEdit(style, "search", search, self.card)
        self.edit = self._field.edit
        self.edit.setPlaceholderText(search)
        groups = [(group.label, "") for group in GROUPS.values()]
        self.tabs = PillTabs(style, tr("Kinds of words"), groups, self.card)
        self._list = QWidget()
        self._area = QScrollArea(self.card)
        self.flows: dict[str, WordChips] = {}
        self._headings: dict[str, QWidget] = {}
        self._build()
        self.edit.textChanged.connect(self._show_words)
        self.edit.installEventFilter(self)
        self.tabs.tab_chosen.connect(self._on_tab_chosen)
        self.setFocusProxy(self.edit)
        self._show_words()

    def open_beside(self, field: QWidget) -> None:
        """Opens at the right of a field, inside its window, so that the field stays in view."""
        window = field.window()
        room = QRect(window.mapToGlobal(QPoint(0, 0)), window.size()).adjusted(8, 8, -8, -8)
        corner = field.mapToGlobal(QPoint(field.width() + 3 * _GAP, 0))
        beside = max(room.right() - corner.x(), self._style.px(_LEAST_WIDTH))
        width = min(self._style.px(_WIDTH), beside, room.width())
        height = min(self._style.px(_HEIGHT), room.height())
        self.setFixedSize(width, height)
        left = min(corner.x(), room.right() - width)
        self.move(max(room.left(), left), max(room.top(), min(corner.y(), room.bottom() - height)))
        self.show()
        self.edit.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_text(self, text: str) -> None:
        """Marks the words that a sound has."""
        self._used = frozenset(found.word for found in find_words(text))
        self._mark_used()

    def shown_chips(self) -> list[WordChip]:
        """Returns the chips that are in the list now."""
        return [
            chip for flow in self.flows.values() if not flow.isHidden() for chip in flow.shown()
        ]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.edit and isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.ShortcutOverride:
                # Else a shortcut of the window takes it.
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                return self._handle_search_key(event)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Undoes what was chosen, and closes by Escape; from every control inside."""
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo_requested.emit()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.redo_requested.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()
        self.deleteLater()

    def _build(self) -> None:
        style = self._style
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(_MARGIN, 0, _MARGIN, _MARGIN)
        self._column.setSpacing(6)
        self._empty = label(tr("Nothing found."), "secondary", self._list)
        self._empty.hide()
        self._column.addWidget(self._empty)
        for group in GROUPS.values():
            name = tr(group.label)
            heading = label(name, "caption", self._list)
            flow = WordChips(style, name, group.words, self._list)
            flow.word_toggled.connect(self._on_word_toggled)
            flow.left.connect(partial(self._on_flow_left, flow))
            self._headings[group.label] = heading
            self.flows[group.label] = flow
            self._column.addWidget(heading)
            self._column.addWidget(flow)
        self._column.addStretch(1)
        set_up_scroll_area(self._list, self._area)
        # Translators: what stands in the sound is sent to the service.
        text = tr("A click adds a word or removes it. Services understand English best.")
        about = label(text, "caption", self.card, wrap=True)
        about.setContentsMargins(_MARGIN, 0, _MARGIN, 0)
        top = QVBoxLayout()
        top.setContentsMargins(_MARGIN, 0, _MARGIN, 0)
        top.setSpacing(10)
        top.addWidget(self._field)
        top.addWidget(self.tabs)
        column = QVBoxLayout(self.card)
        column.setContentsMargins(0, _MARGIN, 0, 10)
        column.setSpacing(10)
        column.addLayout(top)
        column.addWidget(self._area, 1)
        column.addWidget(about)

    def _show_words(self) -> None:
        """Shows the words of the chosen kind, or those of all kinds that the search finds."""
        typed = " ".join(self.edit.text().split())
        is_empty = True
        for name, flow in self.flows.items():
            is_shown = bool(flow.filter(typed)) and (bool(typed) or name == self.tabs.current)
            flow.setVisible(is_shown)
            self._headings[name].setVisible(is_shown and bool(typed))
            is_empty = is_empty and not is_shown
        self._empty.setVisible(is_empty)
        self._area.verticalScrollBar().setValue(0)

    def _mark_used(self) -> None:
        for name, flow in self.flows.items():
            for chip in flow.chips:
                set_checked(chip, chip.word in self._used)
            used = sum(chip.isChecked() for chip in flow.chips)
            self.tabs.tab(name).set_count(used or None)

    def _on_tab_chosen(self, _name: str) -> None:
        if self.edit.text():
            self.edit.clear()
        else:
            self._show_words()

    def _on_word_toggled(self, word: str, on: bool) -> None:
        self.word_toggled.emit(word, on)
        # Also where the text stays as it is, such as at the limit of its length.
        self._mark_used()

    def _handle_search_key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        chips = self.shown_chips()
        if key == Qt.Key.Key_Down and chips:
            self._focus(chips[0])
        elif key in ENTER_KEYS and chips and self.edit.text().strip():
            chips[0].click()
        elif event.matches(QKeySequence.StandardKey.Undo):
            # Not of what was typed to search: it would surprise who has just added a word.
            self.undo_requested.emit()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.redo_requested.emit()
        else:
            return key in ENTER_KEYS
        return True

    def _on_flow_left(self, flow: WordChips, at_end: bool) -> None:
        """Moves the focus to the next or previous flow, or to the search."""
        flows = [one for one in self.flows.values() if not one.isHidden()]
        place = flows.index(flow) + (1 if at_end else -1)
        if 0 <= place < len(flows):
            chips = flows[place].shown()
            self._focus(chips[0] if at_end else chips[-1])
        elif not at_end:
            self.edit.setFocus(Qt.FocusReason.BacktabFocusReason)

    def _focus(self, chip: WordChip) -> None:
        flow = chip.parentWidget()
        if isinstance(flow, WordChips):
            flow.focus_chip(chip)
            self._area.ensureWidgetVisible(chip, 0, _GAP)

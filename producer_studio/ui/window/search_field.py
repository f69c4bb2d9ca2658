"""Search field: free text, and completed terms as chips."""

import re
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QWidget

from producer_studio.studio.clips import SEARCH_FIELD_NAMES
from producer_studio.translation import mark, ntr, tr
from producer_studio.ui.shortcuts.chosen_keys import key_changes, shown_keys
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.badge import Chip
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.line_edit import LineEdit
from producer_studio.ui.widgets.text_format import count_text

_TERM = re.compile(r'-?(?<![a-z_])([a-z_]+):(?:"[^"]*"|[^\s"|]+)(?=\s)', re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')
_STAYS = frozenset(
    {
        Qt.FocusReason.PopupFocusReason,
        Qt.FocusReason.MenuBarFocusReason,
        Qt.FocusReason.ActiveWindowFocusReason,
    }
)
"""Reasons of a loss of the focus with which it comes back to the same text."""
_PLACEHOLDER = mark("Search, or stars:>3")
_MIN_TEXT_WIDTH = 90
"""Width for typing, in pixels at a text size of 100 %, that chips leave free."""


def split_finished_terms(text: str) -> tuple[list[str], str]:
    """Splits a text into the field terms that are followed by a space, and the rest.

    A term beside a `|` stays in the text, since it is meaningless without its neighbour.
    """
    if "|" in _QUOTED.sub("", text):
        return [], text
    terms: list[str] = []

    def take(found: re.Match[str]) -> str:
        if found.group(1).lower() not in SEARCH_FIELD_NAMES:
            return found.group(0)
        terms.append(found.group(0))
        return ""

    rest = _TERM.sub(take, text)
    return terms, re.sub(r"\s{2,}", " ", rest).lstrip() if terms else text


def _key_hint() -> str:
    """Formats the keys of the search in the system's notation, without the plus."""
    return shown_keys("search").replace("+", " ")


class SearchField(QFrame):
    """Field with an icon, chips for completed terms such as `stars:>3`, and its shortcut.

    Signals:
        query_changed: The whole query, at every keystroke.
        query_set: The query was replaced as a whole, or cleared.
        down_pressed: The user moves to the list.
        pressed: A mouse button was pressed in the text.
        left: The text has lost the focus, other than to a popup or another window.
        moved: Its position or size has changed.
        builder_requested: Build the search from conditions.

    Attributes:
        key_handler: Called with each key that is pressed in the text; whether it is done with.
    """

    query_changed = Signal(str)
    query_set = Signal()
    down_pressed = Signal()
    pressed = Signal()
    left = Signal()
    moved = Signal()
    builder_requested = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._chips: list[Chip] = []
        self._emitted_query = ""
        self._last_split: tuple[str, str, int] | None = None
        # No event filters of others: Qt would call them while the field is destroyed.
        self.key_handler: Callable[[QKeyEvent], bool] = lambda _event: False
        self.setProperty("role", "field")
        self._icon = QLabel(self)
        self.edit = LineEdit(self)
        self.edit.setProperty("role", "bare")
        self.edit.setAccessibleName(tr("Search library"))
        self.edit.setPlaceholderText(tr(_PLACEHOLDER))
        self.edit.installEventFilter(self)
        self._result_count = label("", "muted", self)
        self._result_count.hide()
        self._shortcut_hint = label(_key_hint(), "kbd", self)
        self._clear_button = IconButton(style, "x", tr("Clear search"), self, size=14, box=22)
        self._clear_button.hide()
        self._builder_button = IconButton(
            style, "list-filter", tr("Build the search"), self, size=14, box=22
        )
        self._builder_button.clicked.connect(self.builder_requested)
        self._more_chip = Chip(style, "", self)
        self._more_chip.clicked.connect(self.builder_requested)
        self._more_chip.hide()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(11, 0, 9, 0)
        self._row.setSpacing(8)
        self._row.addWidget(self._icon)
        self._row.addWidget(self._more_chip)
        self._row.addWidget(self.edit, 1)
        self._row.addWidget(self._result_count)
        self._row.addWidget(self._clear_button)
        self._row.addWidget(self._builder_button)
        self._row.addWidget(self._shortcut_hint, 0, Qt.AlignmentFlag.AlignVCenter)
        self.edit.textChanged.connect(self._on_text_changed)
        self.edit.returnPressed.connect(self._on_return)
        self._clear_button.clicked.connect(self.clear)
        style.changed.connect(self._update_icon)
        key_changes().changed.connect(self._update_parts)
        self._update_icon()

    def query(self) -> str:
        """Returns the chips and the text as one query."""
        parts = [chip.text() for chip in self._chips]
        return " ".join([*parts, self.edit.text().strip()]).strip()

    def set_query(self, text: str) -> None:
        """Shows a query; its field terms become chips."""
        for chip in tuple(self._chips):
            self._remove_chip(chip)
        self.edit.setText(text + " ")
        self.edit.setText(self.edit.text().strip())
        self._emit_query()
        self.query_set.emit()

    def replace_text(self, start: int, end: int, text: str) -> None:
        """Replaces part of the text beside the chips, as if it were typed.

        Args:
            start: Offset in the text of `edit`.
            end: Offset of the end of what is replaced.
        """
        self.edit.setSelection(start, end - start)
        self.edit.insert(text)

    def clear(self) -> None:
        """Clears the query; the whole library is shown again."""
        self.set_query("")
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_edit(self) -> None:
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.edit.selectAll()

    def show_result_count(self, count: int, is_complete: bool) -> None:
        """Shows beside the query how many clips match.

        Args:
            count: Number of matching clips known to the list.
            is_complete: Whether these are all of them.
        """
        searches = bool(self.query())
        self._result_count.setVisible(searches)
        if not searches:
            # Called for every change of the list.
            self.edit.setAccessibleDescription("")
            return
        words = (
            ntr("{count} clip found", "{count} clips found", count)
            if is_complete
            else ntr("More than {count} clip found", "More than {count} clips found", count)
        )
        self._result_count.setText(count_text(count) if is_complete else f"{count_text(count)}+")
        self._result_count.setToolTip(words)
        self._result_count.setAccessibleName(words)
        self.edit.setAccessibleDescription(words)
        self._fit_chips()

    def set_invalid(self, is_invalid: bool) -> None:
        """Marks a query that was not fully understood."""
        if bool(self.property("invalid")) != is_invalid:
            self.setProperty("invalid", is_invalid)
            self._style.restyle(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_chips()
        self.moved.emit()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self.moved.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self.edit:
            return super().eventFilter(watched, event)
        if event.type() is QEvent.Type.MouseButtonPress:
            self.pressed.emit()
        elif isinstance(event, QFocusEvent) and event.type() is QEvent.Type.FocusOut:
            # The menu of a row below the field is a popup, too.
            if QApplication.activePopupWidget() is None and event.reason() not in _STAYS:
                self.left.emit()
        elif isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.KeyPress:
                return self.key_handler(event) or self._on_key(event)
            if event.type() is QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
                event.accept()
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key == Qt.Key.Key_Escape and self.query():
            self.clear()
            return True
        if key == Qt.Key.Key_Down:
            self.down_pressed.emit()
            return True
        at_start = self.edit.cursorPosition() == 0 and not self.edit.hasSelectedText()
        if key == Qt.Key.Key_Backspace and at_start and self._chips:
            last = self._chips[-1]
            self._remove_chip(last)
            self.edit.setText(f"{last.text()}{self.edit.text()}")
            self.edit.setCursorPosition(len(last.text()))
            return True
        return False

    def _on_text_changed(self, text: str) -> None:
        whole = self._rejoin_alternatives(text)
        if whole is not None:
            self.edit.setText(whole)
            return
        terms, rest = split_finished_terms(text)
        if terms:
            for term in terms:
                self._add_chip(term)
            self.edit.setText(rest)
            self._last_split = text.strip(), rest.strip(), len(terms)
            return
        self._update_parts()
        self._emit_query()

    def _rejoin_alternatives(self, text: str) -> str | None:
        """Returns the text with the preceding chips that a `|` joins to it; None where none does.

        A chip represents a term that must match, while an alternative includes its neighbour.
        """
        split, self._last_split = self._last_split, None
        if split is not None:
            whole, rest, count = split
            typed = text.strip()
            if typed == f"{rest} |".strip() or typed == f"{rest}|":
                for chip in self._chips[-count:]:
                    self._remove_chip(chip)
                return f"{whole} |"
            if typed == rest:
                # Only a space so far.
                self._last_split = split
        if text.lstrip().startswith("|") and self._chips:
            last = self._chips[-1]
            self._remove_chip(last)
            return f"{last.text()} {text.lstrip()}"
        return None

    def _on_return(self) -> None:
        self.edit.setText(self.edit.text().rstrip() + " ")
        self.edit.setText(self.edit.text().rstrip())
        self._emit_query()

    def _add_chip(self, term: str) -> None:
        chip = Chip(self._style, term, self, removable=True)
        chip.remove_requested.connect(lambda: self._on_chip_removed(chip))
        chip.clicked.connect(lambda: self._on_chip_removed(chip, edit=True))
        chip.button.setToolTip(tr("Click to edit"))
        self._row.insertWidget(2 + len(self._chips), chip)
        self._chips.append(chip)
        chip.show()

    def _remove_chip(self, chip: Chip) -> None:
        self._chips.remove(chip)
        self._row.removeWidget(chip)
        chip.hide()
        chip.deleteLater()

    def _on_chip_removed(self, chip: Chip, *, edit: bool = False) -> None:
        self._remove_chip(chip)
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        if edit:
            self.edit.setText(f"{self.edit.text().strip()} {chip.text()}".strip())
        self._update_parts()
        self._emit_query()

    def _emit_query(self) -> None:
        query = self.query()
        if query != self._emitted_query:
            self._emitted_query = query
            self.query_changed.emit(query)

    def _update_icon(self) -> None:
        self._icon.setPixmap(self._style.pixmap("search", "text3"))
        self._update_parts()

    def _update_parts(self) -> None:
        """Shows the parts that belong to the query; runs at every keystroke, without restyling."""
        filled = bool(self._chips or self.edit.text())
        self._clear_button.setVisible(filled)
        self._shortcut_hint.setText(_key_hint())
        self._shortcut_hint.setVisible(not filled and bool(self._shortcut_hint.text()))
        placeholder = "" if self._chips else tr(_PLACEHOLDER)
        if self.edit.placeholderText() != placeholder:
            self.edit.setPlaceholderText(placeholder)
        self._fit_chips()

    def _fit_chips(self) -> None:
        """Shows as many chips as there is room for; one with a number stands for the first ones."""
        widths = [chip.sizeHint().width() + self._row.spacing() for chip in self._chips]
        room = self._room_for_chips()
        if sum(widths) > room:
            self._more_chip.set_text("+99")
            room -= self._more_chip.sizeHint().width() + self._row.spacing()
        hidden = 0
        while hidden < len(widths) and sum(widths[hidden:]) > room:
            hidden += 1
        for place, chip in enumerate(self._chips):
            chip.setVisible(place >= hidden)
        self._more_chip.setVisible(hidden > 0)
        if hidden:
            self._more_chip.set_text(f"+{hidden}")
            terms = ", ".join(chip.text() for chip in self._chips[:hidden])
            self._more_chip.button.setToolTip(tr("Also {terms}", terms=terms))
            self._more_chip.button.setAccessibleName(
                tr("{count} more: {terms}", count=hidden, terms=terms)
            )

    def _room_for_chips(self) -> int:
        """Returns the width in pixels that the other parts leave to the chips."""
        margins = self._row.contentsMargins()
        taken = margins.left() + margins.right() + self._style.px(_MIN_TEXT_WIDTH)
        for part in (
            self._icon,
            self._result_count,
            self._clear_button,
            self._builder_button,
            self._shortcut_hint,
        ):
            if not part.isHidden():
                taken += part.sizeHint().width() + self._row.spacing()
        return self.width() - taken

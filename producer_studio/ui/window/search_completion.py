"""Completion in the search field: fields and the user's own values, with counts."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent

from producer_studio.domain.errors import ServiceError
from producer_studio.studio.clips import Suggestion, Suggestions
from producer_studio.ui.context import UiContext
from producer_studio.ui.widgets.choice_model import PopupChoice
from producer_studio.ui.widgets.debounce import Debounce
from producer_studio.ui.widgets.keyboard import ENTER_KEYS
from producer_studio.ui.widgets.text_format import count_text
from producer_studio.ui.window.search_field import SearchField
from producer_studio.ui.window.search_popup import SearchPopup

_DELAY_MS = 40
"""The search itself reads first; keys that follow one another closely are completed once."""
_TASK = "complete the search"
_ICONS = {"tag": "tag", "model": "audio-lines", "list": "list-music", "key": "music"}
_STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: 8,
    Qt.Key.Key_PageUp: -8,
}
_SILENT_FOCUS_REASONS = frozenset(
    {Qt.FocusReason.PopupFocusReason, Qt.FocusReason.MenuBarFocusReason}
)


class SearchCompletion(QObject):
    """Shows completions while the user types, and inserts the one that is chosen.

    Down moves to a row, Tab inserts it (or the first one), Enter only a row that the user moved
    to; Escape closes the popup, and the next one clears the field as ever.

    Signals:
        open_changed: Whether the popup is shown now.
    """

    open_changed = Signal(bool)

    def __init__(self, context: UiContext, field: SearchField) -> None:
        super().__init__(field)
        self._studio = context.studio
        self._tasks = context.tasks
        self._field = field
        self._edit = field.edit
        self._suggestions: Suggestions | None = None
        self._shown_for = "", 0
        self._inserts_first = False
        self.popup = SearchPopup(context.style, field)
        self._debounce = Debounce(self._request, _DELAY_MS, self, restarts=False)
        self._edit.installEventFilter(self)
        field.installEventFilter(self)
        self._edit.textEdited.connect(self._on_text_edited)
        self._edit.cursorPositionChanged.connect(self._on_cursor_moved)
        field.query_set.connect(self.close_popup)
        self.popup.chosen.connect(self._insert)
        self.popup.closed.connect(self.close_popup)
        context.style.changed.connect(self.close_popup)

    @property
    def is_open(self) -> bool:
        return not self.popup.isHidden()

    def close_popup(self) -> None:
        """Hides the popup; what is read for it is dropped."""
        self._debounce.cancel()
        self._tasks.cancel(_TASK)
        self._suggestions = None
        self._inserts_first = False
        if self.is_open:
            self.popup.close_popup()
            self.open_changed.emit(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._edit and isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.KeyPress and self._handle_key(event):
                return True
        elif isinstance(event, QFocusEvent) and event.type() is QEvent.Type.FocusOut:
            if watched is self._edit and event.reason() not in _SILENT_FOCUS_REASONS:
                self.close_popup()
        elif event.type() in {QEvent.Type.Move, QEvent.Type.Resize} and self.is_open:
            self.popup.place()
        return super().eventFilter(watched, event)

    def _handle_key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if key == Qt.Key.Key_Tab:
            return self._handle_tab()
        if not self.is_open:
            return False
        if key == Qt.Key.Key_Escape:
            self.close_popup()
        elif key in _STEPS and self.popup.model.rowCount():
            self.popup.move_current(_STEPS[key])
        elif key in ENTER_KEYS and self.popup.current_key is not None:
            self._insert(self.popup.current_key)
        elif key in ENTER_KEYS:
            self.close_popup()
            return False
        else:
            return False
        return True

    def _handle_tab(self) -> bool:
        """Inserts the current row or the first one, also if they are still being read."""
        if self._debounce.is_pending or self._tasks.is_running(_TASK):
            self._inserts_first = True
            return True
        key = self.popup.current_key if self.is_open else None
        if key is None and self.is_open and self._suggestions and self._suggestions.items:
            key = self._suggestions.items[0]
        if key is None:
            return False
        self._insert(key)
        return True

    def _on_text_edited(self) -> None:
        self._inserts_first = False
        self._debounce.trigger()

    def _on_cursor_moved(self) -> None:
        if self.is_open:
            self._debounce.trigger()

    def _request(self) -> None:
        text, position = self._state()
        if not text[:position].strip():
            self.close_popup()
            return
        self._tasks.restart(
            _TASK,
            self._studio.clips.suggest_terms(text, position),
            on_result=partial(self._on_suggestions_read, text, position),
            on_error=self._on_reading_failed,
        )

    def _on_suggestions_read(self, text: str, position: int, found: Suggestions) -> None:
        if self._state() != (text, position):
            return  # what was typed since then is read next
        typed = text[found.start : position]
        items = [item for item in found.items if item.term != typed]
        if not (typed and self._edit.hasFocus() and (items or found.example)):
            self.close_popup()
            return
        self._suggestions = Suggestions(found.start, found.end, tuple(items), found.example)
        self._shown_for = text, position
        if self._inserts_first and items:
            self._insert(items[0])
            return
        was_open = self.is_open
        hint = f"For example {found.example}" if found.example else ""
        self.popup.show_rows("Completions", [_choice(item) for item in items], hint)
        if not was_open:
            self.open_changed.emit(True)

    def _on_reading_failed(self, _error: ServiceError) -> None:
        # The search reads the same library, and reports the error.
        self.close_popup()

    def _insert(self, key: object) -> None:
        found, is_stale = self._suggestions, self._state() != self._shown_for
        if found is None or is_stale or not isinstance(key, Suggestion):
            return
        self.close_popup()
        gap = "" if key.term.endswith(":") else " "
        self._field.replace_text(found.start, found.end, f"{key.term}{gap}")

    def _state(self) -> tuple[str, int]:
        return self._edit.text(), self._edit.cursorPosition()


def _choice(item: Suggestion) -> PopupChoice:
    name = item.term.removeprefix("-").partition(":")[0]
    icon = "chevron-right" if item.term.endswith(":") else _ICONS.get(name, "search")
    note = item.label if item.count is None else count_text(item.count)
    return PopupChoice(item, item.term, icon, note)

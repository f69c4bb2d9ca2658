"""Completion in the search field: fields, the user's own values with counts, and past searches."""

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent

from producer_studio.domain.errors import ServiceError
from producer_studio.studio.clips import Suggestion, Suggestions, UndoStep, change_message
from producer_studio.studio.search_history import PastQuery
from producer_studio.translation import tr
from producer_studio.ui.context import UiContext
from producer_studio.ui.widgets.choice_model import PopupChoice
from producer_studio.ui.widgets.completion_popup import CompletionPopup
from producer_studio.ui.widgets.debounce import Debounce
from producer_studio.ui.widgets.keyboard import ENTER_KEYS, ignore_repetitions, native_keys
from producer_studio.ui.widgets.menu import Menu
from producer_studio.ui.widgets.text_format import count_text
from producer_studio.ui.window.search_field import SearchField

_DELAY_MS = 40
"""The search itself reads first; keys that follow one another closely are completed once."""
_TASK = "complete the search"
_ICONS = {"tag": "tag", "model": "audio-lines", "list": "list-music", "key": "music"}
_MAX_PAST_SEARCHES = 30
_FORGET_ALL = "forget all"
"""Key of the last row of the past searches."""


class SearchCompletion(QObject):
    """Shows completions while the user types, and inserts the one that is chosen.

    Down moves to a row, Tab inserts it (or the first one), Enter only a row that the user moved
    to; Escape closes the popup, and the next one clears the field as ever. Past searches are shown
    in the empty field, and by Up; Del forgets one.

    Signals:
        open_changed: Whether the popup is shown now.
        undo_available: Message about forgotten searches, and their `UndoStep`.
    """

    open_changed = Signal(bool)
    undo_available = Signal(str, object)

    def __init__(self, context: UiContext, field: SearchField) -> None:
        super().__init__(field)
        self._studio = context.studio
        self._tasks = context.tasks
        self._style = context.style
        self._field = field
        self._edit = field.edit
        self._suggestions: Suggestions | None = None
        self._shown_for = "", 0
        self._inserts_first = False
        self.popup = CompletionPopup(context.style, field, tr("Suggestions for the search"))
        self._debounce = Debounce(self._request, _DELAY_MS, self, restarts=False)
        field.key_handler = self._handle_key
        field.pressed.connect(self.show_past_searches_if_empty)
        field.left.connect(self.close_popup)
        field.moved.connect(self._on_field_moved)
        self._edit.textEdited.connect(self._on_text_edited)
        self._edit.cursorPositionChanged.connect(self._on_cursor_moved)
        field.query_set.connect(self.close_popup)
        self.popup.chosen.connect(self._choose)
        self.popup.menu_requested.connect(self._open_menu)
        self.popup.closed.connect(self.close_popup)
        context.style.changed.connect(self.close_popup)

    @property
    def is_open(self) -> bool:
        return not self.popup.isHidden()

    def show_past_searches(self, row: int = -1) -> None:
        """Opens the popup with the searches that were used last, if there are any.

        Args:
            row: The current row; -1 for none.
        """
        self._debounce.cancel()
        self._suggestions = None
        self._tasks.restart(
            _TASK,
            self._studio.search_history.list_latest(_MAX_PAST_SEARCHES),
            on_result=partial(self._on_past_searches_read, row),
            on_error=self._on_reading_failed,
        )

    def show_past_searches_if_empty(self) -> None:
        """Opens the popup if nothing is searched for."""
        if not self._field.query() and not self.is_open:
            self.show_past_searches()

    def close_popup(self) -> None:
        """Hides the popup; what is read for it is dropped."""
        self._debounce.cancel()
        self._tasks.cancel(_TASK)
        self._suggestions = None
        self._inserts_first = False
        if self.is_open:
            self.popup.close_popup()
            self.open_changed.emit(False)

    def _handle_key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if key == Qt.Key.Key_Tab:
            return self._handle_tab()
        if not self.is_open:
            return self._handle_key_of_closed(key)
        current = self.popup.current_key
        if self.popup.handle_key(event):
            return True
        if key == Qt.Key.Key_Delete and isinstance(current, PastQuery):
            # The next search takes the place of the one that goes.
            ignore_repetitions(event)
            self._forget(current)
        elif key in ENTER_KEYS:
            self.close_popup()
            return False
        else:
            return False
        return True

    def _handle_key_of_closed(self, key: Qt.Key) -> bool:
        if key != Qt.Key.Key_Up:
            return False
        self.show_past_searches()
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
        self._choose(key)
        return True

    def _on_text_edited(self) -> None:
        self._inserts_first = False
        self._debounce.trigger()

    def _on_field_moved(self) -> None:
        if self.is_open:
            self.popup.place()

    def _on_cursor_moved(self) -> None:
        if self.is_open:
            self._debounce.trigger()

    def _request(self) -> None:
        text, position = self._state()
        if not self._field.query():
            self.show_past_searches()
            return
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
            self._choose(items[0])
            return
        hint = tr("For example {example}", example=found.example) if found.example else ""
        self._show(tr("Completions"), [_choice(item) for item in items], hint)

    def _on_past_searches_read(self, row: int, found: Sequence[PastQuery]) -> None:
        self._inserts_first = False
        shown = [one for one in found if one.query != self._field.query()]
        if not shown or not self._edit.hasFocus():
            self.close_popup()
            return
        rows = [
            PopupChoice(one, one.query, "clock", f"{count_text(one.uses)}×" if one.uses > 1 else "")
            for one in shown
        ]
        rows.append(PopupChoice(_FORGET_ALL, tr("Forget all searches"), "trash-2"))
        self._show(
            tr("Past searches"),
            rows,
            tr("{keys} forgets the marked search.", keys=native_keys("Del")),
        )
        if row >= 0:
            self.popup.move_current(row + 1)

    def _show(self, name: str, rows: Sequence[PopupChoice], hint: str) -> None:
        was_open = self.is_open
        summary = tr("{name}: {count}", name=name, count=len(rows)) if rows else ""
        self.popup.show_rows(name, rows, hint, summary)
        if not was_open:
            self.open_changed.emit(True)

    def _on_reading_failed(self, _error: ServiceError) -> None:
        # The search reads the same library, and reports the error.
        self.close_popup()

    def _choose(self, key: object) -> None:
        if isinstance(key, Suggestion):
            self._insert(key)
        elif isinstance(key, PastQuery):
            self._field.set_query(key.query)
            self._tasks.start(
                f"remember the search {key.query}", self._studio.search_history.record(key.query)
            )
        elif key == _FORGET_ALL:
            self.close_popup()
            self._perform(self._studio.search_history.forget_all())

    def _insert(self, chosen: Suggestion) -> None:
        found, is_stale = self._suggestions, self._state() != self._shown_for
        if found is None or is_stale:
            return
        self.close_popup()
        gap = "" if chosen.term.endswith(":") else " "
        self._field.replace_text(found.start, found.end, f"{chosen.term}{gap}")

    def _forget(self, past: PastQuery) -> None:
        show_others = partial(self.show_past_searches, self.popup.list.currentIndex().row())
        self._perform(self._studio.search_history.forget([past]), show_others)

    def _perform(
        self,
        change: Coroutine[Any, Any, UndoStep | None],
        on_done: Callable[[], object] = lambda: None,
    ) -> None:
        def on_result(step: UndoStep | None) -> None:
            if step is not None:
                self.undo_available.emit(change_message(step), step)
            on_done()

        self._tasks.start("forget searches", change, on_result=on_result, is_change=True)

    def _open_menu(self, key: object, place: QPoint) -> None:
        if not isinstance(key, PastQuery):
            return
        menu = Menu(self._style, self._field, name=tr("Earlier search"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.add_item(tr("Search for this"), partial(self._choose, key), icon="search")
        menu.add_item(
            tr("Forget this search"),
            partial(self._forget, key),
            icon="x",
            shortcut=native_keys("Del"),
        )
        menu.add_item(tr("Forget all searches"), partial(self._choose, _FORGET_ALL), icon="trash-2")
        menu.popup(place)

    def _state(self) -> tuple[str, int]:
        return self._edit.text(), self._edit.cursorPosition()


def _choice(item: Suggestion) -> PopupChoice:
    name = item.term.removeprefix("-").partition(":")[0]
    icon = "chevron-right" if item.term.endswith(":") else _ICONS.get(name, "search")
    note = tr(item.label) if item.count is None else count_text(item.count)
    return PopupChoice(item, item.term, icon, note)

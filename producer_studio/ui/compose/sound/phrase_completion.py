"""Completion in the sound field: phrases of the user's own past prompts, best rated first."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent

from producer_studio.domain.errors import ServiceError
from producer_studio.domain.library_change import ChangeKind, ClipField, LibraryChange
from producer_studio.domain.prompt_phrases import GOOD_SCORE, PhraseIndex, PromptPhrase
from producer_studio.domain.sound_phrases import OpenPhrase, open_phrase, split_phrases
from producer_studio.translation import ntr, tr
from producer_studio.ui.compose.multiline_edit import character_offset
from producer_studio.ui.compose.sound.editor import SoundEditor
from producer_studio.ui.context import UiContext
from producer_studio.ui.widgets.choice_model import PopupChoice
from producer_studio.ui.widgets.completion_popup import CompletionPopup
from producer_studio.ui.widgets.text_format import clips_text

_TASK = "read the phrases of past prompts"
_MAX_ROWS = 8
_FIRST_CLIPS = 2_000
"""Clips whose phrases are offered while all others are still being read."""
_MIN_CHARACTERS = 2
"""Of a phrase in Latin letters; one Chinese character is a word."""
_TEXT_CHANGES = frozenset({Qt.Key.Key_Backspace, Qt.Key.Key_Delete})
_STAYS = frozenset({Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason})


class PhraseCompletion(QObject):
    """Shows phrases while the user types one, and inserts the one that is chosen.

    Down moves to a row, Tab inserts it (or the first one), Enter only a row that the user moved to;
    Escape closes the popup. The phrases are read in the background at the first key, and again
    after clips have come, gone or been rated.
    """

    def __init__(self, context: UiContext, editor: SoundEditor) -> None:
        super().__init__(editor)
        self._studio = context.studio
        self._tasks = context.tasks
        self._edit = editor.edit
        self._index = PhraseIndex()
        self._is_stale = True
        self._has_read = False
        self._is_typing = False
        self._awaits_phrases = False
        self._phrase: OpenPhrase | None = None
        self._first: PromptPhrase | None = None
        self.popup = CompletionPopup(
            context.style, editor.frame, tr("Phrases from your prompts"), _MAX_ROWS
        )
        self.popup.chosen.connect(self._choose)
        self.popup.closed.connect(self.close_popup)
        self._edit.installEventFilter(self)
        self._edit.edited.connect(self._on_edited)
        self._edit.cursorPositionChanged.connect(self._on_cursor_moved)
        context.style.changed.connect(self.close_popup)
        self._unsubscribe = context.studio.events.subscribe(LibraryChange, self._on_library_change)

    @property
    def is_open(self) -> bool:
        return not self.popup.isHidden()

    def close(self) -> None:
        """Unsubscribes from the studio's events."""
        self._unsubscribe()

    def close_popup(self) -> None:
        self._phrase = self._first = None
        if self.is_open:
            self.popup.close_popup()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._handle_key(event)
        if kind is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self.is_open and event.key() == Qt.Key.Key_Escape:
                # Else a shortcut of the window takes it.
                event.accept()
                return True
        elif kind is QEvent.Type.InputMethod:
            self._is_typing = True
        elif isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() not in _STAYS:
            self.close_popup()
        return super().eventFilter(watched, event)

    def _handle_key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        modifiers = event.modifiers()
        modifiers &= ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
        is_text = bool(event.text()) and event.text().isprintable()
        self._is_typing = not modifiers and (is_text or key in _TEXT_CHANGES)
        self._awaits_phrases = self._awaits_phrases and self._is_typing
        if not self.is_open or modifiers or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            return False
        current = self.popup.current_key
        if key == Qt.Key.Key_Tab:
            self._choose(current or self._first)
            return True
        if key in {Qt.Key.Key_Up, Qt.Key.Key_PageUp} and current is None:
            return False  # moves the cursor
        return self.popup.handle_key(event)

    def _on_edited(self) -> None:
        was_typing, self._is_typing = self._is_typing, False
        if was_typing and self._edit.hasFocus():
            self._awaits_phrases = True
            self._read_if_stale()
            self._update()
        else:
            self._awaits_phrases = False
            self.close_popup()

    def _on_cursor_moved(self) -> None:
        if self.is_open and self._phrase != self._typed_phrase():
            self.close_popup()

    def _typed_phrase(self) -> OpenPhrase | None:
        text, cursor = self._edit.text(), self._edit.textCursor()
        if cursor.hasSelection():
            return None
        phrase = open_phrase(text, character_offset(text, cursor.position()))
        if phrase is None or (len(phrase.text) < _MIN_CHARACTERS and phrase.text.isascii()):
            return None
        return phrase

    def _update(self) -> None:
        """Shows the phrases for what is typed, or none."""
        phrase = self._typed_phrase()
        text = self._edit.text()
        if phrase is None:
            self.close_popup()
            return
        others = split_phrases(text[: phrase.start] + text[phrase.end :])
        found = self._index.find(phrase.text, others, _MAX_ROWS)
        if not found:
            self.close_popup()
            return
        self._phrase, self._first = phrase, found[0]
        summary = ntr("{count} phrase", "{count} phrases", len(found))
        self.popup.show_rows(
            tr("Phrases from your prompts"),
            _choices(found),
            tr("Tab inserts the first, or the one that is marked."),
            summary,
        )

    def _choose(self, key: object) -> None:
        phrase = self._phrase
        self.close_popup()
        if phrase is None or not isinstance(key, PromptPhrase):
            return
        self._edit.replace_range(phrase.start, phrase.end, key.text)

    def _read_if_stale(self) -> None:
        if self._is_stale and not self._tasks.is_running(_TASK):
            self._is_stale = False
            self._tasks.start(_TASK, self._read(), on_error=self._on_reading_failed)

    async def _read(self) -> None:
        """Reads the newest prompts first: all of them can take seconds."""
        clips = self._studio.clips
        if not self._has_read:
            self._show_read(await clips.list_prompt_phrases(_FIRST_CLIPS))
            self._has_read = True
        self._show_read(await clips.list_prompt_phrases())

    def _show_read(self, phrases: Sequence[PromptPhrase]) -> None:
        self._index = PhraseIndex(phrases)
        # Not after Escape or another text: the next Tab would insert a phrase that nobody wants.
        if self._awaits_phrases and self._edit.hasFocus() and not self.is_open:
            self._update()

    def _on_reading_failed(self, _error: ServiceError) -> None:
        # The list of clips reads the same library, and reports the error.
        self._is_stale = True

    def _on_library_change(self, change: LibraryChange) -> None:
        is_rated = any(edit.field is ClipField.STARS for edit in change.edits)
        if is_rated or change.kind in _OTHER_CLIPS:
            self._is_stale = True


_OTHER_CLIPS = frozenset({ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.EVERYTHING})


def _choices(phrases: Sequence[PromptPhrase]) -> list[PopupChoice]:
    return [
        PopupChoice(
            phrase,
            phrase.text,
            "star" if phrase.score >= GOOD_SCORE else "clock",
            clips_text(phrase.clips),
        )
        for phrase in phrases
    ]

"""Debounced edits of titles and notes on their way to the library; none is dropped."""

from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from producer_studio.domain.errors import ServiceError
from producer_studio.domain.ids import ClipId
from producer_studio.ui.widgets.debounce import Debounce

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks

_DEBOUNCE_MS = 600
_TASK_PREFIX = "edit in the inspector "


@dataclass(frozen=True, slots=True)
class UnsavedText:
    """Title and notes of a clip that are not in the library yet; None means unchanged."""

    title: str | None = None
    notes: str | None = None


class PendingEdits(QObject):
    """Stores edits until the user stops typing, and failed ones until a retry succeeds."""

    def __init__(self, studio: "Studio", tasks: "Tasks", origin: object, parent: QObject) -> None:
        """`origin` is passed with each change, so that the view can ignore its own edits."""
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._origin = origin
        self._unsaved: dict[ClipId, UnsavedText] = {}
        self._in_flight: dict[ClipId, UnsavedText] = {}
        self._serial = 0
        self._session = object()
        self._debounce = Debounce(self.flush, _DEBOUNCE_MS, self)

    def unsaved_text(self, clip: ClipId) -> UnsavedText:
        """Returns the text of a clip that is not in the library yet."""
        sent = self._in_flight.get(clip, UnsavedText())
        typed = self._unsaved.get(clip, UnsavedText())
        return UnsavedText(
            typed.title if typed.title is not None else sent.title,
            typed.notes if typed.notes is not None else sent.notes,
        )

    def set_title(self, clip: ClipId, text: str) -> None:
        self._set_unsaved(clip, replace(self._unsaved.get(clip, UnsavedText()), title=text))

    def set_notes(self, clip: ClipId, text: str) -> None:
        self._set_unsaved(clip, replace(self._unsaved.get(clip, UnsavedText()), notes=text))

    def commit(self) -> None:
        """Writes all edits now; later edits are another undo step."""
        self.flush()
        self._session = object()

    async def finish(self) -> None:
        """Writes all edits, and returns when they are in the library."""
        self.commit()
        await self._tasks.wait(_TASK_PREFIX)

    def flush(self) -> None:
        """Writes all edits now."""
        self._debounce.cancel()
        typed, self._unsaved = self._unsaved, {}
        for clip, words in typed.items():
            # An empty title is a passing state while a title is replaced, and is not written.
            title = words.title.strip() or None if words.title is not None else None
            if title is not None or words.notes is not None:
                work = self._studio.clips.edit(
                    [clip],
                    origin=self._origin,
                    title=title,
                    notes=words.notes,
                    session=self._session,
                )
                self._in_flight[clip] = words
                self._run(work, sent=(clip, words))

    def set_tags(self, clip: ClipId, tags: Sequence[str]) -> None:
        self._run(self._studio.clips.edit([clip], origin=self._origin, tags=tags))

    def set_stars(self, clip: ClipId, stars: int) -> None:
        self._run(self._studio.clips.edit([clip], origin=self._origin, stars=stars))

    def set_favourite(self, clip: ClipId, *, on: bool) -> None:
        self._run(self._studio.clips.edit([clip], origin=self._origin, favourite=on))

    def set_bpm(self, clip: ClipId, bpm: float) -> None:
        """Sets the tempo; 0 restores the measured one."""
        self._run(self._studio.clips.edit([clip], origin=self._origin, bpm=bpm))

    def set_key(self, clip: ClipId, key: str) -> None:
        """Sets the key; an empty one restores the measured one."""
        self._run(self._studio.clips.edit([clip], origin=self._origin, key=key))

    def scale_tempo(self, clip: ClipId, factor: float) -> None:
        self._run(self._studio.clips.scale_tempo([clip], factor, origin=self._origin))

    def _set_unsaved(self, clip: ClipId, text: UnsavedText) -> None:
        self._unsaved[clip] = text
        self._debounce.trigger()

    def _run(
        self, work: Coroutine[Any, Any, object], sent: tuple[ClipId, UnsavedText] | None = None
    ) -> None:
        def clear_in_flight() -> None:
            if sent is not None and self._in_flight.get(sent[0]) is sent[1]:
                del self._in_flight[sent[0]]

        def on_error(fault: ServiceError) -> None:
            if sent is not None:
                # Queued again, behind newer text.
                self._unsaved[sent[0]] = self.unsaved_text(sent[0])
            clear_in_flight()
            self._tasks.report_error(fault)

        self._serial += 1
        name = f"{_TASK_PREFIX}{self._serial}"
        self._tasks.start(name, work, on_result=lambda _: clear_in_flight(), on_error=on_error)

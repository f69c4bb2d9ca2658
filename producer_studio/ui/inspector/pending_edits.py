"""Edits on their way to the library: gathered while the user types, never dropped."""

from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from producer_studio.domain.errors import Fault
from producer_studio.domain.ids import ClipId

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks

_PAUSE_MS = 600


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed about a clip and is not with the library yet; None is untouched."""

    title: str | None = None
    notes: str | None = None


class PendingEdits(QObject):
    """Holds titles and notes until the user pauses, and what could not be written until it can."""

    def __init__(self, studio: "Studio", tasks: "Tasks", origin: object, parent: QObject) -> None:
        """`origin` is named in each change, so that the view can leave its own edits alone."""
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._origin = origin
        self._typed: dict[ClipId, Typed] = {}
        self._on_the_way: dict[ClipId, Typed] = {}
        self._serial = 0
        self._session = object()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self.flush)

    def waiting(self, clip: ClipId) -> Typed:
        """What the library does not know yet about a clip."""
        sent = self._on_the_way.get(clip, Typed())
        typed = self._typed.get(clip, Typed())
        return Typed(
            typed.title if typed.title is not None else sent.title,
            typed.notes if typed.notes is not None else sent.notes,
        )

    def title(self, clip: ClipId, text: str) -> None:
        self._type(clip, replace(self._typed.get(clip, Typed()), title=text))

    def notes(self, clip: ClipId, text: str) -> None:
        self._type(clip, replace(self._typed.get(clip, Typed()), notes=text))

    def finish(self) -> None:
        """Hands everything to the studio; what is typed from now on is another step to undo."""
        self.flush()
        self._session = object()

    def flush(self) -> None:
        """Hands everything to the studio now."""
        self._pause.stop()
        typed, self._typed = self._typed, {}
        for clip, words in typed.items():
            # An empty title is what typing over one passes through, not what is meant.
            title = words.title.strip() or None if words.title is not None else None
            if title is not None or words.notes is not None:
                work = self._studio.clips.edit(
                    [clip],
                    origin=self._origin,
                    title=title,
                    notes=words.notes,
                    session=self._session,
                )
                self._on_the_way[clip] = words
                self._run(work, sent=(clip, words))

    def tags(self, clip: ClipId, tags: Sequence[str]) -> None:
        self._run(self._studio.clips.edit([clip], origin=self._origin, tags=tags))

    def stars(self, clip: ClipId, stars: int) -> None:
        self._run(self._studio.clips.edit([clip], origin=self._origin, stars=stars))

    def favourite(self, clip: ClipId, *, on: bool) -> None:
        self._run(self._studio.clips.edit([clip], origin=self._origin, favourite=on))

    def bpm(self, clip: ClipId, bpm: float) -> None:
        """Sets the tempo; 0 brings the measured one back."""
        self._run(self._studio.clips.edit([clip], origin=self._origin, bpm=bpm))

    def key(self, clip: ClipId, key: str) -> None:
        """Sets the key; an empty one brings the measured one back."""
        self._run(self._studio.clips.edit([clip], origin=self._origin, key=key))

    def scale_tempo(self, clip: ClipId, factor: float) -> None:
        self._run(self._studio.clips.scale_tempo([clip], factor, origin=self._origin))

    def _type(self, clip: ClipId, words: Typed) -> None:
        self._typed[clip] = words
        self._pause.start()

    def _run(
        self, work: Coroutine[Any, Any, object], sent: tuple[ClipId, Typed] | None = None
    ) -> None:
        def ended() -> None:
            if sent is not None and self._on_the_way.get(sent[0]) is sent[1]:
                del self._on_the_way[sent[0]]

        def failed(fault: Fault) -> None:
            if sent is not None:
                # It waits again, behind what was typed since.
                self._typed[sent[0]] = self.waiting(sent[0])
            ended()
            self._tasks.report(fault)

        self._serial += 1
        name = f"edit in the inspector {self._serial}"
        self._tasks.start(name, work, done=lambda _: ended(), failed=failed)

"""Files and clips that are made of stems: exports, and mixes saved in the library."""

import math
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

from producer_studio.domain.errors import ServiceError
from producer_studio.domain.track_mix import MixFile
from producer_studio.studio.export.tag_settings import TagSettings
from producer_studio.studio.made_clips import MadeClip
from producer_studio.translation import mark, ntr, sentences, tr
from producer_studio.translation.numbers import FixedDecimal
from producer_studio.ui.stems.mixer import StemMixer

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks

_Made = TypeVar("_Made")
_TASK = "write stems"


class StemFiles(QObject):
    """Writes one thing at a time, of the stems and levels at the moment of the press.

    Signals:
        busy_changed: Something is being written, or no longer.
        undo_available: Message about a new clip, and its `UndoStep`.
        notice_requested: Level and text of a notice.
        files_written: Text about exported files, and their folder.
    """

    busy_changed = Signal()
    undo_available = Signal(str, object)
    notice_requested = Signal(str, str)
    files_written = Signal(str, object)

    def __init__(self, studio: "Studio", tasks: "Tasks", mixer: StemMixer, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._mixer = mixer
        tasks.running_changed.connect(self._on_running_changed)

    @property
    def is_busy(self) -> bool:
        """Whether something is being written."""
        return self._tasks.is_running(_TASK)

    def export_stems(self, folder: Path) -> None:
        """Writes all stems, as they are, into a folder."""
        found = self._mixer.stem_set
        if found is not None:
            self._start(
                folder,
                self._studio.stems.export_stems(found, folder, self._tags()),
                lambda paths: self._show_stems(paths, folder),
            )

    def export_mix(self, folder: Path) -> None:
        """Writes the mix into a folder."""
        found = self._mixer.stem_set
        if found is not None:
            self._start(
                folder,
                self._studio.stems.export_mix(found, self._mixer.levels, folder, self._tags()),
                self._show_mix,
            )

    def add_mix(self) -> None:
        """Saves the mix as a clip of the library."""
        found = self._mixer.stem_set
        if found is not None:
            self._tasks.start(
                _TASK,
                self._studio.stems.add_mix(found, self._mixer.levels),
                on_result=self._show_clip,
                on_error=self._show_error,
                is_change=True,
            )

    def _start(
        self, folder: Path, work: Coroutine[Any, Any, _Made], show: Callable[[_Made], object]
    ) -> None:
        self._studio.preferences.change(export_folder=str(folder))
        self._tasks.start(_TASK, work, on_result=show, on_error=self._show_error)

    def _tags(self) -> TagSettings:
        return TagSettings.from_preferences(self._studio.preferences.value)

    def _show_stems(self, paths: list[Path], folder: Path) -> None:
        text = ntr("{count} stem exported as WAV.", "{count} stems exported as WAV.", len(paths))
        self.files_written.emit(text, folder)

    def _show_mix(self, made: MixFile) -> None:
        words = mark("“{name}” is finished.", name=made.path.name)
        self.files_written.emit(tr(sentences(words, _too_loud_text(made.peak))), made.path.parent)

    def _show_clip(self, added: MadeClip) -> None:
        words = mark("“{title}” is in the library.", title=added.clip.title)
        self.undo_available.emit(tr(sentences(words, _too_loud_text(added.peak))), added.step)

    def _show_error(self, error: ServiceError) -> None:
        self.notice_requested.emit("bad", tr(error.message))

    def _on_running_changed(self, name: str, _running: bool) -> None:
        if name == _TASK:
            self.busy_changed.emit()


def _too_loud_text(peak: float) -> str:
    """Returns a sentence about a mix that was limited to full scale; empty if it was not."""
    if peak <= 1.0:
        return ""
    return mark(
        "It was {level} dB too loud and clips; lower its levels.",
        level=FixedDecimal(20.0 * math.log10(peak), 1),
    )

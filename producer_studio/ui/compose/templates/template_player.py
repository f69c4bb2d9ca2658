"""Playback of previews of templates; each is rendered when it is first asked for."""

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from producer_studio.domain.errors import ServiceError
from producer_studio.domain.template import Template
from producer_studio.studio.template_previews import TemplatePreview
from producer_studio.translation import mark, tr
from producer_studio.ui.playback.failure_text import failure_text
from producer_studio.ui.playback.session import PlaybackSession, import_engine
from producer_studio.ui.playback.tracks import PlaybackTrack

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.context import UiContext

_TASK = "preview a template"
# Translators: begins "Could not play the preview: …".
_PREVIEW = mark("the preview")
_DISCARD_TASK = "discard a preview"


class TemplatePlayer(QObject):
    """Plays one preview at a time by the player's engine; what else plays is paused.

    Signals:
        changed: Another preview is rendered or played, or none.
        failed: Id of a template whose preview cannot be rendered or played, and a sentence.
    """

    changed = Signal()
    failed = Signal(str, str)

    def __init__(self, context: "UiContext", parent: QObject) -> None:
        super().__init__(parent)
        self._studio = context.studio
        self._tasks = context.tasks
        self._session = PlaybackSession(context.audio, self)
        self._loaded: TemplatePreview | None = None
        self.rendering = ""
        """Id of the template whose preview is rendered; empty for none."""
        self._session.state_changed.connect(lambda _playing: self.changed.emit())
        self._session.ended.connect(self.stop)
        self._session.failed.connect(self._on_playback_failed)

    @property
    def playing(self) -> str:
        """Id of the template whose preview is played; empty for none."""
        return str(self._session.key) if self._session.is_playing else ""

    def toggle(self, template: Template) -> None:
        """Plays a preview from its start, or stops it, or its rendering."""
        if template.id in {self.rendering, self.playing}:
            self.stop()
            return
        self.stop()
        self.rendering = template.id
        self.changed.emit()
        self._tasks.restart(
            _TASK,
            _render(self._studio, template),
            on_result=lambda preview: self._play(template, preview),
            on_error=lambda error: self._on_render_failed(template, error),
        )

    def stop(self) -> None:
        """Stops what is rendered and played, and closes the file."""
        self._tasks.cancel(_TASK)
        self.rendering = ""
        self._session.unload()
        self.changed.emit()

    def _play(self, template: Template, preview: TemplatePreview) -> None:
        self.rendering = ""
        self._loaded = preview
        self._session.load([PlaybackTrack(preview.path)], preview.starts_at_s, key=template.id)
        self._session.play()
        self.changed.emit()

    def _on_render_failed(self, template: Template, error: ServiceError) -> None:
        self.rendering = ""
        self.failed.emit(template.id, tr(error.message))
        self.changed.emit()

    def _on_playback_failed(self, _track: int, reason: str) -> None:
        template = str(self._session.key)
        self.stop()
        if self._loaded is not None:
            self._tasks.start(_DISCARD_TASK, self._studio.template_previews.discard(self._loaded))
        self.failed.emit(template, failure_text(_PREVIEW, reason))


async def _render(studio: "Studio", template: Template) -> TemplatePreview:
    _, preview = await asyncio.gather(
        asyncio.to_thread(import_engine), studio.template_previews.render(template)
    )
    return preview

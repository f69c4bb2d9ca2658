"""Way to the grid of a sweep and back."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId, PressId
from producer_studio.ui.clips.compare_limits import MAX_COMPARED
from producer_studio.ui.clips.undo import LibraryUndo
from producer_studio.ui.compose.panel import ComposePanel
from producer_studio.ui.context import UiContext
from producer_studio.ui.inspector.panel import InspectorPanel
from producer_studio.ui.library.panel import LibraryPanel
from producer_studio.ui.player.bar import PlayerBar
from producer_studio.ui.window.compare_navigation import CompareNavigation
from producer_studio.ui.window.playback import Playback
from producer_studio.ui.window.view_return import ViewReturn
from producer_studio.ui.window.views.library import VIEW as LIBRARY
from producer_studio.ui.window.views.sweep import VIEW as SWEEP

if TYPE_CHECKING:
    from producer_studio.ui.sweep.panel import SweepPanel


class SweepNavigation(QObject):
    """Shows the grid of a sweep, and gives the keyboard back to where it was."""

    def __init__(
        self,
        context: UiContext,
        comparison: CompareNavigation,
        library: LibraryPanel,
        playback: Playback,
        undo: LibraryUndo,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._studio = context.studio
        self._tasks = context.tasks
        self._comparison = comparison
        self._views = comparison.views
        self._library = library
        self._playback = playback
        self._undo = undo
        self._playing: ClipId | None = None
        self._panel: SweepPanel | None = None
        self._return = ViewReturn(SWEEP, self._views, library, self)
        self._views.view_changed.connect(self._on_view_changed)

    def connect_panels(
        self,
        compose: ComposePanel,
        player: PlayerBar,
        library: LibraryPanel,
        inspector: InspectorPanel,
    ) -> None:
        """Shows the sweeps that the panels ask for, and follows what plays."""
        compose.sweep_requested.connect(self.show_sweep)
        player.state_changed.connect(self.set_playing)
        for panel in (library, inspector):
            panel.clip_actions.sweep_requested.connect(self.show_sweep)

    def show_sweep(self, press: str) -> None:
        """Shows the sweep of a press."""
        panel = self._ensure_panel()
        self._return.remember_focus()
        self._views.show_view(SWEEP.name)
        panel.show_sweep(PressId(press))
        panel.set_playing(self._playing)

    def compare(self, ids: Sequence[ClipId]) -> None:
        """Compares clips; shows the grid for more takes of a sweep than can be compared."""
        unique = list(dict.fromkeys(ids))
        if len(unique) <= MAX_COMPARED:
            self._comparison.show_clips(unique)
            return
        self._tasks.restart(
            "look for a sweep",
            self._find_sweep(unique),
            on_result=partial(self._show_or_refuse, unique),
        )

    def set_playing(self, clip: ClipId | None, playing: bool, _share: float) -> None:
        """Marks the cell of the clip that plays."""
        self._playing = clip if playing else None
        if self._panel is not None and self._views.is_shown(SWEEP):
            self._panel.set_playing(self._playing)

    async def _find_sweep(self, ids: Sequence[ClipId]) -> PressId | None:
        """Returns the sweep of which all clips are takes; None if there is none."""
        clips: list[Clip] = await self._studio.clips.get_many(ids)
        presses = {clip.press for clip in clips}
        press = presses.pop() if len(presses) == 1 else None
        if press is None or await self._studio.sweeps.status(press) is None:
            return None
        return press

    def _show_or_refuse(self, ids: Sequence[ClipId], press: PressId | None) -> None:
        if press is not None:
            self.show_sweep(press)
        else:
            self._comparison.show_clips(ids)

    def _ensure_panel(self) -> "SweepPanel":
        if self._panel is None:
            from producer_studio.ui.sweep.panel import SweepPanel  # start-up cost

            panel = self._panel = self._views.view_widget(SWEEP, SweepPanel)
            panel.close_requested.connect(self._return.close)
            panel.compare_requested.connect(self._comparison.show_clips)
            panel.undo_available.connect(self._undo.show_undo_notice)
            panel.notice_requested.connect(self._comparison.notice_requested)
            panel.play_requested.connect(self._play)
            panel.open_requested.connect(self._open)
        return self._panel

    def _play(self, clip: str) -> None:
        self._library.select_clip(ClipId(clip))
        if self._playing == clip:
            self._playback.play_or_pause()
        else:
            self._playback.play(ClipId(clip))

    def _open(self, clip: str) -> None:
        self._views.show_view(LIBRARY.name)
        self._library.select_clip(ClipId(clip))
        self._library.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_view_changed(self, name: str) -> None:
        if name != SWEEP.name and self._panel is not None:
            self._panel.close_sweep()

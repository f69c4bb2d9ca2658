"""Saves and restores the window's search, sort order, list, selection and last played clip."""

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId, PressId
from producer_studio.studio.clips import SORTS, SmartList, SortOrder
from producer_studio.studio.play_history import HEARD_S
from producer_studio.ui.library.panel import LibraryPanel
from producer_studio.ui.playback.session import import_engine
from producer_studio.ui.player.bar import PlayerBar
from producer_studio.ui.widgets.debounce import Debounce
from producer_studio.ui.window.search_field import SearchField
from producer_studio.ui.window.user_idle import wait_until_idle

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks

_MAX_SELECTED = 200
_SAVE_DELAY_MS = 2000
"""Delay before a change is written, in ms; a killed session loses no more than this."""
_IDLE_MS = 1000
"""Delay before the player's audio is opened, in ms, so that it does not slow the start-up."""
_END_MARGIN_S = 1.0


class LastSession(QObject):
    """Restores the last session and saves the state of the current one."""

    def __init__(
        self,
        studio: "Studio",
        tasks: "Tasks",
        search: SearchField,
        library: LibraryPanel,
        player: PlayerBar,
        parent: QObject,
    ) -> None:
        """Restores the library view; call `restore_clip` once the window is painted."""
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._search = search
        self._library = library
        self._player = player
        self._debounce = Debounce(self._start_save, _SAVE_DELAY_MS, self)
        kept = studio.preferences.value
        if kept.last_query:
            search.set_query(kept.last_query)
        library.restore(
            search.query(),
            _parse_sort(kept.sort_column, descending=kept.sort_descending),
            SmartList(kept.last_list),
            grid=kept.grid,
            selection=[ClipId(one) for one in kept.last_selection],
            groups_takes=kept.groups_takes,
            open_groups=[PressId(one) for one in kept.open_groups],
        )
        library.column_headers.columns.restore(kept.columns, kept.column_widths)
        library.lists.restore(kept.last_user_list)
        for changed in (
            library.selection_changed,
            library.result_count_changed,
            player.current_changed,
        ):
            changed.connect(lambda *_args: self._debounce.trigger())
        library.arrangement_changed.connect(self._save_arrangement)
        library.column_headers.columns.changed.connect(self._save_arrangement)

    def restore_clip(self, *, plays: bool = False) -> None:
        """Loads the last played clip into the player at its position.

        Args:
            plays: Whether it plays on at once; it is paused otherwise.
        """
        kept = self._studio.preferences.value
        if kept.last_clip:
            self._tasks.start(
                "restore the last clip",
                self._restore_player(ClipId(kept.last_clip), plays=plays),
            )

    def save(self) -> None:
        """Saves the current state; written to disk after a delay."""
        self._debounce.cancel()
        self._save_arrangement()
        library = self._library
        selection = library.selected_ids()
        clip = self._player.clip_id
        kept = self._studio.preferences.value
        self._studio.preferences.change(
            last_query=self._search.query(),
            last_list=library.smart_list.value,
            last_user_list=library.lists.active_id,
            sort_column=library.column_headers.sort.by,
            sort_descending=library.column_headers.sort.descending,
            last_selection=tuple(selection if len(selection) <= _MAX_SELECTED else selection[:1]),
            last_clip=clip or kept.last_clip,
            last_position_s=self._player.player.position_s if clip else kept.last_position_s,
        )

    def _save_arrangement(self) -> None:
        """Saves how the list is arranged: at once, as it may be the last change for long."""
        library = self._library
        self._studio.preferences.change(
            grid=library.view.is_grid,
            groups_takes=library.groups_takes,
            open_groups=library.open_groups(),
            columns=library.column_headers.columns.names,
            column_widths=library.column_headers.columns.widths,
        )

    def close(self) -> None:
        """Saves the final state and stops saving."""
        self.save()
        self._debounce.close()

    def _start_save(self) -> None:
        self._tasks.start("keep the session", self._save_in_task())

    async def _save_in_task(self) -> None:
        self.save()

    async def _restore_player(self, clip_id: ClipId, *, plays: bool) -> None:
        if not plays:
            await wait_until_idle(_IDLE_MS)
        await asyncio.to_thread(import_engine)
        clip: Clip | None = await self._studio.clips.get(clip_id)
        if clip is None or not clip.playable or clip.trashed_at or self._player.clip_id is not None:
            return
        at_s = self._studio.preferences.value.last_position_s
        if at_s < HEARD_S:
            # A program that was killed had no time to save where it was.
            at_s = await self._studio.play_history.load_position(clip_id) or at_s
        ends = at_s > clip.duration_s - _END_MARGIN_S
        self._player.load(clip, play=plays, at_s=0.0 if ends else at_s)


def _parse_sort(key: str, *, descending: bool) -> SortOrder:
    return SortOrder(key, descending) if key in SORTS else SortOrder()

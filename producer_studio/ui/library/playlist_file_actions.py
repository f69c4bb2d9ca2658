"""Playlists as M3U8 files: export of a list, import by a dialog or a drop."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from producer_studio.domain.text import join_words
from producer_studio.files.filenames import safe_filename
from producer_studio.files.unresponsive_disks import first_folder_at_hand
from producer_studio.studio.clips import change_message
from producer_studio.studio.events import Notice, NoticeLevel
from producer_studio.studio.playlist_files import ImportedPlaylist, SavedPlaylist
from producer_studio.studio.user_lists import UserList
from producer_studio.translation import mark, nmark, sentences, tr
from producer_studio.ui.context import UiContext
from producer_studio.ui.widgets.label import shorten

_SUFFIXES = frozenset({".m3u", ".m3u8"})
_FILTER = mark("Playlists (*.m3u8 *.m3u)")
_MAX_NAMES = 3
_MAX_NAME_LENGTH = 80


def is_playlist_file(path: Path) -> bool:
    """Whether a file is a playlist, by its name."""
    return path.suffix.lower() in _SUFFIXES


class PlaylistFileActions(QObject):
    """Writes and reads files; says what was left out and what was not found.

    Signals:
        undo_available: Message about an imported playlist, and its `UndoStep`.
        created: A playlist was imported, and is to be shown.
    """

    undo_available = Signal(str, object)
    created = Signal()

    def __init__(self, context: UiContext, panel: QWidget) -> None:
        super().__init__(panel)
        self._studio = context.studio
        self._tasks = context.tasks
        self._panel = panel
        self._folder = ""

    def export(self, one: UserList) -> None:
        """Asks for a file, and writes a list to it."""
        dialog = self._create_dialog(tr("Export “{title}”", title=one.name))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("m3u8")
        dialog.selectFile(f"{safe_filename(one.name, default=tr('Playlist'))}.m3u8")
        self._open(dialog, partial(self.save, one))

    def choose_import(self) -> None:
        """Asks for a file, and adds the playlist in it."""
        dialog = self._create_dialog(tr("Import a playlist"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._open(dialog, self.load)

    def save(self, one: UserList, path: Path) -> None:
        """Writes a list to a file, with paths relative to it."""
        self._tasks.start(
            f"export the list {one.id}",
            self._studio.playlist_files.save(one, path, is_absolute=False),
            on_result=partial(self._on_saved, one, path),
        )

    def load(self, path: Path) -> None:
        """Adds the playlist of a file; its clips are those of the library."""
        self._tasks.start(
            f"import the playlist {path}",
            self._studio.playlist_files.load(path),
            on_result=partial(self._on_loaded, path),
        )

    def _create_dialog(self, title: str) -> QFileDialog:
        music = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MusicLocation)
        return QFileDialog(
            self._panel.window(), title, first_folder_at_hand(self._folder, music), tr(_FILTER)
        )

    def _open(self, dialog: QFileDialog, use: Callable[[Path], object]) -> None:
        def on_chosen(file: str) -> None:
            self._folder = str(Path(file).parent)
            use(Path(file))

        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(on_chosen)
        dialog.open()

    def _on_saved(self, one: UserList, path: Path, saved: SavedPlaylist) -> None:
        text: str = nmark(
            "“{name}” exported to “{file}”: {count} clip.",
            "“{name}” exported to “{file}”: {count} clips.",
            saved.count,
            name=one.name,
            file=path.name,
        )
        if saved.left_out:
            names = _names(saved.left_out)
            left_out = mark("Without a file, and so left out: {names}.", names=names)
            text = sentences(text, left_out)
        self._say(NoticeLevel.INFO, text)

    def _on_loaded(self, path: Path, loaded: ImportedPlaylist) -> None:
        if loaded.step is None:
            text = mark(
                "“{file}” names no clip of the library. Nothing was imported.", file=path.name
            )
            self._say(NoticeLevel.WARNING, text, "\n".join(loaded.missing))
            return
        self.created.emit()
        message = change_message(loaded.step)
        if loaded.missing:
            missing = mark("Not in the library: {names}.", names=_names(loaded.missing))
            message = sentences(message, missing)
        self.undo_available.emit(tr(message), loaded.step)

    def _say(self, level: NoticeLevel, text: str, detail: str = "") -> None:
        self._studio.events.publish(Notice(level, text, detail))


def _names(names: Sequence[str]) -> str:
    """Joins the last parts of some names, and says how many more there are."""
    last = [name.replace("\\", "/").rpartition("/")[2] for name in names[:_MAX_NAMES]]
    shown = [mark("“{name}”", name=shorten(name, _MAX_NAME_LENGTH)) for name in last]
    more = len(names) - len(shown)
    return join_words([*shown, mark("{count} more", count=more)] if more else shown)

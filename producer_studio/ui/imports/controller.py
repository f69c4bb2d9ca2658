"""Import of files from outside: asks, shows the progress, and offers to undo the result."""

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.files.file_types import AUDIO_SUFFIXES
from producer_studio.studio.embedded_recipe import read_embedded_recipe
from producer_studio.studio.imports.import_result import (
    ImportProgress,
    ImportResult,
    ImportState,
    MergeResult,
    import_text,
    merge_text,
)
from producer_studio.studio.imports.source_files import FoundSources
from producer_studio.translation import mark, tr
from producer_studio.ui.clips.undo import LibraryUndo
from producer_studio.ui.context import UiContext
from producer_studio.ui.operations import unavailable_reason
from producer_studio.ui.shortcuts.chosen_keys import CommandShortcuts
from producer_studio.ui.widgets.notices import NoticeStack, NoticeText

if TYPE_CHECKING:
    from producer_studio.ui.imports.import_notice import ImportNotice

_TASK = "import songs"
_NOTHING_FOUND = mark("There is no song in “{name}”.")
_IS_BUSY = mark("Another import goes on. Stop it, or wait for its end.")
_MAX_REFUSED = 200


class ImportController(QObject):
    """Opens the dialog for dropped and chosen files, and runs one import at a time.

    Signals:
        file_requested: Show this file in the form (`Path`).
    """

    file_requested = Signal(object)

    def __init__(
        self, context: UiContext, notices: NoticeStack, undo: LibraryUndo, window: QWidget
    ) -> None:
        super().__init__(window)
        self._context = context
        self._studio = context.studio
        self._tasks = context.tasks
        self._notices = notices
        self._undo = undo
        self._window = window
        self._progress: ImportNotice | None = None
        CommandShortcuts("import", self.choose_files, window)
        unsubscribe = self._studio.events.subscribe(ImportProgress, self._on_progress)
        self.destroyed.connect(unsubscribe)

    def choose_files(self) -> None:
        """Opens the system's dialog for audio files, then the one that asks what to do."""
        names = " ".join(f"*{suffix}" for suffix in sorted(AUDIO_SUFFIXES))
        dialog = QFileDialog(
            self._window, tr("Import songs"), "", tr("Songs ({suffixes})", suffixes=names)
        )
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        self._open_chooser(dialog)

    def choose_folder(self) -> None:
        """Opens the system's dialog for a folder, then the one that asks what to do."""
        dialog = QFileDialog(self._window, tr("Import the songs of a folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._open_chooser(dialog)

    def offer(self, paths: Sequence[Path]) -> None:
        """Asks what to do with files and folders; they are looked through in the background."""
        self._tasks.restart(
            "look through files", self._look(list(paths)), on_result=lambda ask: ask()
        )

    def _open_chooser(self, dialog: QFileDialog) -> None:
        dialog.filesSelected.connect(lambda names: self.offer([Path(name) for name in names]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    async def _look(self, paths: list[Path]) -> Callable[[], object]:
        """Looks through the files; returns what opens the dialog."""
        found = await self._studio.imports.find(paths)
        is_one = len(found.songs) == 1
        recipe = await read_embedded_recipe(found.songs[0]) if is_one else None
        if not (found.songs or found.libraries):
            text = tr(_NOTHING_FOUND, name=paths[0].name)
            return lambda: self._notices.show_notice(NoticeText("warn", text))
        return lambda: self._open_dialog(found, recipe)

    def _open_dialog(self, found: FoundSources, recipe: Recipe | None) -> None:
        account = self._studio.accounts.active
        price = (
            tr(self._studio.prices.operation_price(Operation.UPLOAD, account.name).text())
            if account is not None
            else ""
        )
        from producer_studio.ui.imports.import_dialog import ImportDialog  # start-up cost

        dialog = ImportDialog(
            self._context.style,
            found,
            self._window,
            upload_price=price,
            upload_reason=unavailable_reason(self._studio, Operation.UPLOAD),
            has_settings=recipe is not None and recipe.operation is not Operation.UPLOAD,
        )
        dialog.keep_requested.connect(lambda: self.start(found.songs))
        dialog.form_requested.connect(lambda: self.file_requested.emit(found.songs[0]))
        dialog.merge_requested.connect(self.start_merge)
        dialog.open_unexpectedly()

    def start(self, songs: Sequence[Path]) -> None:
        """Imports songs in the background, with a notice about the progress."""
        imports = self._studio.imports
        self._start(tr("Importing songs"), imports.run_found(songs), imports.stop)

    def start_merge(self, folder: Path) -> None:
        """Merges another library in the background, with a notice about the progress."""
        merges = self._studio.merges
        self._start(tr("Merging a library"), merges.run(folder), merges.stop)

    def _start(
        self, text: str, work: Coroutine[Any, Any, ImportResult], stop: Callable[[], object]
    ) -> None:
        if not self._tasks.start(_TASK, work, on_result=self._show_result, on_error=self._on_error):
            self._notices.show_notice(NoticeText("warn", tr(_IS_BUSY)))
            return
        from producer_studio.ui.imports.import_notice import ImportNotice  # start-up cost

        self._progress = ImportNotice(self._context.style, text, self._notices)
        self._progress.stop_requested.connect(stop)
        self._progress.closed.connect(self._forget_progress)
        self._notices.add_bar(self._progress)

    def _forget_progress(self) -> None:
        self._progress = None

    def _on_progress(self, progress: ImportProgress) -> None:
        if self._progress is not None:
            self._progress.show_progress(progress.result)

    def _close_progress(self) -> None:
        if self._progress is not None:
            self._notices.remove_notice(self._progress.notice)

    def _on_error(self, error: Exception) -> None:
        self._close_progress()
        self._tasks.report_error(error)

    def _show_result(self, result: ImportResult) -> None:
        self._close_progress()
        text = tr(merge_text(result) if isinstance(result, MergeResult) else import_text(result))
        refused = [one for one in result.outcomes if one.state is ImportState.REFUSED]
        if refused or result.problem:
            lines = [f"{one.path}\n{tr(one.detail)}" for one in refused[:_MAX_REFUSED]]
            action = tr("Undo") if result.step is not None else ""
            self._notices.show_notice(
                NoticeText("warn", text, "\n\n".join(lines), action),
                partial(self._undo.undo, result.step),
            )
        elif result.step is not None:
            self._undo.show_undo_notice(text, result.step)
        else:
            self._notices.show_notice(NoticeText("info", text))

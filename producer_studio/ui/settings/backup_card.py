"""Card of the settings with backups: makes and restores them, and rebuilds the database."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from producer_studio.domain.timestamps import to_local_time
from producer_studio.studio.backups import Backup
from producer_studio.studio.library_work import LibraryRequest, RebuildWork, RestoreWork
from producer_studio.studio.updates.installation import size_text
from producer_studio.translation import mark, ntr, tr
from producer_studio.translation.dates import format_date_time
from producer_studio.ui.context import UiContext
from producer_studio.ui.settings.form_fields import create_small_button
from producer_studio.ui.settings.work_question import WorkQuestion
from producer_studio.ui.widgets.card import Card
from producer_studio.ui.widgets.flow_layout import FlowLayout
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.switch import Switch
from producer_studio.ui.widgets.text_format import clips_text

_TASK = "back up"
_EXPLANATION = mark(
    "The database has your ratings, tags, playlists, jobs and credits. The last five copies are "
    "kept in the library's folder; a copy in a file of your own also survives the loss of the disk."
)
_NONE_YET = mark("There is no backup in the library's folder yet.")
_WRITING = mark("Writing the backup…")
_REBUILD_TEXT = mark(
    "The database is made anew from the clips' folders and from what can still be read of it. This "
    "helps if clips are missing in lists although their folders are there. The window closes "
    "meanwhile; the present database is kept in the library's folder."
)
_RESTORE_TEXT = mark(
    "The database becomes that of {name}. Jobs, credits and clips that came since then are kept, "
    "and so is the replaced database. The window closes meanwhile."
)


class BackupCard(Card):
    """Lists the backups of the library, makes new ones, and restores one.

    Signals:
        library_requested: Close the library, and do what a `LibraryRequest` says.
    """

    library_requested = Signal(object)

    def __init__(self, context: UiContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._studio = context.studio
        self._style = context.style
        self._tasks = context.tasks
        self.restore_buttons: list[QPushButton] = []
        self._rows: list[QWidget] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        self.state_label = label("", "secondary", self, wrap=True)
        self.media_switch = Switch(context.style, tr("With all sounds, covers and videos"), self)
        self.now_button = QPushButton(tr("Back up now"), self)
        self.file_button = QPushButton(tr("Back up to a file…"), self)
        self.restore_button = QPushButton(tr("Restore a file…"), self)
        self.rebuild_button = QPushButton(tr("Rebuild…"), self)
        self.rebuild_button.setAccessibleName(tr("Rebuild the database from the clips' folders"))
        self.stop_button = QPushButton(tr("Stop"), self)
        self.stop_button.setAccessibleName(tr("Stop the backup"))
        context.style.set_icon(self.now_button, "copy", "text1")
        self.progress_bar = QProgressBar(self)
        self.progress_bar.setRange(0, 0)
        self.progress_bar.setTextVisible(False)
        self.progress_bar.setAccessibleName(tr("The backup is being written"))
        buttons = QWidget(self)
        line = FlowLayout(buttons, gap=8)
        for button in (
            self.now_button, self.file_button, self.restore_button, self.rebuild_button,
            self.stop_button,
        ):  # fmt: skip
            line.addWidget(button)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(14, 12, 14, 14)
        inside.setSpacing(8)
        inside.addWidget(label(tr("Backups"), "label", self))
        inside.addWidget(label(tr(_EXPLANATION), "secondary", self, wrap=True))
        inside.addLayout(self._list)
        inside.addWidget(self.state_label)
        inside.addWidget(self.progress_bar)
        inside.addWidget(self.media_switch)
        inside.addWidget(buttons)
        self.now_button.clicked.connect(self._on_now_clicked)
        self.file_button.clicked.connect(self._on_file_clicked)
        self.restore_button.clicked.connect(self._on_restore_clicked)
        self.rebuild_button.clicked.connect(self.ask_to_rebuild)
        self.stop_button.clicked.connect(lambda: self._tasks.cancel(_TASK))
        self._tasks.running_changed.connect(self._on_running_changed)
        self._read()
        self._update()

    def back_up_to(self, file: Path) -> None:
        """Writes a backup to a file, which must not exist."""
        with_media = self.media_switch.isChecked()
        tasks = self._tasks

        async def work() -> str:
            files = await self._studio.back_up_to(file, with_media=with_media)
            if with_media:
                return ntr(
                    "Backup written: {file}, {count} file.",
                    "Backup written: {file}, {count} files.",
                    files,
                    file=file,
                )
            return tr("Backup written: {file}.", file=file)

        # Not a method: the result is reported even if the dialog is closed before the end.
        tasks.start(_TASK, work(), on_result=lambda text: tasks.error_reported.emit("ok", text, ""))

    def ask_to_restore(self, backup: Path, name: str) -> WorkQuestion:
        """Asks whether to restore a backup; emits the request if so."""
        work = RestoreWork(self._studio.libraries.folder, backup)
        return self._ask(
            tr("Restore the backup?"), tr(_RESTORE_TEXT, name=name), tr("Restore"), work
        )

    def ask_to_rebuild(self) -> WorkQuestion:
        """Asks whether to rebuild the database; emits the request if so."""
        work = RebuildWork(self._studio.libraries.folder)
        return self._ask(tr("Rebuild the database?"), tr(_REBUILD_TEXT), tr("Rebuild"), work)

    def _ask(
        self, title: str, text: str, action: str, work: RestoreWork | RebuildWork
    ) -> WorkQuestion:
        question = WorkQuestion(self._style, title, text, action, self.window())
        request = LibraryRequest(work.folder, work=work)
        question.accepted.connect(partial(self.library_requested.emit, request))
        question.open()
        return question

    def _read(self) -> None:
        self._tasks.restart(
            "list of backups", self._studio.libraries.list_backups(), on_result=self._show
        )

    def _show(self, backups: Sequence[Backup]) -> None:
        for row in self._rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.restore_buttons = []
        self._rows = [self._create_row(one) for one in backups]
        for row in self._rows:
            self._list.addWidget(row)
        self.state_label.setText("" if backups else tr(_NONE_YET))
        self._update()

    def _create_row(self, one: Backup) -> QWidget:
        made = format_date_time(to_local_time(one.made_at))
        problem = tr("damaged: {problem}", problem=tr(one.problem))
        state = problem if one.problem else clips_text(one.clips)
        row = QWidget(self)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(label(made, "value", row))
        line.addWidget(label(f"{tr(size_text(one.size_bytes))} · {state}", "secondary", row), 1)
        button = create_small_button(tr("Restore…"), row)
        button.setAccessibleName(tr("Restore the backup of {time}", time=made))
        button.setEnabled(not one.problem and not self._studio.clips.read_only)
        button.clicked.connect(lambda: self.ask_to_restore(one.path, made))
        line.addWidget(button)
        self.restore_buttons.append(button)
        return row

    def _on_now_clicked(self) -> None:
        self._tasks.start(_TASK, self._studio.back_up(), on_result=lambda _path: self._read())

    def _on_file_clicked(self) -> None:
        suffix = ".zip" if self.media_switch.isChecked() else ".db"
        dialog = QFileDialog(
            self, tr("Back up to a file"), "", tr("Backups ({pattern})", pattern=f"*{suffix}")
        )
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix)
        dialog.selectFile(tr("Producer Studio backup") + suffix)
        dialog.fileSelected.connect(lambda path: self.back_up_to(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_restore_clicked(self) -> None:
        dialog = QFileDialog(
            self, tr("Choose a backup"), "", tr("Backups ({pattern})", pattern="*.zip *.db")
        )
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(
            lambda path: self.ask_to_restore(Path(path), f"“{Path(path).name}”")
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_running_changed(self, name: str, _is_running: bool) -> None:
        if name == _TASK:
            self._update()

    def _update(self) -> None:
        """Shows what can be done now."""
        is_running = self._tasks.is_running(_TASK)
        read_only = self._studio.clips.read_only
        buttons = (self.now_button, self.file_button, self.restore_button, self.rebuild_button)
        has_focus = any(button.hasFocus() for button in (*buttons, self.stop_button))
        for button in buttons:
            button.setVisible(not is_running)
        for button in (self.now_button, self.restore_button, self.rebuild_button):
            button.setEnabled(not read_only)
        self.stop_button.setVisible(is_running)
        self.progress_bar.setVisible(is_running)
        if is_running:
            self.state_label.setText(tr(_WRITING))
        elif self.state_label.text() == tr(_WRITING):
            self.state_label.setText("" if self._rows else tr(_NONE_YET))
        self.state_label.setVisible(bool(self.state_label.text()))
        if has_focus:
            # Hiding a button would move the focus out of the card.
            (self.stop_button if is_running else self.now_button).setFocus()

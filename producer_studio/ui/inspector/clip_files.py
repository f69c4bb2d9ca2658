"""Section of the inspector with the paths of a clip's files."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.ui.file_manager import show_in_file_manager
from producer_studio.ui.inspector.section import InspectorSection
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.icon_button import IconButton
from producer_studio.ui.widgets.label import ElidedLabel, label


class ClipFiles(InspectorSection):
    """Lists the files, each with a button that shows it in the file manager.

    Signals:
        watch_requested: Play the video.
    """

    watch_requested = Signal()

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(style, "Files on disk", parent)
        self._paths: list[Path] = []
        self._rows: list[QWidget] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(4)
        self._folder = label("", "caption", self, wrap=True)
        self.body.addLayout(self._column)
        self.body.addWidget(self._folder)

    def show_clip(self, clip: Clip) -> None:
        paths = [path for path in (clip.path, clip.cover, clip.video) if path is not None]
        self.setVisible(bool(paths))
        if paths == self._paths:
            return
        self._paths = paths
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._create_row(path, is_video=path == clip.video) for path in paths]
        for row in self._rows:
            self._column.addWidget(row)
            row.show()
        # Zero-width spaces allow line breaks in a long path.
        folder = str(paths[0].parent) if paths else ""
        self._folder.setText(folder.replace("/", "/\u200b").replace("\\", "\\\u200b"))
        self._folder.setAccessibleName(f"Folder {folder}")

    def _create_row(self, path: Path, *, is_video: bool) -> QWidget:
        row = QWidget(self)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        name = ElidedLabel(path.name, "value", row)
        show = IconButton(self._style, "folder-open", f"Show {path.name} in folder", row, box=24)
        show.clicked.connect(partial(show_in_file_manager, path))
        line.addWidget(name, 1)
        if is_video:
            watch = IconButton(self._style, "play", "Watch the video", row, box=24)
            watch.clicked.connect(self.watch_requested)
            line.addWidget(watch)
        line.addWidget(show)
        return row

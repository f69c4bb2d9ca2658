"""The questions of an export: which file, made where, kept where, named how."""

from functools import partial
from pathlib import Path
from typing import Literal, cast

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from producer_studio.studio.export.exports import ExportFormat, ExportSpec
from producer_studio.studio.export.filenames import FIELDS, template_problem
from producer_studio.studio.export.tag_settings import ExportLabels
from producer_studio.studio.studio import Studio
from producer_studio.ui.export.filename_preview import usual_folder
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.chip import Chip
from producer_studio.ui.widgets.flow_layout import FlowLayout
from producer_studio.ui.widgets.label import ElidedLabel, label, set_role
from producer_studio.ui.widgets.segmented import Segmented

_FORMATS = (("mp3", "MP3"), ("wav", "WAV"), ("flac", "FLAC"), ("m4a", "M4A original"))
_ORIGINAL = "A copy of the original: nothing is encoded again."
_SERVICE_DECIDES = "The service decides on the quality."
HERE, SERVICE = "here", "service"


class MakerChoice(Segmented):
    """Segments whose words change, and that may be unavailable with a reason."""

    def say(self, key: str, words: str, reason: str = "") -> None:
        """Other words; with a reason it cannot be chosen."""
        button = self._buttons[key]
        button.setText(words)
        button.setAccessibleName(words)
        button.setEnabled(not reason)
        button.setToolTip(reason)
        button.setAccessibleDescription(reason)


class _NameRow(QWidget):
    """Every name that a template may have, each of which can be put into it.

    Signals:
        chosen: A name in its braces.
    """

    chosen = Signal(str)

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.chips: dict[str, Chip] = {}
        flow = FlowLayout(self, gap=4)
        for name, about in FIELDS.items():
            text = f"{{{name}}}"
            chip = Chip(look, text, self)
            chip.button.setToolTip(about)
            chip.button.setAccessibleName(f"Insert {text}")
            chip.button.setAccessibleDescription(about)
            chip.button.setAutoDefault(False)
            # Who is in the field has the names to type before the eyes, or in its description.
            chip.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            chip.clicked.connect(partial(self.chosen.emit, text))
            self.chips[name] = chip
            flow.addWidget(chip)


class ExportForm(QWidget):
    """Holds the answers; knows nothing of clips.

    Signals:
        changed: Some answer is another.
    """

    changed = Signal()

    def __init__(self, studio: Studio, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._look = look
        chosen = studio.preferences.value
        music = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MusicLocation)
        self._folder = usual_folder(chosen.export_folder, music)
        self.format = Segmented(look, "Format", _FORMATS, self)
        self.mp3 = Segmented(look, "Quality", (("320", "320 kbit/s"), ("V0", "V0")), self)
        self.bits = Segmented(look, "Quality", (("16", "16 bit"), ("24", "24 bit")), self)
        self.maker = MakerChoice(
            look, "Made", ((HERE, "On this computer"), (SERVICE, "By the service")), self
        )
        self.maker_note = label("", "caption", self, wrap=True)
        self.folder = ElidedLabel("", "", self)
        self.choose = QPushButton("Choose…", self)
        self.template = QLineEdit(chosen.name_template, self)
        self.template.setAccessibleName("File name")
        names = ", ".join(f"{{{name}}}" for name in FIELDS)
        self.template.setAccessibleDescription(f"May name {names}")
        self.names = _NameRow(look, self)
        self.names.chosen.connect(self._on_name_chosen)
        self.preview = ElidedLabel("", "caption", self)
        self.mistake = label("", "bad", self, wrap=True)
        self.format.set_value(chosen.export_format)
        self.mp3.set_value(chosen.mp3_mode)
        self.bits.set_value(str(chosen.wav_bits))
        self._lay_out()
        self.show_folder(self._folder)
        self._on_changed()
        for choice in (self.format, self.mp3, self.bits, self.maker):
            choice.chosen.connect(self._on_changed)
        self.template.textChanged.connect(self._on_changed)
        self.choose.clicked.connect(self._on_choose)

    def spec(self) -> ExportSpec:
        """The answers as the studio wants them."""
        return ExportSpec(
            format=ExportFormat(self.format.value()),
            folder=self._folder,
            mp3_mode=cast("Literal['320', 'V0']", self.mp3.value()),
            bits=24 if self.bits.value() == "24" else 16,
            by_service=self.maker.value() == SERVICE,
            template=self.template.text(),
            labels=ExportLabels.from_preferences(self._studio.preferences.value),
        )

    @property
    def problem(self) -> str:
        """Why the answers will not do; empty when they will."""
        return template_problem(self.template.text())

    def show_folder(self, folder: Path) -> None:
        """Takes another folder."""
        self._folder = folder
        self.folder.setText(str(folder))
        self.folder.setAccessibleName(f"Folder: {folder}")
        self.changed.emit()

    def show_preview(self, name: str) -> None:
        """The name of the first file."""
        self.preview.setText(name)

    def _on_changed(self) -> None:
        service = self.maker.value() == SERVICE
        form = self.format.value()
        if service or form == "m4a":
            self._quality.setCurrentIndex(2)
            self._quality_note.setText(_SERVICE_DECIDES if service else _ORIGINAL)
        else:
            self._quality.setCurrentIndex(0 if form == "mp3" else 1)
        problem = self.problem
        self.mistake.setText(problem)
        self.mistake.setVisible(bool(problem))
        self.preview.setVisible(not problem)
        if bool(self.template.property("invalid")) != bool(problem):
            self.template.setProperty("invalid", bool(problem))
            self._look.restyle(self.template)
        self.changed.emit()

    def _on_name_chosen(self, name: str) -> None:
        self.template.insert(name)
        self.template.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_choose(self) -> None:
        dialog = QFileDialog(self, "Folder for exported files", str(self._folder))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda chosen: self.show_folder(Path(chosen)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _lay_out(self) -> None:
        self._quality_note = label("", "secondary", self)
        self._quality = QStackedWidget(self)
        for widget in (_left(self.mp3), _left(self.bits), self._quality_note):
            self._quality.addWidget(widget)
        shelf = QFrame(self)
        shelf.setProperty("role", "field")
        inside = QHBoxLayout(shelf)
        inside.setContentsMargins(11, 3, 3, 3)
        inside.setSpacing(8)
        inside.addWidget(self.folder, 1)
        inside.addWidget(self.choose)
        self.choose.setProperty("role", "ghost")
        self.choose.setAccessibleName("Choose folder")
        self.choose.setAutoDefault(False)
        names = QVBoxLayout()
        names.setSpacing(6)
        for part in (self.template, self.preview, self.mistake, self.names):
            names.addWidget(part)
        makers = QVBoxLayout()
        makers.setSpacing(6)
        makers.addWidget(_left(self.maker))
        makers.addWidget(self.maker_note)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(16)
        grid.setColumnStretch(1, 1)
        _row(grid, 0, "Format", _left(self.format))
        _row(grid, 1, "Quality", self._quality)
        _row(grid, 2, "Made", makers)
        _row(grid, 3, "Folder", shelf)
        _row(grid, 4, "File name", names)

    def say_maker(self, note: str, *, warn: bool = False) -> None:
        """A line below where the files are made."""
        self.maker_note.setText(note)
        self.maker_note.setVisible(bool(note))
        set_role(self._look, self.maker_note, "warn" if warn else "caption")


def _row(grid: QGridLayout, row: int, words: str, part: QWidget | QVBoxLayout) -> None:
    name = label(words, "label")
    name.setContentsMargins(0, 8, 0, 0)
    name.setMinimumHeight(26)
    column = QVBoxLayout()
    column.addWidget(name)
    column.addStretch(1)
    grid.addLayout(column, row, 0)
    if isinstance(part, QWidget):
        grid.addWidget(part, row, 1)
    else:
        grid.addLayout(part, row, 1)


def _left(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return holder

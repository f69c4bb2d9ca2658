"""Form with the options of an export: format, method, folder, file names."""

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

from producer_studio.domain.clip import Clip
from producer_studio.domain.export_profile import ExportFormat
from producer_studio.studio.export.export import ExportSpec
from producer_studio.studio.export.filenames import (
    TEMPLATE_FIELDS,
    ExportPosition,
    file_stem,
    template_problem,
)
from producer_studio.studio.export.tag_settings import TagSettings
from producer_studio.ui.context import UiContext
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.badge import Chip
from producer_studio.ui.widgets.flow_layout import FlowLayout
from producer_studio.ui.widgets.label import ElidedLabel, label, set_role
from producer_studio.ui.widgets.segmented import Segmented


def next_file_name(spec: ExportSpec, clip: Clip, position: ExportPosition) -> str:
    """Returns the clip's file name, numbered to avoid existing files; blocking.

    The export itself determines the final name when it creates the file.
    """
    stem, suffix = file_stem(spec.template, clip, position), f".{spec.format}"
    number = 1
    name = f"{stem}{suffix}"
    while (spec.folder / name).exists():
        number += 1
        name = f"{stem} ({number}){suffix}"
    return name


def default_folder(last_folder: str, music_folder: str) -> Path:
    """Returns the default folder: the last one used, or else the music folder."""
    return Path(last_folder or music_folder or Path.home())


_FORMATS = (("mp3", "MP3"), ("wav", "WAV"), ("flac", "FLAC"), ("m4a", "M4A original"))
_ORIGINAL = "A copy of the original, without re-encoding."
_SERVICE_DECIDES = "The service determines the quality."
LOCAL, SERVICE = "here", "service"


class ExportMethodChoice(Segmented):
    """Segmented control with changeable labels; an option may be unavailable with a reason."""

    def set_option(self, key: str, text: str, reason: str = "") -> None:
        """Changes the label of an option; a reason disables it."""
        button = self._buttons[key]
        button.setText(text)
        button.setAccessibleName(text)
        button.setEnabled(not reason)
        button.setToolTip(reason)
        button.setAccessibleDescription(reason)


class _PlaceholderChips(QWidget):
    """Chips that insert a template's placeholders.

    Signals:
        placeholder_chosen: A placeholder in braces.
    """

    placeholder_chosen = Signal(str)

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self.chips: dict[str, Chip] = {}
        flow = FlowLayout(self, gap=4)
        for name, about in TEMPLATE_FIELDS.items():
            text = f"{{{name}}}"
            chip = Chip(style, text, self)
            chip.button.setToolTip(about)
            chip.button.setAccessibleName(f"Insert {text}")
            chip.button.setAccessibleDescription(about)
            chip.button.setAutoDefault(False)
            # A user in the field sees the names to type, or hears them in its description.
            chip.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            chip.clicked.connect(partial(self.placeholder_chosen.emit, text))
            self.chips[name] = chip
            flow.addWidget(chip)


class ExportForm(QWidget):
    """Collects the options; independent of the clips.

    Signals:
        changed: An option changed.
    """

    changed = Signal()

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = context.studio
        self._style = context.style
        chosen = self._studio.preferences.value
        music = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MusicLocation)
        self._folder = default_folder(chosen.export_folder, music)
        self.format = Segmented(self._style, "Format", _FORMATS, self)
        self.mp3_quality = Segmented(
            self._style, "Quality", (("320", "320 kbit/s"), ("V0", "V0")), self
        )
        self.wav_bits = Segmented(
            self._style, "Quality", (("16", "16 bit"), ("24", "24 bit")), self
        )
        self.method = ExportMethodChoice(
            self._style, "Made", ((LOCAL, "On this computer"), (SERVICE, "By the service")), self
        )
        self.method_message = label("", "caption", self, wrap=True)
        self.folder = ElidedLabel("", "", self, elided_at=Qt.TextElideMode.ElideMiddle)
        self.choose_button = QPushButton("Choose…", self)
        self.template = QLineEdit(chosen.name_template, self)
        self.template.setAccessibleName("File name")
        names = ", ".join(f"{{{name}}}" for name in TEMPLATE_FIELDS)
        self.template.setAccessibleDescription(f"Fields: {names}")
        self.placeholders = _PlaceholderChips(self._style, self)
        self.placeholders.placeholder_chosen.connect(self._on_placeholder_chosen)
        self.preview = ElidedLabel("", "caption", self, elided_at=Qt.TextElideMode.ElideMiddle)
        self.error_label = label("", "bad", self, wrap=True)
        self.format.set_value(chosen.export_format)
        self.mp3_quality.set_value(chosen.mp3_mode)
        self.wav_bits.set_value(str(chosen.wav_bits))
        self._build()
        self.set_folder(self._folder)
        self._on_form_changed()
        for choice in (self.format, self.mp3_quality, self.wav_bits, self.method):
            choice.option_chosen.connect(self._on_form_changed)
        self.template.textChanged.connect(self._on_form_changed)
        self.choose_button.clicked.connect(self._on_choose_clicked)

    def spec(self) -> ExportSpec:
        """Returns the options as an `ExportSpec`."""
        return ExportSpec(
            format=ExportFormat(self.format.value()),
            folder=self._folder,
            mp3_mode=cast("Literal['320', 'V0']", self.mp3_quality.value()),
            bits=24 if self.wav_bits.value() == "24" else 16,
            by_service=self.method.value() == SERVICE,
            template=self.template.text(),
            tag_settings=TagSettings.from_preferences(self._studio.preferences.value),
        )

    @property
    def problem(self) -> str:
        """Reason why the options are invalid; empty when they are valid."""
        return template_problem(self.template.text())

    def set_folder(self, folder: Path) -> None:
        """Changes the folder."""
        self._folder = folder
        self.folder.setText(str(folder))
        self.folder.setAccessibleName(f"Folder: {folder}")
        self.changed.emit()

    def show_preview(self, name: str) -> None:
        """Shows the name of the first file."""
        self.preview.setText(name)

    def _on_form_changed(self) -> None:
        service = self.method.value() == SERVICE
        form = self.format.value()
        if service or form == "m4a":
            self._quality.setCurrentIndex(2)
            self._quality_message.setText(_SERVICE_DECIDES if service else _ORIGINAL)
        else:
            self._quality.setCurrentIndex(0 if form == "mp3" else 1)
        problem = self.problem
        self.error_label.setText(problem)
        self.error_label.setVisible(bool(problem))
        self.preview.setVisible(not problem)
        if bool(self.template.property("invalid")) != bool(problem):
            self.template.setProperty("invalid", bool(problem))
            self._style.restyle(self.template)
        self.changed.emit()

    def _on_placeholder_chosen(self, name: str) -> None:
        self.template.insert(name)
        self.template.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_choose_clicked(self) -> None:
        dialog = QFileDialog(self, "Folder for exported files", str(self._folder))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda chosen: self.set_folder(Path(chosen)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _build(self) -> None:
        self._quality_message = label("", "secondary", self)
        self._quality = QStackedWidget(self)
        for widget in (
            _left_aligned(self.mp3_quality),
            _left_aligned(self.wav_bits),
            self._quality_message,
        ):
            self._quality.addWidget(widget)
        folder_frame = QFrame(self)
        folder_frame.setProperty("role", "field")
        inside = QHBoxLayout(folder_frame)
        inside.setContentsMargins(11, 3, 3, 3)
        inside.setSpacing(8)
        inside.addWidget(self.folder, 1)
        inside.addWidget(self.choose_button)
        self.choose_button.setProperty("role", "ghost")
        self.choose_button.setAccessibleName("Choose folder")
        self.choose_button.setAutoDefault(False)
        names = QVBoxLayout()
        names.setSpacing(6)
        for part in (self.template, self.preview, self.error_label, self.placeholders):
            names.addWidget(part)
        makers = QVBoxLayout()
        makers.setSpacing(6)
        makers.addWidget(_left_aligned(self.method))
        makers.addWidget(self.method_message)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(16)
        grid.setColumnStretch(1, 1)
        _add_row(grid, 0, "Format", _left_aligned(self.format))
        _add_row(grid, 1, "Quality", self._quality)
        _add_row(grid, 2, "Made", makers)
        _add_row(grid, 3, "Folder", folder_frame)
        _add_row(grid, 4, "File name", names)

    def show_method_message(self, message: str, *, is_warning: bool = False) -> None:
        """Shows a message below the method."""
        self.method_message.setText(message)
        self.method_message.setVisible(bool(message))
        set_role(self._style, self.method_message, "warn" if is_warning else "caption")


def _add_row(grid: QGridLayout, row: int, text: str, part: QWidget | QVBoxLayout) -> None:
    name = label(text, "label")
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


def _left_aligned(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return holder

"""Form with the options of an export: profile, format, method, folder, file names."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from PySide6.QtCore import QSignalBlocker, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from producer_studio.domain.clip import Clip
from producer_studio.domain.decibels import loudness_text
from producer_studio.domain.export_profile import (
    SAMPLE_RATES,
    ExportExtra,
    ExportFormat,
    ExportProfile,
    Mp3Mode,
)
from producer_studio.files.path_checks import path_exists
from producer_studio.files.unresponsive_disks import first_folder_at_hand
from producer_studio.studio.export.export import ExportSpec
from producer_studio.studio.export.filenames import (
    TEMPLATE_FIELDS,
    ExportPosition,
    file_stem,
    template_problem,
)
from producer_studio.studio.export.tag_settings import TagSettings
from producer_studio.translation import Message, mark, tr
from producer_studio.ui.context import UiContext
from producer_studio.ui.export.form_parts import (
    ChangeableChoice,
    PlaceholderChips,
    add_row,
    left_aligned,
)
from producer_studio.ui.export.option_chips import OptionChips
from producer_studio.ui.export.profile_picker import ProfilePicker
from producer_studio.ui.export.profile_tags import ProfileTagsDialog, tags_text
from producer_studio.ui.widgets.label import ElidedLabel, label, set_role
from producer_studio.ui.widgets.line_edit import LineEdit
from producer_studio.ui.widgets.segmented import Segmented


def next_file_name(spec: ExportSpec, clip: Clip, position: ExportPosition) -> str:
    """Returns the clip's file name, numbered to avoid existing files; blocking.

    The export itself determines the final name when it creates the file.
    """
    name = f"{file_stem(spec.template, clip, position)}.{spec.format}"
    return next_free_name(spec.folder, name)


def next_free_name(folder: Path, name: str) -> str:
    """Returns a file name, with a number if the folder has that name already; blocking.

    Without one if the folder cannot be read: the export reports that.
    """
    stem, _, suffix = name.rpartition(".")
    number = 1
    free = name
    try:
        while path_exists(folder / free):
            number += 1
            free = f"{stem} ({number}).{suffix}"
    except OSError:
        return name
    return free


def default_folder(last_folder: str, music_folder: str) -> Path:
    """Returns the default folder: the last one used, or else the music folder."""
    return Path(last_folder or music_folder or Path.home())


_FORMATS = (("mp3", "MP3"), ("wav", "WAV"), ("flac", "FLAC"), ("m4a", mark("M4A original")))
_ORIGINAL = mark("A copy of the original, without re-encoding.")
_ENCODED_ANEW = mark("Encoded anew, as AAC with 256 kbit/s.")
_TOO_HIGH_RATE = mark("MP3 and M4A have at most 48 kHz.")
_MAX_LOSSY_RATE = 48_000
_OTHER = "other"
_ZIP_HERE_ONLY = mark("A ZIP is made on this computer only.")
_WAV_ONLY = mark("Only WAV files have these chunks.")
_SERVICE_DECIDES = mark("The service determines the quality.")
_RATES = (
    ("0", mark("Same rate")),
    *((str(rate), Message("{khz}", {"khz": rate / 1000})) for rate in SAMPLE_RATES),
)
_LOUDNESS = (
    ("", mark("Same level")),
    ("-14", "−14 LUFS"),
    ("-16", "−16 LUFS"),
    (_OTHER, mark("Other")),
)
LOCAL, SERVICE = "here", "service"


def _shown(options: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Returns options with their labels in the language of the window."""
    return [(key, tr(label)) for key, label in options]


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
        self._tags: Mapping[str, str] = {}
        self._other_loudness: float | None = None
        self._has_own_folder = False
        self.profiles = ProfilePicker(context, self.options, self)
        music = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MusicLocation)
        self._folder = default_folder(chosen.export_folder, music)
        self.format = Segmented(self._style, tr("Format"), _shown(_FORMATS), self)
        self.mp3_quality = Segmented(
            self._style, tr("Quality"), (("320", "320 kbit/s"), ("V0", "V0")), self
        )
        self.wav_bits = Segmented(
            self._style, tr("Quality"), (("16", tr("16 bit")), ("24", tr("24 bit"))), self
        )
        self.sample_rate = ChangeableChoice(
            self._style, tr("Sample rate in kHz"), _shown(_RATES), self
        )
        self.loudness = ChangeableChoice(self._style, tr("Loudness"), _shown(_LOUDNESS), self)
        self.extras = OptionChips(self)
        self.method = ChangeableChoice(
            self._style,
            tr("Made"),
            ((LOCAL, tr("On this computer")), (SERVICE, tr("By the service"))),
            self,
        )
        self.tags = ElidedLabel("", "", self)
        self.tags_button = QPushButton(tr("Change…"), self)
        self.method_message = label("", "caption", self, wrap=True)
        self.folder = ElidedLabel("", "", self, elided_at=Qt.TextElideMode.ElideMiddle)
        self.choose_button = QPushButton(tr("Choose…"), self)
        self.template = LineEdit(chosen.name_template, self)
        self.template.setAccessibleName(tr("File name"))
        names = ", ".join(f"{{{name}}}" for name in TEMPLATE_FIELDS)
        self.template.setAccessibleDescription(tr("Fields: {names}", names=names))
        self.placeholders = PlaceholderChips(self._style, self)
        self.placeholders.placeholder_chosen.connect(self._on_placeholder_chosen)
        self.preview = ElidedLabel("", "caption", self, elided_at=Qt.TextElideMode.ElideMiddle)
        self.error_label = label("", "bad", self, wrap=True)
        self._build()
        self.set_folder(self._folder)
        self.show_profile(self.profiles.profile)
        self.profiles.profile_chosen.connect(self.show_profile)
        for choice in (
            self.format, self.mp3_quality, self.wav_bits, self.sample_rate, self.loudness,
            self.method,
        ):  # fmt: skip
            choice.option_chosen.connect(self._on_form_changed)
        self.extras.changed.connect(self._on_form_changed)
        self.template.textChanged.connect(self._on_form_changed)
        self.choose_button.clicked.connect(self._on_choose_clicked)
        self.tags_button.clicked.connect(self._on_tags_clicked)

    def spec(self) -> ExportSpec:
        """Returns the options as an `ExportSpec`."""
        by_service = self.method.value() == SERVICE
        profiles = self._studio.export_profiles
        return profiles.spec(self.options(), self._folder, by_service=by_service)

    def options(self) -> ExportProfile:
        """Returns the options as a profile without a name."""
        loudness = self.loudness.value()
        return ExportProfile(
            id="",
            name="",
            format=ExportFormat(self.format.value()),
            mp3_mode=cast("Mp3Mode", self.mp3_quality.value()),
            bits=24 if self.wav_bits.value() == "24" else 16,
            sample_rate=int(self.sample_rate.value()),
            loudness_lufs=(
                self._other_loudness
                if loudness == _OTHER
                else float(loudness)
                if loudness
                else None
            ),
            template=self.template.text(),
            folder=str(self._folder) if self._has_own_folder else "",
            tags=self._tags,
            extras=self.extras.value(),
        )

    def show_profile(self, profile: ExportProfile | None) -> None:
        """Fills the form from a profile; without one, as it was last used without."""
        chosen = self._studio.preferences.value
        if profile is None:
            profile = ExportProfile(
                id="",
                name="",
                format=ExportFormat(chosen.export_format),
                mp3_mode=chosen.mp3_mode,
                bits=chosen.wav_bits,
                template=chosen.name_template,
            )
        self.set_tags(profile.tags)
        self.format.set_value(profile.format)
        self.mp3_quality.set_value(profile.mp3_mode)
        self.wav_bits.set_value(str(profile.bits))
        self.sample_rate.set_value(str(profile.sample_rate))
        self._show_loudness(profile.loudness_lufs)
        self.extras.set_value(profile.extras)
        with QSignalBlocker(self.template):
            self.template.setText(profile.template)
        self._has_own_folder = bool(profile.folder)
        if profile.folder:
            self.set_folder(Path(profile.folder))
        self._on_form_changed()

    def _show_loudness(self, loudness: float | None) -> None:
        key = "" if loudness is None else f"{loudness:g}"
        is_other = key not in {known for known, _ in _LOUDNESS}
        self._other_loudness = loudness if is_other else None
        self.loudness.set_option(_OTHER, tr(loudness_text(loudness)) if is_other else tr("Other"))
        self.loudness.set_option_visible(_OTHER, visible=is_other)
        self.loudness.set_value(_OTHER if is_other else key)

    @property
    def problem(self) -> str:
        """Reason why the options are invalid; empty when they are valid."""
        return template_problem(self.template.text())

    def set_folder(self, folder: Path) -> None:
        """Changes the folder."""
        self._folder = folder
        self.folder.setText(str(folder))
        self.folder.setAccessibleName(tr("Folder: {folder}", folder=folder))
        self.changed.emit()

    def choose_folder(self, folder: Path) -> None:
        """Changes the folder as the user does: a profile that is saved then includes it."""
        self._has_own_folder = True
        self.set_folder(folder)
        self.profiles.show_options()

    def set_tags(self, tags: Mapping[str, str]) -> None:
        """Changes the tags that replace those in the settings."""
        self._tags = tags
        self.tags.setText(tags_text(tags))
        self.tags.setAccessibleName(tr("Tags: {tags}", tags=tags_text(tags)))

    def _on_tags_clicked(self) -> None:
        settings = TagSettings.from_preferences(self._studio.preferences.value)
        dialog = ProfileTagsDialog(self._style, self._tags, settings, self.window())
        dialog.tags_chosen.connect(self._on_tags_chosen)
        dialog.open()

    def _on_tags_chosen(self, tags: Mapping[str, str]) -> None:
        self.set_tags(tags)
        self._on_form_changed()

    def show_preview(self, name: str) -> None:
        """Shows the name of the first file."""
        self.preview.setText(name)

    def _on_form_changed(self) -> None:
        service = self.method.value() == SERVICE
        form = self.format.value()
        for key, text in _RATES:
            is_too_high = form in {"mp3", "m4a"} and int(key) > _MAX_LOSSY_RATE
            self.sample_rate.set_option(key, tr(text), tr(_TOO_HIGH_RATE) if is_too_high else "")
            if is_too_high and self.sample_rate.value() == key:
                self.sample_rate.set_value("0")
        if service or form == "m4a":
            self._quality.setCurrentIndex(2)
            is_copy = self.sample_rate.value() == "0" and not self.loudness.value()
            original = tr(_ORIGINAL) if is_copy else tr(_ENCODED_ANEW)
            self._quality_message.setText(tr(_SERVICE_DECIDES) if service else original)
        else:
            self._quality.setCurrentIndex(0 if form == "mp3" else 1)
        is_local_wav = form == "wav" and not service
        self.extras.set_available(ExportExtra.DAW, "" if is_local_wav else tr(_WAV_ONLY))
        self.extras.set_available(ExportExtra.ZIP, tr(_ZIP_HERE_ONLY) if service else "")
        # What the service sends stays as it is.
        for part in (self.loudness, self.sample_rate):
            part.setEnabled(not service)
        problem = self.problem
        self.error_label.setText(tr(problem))
        self.error_label.setVisible(bool(problem))
        self.preview.setVisible(not problem)
        if bool(self.template.property("invalid")) != bool(problem):
            self.template.setProperty("invalid", bool(problem))
            self._style.restyle(self.template)
        self.profiles.show_options()
        self.changed.emit()

    def _on_placeholder_chosen(self, name: str) -> None:
        self.template.insert(name)
        self.template.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_choose_clicked(self) -> None:
        dialog = QFileDialog(
            self, tr("Folder for exported files"), first_folder_at_hand(self._folder)
        )
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda chosen: self.choose_folder(Path(chosen)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _build(self) -> None:
        self._quality_message = label("", "secondary", self)
        self._quality = QStackedWidget(self)
        for widget in (
            left_aligned(self.mp3_quality),
            left_aligned(self.wav_bits),
            self._quality_message,
        ):
            self._quality.addWidget(widget)
        folder_frame = self._frame(self.folder, self.choose_button, tr("Choose folder"))
        tags_frame = self._frame(self.tags, self.tags_button, tr("Change tags"))
        names = QVBoxLayout()
        names.setSpacing(6)
        for part in (self.template, self.preview, self.error_label, self.placeholders):
            names.addWidget(part)
        makers = QVBoxLayout()
        makers.setSpacing(6)
        makers.addWidget(left_aligned(self.method))
        makers.addWidget(self.method_message)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        grid.setColumnStretch(1, 1)
        parts: tuple[tuple[str, QWidget | QVBoxLayout], ...] = (
            (tr("Profile"), self.profiles),
            (tr("Format"), left_aligned(self.format)),
            (tr("Quality"), self._quality),
            (tr("Rate, kHz"), left_aligned(self.sample_rate)),
            (tr("Loudness"), left_aligned(self.loudness)),
            (tr("Made"), makers),
            (tr("With"), self.extras),
            (tr("Tags"), tags_frame),
            (tr("Folder"), folder_frame),
            (tr("File name"), names),
        )
        for row, (text, control) in enumerate(parts):
            add_row(grid, row, text, control)

    def _frame(self, shown: QWidget, button: QPushButton, name: str) -> QFrame:
        """Returns a field that shows a value, with the button that changes it."""
        frame = QFrame(self)
        frame.setProperty("role", "field")
        inside = QHBoxLayout(frame)
        inside.setContentsMargins(11, 3, 3, 3)
        inside.setSpacing(8)
        inside.addWidget(shown, 1)
        inside.addWidget(button)
        button.setProperty("role", "ghost")
        button.setAccessibleName(name)
        button.setAutoDefault(False)
        return frame

    def show_method_message(self, message: str, *, is_warning: bool = False) -> None:
        """Shows a message below the method."""
        self.method_message.setText(message)
        self.method_message.setVisible(bool(message))
        set_role(self._style, self.method_message, "warn" if is_warning else "caption")

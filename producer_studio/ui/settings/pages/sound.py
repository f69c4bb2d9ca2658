"""Settings page for the audio output."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from producer_studio.translation import mark, tr
from producer_studio.ui.playback.output import AudioOutput
from producer_studio.ui.settings.page import SettingsPage
from producer_studio.ui.widgets.combo_box import ComboBox
from producer_studio.ui.widgets.label import label

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio


class SoundPage(QWidget):
    """Selects the output device; the preference stores its id, empty for the system's default."""

    def __init__(self, studio: "Studio", audio: AudioOutput, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._audio = audio
        self._is_listed = False
        self.device = ComboBox(tr("Sound output"), self)
        self._no_device_label = label("", "warn", self, wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(label(tr("Sound output"), "label", self))
        column.addWidget(self.device)
        column.addWidget(self._no_device_label)
        column.addStretch(1)
        self.device.activated.connect(self._on_device_chosen)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Deferred: listing the devices initialises the system's audio, which takes a moment.
        if not self._is_listed:
            self._is_listed = True
            self._show_devices()
            self._audio.devices_changed.connect(self._show_devices)

    def _show_devices(self) -> None:
        chosen = self._studio.preferences.value.audio_device
        self.device.clear()
        self.device.addItem(tr("System default"), "")
        for device in self._audio.list_devices():
            self.device.addItem(device.name, device.id)
        self.device.setCurrentIndex(max(0, self.device.findData(chosen)))
        some = self.device.count() > 1
        self._no_device_label.setText(
            "" if some else tr("This computer currently has no sound output.")
        )
        self._no_device_label.setVisible(not some)

    def _on_device_chosen(self, _index: int) -> None:
        self._studio.preferences.change(audio_device=self.device.currentData())


PAGE = SettingsPage(
    mark("Sound"),
    "headphones",
    80,
    SoundPage,
    lambda context, parent: SoundPage(context.ui.studio, context.ui.audio, parent),
    scrolls=True,
    manual_page="playing",
)

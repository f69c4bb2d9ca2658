"""The sound output that all playback sessions share."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QThread, Signal

from producer_studio.ui.playback.pulse_latency import set_pulse_latency
from producer_studio.ui.playback.sound_threads import FeedingThread, device_loader

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioDevice, QMediaDevices

    from producer_studio.ui.playback.feeder import Feeder, SoundSource

_LOUDEST = 0.99
_RANGE = math.log(100.0)


class OutputClient(Protocol):
    """Who plays on the output."""

    def pause(self) -> None:
        """Pauses, because another one begins to play."""


@dataclass(frozen=True, slots=True)
class OutputDevice:
    """An output device of the system; its id is kept in the preferences."""

    id: str
    name: str


class AudioOutput(QObject):
    """Plays one client at a time on the chosen device, or the system's while that is missing.

    Nothing is opened, and QtMultimedia is not imported, before the first client is attached. The
    device is fed in a thread, which ends when the last client is detached.

    Signals:
        device_changed: Whether there is any output device.
        devices_changed: Devices came or went, or another one is chosen.
        gain_changed: Volume for the sources, linear.
    """

    device_changed = Signal(bool)
    devices_changed = Signal()
    gain_changed = Signal(float)

    _device_requested = Signal(object)
    _wake_requested = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        set_pulse_latency()
        self._device_id = ""
        self._gain = 1.0
        self._client: OutputClient | None = None
        self._feeder: Feeder | None = None
        self._thread: FeedingThread | None = None
        self._devices: QMediaDevices | None = None
        self._waits_for_devices = False
        self._has_device = True
        self._is_found = True
        self._is_available = True

    @property
    def has_device(self) -> bool:
        """Whether there is any output device; assumed before the first client."""
        return self._has_device

    @property
    def is_waiting(self) -> bool:
        """Whether the device went away: nothing is rendered before another one is there."""
        return not self._is_available

    @property
    def device_id(self) -> str:
        """Id of the chosen device; empty for the system's."""
        return self._device_id

    @property
    def gain(self) -> float:
        """Volume for the sources, linear."""
        return self._gain

    @property
    def latency_s(self) -> float:
        """Time between rendering a frame and hearing it, now."""
        return 0.0 if self._feeder is None else self._feeder.latency_s

    def attach(self, client: OutputClient, source: "SoundSource") -> None:
        """Plays another client, and pauses the one before."""
        if client is self._client:
            return
        before, self._client = self._client, client
        if before is not None:
            before.pause()
        self._ensure_feeder().set_source(source)

    def detach(self, client: OutputClient) -> None:
        """Ends the feeding thread, and closes the device, if the client is the attached one."""
        if client is not self._client:
            return
        self._client = None
        feeder, thread, self._feeder, self._thread = self._feeder, self._thread, None, None
        if feeder is not None and thread is not None:
            feeder.availability_changed.disconnect(self._on_availability_changed)
            feeder.drop_source()
            thread.end()

    def wake(self) -> None:
        """Starts to feed the device; called when a client plays."""
        self._wake_requested.emit()

    def set_volume(self, volume: float, *, muted: bool) -> None:
        """Sets the volume as perceived, 0 to 1: half of it sounds half as loud."""
        limited = min(1.0, max(0.0, volume))
        linear = 1.0 if limited > _LOUDEST else -math.log(1.0 - limited) / _RANGE
        self._gain = 0.0 if muted else linear
        self.gain_changed.emit(self._gain)

    def set_device(self, device_id: str) -> None:
        """Switches to the device with that id (`QAudioDevice.id`); empty means the system's."""
        if device_id != self._device_id:
            self._device_id = device_id
            if self._devices is not None:
                self._on_devices_changed()

    def list_devices(self) -> list[OutputDevice]:
        """Returns the devices of the system; the first call takes a moment.

        None while the system's sound does not answer; `devices_changed` tells when it does.
        """
        if not self._watch_devices():
            return []
        # Takes a moment to load, here and below, which a window that plays nothing can save.
        from PySide6.QtMultimedia import QMediaDevices

        return [
            OutputDevice(_id_of(device), device.description())
            for device in QMediaDevices.audioOutputs()
        ]

    def _ensure_feeder(self) -> "Feeder":
        if self._feeder is None:
            from producer_studio.ui.playback.feeder import Feeder  # imports QtMultimedia

            feeder = Feeder()
            feeder.availability_changed.connect(self._on_availability_changed)
            self._device_requested.connect(feeder.set_device)
            self._wake_requested.connect(feeder.wake)
            self._thread = FeedingThread(feeder)
            self._feeder, self._is_available = feeder, True
            self._thread.start(QThread.Priority.TimeCriticalPriority)
            self._watch_devices()
            self._on_devices_changed()
        return self._feeder

    def _watch_devices(self) -> bool:
        """Returns whether the devices are known; if not, they are watched once they are."""
        if self._devices is None:
            if not device_loader.is_loaded():
                if not self._waits_for_devices:
                    self._waits_for_devices = True
                    device_loader.loaded.connect(self._on_devices_changed)
                return False
            # Start-up cost, as below.
            from PySide6.QtMultimedia import QMediaDevices

            self._devices = QMediaDevices(self)
            self._devices.audioOutputsChanged.connect(self._on_devices_changed)
        return True

    def _find_device(self) -> "QAudioDevice":
        from PySide6.QtMultimedia import QAudioDevice, QMediaDevices

        if not self._watch_devices():
            return QAudioDevice()
        for device in QMediaDevices.audioOutputs():
            if self._device_id and _id_of(device) == self._device_id:
                return device
        return QMediaDevices.defaultAudioOutput()

    def _on_devices_changed(self) -> None:
        device = self._find_device()
        self._is_found = not device.isNull()
        self._device_requested.emit(device)
        self.devices_changed.emit()
        self._update_has_device()

    def _on_availability_changed(self, available: bool) -> None:
        self._is_available = available
        self._update_has_device()

    def _update_has_device(self) -> None:
        has_device = self._is_found and self._is_available
        if has_device != self._has_device:
            self._has_device = has_device
            self.device_changed.emit(has_device)


def _id_of(device: "QAudioDevice") -> str:
    return bytes(device.id().data()).decode()

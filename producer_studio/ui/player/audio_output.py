"""Wrapper of `QMediaPlayer` and its audio device; imported with the first clip."""

import contextlib
import ctypes
import os
import sys
from pathlib import Path

import PySide6
from PySide6.QtCore import QCoreApplication, QObject, Qt, QUrl, Signal
from PySide6.QtMultimedia import (
    QAudioDevice,
    QAudioOutput,
    QMediaDevices,
    QMediaPlayer,
    QtAudio,
)

_ERRORS_ONLY = 16
"""AV_LOG_ERROR of FFmpeg's libavutil; its default level writes about each stream."""


def silence_codecs() -> None:
    """Sets the log level in the libavutil that Qt has loaded, as Qt has no setting for it.

    Call it once there is a QMediaPlayer. On the other systems programs with a window have no
    terminal for that output.
    """
    if sys.platform != "linux":
        return
    for library in (Path(PySide6.__file__).parent / "Qt" / "lib").glob("libavutil.so.*"):
        # One library has several names here, and only one of them is loaded.
        with contextlib.suppress(OSError):
            loaded = ctypes.CDLL(str(library), mode=os.RTLD_NOLOAD | os.RTLD_NOW)
            loaded.av_log_set_level(_ERRORS_ONLY)


_LOADED_STATUSES = frozenset(
    {QMediaPlayer.MediaStatus.LoadedMedia, QMediaPlayer.MediaStatus.BufferedMedia}
)


class AudioOutput(QObject):
    """Plays one file on the chosen device, or on the system's while the chosen one is missing.

    Qt's player waits for its threads, and those may wait for Python's GIL: calls are therefore
    posted to it through queued signals and run by Qt's event loop, which does not hold the GIL.

    Signals:
        loaded: The file was read; its length in seconds.
        position_changed: Position in seconds, as Qt's backend reports it, at long intervals.
        playing_changed: Whether it is playing.
        ended: The end of the file was reached.
        failed: The file cannot be opened or played; the error message of Qt's backend.
        devices_changed: Whether there is any output device.
    """

    loaded = Signal(float)
    position_changed = Signal(float)
    playing_changed = Signal(bool)
    ended = Signal()
    failed = Signal(str)
    devices_changed = Signal(bool)

    _source_requested = Signal(QUrl)
    _play_requested = Signal()
    _pause_requested = Signal()
    _stop_requested = Signal()
    _seek_requested = Signal("qlonglong")  # type: ignore[arg-type] # the stubs do not know names
    _rate_requested = Signal(float)
    _device_requested = Signal(QAudioDevice)

    def __init__(self, device_id: str = "", parent: QObject | None = None) -> None:
        """Opens the device with that id (`QAudioDevice.id`), or the system's for an empty id."""
        super().__init__(parent)
        self._device_id = device_id
        self._source = QUrl()
        self._devices = QMediaDevices(self)
        self._audio_output = QAudioOutput(self._find_device(), self)
        self._media_player = QMediaPlayer(self)
        silence_codecs()
        self._media_player.setAudioOutput(self._audio_output)
        self._devices.audioOutputsChanged.connect(self._on_devices_changed)
        # Queued: calls to the backend from inside its own signals can deadlock.
        later = Qt.ConnectionType.QueuedConnection
        self._source_requested.connect(self._media_player.setSource, later)
        self._play_requested.connect(self._media_player.play, later)
        self._pause_requested.connect(self._media_player.pause, later)
        self._stop_requested.connect(self._media_player.stop, later)
        self._seek_requested.connect(self._media_player.setPosition, later)
        self._rate_requested.connect(self._media_player.setPlaybackRate, later)
        self._device_requested.connect(self._audio_output.setDevice, later)
        self._media_player.mediaStatusChanged.connect(self._on_status_changed, later)
        self._media_player.playbackStateChanged.connect(self._on_state_changed)
        self._media_player.positionChanged.connect(lambda ms: self.position_changed.emit(ms / 1000))
        self._media_player.errorOccurred.connect(self._on_error_occurred, later)

    @property
    def has_device(self) -> bool:
        return not self._audio_output.device().isNull()

    @property
    def position_s(self) -> float:
        return self._media_player.position() / 1000

    def open(self, path: Path | None) -> None:
        """Starts to open a file in the backend's threads; None closes the current file."""
        self._source = QUrl.fromLocalFile(str(path)) if path else QUrl()
        self._stop_requested.emit()
        self._source_requested.emit(self._source)

    def close(self) -> None:
        """Closes the file at once, also when no event loop follows."""
        self.open(None)
        QCoreApplication.sendPostedEvents(self._media_player, 0)

    def play(self) -> None:
        self._play_requested.emit()

    def pause(self) -> None:
        self._pause_requested.emit()

    def seek(self, seconds: float) -> None:
        self._seek_requested.emit(round(seconds * 1000))

    def set_loop(self, on: bool) -> None:
        loops = QMediaPlayer.Loops.Infinite if on else QMediaPlayer.Loops.Once
        self._media_player.setLoops(loops.value)

    def set_rate(self, rate: float) -> None:
        self._rate_requested.emit(rate)

    def set_volume(self, volume: float, *, muted: bool) -> None:
        """Sets the volume as perceived, 0 to 1: half of it sounds half as loud."""
        linear = QtAudio.convertVolume(
            volume,
            QtAudio.VolumeScale.LogarithmicVolumeScale,
            QtAudio.VolumeScale.LinearVolumeScale,
        )
        self._audio_output.setVolume(linear)
        self._audio_output.setMuted(muted)

    def set_device(self, device_id: str) -> None:
        """Switches to another device; an empty id means the system's."""
        self._device_id = device_id
        self._on_devices_changed()

    def _find_device(self) -> QAudioDevice:
        for device in QMediaDevices.audioOutputs():
            if self._device_id and bytes(device.id().data()).decode() == self._device_id:
                return device
        return QMediaDevices.defaultAudioOutput()

    def _on_devices_changed(self) -> None:
        device = self._find_device()
        if device != self._audio_output.device():
            self._device_requested.emit(device)
        self.devices_changed.emit(not device.isNull())

    def _on_status_changed(self, status: QMediaPlayer.MediaStatus) -> None:
        if (
            status is not self._media_player.mediaStatus()
            or self._media_player.source() != self._source
        ):
            return  # about the previous file
        if status in _LOADED_STATUSES:
            self.loaded.emit(self._media_player.duration() / 1000)
        elif status is QMediaPlayer.MediaStatus.EndOfMedia:
            self.ended.emit()
        elif status is QMediaPlayer.MediaStatus.InvalidMedia:
            self.failed.emit(self._media_player.errorString())

    def _on_state_changed(self, state: QMediaPlayer.PlaybackState) -> None:
        self.playing_changed.emit(state is QMediaPlayer.PlaybackState.PlayingState)

    def _on_error_occurred(self, _error: QMediaPlayer.Error, text: str) -> None:
        if self._media_player.mediaStatus() is not QMediaPlayer.MediaStatus.InvalidMedia:
            self.failed.emit(text)

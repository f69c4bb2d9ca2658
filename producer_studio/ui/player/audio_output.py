"""Qt's player and the audio device it plays on. Imported at the first clip, not at the start."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Qt, QUrl, Signal
from PySide6.QtMultimedia import (
    QAudioDevice,
    QAudioOutput,
    QMediaDevices,
    QMediaPlayer,
    QtAudio,
)

from producer_studio.ui.player.codec_log import silence_codecs

_LOADED = frozenset({QMediaPlayer.MediaStatus.LoadedMedia, QMediaPlayer.MediaStatus.BufferedMedia})


class SoundOutput(QObject):
    """Plays one file on the chosen device, or on the system's while the chosen one is away.

    Qt's player waits for its threads, and those may wait for Python's lock: what is asked of it is
    therefore posted to it, and done by Qt's event loop, which does not hold the lock.

    Signals:
        loaded: The file was read; its length in seconds.
        moved: The back end says where it is, in seconds; now and then.
        turned: Whether it plays now.
        ended: The file was played to its end.
        refused: The file cannot be opened or played; the back end's own words.
        devices_changed: Whether there is a device to hear anything on.
    """

    loaded = Signal(float)
    moved = Signal(float)
    turned = Signal(bool)
    ended = Signal()
    refused = Signal(str)
    devices_changed = Signal(bool)

    _open = Signal(QUrl)
    _play = Signal()
    _pause = Signal()
    _stop = Signal()
    _seek = Signal("qlonglong")  # type: ignore[arg-type] # the stubs do not know names
    _rate = Signal(float)
    _use = Signal(QAudioDevice)

    def __init__(self, device: str = "", parent: QObject | None = None) -> None:
        """Opens the device with that id (`QAudioDevice.id`), or the system's when it is empty."""
        super().__init__(parent)
        self._wanted = device
        self._source = QUrl()
        self._devices = QMediaDevices(self)
        self._sound = QAudioOutput(self._device(), self)
        self._media = QMediaPlayer(self)
        silence_codecs()
        self._media.setAudioOutput(self._sound)
        self._devices.audioOutputsChanged.connect(self._on_devices_changed)
        # Acting on the back end from inside its own news can lock it up for good.
        later = Qt.ConnectionType.QueuedConnection
        self._open.connect(self._media.setSource, later)
        self._play.connect(self._media.play, later)
        self._pause.connect(self._media.pause, later)
        self._stop.connect(self._media.stop, later)
        self._seek.connect(self._media.setPosition, later)
        self._rate.connect(self._media.setPlaybackRate, later)
        self._use.connect(self._sound.setDevice, later)
        self._media.mediaStatusChanged.connect(self._on_status_changed, later)
        self._media.playbackStateChanged.connect(self._on_state_changed)
        self._media.positionChanged.connect(lambda ms: self.moved.emit(ms / 1000))
        self._media.errorOccurred.connect(self._on_error_occurred, later)

    @property
    def has_device(self) -> bool:
        return not self._sound.device().isNull()

    @property
    def position_s(self) -> float:
        return self._media.position() / 1000

    def open(self, path: Path | None) -> None:
        """Starts to read a file in the back end's own threads; None lets go of the one before."""
        self._source = QUrl.fromLocalFile(str(path)) if path else QUrl()
        self._stop.emit()
        self._open.emit(self._source)

    def close(self) -> None:
        """Lets go of the file at once, also when no event loop follows."""
        self.open(None)
        QCoreApplication.sendPostedEvents(self._media, 0)

    def play(self) -> None:
        self._play.emit()

    def pause(self) -> None:
        self._pause.emit()

    def seek(self, seconds: float) -> None:
        self._seek.emit(round(seconds * 1000))

    def set_loop(self, on: bool) -> None:
        loops = QMediaPlayer.Loops.Infinite if on else QMediaPlayer.Loops.Once
        self._media.setLoops(loops.value)

    def set_rate(self, rate: float) -> None:
        self._rate.emit(rate)

    def set_volume(self, volume: float, *, muted: bool) -> None:
        """Takes the volume as it is heard, 0 to 1: half of it sounds half as loud."""
        linear = QtAudio.convertVolume(
            volume,
            QtAudio.VolumeScale.LogarithmicVolumeScale,
            QtAudio.VolumeScale.LinearVolumeScale,
        )
        self._sound.setVolume(linear)
        self._sound.setMuted(muted)

    def set_device(self, device: str) -> None:
        """Plays on another device from now on; an empty id means the system's."""
        self._wanted = device
        self._on_devices_changed()

    def _device(self) -> QAudioDevice:
        for device in QMediaDevices.audioOutputs():
            if self._wanted and bytes(device.id().data()).decode() == self._wanted:
                return device
        return QMediaDevices.defaultAudioOutput()

    def _on_devices_changed(self) -> None:
        device = self._device()
        if device != self._sound.device():
            self._use.emit(device)
        self.devices_changed.emit(not device.isNull())

    def _on_status_changed(self, status: QMediaPlayer.MediaStatus) -> None:
        if status is not self._media.mediaStatus() or self._media.source() != self._source:
            return  # it is about the file before this one
        if status in _LOADED:
            self.loaded.emit(self._media.duration() / 1000)
        elif status is QMediaPlayer.MediaStatus.EndOfMedia:
            self.ended.emit()
        elif status is QMediaPlayer.MediaStatus.InvalidMedia:
            self.refused.emit(self._media.errorString())

    def _on_state_changed(self, state: QMediaPlayer.PlaybackState) -> None:
        self.turned.emit(state is QMediaPlayer.PlaybackState.PlayingState)

    def _on_error_occurred(self, _error: QMediaPlayer.Error, words: str) -> None:
        if self._media.mediaStatus() is not QMediaPlayer.MediaStatus.InvalidMedia:
            self.refused.emit(words)

"""Replacement of damaged audio by silence, so that the rest stays in time."""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.packet import Packet

from producer_studio.audio import ogg_pages
from producer_studio.audio.packet_positions import RAW_FORMATS, PacketPositions, is_tag

_REMEMBERED = 64
_JITTER_S = 0.002
_UNEXPLAINED_S = 0.015
"""Smaller jumps of timestamps, without damage, are only rounding errors of the file."""

_LONGEST_S = 30.0
"""A longer jump is an error of the timestamps and not of the audio."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Run of silent samples."""

    samples: int


class GapFiller(Protocol):
    """Turns decoded frames into a continuous stream of audio and silence.

    Attributes:
        lost_samples: Number of missing samples found so far.
    """

    lost_samples: int

    def fill_before(
        self, packet: "Packet[Any]", frames: Sequence[AudioFrame]
    ) -> list[AudioFrame | Silence]:
        """Returns a packet's frames, preceded by the silence for the gap before them."""
        ...

    def replace_damaged(self, packet: "Packet[Any]") -> list[AudioFrame | Silence]:
        """Returns the replacement of a packet that cannot be decoded."""
        ...

    def flush(self) -> list[AudioFrame | Silence]:
        """Returns the frames that are still buffered, at the end of the file."""
        ...

    @property
    def is_truncated(self) -> bool:
        """Whether the file ends prematurely, if detectable; valid after the last packet."""
        ...


@contextmanager
def open_gap_filler(
    path: Path,
    container: str,
    stream: AudioStream,
    duration_s: float | None,
    first_byte: int = 0,
) -> Iterator[GapFiller]:
    """Opens the gap filler for a file's format.

    Args:
        path: The file.
        container: FFmpeg's name of its format.
        stream: Its audio stream.
        duration_s: Its declared duration.
        first_byte: Where in the file decoding begins, after a seek.
    """
    if container not in RAW_FORMATS:
        yield TimedGapFiller(stream, duration_s, path if container == "ogg" else None)
        return
    positions = PacketPositions(path, first_byte)
    try:
        yield RawGapFiller(positions)
    finally:
        positions.close()


class RawGapFiller:
    """Gap filler for frames without timestamps: computes gaps from the number of missing bytes."""

    def __init__(self, positions: PacketPositions) -> None:
        self._positions = positions
        self._sizes: deque[int] = deque(maxlen=_REMEMBERED)
        self._samples = 0
        self.lost_samples = 0

    def fill_before(
        self, packet: "Packet[Any]", frames: Sequence[AudioFrame]
    ) -> list[AudioFrame | Silence]:
        found: list[AudioFrame | Silence] = []
        if packet.size:
            skipped = self._positions.count_skipped_bytes(bytes(packet))
            found += self._silence(round(skipped / self._mean_packet_bytes)) if skipped else []
            self._sizes.append(packet.size)
            self._samples = sum(frame.samples for frame in frames) or self._samples
        return [*found, *frames]

    def replace_damaged(self, packet: "Packet[Any]") -> list[AudioFrame | Silence]:
        data = bytes(packet)
        skipped = self._positions.count_skipped_bytes(data)
        if is_tag(data):
            return []
        # Damage may merge several frames into what is parsed as one.
        size = packet.size + skipped
        return self._silence(max(1, round(size / self._mean_packet_bytes))) if self._sizes else []

    def flush(self) -> list[AudioFrame | Silence]:
        return []

    @property
    def is_truncated(self) -> bool:
        return self._positions.is_truncated

    @property
    def _mean_packet_bytes(self) -> float:
        return sum(self._sizes) / len(self._sizes) if self._sizes else float("inf")

    def _silence(self, frames: int) -> list[AudioFrame | Silence]:
        samples = frames * self._samples
        self.lost_samples += samples
        return [Silence(samples)] if samples else []


class TimedGapFiller:
    """Gap filler for frames with timestamps: a gap is the difference to the audio decoded so far.

    A frame is held back until the next one: a single jump of a timestamp is not a gap.
    """

    def __init__(
        self, stream: AudioStream, duration_s: float | None, ogg_file: Path | None
    ) -> None:
        self._ogg_file = ogg_file
        self._rate = stream.sample_rate
        self._scale = float(stream.time_base or 0) * self._rate
        self._min_gap = max(_JITTER_S * self._rate, 2 * self._scale)
        self._end = float("inf") if duration_s is None else duration_s * self._rate + self._min_gap
        self._heard: float | None = None
        self._waiting: AudioFrame | None = None
        self._is_damaged = self._waits_for_damage = False
        self.lost_samples = 0

    def fill_before(
        self, _packet: "Packet[Any]", frames: Sequence[AudioFrame]
    ) -> list[AudioFrame | Silence]:
        found: list[AudioFrame | Silence] = []
        for frame in frames:
            found += self._release_waiting(self._time(frame))
            if self._heard is None:
                self._heard = self._time(frame) or 0.0
            self._waiting, self._waits_for_damage = frame, self._is_damaged
            self._is_damaged = False
        return found

    def replace_damaged(self, _packet: "Packet[Any]") -> list[AudioFrame | Silence]:
        self._is_damaged = True
        return []

    def flush(self) -> list[AudioFrame | Silence]:
        return self._release_waiting(None)

    @property
    def is_truncated(self) -> bool:
        return self._ogg_file is not None and ogg_pages.is_truncated(self._ogg_file)

    def _time(self, frame: AudioFrame) -> float | None:
        return None if frame.pts is None else frame.pts * self._scale

    def _release_waiting(self, next_at: float | None) -> list[AudioFrame | Silence]:
        frame, self._waiting = self._waiting, None
        if frame is None or self._heard is None:
            return []
        length = frame.samples * self._rate / (frame.sample_rate or self._rate)
        at = self._time(frame)
        late = 0.0 if at is None else at - self._heard
        if next_at is not None:
            late = min(late, next_at - length - self._heard)
        missing = round(late) if self._is_gap(late) else 0
        self.lost_samples += missing
        self._heard += missing + length
        return [Silence(missing), frame] if missing else [frame]

    def _is_gap(self, late: float) -> bool:
        if late <= self._min_gap:
            return False
        return (
            (self._waits_for_damage or late > _UNEXPLAINED_S * self._rate)
            and late < _LONGEST_S * self._rate
            and (self._heard or 0.0) + late <= self._end
        )

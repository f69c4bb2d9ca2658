"""Silence in the place of sound that is damaged, so that what follows keeps its time."""

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
"""Times that jump by less, without damage, are only written down badly."""

_LONGEST_S = 30.0
"""A longer jump is a mistake of the times and not of the sound."""


@dataclass(frozen=True, slots=True)
class Silence:
    """So many samples of nothing."""

    samples: int


class GapFiller(Protocol):
    """Turns what was decoded into what is heard.

    Attributes:
        lost: Samples that were found missing so far.
    """

    lost_samples: int

    def fill_before(
        self, packet: "Packet[Any]", frames: Sequence[AudioFrame]
    ) -> list[AudioFrame | Silence]:
        """A packet's frames, with the silence that belongs before them."""
        ...

    def replace_damaged(self, packet: "Packet[Any]") -> list[AudioFrame | Silence]:
        """What stands for a packet that cannot be decoded."""
        ...

    def flush(self) -> list[AudioFrame | Silence]:
        """What was held back, at the end."""
        ...

    @property
    def is_truncated(self) -> bool:
        """Whether the file stops in its middle, as far as it can be told; asked at the end."""
        ...


@contextmanager
def open_gap_filler(
    path: Path, container: str, stream: AudioStream, duration_s: float | None
) -> Iterator[GapFiller]:
    """The way to find gaps in a file.

    Args:
        path: The file.
        container: FFmpeg's name of its format.
        stream: Its sound.
        duration_s: How long it says it is.
    """
    if container not in RAW_FORMATS:
        yield TimedGapFiller(stream, duration_s, path if container == "ogg" else None)
        return
    positions = PacketPositions(path)
    try:
        yield RawGapFiller(positions)
    finally:
        positions.close()


class RawGapFiller:
    """Frames without times: what is missing between them is told by its size."""

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
        # Damage may hide several frames in what is taken for one.
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
    """Frames with times: what is missing is the difference to what was heard so far.

    A frame waits for the next one: a time that is alone in jumping is no gap.
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
        least = self._min_gap if self._waits_for_damage else _UNEXPLAINED_S * self._rate
        return (
            max(least, self._min_gap) < late < _LONGEST_S * self._rate
            and (self._heard or 0.0) + late <= self._end
        )

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
from producer_studio.audio.packet_positions import RAW, RawFrames, is_tag

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


class Gaps(Protocol):
    """Turns what was decoded into what is heard.

    Attributes:
        lost: Samples that were found missing so far.
    """

    lost: int

    def good(
        self, packet: "Packet[Any]", frames: Sequence[AudioFrame]
    ) -> list[AudioFrame | Silence]:
        """A packet's frames, with the silence that belongs before them."""
        ...

    def damaged(self, packet: "Packet[Any]") -> list[AudioFrame | Silence]:
        """What stands for a packet that cannot be decoded."""
        ...

    def rest(self) -> list[AudioFrame | Silence]:
        """What was held back, at the end."""
        ...

    @property
    def is_cut(self) -> bool:
        """Whether the file stops in its middle, as far as it can be told; asked at the end."""
        ...


@contextmanager
def gaps_in(
    path: Path, container: str, stream: AudioStream, duration_s: float | None
) -> Iterator[Gaps]:
    """The way to find gaps in a file.

    Args:
        path: The file.
        container: FFmpeg's name of its format.
        stream: Its sound.
        duration_s: How long it says it is.
    """
    if container not in RAW:
        yield TimedGaps(stream, duration_s, path if container == "ogg" else None)
        return
    places = RawFrames(path)
    try:
        yield RawGaps(places)
    finally:
        places.close()


class RawGaps:
    """Frames without times: what is missing between them is told by its size."""

    def __init__(self, places: RawFrames) -> None:
        self._places = places
        self._sizes: deque[int] = deque(maxlen=_REMEMBERED)
        self._samples = 0
        self.lost = 0

    def good(
        self, packet: "Packet[Any]", frames: Sequence[AudioFrame]
    ) -> list[AudioFrame | Silence]:
        found: list[AudioFrame | Silence] = []
        if packet.size:
            skipped = self._places.skipped(bytes(packet))
            found += self._silence(round(skipped / self._usual)) if skipped else []
            self._sizes.append(packet.size)
            self._samples = sum(frame.samples for frame in frames) or self._samples
        return [*found, *frames]

    def damaged(self, packet: "Packet[Any]") -> list[AudioFrame | Silence]:
        data = bytes(packet)
        skipped = self._places.skipped(data)
        if is_tag(data):
            return []
        # Damage may hide several frames in what is taken for one.
        size = packet.size + skipped
        return self._silence(max(1, round(size / self._usual))) if self._sizes else []

    def rest(self) -> list[AudioFrame | Silence]:
        return []

    @property
    def is_cut(self) -> bool:
        return self._places.is_cut

    @property
    def _usual(self) -> float:
        return sum(self._sizes) / len(self._sizes) if self._sizes else float("inf")

    def _silence(self, frames: int) -> list[AudioFrame | Silence]:
        samples = frames * self._samples
        self.lost += samples
        return [Silence(samples)] if samples else []


class TimedGaps:
    """Frames with times: what is missing is the difference to what was heard so far.

    A frame waits for the next one: a time that is alone in jumping is no gap.
    """

    def __init__(
        self, stream: AudioStream, duration_s: float | None, ogg_file: Path | None
    ) -> None:
        self._ogg_file = ogg_file
        self._rate = stream.sample_rate
        self._scale = float(stream.time_base or 0) * self._rate
        self._least = max(_JITTER_S * self._rate, 2 * self._scale)
        self._end = float("inf") if duration_s is None else duration_s * self._rate + self._least
        self._heard: float | None = None
        self._waiting: AudioFrame | None = None
        self._is_damaged = self._waits_for_damage = False
        self.lost = 0

    def good(
        self, _packet: "Packet[Any]", frames: Sequence[AudioFrame]
    ) -> list[AudioFrame | Silence]:
        found: list[AudioFrame | Silence] = []
        for frame in frames:
            found += self._released(self._time(frame))
            if self._heard is None:
                self._heard = self._time(frame) or 0.0
            self._waiting, self._waits_for_damage = frame, self._is_damaged
            self._is_damaged = False
        return found

    def damaged(self, _packet: "Packet[Any]") -> list[AudioFrame | Silence]:
        self._is_damaged = True
        return []

    def rest(self) -> list[AudioFrame | Silence]:
        return self._released(None)

    @property
    def is_cut(self) -> bool:
        return self._ogg_file is not None and ogg_pages.is_cut(self._ogg_file)

    def _time(self, frame: AudioFrame) -> float | None:
        return None if frame.pts is None else frame.pts * self._scale

    def _released(self, next_at: float | None) -> list[AudioFrame | Silence]:
        frame, self._waiting = self._waiting, None
        if frame is None or self._heard is None:
            return []
        length = frame.samples * self._rate / (frame.sample_rate or self._rate)
        at = self._time(frame)
        late = 0.0 if at is None else at - self._heard
        if next_at is not None:
            late = min(late, next_at - length - self._heard)
        missing = round(late) if self._is_gap(late) else 0
        self.lost += missing
        self._heard += missing + length
        return [Silence(missing), frame] if missing else [frame]

    def _is_gap(self, late: float) -> bool:
        least = self._least if self._waits_for_damage else _UNEXPLAINED_S * self._rate
        return (
            max(least, self._least) < late < _LONGEST_S * self._rate
            and (self._heard or 0.0) + late <= self._end
        )

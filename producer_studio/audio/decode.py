"""Audio decoder that yields blocks of samples."""

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer

from producer_studio.audio.container import (
    LONGEST_S,
    NOT_AUDIO_MESSAGE,
    MediaInfo,
    describe_media,
    open_media,
)
from producer_studio.audio.damaged_audio import GapFiller, Silence, open_gap_filler
from producer_studio.audio.edit_list import declared_end, trim_padding
from producer_studio.audio.frame_samples import (
    HIGHEST_RATE,
    LOWEST_RATE,
    Block,
    FrameConverter,
    Planes,
    join_planes,
    kind_of,
)
from producer_studio.domain.errors import MediaRejected
from producer_studio.domain.media_note import ENDS_EARLY, STOPS_EARLY
from producer_studio.translation import mark
from producer_studio.translation.numbers import FixedDecimal

_BLOCK_FRAMES = 65_536
_MAX_MISSING_SHARE = 0.02
# Encoder delay and the last, partly filled frame are no reason to reject a file.
_MISSING_TOLERANCE_S = 0.15
_MAX_DAMAGED_SHARE = 0.05
_TOLERATED_LOSS_S = 0.25
"""Damage of this length is tolerated, however short the file is."""

_USABLE_SHARE = 0.5
"""Share of a damaged file that must be readable, where damage is accepted."""

_SHORTEST_USABLE_S = 1.0
_MOST_CHANNELS = 24


class Decoder:
    """One pass through a file's first audio stream.

    Iterating yields float32 arrays of shape (n, 2) in about -1 to 1 at the native rate, with at
    most a few seconds in memory. A mono file has two equal columns; more than two channels are
    mixed down. Use it as a context manager, on one thread.

    Attributes:
        media_info: Properties from the file's header.
        rate: Sample rate of the blocks in Hz; that of `media_info`.
        is_integer_16: Whether the source has samples of at most 16 bits, so that 16 bits are exact.
        problem: What is wrong with a file whose damage is accepted, as a sentence; else empty.
    """

    def __init__(self, path: Path, *, accepts_damage: bool = False) -> None:
        """Opens the file.

        Args:
            path: The file.
            accepts_damage: Whether a file that ends early, or is damaged in less than half, is no
                error but a `problem`.

        Raises:
            MediaRejected: It is not audio.
            StorageError: It does not exist or cannot be read.
        """
        self._path = path
        self._context = open_media(path)
        self._container: InputContainer = self._context.__enter__()
        try:
            self.media_info: MediaInfo = require_audio(describe_media(self._container, path))
        except BaseException:
            self._container.close()
            raise
        self.rate = self.media_info.sample_rate
        self.is_integer_16 = self.media_info.sample_format.startswith(("u8", "s16"))
        self._converter = FrameConverter(self.rate)
        self._accepts_damage = accepts_damage
        self.problem = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._context.__exit__(kind, error, trace)

    def __iter__(self) -> Iterator[Block]:
        """Decodes from the start to the end, once.

        Raises:
            MediaRejected: The file is damaged, ends early, is empty, or does not end.
        """
        parts: list[Planes] = []
        waiting = total = 0
        end = declared_end(self._container.streams.audio[0], self.media_info)
        for planes in trim_padding(self._all_planes(), end):
            if parts and kind_of(planes) != kind_of(parts[0]):
                # A stream may change from mono to stereo, or change its sample format.
                yield join_planes(parts)
                parts, waiting = [], 0
            parts.append(planes)
            waiting += planes.shape[1]
            total += planes.shape[1]
            if total > LONGEST_S * self.rate:
                raise MediaRejected(mark("The audio never ends: too long."))
            if waiting >= _BLOCK_FRAMES:
                yield join_planes(parts)
                parts, waiting = [], 0
        if parts:
            yield join_planes(parts)
        self._check_length(total)

    def _all_planes(self) -> Iterator[Planes]:
        for piece in self._frames_and_silence():
            yield self._converter.convert(piece)
        if (rest := self._converter.flush()) is not None:
            yield rest

    def _frames_and_silence(self) -> Iterator[AudioFrame | Silence]:
        """Yields frames, and silence in place of damaged audio."""
        stream = self._container.streams.audio[0]
        claimed = self.media_info.duration_s
        with open_gap_filler(self._path, self.media_info.container, stream, claimed) as gaps:
            yield from self._decode_packets(stream, gaps)

    def _decode_packets(
        self, stream: AudioStream, gaps: GapFiller
    ) -> Iterator[AudioFrame | Silence]:
        packets = damaged = good = 0
        demuxed = self._container.demux(stream)
        while True:
            try:
                packet = next(demuxed)
            except StopIteration:
                break
            except av.error.FFmpegError as error:
                self._reject(mark("The file is damaged."), good, str(error))
                break
            packets += 1
            try:
                frames = packet.decode()
            except av.error.FFmpegError:
                damaged += 1
                yield from gaps.replace_damaged(packet)
            else:
                good += sum(frame.samples for frame in frames)
                yield from gaps.fill_before(packet, frames)
        yield from gaps.flush()
        too_much = max(
            _TOLERATED_LOSS_S * self.rate, (good + gaps.lost_samples) * _MAX_DAMAGED_SHARE
        )
        if gaps.is_truncated:
            seconds = FixedDecimal(good / self.rate, 1)
            self._reject(STOPS_EARLY.with_values(seconds=seconds), good)
        if damaged > max(2, packets * _MAX_DAMAGED_SHARE) or gaps.lost_samples > too_much:
            is_usable = damaged < packets * _USABLE_SHARE and gaps.lost_samples < good
            message = mark("The file is damaged: much of its audio cannot be decoded.")
            self._reject(message, good if is_usable else 0)

    def _reject(self, message: str, good: int, cause: str = "") -> None:
        """Raises an error about damage, or records it where it is accepted.

        Args:
            good: Number of samples that were read; 0 if the file is not usable at all.
        """
        if not self._accepts_damage or good < _SHORTEST_USABLE_S * self.rate:
            raise MediaRejected(message, service_words=cause)
        self.problem = self.problem or message

    def _check_length(self, total: int) -> None:
        if total == 0:
            raise MediaRejected(mark("The file contains no audio."))
        claimed = self.media_info.duration_s
        if claimed is None:
            return
        decoded = total / self.rate
        if claimed - decoded > max(claimed * _MAX_MISSING_SHARE, _MISSING_TOLERANCE_S):
            present, whole = FixedDecimal(decoded, 1), FixedDecimal(claimed, 1)
            self._reject(ENDS_EARLY.with_values(present=present, whole=whole), total)


def decode(path: Path) -> Iterator[Block]:
    """Yields the whole file as float32 arrays of shape (n, 2); see `Decoder`.

    Raises:
        MediaRejected: It is not audio, damaged, too long, or ends early (at the end of the pass).
        StorageError: It does not exist or cannot be read.
    """
    with Decoder(path) as decoder:
        yield from decoder


def require_audio(media_info: MediaInfo) -> MediaInfo:
    """Returns the argument if its audio can be decoded.

    Raises:
        MediaRejected: There is none, or its header is damaged.
    """
    if not media_info.has_audio:
        raise MediaRejected(mark("The file contains no audio."))
    if (
        not 0 < media_info.channels <= _MOST_CHANNELS
        or not LOWEST_RATE <= media_info.sample_rate <= HIGHEST_RATE
    ):
        raise MediaRejected(NOT_AUDIO_MESSAGE)
    return media_info

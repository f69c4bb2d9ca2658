"""Encoding of local exports from the stored original."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Literal, cast

import av
import numpy as np
from av.audio.format import AudioFormat
from av.audio.frame import AudioFrame
from av.audio.layout import AudioLayout
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from producer_studio.audio.container import MediaInfo, read_media_info
from producer_studio.audio.daw_chunks import DawMarkers, build_daw_chunks
from producer_studio.audio.decode import Decoder
from producer_studio.audio.flac_seek_table import FlacSeekTable
from producer_studio.audio.mp3_writer import Mp3Writer
from producer_studio.audio.output_file import Sink, atomic_output, translate_os_errors
from producer_studio.audio.resampler import StereoResampler
from producer_studio.audio.riff import repair_header
from producer_studio.audio.tags import TagSet, write_with_tags
from producer_studio.audio.unfinished_headers import repair_unfinished_header
from producer_studio.audio.wav_writer import Quantiser, open_wav
from producer_studio.domain.errors import MediaRejected
from producer_studio.translation import mark

_COPY_BYTES = 1 << 20
_AAC_BITS_PER_S = 256_000
_ENCODER_SAMPLE_RATES = (44_100, 48_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodeSpec:
    """Format of an exported file.

    Attributes:
        mp3_mode: "320" is constant 320 kbit/s, "V0" the best variable rate of LAME.
        bits: Bit depth of WAV and FLAC.
        sample_rate: In Hz; 0 for that of the source. MP3 and M4A know 44.1 and 48 kHz only.
        gain_db: Change of the level.
        markers: Tempo, key and sections for the chunks of a WAV file; None for none.
        accepts_damage: Whether a source that ends early, or is damaged in less than half, is
            written as far as it can be read.
    """

    format: Literal["mp3", "wav", "flac", "m4a"]
    mp3_mode: Literal["320", "V0"] = "320"
    bits: Literal[16, 24] = 16
    sample_rate: int = 0
    gain_db: float = 0.0
    markers: DawMarkers | None = None
    accepts_damage: bool = False

    @property
    def is_unchanged_sound(self) -> bool:
        """Whether level and sample rate are those of the source."""
        return not self.gain_db and not self.sample_rate

    @property
    def suffix(self) -> str:
        return f".{self.format}"


@dataclass(frozen=True, slots=True)
class EncodedFile:
    """Finished exported file.

    Attributes:
        path: Its path.
        has_all_tags: Whether it contains all requested tags.
    """

    path: Path
    has_all_tags: bool


class EncodingCancelled(Exception):
    """The caller cancelled the encoding; no file was left behind."""


def transcode(
    source: Path,
    target: Path,
    spec: EncodeSpec,
    progress: Callable[[float], None],
    is_cancelled: Callable[[], bool],
    tags: TagSet | None = None,
) -> EncodedFile:
    """Writes `source` in another format, atomically.

    m4a from m4a copies the audio stream unchanged. Sample rates are preserved unless another one is
    asked for, except that MP3 and AAC use the two rates that every player supports. 16 bits are
    dithered (TPDF) if the source has a higher resolution, which includes all lossy formats, or if
    level or rate change; 24 bits never are.

    Args:
        source: An audio file.
        target: The preferred path; if it exists, "stem (2).mp3" and so on is used.
        spec: The format.
        progress: Called with the finished share, 0 to 1, on this thread.
        is_cancelled: Called between blocks.
        tags: Written before the file gets its name. A file that does not accept them is delivered
            without tags.

    Raises:
        EncodingCancelled: `is_cancelled` returned true.
        MediaRejected: The source is not audio; or damaged or truncated, and that is not accepted.
        StorageError: The disk rejects the file.
    """
    with atomic_output(target) as made:
        report = _Progress(progress, is_cancelled)
        info = read_media_info(source)

        def write() -> None:
            if spec.format == "m4a" and _is_plain_m4a(info) and spec.is_unchanged_sound:
                with translate_os_errors(target):
                    _copy(source, made.temporary_path, report)
                return
            decoding = Decoder(source, accepts_damage=spec.accepts_damage)
            with decoding as decoder, translate_os_errors(target):
                blocks = _amplify(_with_progress(decoder, report), spec.gain_db)
                if spec.format == "wav":
                    _write_wav(blocks, made.temporary_path, decoder, spec)
                elif spec.format == "mp3":
                    _write_mp3(blocks, made.temporary_path, decoder, spec)
                else:
                    _write_encoded(blocks, made.temporary_path, decoder, spec)

        complete = write_with_tags(target, made.temporary_path, write, tags)
        report.check()
    progress(1.0)
    return EncodedFile(made.final_path, complete)


def copy_with_tags(source: Path, target: Path, tags: TagSet) -> EncodedFile:
    """Copies a finished file and tags the copy; file name and errors are those of `transcode`.

    The header of an unfinished WAV, AIFF or W64 file is repaired to its true length. A file that
    does not accept tags is delivered without: the user paid for it.
    """
    with atomic_output(target) as made:

        def copy() -> None:
            with translate_os_errors(target):
                shutil.copyfile(source, made.temporary_path)
                repair_header(made.temporary_path)
                repair_unfinished_header(made.temporary_path)

        complete = write_with_tags(target, made.temporary_path, copy, tags)
    return EncodedFile(made.final_path, complete)


class _Progress:
    def __init__(self, progress: Callable[[float], None], cancelled: Callable[[], bool]) -> None:
        self._progress = progress
        self._cancelled = cancelled

    def check(self) -> None:
        if self._cancelled():
            raise EncodingCancelled

    def report(self, done: float, whole: float | None) -> None:
        self.check()
        if whole:
            # 1.0 is reported only after the file has its final name.
            self._progress(min(done / whole, 0.999))


def _with_progress(decoder: Decoder, report: _Progress) -> Iterator[NDArray[np.float32]]:
    frames = 0
    report.check()
    for block in decoder:
        yield block
        frames += len(block)
        report.report(frames / decoder.rate, decoder.media_info.duration_s)


def _is_plain_m4a(info: MediaInfo) -> bool:
    return (
        "m4a" in info.container.split(",")
        and info.codec in {"aac", "alac"}
        and (not info.has_video)
    )


def _copy(source: Path, target: Path, report: _Progress) -> None:
    whole = source.stat().st_size
    done = 0
    with source.open("rb") as source_file, target.open("wb") as made:
        while piece := source_file.read(_COPY_BYTES):
            report.check()
            made.write(piece)
            done += len(piece)
            report.report(done, whole)


def _amplify(
    blocks: Iterator[NDArray[np.float32]], gain_db: float
) -> Iterator[NDArray[np.float32]]:
    if not gain_db:
        return blocks
    factor = np.float32(10 ** (gain_db / 20))
    return (block * factor for block in blocks)


def _output_rate(decoder: Decoder, spec: EncodeSpec) -> int:
    rate = spec.sample_rate or decoder.rate
    return rate if spec.format in {"wav", "flac"} else _encoder_sample_rate(rate)


def _is_exact_16(decoder: Decoder, spec: EncodeSpec) -> bool:
    """Whether the samples are exact in 16 bits, so that dither would only add noise."""
    return (
        decoder.is_integer_16 and not spec.gain_db and _output_rate(decoder, spec) == decoder.rate
    )


def _write_wav(
    blocks: Iterator[NDArray[np.float32]], target: Path, decoder: Decoder, spec: EncodeSpec
) -> None:
    rate = _output_rate(decoder, spec)
    markers = spec.markers
    chunks = None if markers is None else partial(build_daw_chunks, markers, rate, spec.bits)
    dither = not _is_exact_16(decoder, spec)
    with open_wav(target, rate, spec.bits, dither, chunks) as wav:
        for block in _resample(blocks, decoder.rate, rate):
            wav.write(block)


def _write_mp3(
    blocks: Iterator[NDArray[np.float32]], target: Path, decoder: Decoder, spec: EncodeSpec
) -> None:
    rate = _output_rate(decoder, spec)
    # LAME accepts 16 bits; those of a 16-bit source at its own rate are passed through exactly.
    quantise = Quantiser(16, dither=not _is_exact_16(decoder, spec))
    with target.open("wb") as file:
        writer = Mp3Writer(file, rate, spec.mp3_mode)
        for block in _resample(blocks, decoder.rate, rate):
            writer.write(quantise(block).astype(np.int16))
        writer.finish()


def _resample(
    blocks: Iterator[NDArray[np.float32]], rate: int, new_rate: int
) -> Iterator[NDArray[np.float32]]:
    """Converts blocks of shape (n, 2) to another sample rate; unchanged if the rates are equal."""
    if rate == new_rate:
        yield from blocks
        return
    resampler = StereoResampler(new_rate)
    for frame in chain(_float_frames(blocks, rate), [None]):
        for ready in resampler.resample(frame):
            yield ready.to_ndarray().T.astype(np.float32, copy=False)


def _write_encoded(
    blocks: Iterator[NDArray[np.float32]], target: Path, decoder: Decoder, spec: EncodeSpec
) -> None:
    is_flac = spec.format == "flac"
    rate = _output_rate(decoder, spec)
    muxer, codec, options = _codec_settings(spec)
    # By default the edit list, which declares the end of the audio, is in milliseconds.
    muxer_options = {} if is_flac else {"movie_timescale": str(rate)}
    quantise = Quantiser(spec.bits, dither=not _is_exact_16(decoder, spec))
    blocks = _resample(blocks, decoder.rate, rate)
    frames = (
        _integer_frames(map(quantise, blocks), rate, spec.bits)
        if is_flac
        else _float_frames(blocks, rate)
    )
    seek_table = FlacSeekTable(rate)
    with Sink(target) as sink:
        try:
            with av.open(sink, "w", format=muxer, options=muxer_options) as container:
                stream = cast(
                    "AudioStream", container.add_stream(codec, rate=rate, options=options)
                )
                stream.codec_context.format = AudioFormat(_sample_format(spec))
                stream.codec_context.layout = AudioLayout("stereo")
                for frame in chain(frames, [None]):
                    for packet in stream.encode(frame):
                        seek_table.add(packet)
                        container.mux(packet)
                    sink.check()
        except av.error.FFmpegError as error:
            sink.check()
            raise MediaRejected(
                mark("The audio could not be encoded in this format."), service_words=str(error)
            ) from error
        sink.check()
    if is_flac:
        seek_table.write(target)


def _codec_settings(spec: EncodeSpec) -> tuple[str, str, dict[str, str]]:
    """Returns container, codec and codec options of FLAC and M4A."""
    if spec.format == "flac":
        return "flac", "flac", {"bits_per_raw_sample": str(spec.bits)}
    return "ipod", "aac", {"b": str(_AAC_BITS_PER_S)}


def _sample_format(spec: EncodeSpec) -> str:
    if spec.format == "flac":
        return "s16" if spec.bits == 16 else "s32"
    return "fltp"


def _encoder_sample_rate(rate: int) -> int:
    if rate in _ENCODER_SAMPLE_RATES:
        return rate
    return 44_100 if rate % 11_025 == 0 else 48_000


def _float_frames(blocks: Iterable[NDArray[np.float32]], rate: int) -> Iterator[AudioFrame]:
    position = 0
    for block in blocks:
        planes = np.ascontiguousarray(block.T)
        frame = AudioFrame.from_ndarray(planes, format="fltp", layout="stereo")
        yield _stamp_frame(frame, rate, position)
        position += len(block)


def _integer_frames(
    blocks: Iterable[NDArray[np.int32]], rate: int, bits: int
) -> Iterator[AudioFrame]:
    position = 0
    for block in blocks:
        packed = block.astype(np.int16) if bits == 16 else block << 8
        frame = AudioFrame.from_ndarray(
            packed.reshape(1, -1), format="s16" if bits == 16 else "s32", layout="stereo"
        )
        yield _stamp_frame(frame, rate, position)
        position += len(block)


def _stamp_frame(frame: AudioFrame, rate: int, position: int) -> AudioFrame:
    frame.sample_rate = rate
    frame.pts = position
    return frame

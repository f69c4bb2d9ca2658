"""WAV files of stems and of their mix, for a DAW and for the library."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import numpy as np

from producer_studio.audio.container import read_media_info
from producer_studio.audio.encode import EncodingCancelled
from producer_studio.audio.engine.engine import TrackSpec
from producer_studio.audio.engine.levels import MixSettings
from producer_studio.audio.engine.mixdown import mix_down
from producer_studio.audio.frame_samples import Block
from producer_studio.audio.output_file import atomic_output, translate_os_errors
from producer_studio.audio.tag_set import TagSet
from producer_studio.audio.tags import write_format_tags
from producer_studio.audio.wav_writer import open_wav
from producer_studio.domain.track_mix import MixFile, TrackMix

_BITS = 24
_SILENCE_FRAMES = 65_536


def write_stems(
    sources: Sequence[Path],
    targets: Sequence[Path],
    tags: Sequence[TagSet],
    is_cancelled: Callable[[], bool],
) -> list[Path]:
    """Writes files of one length, start, sample rate and depth (24 bits); all of them, or none.

    Shorter ones end with silence. The rate is the highest of the sources'.

    Returns:
        The paths; a name that exists is numbered.

    Raises:
        EncodingCancelled: `is_cancelled` returned true.
        MediaRejected: A source is not audio, or is damaged.
        StorageError: The disk rejects a file.
    """
    rate = highest_rate(sources)
    with ExitStack() as outputs:
        made = [outputs.enter_context(atomic_output(target)) for target in targets]
        with translate_os_errors(targets[0]):
            with ExitStack() as files:
                writers = [
                    files.enter_context(open_wav(one.temporary_path, rate, _BITS, dither=False))
                    for one in made
                ]
                for source, writer in zip(sources, writers, strict=True):
                    with closing(mix_down([TrackSpec(path=source)], rate)) as blocks:
                        for block in _checked(blocks, is_cancelled):
                            writer.write(block)
                longest = max(writer.frames for writer in writers)
                for writer in writers:
                    while writer.frames < longest:
                        writer.write_silence(min(_SILENCE_FRAMES, longest - writer.frames))
            for one, tag_set in zip(made, tags, strict=True):
                write_format_tags(one.temporary_path, tag_set)
    return [one.final_path for one in made]


def write_mix(
    sources: Sequence[Path],
    mixes: Sequence[TrackMix],
    target: Path,
    tags: TagSet,
    is_cancelled: Callable[[], bool],
) -> MixFile:
    """Writes the mix as one file of 24 bits, as long as the longest source, atomically.

    What is louder than full scale is limited to it.

    Raises:
        EncodingCancelled: `is_cancelled` returned true.
        MediaRejected: A source is not audio, or is damaged.
        StorageError: The disk rejects the file.
    """
    rate = highest_rate(sources)
    tracks = [
        TrackSpec(path=source, mix=_settings(mix))
        for source, mix in zip(sources, mixes, strict=True)
    ]
    with closing(mix_down(tracks, rate)) as blocks:
        return write_blocks(blocks, rate, target, tags, is_cancelled)


def write_blocks(
    blocks: Iterator[Block],
    rate: int,
    target: Path,
    tags: TagSet,
    is_cancelled: Callable[[], bool],
) -> MixFile:
    """Writes float32 blocks of shape (n, 2) as one file of 24 bits, atomically.

    What is louder than full scale is limited to it.

    Raises:
        EncodingCancelled: `is_cancelled` returned true.
        StorageError: The disk rejects the file.
    """
    peak = 0.0
    with atomic_output(target) as made, translate_os_errors(target):
        with open_wav(made.temporary_path, rate, _BITS, dither=False) as writer:
            for block in _checked(blocks, is_cancelled):
                peak = max(peak, float(np.abs(block).max(initial=0.0)))
                writer.write(block)
        write_format_tags(made.temporary_path, tags)
    return MixFile(made.final_path, peak)


def highest_rate(sources: Sequence[Path]) -> int:
    """Returns the highest sample rate of some files, in Hz."""
    return max(read_media_info(source).sample_rate for source in sources)


def _checked(blocks: Iterator[Block], is_cancelled: Callable[[], bool]) -> Iterator[Block]:
    for block in blocks:
        if is_cancelled():
            raise EncodingCancelled
        yield block


def _settings(mix: TrackMix) -> MixSettings:
    return MixSettings(
        gain_db=mix.gain_db, pan=mix.pan, is_muted=mix.is_muted, is_soloed=mix.is_soloed
    )

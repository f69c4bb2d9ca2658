"""Trim, fade, join and level of audio files, exact to the sample."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import numpy as np

from producer_studio.audio.engine.engine import TrackSpec
from producer_studio.audio.engine.levels import crossfade, linear
from producer_studio.audio.engine.mixdown import mix_down
from producer_studio.audio.frame_samples import Block
from producer_studio.audio.mix_files import highest_rate, write_blocks
from producer_studio.audio.tag_set import TagSet
from producer_studio.domain.errors import MediaRejected
from producer_studio.domain.local_edit import Fade, Join, Level, LocalEdit, Trim
from producer_studio.domain.track_mix import MixFile
from producer_studio.translation import mark


def write_edit(
    sources: Sequence[Path],
    edit: LocalEdit,
    target: Path,
    tags: TagSet,
    is_cancelled: Callable[[], bool],
) -> MixFile:
    """Writes the edited sound as one file of 24 bits, atomically.

    The rate is that of the source; of two, the higher one. What is louder than full scale is
    limited to it.

    Args:
        sources: The clip's file, and for a join also the one that follows.

    Raises:
        EncodingCancelled: `is_cancelled` returned true.
        MediaRejected: A source is not audio, or is damaged, or nothing is left of it.
        StorageError: The disk rejects the file.
    """
    rate = highest_rate(sources)
    with ExitStack() as stack:
        # Closed here, as an error keeps generators, and so their files and threads, alive.
        inputs = [
            stack.enter_context(closing(mix_down([TrackSpec(path=source)], rate)))
            for source in sources
        ]
        return write_blocks(_edited(inputs, edit, rate), rate, target, tags, is_cancelled)


def _edited(inputs: Sequence[Iterator[Block]], edit: LocalEdit, rate: int) -> Iterator[Block]:
    match edit:
        case Trim(start_s, end_s):
            end = None if end_s is None else round(end_s * rate)
            return trim(inputs[0], round(start_s * rate), end)
        case Fade(in_s, out_s):
            return fade(inputs[0], round(in_s * rate), round(out_s * rate))
        case Join(_, crossfade_s):
            return join(inputs[0], inputs[1], round(crossfade_s * rate))
        case Level(gain_db):
            return change_level(inputs[0], gain_db)


def trim(blocks: Iterator[Block], start: int, end: int | None) -> Iterator[Block]:
    """Yields the frames from `start` to before `end`, or to the end.

    Raises:
        MediaRejected: There are none.
    """
    position = count = 0
    for block in blocks:
        part = block[max(0, start - position) : None if end is None else max(0, end - position)]
        position += len(block)
        count += len(part)
        if len(part):
            yield part
        if end is not None and position >= end:
            break
    if not count:
        raise MediaRejected(mark("The sound ends before this part begins."))


def fade(blocks: Iterator[Block], fade_in: int, fade_out: int) -> Iterator[Block]:
    """Fades the first and the last frames, whose levels are straight lines from and to 0.

    The first frame of a fade is silent, and the last frame of the sound is.
    """
    position = 0
    for block, is_tail in _with_tail(blocks, fade_out):
        gains = np.ones(len(block), np.float32)
        if position < fade_in:
            rise = np.arange(position, position + len(block), dtype=np.float32)
            gains *= np.minimum(rise / np.float32(fade_in), np.float32(1.0))
        if is_tail:
            # Where the sound is shorter than the fade, only the end of the line is heard.
            fall = np.arange(len(block) - 1, -1, -1, dtype=np.float32)
            gains *= fall / np.float32(max(1, fade_out))
        position += len(block)
        yield np.asarray(block * gains[:, None], np.float32)


def join(first: Iterator[Block], second: Iterator[Block], overlap: int) -> Iterator[Block]:
    """Yields the first sound and the second, which overlap by a number of frames.

    The curves are those of the player's crossfades: constant power, and unchanged where both
    sounds are equal. The overlap is at most as long as the shorter sound.
    """
    tail = np.empty((0, 2), np.float32)
    for block, is_tail in _with_tail(first, overlap):
        if is_tail:
            tail = block
        else:
            yield block
    head, rest = _take(second, len(tail))
    if len(head) < len(tail):
        yield tail[: len(tail) - len(head)]
        tail = tail[len(tail) - len(head) :]
    if len(head):
        yield crossfade(tail, head)
    yield from rest


def change_level(blocks: Iterator[Block], gain_db: float) -> Iterator[Block]:
    """Multiplies all frames by a level in dB."""
    factor = np.float32(linear(gain_db))
    for block in blocks:
        yield np.asarray(block * factor, np.float32)


def _with_tail(blocks: Iterator[Block], frames: int) -> Iterator[tuple[Block, bool]]:
    """Yields all frames, the last ones as one block of their own, which is marked."""
    held: list[Block] = []
    count = 0
    for block in blocks:
        held.append(block)
        count += len(block)
        while held and count - len(held[0]) >= frames:
            count -= len(held[0])
            yield held.pop(0), False
    if not held:
        return
    joined = np.concatenate(held)
    if body := max(0, len(joined) - frames):
        yield joined[:body], False
    if body < len(joined):
        yield joined[body:], True


def _take(blocks: Iterator[Block], frames: int) -> tuple[Block, Iterator[Block]]:
    """Returns the first frames, fewer at an early end, and an iterator of those that follow."""
    taken: list[Block] = []
    count = 0
    while count < frames and (block := next(blocks, None)) is not None:
        taken.append(block)
        count += len(block)
    joined = np.concatenate(taken) if taken else np.empty((0, 2), np.float32)

    def rest() -> Iterator[Block]:
        if len(joined) > frames:
            yield joined[frames:]
        yield from blocks

    return joined[:frames], rest()

"""Rendering of a mix to its end, faster than real time."""

from collections.abc import Generator, Sequence

from producer_studio.audio.engine.engine import Engine, TrackSpec
from producer_studio.audio.engine.events import ItemEnded, SourceDamaged, SourceFailed
from producer_studio.audio.frame_samples import Block
from producer_studio.domain.errors import MediaRejected

_BLOCK_FRAMES = 65_536


def mix_down(tracks: Sequence[TrackSpec], rate: int) -> Generator[Block, None, None]:
    """Yields the mix of tracks as float32 blocks of shape (n, 2), as long as the longest track.

    The files are open until it ends or is closed.

    Raises:
        MediaRejected: One of the files cannot be played, or is damaged.
    """
    engine = Engine(rate, waits=True)
    try:
        item = engine.load(tracks)
        engine.play()
        begun = 0
        while engine.is_playing:
            block = engine.render(_BLOCK_FRAMES)
            events = engine.take_events()
            for event in events:
                if isinstance(event, SourceFailed | SourceDamaged):
                    raise MediaRejected(event.message)
            if any(isinstance(event, ItemEnded) for event in events):
                block = block[: (item.end or 0) - begun]
            begun += len(block)
            yield block
    finally:
        engine.close()

"""End of the audio in MP4 files, which their edit list declares."""

from collections.abc import Iterator

from av.audio.stream import AudioStream

from producer_studio.audio.container import MediaInfo
from producer_studio.audio.frame_samples import Planes

# The last encoded frame is padded (AAC to 1,024 samples, HE-AAC to 2,048): an MP4 file may contain
# so much audio after the end that its edit list declares.
_MAX_PADDING_SAMPLES = 4_096


def declared_end(stream: AudioStream, media_info: MediaInfo) -> int | None:
    """Returns the number of samples that an MP4 file's header declares; None for others."""
    if "m4a" not in media_info.container.split(",") or not stream.duration:
        return None
    return round(stream.duration * (stream.time_base or 0) * media_info.sample_rate) or None


def trim_padding(pieces: Iterator[Planes], end: int | None, begin: int = 0) -> Iterator[Planes]:
    """Removes the padding of an MP4 file's last frame, as its edit list requires of players.

    If much more audio follows, the header is wrong and all audio is preserved.

    Args:
        pieces: Consecutive samples.
        end: What `declared_end` returned.
        begin: Position of the first sample of `pieces`.
    """
    total = begin
    surplus: list[Planes] = []
    for planes in pieces:
        if end is None:
            yield planes
            continue
        keep = max(0, end - total)
        total += planes.shape[1]
        if keep:
            yield planes[:, :keep]
        if planes.shape[1] > keep:
            surplus.append(planes[:, keep:])
        if total - end > _MAX_PADDING_SAMPLES:
            yield from surplus
            surplus.clear()
            end = None

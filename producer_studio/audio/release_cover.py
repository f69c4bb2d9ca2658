"""Cover picture as shops accept it: a JPEG of at least 3000 by 3000 pixels."""

import logging
from dataclasses import dataclass

import av

from producer_studio.audio.tag_set import decode_picture, encode_jpeg
from producer_studio.domain.release_report import MIN_COVER_PX

log = logging.getLogger(__name__)

_JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True)
class ReleaseCover:
    """JPEG of a cover.

    Attributes:
        original_px: Shorter side of the picture that it was made of.
    """

    data: bytes
    original_px: int

    @property
    def is_enlarged(self) -> bool:
        return self.original_px < MIN_COVER_PX


def create_release_cover(data: bytes) -> ReleaseCover | None:
    """Converts a picture to a JPEG whose shorter side has 3000 pixels; blocking.

    A JPEG of that size is returned unchanged. A smaller picture is enlarged, which adds no detail.

    Returns:
        None if it is not a readable picture.
    """
    frame = decode_picture(data)
    if frame is None:
        return None
    shorter = min(frame.width, frame.height)
    if data.startswith(_JPEG) and shorter == MIN_COVER_PX:
        return ReleaseCover(data, shorter)
    try:
        return ReleaseCover(encode_jpeg(frame, MIN_COVER_PX / shorter), shorter)
    except (av.error.FFmpegError, ValueError) as error:
        log.info("Cannot convert cover: %r", error)
        return None

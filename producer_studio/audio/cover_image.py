"""Conversion of cover images for audio tags."""

import io
import logging
from typing import Any

import av
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

log = logging.getLogger(__name__)

_FORMATS = (
    "webp_pipe,png_pipe,jpeg_pipe,gif,bmp_pipe,tiff_pipe,mov,mp4,m4a,3gp,3g2,mj2,avif,image2pipe"
)
_MOST_STREAMS = 4
_OPTIONS = {
    "format_whitelist": _FORMATS,
    "protocol_whitelist": "",
    "max_streams": str(_MOST_STREAMS),
}
_DECODER_OPTIONS = {"max_pixels": "50000000"}
"""Limit of 7,000 by 7,000 pixels, which take up to 400 MB.

A file of 2 MB can declare a hundred times more. FFmpeg checks this before it decodes; its default
limit is 2 GB.
"""

# Opening a file already decodes a picture of each stream. The types declare a list of strings.
_STREAM_OPTIONS: dict[str, Any] = {"stream_options": [_DECODER_OPTIONS] * _MOST_STREAMS}

_LARGEST_PX = 3000
_JPEG = b"\xff\xd8\xff"
_START = b"\xff\xd8"
_JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
_QUALITY = "2"
"""Quality of FFmpeg's JPEG encoder, 2 to 31; size and error match libjpeg's quality 90."""


def convert_cover_to_jpeg(data: bytes) -> bytes | None:
    """Converts a picture to JPEG, which every tag format supports; a JPEG is returned unchanged.

    A PNG cover takes some 600 kB in each exported file, the JPEG 70 kB.

    Blocking. A picture of more than 50 million pixels is rejected before it is decoded; one that is
    wider or higher than 3000 px is scaled down.

    Returns:
        None if it is not a readable picture.
    """
    if data.startswith(_JPEG):
        return data
    try:
        with av.open(io.BytesIO(data), "r", options=_OPTIONS, **_STREAM_OPTIONS) as container:
            container.streams.video[0].codec_context.options = _DECODER_OPTIONS
            frame = next(container.decode(video=0))
        return _encode_jpeg(frame)
    except (av.error.FFmpegError, StopIteration, ValueError, IndexError) as error:
        log.info("Cannot read cover: %r", error)
        return None


def _encode_jpeg(frame: VideoFrame) -> bytes:
    scale = min(1.0, _LARGEST_PX / max(frame.width, frame.height))
    width, height = (max(2, round(side * scale / 2) * 2) for side in (frame.width, frame.height))
    made = io.BytesIO()
    with av.open(made, "w", format="mjpeg") as container:
        stream = container.add_stream("mjpeg", rate=1, options={"qmin": _QUALITY, "qmax": _QUALITY})
        assert isinstance(stream, VideoStream)  # noqa: S101 - for the type checker
        stream.width, stream.height, stream.pix_fmt = width, height, "yuvj420p"
        picture = frame.reformat(width, height, "yuvj420p")
        picture.pts = 0
        container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    # FFmpeg omits this segment, and some readers detect a JPEG by it.
    return made.getvalue().replace(_START, _START + _JFIF, 1)

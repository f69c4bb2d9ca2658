# mypy: untyped-calls-exclude=mutagen
"""Seek table of a FLAC file, which FFmpeg does not write."""

from pathlib import Path
from typing import Any

from av.audio.stream import AudioStream
from av.packet import Packet
from mutagen import MutagenError
from mutagen.flac import FLAC, SeekPoint, SeekTable

from producer_studio.audio.tags import unwrap_mutagen_error

SPACING_S = 10
"""Seconds between two points, as of the reference encoder."""


class FlacSeekTable:
    """Gathers where the frames of a file lie while they are written, and adds the table to it."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._points: list[Any] = []
        self._offset = 0

    def add(self, packet: "Packet[AudioStream]") -> None:
        """Takes the next frame, before the container has changed its times."""
        if packet.pts is None or not packet.size or packet.time_base is None:
            return
        first = round(packet.pts * packet.time_base * self._rate)
        count = round((packet.duration or 0) * packet.time_base * self._rate)
        # A point leads to the frame that its moment lies in.
        if first + count > len(self._points) * SPACING_S * self._rate:
            self._points.append(SeekPoint(first, self._offset, count))
        self._offset += packet.size

    def write(self, path: Path) -> None:
        """Adds the table to the finished file; one without any frame gets none.

        Raises:
            OSError: The disk does not take it.
        """
        if not self._points:
            return
        table = SeekTable(None)
        table.seekpoints = self._points
        try:
            flac = FLAC(path)
            flac.metadata_blocks.append(table)
            flac.save()
        except MutagenError as error:
            raise unwrap_mutagen_error(error) from error

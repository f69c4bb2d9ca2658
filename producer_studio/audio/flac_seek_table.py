# mypy: untyped-calls-exclude=mutagen
"""FLAC seek table, which FFmpeg does not write."""

from pathlib import Path
from typing import Any

from av.audio.stream import AudioStream
from av.packet import Packet
from mutagen import MutagenError
from mutagen.flac import FLAC, SeekPoint, SeekTable

from producer_studio.audio.tags import unwrap_mutagen_error

SPACING_S = 10
"""Seconds between two seek points, as in the reference encoder."""


class FlacSeekTable:
    """Collects frame positions while a file is written, and adds the seek table to it."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._points: list[Any] = []
        self._offset = 0

    def add(self, packet: "Packet[AudioStream]") -> None:
        """Records the next frame, before the muxer has changed its timestamps."""
        if packet.pts is None or not packet.size or packet.time_base is None:
            return
        first = round(packet.pts * packet.time_base * self._rate)
        count = round((packet.duration or 0) * packet.time_base * self._rate)
        # A seek point refers to the frame that contains its sample.
        if first + count > len(self._points) * SPACING_S * self._rate:
            self._points.append(SeekPoint(first, self._offset, count))
        self._offset += packet.size

    def write(self, path: Path) -> None:
        """Adds the table to the finished file; a file without frames gets none.

        Raises:
            OSError: The disk rejects the write.
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

"""Recognises audio files by their names."""

from pathlib import Path

from producer_studio.files.file_types import AUDIO_SUFFIXES

__all__ = ["AUDIO_SUFFIXES", "is_audio_file"]


def is_audio_file(path: Path) -> bool:
    """Whether a dropped file is accepted for upload, by its name alone.

    The content is checked later: nothing is read from a disk during a drag.
    """
    return path.suffix.lower() in AUDIO_SUFFIXES

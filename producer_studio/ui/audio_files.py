"""Which files are taken for music by their names."""

from pathlib import Path

from producer_studio.files.file_types import AUDIO_SUFFIXES

__all__ = ["AUDIO_SUFFIXES", "is_audio_file"]


def is_audio_file(path: Path) -> bool:
    """Whether a dropped file is offered for upload, by its name alone.

    The content decides later: while something is dragged nothing is read from a disk.
    """
    return path.suffix.lower() in AUDIO_SUFFIXES

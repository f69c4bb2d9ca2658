"""Which files are taken for music by their names."""

from pathlib import Path

AUDIO_SUFFIXES = frozenset(
    {".mp3", ".wav", ".m4a", ".flac", ".ogg", ".opus", ".aac", ".aif", ".aiff", ".mp4", ".webm"}
)


def is_audio_file(path: Path) -> bool:
    """Whether a dropped file is offered for upload, by its name alone."""
    return path.suffix.lower() in AUDIO_SUFFIXES

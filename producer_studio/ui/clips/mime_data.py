"""Drag-and-drop format for clip ids inside the window."""

from collections.abc import Sequence

from PySide6.QtCore import QMimeData

from producer_studio.domain.ids import ClipId

CLIPS_MIME_TYPE = "application/x-producer-studio-clips"


def set_mime_clips(data: QMimeData, clips: Sequence[ClipId]) -> None:
    """Adds the ids of the dragged clips to the MIME data."""
    data.setData(CLIPS_MIME_TYPE, "\n".join(clips).encode())


def get_mime_clips(data: QMimeData) -> list[ClipId]:
    """Returns the ids of the dragged clips; empty when the drag has none."""
    if not data.hasFormat(CLIPS_MIME_TYPE):
        return []
    return [
        ClipId(line)
        for line in bytes(data.data(CLIPS_MIME_TYPE).data()).decode().split("\n")
        if line
    ]

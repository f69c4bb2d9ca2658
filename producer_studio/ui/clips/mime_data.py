"""Clips while they are dragged inside the window."""

from collections.abc import Sequence

from PySide6.QtCore import QMimeData

from producer_studio.domain.ids import ClipId

CLIPS_MIME_TYPE = "application/x-producer-studio-clips"


def set_mime_clips(data: QMimeData, clips: Sequence[ClipId]) -> None:
    """Says which clips are dragged, beside their files."""
    data.setData(CLIPS_MIME_TYPE, "\n".join(clips).encode())


def get_mime_clips(data: QMimeData) -> list[ClipId]:
    """The clips that are dragged; none when the drag came from elsewhere."""
    if not data.hasFormat(CLIPS_MIME_TYPE):
        return []
    return [
        ClipId(line)
        for line in bytes(data.data(CLIPS_MIME_TYPE).data()).decode().split("\n")
        if line
    ]

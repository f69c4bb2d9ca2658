"""Clips while they are dragged inside the window."""

from collections.abc import Sequence

from PySide6.QtCore import QMimeData

from producer_studio.domain.ids import ClipId

CLIPS = "application/x-producer-studio-clips"


def put_clips(data: QMimeData, clips: Sequence[ClipId]) -> None:
    """Says which clips are dragged, beside their files."""
    data.setData(CLIPS, "\n".join(clips).encode())


def clips_in(data: QMimeData) -> list[ClipId]:
    """The clips that are dragged; none when the drag came from elsewhere."""
    if not data.hasFormat(CLIPS):
        return []
    return [ClipId(line) for line in bytes(data.data(CLIPS).data()).decode().split("\n") if line]

"""Folder names of clips."""

from datetime import datetime

from producer_studio.domain.timestamps import to_local_time
from producer_studio.files.filenames import MAX_NAME_BYTES, safe_filename


def clip_folder_name(title: str, clip_id: str, created_at: datetime, id_length: int = 8) -> str:
    """Returns `<year>/<title> [short id]`: local year, `id_length` characters of the id."""
    mark = f" [{safe_filename(clip_id[:id_length], max_bytes=65, default='clip')}]"
    name = safe_filename(title, max_bytes=MAX_NAME_BYTES - len(mark.encode()))
    return f"{to_local_time(created_at).year:04d}/{name}{mark}"

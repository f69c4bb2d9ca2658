"""What the folders of clips are called."""

from datetime import datetime

from producer_studio.domain.timestamps import to_local_time
from producer_studio.files.filenames import MAX_NAME_BYTES, safe_filename


def clip_folder_name(title: str, clip_id: str, created_at: datetime, id_length: int = 8) -> str:
    """`<year>/<title> [short id]`: the year in local time, `shown` characters of the id."""
    mark = f" [{safe_filename(clip_id[:id_length], max_bytes=65, default='clip')}]"
    name = safe_filename(title, max_bytes=MAX_NAME_BYTES - len(mark.encode()))
    return f"{to_local_time(created_at).year:04d}/{name}{mark}"

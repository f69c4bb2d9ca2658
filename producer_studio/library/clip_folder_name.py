"""What the folders of clips are called."""

from datetime import datetime

from producer_studio.files.filenames import LIMIT_BYTES, safe_name


def clip_folder(title: str, clip_id: str, made: datetime, shown: int = 8) -> str:
    """`<year>/<title> [short id]`: the year in local time, `shown` characters of the id."""
    mark = f" [{safe_name(clip_id[:shown], limit=65, otherwise='clip')}]"
    name = safe_name(title, limit=LIMIT_BYTES - len(mark.encode()))
    return f"{made.astimezone().year:04d}/{name}{mark}"

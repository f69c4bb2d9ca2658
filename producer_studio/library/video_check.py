"""Detection of video files before they are opened in another program."""

from pathlib import Path

from producer_studio.library.path_confinement import is_plain_file, read_plain_head, require_inside

_SUFFIXES = frozenset({".mp4", ".m4v", ".mov", ".webm", ".mkv"})
_MATROSKA_MAGIC = b"\x1aE\xdf\xa3"
_MP4_BOX_TYPE = b"ftyp"


def is_video(path: Path, library: Path) -> bool:
    """Whether a file may be opened with the system's player; blocking.

    Both its name and its content must be a video's: systems use one or the other, and anything else
    might be started as a program.
    """
    try:
        require_inside(path, library)
        if path.suffix.lower() not in _SUFFIXES or not is_plain_file(path):
            return False
        head = read_plain_head(path, 12)
    except (OSError, ValueError):
        return False
    return head.startswith(_MATROSKA_MAGIC) or head[4:8] == _MP4_BOX_TYPE

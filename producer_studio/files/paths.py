"""Expansion of paths that users type."""

from pathlib import Path


def expand_home(path: Path) -> Path:
    """Expands `~` or `~name`; returns the path unchanged if there is no such home folder."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def absolute_path(path: Path) -> Path:
    """Returns the absolute path."""
    return expand_home(path).absolute()

"""Paths that begin with the home of a user."""

from pathlib import Path


def expand_home(path: Path) -> Path:
    """The path with its `~` or `~name` replaced; as it is where there is no such home."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def absolute_path(path: Path) -> Path:
    """The whole path."""
    return expand_home(path).absolute()

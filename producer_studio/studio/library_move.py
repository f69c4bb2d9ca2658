"""Move of the user's library to another folder, with the change of the settings."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from producer_studio.files.paths import absolute_path
from producer_studio.library.recovery.relocation import move_library
from producer_studio.settings.known_libraries import KnownLibraries
from producer_studio.settings.paths import default_paths
from producer_studio.settings.preferences import PreferencesFile
from producer_studio.studio.library_probe import finish_if_responsive
from producer_studio.studio.updates.installation import size_text
from producer_studio.studio.user_files import run_for_user_file
from producer_studio.translation import mark, sentences


@dataclass(frozen=True, slots=True)
class MoveResult:
    """Result of a move; see `relocation.MovedFiles`.

    Attributes:
        is_chosen: Whether the program opens the new folder from now on.
    """

    old: Path
    new: Path
    files: int
    size_bytes: int
    removable: tuple[str, ...]
    foreign: tuple[str, ...]
    is_chosen: bool


class LibraryMove:
    """Moves a library that no window or command has open.

    Args:
        library: Folder of the library; None for the one that the program opens.
    """

    def __init__(self, environ: Mapping[str, str], library: Path | None = None) -> None:
        self._paths = default_paths(environ)
        self._library = library

    async def run(
        self,
        new: Path,
        on_progress: Callable[[int, int], object],
        is_cancelled: Callable[[], bool],
    ) -> MoveResult:
        """Copies and compares everything, then changes the settings; see `move_library`.

        Args:
            on_progress: Called in another thread.
            is_cancelled: As well.

        Raises:
            LibraryUnresponsive: One of the disks does not respond any more.
            StorageError: The library is open, the folder cannot be used, or a disk error.
        """
        is_given_up = threading.Event()

        def is_ended() -> bool:
            return is_given_up.is_set() or is_cancelled()

        chosen = await asyncio.to_thread(self._choose_folder)
        old = absolute_path(self._library or chosen)
        moving = run_for_user_file(new, self._run, new, on_progress, is_ended)
        try:
            return await finish_if_responsive([old, absolute_path(new)], moving)
        finally:
            is_given_up.set()

    def _choose_folder(self) -> Path:
        file = PreferencesFile(self._paths.preferences_file)
        return self._paths.choose_library(file.peek().library_dir)

    def _run(
        self,
        new: Path,
        on_progress: Callable[[int, int], object],
        is_cancelled: Callable[[], bool],
    ) -> MoveResult:
        file = PreferencesFile(self._paths.preferences_file)
        chosen = self._paths.choose_library(file.peek().library_dir)
        old = absolute_path(self._library or chosen)
        moved = move_library(old, absolute_path(new), on_progress, is_cancelled)
        is_default = old == absolute_path(chosen) and not self._paths.library_is_given
        if is_default:
            file.save(file.load().with_changes(library_dir=str(moved.new)), {"library_dir"})
        known = KnownLibraries(self._paths.state / "libraries.json")
        known.add(moved.new)
        known.move_name(moved.old, moved.new)
        return MoveResult(
            moved.old,
            moved.new,
            moved.files,
            moved.size_bytes,
            moved.removable,
            moved.foreign,
            is_default,
        )


def move_text(result: MoveResult) -> list[str]:
    """Returns what came of a move, as lines for the user."""
    size = size_text(result.size_bytes)
    opened = (
        mark("It is opened from now on.")
        if result.is_chosen
        else mark("Your settings still name another folder: open this one with --library.")
    )
    moved = mark(
        "The library is in {folder}: {files} files, {size}, copied and compared.",
        folder=str(result.new),
        files=result.files,
        size=size,
    )
    left = mark(
        "The old folder {folder} is not used any more. Once you have looked at the new one, you "
        "can delete there: {names}.",
        folder=str(result.old),
        names=", ".join(result.removable),
    )
    lines: list[str] = [sentences(moved, opened), left]
    if result.foreign:
        foreign = ", ".join(result.foreign)
        lines.append(mark("Not part of the library, and not copied: {names}.", names=foreign))
    return lines

"""Work on a library that no window or command may have open: move, restore, rebuild."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from producer_studio.library.recovery.relocation import MoveCancelled
from producer_studio.studio.backups import Backups
from producer_studio.studio.library_move import LibraryMove, move_text
from producer_studio.translation import mark, sentences

_MOVE_STOPPED = (
    "Stopped; the library stays where it is. Moving it to the same folder again goes on from here."
)

OnProgress = Callable[[int, int], object]
"""Called in another thread with the number of files that are done, and of all."""


@dataclass(frozen=True, slots=True)
class LibraryMoveWork:
    """Copies the library to another folder, compares it, and uses it from then on."""

    folder: Path
    target: Path
    title: str = mark("Moving the library")

    async def run(
        self, environ: Mapping[str, str], on_progress: OnProgress, is_cancelled: Callable[[], bool]
    ) -> tuple[Path, str]:
        """Moves it; returns the folder to open, and what came of it.

        If `is_cancelled` returns true, the library stays, and the same move later goes on.

        Raises:
            StorageError: The library is open, the folder cannot be used, or a disk error.
        """
        moving = LibraryMove(environ, self.folder)
        try:
            result = await moving.run(self.target, on_progress, is_cancelled)
        except MoveCancelled:
            return self.folder, _MOVE_STOPPED
        return result.new, "\n\n".join(move_text(result))


@dataclass(frozen=True, slots=True)
class RestoreWork:
    """Replaces the database by a backup, and puts the files of a backup with media back."""

    folder: Path
    backup: Path
    title: str = mark("Restoring the backup")

    async def run(
        self, _environ: Mapping[str, str], _report: OnProgress, _is_cancelled: Callable[[], bool]
    ) -> tuple[Path, str]:
        """Restores it; returns the folder to open, and what came of it.

        Raises:
            StorageError: The library is open, or the backup is damaged; nothing was changed.
        """
        result = await Backups(self.folder).restore(self.backup)
        text = mark("Restored: {contents}.", contents=result.text)
        return self.folder, sentences(text, _replaced_message(result.replaced_database))


@dataclass(frozen=True, slots=True)
class RebuildWork:
    """Makes the database anew from the clips' folders."""

    folder: Path
    title: str = mark("Rebuilding the database")

    async def run(
        self, _environ: Mapping[str, str], _report: OnProgress, _is_cancelled: Callable[[], bool]
    ) -> tuple[Path, str]:
        """Rebuilds it; returns the folder to open, and what came of it.

        Raises:
            StorageError: The library is open; nothing was changed.
        """
        result, kept = await Backups(self.folder).rebuild()
        text = sentences(mark("Rebuilt: {contents}.", contents=result.summary), result.message)
        return self.folder, sentences(text, _replaced_message(kept))


def _replaced_message(database: Path | None) -> str:
    if database is None:
        return ""
    return mark("The replaced database is kept as “{name}”.", name=database.name)


LibraryWork = LibraryMoveWork | RestoreWork | RebuildWork


@dataclass(frozen=True, slots=True)
class LibraryRequest:
    """Request to the window: its action after it has closed its library.

    Attributes:
        folder: Library to open then.
        creates_library: Whether an empty one may be created there.
        work: What to do before; None for nothing.
        settings_page: Page of the settings that is opened again, and playback goes on; empty where
            another library is opened.
    """

    folder: Path
    creates_library: bool = False
    work: LibraryWork | None = None
    settings_page: str = ""

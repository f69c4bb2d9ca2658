"""Libraries that are opened by a name in place of their folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from producer_studio.domain.errors import StorageError
from producer_studio.domain.text import to_single_line
from producer_studio.files.path_checks import is_folder
from producer_studio.files.paths import absolute_path
from producer_studio.files.unresponsive_disks import resolve_in_time
from producer_studio.settings.known_libraries import KnownLibraries
from producer_studio.settings.paths import default_paths
from producer_studio.settings.preferences import PreferencesFile
from producer_studio.translation import mark

_MAX_LENGTH = 60
_WRONG_NAME = mark("A name has 1 to 60 characters, and no slash or backslash.")


@dataclass(frozen=True, slots=True)
class NamedLibrary:
    """Library that was opened before.

    Attributes:
        name: Empty if it has none.
        is_default: Whether the program opens it unless another one is asked for.
        exists: Whether its folder is there now.
    """

    folder: Path
    name: str = ""
    is_default: bool = False
    exists: bool = True


class NamedLibraries:
    """Lists and names libraries; all methods block."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._paths = default_paths(environ)
        self._known = KnownLibraries(self._paths.state / "libraries.json")

    @property
    def default_folder(self) -> Path:
        """The library that the program opens unless another one is asked for."""
        chosen = PreferencesFile(self._paths.preferences_file).peek().library_dir
        return absolute_path(self._paths.choose_library(chosen))

    def list_all(self) -> list[NamedLibrary]:
        """Returns all libraries that were opened before: the default, named ones, others."""
        names = {path: name for name, path in self._known.names().items()}
        default = self.default_folder
        found = [
            NamedLibrary(Path(path), names.get(path, ""), Path(path) == default, _exists(path))
            for path in dict.fromkeys([*names, *self._known.folders()])
        ]
        found.sort(key=lambda one: (not one.is_default, not one.name, one.name.casefold()))
        return found

    def set_name(self, folder: Path, name: str) -> None:
        """Names a library; an empty name removes the one that it has.

        Raises:
            StorageError: The name is not usable, or another library has it.
        """
        name = to_single_line(name).strip()
        if len(name) > _MAX_LENGTH or "/" in name or "\\" in name:
            raise StorageError(_WRONG_NAME)
        self._known.set_name(folder, name)

    def find(self, text: str) -> Path | None:
        """Returns the folder of a library by its name; None if there is none of this name."""
        wanted = text.strip().casefold()
        for name, path in self._known.names().items():
            if name.casefold() == wanted:
                return Path(path)
        return None


def _exists(path: str) -> bool:
    """Whether it is there; on a disk that does not respond or reports an error it is not."""
    try:
        return resolve_in_time(Path(path)) is not None and is_folder(Path(path))
    except OSError:
        return False


def library_folder(text: str, environ: Mapping[str, str]) -> Path:
    """Returns the folder of a library that is given by name or by path; blocking.

    A name goes before a folder of the current one; “./NAME” means the folder.
    """
    is_path = "/" in text or "\\" in text
    found = None if is_path else NamedLibraries(environ).find(text)
    return found or absolute_path(Path(text))

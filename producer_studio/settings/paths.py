"""Paths of this program's folders."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from producer_studio.files.path_checks import is_folder
from producer_studio.files.paths import absolute_path

HOME_VARIABLE = "PRODUCER_STUDIO_HOME"
LIBRARY_VARIABLE = "PRODUCER_STUDIO_LIBRARY"

_FOLDER = "producer-studio"
_LIBRARY_NAME = "Producer Studio"


@dataclass(frozen=True, slots=True)
class Paths:
    """Folders of this program; they are not created by this class.

    Attributes:
        config: Preferences and accounts.
        state: Logs, the lock of the running program, data of Demo Studio.
        cache: Data that can be recreated.
        library: Folder of the library, unless the preferences specify another one.
        library_is_given: Whether the environment set the library, which overrides the preferences.
    """

    config: Path
    state: Path
    cache: Path
    library: Path
    library_is_given: bool = False

    @property
    def preferences_file(self) -> Path:
        return self.config / "preferences.json"

    def choose_library(self, chosen: str) -> Path:
        """Returns the library to open: from the environment, else from the preferences."""
        return Path(chosen) if chosen and not self.library_is_given else self.library

    @property
    def accounts_file(self) -> Path:
        return self.config / "accounts.json"

    @property
    def export_profiles_file(self) -> Path:
        return self.config / "export-profiles.json"


def default_paths(environ: Mapping[str, str]) -> Paths:
    """Returns the platform's default folders, or those set by the environment.

    `PRODUCER_STUDIO_HOME` moves everything below one folder, `PRODUCER_STUDIO_LIBRARY` the library
    alone. Relative values count from the current folder.
    """
    home = environ.get(HOME_VARIABLE, "").strip()
    chosen = environ.get(LIBRARY_VARIABLE, "").strip()
    if home:
        root = _absolute(home)
        config, state, cache = root / "config", root / "state", root / "cache"
        library = root / "library"
    else:
        config = platformdirs.user_config_path(_FOLDER, appauthor=False)
        state = platformdirs.user_state_path(_FOLDER, appauthor=False)
        cache = platformdirs.user_cache_path(_FOLDER, appauthor=False)
        library = platformdirs.user_music_path() / _LIBRARY_NAME
    return Paths(
        config=config,
        state=state,
        cache=cache,
        library=_absolute(chosen) if chosen else library,
        library_is_given=bool(home or chosen),
    )


def default_music_folder() -> Path:
    """Returns the user's folder for music."""
    return platformdirs.user_music_path()


def find_resources_folder() -> Path:
    """Finds the folder of icons, styles and fonts: in an installed package, or beside a checkout.

    Raises:
        FileNotFoundError: The installation is incomplete.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "resources", package.parent / "resources"):
        if is_folder(folder):
            return folder
    raise FileNotFoundError(f"The folder of icons and styles is missing next to {package}.")


def _absolute(text: str) -> Path:
    return absolute_path(Path(text))

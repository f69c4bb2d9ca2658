"""Where everything of this program lives on this machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from producer_studio.files.home_paths import absolute_path

HOME_VARIABLE = "PRODUCER_STUDIO_HOME"
LIBRARY_VARIABLE = "PRODUCER_STUDIO_LIBRARY"

_FOLDER = "producer-studio"
_LIBRARY_NAME = "Producer Studio"


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders; none of them is made by asking for them.

    Attributes:
        config: Preferences and accounts.
        state: Logs, the lock of the running program, what Demo Studio needs.
        cache: Whatever can be made again.
        library: The library's folder, unless the preferences name another one.
        library_is_given: Whether the environment chose the library, which beats the preferences.
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
        """The library that is opened: what was given, else what the preferences choose."""
        return Path(chosen) if chosen and not self.library_is_given else self.library

    @property
    def accounts_file(self) -> Path:
        return self.config / "accounts.json"


def default_paths(environ: Mapping[str, str]) -> Paths:
    """The platform's own folders, or what the environment says instead.

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


def find_resources_folder() -> Path:
    """The folder of icons, styles and fonts: inside an installed package, beside it in a checkout.

    Raises:
        FileNotFoundError: The installation is not whole.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "resources", package.parent / "resources"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"The folder of icons and styles is missing beside {package}.")


def _absolute(text: str) -> Path:
    return absolute_path(Path(text))

"""Opens studios for tests, without Demo Studio."""

import sys
from collections.abc import Sequence
from pathlib import Path

from producer_studio.settings.paths import default_paths
from producer_studio.studio.studio import Studio
from tests.support.empty_library import place_empty_library

NO_DEMO = (sys.executable, "-c", "raise SystemExit('not needed here')")
"""Command in the place of Demo Studio's; a test that starts it fails."""


async def open_studio(home: Path, demo_command: Sequence[str] = NO_DEMO) -> Studio:
    """Opens a studio whose folders are all below `home`."""
    environ = {"PRODUCER_STUDIO_HOME": str(home)}
    paths = default_paths(environ)
    place_empty_library(paths.library)
    studio = await Studio.open(paths, environ, demo_command)
    # Rows that a test writes bear no installation; they count as written by this one.
    studio._library.context.installation = ""
    return studio

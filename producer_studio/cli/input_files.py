"""Files that commands read, in other threads than the command's own."""

import asyncio
from pathlib import Path

from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.path_parameter import DISK_UNRESPONSIVE
from producer_studio.domain.recipe import Recipe
from producer_studio.files.path_checks import is_file, path_exists
from producer_studio.files.paths import expand_home
from producer_studio.files.unresponsive_disks import call_in_time
from producer_studio.translation import mark

_MAX_LYRICS_BYTES = 1_000_000


async def read_lyrics(text: str, file: Path | None) -> str:
    """Returns lyrics: of a file if there is one, else the text.

    Raises:
        CommandError: The file cannot be read, is no text, or is longer than 1 MB.
    """
    if file is None:
        return text
    try:
        return await asyncio.to_thread(_read_text, file)
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(
            ExitCode.USAGE, mark("The lyrics file cannot be read as UTF-8 text: {file}.", file=file)
        ) from error


def _read_text(path: Path) -> str:
    # Not only regular files: a shell passes the output of a command as a pipe.
    with path.open("rb") as file:
        content = file.read(_MAX_LYRICS_BYTES + 1)
    if len(content) > _MAX_LYRICS_BYTES:
        raise CommandError(
            ExitCode.USAGE, mark("The lyrics file is longer than 1 MB: {path}.", path=path)
        )
    return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")


async def with_upload_source(recipe: Recipe, source: str) -> Recipe:
    """Sets the URL or the local file to upload.

    Raises:
        CommandError: It is neither.
    """
    if source.startswith(("https://", "http://")):
        return recipe.with_changes(audio_url=source)
    path = await find_file(source)
    if path is None:
        raise CommandError(
            ExitCode.USAGE,
            mark("“{source}” is neither a web address nor a file on this computer.", source=source),
        )
    return recipe.with_changes(audio_file=str(path))


async def find_file(name: str) -> Path | None:
    """Returns the resolved path of a file; None if there is none.

    Raises:
        CommandError: Its disk does not respond.
    """
    path = expand_home(Path(name))

    def look_up() -> Path | None:
        return path.resolve() if is_file(path) else None

    try:
        return await asyncio.to_thread(call_in_time, look_up)
    except TimeoutError as error:
        raise CommandError(ExitCode.USAGE, DISK_UNRESPONSIVE.with_values(path=path)) from error


def raise_if_exists(path: Path) -> None:
    """Raises CommandError if there is something of this name; blocking."""
    if path_exists(path):
        raise CommandError(
            ExitCode.USAGE, mark("“{path}” exists already. Nothing was written.", path=path)
        )

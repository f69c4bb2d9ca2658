"""Option `--library` of all commands: a folder, or the name of a library."""

import os
from pathlib import Path

import click

from producer_studio.cli.path_parameter import PathParameter
from producer_studio.studio.named_libraries import library_folder
from producer_studio.translation import mark


class LibraryFolder(PathParameter):
    """Folder of a library, given by its name or its path."""

    def __init__(self) -> None:
        super().__init__(file_okay=False, resolve_path=True, path_type=Path)

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str | bytes | os.PathLike[str]:
        """Replaces a name by its folder."""
        folder = library_folder(value, os.environ) if isinstance(value, str) else value
        return super().convert(folder, param, ctx)


library_option = click.option(
    "--library", type=LibraryFolder(), help=mark("Library: its folder, or its name.")
)

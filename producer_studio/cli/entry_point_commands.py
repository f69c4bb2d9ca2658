"""Help of the commands that the entry point starts before the command line is loaded."""

from pathlib import Path

import click

from producer_studio.cli.path_parameter import PathParameter
from producer_studio.translation import mark, tr


@click.command()
@click.option(
    "--library",
    type=PathParameter(file_okay=False, path_type=Path),
    help=mark("Library: its folder, or its name."),
)
@click.argument("files", nargs=-1, type=PathParameter(path_type=Path))
def window(**_given: object) -> None:
    """Open the window, and load audio FILES into its compose panel.

    A file that the studio exported includes its recipe; any other is to be uploaded. A window that
    has the library open already opens the files.
    """
    raise _misplaced_command_error("window")


@click.command()
@click.option(
    "--to",
    type=PathParameter(file_okay=False, path_type=Path),
    required=True,
    help=mark("Folder for the pictures and songs."),
)
def tour(**_given: object) -> None:
    """Show the main job in pictures, on Demo Studio.

    It drives the real window from the welcome page to the exported MP3 and WAV. Your own library
    and settings are not touched.
    """
    raise _misplaced_command_error("tour")


@click.command(add_help_option=False)
@click.option("--port", type=int, help=mark("Port; default: a free one."))
@click.option("--speed", type=float, help=mark("Divide the documented time of each model by this."))
@click.option(
    "--longest", type=float, help=mark("Approximate maximum length of songs, in seconds.")
)
@click.option(
    "--state",
    type=PathParameter(file_okay=False),
    help=mark("Folder that keeps tasks, clips and credits."),
)
@click.option(
    "--faults", type=PathParameter(dir_okay=False), help=mark("File with the faults to inject.")
)
@click.option("--key", multiple=True, help=mark("Accept only this key; may be repeated."))
@click.option("--credits", type=int, help=mark("Initial credits of each key."))
def sandbox(**_given: object) -> None:
    """Serve Demo Studio on this computer, for any client.

    “producer-studio sandbox --help” lists its dialects and the faults that can be switched on.
    """
    raise _misplaced_command_error("sandbox")


def _misplaced_command_error(name: str) -> click.UsageError:
    """Returns the usage error for options before the command; else this is never reached."""
    return click.UsageError(
        tr(
            "“{name}” must come directly after “producer-studio”, followed by its options.",
            name=name,
        )
    )

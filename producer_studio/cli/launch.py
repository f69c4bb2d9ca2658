"""Exit codes, and the commands that the entry point starts before the command line is loaded."""

from enum import IntEnum
from pathlib import Path

import click

from producer_studio.domain.errors import ErrorKind, ErrorRecord


class ExitCode(IntEnum):
    SUCCESS = 0
    FAILURE = 1
    USAGE = 2
    NOT_AUTHORISED = 3
    CREDITS_EXHAUSTED = 4
    REQUEST_REJECTED = 5
    UNREACHABLE = 6
    OUTCOME_UNKNOWN = 7
    FAILED_BY_SERVICE = 8
    INTERRUPTED = 130


_BY_KIND = {
    ErrorKind.NOT_AUTHORISED: ExitCode.NOT_AUTHORISED,
    ErrorKind.CREDITS_EXHAUSTED: ExitCode.CREDITS_EXHAUSTED,
    ErrorKind.REQUEST_REJECTED: ExitCode.REQUEST_REJECTED,
    ErrorKind.OPERATION_RETIRED: ExitCode.REQUEST_REJECTED,
    ErrorKind.RATE_LIMITED: ExitCode.UNREACHABLE,
    ErrorKind.SERVICE_UNAVAILABLE: ExitCode.UNREACHABLE,
    ErrorKind.UNREACHABLE: ExitCode.UNREACHABLE,
    ErrorKind.INVALID_RESPONSE: ExitCode.UNREACHABLE,
    ErrorKind.OUTCOME_UNKNOWN: ExitCode.OUTCOME_UNKNOWN,
    ErrorKind.FAILED_BY_SERVICE: ExitCode.FAILED_BY_SERVICE,
    ErrorKind.UNKNOWN_TASK: ExitCode.FAILED_BY_SERVICE,
}


def exit_code_for_kind(kind: ErrorKind) -> ExitCode:
    return _BY_KIND.get(kind, ExitCode.FAILURE)


def exit_code_for_error(record: ErrorRecord) -> ExitCode:
    """Returns the exit code for a job's error; the studio's own rejections are usage errors."""
    if record.kind is ErrorKind.REQUEST_REJECTED and not record.status:
        return ExitCode.USAGE
    return exit_code_for_kind(record.kind)


def format_error(record: ErrorRecord) -> str:
    """Formats an error's message, with the service's own text where it adds information."""
    service_text = record.service_words.strip()
    # Without a status the text is that of the network or the disk, and the message includes it.
    is_included = (
        not service_text or not record.status or service_text.rstrip(".") in record.message
    )
    return record.message if is_included else f"{record.message} (The service: {service_text})"


class CommandError(Exception):
    """Ends a command with an exit code, after a message on stderr if there is one."""

    def __init__(self, exit_code: ExitCode, message: str = "") -> None:
        super().__init__(message)
        self.exit_code = exit_code
        self.message = message


@click.command()
@click.option(
    "--library",
    type=click.Path(file_okay=False, path_type=Path),
    help="Library folder.",
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def window(**_given: object) -> None:
    """Open the window, and load audio FILES into its compose panel.

    A file that the studio exported includes its recipe; any other is to be uploaded. A window that
    has the library open already opens the files.
    """
    raise _misplaced_command_error("window")


@click.command()
@click.option(
    "--to",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder for the pictures and songs.",
)
def tour(**_given: object) -> None:
    """Show the main job in pictures, on Demo Studio.

    It drives the real window from the welcome page to the exported MP3 and WAV. Your own library
    and settings are not touched.
    """
    raise _misplaced_command_error("tour")


@click.command(add_help_option=False)
@click.option("--port", type=int, help="Port; default: a free one.")
@click.option("--speed", type=float, help="Divide the documented time of each model by this.")
@click.option("--longest", type=float, help="Approximate maximum length of songs, in seconds.")
@click.option(
    "--state", type=click.Path(file_okay=False), help="Folder that keeps tasks, clips and credits."
)
@click.option("--faults", type=click.Path(dir_okay=False), help="File with the faults to inject.")
@click.option("--key", multiple=True, help="Accept only this key; may be repeated.")
@click.option("--credits", type=int, help="Initial credits of each key.")
def sandbox(**_given: object) -> None:
    """Serve Demo Studio on this computer, for any client.

    “producer-studio sandbox --help” lists its dialects and the faults that can be switched on.
    """
    raise _misplaced_command_error("sandbox")


def _misplaced_command_error(name: str) -> click.UsageError:
    """Returns the usage error for options before the command; else this is never reached."""
    return click.UsageError(
        f"“{name}” must come directly after “producer-studio”, followed by its options."
    )

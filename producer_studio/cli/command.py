"""Root command: dispatches subcommands and maps errors to exit codes."""

import io
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from producer_studio.cli.accounts import accounts
from producer_studio.cli.bucket import bucket
from producer_studio.cli.exit_codes import CommandError, ExitCode, exit_code_for_error, format_error
from producer_studio.cli.export import export
from producer_studio.cli.generate import generate
from producer_studio.cli.jobs import jobs
from producer_studio.cli.launch import sandbox, tour, window
from producer_studio.cli.ledger import ledger
from producer_studio.cli.library_backups import library
from producer_studio.cli.licences import licences
from producer_studio.cli.output import OutputClosed
from producer_studio.cli.reports import reports
from producer_studio.cli.session import ProgramContext
from producer_studio.cli.terminal_text import sanitise_message
from producer_studio.cli.updates import updates
from producer_studio.cli.webhooks import webhooks
from producer_studio.domain.errors import ServiceError
from producer_studio.studio.crash_reports.recorder import CrashRecorder

log = logging.getLogger(__name__)


@click.group(
    name="producer-studio",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Without a command, the window opens.",
)
@click.option(
    "--library",
    type=click.Path(file_okay=False, resolve_path=True, path_type=Path),
    help="Library folder.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
def root(library: Path | None, as_json: bool) -> None:
    """Compose with hosted AI-music services; every clip you paid for stays on your disk."""


for _command in (
    accounts, generate, jobs, library, export, ledger, bucket, webhooks, updates, reports,
    licences, window, tour, sandbox
):  # fmt: skip
    root.add_command(_command)


def run(
    arguments: Sequence[str], sandbox_command: Sequence[str], recorder: CrashRecorder | None = None
) -> int:
    """Runs one command and returns its exit code.

    Args:
        sandbox_command: Command that starts Demo Studio on this installation.
        recorder: Crash recorder of this process.

    Raises:
        Exception: An unexpected error, caused by a bug of this program.
    """
    if recorder is not None:
        # The command's own name, without its arguments.
        name = next((one for one in arguments if one in root.commands), "")
        recorder.set_facts(doing=f"command {name}")
    for stream in (sys.stdout, sys.stderr):
        # A character that a terminal cannot display must not end a command.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        root.main(
            args=list(arguments),
            prog_name="producer-studio",
            standalone_mode=False,
            obj=ProgramContext(sandbox_command, recorder),
        )
    except click.ClickException as error:
        _print_error(f"{error.format_message()} Try “producer-studio --help”.")
        return ExitCode.USAGE
    except (click.Abort, KeyboardInterrupt):
        _print_error(
            "Stopped. Everything that a service has accepted is kept: “producer-studio jobs "
            "resume” continues."
        )
        return ExitCode.INTERRUPTED
    except CommandError as stopped:
        _print_error(stopped.message)
        return stopped.exit_code
    except ServiceError as fault:
        _print_error(format_error(fault.to_record()))
        return exit_code_for_error(fault.to_record())
    except OutputClosed:
        return ExitCode.FAILURE
    except UnicodeEncodeError:
        log.debug("Unexpected error in a command", exc_info=True)
        _print_error("An argument contains invalid characters. Use UTF-8.")
        return ExitCode.USAGE
    except OSError as error:
        log.debug("Unexpected error in a command", exc_info=True)
        _print_error(f"The operating system reported an error: {error.strerror or error}.")
        return ExitCode.FAILURE
    return ExitCode.SUCCESS


def _print_error(sentence: str) -> None:
    if sentence and sys.stderr is not None:
        sys.stderr.write(f"{sanitise_message(sentence)}\n")

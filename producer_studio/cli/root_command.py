"""Root command: dispatches subcommands, maps errors to exit codes; `producer-studio licences`."""

import io
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from producer_studio.cli.accounts import accounts
from producer_studio.cli.bucket import bucket
from producer_studio.cli.budget import budget
from producer_studio.cli.command_loop import run_in_loop
from producer_studio.cli.compare import compare
from producer_studio.cli.crash_reports import reports
from producer_studio.cli.entry_point_commands import sandbox, tour, window
from producer_studio.cli.examples import examples_text
from producer_studio.cli.exit_codes import CommandError, ExitCode, exit_code_for_error, format_error
from producer_studio.cli.export import export
from producer_studio.cli.generate import generate
from producer_studio.cli.history import history
from producer_studio.cli.jobs import jobs
from producer_studio.cli.ledger import ledger
from producer_studio.cli.library import library
from producer_studio.cli.library_option import library_option
from producer_studio.cli.output import Output, OutputClosed
from producer_studio.cli.presets import presets
from producer_studio.cli.profiles import profiles
from producer_studio.cli.session import ProgramContext
from producer_studio.cli.sweep import sweep
from producer_studio.cli.terminal_text import sanitise_message
from producer_studio.cli.translated_help import translated_help
from producer_studio.cli.updates import updates
from producer_studio.cli.webhooks import webhooks
from producer_studio.domain.errors import ServiceError
from producer_studio.domain.release import BundledComponent
from producer_studio.studio.bundled_components import SOURCE_INSTALL_MESSAGE, BundledComponents
from producer_studio.studio.crash_reports.recorder import CrashRecorder
from producer_studio.studio.language import apply_command_language
from producer_studio.studio.user_files import find_known_error
from producer_studio.translation import mark, sentences, tr_message


@click.command()
@click.argument("part", default="")
@click.option("--json", "as_json", is_flag=True, help=mark("Print one JSON object per line."))
def licences(part: str, as_json: bool) -> None:
    """The licences of all bundled components, or the texts for one PART."""
    shared = click.get_current_context().find_root().params
    output = Output(as_json=as_json or bool(shared.get("as_json")))
    run_in_loop(_print_licences(output, part))


async def _print_licences(output: Output, name: str) -> None:
    bundled = BundledComponents()
    own = await bundled.program()
    parts = [own, *await bundled.components()]
    if bundled.folder is None:
        output.write_hint(SOURCE_INSTALL_MESSAGE)
    if name:
        named = [one for one in parts if one.name.lower() == name.lower()]
        if not named:
            raise CommandError(
                ExitCode.USAGE,
                mark(
                    "There is no component “{name}”. “producer-studio licences” lists all of them.",
                    name=name,
                ),
            )
        texts = dict.fromkeys(text for one in named for text in one.texts)
        for text in texts:
            content = await bundled.read_licence(text)
            output.write_result(
                {"text": text, "content": content}, [text, "", *content.splitlines()]
            )
        return
    for one in parts:
        output.write_result(asdict(one), _line(one))


def _line(part: BundledComponent) -> str:
    if not part.within:
        return f"{part.title}: {part.licence}"
    return mark(
        "{title} (with {whole}): {licence}",
        title=part.title,
        whole=part.within,
        licence=part.licence,
    )


log = logging.getLogger(__name__)


@click.group(
    name="producer-studio",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog=examples_text(),
)
@library_option
@click.option("--json", "as_json", is_flag=True, help=mark("Print one JSON object per line."))
def root(library: Path | None, as_json: bool) -> None:
    """Compose with hosted AI-music services; every clip you paid for stays on your disk."""


for _command in (
    accounts, generate, sweep, history, presets, jobs, library, compare, export, profiles, ledger,
    budget, bucket, webhooks, updates, reports, licences, window, tour, sandbox
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
    apply_command_language(os.environ)
    with translated_help(root):
        return _run(arguments, sandbox_command, recorder)


def _run(
    arguments: Sequence[str], sandbox_command: Sequence[str], recorder: CrashRecorder | None
) -> int:
    try:
        root.main(
            args=list(arguments),
            prog_name="producer-studio",
            standalone_mode=False,
            obj=ProgramContext(sandbox_command, recorder),
        )
    except click.exceptions.NoArgsIsHelpError as error:
        # A group without a command; the help has lines of its own.
        if sys.stderr is not None:
            sys.stderr.write(f"{error.ctx.get_help()}\n")
        return ExitCode.USAGE
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        path = "producer-studio" if context is None else context.command_path
        hint = mark("Try “{command} --help”.", command=path)
        _print_error(sentences(error.format_message(), hint))
        return ExitCode.USAGE
    except (click.Abort, KeyboardInterrupt):
        _print_error(
            mark(
                "Stopped. Everything that a service has accepted is kept: “producer-studio "
                "jobs resume” continues."
            )
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
        _print_error(mark("An argument contains invalid characters. Use UTF-8."))
        return ExitCode.USAGE
    except OSError as error:
        log.debug("Unexpected error in a command", exc_info=True)
        _print_error(
            mark(
                "The operating system reported an error: {error}.",
                error=error.strerror or error,
            )
        )
        return ExitCode.FAILURE
    except ExceptionGroup as group:
        known = find_known_error(group)
        if known is None:
            raise
        _print_error(format_error(known.to_record()))
        return exit_code_for_error(known.to_record())
    return ExitCode.SUCCESS


def _print_error(sentence: str) -> None:
    if sentence and sys.stderr is not None:
        sys.stderr.write(f"{sanitise_message(tr_message(sentence))}\n")

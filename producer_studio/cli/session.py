"""Studio session for the duration of one command."""

import functools
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import click

from producer_studio.cli.command_loop import run_in_loop
from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.library_option import library_option
from producer_studio.cli.output import Output
from producer_studio.domain.account import Account
from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.errors import LibraryMissing
from producer_studio.domain.form_preset import FormPreset
from producer_studio.domain.ids import AccountName, ClipId, JobId, PressId
from producer_studio.domain.job import Job
from producer_studio.domain.press import Press
from producer_studio.studio.clips import SmartList, SortOrder
from producer_studio.studio.crash_reports.open_jobs import track_open_jobs
from producer_studio.studio.crash_reports.recorder import CrashRecorder
from producer_studio.studio.events import Notice, NoticeLevel
from producer_studio.studio.studio import Studio
from producer_studio.translation import mark, sentences

P = ParamSpec("P")

_MIN_ID_LENGTH = 6


class Named(Protocol):
    """Thing of the user's with a name and an id."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...


NamedThing = TypeVar("NamedThing", bound=Named)


@dataclass(frozen=True, slots=True)
class ProgramContext:
    """Environment of the program, passed to commands.

    Attributes:
        sandbox_command: Command that starts Demo Studio on this installation.
        recorder: Crash recorder of this process; None for none.
    """

    sandbox_command: Sequence[str]
    recorder: CrashRecorder | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """Studio and output of a command."""

    studio: Studio
    output: Output

    def find_account(self, name: str) -> Account:
        """Finds an account by its name.

        Raises:
            CommandError: There is none.
        """
        account = self.studio.accounts.get(AccountName(name))
        if account is None:
            raise CommandError(
                ExitCode.USAGE,
                mark(
                    "There is no account called “{name}”. “producer-studio accounts list” "
                    "lists all.",
                    name=name,
                ),
            )
        return account

    async def raise_if_sound_missing(self, jobs: Sequence[Job]) -> None:
        """Ends the command when a new clip has no audio file.

        Raises:
            CommandError: A file is missing; the reason has been printed before.
        """
        for job in jobs:
            for clip in await self.studio.clips.get_many(list(job.clips)):
                if clip.media is MediaState.REJECTED:
                    raise CommandError(
                        ExitCode.FAILURE,
                        mark(
                            "The clip is in the library without its sound. “producer-studio "
                            "library fetch {clip}” tries again.",
                            clip=clip.id[:8],
                        ),
                    )

    async def find_clip(self, text: str, smart: SmartList = SmartList.ALL) -> Clip:
        """Finds the clip with this id or this unique prefix of an id.

        Args:
            smart: All clips or the trash: in which a prefix is looked for first.

        Raises:
            CommandError: There is none, or more than one.
        """
        clip = await self.studio.clips.get(ClipId(text))
        if clip is not None:
            return clip
        found: list[ClipId] = []
        for listed in (smart, SmartList.TRASH if smart is SmartList.ALL else SmartList.ALL):
            if len(text) >= _MIN_ID_LENGTH and not found:
                ids = await self.studio.clips.list_ids("", SortOrder(), listed)
                found = [one for one in ids if one.startswith(text)]
        if len(found) == 1:
            clip = await self.studio.clips.get(found[0])
        if clip is None:
            wrong = (
                mark("Several clips start with “{text}”.")
                if len(found) > 1
                else mark("No clip of this library starts with “{text}”.")
            )
            raise CommandError(ExitCode.USAGE, wrong.with_values(text=text))
        return clip

    async def find_job(self, text: str) -> Job:
        """Finds the job with this id or unique prefix of an id.

        Raises:
            CommandError: There is none, or more than one.
        """
        job = await self.studio.jobs.get(JobId(text))
        if job is not None:
            return job
        found = [one for one in await self.studio.jobs.all() if one.id.startswith(text)]
        if len(text) < _MIN_ID_LENGTH or len(found) != 1:
            raise CommandError(
                ExitCode.USAGE,
                mark("There is no single job whose id starts with “{text}”.", text=text),
            )
        return found[0]

    async def find_press(self, text: str) -> Press:
        """Finds the press with this id or unique prefix of an id.

        Raises:
            CommandError: There is none, or more than one.
        """
        press = await self.studio.history.get(PressId(text))
        if press is not None:
            return press
        found = await self.studio.history.find(text) if len(text) >= _MIN_ID_LENGTH else []
        if len(found) == 1:
            press = await self.studio.history.get(found[0])
        if press is None:
            raise CommandError(
                ExitCode.USAGE,
                mark(
                    "There is no single press whose id starts with “{text}”. “producer-studio "
                    "history” lists them.",
                    text=text,
                ),
            )
        return press

    async def find_preset(self, text: str) -> FormPreset:
        """Finds the preset with this name, or this unique prefix of an id.

        Raises:
            CommandError: There is none, or more than one.
        """
        presets = await self.studio.presets.list_all()
        return find_named(presets, text, "preset", "producer-studio presets")


_NONE = {
    "list": mark("There is no list called “{name}”."),
    "preset": mark("There is no preset called “{name}”."),
    "profile": mark("There is no profile called “{name}”."),
}
_SEVERAL = {
    "list": mark("There are several lists called “{name}”."),
    "preset": mark("There are several presets called “{name}”."),
    "profile": mark("There are several profiles called “{name}”."),
}


def find_named(known: Sequence[NamedThing], text: str, kind: str, command: str) -> NamedThing:
    """Finds the one with this name, ignoring case, or this unique prefix of an id.

    Args:
        kind: "list", "preset" or "profile", for the message.
        command: Command that lists them.

    Raises:
        CommandError: There is none, or more than one.
    """
    found = [one for one in known if one.name.casefold() == text.strip().casefold()]
    if not found and len(text) >= _MIN_ID_LENGTH:
        found = [one for one in known if one.id.startswith(text)]
    if len(found) != 1:
        wrong = (_SEVERAL if found else _NONE)[kind]
        hint = mark("“{command}” lists them.", command=command)
        raise CommandError(ExitCode.USAGE, sentences(wrong.with_values(name=text), hint))
    return found[0]


def session_command(
    function: Callable[Concatenate[Session, P], Awaitable[None]],
) -> Callable[..., None]:
    """Turns a coroutine that takes a `Session` into a command with `--library` and `--json`."""
    return _with_session(function, new_library=False)


def new_library_command(
    function: Callable[Concatenate[Session, P], Awaitable[None]],
) -> Callable[..., None]:
    """As `session_command`; an empty library may replace a missing one."""
    return _with_session(function, new_library=True)


def _with_session(
    function: Callable[Concatenate[Session, P], Awaitable[None]], *, new_library: bool
) -> Callable[..., None]:

    @library_option
    @click.option("--json", "as_json", is_flag=True, help=mark("Print one JSON object per line."))
    @functools.wraps(function)
    def wrapped(library: Path | None, as_json: bool, *args: P.args, **kwargs: P.kwargs) -> None:
        context = click.get_current_context()
        shared: dict[str, Any] = context.find_root().params
        folder = library or shared.get("library")
        output = Output(as_json=as_json or bool(shared.get("as_json")))

        async def run() -> None:
            # On SIGTERM, the command closes the library as it does after Ctrl+C.
            signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
            if ignores_interrupts:
                signal.signal(signal.SIGINT, signal.SIG_IGN)
            installation: ProgramContext = context.obj
            async with _open_studio(folder, installation, output, new_library) as studio:
                await function(Session(studio, output), *args, **kwargs)

        # A shell has commands in the background ignore SIGINT; then asyncio would not install the
        # handler that SIGTERM needs.
        ignores_interrupts = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        if ignores_interrupts:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        run_in_loop(run())

    return wrapped


@asynccontextmanager
async def _open_studio(
    library: Path | None, installation: ProgramContext, output: Output, new_library: bool
) -> AsyncIterator[Studio]:
    try:
        studio = await Studio.open_for_user(
            os.environ, installation.sandbox_command, library, new_library=new_library
        )
    except LibraryMissing as fault:
        raise CommandError(
            ExitCode.FAILURE,
            sentences(
                fault.message,
                mark(
                    "“--library DIR” selects another, and “producer-studio library new” "
                    "creates a new one there, with “--library DIR” in another folder."
                ),
            ),
        ) from fault
    if installation.recorder is not None:
        track_open_jobs(studio.jobs, studio.events, installation.recorder)

    def on_notice(notice: Notice) -> None:
        if notice.level is not NoticeLevel.INFO:
            output.write_message(notice.text)

    studio.events.subscribe(Notice, on_notice)
    studio.publish_notices()
    try:
        yield studio
    finally:
        await studio.close()

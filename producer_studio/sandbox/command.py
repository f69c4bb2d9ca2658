"""`producer-studio sandbox`: Demo Studio's server alone, for any client."""

import argparse
import contextlib
import json
import logging
import os
import secrets
import sqlite3
import sys
from pathlib import Path
from typing import get_args

from producer_studio.sandbox.access import IdentityProof, read_startup_credentials
from producer_studio.sandbox.application import DEFAULT_CREDITS, SandboxOptions, build_application
from producer_studio.sandbox.injected_faults import FaultDefinitionError, load_faults
from producer_studio.sandbox.profiles import load_profiles
from producer_studio.sandbox.server import (
    HOST,
    SandboxServer,
    open_listening_socket,
    stop_with_stdin,
)
from producer_studio.sandbox.task_service import PollRevision, SandboxSettings

#: Seconds to wait for the lock: a server whose parent has died needs time to end.
LOCK_TIMEOUT_S = 15.0


class FolderInUse(Exception):
    """Another server still uses the folder."""


class FolderLock:
    """Lock held for the lifetime of a server; the system releases it when the process is killed.

    It is SQLite's own lock on an empty database: the only lock in the standard library that works
    alike on all systems.
    """

    def __init__(self, folder: Path, timeout_s: float = LOCK_TIMEOUT_S) -> None:
        """Waits up to `timeout_s` seconds for the lock, then raises FolderInUse."""
        folder.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(
            folder / "claim.sqlite",
            timeout=timeout_s,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            self._connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            self._connection.close()
            raise FolderInUse(f"another sandbox is using {folder}") from error

    def close(self) -> None:
        self._connection.close()


_DESCRIPTION = """\
A local stand-in for the music services, on 127.0.0.1 only. It validates, charges, renders real
music and serves it. One JSON line on standard output says when it is ready:
{"event":"ready","url":"http://127.0.0.1:PORT","key":"K"}; everything else goes to standard error.
K is the key to use, generated for each run unless --key or --any-key is given.
"""

_DETAILS = """\
  A key has an account at each service; the two of musicapi are one service.
  Plain http is accepted for audio_url, and for webhooks on the loopback.

keywords
  Placeholders ("test", "la la la") are accepted, then fail and are refunded.
  "copyrighted", "artistname" and "invalidformat" in the sound or lyrics are rejected with 403.

faults (--faults FILE, or the control endpoint)
  [[fault]]
  where = "poll"        # any submit create upload download lyrics video stems poll list credits
                        # files media webhook
  kind = "status"       # latency status html garbage truncated wrong_types missing_fields
                        # empty_data partial odd_fields odd_price cut_before cut_after
                        # cut_midway slow expired
                        # in the task: fail slow_task
                        # of media: empty endless redirect zeros zip_slip odd_name
                        # of a webhook: lost twice forged stale
  status = 429          # for status, html, garbage, expired, partial, empty, fail (499: cancelled)
  retry_after = 2       # seconds, for status
  times = 3             # at most; without it, always
  after = 1             # requests that pass first
  probability = 0.5     # and seed = 7 for the random sequence
  seconds = 1.5         # for latency and slow_task
  bytes = 20000         # for cut_midway (default: half) and zeros (default: 100 MB)
  bytes_per_s = 50000   # for slow
  error = "..."         # for fail
  to = "file:///x"      # for redirect
  name = "../a.m4a"     # for odd_name
  price = 1e300         # for odd_price (default: -1000)
  Not accepted and not charged: status, html, garbage, cut_before. Accepted: truncated, wrong_types,
  missing_fields, empty_data, partial, odd_fields, odd_price, cut_after; and fail, which is
  refunded.

control (an accepted key in the header X-Sandbox-Control opens it; --no-control removes it)
  GET /control/state             requests, tasks, clips, ledger, balances, faults
  PUT, POST, DELETE /control/faults    replace, add, clear: a JSON list of faults
  POST /control/settings         {"answers": "status", "speed": 10, "link_life_s": 60,
                                 "retired": ["lyrics", "musicapi-2026-05:extend_music"]}
  POST /control/credits          {"credits": 3, "key": "K"}; without a key, for all known keys
  POST /control/reset            clears the request log and all faults
"""


def run(argv: list[str]) -> int:
    """Serves until SIGTERM, SIGINT or the end of standard input; returns the exit code.

    0 after a regular end, 1 when the port or the state folder cannot be used, 2 for wrong usage.
    """
    options = _build_parser().parse_args(argv)
    # Prompts and rendered files must not be readable by other users of this computer.
    os.umask(0o077)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        with contextlib.ExitStack() as held:
            if options.state is not None:
                held.enter_context(contextlib.closing(FolderLock(options.state)))
            _serve(options)
    except (FaultDefinitionError, FolderInUse, OSError, sqlite3.Error) as problem:
        print(f"The sandbox cannot run: {problem}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _serve(options: argparse.Namespace) -> None:
    introduced = read_startup_credentials() if options.introduced else None
    made = "" if options.key or options.any_key or introduced else secrets.token_urlsafe(24)
    faults = load_faults(options.faults) if options.faults else ()
    listener = open_listening_socket(options.port)
    url = f"http://{HOST}:{listener.getsockname()[1]}"
    settings = SandboxSettings(
        speed=options.speed,
        concurrency=options.concurrency,
        keys=frozenset(options.key),
        run_key=introduced.key if introduced else made,
        answers=options.answers,
        origin=url,
        longest_s=options.longest,
    )
    app = build_application(
        SandboxOptions(
            settings=settings,
            state=options.state,
            credits=options.credits,
            faults=faults,
            control=options.control,
            proof=IdentityProof(introduced.secret, url) if introduced else None,
        )
    )
    ready = json.dumps({"event": "ready", "url": url, **({"key": made} if made else {})})
    server = SandboxServer(app, lambda: print(ready, flush=True))  # noqa: T201
    if options.stop_with_stdin:
        stop_with_stdin(server)
    server.run([listener])


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="producer-studio sandbox",
        description=_DESCRIPTION,
        epilog="dialects\n" + "".join(one.help for one in load_profiles()) + _DETAILS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--port", type=int, default=0, help="port; 0 (the default) chooses a free one")
    add(
        "--speed",
        type=_positive_number,
        metavar="S",
        help="a task takes at least the documented time of its model divided by S; without this "
        "option it takes as long as the rendering",
    )
    add(
        "--longest",
        type=_positive_number,
        metavar="SECONDS",
        help="approximate maximum length of songs and of additions to them: short music is "
        "rendered faster, for testing clients (default: as requested by the song form)",
    )
    add(
        "--faults",
        type=Path,
        metavar="FILE",
        help="file with faults to inject from the start, see below",
    )
    add(
        "--key",
        action="append",
        default=[],
        metavar="K",
        help="accept only this key; may be repeated (default: generated for this run)",
    )
    add("--any-key", action="store_true", help="accept any key; each has its own account")
    add(
        "--state",
        type=Path,
        metavar="DIR",
        help="keep tasks, clips, credits and media here, so that a restarted server resumes them "
        "(default: a temporary folder, removed at the end)",
    )
    add(
        "--credits",
        type=int,
        default=DEFAULT_CREDITS,
        metavar="N",
        help=f"initial credits of each key (default: {DEFAULT_CREDITS})",
    )
    add(
        "--answers",
        choices=get_args(PollRevision),
        default=None,
        help="format of poll responses in the musicapi dialects: codes in the body (classic), "
        "codes in the body and as the HTTP status (classic-http), or words (status); default: "
        "each dialect's own",
    )
    add(
        "--concurrency",
        type=int,
        default=0,
        metavar="N",
        help="respond with 429 when a key has N unfinished tasks (default: no limit)",
    )
    add(
        "--no-control",
        dest="control",
        action="store_false",
        help="do not serve the /control endpoint",
    )
    add(
        "--stop-with-stdin",
        action="store_true",
        help="stop when standard input closes, as it does when the parent process dies",
    )
    add(
        "--introduced",
        action="store_true",
        help='read a line of JSON from standard input first: {"key": "...", "secret": "..."}, the '
        "only accepted key, and the secret that authenticates this server at /handshake/CHALLENGE",
    )
    return parser


def _positive_number(text: str) -> float:
    value = float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError("must be greater than 0")
    return value

"""Demo Studio's server as a process of its own, for any test that wants a real service.

    with running_sandbox("--credits", "50") as sandbox:
        httpx.get(sandbox.url + "/api/v1/get-credits", headers={"Authorization": "Bearer any"})
        sandbox.set_faults([{"where": "create", "kind": "cut_after", "times": 1}])
        sandbox.state()["tasks"]

Standard library and httpx only, so that it can be copied next to any other client.
"""

import json
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import httpx

_PROGRAM = (
    "from producer_studio.sandbox.command import run; "
    "import sys; raise SystemExit(run(sys.argv[1:]))"
)
READY_WITHIN_S = 30.0
SHORT_S = 10
"""Long enough for a sung line; what renders it is as busy as for a whole song, but not as long."""


@dataclass
class SandboxProcess:
    """One running server.

    Attributes:
        key: One that it accepts.
        log: The last lines that it wrote on standard error.
    """

    url: str
    key: str
    process: subprocess.Popen[str]
    log: deque[str] = field(default_factory=lambda: deque(maxlen=400))
    _http: httpx.Client = field(
        # No certificates to load, no proxy in between: this speaks to the loopback alone.
        default_factory=lambda: httpx.Client(timeout=60, trust_env=False, verify=False)  # noqa: S501
    )

    @property
    def _owner(self) -> dict[str, str]:
        return {"X-Sandbox-Control": self.key}

    def state(self) -> dict[str, Any]:
        """Requests seen, tasks, clips, ledger, balances and faults (`GET /control/state`)."""
        answer = self._http.get(f"{self.url}/control/state", headers=self._owner)
        answer.raise_for_status()
        return cast("dict[str, Any]", answer.json())

    def set_faults(self, faults: Sequence[dict[str, Any]]) -> None:
        """Replaces every fault that is switched on; an empty sequence switches all off."""
        url = f"{self.url}/control/faults"
        answer = self._http.put(url, json=list(faults), headers=self._owner)
        if answer.status_code != httpx.codes.OK:
            raise ValueError(answer.text)

    def control(self, path: str, body: dict[str, Any]) -> None:
        """Posts to another control endpoint, for example `control("credits", {"credits": 3})`."""
        answer = self._http.post(f"{self.url}/control/{path}", json=body, headers=self._owner)
        if answer.status_code != httpx.codes.OK:
            raise ValueError(answer.text)

    def close(self) -> None:
        """Lets go of the control connection; the server itself is ended by `stop`."""
        self._http.close()

    def requests(self, method: str, path: str) -> list[dict[str, Any]]:
        """The requests seen so far with this method and a path that ends so, oldest first."""
        return [
            request
            for request in self.state()["requests"]
            if request["method"] == method and request["path"].endswith(path)
        ]

    def stop(self) -> int:
        """Ends the server in the ordinary way and returns its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(15)

    def kill(self) -> None:
        """SIGKILL: no farewell, as in a crash."""
        self.process.kill()
        self.process.wait(15)


@contextmanager
def running_sandbox(*args: str, longest: float | None = SHORT_S) -> Iterator[SandboxProcess]:
    """Starts `producer-studio sandbox` on a free port and stops it at the end.

    Args:
        *args: options of the command; `--port` may be given to come back on the same port. Any
            key is accepted unless `--key` says otherwise.
        longest: of the music that it writes, in seconds; None for whole songs.
    """
    port = () if "--port" in args else ("--port", "0")
    length = () if longest is None else ("--longest", str(longest))
    keys = () if "--key" in args else ("--any-key",)
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, *port, *length, *keys, "--stop-with-stdin", *args],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    key = args[args.index("--key") + 1] if "--key" in args else "any"
    sandbox = SandboxProcess(url="", key=key, process=process)
    errors = process.stderr
    drain = threading.Thread(target=lambda: sandbox.log.extend(errors), daemon=True)
    drain.start()
    # A server that hangs before it is ready must not hang the tests with it.
    alarm = threading.Timer(READY_WITHIN_S, process.kill)
    alarm.start()
    try:
        line = process.stdout.readline()
        alarm.cancel()
        if not line:
            process.wait(15)
            drain.join(5)
            raise RuntimeError("the sandbox did not start:\n" + "".join(sandbox.log))
        sandbox.url = json.loads(line)["url"]
        yield sandbox
    finally:
        sandbox.close()
        alarm.cancel()
        alarm.join()
        if process.poll() is None:
            process.stdin.close()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(15)
        drain.join(5)
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()

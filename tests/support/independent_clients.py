"""Three clients that others wrote for the service of seed 001, each behind one small face.

What they are asked is said in their own public surface: a command line, a Python API, and tools of
the Model Context Protocol over standard input and output.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from acedatacloud import AceDataCloud
from anyio.from_thread import start_blocking_portal
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

PATIENCE_S = 600.0
PAUSE_S = 0.05


class Client(Protocol):
    """What a test asks of each. `data` is what the client reports of a finished task."""

    name: str

    def audio(self, action: str, **wishes: Any) -> dict[str, Any]:
        """The one item of the data of a task of `/producer/audios`, and the task's id."""
        ...

    def lyrics(self, prompt: str) -> dict[str, Any]: ...

    def upload(self, audio_url: str) -> dict[str, Any]: ...

    def video(self, audio_id: str) -> dict[str, Any]: ...

    def wav(self, audio_id: str) -> dict[str, Any]: ...

    def task(self, task_id: str) -> dict[str, Any] | None:
        """A record, by `retrieve`."""
        ...

    def tasks(self, task_ids: list[str]) -> str:
        """What the client says of several tasks, by `retrieve_batch`."""
        ...


def _environment(url: str, key: str) -> dict[str, str]:
    return {
        **os.environ,
        "ACEDATACLOUD_API_BASE_URL": url,
        "ACEDATACLOUD_API_TOKEN": key,
        "NO_PROXY": "127.0.0.1",
        "LOG_LEVEL": "ERROR",
        # What is written to a pipe is broken into lines like text for a terminal otherwise.
        "COLUMNS": "100000",
    }


def _item(answer: dict[str, Any]) -> dict[str, Any]:
    (item,) = answer["data"]
    return {**item, "task_id": answer["task_id"]}


class CommandLine:
    """producer-cli, which holds the connection until the task has ended."""

    name = "producer-cli"

    def __init__(self, url: str, key: str, folder: Path) -> None:
        self._environ = _environment(url, key)
        self._folder = folder

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "producer_cli", *arguments],
            cwd=self._folder, env=self._environ, timeout=PATIENCE_S,
            capture_output=True, text=True, encoding="utf-8",
        )  # fmt: skip

    def _ask(self, *arguments: str) -> Any:
        ended = self.run(*arguments, "--json")
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return json.loads(ended.stdout)

    def audio(self, action: str, **wishes: Any) -> dict[str, Any]:
        named = {"generate": "prompt"}.get(action, "audio_id")
        options = [action.replace("_", "-"), wishes.pop(named)]
        for name, value in wishes.items():
            options += [f"--{name.replace('_', '-')}", *([] if value is True else [str(value)])]
        return _item(self._ask(*options))

    def lyrics(self, prompt: str) -> dict[str, Any]:
        return dict(self._ask("lyrics", prompt)["data"])

    def upload(self, audio_url: str) -> dict[str, Any]:
        return dict(self._ask("upload", audio_url)["data"])

    def video(self, audio_id: str) -> dict[str, Any]:
        return dict(self._ask("video", audio_id)["data"])

    def wav(self, audio_id: str) -> dict[str, Any]:
        return _item(self._ask("wav", audio_id))

    def task(self, task_id: str) -> dict[str, Any] | None:
        record: dict[str, Any] | None = self._ask("task", task_id)
        return record

    def tasks(self, task_ids: list[str]) -> str:
        return json.dumps(self._ask("tasks", *task_ids))


class PythonApi:
    """acedatacloud, which polls. Its retries are off: it would send a paid request twice."""

    name = "acedatacloud"

    def __init__(self, url: str, key: str) -> None:
        self.cloud = AceDataCloud(key, base_url=url, platform_base_url=url, max_retries=0)

    def audio(self, action: str, **wishes: Any) -> dict[str, Any]:
        # These two are keywords of its own that it demands, as null where there are none.
        words = {"prompt": wishes.pop("prompt", ""), "lyric": wishes.pop("lyric", "")}
        handle = self.cloud.producer.generate(action=action, **words, **wishes)
        record = handle.wait(poll_interval=PAUSE_S, max_wait=PATIENCE_S)
        assert record["id"] == handle.id
        return _item(record["response"])

    def lyrics(self, prompt: str) -> dict[str, Any]:
        return dict(self.cloud.producer.lyrics(prompt=prompt)["data"])

    def upload(self, audio_url: str) -> dict[str, Any]:
        return dict(self.cloud.producer.upload(audio_url=audio_url)["data"])

    def video(self, audio_id: str) -> dict[str, Any]:
        return dict(self.cloud.producer.videos(audio_id=audio_id)["data"])

    def wav(self, audio_id: str) -> dict[str, Any]:
        return _item(self.cloud.producer.wav(audio_id=audio_id))

    def task(self, task_id: str) -> dict[str, Any] | None:
        record: dict[str, Any] | None = self.cloud.tasks.get(task_id, service="producer")
        return record

    def tasks(self, task_ids: list[str]) -> str:
        return json.dumps([self.task(one) for one in task_ids])


_TOOLS = {
    "generate": "producer_generate_custom_music",
    "extend": "producer_extend_music",
    "cover": "producer_cover_music",
    "variation": "producer_variation_music",
    "stems": "producer_stems_music",
}


class Tools:
    """mcp-producer, whose tools a session calls; it submits, and polls when it is told to."""

    name = "mcp-producer"

    def __init__(self, portal: Any, session: ClientSession) -> None:
        self._portal = portal
        self._session = session

    def call(self, tool: str, **arguments: Any) -> str:
        """The text that a tool gives; a tool that fails fails the test."""
        result = self._portal.call(self._session.call_tool, tool, arguments)
        (block,) = result.content
        assert not result.isError, block.text
        return str(block.text)

    def audio(self, action: str, **wishes: Any) -> dict[str, Any]:
        wishes.pop("custom", None)
        submitted = json.loads(self.call(_TOOLS.get(action, f"producer_{action}"), **wishes))
        assert submitted["mcp_async_submission"]["should_poll"] is True
        until = time.monotonic() + PATIENCE_S
        # Its tool for one task sleeps five seconds while there is no result; this one does not.
        while "State: complete" not in self.tasks([submitted["task_id"]]):
            assert time.monotonic() < until
            time.sleep(PAUSE_S)
        record = self.task(submitted["task_id"])
        assert record["mcp_task_polling"]["is_complete"] is True
        return _item(record["response"])

    def lyrics(self, prompt: str) -> dict[str, Any]:
        return dict(json.loads(self.call("producer_generate_lyrics", prompt=prompt))["data"])

    def upload(self, audio_url: str) -> dict[str, Any]:
        return dict(json.loads(self.call("producer_upload_audio", audio_url=audio_url))["data"])

    def video(self, audio_id: str) -> dict[str, Any]:
        return dict(json.loads(self.call("producer_generate_video", audio_id=audio_id))["data"])

    def wav(self, audio_id: str) -> dict[str, Any]:
        return _item(json.loads(self.call("producer_generate_wav", audio_id=audio_id)))

    def task(self, task_id: str) -> dict[str, Any]:
        return dict(json.loads(self.call("producer_get_task", task_id=task_id)))

    def tasks(self, task_ids: list[str]) -> str:
        return self.call("producer_get_tasks_batch", task_ids=task_ids)


@contextmanager
def running_tools(url: str, key: str, folder: Path) -> Iterator[Tools]:
    """mcp-producer as a process of its own, and a session with it."""
    program = shutil.which("mcp-producer", path=str(Path(sys.executable).parent))
    assert program is not None
    server = StdioServerParameters(command=program, env=_environment(url, key), cwd=folder)
    with (
        (folder / "tools.log").open("w", encoding="utf-8") as log,
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(stdio_client(server, log)) as streams,
        portal.wrap_async_context_manager(ClientSession(*streams)) as session,
    ):
        portal.call(session.initialize)
        yield Tools(portal, session)

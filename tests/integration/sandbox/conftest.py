"""One sandbox for all tests here; each test has a key, and so an account, of its own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.support.apiframe_client import Framer
from tests.support.musicapi_client import SOUND, Musician
from tests.support.sandbox_process import SandboxProcess, running_sandbox
from tests.support.webhook_receiver import Receiver, listening


@pytest.fixture(scope="session")
def shared_sandbox() -> Iterator[SandboxProcess]:
    with running_sandbox() as sandbox:
        yield sandbox
        assert list(sandbox.log) == []


@pytest.fixture
def sandbox(shared_sandbox: SandboxProcess) -> Iterator[SandboxProcess]:
    yield shared_sandbox
    shared_sandbox.set_faults([])


@pytest.fixture
def join() -> Iterator[Callable[..., Musician]]:
    """Makes musicians for any server, and sends them home at the end of the test."""
    with ExitStack() as home:

        def join(url: str, key: str | None = None) -> Musician:
            someone = Musician(url, key)
            home.enter_context(someone.http)
            return someone

        yield join


@pytest.fixture
def frame() -> Iterator[Callable[..., Framer]]:
    """As `join`, for the dialect of apiframe."""
    with ExitStack() as home:

        def frame(url: str, key: str | None = None) -> Framer:
            someone = Framer(url, key)
            home.enter_context(someone.http)
            return someone

        yield frame


@pytest.fixture
def musician(sandbox: SandboxProcess, join: Callable[..., Musician]) -> Musician:
    return join(sandbox.url)


@pytest.fixture(scope="session")
def composer(shared_sandbox: SandboxProcess) -> Iterator[Musician]:
    """The owner of `song`."""
    someone = Musician(shared_sandbox.url)
    yield someone
    someone.http.close()


@pytest.fixture(scope="session")
def song_task(composer: Musician) -> str:
    """The finished task of `song`, which is rendered once."""
    task_id = composer.submit(
        "create",
        task_type="create_music",
        sound=SOUND,
        lyrics="[Chorus]\nHello moon, hello sun",
        title="Inner Peace",
        seed="7",
    )
    composer.wait(task_id)
    return task_id


@pytest.fixture(scope="session")
def song(composer: Musician, song_task: str) -> dict[str, Any]:
    (clip,) = composer.wait(song_task)["data"]
    return dict(clip)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as one:
        yield one

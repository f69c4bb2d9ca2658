"""AceData Cloud's platform: balance and files, at another address and with another token than the
music (services.md, acedata).
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from producer_studio.domain.credits import Balance
from producer_studio.domain.errors import NotAuthorised
from producer_studio.providers.http.api_client import Wire
from producer_studio.providers.http.multipart import FileForm
from producer_studio.providers.uploads.host import Hosted, local_sound

_ANSWERS = "producer_studio.providers.acedata.platform_responses"
_APPLICATIONS = "/api/v1/applications/?user_id=me"
_FILES = "/api/v1/files/"


class Platform:
    """One user's platform; a `Host` for files."""

    def __init__(self, wire: Wire) -> None:
        """Keeps the way there, with the platform token in its headers; nothing is opened yet."""
        self._wire = wire
        self._user = ""

    @property
    def name(self) -> str:
        return self._wire.service

    async def reserve(self, path: Path) -> str:
        """Nothing to write down: the platform has no way to take a file down (services.md)."""
        await local_sound(path)
        return ""

    async def put(self, path: Path, handle: str = "") -> Hosted:  # noqa: ARG002 - none is needed
        sound = await local_sound(path)
        await self._ready()
        from producer_studio.providers.acedata.platform_responses import read_file  # see _ready

        with self._about_the_token():
            answer = await self._wire.send_form(_FILES, FileForm(sound))
            return Hosted(read_file(answer, self.name))

    async def take_down(self, handle: str) -> None:
        """Nothing, see `reserve`."""

    async def balance(self) -> Balance:
        """What is left; free. Raises `Fault`s."""
        await self._ready()
        from producer_studio.providers.acedata.platform_responses import read_balance  # see _ready

        with self._about_the_token():
            answer = await self._wire.ask("GET", _APPLICATIONS)
            return await answer.read(read_balance, self.name)

    async def user(self) -> str:
        """The user's own id, by which tasks are listed; empty when it is not told.

        Raises:
            Fault: It could not be asked for.
        """
        if not self._user:
            await self._ready()
            from producer_studio.providers.acedata.platform_responses import read_user  # see _ready

            with self._about_the_token():
                answer = await self._wire.ask("GET", _APPLICATIONS)
                self._user = await answer.read(read_user, self.name)
        return self._user

    async def close(self) -> None:
        await self._wire.close()

    async def _ready(self) -> None:
        # Start-up cost: decoders, built in a thread; once loaded this takes nothing.
        await asyncio.to_thread(import_module, _ANSWERS)

    @contextmanager
    def _about_the_token(self) -> Iterator[None]:
        """A refused token is the platform's, which is not the key that the account works with."""
        try:
            yield
        except NotAuthorised as fault:
            raise NotAuthorised(
                f"{self.name} does not accept the platform token of this account. Check "
                "the platform token in Settings; it is not the API token.",
                service_words=fault.service_words,
                trace_id=fault.trace_id,
                field="platform_token",
                status=fault.status,
                raw=fault.raw,
            ) from fault

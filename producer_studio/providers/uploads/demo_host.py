"""Demo Studio's own place for files of this computer."""

import uuid
from collections.abc import Mapping
from pathlib import Path

from producer_studio.domain.errors import Refused
from producer_studio.providers.http.api_client import Answer, Wire
from producer_studio.providers.http.errors import fault_of
from producer_studio.providers.http.multipart import content
from producer_studio.providers.uploads.host import Hosted, local_sound

_NAME = "Demo Studio"
_PREFIX = "/files/"


class DemoFiles:
    """A `Host`. A connection is opened for each request and closed after it.

    Args:
        base_url: The root of the server, whichever dialect the account speaks there.
        key: An accepted one; never in a repr, a log or a fault.
    """

    def __init__(self, base_url: str, key: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._key = key

    @property
    def name(self) -> str:
        return _NAME

    async def reserve(self, path: Path) -> str:
        sound = await local_sound(path)
        return uuid.uuid4().hex + Path(sound.name).suffix

    async def put(self, path: Path, handle: str = "") -> Hosted:
        sound = await local_sound(path)
        handle = handle or await self.reserve(path)
        wire = self._wire()
        headers = {"Content-Type": sound.content_type, "Content-Length": str(sound.size)}
        try:
            answer = await wire.send_stream("PUT", _PREFIX + handle, content(sound), headers)
        finally:
            await wire.close()
        if answer.status == 413:
            raise Refused(
                f"{path.name} is larger than what Demo Studio takes. Nothing was sent and nothing "
                "was charged. Choose another file.",
                field="audio_file",
                status=answer.status,
            )
        self._check(answer)
        return Hosted(f"{self._base_url}{_PREFIX}{handle}", handle)

    async def take_down(self, handle: str) -> None:
        if not handle:
            return
        wire = self._wire()
        try:
            self._check(await wire.ask("DELETE", _PREFIX + handle))
        finally:
            await wire.close()

    async def close(self) -> None:
        """Nothing is open between requests."""

    def _check(self, answer: Answer) -> None:
        if not 200 <= answer.status < 300:
            raise fault_of(answer, service=_NAME, paid=False)

    def _wire(self) -> Wire:
        return Wire(self._base_url, self._headers(), service=_NAME)

    def _headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self._key}"}

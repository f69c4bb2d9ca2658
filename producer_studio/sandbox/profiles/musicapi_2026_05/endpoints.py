"""The dialect of musicapi since May 2026."""

from collections.abc import Mapping
from typing import Any, ClassVar

from starlette.responses import JSONResponse, Response

from producer_studio.sandbox.profiles.musicapi import MusicApi, responses
from producer_studio.sandbox.profiles.musicapi.endpoints import Reader
from producer_studio.sandbox.profiles.musicapi_2026_05 import requests
from producer_studio.sandbox.records import Clip, Task
from producer_studio.sandbox.task_service import Answers


class MusicApi2026May(MusicApi):
    """Served under `/musicapi-2026-05`; the same service as before, so with the same accounts."""

    name = "musicapi-2026-05"
    prefixes: tuple[str, ...] = ("/musicapi-2026-05",)
    submits: ClassVar[Mapping[str, tuple[str, Reader]]] = {
        **MusicApi.submits,
        "create": ("create", requests.read_create),
    }
    revision: Answers = "status"

    def error(
        self, status: int, text: str | None = None, kind: str | None = None
    ) -> dict[str, Any]:
        return responses.remaining(status, super().error(status, text, kind))

    def result(self, task: Task, clip: Clip | None, origin: str) -> list[dict[str, Any]]:
        """As before, and songs have a `wav_url` as well."""
        data = super().result(task, clip, origin)
        if clip is not None:
            for song in (one for one in data if "mv" in one):
                song["wav_url"] = self._shelf.link(origin, clip.id, "audio.wav")
        return data

    def short_of_credits(self, remaining: int) -> Response:
        return JSONResponse(responses.remaining(402, self.error(402), remaining), 402)

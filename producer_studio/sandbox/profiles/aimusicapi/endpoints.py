"""The dialect of seed 003 (2026-04)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from producer_studio.sandbox.profiles.aimusicapi import requests, responses
from producer_studio.sandbox.profiles.musicapi import DemoApi, MusicApi
from producer_studio.sandbox.profiles.musicapi import responses as family
from producer_studio.sandbox.profiles.musicapi.endpoints import Reader
from producer_studio.sandbox.records import Clip, Task
from producer_studio.sandbox.task_service import Answers

_UNKNOWN_TASK = "task not found."
#: At a 403 this dialect speaks of the words alone: credits have 402 (services.md).
_MODERATED = "The lyrics contain copyrighted content. Please change them and try again."


class AiMusicApi(MusicApi):
    """Served under `/aimusicapi`, with accounts of its own."""

    name = "aimusicapi-2026-04"
    prefixes: tuple[str, ...] = ("/aimusicapi",)
    service = "aimusicapi"
    submits: ClassVar[Mapping[str, tuple[str, Reader]]] = {
        **DemoApi.submits,
        "create": ("create", requests.read_create),
        "download": ("download", requests.read_export),
    }

    def error(
        self, status: int, text: str | None = None, kind: str | None = None
    ) -> dict[str, Any]:
        """Without a `code`: seed 003 §8."""
        if status == 403:
            text, kind = text or _MODERATED, kind or "moderation"
        body = super().error(status, text, kind)
        del body["code"]
        return family.remaining(status, body)

    def result(self, task: Task, clip: Clip | None, origin: str) -> list[dict[str, Any]]:
        if task.state != "done":
            return []
        if task.order.kind == "lyrics":
            return [responses.lyrics(task)]
        if clip is None:
            raise LookupError(f"task {task.id} is done, but its clip is not known")
        return [responses.item(task, clip, lambda name: self._shelf.link(origin, clip.id, name))]

    def unknown_task(self) -> Response:
        return self._refusal(400, _UNKNOWN_TASK)

    def short_of_credits(self, remaining: int) -> Response:
        return JSONResponse(family.remaining(402, self.error(402), remaining), 402)

    def revision_for(self, _request: Request) -> Answers:
        """Words alone (§6), whatever was set for its siblings."""
        return "status"

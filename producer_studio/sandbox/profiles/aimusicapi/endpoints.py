"""Dialect of "AI Music API, Producer API" (2026-04)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from producer_studio.sandbox.profiles.aimusicapi import requests, responses
from producer_studio.sandbox.profiles.musicapi import DemoProfile, MusicApiProfile
from producer_studio.sandbox.profiles.musicapi import responses as family
from producer_studio.sandbox.profiles.musicapi.endpoints import MusicApiRequestParser
from producer_studio.sandbox.records import SandboxClip, SandboxTask
from producer_studio.sandbox.task_service import PollRevision

_UNKNOWN_TASK = "task not found."
#: A 403 means moderation only in this dialect: credits have 402 (.github/docs/services.md).
_MODERATED = "The lyrics contain copyrighted content. Please change them and try again."

_HELP = """\
  aimusicapi-2026-04 under /aimusicapi: create (create_music alone), lyrics-create, video-clip,
    upload, download; polls return words
"""


class AiMusicApiProfile(MusicApiProfile):
    """Dialect served under `/aimusicapi`, with accounts of its own."""

    name = "aimusicapi-2026-04"
    prefixes: tuple[str, ...] = ("/aimusicapi",)
    help = _HELP
    service = "aimusicapi"
    submit_endpoints: ClassVar[Mapping[str, tuple[str, MusicApiRequestParser]]] = {
        **DemoProfile.submit_endpoints,
        "create": ("create", requests.parse_create),
        "download": ("download", requests.parse_export),
    }

    def build_error(
        self, status: int, text: str | None = None, kind: str | None = None
    ) -> dict[str, Any]:
        """Builds an error body without a `code` ("AI Music API, Producer API", §8)."""
        if status == 403:
            text, kind = text or _MODERATED, kind or "moderation"
        body = super().build_error(status, text, kind)
        del body["code"]
        return family.add_remaining_credits(status, body)

    def build_result(
        self, task: SandboxTask, clip: SandboxClip | None, origin: str
    ) -> list[dict[str, Any]]:
        if task.state != "done":
            return []
        if task.order.kind == "lyrics":
            return [responses.lyrics_data(task)]
        if clip is None:
            raise LookupError(f"task {task.id} is done, but its clip is not known")
        return [
            responses.item_data(
                task, clip, lambda name: self._media_files.create_link(origin, clip.id, name)
            )
        ]

    def unknown_task_response(self) -> Response:
        return self._error_response(400, _UNKNOWN_TASK)

    def insufficient_credits_response(self, remaining: int) -> Response:
        return JSONResponse(
            family.add_remaining_credits(402, self.build_error(402), remaining), 402
        )

    def choose_revision(self, _request: Request) -> PollRevision:
        """Always selects the text statuses (§6), independent of the settings for other dialects."""
        return "status"

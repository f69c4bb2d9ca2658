"""Dialect of musicapi since May 2026."""

from collections.abc import Mapping
from typing import Any, ClassVar

from starlette.responses import JSONResponse, Response

from producer_studio.sandbox.profiles.musicapi import MusicApiProfile, responses
from producer_studio.sandbox.profiles.musicapi.endpoints import MusicApiRequestParser
from producer_studio.sandbox.profiles.musicapi_2026_05 import requests
from producer_studio.sandbox.records import SandboxClip, SandboxTask
from producer_studio.sandbox.task_service import PollRevision

_HELP = """\
  musicapi-2026-05 under /musicapi-2026-05: extend and replace cost 12, three task types are gone
"""


class MusicApi2026MayProfile(MusicApiProfile):
    """Dialect served under `/musicapi-2026-05`, with the accounts of `musicapi-2026-02`."""

    name = "musicapi-2026-05"
    prefixes: tuple[str, ...] = ("/musicapi-2026-05",)
    help = _HELP
    submit_endpoints: ClassVar[Mapping[str, tuple[str, MusicApiRequestParser]]] = {
        **MusicApiProfile.submit_endpoints,
        "create": ("create", requests.parse_create),
    }
    revision: PollRevision = "status"

    def build_error(
        self, status: int, text: str | None = None, kind: str | None = None
    ) -> dict[str, Any]:
        return responses.add_remaining_credits(status, super().build_error(status, text, kind))

    def build_result(
        self, task: SandboxTask, clip: SandboxClip | None, origin: str
    ) -> list[dict[str, Any]]:
        """Builds the `data` of the earlier dialect; songs have a `wav_url` as well."""
        data = super().build_result(task, clip, origin)
        if clip is not None:
            for song in (one for one in data if "mv" in one):
                song["wav_url"] = self._media_files.create_link(origin, clip.id, "audio.wav")
        return data

    def insufficient_credits_response(self, remaining: int) -> Response:
        return JSONResponse(
            responses.add_remaining_credits(402, self.build_error(402), remaining), 402
        )

"""Dialect of Demo Studio: 2026-02 with lyrics and video of "AI Music API, Producer API"."""

from collections.abc import Mapping
from typing import Any, ClassVar

from producer_studio.sandbox.profiles.musicapi import requests
from producer_studio.sandbox.profiles.musicapi.endpoints import (
    MusicApiProfile,
    MusicApiRequestParser,
)
from producer_studio.sandbox.records import SandboxClip, SandboxTask


class DemoProfile(MusicApiProfile):
    """Dialect at the root of the server."""

    prefixes: tuple[str, ...] = ("",)
    help = "  the same at the root, for Demo Studio, with lyrics-create (1) and video-clip (5)\n"
    submit_endpoints: ClassVar[Mapping[str, tuple[str, MusicApiRequestParser]]] = {
        **MusicApiProfile.submit_endpoints,
        "lyrics-create": ("lyrics", requests.parse_lyrics),
        "video-clip": ("video", requests.parse_video),
    }

    def build_result(
        self, task: SandboxTask, clip: SandboxClip | None, origin: str
    ) -> list[dict[str, Any]]:
        """Builds the `data` of a finished task, with a `note` where a prompt was not understood."""
        data = super().build_result(task, clip, origin)
        if clip is not None and clip.note:
            data = [{**entry, "note": clip.note} for entry in data]
        return data

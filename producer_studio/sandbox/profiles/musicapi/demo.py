"""What Demo Studio speaks: the dialect of 2026-02 with the lyrics and video of seed 003."""

from collections.abc import Mapping
from typing import ClassVar

from producer_studio.sandbox.profiles.musicapi import requests
from producer_studio.sandbox.profiles.musicapi.endpoints import MusicApi, Reader


class DemoApi(MusicApi):
    """At the root of the server."""

    prefixes: tuple[str, ...] = ("",)
    submits: ClassVar[Mapping[str, tuple[str, Reader]]] = {
        **MusicApi.submits,
        "lyrics-create": ("lyrics", requests.read_lyrics),
        "video-clip": ("video", requests.read_video),
    }

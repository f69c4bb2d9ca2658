"""Profiles of the musicapi family."""

from typing import TYPE_CHECKING

from producer_studio.domain.account import Service
from producer_studio.providers.profile import ProviderProfile, ProviderSettings, bearer_headers
from producer_studio.translation import mark

if TYPE_CHECKING:
    from producer_studio.providers.base import Provider


def _create(settings: ProviderSettings) -> "Provider":
    from producer_studio.providers.musicapi.client import (  # start-up cost
        MusicApiClient,
        find_dialect,
    )

    return MusicApiClient(
        settings.create_client(bearer_headers(settings.token)),
        find_dialect(settings.profile.name, demo=settings.is_demo),
        has_key=bool(settings.token),
    )


def _musicapi(name: str) -> ProviderProfile:
    return ProviderProfile(
        name=name,
        service=Service.MUSICAPI,
        base_url="https://api.musicapi.ai",
        key_url="https://musicapi.ai",
        key_help=mark("Sign in at musicapi.ai and copy the API key from your dashboard."),
        summary=mark("Create, extend, cover, replace, swap, variation, MP3 and WAV"),
        create=_create,
    )


MUSICAPI_2026_02 = _musicapi("musicapi-2026-02")
MUSICAPI_2026_05 = _musicapi("musicapi-2026-05")
AIMUSICAPI_2026_04 = ProviderProfile(
    name="aimusicapi-2026-04",
    service=Service.AIMUSICAPI,
    base_url="https://api.aimusicapi.ai",
    key_url="https://aimusicapi.ai",
    key_help=mark("Sign in at aimusicapi.ai and copy the API key from your dashboard."),
    summary=mark("Create, write lyrics, music video, MP3 and WAV"),
    create=_create,
)
PROFILES = (
    MUSICAPI_2026_02.for_demo(""),
    MUSICAPI_2026_05.for_demo("/musicapi-2026-05"),
    AIMUSICAPI_2026_04.for_demo("/aimusicapi"),
    MUSICAPI_2026_02,
    MUSICAPI_2026_05,
    AIMUSICAPI_2026_04,
)

"""Profile `musicapi-2026-05`: .github/docs/services.md, after the change to Lyria 3 Pro."""

from producer_studio.sandbox.profiles.musicapi_2026_05.endpoints import MusicApi2026MayProfile

PROFILES = (MusicApi2026MayProfile,)

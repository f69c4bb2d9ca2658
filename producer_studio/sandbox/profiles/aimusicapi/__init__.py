"""Profile `aimusicapi-2026-04`: "AI Music API, Producer API"."""

from producer_studio.sandbox.profiles.aimusicapi.endpoints import AiMusicApiProfile

PROFILES = (AiMusicApiProfile,)

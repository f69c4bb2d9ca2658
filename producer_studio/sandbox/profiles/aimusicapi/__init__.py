"""Profile `aimusicapi-2026-04`: seed 003."""

from producer_studio.sandbox.profiles.aimusicapi.endpoints import AiMusicApiProfile

__all__ = ["AiMusicApiProfile"]

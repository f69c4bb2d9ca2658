"""Profile `musicapi-2026-02`: seeds 000 and 002, with lyrics and video of seed 003."""

from producer_studio.sandbox.profiles.musicapi.endpoints import MusicApi

__all__ = ["MusicApi"]

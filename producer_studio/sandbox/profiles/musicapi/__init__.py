"""Profile `musicapi-2026-02`: seeds 000 and 002; at the root with lyrics and video."""

from producer_studio.sandbox.profiles.musicapi.demo import DemoProfile
from producer_studio.sandbox.profiles.musicapi.endpoints import MusicApiProfile

__all__ = ["DemoProfile", "MusicApiProfile"]

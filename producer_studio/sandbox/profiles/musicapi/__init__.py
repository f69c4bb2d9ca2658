"""Profile `musicapi-2026-02`: "MusicAPI, Producer API" and "MusicAPI, Producer examples".

At the root of the server it also has lyrics and video.
"""

from producer_studio.sandbox.profiles.musicapi.demo_profile import DemoProfile
from producer_studio.sandbox.profiles.musicapi.endpoints import MusicApiProfile

__all__ = ["PROFILES", "DemoProfile", "MusicApiProfile"]

PROFILES = (MusicApiProfile, DemoProfile)

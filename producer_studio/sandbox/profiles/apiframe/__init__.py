"""Profile `apiframe`: seed 004, with services.md where the seed is silent."""

from producer_studio.sandbox.profiles.apiframe.endpoints import ApiframeProfile

__all__ = ["ApiframeProfile"]

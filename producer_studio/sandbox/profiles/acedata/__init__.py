"""Profile `acedata`: seed 001, and what services.md adds to it."""

from producer_studio.sandbox.profiles.acedata.endpoints import AceDataProfile

__all__ = ["AceDataProfile"]

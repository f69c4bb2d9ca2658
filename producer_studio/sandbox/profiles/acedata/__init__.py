"""Profile `acedata`: seed 001, and what services.md adds to it."""

from producer_studio.sandbox.profiles.acedata.endpoints import AceData

__all__ = ["AceData"]

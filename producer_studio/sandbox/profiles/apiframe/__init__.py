"""Profile `apiframe`: "Apiframe, Producer", with additions from .github/docs/services.md."""

from producer_studio.sandbox.profiles.apiframe.endpoints import ApiframeProfile

PROFILES = (ApiframeProfile,)

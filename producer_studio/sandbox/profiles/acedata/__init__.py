"""Profile `acedata`: "AceData Cloud, Producer API", extended by .github/docs/services.md."""

from producer_studio.sandbox.profiles.acedata.endpoints import AceDataProfile

PROFILES = (AceDataProfile,)

"""Profile of Apiframe."""

from typing import TYPE_CHECKING

from producer_studio.domain.account import Service
from producer_studio.providers.profile import ProviderProfile, ProviderSettings, WebhookSignature
from producer_studio.translation import mark

if TYPE_CHECKING:
    from producer_studio.providers.base import Provider


def _create(settings: ProviderSettings) -> "Provider":
    from producer_studio.providers.apiframe.client import ApiframeClient  # start-up cost

    api = settings.create_client({"X-API-Key": settings.token})
    return ApiframeClient(api, has_key=bool(settings.token))


_APIFRAME = ProviderProfile(
    name="apiframe",
    service=Service.APIFRAME,
    base_url="https://api.apiframe.ai",
    key_url="https://apiframe.ai",
    key_help=mark("Sign in at apiframe.ai and copy the API key; it starts with afk_."),
    summary=mark("Create, with one key for many models"),
    create=_create,
    webhook_signature=WebhookSignature.API_KEY,
)
PROFILES = (_APIFRAME.for_demo("/apiframe"), _APIFRAME)

"""Profile of AceData Cloud."""

from typing import TYPE_CHECKING

from producer_studio.domain.account import Service
from producer_studio.providers.profile import (
    ProviderProfile,
    ProviderSettings,
    WebhookSignature,
    bearer_headers,
)
from producer_studio.translation import mark

if TYPE_CHECKING:
    from producer_studio.providers.base import Provider


def _create(settings: ProviderSettings) -> "Provider":
    from producer_studio.providers.acedata.client import AceDataClient  # start-up cost

    return AceDataClient(
        settings.create_client(bearer_headers(settings.token)),
        settings.create_platform_client(),
        has_key=bool(settings.token),
        demo=settings.is_demo,
    )


_ACEDATA = ProviderProfile(
    name="acedata",
    service=Service.ACEDATA,
    base_url="https://api.acedata.cloud",
    key_url="https://platform.acedata.cloud",
    key_help=mark("Sign in at platform.acedata.cloud and copy the token of your application."),
    summary=mark("Create, extend, cover, replace, swap, variation, stems"),
    create=_create,
    platform_url="https://platform.acedata.cloud",
    webhook_signature=WebhookSignature.UNSIGNED,
)
PROFILES = (_ACEDATA.for_demo("/acedata"), _ACEDATA)

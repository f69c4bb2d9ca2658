"""Registry of dialects, and factory of the provider for an account."""

from producer_studio.domain.account import Account, Service
from producer_studio.domain.errors import RequestRejected
from producer_studio.providers.acedata.profile import PROFILES as _ACEDATA
from producer_studio.providers.apiframe.profile import PROFILES as _APIFRAME
from producer_studio.providers.base import Provider
from producer_studio.providers.musicapi.profile import PROFILES as _MUSICAPI
from producer_studio.providers.profile import (
    ProviderProfile,
    ProviderSettings,
    WebhookSignature,
    check_url,
)
from producer_studio.translation import mark

__all__ = [
    "ProviderProfile",
    "WebhookSignature",
    "create_provider",
    "find_profile",
    "has_platform",
    "list_profiles",
    "webhook_signature",
]

_PROFILES = (*_MUSICAPI, *_ACEDATA, *_APIFRAME)
"""Every dialect registers here, the default of each service before its others."""

_DEMO_KEY = "demo"


def list_profiles() -> tuple[ProviderProfile, ...]:
    """Returns every dialect, the default of each service first."""
    return _PROFILES


def find_profile(service: Service, name: str = "") -> ProviderProfile:
    """Returns a service's dialect by its name; without a name, the service's default.

    Raises:
        RequestRejected: The service has no such dialect.
    """
    for profile in _PROFILES:
        if profile.service is service and name in {"", profile.name}:
            return profile
    known = ", ".join(profile.name for profile in _PROFILES if profile.service is service)
    raise RequestRejected(
        mark(
            "{label} has no profile called “{name}”. It has: {known}.",
            label=service.label,
            name=name,
            known=known,
        ),
        field="profile",
    )


def create_provider(
    account: Account,
    key: str,
    base_url: str = "",
    *,
    platform_token: str = "",
    webhook_secret: str = "",
) -> Provider:
    """Creates the provider of an account. No connection is opened before its first request.

    Args:
        account: Its profile may be empty for the service's default.
        key: Empty when there is none yet; capabilities and prices are known without it.
        base_url: URL of the service; when empty, the account's own, then the profile's. For Demo
            Studio its root, whichever dialect is used.
        platform_token: AceData Cloud's other token, for balance and files; may be empty.
        webhook_secret: Only for redaction where the service quotes it; may be empty.

    Raises:
        RequestRejected: The dialect is unknown, or a URL is not allowed.
    """
    profile = find_profile(account.service, account.profile)
    label = account.service.label
    root = base_url or account.base_url or profile.base_url
    # Demo Studio has no URL before it is started: its capabilities are available all the same.
    address = root.rstrip("/") + profile.demo_path if root else ""
    check_url(address, "base_url", label)
    demo = account.service is Service.DEMO
    token = key.strip() or (_DEMO_KEY if demo else "")
    secrets = (key.strip(), platform_token.strip(), webhook_secret.strip())

    return profile.create(
        ProviderSettings(
            account=account,
            profile=profile,
            url=address,
            token=token,
            platform_token=platform_token.strip(),
            secrets=secrets,
            is_demo=demo,
        )
    )


def has_platform(service: Service, profile: str) -> bool:
    """Whether a dialect has a second address with a token of its own."""
    return any(
        one.platform_url for one in _PROFILES if one.service is service and one.name == profile
    )


def webhook_signature(account: Account) -> WebhookSignature:
    """Returns how the account's service signs webhooks; with the account's secret if unknown."""
    for one in _PROFILES:
        if one.service is account.service and account.profile in {"", one.name}:
            return one.webhook_signature
    return WebhookSignature.WEBHOOK_SECRET

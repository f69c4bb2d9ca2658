"""Registry of dialects, and factory of the provider for an account."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from producer_studio.domain.account import Account, Service
from producer_studio.domain.errors import RequestRejected
from producer_studio.providers.base import Provider
from producer_studio.providers.http.url_checks import is_secure_url

if TYPE_CHECKING:
    from producer_studio.providers.http.api_client import ApiClient


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderProfile:
    """A dialect as Settings shows it (.github/docs/services.md, "Addresses and authentication").

    Attributes:
        base_url: Default URL; the user may change it. Empty for Demo Studio, which is started when
            it is needed.
        key_url: Page on which the user creates a key; empty when none is needed.
        key_help: Sentence that explains how to get a key.
        demo_path: Path of this dialect below Demo Studio's URL; empty for all others, and for its
            usual dialect.
    """

    name: str
    service: Service
    base_url: str
    key_url: str
    key_help: str
    demo_path: str = ""


def _demo_profile(name: str, path: str) -> ProviderProfile:
    return ProviderProfile(
        name=name,
        service=Service.DEMO,
        base_url="",
        key_url="",
        key_help="Demo Studio needs no key and no network.",
        demo_path=path,
    )


_PROFILES = (
    _demo_profile("musicapi-2026-02", ""),
    _demo_profile("musicapi-2026-05", "/musicapi-2026-05"),
    _demo_profile("aimusicapi-2026-04", "/aimusicapi"),
    _demo_profile("acedata", "/acedata"),
    _demo_profile("apiframe", "/apiframe"),
    ProviderProfile(
        name="musicapi-2026-02",
        service=Service.MUSICAPI,
        base_url="https://api.musicapi.ai",
        key_url="https://musicapi.ai",
        key_help="Sign in at musicapi.ai and copy the API key from your dashboard.",
    ),
    ProviderProfile(
        name="musicapi-2026-05",
        service=Service.MUSICAPI,
        base_url="https://api.musicapi.ai",
        key_url="https://musicapi.ai",
        key_help="Sign in at musicapi.ai and copy the API key from your dashboard.",
    ),
    ProviderProfile(
        name="aimusicapi-2026-04",
        service=Service.AIMUSICAPI,
        base_url="https://api.aimusicapi.ai",
        key_url="https://aimusicapi.ai",
        key_help="Sign in at aimusicapi.ai and copy the API key from your dashboard.",
    ),
    ProviderProfile(
        name="acedata",
        service=Service.ACEDATA,
        base_url="https://api.acedata.cloud",
        key_url="https://platform.acedata.cloud",
        key_help="Sign in at platform.acedata.cloud and copy the token of your application.",
    ),
    ProviderProfile(
        name="apiframe",
        service=Service.APIFRAME,
        base_url="https://api.apiframe.ai",
        key_url="https://apiframe.ai",
        key_help="Sign in at apiframe.ai and copy the API key; it begins with afk_.",
    ),
)
_DEMO_KEY = "demo"
PLATFORM_URL = "https://platform.acedata.cloud"
"""Base URL of AceData Cloud for balances and files (.github/docs/services.md)."""


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
        f"{service.label} has no profile called \u201c{name}\u201d. It has: {known}.",
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
    _check_address(address, "base_url", label)
    demo = account.service is Service.DEMO
    token = key.strip() or (_DEMO_KEY if demo else "")
    secrets = (key.strip(), platform_token.strip(), webhook_secret.strip())

    # Start-up cost: no module of a dialect is imported before an account of it is used.
    from producer_studio.providers.http.api_client import ApiClient

    if profile.name == "apiframe":
        from producer_studio.providers.apiframe.client import ApiframeClient

        api = ApiClient(address, {"X-API-Key": token}, service=label, secrets=secrets)
        return ApiframeClient(api, has_key=bool(token))
    api = ApiClient(address, _bearer_headers(token), service=label, secrets=secrets)
    if profile.name == "acedata":
        from producer_studio.providers.acedata.client import AceDataClient

        spare = token if demo else ""
        platform = _create_platform_api(
            account, profile, address, platform_token.strip() or spare, secrets
        )
        return AceDataClient(api, platform, has_key=bool(token), demo=demo)
    from producer_studio.providers.musicapi.client import MusicApiClient, find_dialect

    return MusicApiClient(api, find_dialect(profile.name, demo=demo), has_key=bool(token))


def _create_platform_api(
    account: Account, profile: ProviderProfile, base_url: str, token: str, secrets: tuple[str, ...]
) -> "ApiClient | None":
    """Creates the client of AceData Cloud's platform; a local server has it at the same URL."""
    if not token:
        return None
    is_default = base_url == profile.base_url
    url = account.platform_url or (PLATFORM_URL if is_default else base_url)
    label = account.service.label
    _check_address(url, "platform_url", label)
    from producer_studio.providers.http.api_client import ApiClient  # start-up cost

    return ApiClient(url, _bearer_headers(token), service=label, secrets=secrets)


def _check_address(url: str, field: str, label: str) -> None:
    if url and not is_secure_url(url):
        raise RequestRejected(
            f"The address of {label} must begin with https. Plain http works only for this "
            "computer itself.",
            field=field,
        )


def _bearer_headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}

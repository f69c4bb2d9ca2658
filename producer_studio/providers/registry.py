"""Which dialects there are, and the provider for an account."""

from dataclasses import dataclass

from producer_studio.domain.account import Account, Service
from producer_studio.domain.faults import Refused
from producer_studio.providers.addresses import may_hold_a_key
from producer_studio.providers.protocol import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A dialect as Settings shows it (services.md, first table).

    Attributes:
        base_url: The default; the user may change it. Empty for Demo Studio, which is started when
            it is needed.
        key_url: Where a key is made; empty when none is needed.
        key_help: How to get one, as a sentence.
        available: False for dialects that come in a later version.
    """

    name: str
    service: Service
    base_url: str
    key_url: str
    key_help: str
    available: bool = False


_PROFILES = (
    Profile(
        name="musicapi-2026-02",
        service=Service.DEMO,
        base_url="",
        key_url="",
        key_help="Demo Studio needs no key and no network.",
        available=True,
    ),
    Profile(
        name="musicapi-2026-02",
        service=Service.MUSICAPI,
        base_url="https://api.musicapi.ai",
        key_url="https://musicapi.ai",
        key_help="Sign in at musicapi.ai and copy the API key from your dashboard.",
        available=True,
    ),
    Profile(
        name="musicapi-2026-05",
        service=Service.MUSICAPI,
        base_url="https://api.musicapi.ai",
        key_url="https://musicapi.ai",
        key_help="Sign in at musicapi.ai and copy the API key from your dashboard.",
    ),
    Profile(
        name="aimusicapi-2026-04",
        service=Service.AIMUSICAPI,
        base_url="https://api.aimusicapi.ai",
        key_url="https://aimusicapi.ai",
        key_help="Sign in at aimusicapi.ai and copy the API key from your dashboard.",
    ),
    Profile(
        name="acedata",
        service=Service.ACEDATA,
        base_url="https://api.acedata.cloud",
        key_url="https://platform.acedata.cloud",
        key_help="Sign in at platform.acedata.cloud and copy the token of your application.",
    ),
    Profile(
        name="apiframe",
        service=Service.APIFRAME,
        base_url="https://api.apiframe.ai",
        key_url="https://apiframe.ai",
        key_help="Sign in at apiframe.ai and copy the API key; it begins with afk_.",
    ),
)
_DEMO_KEY = "demo"


def profiles() -> tuple[Profile, ...]:
    """Every dialect, the default of each service first."""
    return _PROFILES


def profile_for(service: Service, name: str = "") -> Profile:
    """A service's dialect by its name; without a name, the service's default.

    Raises:
        Refused: The service has no such dialect.
    """
    for profile in _PROFILES:
        if profile.service is service and name in {"", profile.name}:
            return profile
    known = ", ".join(profile.name for profile in _PROFILES if profile.service is service)
    raise Refused(
        f"{service.label} has no profile called \u201c{name}\u201d. It has: {known}.",
        field="profile",
    )


def provider_for(account: Account, key: str, base_url: str = "") -> Provider:
    """The provider of an account. Nothing is opened before its first request.

    Args:
        account: Its profile may be empty for the service's default.
        key: Empty when there is none yet; capabilities and prices are known without it.
        base_url: Where the service is; empty takes the account's own, then the profile's.

    Raises:
        Refused: The dialect comes later, is unknown, or the address may not be used.
    """
    profile = profile_for(account.service, account.profile)
    label = account.service.label
    if not profile.available:
        raise Refused(
            f"{label} with the profile {profile.name} comes in a later version of Producer Studio. "
            "MusicAPI and Demo Studio work today.",
            field="profile",
        )
    address = base_url or account.base_url or profile.base_url
    # Demo Studio has none before it is started: what it offers can be asked all the same.
    if address and not may_hold_a_key(address):
        raise Refused(
            f"The address of {label} must begin with https. Plain http works only for this "
            "computer itself.",
            field="base_url",
        )
    demo = account.service is Service.DEMO
    token = key.strip() or (_DEMO_KEY if demo else "")

    # Start-up cost: decoders for the wire shapes are built when an account is first used.
    from producer_studio.providers.http import Wire
    from producer_studio.providers.musicapi import MusicApi

    wire = Wire(address, {"Authorization": f"Bearer {token}"}, service=label)
    return MusicApi(wire, has_key=bool(token), demo=demo)

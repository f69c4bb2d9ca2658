"""Values of an account that its provider depends on."""

from typing import NamedTuple

from producer_studio.domain.account import Account


class ProviderIdentity(NamedTuple):
    """All values that a provider depends on: a change of any requires a new provider."""

    service: str
    profile: str
    base_url: str
    platform_url: str
    key: str
    token: str
    webhook_secret: str


def provider_identity(
    account: Account, base_url: str, key: str, token: str, webhook_secret: str
) -> ProviderIdentity:
    """Returns the identity of an account's provider with these credentials."""
    return ProviderIdentity(
        str(account.service),
        account.profile,
        base_url,
        account.platform_url,
        key,
        token,
        webhook_secret,
    )

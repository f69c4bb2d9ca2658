"""Address of the service of an account, for comparisons."""

from producer_studio.domain.account import Account
from producer_studio.providers.http.url_checks import split_url
from producer_studio.providers.registry import find_profile


def account_endpoint(account: Account) -> str:
    """Returns the address of an account's service, to be compared (see `Connections.endpoint`)."""
    profile = find_profile(account.service, account.profile)
    parts = split_url(account.base_url or profile.base_url)
    address = "demo" if parts is None else f"{parts.netloc.lower()}{parts.path.rstrip('/')}"
    return address + profile.demo_path

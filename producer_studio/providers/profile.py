"""Profile of a dialect: everything about it that the rest of the program needs to know."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from producer_studio.domain.account import Account, Service
from producer_studio.domain.errors import RequestRejected
from producer_studio.providers.http.url_checks import is_secure_url
from producer_studio.translation import mark

if TYPE_CHECKING:
    from producer_studio.providers.base import Provider
    from producer_studio.providers.http.api_client import ApiClient

_DEMO_KEY_HELP = mark("Demo Studio needs no key and no network.")


class WebhookSignature(Enum):
    """Secret with which a service signs its webhooks (.github/docs/services.md, "Webhooks")."""

    UNSIGNED = auto()
    WEBHOOK_SECRET = auto()
    API_KEY = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings:
    """Arguments of the factory of a provider.

    Attributes:
        url: Base URL, checked; empty for Demo Studio before it is started.
        token: Key of the account; empty when there is none yet.
        platform_token: Token of the service's second address; empty when there is none.
        secrets: All secrets of the account, for redaction.
        is_demo: Whether Demo Studio speaks the dialect.
    """

    account: Account
    profile: "ProviderProfile"
    url: str
    token: str
    platform_token: str
    secrets: tuple[str, ...]
    is_demo: bool

    @property
    def label(self) -> str:
        return self.account.service.label

    def create_client(self, headers: dict[str, str], url: str = "") -> "ApiClient":
        """Creates the HTTP client; no connection is opened before its first request."""
        from producer_studio.providers.http.api_client import ApiClient  # start-up cost

        return ApiClient(url or self.url, headers, service=self.label, secrets=self.secrets)

    def create_platform_client(self) -> "ApiClient | None":
        """Creates the client of the service's second address; None without a token for it.

        A local server has it at the same URL as the rest.

        Raises:
            RequestRejected: The URL is not allowed.
        """
        token = self.platform_token or (self.token if self.is_demo else "")
        if not token:
            return None
        is_default = self.url == self.profile.base_url
        url = self.account.platform_url or (self.profile.platform_url if is_default else self.url)
        check_url(url, "platform_url", self.label)
        return self.create_client(bearer_headers(token), url)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderProfile:
    """A dialect as Settings shows it (.github/docs/services.md, "Addresses and authentication").

    Attributes:
        base_url: Default URL; the user may change it. Empty for Demo Studio, which is started when
            it is needed.
        key_url: Page on which the user creates a key; empty when none is needed.
        key_help: Sentence that explains how to get a key.
        summary: Operations of the service in a few words, for the welcome page; that of its default
            dialect is shown.
        create: Factory of the provider; imports the dialect's modules when it is called.
        demo_path: Path of this dialect below Demo Studio's URL; empty for all others, and for its
            usual dialect.
        platform_url: Second base URL, for balances and files, with a token of its own; empty
            where the service has none.
    """

    name: str
    service: Service
    base_url: str
    key_url: str
    key_help: str
    summary: str
    create: "Callable[[ProviderSettings], Provider]"
    demo_path: str = ""
    platform_url: str = ""
    webhook_signature: WebhookSignature = WebhookSignature.WEBHOOK_SECRET

    def for_demo(self, path: str) -> "ProviderProfile":
        """Returns the same dialect as Demo Studio speaks it, below a path of its URL."""
        return ProviderProfile(
            name=self.name,
            service=Service.DEMO,
            base_url="",
            key_url="",
            key_help=_DEMO_KEY_HELP,
            summary=self.summary,
            create=self.create,
            demo_path=path,
            platform_url=self.platform_url,
            webhook_signature=self.webhook_signature,
        )


def check_url(url: str, field: str, label: str) -> None:
    """Checks that a URL is encrypted or of this computer; an empty one is accepted.

    Raises:
        RequestRejected: It is neither.
    """
    if url and not is_secure_url(url):
        raise RequestRejected(
            mark(
                "The address of {label} must start with https. Plain http works only for this "
                "computer itself.",
                label=label,
            ),
            field=field,
        )


def bearer_headers(token: str) -> dict[str, str]:
    """Returns the header that authenticates by a bearer token (RFC 6750)."""
    return {"Authorization": f"Bearer {token}"}

"""A user's access to one service."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from producer_studio.domain.ids import AccountName


class Service(StrEnum):
    MUSICAPI = "musicapi"
    AIMUSICAPI = "aimusicapi"
    ACEDATA = "acedata"
    APIFRAME = "apiframe"
    DEMO = "demo"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Service.MUSICAPI: "MusicAPI",
    Service.AIMUSICAPI: "AIMusicAPI",
    Service.ACEDATA: "AceData Cloud",
    Service.APIFRAME: "Apiframe",
    Service.DEMO: "Demo Studio",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Everything about an account but its key, which only the keychain holds.

    Attributes:
        profile: The dialect spoken, such as "musicapi-2026-02".
        base_url: Where; empty for Demo Studio, which is started when it is needed.
        poll_s: A fixed polling interval in seconds, for local services; None leaves it to
            the studio.
        concurrency: How many jobs may be at the service at a time.
        added_at: ISO 8601 time, UTC.
        platform_url: Where AceData Cloud keeps balance and files; empty for the usual place.
        webhook_url: Where the service should report to; its secret is in the keychain.
        budget: Credits that may be spent in a calendar month (UTC); None for no limit.
        retired: Operations that the service has ended (410), each with the day, ISO 8601.
        refused_models: Models that the service has refused, each with the day, ISO 8601.
    """

    name: AccountName
    service: Service
    profile: str
    base_url: str = ""
    poll_s: float | None = None
    concurrency: int = 3
    added_at: str = ""
    platform_url: str = ""
    webhook_url: str = ""
    budget: float | None = None
    retired: Mapping[str, str] = field(default_factory=dict)
    refused_models: Mapping[str, str] = field(default_factory=dict)

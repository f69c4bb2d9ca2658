"""A user's access to one service."""

from dataclasses import dataclass
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
    """

    name: AccountName
    service: Service
    profile: str
    base_url: str = ""
    poll_s: float | None = None
    concurrency: int = 3
    added_at: str = ""

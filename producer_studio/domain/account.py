"""Accounts at music services, and the user's own S3 bucket for temporary uploads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from producer_studio.domain.ids import AccountName

MAX_PLAN_LENGTH = 100
"""Characters; a longer text is cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketLocation:
    """Location and access key id of a bucket; the secret key is stored in the keychain only.

    Attributes:
        bucket: Name of the bucket.
        access_key_id: Id of the access key, which is not secret.
        endpoint: URL of an S3-compatible service; empty for Amazon S3.
        region: Region such as "eu-central-1"; empty where the service has none.
        prefix: Folder in the bucket without leading and trailing slashes; empty for none.
        path_style: Whether the bucket's name is part of the path; otherwise it is part of the host.
        public_url: Base URL under which the bucket is publicly readable, such as that of a CDN,
            without the prefix; empty where only signed URLs can be read.
    """

    bucket: str
    access_key_id: str
    endpoint: str = ""
    region: str = ""
    prefix: str = ""
    path_style: bool = True
    public_url: str = ""


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
    """Settings of an account at one service, except its key, which only the keychain holds.

    Attributes:
        profile: Dialect of the API, such as "musicapi-2026-02".
        base_url: Base URL of the API; empty for Demo Studio, which is started on demand.
        poll_s: Fixed polling interval in seconds, for local services; None lets the studio choose.
        concurrency: Maximum number of jobs at the service at the same time.
        added_at: ISO 8601 time, UTC.
        platform_url: Base URL of AceData Cloud's API for balance and files; empty for the default.
        webhook_url: URL that the service calls when a task ends; its secret is in the keychain.
        budget: Credits that may be spent in a calendar month (UTC); None for no limit.
        daily_budget: Credits that may be spent in a day (UTC); None for no limit.
        plan: The user's plan at the service, as typed; for provenance sheets alone.
        retired: Operations that the service has retired (HTTP 410), each with the day, ISO 8601.
        refused_models: Models that the service has rejected, each with the day, ISO 8601.
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
    daily_budget: float | None = None
    plan: str = ""
    retired: Mapping[str, str] = field(default_factory=dict)
    refused_models: Mapping[str, str] = field(default_factory=dict)

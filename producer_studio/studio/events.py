"""News from the studio: typed values, published once, on the event loop's thread."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from producer_studio.domain.credits import Balance
from producer_studio.domain.errors import ErrorRecord
from producer_studio.domain.ids import AccountName
from producer_studio.domain.job import Job

log = logging.getLogger(__name__)

Unsubscribe = Callable[[], None]
T = TypeVar("T")


class NoticeLevel(StrEnum):
    INFO = "info"
    WARNING = "warn"
    ERROR = "bad"


@dataclass(frozen=True, slots=True)
class JobChanged:
    """A job was added or took an arrow.

    Attributes:
        progress: What the service itself says, 0 to 1; None when it says nothing.
    """

    job: Job
    progress: float | None = None


@dataclass(frozen=True, slots=True)
class OtherJobChanged:
    """A job that another process looks after stands differently; `is_over` once it is done,
    cancelled or dismissed.
    """

    job: Job
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class AccountsChanged:
    """An account came, went or became the active one."""


@dataclass(frozen=True, slots=True)
class BalanceChanged:
    account: AccountName
    balance: Balance | None
    error: ErrorRecord | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should read; `detail` is one click away."""

    level: NoticeLevel
    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class WebhookListenerChanged:
    """The receiver of reports listens somewhere else now, does not listen, or cannot."""


class Events:
    """A publisher for typed values.

    Publishing is synchronous and in the order of subscription; a subscriber that raises is logged
    as a bug and keeps nobody else from hearing.
    """

    def __init__(self) -> None:
        self._callbacks: dict[type, list[Callable[[Any], None]]] = {}

    def subscribe(self, event_type: type[T], callback: Callable[[T], None]) -> Unsubscribe:
        callbacks = self._callbacks.setdefault(event_type, [])
        callbacks.append(callback)

        def unsubscribe() -> None:
            if callback in callbacks:
                callbacks.remove(callback)

        return unsubscribe

    def publish(self, event: object) -> None:
        for callback in tuple(self._callbacks.get(type(event), ())):
            try:
                callback(event)
            except Exception:  # a view's bug must not stop the job that reports to it
                log.exception("A subscriber to %s failed", type(event).__name__)

"""Events of the studio: typed values, published once, on the event loop's thread."""

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
    """A job was added or has changed its state.

    Attributes:
        progress: Progress that the service reports, 0 to 1; None if it reports none.
    """

    job: Job
    progress: float | None = None


@dataclass(frozen=True, slots=True)
class OtherJobChanged:
    """A job of another process has changed; `is_over` if it is done, cancelled or dismissed."""

    job: Job
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class AccountsChanged:
    """An account was added, removed, changed or selected."""


@dataclass(frozen=True, slots=True)
class BalanceChanged:
    account: AccountName
    balance: Balance | None
    error: ErrorRecord | None = None


@dataclass(frozen=True, slots=True)
class PricesChanged:
    """A sample of a price was added for an account."""

    account: AccountName


@dataclass(frozen=True, slots=True)
class Notice:
    """A message for the user; `detail` is shown on request."""

    level: NoticeLevel
    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PressesChanged:
    """A press was pinned or unpinned."""


@dataclass(frozen=True, slots=True)
class PresetsChanged:
    """A preset of the compose form was added, changed or deleted."""


@dataclass(frozen=True, slots=True)
class ListsChanged:
    """A saved search, a playlist or its clips, or an earlier query was added, changed or deleted.

    Published for the changes of other processes, too.
    """


@dataclass(frozen=True, slots=True)
class WebhookListenerChanged:
    """The webhook listener has another address, was stopped, or has failed."""


class Events:
    """Publisher of typed events.

    Events are published synchronously and in the order of subscription. An exception of a
    subscriber is logged as a bug and does not affect the other subscribers.
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
            except Exception:  # a bug of a view must not stop the job that publishes the event
                log.exception("Subscriber to %s failed", type(event).__name__)

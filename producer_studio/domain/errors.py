"""What can go wrong between the studio and a service, as a small family.

Every fault carries a sentence for the musician and, beside it, the service's own words. A fault is
raised as an exception and remembered as a `FaultRecord`; the kind is what code decides on.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, ClassVar, Self

from producer_studio.domain.field_reader import is_finite
from producer_studio.domain.signed_url import without_signatures


class FaultKind(StrEnum):
    NOT_AUTHORISED = "not-authorised"
    CREDITS_EXHAUSTED = "credits-exhausted"
    REFUSED = "refused"
    RETIRED = "retired"
    TOO_BUSY = "too-busy"
    SERVICE_DOWN = "service-down"
    UNREACHABLE = "unreachable"
    OUTCOME_UNKNOWN = "outcome-unknown"
    NONSENSE = "nonsense"
    UNKNOWN_TASK = "unknown-task"
    FAILED_BY_SERVICE = "failed-by-service"
    MEDIA_REFUSED = "media-refused"
    STORAGE = "storage"
    UNEXPECTED = "unexpected"


_VERDICTS = frozenset({FaultKind.FAILED_BY_SERVICE, FaultKind.REFUSED, FaultKind.UNKNOWN_TASK})
_KINDS = frozenset(map(str, FaultKind))
_TRY_LATER = " Try again later."
_TEXTS = ("message", "service_words", "trace_id", "field")


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRecord:
    """A fault as it is stored with a job and shown.

    Attributes:
        kind: What happened.
        message: One plain sentence for the user: what happened, what it cost, what to do next.
        service_words: What the service itself said, unshortened; empty when it said nothing.
        trace_id: The service's reference for its support; empty when none was given.
        field: The recipe's field that was refused; empty when none was named.
        status: HTTP status, or 0 when there was no answer.
        retry_after_s: What the service asked for, in seconds; None when it did not.
    """

    kind: FaultKind
    message: str
    service_words: str = ""
    trace_id: str = ""
    field: str = ""
    status: int = 0
    retry_after_s: float | None = None

    @property
    def is_verdict(self) -> bool:
        """Whether it is an answer of the service that ends a task which it has taken."""
        return bool(self.status) and self.kind in _VERDICTS

    def while_retried(self) -> Self:
        """The same with the promise that it is tried again: only for what goes on by itself."""
        message = self.message.removesuffix(_TRY_LATER)
        return replace(self, message=f"{message} It is tried again by itself.")

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Reads a stored fault field by field; fields that cannot be read get their defaults.

        A kind of a later version becomes UNEXPECTED.
        """
        words = {name: text for name in _TEXTS if isinstance(text := data.get(name), str)}
        kind = str(data.get("kind"))
        status = data.get("status")
        wait_s: Any = data.get("retry_after_s")
        return cls(
            kind=FaultKind(kind) if kind in _KINDS else FaultKind.UNEXPECTED,
            message=words.pop("message", ""),
            status=status if isinstance(status, int) else 0,
            retry_after_s=float(wait_s) if is_finite(wait_s) else None,
            **words,
        )


class Fault(Exception):
    """Base of all known faults; anything else that is raised is a bug of ours."""

    kind: ClassVar[FaultKind] = FaultKind.UNEXPECTED

    def __init__(
        self,
        message: str,
        *,
        service_words: str = "",
        trace_id: str = "",
        field: str = "",
        status: int = 0,
        retry_after_s: float | None = None,
        raw: bytes = b"",
    ) -> None:
        """Takes the fields of `FaultRecord`, and in `raw` the body as it came.

        Signed addresses that a service repeats are cut: people pass its words on.
        """
        super().__init__(message)
        self.message = message
        self.service_words = without_signatures(service_words)
        self.trace_id = trace_id
        self.field = field
        self.status = status
        self.retry_after_s = retry_after_s
        self.raw = raw

    def record(self) -> FaultRecord:
        return FaultRecord(
            kind=self.kind,
            message=self.message,
            service_words=self.service_words,
            trace_id=self.trace_id,
            field=self.field,
            status=self.status,
            retry_after_s=self.retry_after_s,
        )


class NotAuthorised(Fault):
    """The key is missing, wrong or expired."""

    kind = FaultKind.NOT_AUTHORISED


class CreditsExhausted(Fault):
    """The account cannot pay for this."""

    kind = FaultKind.CREDITS_EXHAUSTED


class Refused(Fault):
    """The request itself is not accepted: a value, a format, or moderation."""

    kind = FaultKind.REFUSED


class DuplicateRequest(Refused):
    """The same was sent already; it is sent again only at the user's word. Nothing was sent."""


class Retired(Fault):
    """The service has ended this operation (410); nothing was charged."""

    kind = FaultKind.RETIRED


class TooBusy(Fault):
    """Too many requests at a time (429); `retry_after_s` says how long to wait, if known."""

    kind = FaultKind.TOO_BUSY


class ServiceDown(Fault):
    """The service answered that it cannot answer now (5xx)."""

    kind = FaultKind.SERVICE_DOWN


class Unreachable(Fault):
    """No connection could be made: nothing was sent."""

    kind = FaultKind.UNREACHABLE


class CertificateRefused(Unreachable):
    """The encrypted connection was given up because of a certificate; nothing was sent."""


class OutcomeUnknown(Fault):
    """The request went out and no answer came back: it may or may not have been taken."""

    kind = FaultKind.OUTCOME_UNKNOWN


class Nonsense(Fault):
    """The answer could not be read; the body is kept in `raw`."""

    kind = FaultKind.NONSENSE


class UnknownTask(Fault):
    """The service does not know this task (any more)."""

    kind = FaultKind.UNKNOWN_TASK


class FailedByService(Fault):
    """The service took the task and could not finish it."""

    kind = FaultKind.FAILED_BY_SERVICE


class MediaRefused(Fault):
    """What a media link delivered is not what it should be, or the link is not safe to follow."""

    kind = FaultKind.MEDIA_REFUSED


class StorageFault(Fault):
    """The disk is full, or the library's folder cannot be written or read."""

    kind = FaultKind.STORAGE


class LibraryMissing(StorageFault):
    """A library that was opened before is not in its folder; nothing was made there."""

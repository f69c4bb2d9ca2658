"""What can go wrong between the studio and a service, as a small family.

Every fault carries a sentence for the musician and, beside it, the service's own words. A fault is
raised as an exception and remembered as a `ErrorRecord`; the kind is what code decides on.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, ClassVar, Self

from producer_studio.domain.field_reader import is_finite_number
from producer_studio.domain.signed_url import strip_url_signatures


class ErrorKind(StrEnum):
    NOT_AUTHORISED = "not-authorised"
    CREDITS_EXHAUSTED = "credits-exhausted"
    REQUEST_REJECTED = "refused"
    OPERATION_RETIRED = "retired"
    RATE_LIMITED = "too-busy"
    SERVICE_UNAVAILABLE = "service-down"
    UNREACHABLE = "unreachable"
    OUTCOME_UNKNOWN = "outcome-unknown"
    INVALID_RESPONSE = "nonsense"
    UNKNOWN_TASK = "unknown-task"
    FAILED_BY_SERVICE = "failed-by-service"
    MEDIA_REJECTED = "media-refused"
    NOT_DELIVERED = "not-delivered"
    STORAGE = "storage"
    UNEXPECTED = "unexpected"


_FINAL_KINDS = frozenset({ErrorKind.FAILED_BY_SERVICE, ErrorKind.REQUEST_REJECTED})
_KINDS = frozenset(map(str, ErrorKind))
_TRY_LATER = " Try again later."
_TEXT_FIELDS = ("message", "service_words", "trace_id", "field")


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRecord:
    """A fault as it is stored with a job and shown, without what signs addresses.

    Attributes:
        kind: What happened.
        message: One plain sentence for the user: what happened, what it cost, what to do next.
        service_words: What the service itself said, unshortened; empty when it said nothing.
        trace_id: The service's reference for its support; empty when none was given.
        field: The recipe's field that was refused; empty when none was named.
        status: HTTP status, or 0 when there was no answer.
        retry_after_s: What the service asked for, in seconds; None when it did not.
        is_vague: Whether the same words may stand for trouble with the question.
    """

    kind: ErrorKind
    message: str
    service_words: str = ""
    trace_id: str = ""
    field: str = ""
    status: int = 0
    retry_after_s: float | None = None
    is_vague: bool = False

    def __post_init__(self) -> None:
        # Whoever has a signed address has the file; records are shown, exported and passed on.
        for name in ("message", "service_words", "trace_id"):
            object.__setattr__(self, name, strip_url_signatures(getattr(self, name)))

    @property
    def is_final_response(self) -> bool:
        """Whether it is an answer of the service that ends a task which it has taken."""
        return bool(self.status) and self.kind in _FINAL_KINDS and not self.is_vague

    @property
    def is_doubtful_response(self) -> bool:
        """Whether the service may answer otherwise later: servers break, and forget for a while."""
        return bool(self.status) and (self.is_vague or self.kind is ErrorKind.UNKNOWN_TASK)

    def with_retry_message(self) -> Self:
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
        texts = {name: text for name in _TEXT_FIELDS if isinstance(text := data.get(name), str)}
        kind = str(data.get("kind"))
        status = data.get("status")
        wait_s: Any = data.get("retry_after_s")
        return cls(
            kind=ErrorKind(kind) if kind in _KINDS else ErrorKind.UNEXPECTED,
            message=texts.pop("message", ""),
            status=status if isinstance(status, int) else 0,
            retry_after_s=float(wait_s) if is_finite_number(wait_s) else None,
            is_vague=data.get("is_vague") is True,
            **texts,
        )


class ServiceError(Exception):
    """Base of all known faults; anything else that is raised is a bug of ours."""

    kind: ClassVar[ErrorKind] = ErrorKind.UNEXPECTED

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
        """Takes the fields of `ErrorRecord`, and in `raw` the body as it came.

        Signed addresses that a service repeats are cut: people pass its words on.
        """
        message = strip_url_signatures(message)
        super().__init__(message)
        self.message = message
        self.service_words = strip_url_signatures(service_words)
        self.trace_id = trace_id
        self.field = field
        self.status = status
        self.retry_after_s = retry_after_s
        self.raw = raw

    def to_record(self) -> ErrorRecord:
        return ErrorRecord(
            kind=self.kind,
            message=self.message,
            service_words=self.service_words,
            trace_id=self.trace_id,
            field=self.field,
            status=self.status,
            retry_after_s=self.retry_after_s,
        )


class NotAuthorised(ServiceError):
    """The key is missing, wrong or expired."""

    kind = ErrorKind.NOT_AUTHORISED


class CreditsExhausted(ServiceError):
    """The account cannot pay for this."""

    kind = ErrorKind.CREDITS_EXHAUSTED


class RequestRejected(ServiceError):
    """The request itself is not accepted: a value, a format, or moderation."""

    kind = ErrorKind.REQUEST_REJECTED


class DuplicateRequest(RequestRejected):
    """The same was sent already; it is sent again only at the user's word. Nothing was sent."""


class OperationRetired(ServiceError):
    """The service has ended this operation (410); nothing was charged."""

    kind = ErrorKind.OPERATION_RETIRED


class RateLimited(ServiceError):
    """Too many requests at a time (429); `retry_after_s` says how long to wait, if known."""

    kind = ErrorKind.RATE_LIMITED


class ServiceUnavailable(ServiceError):
    """The service answered that it cannot answer now (5xx)."""

    kind = ErrorKind.SERVICE_UNAVAILABLE


class Unreachable(ServiceError):
    """No connection could be made: nothing was sent."""

    kind = ErrorKind.UNREACHABLE


class CertificateRejected(Unreachable):
    """The encrypted connection was given up because of a certificate; nothing was sent."""


class OutcomeUnknown(ServiceError):
    """The request went out and no answer came back: it may or may not have been taken."""

    kind = ErrorKind.OUTCOME_UNKNOWN


class InvalidResponse(ServiceError):
    """The answer could not be read; the body is kept in `raw`."""

    kind = ErrorKind.INVALID_RESPONSE


class EmptyResult(InvalidResponse):
    """The service calls a task done, and nothing that it delivers can be used."""


class UnknownTask(ServiceError):
    """The service does not know this task (any more)."""

    kind = ErrorKind.UNKNOWN_TASK


class FailedByService(ServiceError):
    """The service took the task and could not finish it."""

    kind = ErrorKind.FAILED_BY_SERVICE


class MediaRejected(ServiceError):
    """What a media link delivered is not what it should be, or the link is not safe to follow."""

    kind = ErrorKind.MEDIA_REJECTED


class StorageError(ServiceError):
    """The disk is full, or the library's folder cannot be written or read."""

    kind = ErrorKind.STORAGE


class LibraryMissing(StorageError):
    """A library that was opened before is not in its folder; nothing was made there."""

"""Errors that can occur between the program and a service.

Every error carries a message for the user and, separately, the service's own text. An error is
raised as an exception and stored as an `ErrorRecord`; code decides by its kind.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, ClassVar, Self

from producer_studio.domain.field_reader import is_finite_number
from producer_studio.domain.signed_url import strip_url_signatures
from producer_studio.translation import Message, mark, sentences
from producer_studio.translation.texts import TWO_SENTENCES, map_text, text_from_json


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
_RETRIED = mark("It is retried automatically.")
_TEXT_FIELDS = ("message", "service_words", "trace_id", "field")


def _without_advice(message: str) -> str:
    """Returns a message without the advice to try again, which stands at its end."""
    if isinstance(message, Message) and message.context == TWO_SENTENCES:
        first, second = message.values["first"], message.values["second"]
        if second == _TRY_LATER.strip() and isinstance(first, str):
            return first
    return message.removesuffix(_TRY_LATER) if message.endswith(_TRY_LATER) else message


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRecord:
    """Error as stored with a job and displayed; URL signatures are removed.

    Attributes:
        kind: Kind of the error.
        message: One plain sentence for the user: what happened, what it cost, what to do next. In
            English; a `Message` where it can be translated when it is shown.
        service_words: The service's own error text, unshortened; empty when there was none.
        trace_id: The service's reference for its support; empty when none was given.
        field: The recipe's field that was rejected; empty when none was named.
        status: HTTP status, or 0 when there was no response.
        retry_after_s: Delay requested by the service, in seconds; None when it requested none.
        is_vague: Whether the same text may also mean that the poll itself failed.
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
        # A signed URL gives access to the file; records are displayed, exported and passed on.
        for name in ("message", "service_words", "trace_id"):
            text = map_text(getattr(self, name), strip_url_signatures)
            object.__setattr__(self, name, text)

    @property
    def is_final_response(self) -> bool:
        """Whether it is a response of the service that ends a task it has accepted."""
        return bool(self.status) and self.kind in _FINAL_KINDS and not self.is_vague

    @property
    def is_doubtful_response(self) -> bool:
        """Whether a later response may differ: servers fail and lose data temporarily."""
        return bool(self.status) and (self.is_vague or self.kind is ErrorKind.UNKNOWN_TASK)

    def with_retry_message(self) -> Self:
        """Returns a copy whose message promises an automatic retry; only where one follows."""
        return replace(self, message=sentences(_without_advice(self.message), _RETRIED))

    def to_json(self) -> dict[str, Any]:
        """Returns the fields, and what is needed to translate the message later."""
        fields = asdict(self)
        if isinstance(self.message, Message):
            fields |= {"message": str(self.message), "text": self.message.to_json()}
        return fields

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Parses a stored error field by field; invalid fields get their defaults.

        A kind of a later version becomes UNEXPECTED.
        """
        texts = {name: text for name in _TEXT_FIELDS if isinstance(text := data.get(name), str)}
        kind = str(data.get("kind"))
        status = data.get("status")
        wait_s: Any = data.get("retry_after_s")
        return cls(
            kind=ErrorKind(kind) if kind in _KINDS else ErrorKind.UNEXPECTED,
            message=text_from_json(texts.pop("message", ""), data.get("text")),
            status=status if isinstance(status, int) else 0,
            retry_after_s=float(wait_s) if is_finite_number(wait_s) else None,
            is_vague=data.get("is_vague") is True,
            **texts,
        )


class ServiceError(Exception):
    """Base class of all known errors; any other exception is a bug in this program."""

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
        """Creates the error with the fields of `ErrorRecord`, and in `raw` the body as received.

        The message is English; one made by `mark` can be translated when it is shown.

        URL signatures in the service's text are removed, because users pass that text on.
        """
        message = map_text(message, strip_url_signatures)
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
    """The account has too few credits for this request."""

    kind = ErrorKind.CREDITS_EXHAUSTED


class RequestRejected(ServiceError):
    """The service rejects the request: a value, a format, or moderation."""

    kind = ErrorKind.REQUEST_REJECTED


class DuplicateRequest(RequestRejected):
    """An identical request was sent before; only the user may send it again. Nothing was sent."""


class OperationRetired(ServiceError):
    """The service has retired this operation (410); nothing was charged."""

    kind = ErrorKind.OPERATION_RETIRED


class RateLimited(ServiceError):
    """Too many requests at a time (429); `retry_after_s` is the delay, if known."""

    kind = ErrorKind.RATE_LIMITED


class ServiceUnavailable(ServiceError):
    """The service responded that it is temporarily unavailable (5xx)."""

    kind = ErrorKind.SERVICE_UNAVAILABLE


class Unreachable(ServiceError):
    """No connection could be established: nothing was sent."""

    kind = ErrorKind.UNREACHABLE


class CertificateRejected(Unreachable):
    """The TLS connection was closed because of a certificate; nothing was sent."""


class OutcomeUnknown(ServiceError):
    """The request was sent and no response arrived: it may have been accepted or not."""

    kind = ErrorKind.OUTCOME_UNKNOWN


class InvalidResponse(ServiceError):
    """The response could not be parsed; the body is preserved in `raw`."""

    kind = ErrorKind.INVALID_RESPONSE


class EmptyResult(InvalidResponse):
    """The service reports a task as finished, and none of its results can be used."""


class UnknownTask(ServiceError):
    """The service does not know this task (any more)."""

    kind = ErrorKind.UNKNOWN_TASK


class FailedByService(ServiceError):
    """The service accepted the task and could not finish it."""

    kind = ErrorKind.FAILED_BY_SERVICE


class MediaRejected(ServiceError):
    """A media link delivered an unexpected type of content, or the link is not safe to follow."""

    kind = ErrorKind.MEDIA_REJECTED


class StorageError(ServiceError):
    """The disk is full, or the library's folder cannot be read or written."""

    kind = ErrorKind.STORAGE


class LibraryMissing(StorageError):
    """A library that was opened before is missing from its folder; nothing was created there."""


class LibraryUnresponsive(StorageError):
    """The disk of a library does not respond, such as a network drive that is not connected."""

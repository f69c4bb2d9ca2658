"""Exit codes of the command line, and the error that ends a command with one."""

from enum import IntEnum

from producer_studio.domain.errors import ErrorKind, ErrorRecord
from producer_studio.translation import mark


class ExitCode(IntEnum):
    SUCCESS = 0
    FAILURE = 1
    USAGE = 2
    NOT_AUTHORISED = 3
    CREDITS_EXHAUSTED = 4
    REQUEST_REJECTED = 5
    UNREACHABLE = 6
    OUTCOME_UNKNOWN = 7
    FAILED_BY_SERVICE = 8
    INTERRUPTED = 130


_BY_KIND = {
    ErrorKind.NOT_AUTHORISED: ExitCode.NOT_AUTHORISED,
    ErrorKind.CREDITS_EXHAUSTED: ExitCode.CREDITS_EXHAUSTED,
    ErrorKind.REQUEST_REJECTED: ExitCode.REQUEST_REJECTED,
    ErrorKind.OPERATION_RETIRED: ExitCode.REQUEST_REJECTED,
    ErrorKind.RATE_LIMITED: ExitCode.UNREACHABLE,
    ErrorKind.SERVICE_UNAVAILABLE: ExitCode.UNREACHABLE,
    ErrorKind.UNREACHABLE: ExitCode.UNREACHABLE,
    ErrorKind.INVALID_RESPONSE: ExitCode.UNREACHABLE,
    ErrorKind.OUTCOME_UNKNOWN: ExitCode.OUTCOME_UNKNOWN,
    ErrorKind.FAILED_BY_SERVICE: ExitCode.FAILED_BY_SERVICE,
    ErrorKind.UNKNOWN_TASK: ExitCode.FAILED_BY_SERVICE,
}


def exit_code_for_kind(kind: ErrorKind) -> ExitCode:
    return _BY_KIND.get(kind, ExitCode.FAILURE)


def exit_code_for_error(record: ErrorRecord) -> ExitCode:
    """Returns the exit code for a job's error; the studio's own rejections are usage errors."""
    if record.kind is ErrorKind.REQUEST_REJECTED and not record.status:
        return ExitCode.USAGE
    return exit_code_for_kind(record.kind)


def format_error(record: ErrorRecord) -> str:
    """Formats an error's message, with the service's own text where it adds information."""
    service_text = record.service_words.strip()
    # Without a status the text is that of the network or the disk, and the message includes it.
    is_included = (
        not service_text or not record.status or service_text.rstrip(".") in record.message
    )
    if is_included:
        return record.message
    return mark("{message} (The service: {words})", message=record.message, words=service_text)


class CommandError(Exception):
    """Ends a command with an exit code, after a message on stderr if there is one."""

    def __init__(self, exit_code: ExitCode, message: str = "") -> None:
        super().__init__(message)
        self.exit_code = exit_code
        self.message = message

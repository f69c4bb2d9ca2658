"""Messages about files that cannot be downloaded."""

from producer_studio.domain.errors import MediaRejected
from producer_studio.providers.base import LinkExpired
from producer_studio.translation import mark, sentences

NO_ADDRESS_MESSAGE = mark("The service has not given an address for this file.")

TASK_UNKNOWN_MESSAGE = mark(
    "The link has expired, and the service no longer knows this task. The clip's details are kept."
)

FILE_UNREADABLE_MESSAGE = mark(
    "The service has finished this, but its file cannot be read yet. The download is retried "
    "automatically for some minutes."
)

_FILE_MISSING_MESSAGE = mark("The service has finished this, but its file is not available yet.")
_RETRIED_MESSAGE = mark(
    "Nothing is lost: the download is retried automatically, also after a restart."
)


def missing_file_message(reason: str) -> str:
    """Says that a file is missing and the download is retried.

    Args:
        reason: Why it is missing, as a sentence; empty if that is not known.
    """
    return sentences(reason or _FILE_MISSING_MESSAGE, _RETRIED_MESSAGE)


def expired_link_error(expired: LinkExpired) -> MediaRejected:
    """Returns the error for a link that has expired, and is not renewed."""
    if expired.reason:
        advice = mark("The clip's details are kept, and you can retry the download.")
        message = sentences(expired.reason, advice)
    else:
        message = mark(
            "The link to this file has expired, and the service gives no newer one. The clip's "
            "details are kept, and you can retry the download."
        )
    return MediaRejected(
        message, service_words=expired.service_words or expired.message, status=expired.status
    )

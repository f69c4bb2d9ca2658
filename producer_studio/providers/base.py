"""Provider protocol that every dialect implements, and the values that it returns.

Whatever a service sends, only these values and the errors of `domain.errors` leave the package.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from producer_studio.domain.capabilities import Capabilities
from producer_studio.domain.clip import MediaLinks
from producer_studio.domain.credits import Balance
from producer_studio.domain.errors import ErrorRecord, MediaRejected
from producer_studio.domain.ids import RemoteId, TaskId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.request_preview import RequestPreview


class NotSentCancelledError(asyncio.CancelledError):
    """A paid request was cancelled before anything of it was sent."""


@dataclass(frozen=True, slots=True)
class WebhookTarget:
    """Webhook URL of a request. The secret never appears in a repr, a log or a recipe."""

    url: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class RemoteClip:
    """One result as the service describes it.

    Attributes:
        remote_id: Its id at the service; empty when the service gave none (an exported file).
        links: Empty strings where the service gave no URL. An audio operation whose `audio` is
            empty is a partial result: the clip exists, its audio cannot be downloaded (yet).
        duration_s: As stated by the service, not measured.
        stem: Name of the stem, when it is one.
        file_format: Format of an exported file: mp3 or wav.
        note: Remark of the service about the result, for the user.
    """

    remote_id: RemoteId | None = None
    title: str = ""
    sound: str = ""
    lyrics: str = ""
    model: str = ""
    seed: str = ""
    duration_s: float | None = None
    created_at: datetime | None = None
    links: MediaLinks = field(default_factory=MediaLinks)
    stem: str = ""
    file_format: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class AcceptedTask:
    """Accepted request.

    Attributes:
        task: Id to poll; write it to disk before anything else.
        remaining_credits: The balance after the request, where the response states it.
    """

    task: TaskId
    remaining_credits: float | None = None


@dataclass(frozen=True, slots=True)
class RunningTask:
    """Unfinished task.

    Attributes:
        progress: 0 to 1 where the service states it; None otherwise, never guessed.
        phase: The service's own name of the phase, such as "PENDING"; may be empty.
        retry_after_s: Delay before the next poll that the service requests.
        preview: Result available so far, though the service reports the task as running: perhaps
            the beginning of a song, or one of two. It counts when later polls repeat it.
    """

    progress: float | None = None
    phase: str = ""
    retry_after_s: float | None = None
    preview: "FinishedTask | None" = None


@dataclass(frozen=True, slots=True)
class FinishedTask:
    """Finished task with at least one clip.

    Attributes:
        charged_credits: Actual cost, where the response states it.
        raw: The response body as received.
        message: A sentence for the user when something is missing; empty when the result is
            complete.
        is_expired: Whether the service has deleted the files for good: a dead link stays dead, and
            `message` states it.
        task: The task's id where the service responded to a submit with the result at once.
    """

    clips: tuple[RemoteClip, ...]
    charged_credits: float | None = None
    raw: bytes = b""
    message: str = ""
    is_expired: bool = False
    task: TaskId | None = None


@dataclass(frozen=True, slots=True)
class FailedTask:
    """Task that the service accepted and ended without a result.

    Attributes:
        refunded: Whether the service states that the credits were refunded; None when it does not.
        raw: The response body as received.
        charged_credits: Actual cost despite the failure, where the response states it.
        is_vague: Whether the same response may also mean that the poll itself failed: it counts
            only after several occurrences.
    """

    error: ErrorRecord
    refunded: bool | None = None
    raw: bytes = b""
    charged_credits: float | None = None
    is_vague: bool = False


@dataclass(frozen=True, slots=True)
class FoundTask:
    """Task from the service's own list, to be matched with a job whose outcome is unknown.

    Attributes:
        task: Its id; empty when it could not be parsed.
        prompt: The requested sound or prompt text, as far as the list contains it.
        lyrics: The requested lyrics, as far as the list contains them.
        seed: The requested seed, likewise.
        operation: The requested operation; None when the list does not state it.
        source: The clip that it works on, likewise.
        audio_url: The URL of an upload, likewise.
        status: The service's own name of the state.
    """

    task: TaskId
    created_at: datetime | None = None
    title: str = ""
    prompt: str = ""
    lyrics: str = ""
    seed: str = ""
    status: str = ""
    operation: Operation | None = None
    source: RemoteId | None = None
    audio_url: str = ""


SubmitResult: TypeAlias = AcceptedTask | FinishedTask
PollResult: TypeAlias = RunningTask | FinishedTask | FailedTask


def delivered_so_far(result: PollResult) -> FinishedTask | None:
    """Returns the clips that a poll has delivered, whether or not the task is still running."""
    if isinstance(result, RunningTask):
        return result.preview
    return result if isinstance(result, FinishedTask) else None


class Provider(Protocol):
    """One account at one service. Every method makes one attempt, on the event loop's thread.

    All methods raise `ServiceError`s and nothing else; retry policy is in `http.retry` and
    `http.polling`.
    """

    @property
    def profile(self) -> str:
        """Name of the dialect, such as "musicapi-2026-02"."""
        ...

    def capabilities(self) -> Capabilities:
        """Available operations with prices and, for unavailable ones, the reasons."""
        ...

    def price(self, recipe: Recipe) -> float | None:
        """Returns the price of this request in credits; None when the service states none."""
        ...

    def preview(
        self, recipe: Recipe, *, idempotency_key: str, webhook: WebhookTarget | None = None
    ) -> RequestPreview:
        """Returns the request that `submit` would send, without its secrets; sends nothing.

        Raises:
            RequestRejected: According to the documents, the service would decline it.
        """
        ...

    async def submit(
        self, recipe: Recipe, *, idempotency_key: str, webhook: WebhookTarget | None = None
    ) -> SubmitResult:
        """Sends one request that may cost credits, once.

        Raises:
            OutcomeUnknown: It may have been accepted; it must not be sent again automatically.
            ServiceError: Any other: it was certainly not accepted.
        """
        ...

    async def poll(self, task: TaskId, recipe: Recipe) -> PollResult:
        """Polls a task; free, and safe to repeat.

        Raises:
            UnknownTask: The service does not know it.
            ServiceError: Any other; it does not describe the task itself.
        """
        ...

    async def list_tasks(self, since: datetime) -> list[FoundTask]:
        """Lists all tasks since then that the service stores; empty where it has no such list.

        Raises:
            ServiceError: The list could not be read completely, so a task missing from the result
                may exist.
        """
        ...

    async def fetch_balance(self) -> Balance:
        """Requests the account's balance; free."""
        ...

    def server_time(self) -> datetime | None:
        """Returns the time of the service's clock; None before the first response of this run."""
        ...

    def time_readings(self) -> int:
        """Returns the number of responses of this run that stated the service's time."""
        ...

    async def retire(self) -> None:
        """Rejects new requests; closes the connections when the pending ones have ended."""
        ...

    async def close(self) -> None:
        """Closes the connections; the provider is not used afterwards."""
        ...


MediaKind: TypeAlias = Literal["audio", "image", "video", "zip"]
"""Expected content type of a media link."""


class ArchiveDamaged(MediaRejected):
    """Incomplete archive or one without audio; for a recent result it may be unfinished."""


class LinkExpired(MediaRejected):
    """A media link delivers no file now: the file is not available yet, or the link has expired.

    Poll the task again for a new link.

    Attributes:
        server_time: Time of the responding server's clock; None when it stated none.
        reason: A sentence for the user, where more is known than that the file is missing.
    """

    server_time: datetime | None = None
    reason: str = ""


class ProgressCallback(Protocol):
    """Callback for bytes on disk and, where known, the total; called on the loop's thread."""

    def __call__(self, done: int, total: int | None, /) -> None: ...


@dataclass(frozen=True, slots=True)
class DownloadedFile:
    """Completely downloaded file.

    Attributes:
        content_type: Detected by its first bytes, not by the server's header.
        extension: With the dot, fitting `content_type`, such as ".m4a".
        size: In bytes.
    """

    path: Path
    content_type: str
    extension: str
    size: int

"""What every dialect offers to the studio, and the values that come out of it.

Whatever a service sends, only these values and the faults of `domain.faults` leave the package.
"""

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


@dataclass(frozen=True, slots=True)
class WebhookTarget:
    """Where a service should report to. The secret never appears in a repr, a log or a recipe."""

    url: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class RemoteClip:
    """One result as the service describes it.

    Attributes:
        remote_id: Its name at the service; empty when the service gave none (an exported file).
        links: Empty strings where the service gave no address. An audio operation whose `audio` is
            empty is a partial answer: the clip exists, its sound cannot be fetched (yet).
        duration_s: As stated by the service, not measured.
        stem: The stem's name, when it is one.
        file_format: Of an exported file: mp3 or wav.
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


@dataclass(frozen=True, slots=True)
class AcceptedTask:
    """The service took the request.

    Attributes:
        task: What to look for; write it to disk before anything else.
        remaining_credits: The balance after it, where the answer says so.
    """

    task: TaskId
    remaining_credits: float | None = None


@dataclass(frozen=True, slots=True)
class RunningTask:
    """Not done yet.

    Attributes:
        progress: 0 to 1 where the service says so; None otherwise, never guessed.
        note: The service's own word for the phase, such as "PENDING"; may be empty.
        retry_after_s: How long the service asks to wait before the next poll.
        preview: What is there already, though the service says that it works on it: perhaps the
            beginning of a song, or one of two. It counts when the service keeps saying so.
    """

    progress: float | None = None
    phase: str = ""
    retry_after_s: float | None = None
    preview: "FinishedTask | None" = None


@dataclass(frozen=True, slots=True)
class FinishedTask:
    """Done, with at least one clip.

    Attributes:
        charged: What it cost, where the answer says so.
        raw: The answer as it came.
        note: A sentence for the user when something is missing; empty when all is there.
        expired: The service has deleted the files for good: a link that is dead stays dead, and
            `note` says so.
        task: The task's name where the service answered a submit with the result at once.
    """

    clips: tuple[RemoteClip, ...]
    charged_credits: float | None = None
    raw: bytes = b""
    message: str = ""
    is_expired: bool = False
    task: TaskId | None = None


@dataclass(frozen=True, slots=True)
class FailedTask:
    """The service took the task and ended it without a result.

    Attributes:
        refunded: Whether the service says that the credits came back; None when it does not say.
        raw: The answer as it came.
        charged_credits: What it has cost all the same, where the answer says so.
        is_vague: Whether the same answer may stand for trouble with the question: it counts when it
            has come several times.
    """

    error: ErrorRecord
    refunded: bool | None = None
    raw: bytes = b""
    charged_credits: float | None = None
    is_vague: bool = False


@dataclass(frozen=True, slots=True)
class FoundTask:
    """A task from the service's own list, to be matched with a job whose outcome is unknown.

    Attributes:
        task: Its name; empty where that could not be read.
        prompt: What was asked for, as far as the list tells (sound or prompt text).
        lyrics: The lyrics that were asked for, as far as the list tells.
        seed: Likewise.
        operation: What was asked for; None where the list does not tell.
        source: The clip that it works on, likewise.
        audio_url: The address of an upload, likewise.
        status: The service's own word.
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
    """What a poll has shown of a result, whether or not the service works on it still."""
    if isinstance(result, RunningTask):
        return result.preview
    return result if isinstance(result, FinishedTask) else None


class Provider(Protocol):
    """One account at one service. Every method makes one attempt, on the event loop's thread.

    All methods raise `ServiceError`s and nothing else; policy is in `retry` and `polling`.
    """

    @property
    def profile(self) -> str:
        """The dialect spoken, such as "musicapi-2026-02"."""
        ...

    def capabilities(self) -> Capabilities:
        """What can be asked for, with prices and, where not, why not."""
        ...

    def price(self, recipe: Recipe) -> float | None:
        """Credits for this request; None when the service does not say."""
        ...

    async def submit(
        self, recipe: Recipe, *, idempotency_key: str, webhook: WebhookTarget | None = None
    ) -> SubmitResult:
        """Sends one request that may cost credits, once.

        Raises:
            OutcomeUnknown: It may have been taken; it must not be sent again by itself.
            Fault: Any other: it was certainly not taken.
        """
        ...

    async def poll(self, task: TaskId, recipe: Recipe) -> PollResult:
        """Asks after a task; free, and safe to repeat.

        Raises:
            UnknownTask: The service does not know it.
            Fault: Any other says nothing about the task itself.
        """
        ...

    async def list_tasks(self, since: datetime) -> list[FoundTask]:
        """All tasks since then that the service remembers; empty where it has no such list.

        Raises:
            Fault: The list could not be read to its end, so a task that is not in it may be.
        """
        ...

    async def fetch_balance(self) -> Balance:
        """The account's balance; free."""
        ...

    def server_time(self) -> datetime | None:
        """The time by the service's own clock; None until a response of this run has said it."""
        ...

    async def retire(self) -> None:
        """Refuses new requests; closes the connections when those that are out have ended."""
        ...

    async def close(self) -> None:
        """Closes the connections; the provider is not used afterwards."""
        ...


MediaKind: TypeAlias = Literal["audio", "image", "video", "zip"]
"""What a media link is expected to deliver."""


class ArchiveDamaged(MediaRejected):
    """An archive is not whole or holds no sound: of a young result, it may have been half made."""


class LinkExpired(MediaRejected):
    """A media link that delivers no file now: it is not there yet, or the link is no longer good.

    Look at the task again for a new one.

    Attributes:
        served_at: The time by the clock of the server that answered; None when it did not say.
        reason: A sentence for the musician, where more is known than that no file is there.
    """

    server_time: datetime | None = None
    reason: str = ""


class ProgressCallback(Protocol):
    """Told of bytes on disk and, where known, the whole; called on the loop's thread."""

    def __call__(self, done: int, total: int | None, /) -> None: ...


@dataclass(frozen=True, slots=True)
class DownloadedFile:
    """A file that arrived whole.

    Attributes:
        content_type: By its first bytes, not by what the server called it.
        extension: With the dot, fitting `content_type`, such as ".m4a".
        size: In bytes.
    """

    path: Path
    content_type: str
    extension: str
    size: int

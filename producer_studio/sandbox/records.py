"""What the sandbox remembers: tasks, clips and ledger entries."""

from typing import Any, Literal

import msgspec

TaskState = Literal["pending", "running", "done", "failed"]


#: How a webhook is signed, see `webhooks.py`.
WebhookSigning = Literal["timestamped", "raw-body", "none"]


class WebhookSubscription(msgspec.Struct, kw_only=True, frozen=True):
    """Where the end of a task is to be told.

    Attributes:
        secret: what signs it; without one it comes unsigned.
        signing: `raw-body` takes the secret as hexadecimal digits of the bytes of the key; `none`
            means a bare body, without any headers about it.
        noun: the first half of the event's name, as in `song.completed`.
        ends: which ends of a task are told.
    """

    url: str
    secret: str | None = None
    signing: WebhookSigning = "timestamped"
    noun: str = "song"
    ends: frozenset[Literal["completed", "failed"]] = frozenset({"completed", "failed"})


class TaskOrder(msgspec.Struct, kw_only=True, frozen=True):
    """What a profile asks the workshop to do: validated, in the workshop's own words.

    Attributes:
        kind: one of the seven task types of seed 000, or `upload`, `download`, `lyrics`, `video`,
            `stems`.
        price: credits that are charged at once and refunded when the task fails.
        typical_s: how long the documents say that it takes, in seconds.
        details: the fields of the request under their wire names, defaults filled in.
        places: the words by which a fault may name this request, see `faults.py`.
        key: the idempotency key of the request; empty where the dialect has none.
        tracks: how many clips it makes.
        asked: the body of the request as it came.
    """

    kind: str
    price: int
    typical_s: float
    details: dict[str, Any]
    places: frozenset[str]
    webhook: WebhookSubscription | None = None
    key: str = ""
    tracks: int = 1
    asked: dict[str, Any] = {}


class TaskFailure(msgspec.Struct, kw_only=True, frozen=True):
    """Why a task failed: the code that the answer carries and its sentence."""

    code: int
    error: str


class SandboxTask(msgspec.Struct, kw_only=True):
    """One accepted request and what became of it. Times are Unix seconds.

    `other_clip_ids` are those of the second track and all that follow it.
    """

    id: str
    account: str
    profile: str
    order: TaskOrder
    clip_id: str
    seed: str
    created_at: float
    ready_at: float
    state: TaskState = "pending"
    finished_at: float | None = None
    result: dict[str, Any] = {}
    failure: TaskFailure | None = None
    doom: TaskFailure | None = None
    webhook_told: bool = False
    other_clip_ids: tuple[str, ...] = ()


class SandboxClip(msgspec.Struct, kw_only=True, frozen=True):
    """A piece of audio that later requests may name by its id. The length is in seconds.

    Attributes:
        task_id: the task that made it.
        uploaded: it came from outside.
    """

    id: str
    account: str
    title: str
    sound: str
    lyrics: str
    model: str
    seed: str
    duration_s: float
    created_at: float
    image_url: str | None = None
    task_id: str = ""
    uploaded: bool = False


class CreditEntry(msgspec.Struct, kw_only=True, frozen=True):
    """One movement of credits: positive for the account, negative for the service."""

    account: str
    reason: Literal["grant", "charge", "refund"]
    credits: int
    at: float
    task_id: str | None = None

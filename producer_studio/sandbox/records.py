"""Records of the sandbox: tasks, clips and ledger entries."""

from typing import Any, Literal

import msgspec

TaskState = Literal["pending", "running", "done", "failed"]


#: Format of a webhook's signature, see `webhooks.py`.
WebhookSigning = Literal["timestamped", "raw-body", "none"]


class WebhookSubscription(msgspec.Struct, kw_only=True, frozen=True):
    """Webhook that receives the end of a task.

    Attributes:
        secret: Signing secret; without one the webhook is not signed.
        signing: `raw-body` uses the secret as hexadecimal digits of the bytes of the key; `none`
            sends the body alone, without any headers about it.
        noun: First half of the event's name, as in `song.completed`.
        ends: Outcomes of a task that are sent.
    """

    url: str
    secret: str | None = None
    signing: WebhookSigning = "timestamped"
    noun: str = "song"
    ends: frozenset[Literal["completed", "failed"]] = frozenset({"completed", "failed"})


class TaskOrder(msgspec.Struct, kw_only=True, frozen=True):
    """Validated request, translated from the dialect of its profile to that of the task service.

    Attributes:
        kind: One of the seven task types of "MusicAPI, Producer API", or `upload`, `download`,
            `lyrics`, `video`, `stems`.
        price: Credits that are charged at once and refunded when the task fails.
        typical_s: Documented duration in seconds.
        details: Fields of the request under their names in the API, with defaults.
        places: Names under which a fault may match this request, see `injected_faults.py`.
        key: Idempotency key of the request; empty where the dialect has none.
        tracks: Number of clips to generate.
        asked: Body of the request as received.
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
    """Reason for a task's failure: the code and the message of the response."""

    code: int
    error: str


class SandboxTask(msgspec.Struct, kw_only=True):
    """One accepted request and its state. Times are Unix seconds.

    `other_clip_ids` are those of the second track and all following ones.
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
    """Audio clip that later requests can refer to by its id. The length is in seconds.

    Attributes:
        task_id: Task that created it.
        uploaded: Whether it was uploaded.
        note: Remark about how the request was understood.
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
    note: str = ""


class CreditEntry(msgspec.Struct, kw_only=True, frozen=True):
    """Ledger entry: positive for the account, negative for the service."""

    account: str
    reason: Literal["grant", "charge", "refund"]
    credits: int
    at: float
    task_id: str | None = None

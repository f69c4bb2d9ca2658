"""Task service: accepts, executes and stores tasks, independent of dialects."""

import asyncio
import hmac
import logging
import secrets
import time
import uuid
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

import msgspec

from producer_studio.sandbox import work_orders
from producer_studio.sandbox.access import OWNER_ACCOUNT
from producer_studio.sandbox.injected_faults import FaultPlan
from producer_studio.sandbox.ledger import SandboxLedger
from producer_studio.sandbox.outbound_http import UrlUnreachable
from producer_studio.sandbox.records import SandboxClip, SandboxTask, TaskFailure, TaskOrder
from producer_studio.sandbox.render_client import Renderer, RenderError
from producer_studio.sandbox.store import SandboxStore, StoreUnwritable
from producer_studio.sandbox.webhooks import DeliveryFlaw, deliver_webhook
from producer_studio.sandbox.work_orders import SandboxFolders, TaskFailed

log = logging.getLogger(__name__)

_STORE_RETRY_S = 2.0
"""Delay between attempts to store the end of a task on a full disk."""

PollRevision = Literal["classic", "classic-http", "status"]


@dataclass
class SandboxSettings:
    """Settings from the command line; some can be changed while the server runs.

    Attributes:
        speed: Divisor of documented durations; None means as fast as the rendering.
        concurrency: Unfinished tasks that a key may have at once; 0 means any number.
        keys: Accepted keys; empty means any.
        run_key: Key of this run only, for the account `access.OWNER_ACCOUNT`.
        answers: Revision of the poll response, see `profiles/musicapi`; None means each dialect's
            own.
        origin: Base URL of this server, for links in webhooks.
        retired: Disabled operations: `extend_music` in every dialect, or
            `musicapi-2026-05:extend_music` in one.
        link_life_s: Lifetime of links in dialects whose links expire.
        longest_s: Maximum length of generated music; None means as long as its form requires.
    """

    speed: float | None = None
    concurrency: int = 0
    keys: frozenset[str] = field(default_factory=frozenset)
    run_key: str = ""
    answers: PollRevision | None = None
    origin: str = ""
    retired: frozenset[str] = frozenset()
    link_life_s: float = 24 * 3600.0
    longest_s: float | None = None

    def account_for_key(self, key: str) -> str:
        """Returns the account of a key: its own name, or the owner's; empty when it is rejected."""
        if self.run_key and hmac.compare_digest(key.encode(), self.run_key.encode()):
            return OWNER_ACCOUNT
        accepts_any = not self.keys and not self.run_key
        return key if accepts_any or key in self.keys else ""


class TooManyTasks(Exception):
    """The account has reached its limit of unfinished tasks."""


class OperationSwitchedOff(Exception):
    """The operation is disabled."""


class IdempotencyKeyReused(Exception):
    """An idempotency key was sent again with another body."""


#: Lifetime of an idempotency key, in seconds (.github/docs/services.md).
IDEMPOTENCY_KEY_LIFETIME_S = 24 * 3600.0


#: Builds the body of a webhook from a finished task and its clip, in the dialect of the request.
WebhookBodyBuilder = Callable[[SandboxTask, SandboxClip | None], bytes]


class TaskService:
    """All tasks and clips of the sandbox. Everything here runs on the server's event loop.

    Args:
        folders: Folders of rendered files.
        store: Store to which everything is written before it is acknowledged.
        ledger: Credits.
        renderer: Queue of the worker process.
        fault_plan: Source of faults for each accepted task.
        settings: Read at each acceptance.
    """

    def __init__(
        self,
        folders: SandboxFolders,
        store: SandboxStore,
        ledger: SandboxLedger,
        renderer: Renderer,
        fault_plan: FaultPlan,
        settings: SandboxSettings,
    ) -> None:
        self.ledger = ledger
        self.webhook_body_builders: dict[str, WebhookBodyBuilder] = {}
        self._folders = folders
        self._store = store
        self._renderer = renderer
        self._fault_plan = fault_plan
        self._settings = settings
        self._tasks = {task.id: task for task in store.tasks()}
        self._clips = {clip.id: clip for clip in store.clips()}
        self._running: set[asyncio.Task[None]] = set()
        self._finished_events: dict[str, asyncio.Event] = {}

    def resume(self) -> None:
        """Resumes the unfinished tasks and undelivered webhooks of an earlier run."""
        for task in self._tasks.values():
            if task.finished_at is None:
                self._start_background_task(self._run_task(task), task)
            elif task.order.webhook is not None and not task.webhook_told:
                self._start_background_task(self._send_webhook(task), task)

    async def close(self) -> None:
        """Stops all work; unfinished tasks remain in the store."""
        for running in self._running:
            running.cancel()
        self._renderer.close()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._store.close()

    def accept(self, profile: str, account: str, order: TaskOrder) -> SandboxTask:
        """Charges the account and stores the task before it returns.

        The same idempotency key with the same body returns the earlier task.

        Raises:
            OperationSwitchedOff: The operation is disabled.
            IdempotencyKeyReused: The key was used before, with another body.
            TooManyTasks: The limit of unfinished tasks is reached.
            InsufficientCredits: The balance does not cover the price.
            StoreUnwritable: The disk is full; nothing was charged.
        """
        earlier = self._find_earlier_task(profile, account, order)
        if earlier is not None:
            return earlier
        if self._settings.retired & {order.kind, f"{profile}:{order.kind}"}:
            raise OperationSwitchedOff
        limit = self._settings.concurrency
        if limit and self._count_unfinished(account) >= limit:
            raise TooManyTasks
        now = time.time()
        task = SandboxTask(
            id=str(uuid.uuid4()),
            account=account,
            profile=profile,
            order=order,
            clip_id=str(uuid.uuid4()),
            seed=order.details.get("seed") or str(secrets.randbelow(2**32)),
            created_at=now,
            ready_at=now,
            doom=work_orders.predict_failure(order),
            other_clip_ids=tuple(str(uuid.uuid4()) for _ in range(order.tracks - 1)),
        )
        entries = [] if self.ledger.has_account(account) else [self.ledger.grant(account)]
        entries.append(self.ledger.charge(account, task.id, order.price))
        if self._settings.speed is not None:
            task.ready_at += order.typical_s / self._settings.speed
        for fault in self._fault_plan.select_due(order.places, "task"):
            if fault.kind == "fail":
                task.doom = TaskFailure(code=fault.status or 500, error=fault.error)
            else:
                task.ready_at = max(task.ready_at, now + fault.seconds)
        self._store.commit(task, *entries)
        for entry in entries:
            self.ledger.add(entry)
        self._tasks[task.id] = task
        self._start_background_task(self._run_task(task), task)
        return task

    def set_balance(self, account: str, balance: int) -> None:
        """Sets the balance of an account to exactly this amount."""
        difference = balance - self.ledger.balance(account)
        if not self.ledger.has_account(account):
            difference = balance
        entry = self.ledger.grant(account, difference)
        self._store.commit(entry)
        self.ledger.add(entry)

    def get_task(self, account: str, task_id: str) -> SandboxTask | None:
        """Returns a task; None also when it belongs to another key."""
        task = self._tasks.get(task_id)
        return task if task is not None and task.account == account else None

    async def wait_until_finished(self, task: SandboxTask) -> SandboxTask:
        """Waits until the task has succeeded or failed, and returns it."""
        if self._tasks[task.id].finished_at is None:
            await self._finished_events.setdefault(task.id, asyncio.Event()).wait()
        return self._tasks[task.id]

    def get_clip(self, account: str, clip_id: str) -> SandboxClip | None:
        """Returns a clip; None also when it belongs to another key."""
        clip = self._clips.get(clip_id)
        return clip if clip is not None and clip.account == account else None

    def list_account_tasks(self, profile: str, account: str) -> list[SandboxTask]:
        """Lists this account's tasks in one dialect, the newest first."""
        mine = [t for t in self._tasks.values() if (t.profile, t.account) == (profile, account)]
        return mine[::-1]

    def list_task_clips(self, task: SandboxTask) -> list[SandboxClip]:
        """Lists the clips of a task, in the order of its tracks."""
        ids = (task.clip_id, *task.other_clip_ids)
        return [self._clips[clip_id] for clip_id in ids if clip_id in self._clips]

    async def render_wav(self, clip_id: str) -> None:
        """Renders the WAV of a clip on demand; does nothing for an unknown clip."""
        if clip_id in self._clips:
            # A second order for the same file finds it and does nothing.
            await self._renderer.render(
                work_orders.build_wav_order(clip_id, self._folders), lambda: None
            )

    def list_tasks(self) -> list[SandboxTask]:
        return list(self._tasks.values())

    def list_clips(self) -> list[SandboxClip]:
        return list(self._clips.values())

    def _find_earlier_task(
        self, profile: str, account: str, order: TaskOrder
    ) -> SandboxTask | None:
        """Finds the task of the same idempotency key; may raise IdempotencyKeyReused."""
        if not order.key:
            return None
        since = time.time() - IDEMPOTENCY_KEY_LIFETIME_S
        for task in self.list_account_tasks(profile, account):
            if task.order.key == order.key and task.created_at > since:
                if task.order.asked != order.asked:
                    raise IdempotencyKeyReused
                return task
        return None

    def _count_unfinished(self, account: str) -> int:
        return sum(
            task.account == account and task.finished_at is None for task in self._tasks.values()
        )

    async def _run_task(self, task: SandboxTask) -> None:
        clips: list[SandboxClip] = []
        failure = task.doom
        if failure is None:
            try:
                clips, result = await self._render_tracks(task)
                task = msgspec.structs.replace(task, result=result)
            except (TaskFailed, RenderError, UrlUnreachable) as problem:
                failure = TaskFailure(code=500, error=str(problem))
        await asyncio.sleep(max(0.0, task.ready_at - time.time()))
        await self._finish_with_retries(task, clips, failure)
        await self._send_webhook(self._tasks[task.id])

    async def _render_tracks(self, task: SandboxTask) -> tuple[list[SandboxClip], dict[str, Any]]:
        clips: list[SandboxClip] = []
        result: dict[str, Any] = {}
        for take in work_orders.split_into_tracks(task):
            clip, result = await self._render_track(take)
            clips += [clip] if clip is not None else []
        return clips, result

    async def _render_track(self, task: SandboxTask) -> tuple[SandboxClip | None, dict[str, Any]]:
        source = self._clips.get(task.order.details.get("clip_id") or "")
        file = await work_orders.fetch_upload(task, self._folders)
        order = work_orders.build_work_order(
            task, source, file, self._folders, self._settings.longest_s
        )

        def begin() -> None:
            self._tasks[task.id].state = "running"

        done = await self._renderer.render(order, begin)
        return work_orders.build_result(task, source, done)

    async def _finish_with_retries(
        self, task: SandboxTask, clips: Sequence[SandboxClip], failure: TaskFailure | None
    ) -> None:
        """Stores the end of a task; waits while the disk is full."""
        while True:
            try:
                self._finish(task, clips, failure)
            except StoreUnwritable as error:
                log.warning("cannot store the end of task %s: %s", task.id, error)
                await asyncio.sleep(_STORE_RETRY_S)
            else:
                return

    def _finish(
        self, task: SandboxTask, clips: Sequence[SandboxClip], failure: TaskFailure | None
    ) -> None:
        finished = msgspec.structs.replace(
            task,
            state="failed" if failure else "done",
            failure=failure,
            finished_at=time.time(),
        )
        if failure:
            refund = self.ledger.refund(task.account, task.id, task.order.price)
            self._store.commit(finished, refund)
            self.ledger.add(refund)
        else:
            self._store.commit(finished, *clips)
            self._clips.update((clip.id, clip) for clip in clips)
        self._tasks[task.id] = finished
        if task.id in self._finished_events:
            self._finished_events.pop(task.id).set()

    async def _send_webhook(self, task: SandboxTask) -> None:
        webhook = task.order.webhook
        if webhook is None:
            return
        named = task.result.get("clip_id", task.clip_id)
        body = self.webhook_body_builders[task.profile](task, self._clips.get(named))
        flaws = self._fault_plan.select_due(frozenset({"webhook"}), "webhook")
        flaw = cast("DeliveryFlaw", flaws[0].kind) if flaws else None
        if not await deliver_webhook(
            webhook, "failed" if task.failure else "completed", body, flaw
        ):
            log.warning("gave up webhook of task %s", task.id)
        told = msgspec.structs.replace(task, webhook_told=True)
        self._store.commit(told)
        self._tasks[task.id] = told

    def _start_background_task(self, work: Coroutine[None, None, None], task: SandboxTask) -> None:
        running = asyncio.get_running_loop().create_task(work, name=f"task {task.id}")
        self._running.add(running)

        def on_ended(ended: asyncio.Task[None]) -> None:
            self._running.discard(ended)
            if ended.cancelled() or ended.exception() is None:
                return
            log.error("task %s failed unexpectedly", task.id, exc_info=ended.exception())
            if self._tasks[task.id].finished_at is None:
                broken = TaskFailure(code=500, error="Internal Server Error")
                self._finish(self._tasks[task.id], [], broken)

        running.add_done_callback(on_ended)

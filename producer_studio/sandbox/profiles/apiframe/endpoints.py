"""Endpoints of `/v2`."""

import hashlib
import json
import time
from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from producer_studio.sandbox.ledger import InsufficientCredits
from producer_studio.sandbox.media_routes import MediaFiles
from producer_studio.sandbox.profiles.apiframe import requests, responses
from producer_studio.sandbox.profiles.fields import FieldError, parse_json_object
from producer_studio.sandbox.profiles.profile import account_name, request_origin
from producer_studio.sandbox.records import SandboxClip, SandboxTask
from producer_studio.sandbox.task_service import (
    IdempotencyKeyReused,
    OperationSwitchedOff,
    SandboxSettings,
    TaskService,
    TooManyTasks,
)

_KEY_LIMIT = 255
_DEFAULT_PAGE_SIZE = 20
_MAX_PAGE_SIZE = 100

_HELP = """\
  apiframe under /apiframe: POST /v2/music/generate (10), GET /v2/jobs, /v2/jobs/ID, /v2/me.
    A seed that ends in an even digit gives two tracks. Links die after 24 hours.
"""


class ApiframeUnauthorised(Exception):
    """The key is missing or not accepted."""


class _InvalidQuery(Exception):
    """The query of a list is invalid; the message is that of the response."""


_REQUEST_ERRORS = (
    ApiframeUnauthorised,
    FieldError,
    requests.InvalidBody,
    IdempotencyKeyReused,
    OperationSwitchedOff,
    TooManyTasks,
    InsufficientCredits,
)


class ApiframeProfile:
    """Dialect of "Apiframe, Producer", served under `/apiframe`, with accounts of its own."""

    name = "apiframe"
    prefixes: tuple[str, ...] = ("/apiframe",)
    service = "apiframe"
    help = _HELP

    def __init__(
        self, task_service: TaskService, media_files: MediaFiles, settings: SandboxSettings
    ) -> None:
        self._task_service = task_service
        self._media_files = media_files
        self._settings = settings

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/v2/music/generate", self._generate, methods=["POST"]),
            Route("/v2/jobs", self._list_jobs, methods=["GET"]),
            Route("/v2/jobs/{job_id}", self._get_job, methods=["GET"]),
            Route("/v2/me", self._get_account, methods=["GET"]),
        ]

    def fault_locations(self, method: str, path: str) -> frozenset[str] | None:
        match (method, path.split("/")[1:]):
            case ("POST", ["v2", "music", "generate"]):
                return frozenset({"submit", "create"})
            case ("GET", ["v2", "jobs"]):
                return frozenset({"list"})
            case ("GET", ["v2", "jobs", _]):
                return frozenset({"poll"})
            case ("GET", ["v2", "me"]):
                return frozenset({"credits"})
            case (_, ["v2", *_]):
                return frozenset()
        return None

    def error_body(self, status: int) -> dict[str, Any]:
        match status:
            case 400:
                return responses.error_body(400, details=[])
            case 402:
                return responses.error_body(402, creditsRequired=10, creditsAvailable=0)
        return responses.error_body(status)

    def webhook_body(self, task: SandboxTask, _clip: SandboxClip | None) -> bytes:
        """Returns the job as in a poll response; the documents do not describe this body."""
        return json.dumps(self._job_body(task, self._settings.origin), ensure_ascii=False).encode()

    async def _generate(self, request: Request) -> Response:
        try:
            key = self._require_key(request)
            body = parse_json_object(await request.body())
            repeat_key = request.headers.get("idempotency-key", "")
            if len(repeat_key) > _KEY_LIMIT:
                raise FieldError("Idempotency-Key", f"is longer than {_KEY_LIMIT} characters.")
            signing_key = hashlib.sha256(key.encode()).hexdigest()
            order = requests.parse_generate(body, repeat_key, signing_key)
            task = self._task_service.accept(self.name, self._account_name(key), order)
        except _REQUEST_ERRORS as problem:
            return _error_response(problem)
        return JSONResponse({"jobId": task.id, "status": "QUEUED"}, 202)

    async def _get_job(self, request: Request) -> Response:
        try:
            account = self._account_name(self._require_key(request))
        except ApiframeUnauthorised as problem:
            return _error_response(problem)
        task = self._task_service.get_task(account, request.path_params["job_id"])
        if task is None:
            return JSONResponse(responses.error_body(404), 404)
        return JSONResponse(self._job_body(task, request_origin(request)))

    async def _list_jobs(self, request: Request) -> Response:
        """Lists the jobs, newest first; the cursor is the last job of the previous page."""
        try:
            account = self._account_name(self._require_key(request))
            jobs = self._task_service.list_account_tasks(self.name, account)
            page, more = _select_page(jobs, dict(request.query_params))
        except ApiframeUnauthorised as problem:
            return _error_response(problem)
        except _InvalidQuery as problem:
            return JSONResponse(responses.error_body(400, str(problem)), 400)
        origin = request_origin(request)
        return JSONResponse(
            {
                "jobs": [self._job_body(task, origin) for task in page],
                "nextCursor": page[-1].id if more else None,
                "hasMore": more,
            }
        )

    async def _get_account(self, request: Request) -> Response:
        try:
            account = self._account_name(self._require_key(request))
        except ApiframeUnauthorised as problem:
            return _error_response(problem)
        credits_left = self._task_service.ledger.balance(account)
        return JSONResponse({"id": account, "team": {"name": "Demo", "credits": credits_left}})

    def _job_body(self, task: SandboxTask, origin: str) -> dict[str, Any]:
        ended = task.finished_at

        def link(clip_id: str, name: str) -> str:
            return self._media_files.create_link(origin, clip_id, name, created_at=ended)

        clips = self._task_service.list_task_clips(task)
        expired = bool(clips) and ended is not None and self._media_files.is_expired(ended)
        return responses.job_body(task, clips, link, expired=expired, now=time.time())

    def _require_key(self, request: Request) -> str:
        """Returns the account's key from the request, which is also the signing key of webhooks."""
        holder = self._settings.account_for_key(request.headers.get("x-api-key", "").strip())
        if not holder:
            raise ApiframeUnauthorised
        return holder

    def _account_name(self, key: str) -> str:
        return account_name(key, self.name)


def _select_page(jobs: list[SandboxTask], query: dict[str, str]) -> tuple[list[SandboxTask], bool]:
    """Returns one page of a list and whether more follow. Raises _InvalidQuery."""
    status, model = query.get("status"), query.get("model")
    if status is not None and status not in get_args(responses.Status):
        raise _InvalidQuery("Invalid status")
    limit = query.get("limit", str(_DEFAULT_PAGE_SIZE))
    if not (
        limit.isascii() and limit.isdigit() and len(limit) < 4 and 1 <= int(limit) <= _MAX_PAGE_SIZE
    ):
        raise _InvalidQuery(f"limit must be between 1 and {_MAX_PAGE_SIZE}")
    if "cursor" in query:
        ids = [task.id for task in jobs]
        if query["cursor"] not in ids:
            raise _InvalidQuery("Invalid cursor")
        jobs = jobs[ids.index(query["cursor"]) + 1 :]
    wanted = [
        task
        for task in jobs
        if status in {None, responses.job_status(task)}
        and model in {None, task.order.details["model"]}
    ]
    return wanted[: int(limit)], len(wanted) > int(limit)


def _error_response(problem: Exception) -> Response:
    """Returns the error response for an exception of `_REFUSALS`."""
    match problem:
        case requests.InvalidBody():
            return JSONResponse(responses.error_body(400, details=problem.details), 400)
        case FieldError():
            details = [{"path": problem.field, "message": problem.problem}]
            return JSONResponse(responses.error_body(400, details=details), 400)
        case InsufficientCredits():
            body = responses.error_body(
                402, creditsRequired=problem.price, creditsAvailable=problem.remaining
            )
            return JSONResponse(body, 402)
        case TooManyTasks():
            return JSONResponse(responses.error_body(429), 429, {"Retry-After": "5"})
    status = {ApiframeUnauthorised: 401, IdempotencyKeyReused: 409, OperationSwitchedOff: 410}[
        type(problem)
    ]
    return JSONResponse(responses.error_body(status), status)

"""The endpoints of `/v2`."""

import hashlib
import json
import time
from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from producer_studio.sandbox.ledger import CreditsShort
from producer_studio.sandbox.media_routes import MediaShelf
from producer_studio.sandbox.profiles.apiframe import requests, responses
from producer_studio.sandbox.profiles.fields import FieldFault, json_object
from producer_studio.sandbox.profiles.profile import account_of, origin_of
from producer_studio.sandbox.records import Clip, Task
from producer_studio.sandbox.task_service import (
    KeyReused,
    OperationRetired,
    Settings,
    TooManyTasks,
    Workshop,
)

_KEY_LIMIT = 255
_PAGE = 20
_LONGEST_PAGE = 100


class Unauthorised(Exception):
    """No key, or not one that is accepted."""


class _Wrong(Exception):
    """The query of a list makes no sense; the text is the answer's."""


_REFUSALS = (
    Unauthorised,
    FieldFault,
    requests.Invalid,
    KeyReused,
    OperationRetired,
    TooManyTasks,
    CreditsShort,
)


class Apiframe:
    """The dialect of seed 004, served under `/apiframe`, with accounts of its own."""

    name = "apiframe"
    prefixes: tuple[str, ...] = ("/apiframe",)

    def __init__(self, workshop: Workshop, shelf: MediaShelf, settings: Settings) -> None:
        self._workshop = workshop
        self._shelf = shelf
        self._settings = settings

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/v2/music/generate", self._generate, methods=["POST"]),
            Route("/v2/jobs", self._jobs, methods=["GET"]),
            Route("/v2/jobs/{job_id}", self._job, methods=["GET"]),
            Route("/v2/me", self._me, methods=["GET"]),
        ]

    def places(self, method: str, path: str) -> frozenset[str] | None:
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
                return responses.error(400, details=[])
            case 402:
                return responses.error(402, creditsRequired=10, creditsAvailable=0)
        return responses.error(status)

    def notice(self, task: Task, _clip: Clip | None) -> bytes:
        """The job as a poll would show it; the documents do not describe this body."""
        return json.dumps(self._shown(task, self._settings.origin), ensure_ascii=False).encode()

    async def _generate(self, request: Request) -> Response:
        try:
            key = self._key(request)
            body = json_object(await request.body())
            repeat_key = request.headers.get("idempotency-key", "")
            if len(repeat_key) > _KEY_LIMIT:
                raise FieldFault("Idempotency-Key", f"is longer than {_KEY_LIMIT} characters.")
            signing_key = hashlib.sha256(key.encode()).hexdigest()
            order = requests.read_generate(body, repeat_key, signing_key)
            task = self._workshop.accept(self.name, self._account(key), order)
        except _REFUSALS as problem:
            return _refused(problem)
        return JSONResponse({"jobId": task.id, "status": "QUEUED"}, 202)

    async def _job(self, request: Request) -> Response:
        try:
            account = self._account(self._key(request))
        except Unauthorised as problem:
            return _refused(problem)
        task = self._workshop.task(account, request.path_params["job_id"])
        if task is None:
            return JSONResponse(responses.error(404), 404)
        return JSONResponse(self._shown(task, origin_of(request)))

    async def _jobs(self, request: Request) -> Response:
        """The newest first; the cursor is the last job of the page before."""
        try:
            account = self._account(self._key(request))
            jobs = self._workshop.tasks_of(self.name, account)
            page, more = _page(jobs, dict(request.query_params))
        except Unauthorised as problem:
            return _refused(problem)
        except _Wrong as problem:
            return JSONResponse(responses.error(400, str(problem)), 400)
        origin = origin_of(request)
        return JSONResponse(
            {
                "jobs": [self._shown(task, origin) for task in page],
                "nextCursor": page[-1].id if more else None,
                "hasMore": more,
            }
        )

    async def _me(self, request: Request) -> Response:
        try:
            account = self._account(self._key(request))
        except Unauthorised as problem:
            return _refused(problem)
        credits_left = self._workshop.ledger.balance(account)
        return JSONResponse({"id": account, "team": {"name": "Demo", "credits": credits_left}})

    def _shown(self, task: Task, origin: str) -> dict[str, Any]:
        ended = task.finished_at

        def link(clip_id: str, name: str) -> str:
            return self._shelf.link(origin, clip_id, name, made=ended)

        clips = self._workshop.clips_of(task)
        expired = bool(clips) and ended is not None and self._shelf.expired(ended)
        return responses.job(task, clips, link, expired=expired, now=time.time())

    def _key(self, request: Request) -> str:
        """The key of the account that is asked for; it signs the reports to webhooks."""
        holder = self._settings.holder(request.headers.get("x-api-key", "").strip())
        if not holder:
            raise Unauthorised
        return holder

    def _account(self, key: str) -> str:
        return account_of(key, self.name)


def _page(jobs: list[Task], query: dict[str, str]) -> tuple[list[Task], bool]:
    """One page of a list and whether more follow. Raises _Wrong."""
    status, model = query.get("status"), query.get("model")
    if status is not None and status not in get_args(responses.Status):
        raise _Wrong("Invalid status")
    limit = query.get("limit", str(_PAGE))
    if not (
        limit.isascii() and limit.isdigit() and len(limit) < 4 and 1 <= int(limit) <= _LONGEST_PAGE
    ):
        raise _Wrong(f"limit must be between 1 and {_LONGEST_PAGE}")
    if "cursor" in query:
        ids = [task.id for task in jobs]
        if query["cursor"] not in ids:
            raise _Wrong("Invalid cursor")
        jobs = jobs[ids.index(query["cursor"]) + 1 :]
    wanted = [
        task
        for task in jobs
        if status in {None, responses.status_of(task)}
        and model in {None, task.order.details["model"]}
    ]
    return wanted[: int(limit)], len(wanted) > int(limit)


def _refused(problem: Exception) -> Response:
    """What this dialect answers to one of `_REFUSALS`."""
    match problem:
        case requests.Invalid():
            return JSONResponse(responses.error(400, details=problem.details), 400)
        case FieldFault():
            details = [{"path": problem.field, "message": problem.problem}]
            return JSONResponse(responses.error(400, details=details), 400)
        case CreditsShort():
            body = responses.error(
                402, creditsRequired=problem.price, creditsAvailable=problem.remaining
            )
            return JSONResponse(body, 402)
        case TooManyTasks():
            return JSONResponse(responses.error(429), 429, {"Retry-After": "5"})
    status = {Unauthorised: 401, KeyReused: 409, OperationRetired: 410}[type(problem)]
    return JSONResponse(responses.error(status), status)

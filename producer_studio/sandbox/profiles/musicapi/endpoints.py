"""The endpoints of `/api/v1`, for every dialect of the musicapi family."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, cast, get_args

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from producer_studio.sandbox.ledger import CreditsShort
from producer_studio.sandbox.media_routes import MediaShelf
from producer_studio.sandbox.profiles.fields import FieldFault, json_object
from producer_studio.sandbox.profiles.musicapi import requests, responses
from producer_studio.sandbox.profiles.profile import account_of, origin_of
from producer_studio.sandbox.records import Clip, Order, Task
from producer_studio.sandbox.task_service import (
    Answers,
    OperationRetired,
    Settings,
    TooManyTasks,
    Workshop,
)

_PATH = re.compile(r"/api/v1/(?:producer/(?P<verb>[a-z-]+)(?:/.*)?|(?P<credits>get-credits))")
#: Chooses the revision of one poll's answer; overrides `--answers`.
REVISION_HEADER = "x-sandbox-answers"

Reader = Callable[[dict[str, Any], requests.ClipFinder], Order]


class Unauthorised(Exception):
    """No key, or not one that is accepted; the text is the answer's."""


_REFUSALS = (
    Unauthorised,
    FieldFault,
    requests.Moderated,
    requests.Retired,
    OperationRetired,
    TooManyTasks,
    CreditsShort,
)


class MusicApi:
    """The dialect of seed 000 (2026-02), and what its successors change.

    Attributes:
        service: whose accounts it has, see `account_of`.
        submits: the place and the reader of each verb.
        revision: the poll's answers, unless the settings or a header choose others.
    """

    name = "musicapi-2026-02"
    prefixes: tuple[str, ...] = ("/musicapi",)
    service = ""
    submits: ClassVar[Mapping[str, tuple[str, Reader]]] = {
        "create": ("create", requests.read_create),
        "upload": ("upload", requests.read_upload),
        "download": ("download", requests.read_download),
    }
    revision: Answers = "classic"

    def __init__(self, workshop: Workshop, shelf: MediaShelf, settings: Settings) -> None:
        self._workshop = workshop
        self._shelf = shelf
        self._settings = settings

    def routes(self) -> list[BaseRoute]:
        return [
            *(
                Route(f"/api/v1/producer/{verb}", self._submit(read), methods=["POST"])
                for verb, (_place, read) in self.submits.items()
            ),
            Route("/api/v1/producer/task/{task_id}", self._poll, methods=["GET"]),
            Route("/api/v1/get-credits", self._credits, methods=["GET"]),
        ]

    def places(self, method: str, path: str) -> frozenset[str] | None:
        found = _PATH.fullmatch(path)
        if found is None:
            return None
        if found["credits"]:
            return frozenset({"credits"})
        if found["verb"] == "task":
            return frozenset({"poll"})
        if found["verb"] in self.submits and method == "POST":
            return requests.places_of(self.submits[found["verb"]][0])
        return frozenset()

    def error_body(self, status: int) -> dict[str, Any]:
        return self.error(status)

    def notice(self, task: Task, clip: Clip | None) -> bytes:
        """As seed 002 §13, with the `task_id` and `event` that services.md adds."""
        body: dict[str, Any] = {
            "code": 500 if task.failure else 200,
            "data": self.result(task, clip, self._settings.origin),
            "message": "Task failed" if task.failure else "success",
            "task_id": task.id,
            "platform": "producer",
            "event": "song.failed" if task.failure else "song.completed",
        }
        return json.dumps(body, ensure_ascii=False).encode()

    def error(
        self, status: int, text: str | None = None, kind: str | None = None
    ) -> dict[str, Any]:
        """An error body; without a text, the dialect's own for that status."""
        return responses.error(status, text, kind)

    def result(self, task: Task, clip: Clip | None, origin: str) -> list[dict[str, Any]]:
        """The `data` of a finished task."""
        return responses.result(task, clip, self._shelf, origin)

    def unknown_task(self) -> Response:
        return self._refusal(404)

    def short_of_credits(self, _remaining: int) -> Response:
        return self._refusal(403)

    def _submit(self, read: Reader) -> Callable[[Request], Any]:
        async def submit(request: Request) -> Response:
            try:
                account = self._account(request)
                body = json_object(await request.body())
                order = read(body, lambda clip_id: self._workshop.clip(account, clip_id))
                task = self._workshop.accept(self.name, account, order)
            except _REFUSALS as problem:
                return self._refused(problem)
            return JSONResponse({"message": "success", "task_id": task.id})

        return submit

    async def _poll(self, request: Request) -> Response:
        try:
            account = self._account(request)
        except Unauthorised as problem:
            return self._refused(problem)
        task = self._workshop.task(account, request.path_params["task_id"])
        if task is None:
            return self.unknown_task()
        clip = self._workshop.clip(account, task.result.get("clip_id", task.clip_id))
        data = self.result(task, clip, origin_of(request))
        status, body = responses.poll(task, data, self.revision_for(request))
        return JSONResponse(body, status)

    async def _credits(self, request: Request) -> Response:
        try:
            account = self._account(request)
        except Unauthorised as problem:
            return self._refused(problem)
        balance = self._workshop.ledger.balance(account)
        return JSONResponse({"credits": balance, "extra_credits": 0})

    def _refused(self, problem: Exception) -> Response:
        """What the dialect answers to one of `_REFUSALS`."""
        match problem:
            case Unauthorised():
                return self._refusal(401, str(problem))
            case FieldFault():
                return self._refusal(400, str(problem))
            case requests.Moderated():
                return self._refusal(403, str(problem), "moderation")
            case requests.Retired() | OperationRetired():
                return self._refusal(410)
            case TooManyTasks():
                return JSONResponse(self.error(429), 429, {"Retry-After": "5"})
            case CreditsShort():
                return self.short_of_credits(problem.remaining)
        raise problem

    def _refusal(self, status: int, text: str | None = None, kind: str | None = None) -> Response:
        return JSONResponse(self.error(status, text, kind), status)

    def _account(self, request: Request) -> str:
        header = request.headers.get("authorization")
        if header is None:
            raise Unauthorised("Authorization header is missing")
        scheme, _, key = header.partition(" ")
        key = key.strip()
        holder = self._settings.holder(key)
        if scheme.lower() != "bearer" or not holder:
            raise Unauthorised("Invalid API key")
        return account_of(holder, self.service)

    def revision_for(self, request: Request) -> Answers:
        asked = request.headers.get(REVISION_HEADER)
        if asked in get_args(Answers):
            return cast("Answers", asked)
        return self._settings.answers or self.revision

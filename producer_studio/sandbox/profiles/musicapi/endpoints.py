"""Endpoints of `/api/v1`, for every dialect of the musicapi family."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, cast, get_args

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from producer_studio.sandbox.ledger import InsufficientCredits
from producer_studio.sandbox.media_routes import MediaFiles
from producer_studio.sandbox.profiles.fields import FieldError, parse_json_object
from producer_studio.sandbox.profiles.musicapi import requests, responses
from producer_studio.sandbox.profiles.profile import account_name, request_origin
from producer_studio.sandbox.records import SandboxClip, SandboxTask, TaskOrder
from producer_studio.sandbox.task_service import (
    OperationSwitchedOff,
    PollRevision,
    SandboxSettings,
    TaskService,
    TooManyTasks,
)

_PATH = re.compile(r"/api/v1/(?:producer/(?P<verb>[a-z-]+)(?:/.*)?|(?P<credits>get-credits))")
#: Selects the revision of one poll response; overrides `--answers`.
REVISION_HEADER = "x-sandbox-answers"

MusicApiRequestParser = Callable[[dict[str, Any], requests.ClipFinder], TaskOrder]

_HELP = """\
  musicapi-2026-02 under /musicapi:
    POST /api/v1/producer/create (10 credits), upload (2), download (2);
    GET /api/v1/producer/task/ID; GET /api/v1/get-credits.
    The header X-Sandbox-Answers: classic|classic-http|status chooses one poll's revision.
"""


class MusicApiUnauthorised(Exception):
    """The key is missing or not accepted; the message is that of the response."""


_REQUEST_ERRORS = (
    MusicApiUnauthorised,
    FieldError,
    requests.ContentModerated,
    requests.TaskTypeRetired,
    OperationSwitchedOff,
    TooManyTasks,
    InsufficientCredits,
)


class MusicApiProfile:
    """Dialect of "MusicAPI, Producer API" (2026-02), base class of its successors.

    Attributes:
        service: Service of its accounts, see `account_name`.
        submit_endpoints: Fault location and request parser of each verb.
        revision: Revision of the poll response, unless the settings or a header select another.
    """

    name = "musicapi-2026-02"
    prefixes: tuple[str, ...] = ("/musicapi",)
    help = _HELP
    service = ""
    submit_endpoints: ClassVar[Mapping[str, tuple[str, MusicApiRequestParser]]] = {
        "create": ("create", requests.parse_create),
        "upload": ("upload", requests.parse_upload),
        "download": ("download", requests.parse_download),
    }
    revision: PollRevision = "classic"

    def __init__(
        self, task_service: TaskService, media_files: MediaFiles, settings: SandboxSettings
    ) -> None:
        self._task_service = task_service
        self._media_files = media_files
        self._settings = settings

    def routes(self) -> list[BaseRoute]:
        return [
            *(
                Route(f"/api/v1/producer/{verb}", self._submit_endpoint(read), methods=["POST"])
                for verb, (_place, read) in self.submit_endpoints.items()
            ),
            Route("/api/v1/producer/task/{task_id}", self._poll, methods=["GET"]),
            Route("/api/v1/get-credits", self._credits, methods=["GET"]),
        ]

    def fault_locations(self, method: str, path: str) -> frozenset[str] | None:
        found = _PATH.fullmatch(path)
        if found is None:
            return None
        if found["credits"]:
            return frozenset({"credits"})
        if found["verb"] == "task":
            return frozenset({"poll"})
        if found["verb"] in self.submit_endpoints and method == "POST":
            return requests.fault_locations_of_kind(self.submit_endpoints[found["verb"]][0])
        return frozenset()

    def error_body(self, status: int) -> dict[str, Any]:
        return self.build_error(status)

    def webhook_body(self, task: SandboxTask, clip: SandboxClip | None) -> bytes:
        """Returns the body of "MusicAPI, Producer examples", §13, with `task_id` and `event`.

        .github/docs/services.md documents the two additional fields.
        """
        body: dict[str, Any] = {
            "code": 500 if task.failure else 200,
            "data": self.build_result(task, clip, self._settings.origin),
            "message": "Task failed" if task.failure else "success",
            "task_id": task.id,
            "platform": "producer",
            "event": "song.failed" if task.failure else "song.completed",
        }
        return json.dumps(body, ensure_ascii=False).encode()

    def build_error(
        self, status: int, text: str | None = None, kind: str | None = None
    ) -> dict[str, Any]:
        """Builds an error body; without a text, the dialect's own for that status."""
        return responses.error_body(status, text, kind)

    def build_result(
        self, task: SandboxTask, clip: SandboxClip | None, origin: str
    ) -> list[dict[str, Any]]:
        """Builds the `data` of a finished task."""
        return responses.task_data(task, clip, self._media_files, origin)

    def unknown_task_response(self) -> Response:
        return self._error_response(404)

    def insufficient_credits_response(self, _remaining: int) -> Response:
        return self._error_response(403)

    def _submit_endpoint(self, read: MusicApiRequestParser) -> Callable[[Request], Any]:
        async def submit(request: Request) -> Response:
            try:
                account = self._account(request)
                body = parse_json_object(await request.body())
                order = read(body, lambda clip_id: self._task_service.get_clip(account, clip_id))
                task = self._task_service.accept(self.name, account, order)
            except _REQUEST_ERRORS as problem:
                return self._exception_response(problem)
            return JSONResponse({"message": "success", "task_id": task.id})

        return submit

    async def _poll(self, request: Request) -> Response:
        try:
            account = self._account(request)
        except MusicApiUnauthorised as problem:
            return self._exception_response(problem)
        task = self._task_service.get_task(account, request.path_params["task_id"])
        if task is None:
            return self.unknown_task_response()
        clip = self._task_service.get_clip(account, task.result.get("clip_id", task.clip_id))
        data = self.build_result(task, clip, request_origin(request))
        status, body = responses.poll_response(task, data, self.choose_revision(request))
        return JSONResponse(body, status)

    async def _credits(self, request: Request) -> Response:
        try:
            account = self._account(request)
        except MusicApiUnauthorised as problem:
            return self._exception_response(problem)
        balance = self._task_service.ledger.balance(account)
        return JSONResponse({"credits": balance, "extra_credits": 0})

    def _exception_response(self, problem: Exception) -> Response:
        """Returns the error response for an exception of `_REFUSALS`."""
        match problem:
            case MusicApiUnauthorised():
                return self._error_response(401, str(problem))
            case FieldError():
                return self._error_response(400, str(problem))
            case requests.ContentModerated():
                return self._error_response(403, str(problem), "moderation")
            case requests.TaskTypeRetired() | OperationSwitchedOff():
                return self._error_response(410)
            case TooManyTasks():
                return JSONResponse(self.build_error(429), 429, {"Retry-After": "5"})
            case InsufficientCredits():
                return self.insufficient_credits_response(problem.remaining)
        raise problem

    def _error_response(
        self, status: int, text: str | None = None, kind: str | None = None
    ) -> Response:
        return JSONResponse(self.build_error(status, text, kind), status)

    def _account(self, request: Request) -> str:
        header = request.headers.get("authorization")
        if header is None:
            raise MusicApiUnauthorised("Authorization header is missing")
        scheme, _, key = header.partition(" ")
        key = key.strip()
        holder = self._settings.account_for_key(key)
        if scheme.lower() != "bearer" or not holder:
            raise MusicApiUnauthorised("Invalid API key")
        return account_name(holder, self.service)

    def choose_revision(self, request: Request) -> PollRevision:
        asked = request.headers.get(REVISION_HEADER)
        if asked in get_args(PollRevision):
            return cast("PollRevision", asked)
        return self._settings.answers or self.revision

"""Endpoints of `/producer/…`, and those of the platform API."""

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from producer_studio.sandbox.fault_middleware import CUT_EXTENSION
from producer_studio.sandbox.ledger import InsufficientCredits
from producer_studio.sandbox.media_routes import MediaFiles
from producer_studio.sandbox.profiles.acedata import files, requests, responses
from producer_studio.sandbox.profiles.fields import FieldError, parse_json_object
from producer_studio.sandbox.profiles.musicapi.requests import ContentModerated
from producer_studio.sandbox.profiles.profile import account_name, request_origin
from producer_studio.sandbox.records import SandboxClip, SandboxTask, TaskOrder
from producer_studio.sandbox.task_service import (
    OperationSwitchedOff,
    SandboxSettings,
    TaskService,
    TooManyTasks,
)

AceDataRequestParser = Callable[[dict[str, Any], requests.ClipFinder], TaskOrder]
Endpoint = Callable[[Request], Awaitable[Response]]

_SUBMIT_ENDPOINTS: dict[str, tuple[str, AceDataRequestParser]] = {
    "/producer/audios": ("create", requests.parse_audios),
    "/producer/lyrics": ("lyrics", requests.parse_lyrics),
    "/producer/upload": ("upload", requests.parse_upload),
    "/producer/videos": ("video", requests.parse_videos),
    "/producer/wav": ("download", requests.parse_wav),
}
_TASKS = "/producer/tasks"
_APPLICATIONS = "/api/v1/applications/"
_FILES = "/api/v1/files/"
#: The platform API uses another token than the service. Here the token `platform-K` returns the
#: balance of the key K.
PLATFORM_PREFIX = "platform-"

_HELP = """\
  acedata under /acedata: POST /producer/audios (10), lyrics (1), upload (2), videos (5), wav (2),
    tasks; and its platform: GET /api/v1/applications/?user_id=me, POST /api/v1/files/.
    The platform token platform-K shows the balance of the key K.
"""


class _Unauthorised(Exception):
    """The token is missing or not accepted; the message is the code of the response."""


class AceDataProfile:
    """Dialect of "AceData Cloud, Producer API", with service and platform under one prefix."""

    name = "acedata"
    prefixes: tuple[str, ...] = ("/acedata",)
    service = "acedata"
    help = _HELP

    def __init__(
        self, task_service: TaskService, media_files: MediaFiles, settings: SandboxSettings
    ) -> None:
        self._task_service = task_service
        self._media_files = media_files
        self._settings = settings

    def routes(self) -> list[BaseRoute]:
        endpoints = [
            *(
                (path, "POST", self._submit_endpoint(read))
                for path, (_place, read) in _SUBMIT_ENDPOINTS.items()
            ),
            (_TASKS, "POST", self._query_tasks),
            (_APPLICATIONS, "GET", self._list_applications),
            (_FILES, "POST", self._receive_file),
        ]
        served: list[BaseRoute] = [
            Route(path, _with_error_responses(endpoint), methods=[method])
            for path, method, endpoint in endpoints
        ]
        return [
            *served,
            Route("/{path:path}", _unknown_endpoint, methods=["GET", "POST", "PUT", "DELETE"]),
        ]

    def fault_locations(self, _method: str, path: str) -> frozenset[str] | None:
        if path in _SUBMIT_ENDPOINTS:
            return frozenset({"submit", _SUBMIT_ENDPOINTS[path][0]})
        named = {_TASKS: "poll", _APPLICATIONS: "credits", _FILES: "files"}
        return frozenset({named[path]}) if path in named else frozenset()

    def error_body(self, status: int) -> dict[str, Any]:
        return responses.error_body(status)

    def webhook_body(self, task: SandboxTask, clip: SandboxClip | None) -> bytes:
        """Returns the response that a held connection would have had, including the task's id."""
        data = responses.task_data(task, clip, self._media_files, self._settings.origin)
        return json.dumps(responses.finished_body(task, data), ensure_ascii=False).encode()

    def _submit_endpoint(self, read: AceDataRequestParser) -> Endpoint:
        async def submit(request: Request) -> Response:
            account = self._account(request)
            body = parse_json_object(await request.body())
            order = read(body, lambda clip_id: self._task_service.get_clip(account, clip_id))
            at_once = requests.wants_immediate_response(body, order)
            task = self._task_service.accept(self.name, account, order)
            if at_once:
                return JSONResponse({"task_id": task.id})
            try:
                ended = await self._task_service.wait_until_finished(task)
            except asyncio.CancelledError:
                # The server stops before the task ends: like a dying gateway, it sends no response.
                request.scope["extensions"][CUT_EXTENSION](True)
                return Response()
            status = 200 if ended.failure is None else ended.failure.code
            return JSONResponse(
                responses.finished_body(ended, self._task_data(ended, request)), status
            )

        return submit

    async def _query_tasks(self, request: Request) -> Response:
        account = self._account(request)
        wanted = requests.parse_task_query(parse_json_object(await request.body()))
        if isinstance(wanted, requests.TaskListQuery):
            return self._list_tasks(account, wanted, request)
        ids = [wanted] if isinstance(wanted, str) else wanted
        found = [self._task_service.get_task(account, task_id) for task_id in ids]
        records = [
            responses.task_record(task, self._task_data(task, request)) for task in found if task
        ]
        if isinstance(wanted, str):
            return JSONResponse(records[0] if records else None)
        return JSONResponse({"items": records, "count": len(records)})

    def _list_tasks(
        self, account: str, wanted: requests.TaskListQuery, request: Request
    ) -> Response:
        """Returns a page of the user's own tasks, the newest first; `count` is the total."""
        if wanted.user_id != _user_id(account):
            return JSONResponse({"items": [], "count": 0})
        own = [
            task
            for task in self._task_service.list_account_tasks(self.name, account)
            if task.created_at >= wanted.created_at_min
        ]
        page = own[wanted.offset : wanted.offset + wanted.limit]
        records = [responses.task_record(task, self._task_data(task, request)) for task in page]
        return JSONResponse({"items": records, "count": len(own)})

    async def _list_applications(self, request: Request) -> Response:
        """Handles `?user_id=me`: the subscriptions of the token's user, with the balance."""
        if request.query_params.get("user_id") != "me":
            raise FieldError("user_id", "must be 'me'.")
        account = self._platform_account(request)
        balance = self._task_service.ledger.balance(account)
        application = {
            "id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"application {account}")),
            "user_id": _user_id(account),
            "service": {"alias": "producer", "title": "Producer Audios Generation"},
            "remaining_amount": float(balance),
        }
        return JSONResponse({"items": [application], "count": 1})

    async def _receive_file(self, request: Request) -> Response:
        self._platform_account(request)
        content_type = request.headers.get("content-type", "")
        url = await files.receive_form(
            self._media_files, request_origin(request), content_type, request.stream()
        )
        return JSONResponse({"file_url": url})

    def _task_data(self, task: SandboxTask, request: Request) -> object:
        clip = self._task_service.get_clip(task.account, task.result.get("clip_id", task.clip_id))
        return responses.task_data(task, clip, self._media_files, request_origin(request))

    def _account(self, request: Request) -> str:
        key = _bearer_token(request)
        if key.startswith(PLATFORM_PREFIX):
            raise _Unauthorised("token_mismatched")
        return self._account_for_key(key)

    def _platform_account(self, request: Request) -> str:
        return self._account_for_key(_bearer_token(request).removeprefix(PLATFORM_PREFIX))

    def _account_for_key(self, key: str) -> str:
        holder = self._settings.account_for_key(key)
        if not holder:
            raise _Unauthorised("invalid_token")
        return account_name(holder, self.name)


def _user_id(account: str) -> str:
    """Returns the holder of a key, as a user id of the platform."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"user {account}"))


def _bearer_token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _Unauthorised("invalid_token")
    return token.strip()


def _with_error_responses(endpoint: Endpoint) -> Endpoint:
    """Wraps an endpoint so that its exceptions become error responses of this dialect."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except _Unauthorised as refusal:
            return _error_response(401, code=str(refusal))
        except FieldError as fault:
            return _error_response(400, str(fault))
        except ContentModerated as refusal:
            # Not in the documents; known clients treat a 403 with any other code than `used_up` as
            # moderation.
            return _error_response(403, str(refusal), "moderation")
        except InsufficientCredits:
            return _error_response(403)
        except OperationSwitchedOff:
            return _error_response(410)
        except TooManyTasks:
            return _error_response(429)

    return answer


async def _unknown_endpoint(_request: Request) -> Response:
    return _error_response(404)


def _error_response(status: int, text: str | None = None, code: str | None = None) -> Response:
    return JSONResponse(responses.error_body(status, text, code), status)

"""The endpoints of `/producer/…`, and those of the platform beside them."""

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from producer_studio.sandbox.ledger import CreditsShort
from producer_studio.sandbox.media_routes import MediaShelf
from producer_studio.sandbox.middleware import CUT
from producer_studio.sandbox.profiles.acedata import files, requests, responses
from producer_studio.sandbox.profiles.fields import FieldFault, json_object
from producer_studio.sandbox.profiles.musicapi.requests import Moderated
from producer_studio.sandbox.profiles.profile import account_of, origin_of
from producer_studio.sandbox.records import Clip, Order, Task
from producer_studio.sandbox.task_service import OperationRetired, Settings, TooManyTasks, Workshop

Reader = Callable[[dict[str, Any], requests.ClipFinder], Order]
Endpoint = Callable[[Request], Awaitable[Response]]

_SUBMITS: dict[str, tuple[str, Reader]] = {
    "/producer/audios": ("create", requests.read_audios),
    "/producer/lyrics": ("lyrics", requests.read_lyrics),
    "/producer/upload": ("upload", requests.read_upload),
    "/producer/videos": ("video", requests.read_videos),
    "/producer/wav": ("download", requests.read_wav),
}
_TASKS = "/producer/tasks"
_APPLICATIONS = "/api/v1/applications/"
_FILES = "/api/v1/files/"
#: The platform knows its user by another token than the service. Here the balance of the key K
#: is seen with the token `platform-K`.
PLATFORM_PREFIX = "platform-"


class _Unauthorised(Exception):
    """No token, or one that is not accepted; the text is the code of the answer."""


class AceData:
    """The dialect of seed 001, with both of its planes under one prefix."""

    name = "acedata"
    prefixes: tuple[str, ...] = ("/acedata",)

    def __init__(self, workshop: Workshop, shelf: MediaShelf, settings: Settings) -> None:
        self._workshop = workshop
        self._shelf = shelf
        self._settings = settings

    def routes(self) -> list[BaseRoute]:
        endpoints = [
            *((path, "POST", self._submit(read)) for path, (_place, read) in _SUBMITS.items()),
            (_TASKS, "POST", self._tasks),
            (_APPLICATIONS, "GET", self._applications),
            (_FILES, "POST", self._files),
        ]
        served: list[BaseRoute] = [
            Route(path, _refusing(endpoint), methods=[method])
            for path, method, endpoint in endpoints
        ]
        return [*served, Route("/{path:path}", _no_api, methods=["GET", "POST", "PUT", "DELETE"])]

    def places(self, _method: str, path: str) -> frozenset[str] | None:
        if path in _SUBMITS:
            return frozenset({"submit", _SUBMITS[path][0]})
        named = {_TASKS: "poll", _APPLICATIONS: "credits", _FILES: "files"}
        return frozenset({named[path]}) if path in named else frozenset()

    def error_body(self, status: int) -> dict[str, Any]:
        return responses.error(status)

    def notice(self, task: Task, clip: Clip | None) -> bytes:
        """The answer that a held connection would have had, which names the task."""
        data = responses.result(task, clip, self._shelf, self._settings.origin)
        return json.dumps(responses.finished(task, data), ensure_ascii=False).encode()

    def _submit(self, read: Reader) -> Endpoint:
        async def submit(request: Request) -> Response:
            account = self._account(request)
            body = json_object(await request.body())
            order = read(body, lambda clip_id: self._workshop.clip(account, clip_id))
            at_once = requests.wants_answer_at_once(body, order)
            task = self._workshop.accept(self.name, account, order)
            if at_once:
                return JSONResponse({"task_id": task.id})
            try:
                ended = await self._workshop.ended(task)
            except asyncio.CancelledError:
                # The server ends while the task goes on: as a gateway that dies, it says nothing.
                request.scope["extensions"][CUT](True)
                return Response()
            status = 200 if ended.failure is None else ended.failure.code
            return JSONResponse(responses.finished(ended, self._data(ended, request)), status)

        return submit

    async def _tasks(self, request: Request) -> Response:
        account = self._account(request)
        wanted = requests.read_task_query(json_object(await request.body()))
        if isinstance(wanted, requests.Listing):
            return self._listed(account, wanted, request)
        ids = [wanted] if isinstance(wanted, str) else wanted
        found = [self._workshop.task(account, task_id) for task_id in ids]
        records = [responses.record(task, self._data(task, request)) for task in found if task]
        if isinstance(wanted, str):
            return JSONResponse(records[0] if records else None)
        return JSONResponse({"items": records, "count": len(records)})

    def _listed(self, account: str, wanted: requests.Listing, request: Request) -> Response:
        """A page of the user's own tasks, the newest first; `count` is of all of them."""
        if wanted.user_id != _user_of(account):
            return JSONResponse({"items": [], "count": 0})
        own = [
            task
            for task in self._workshop.tasks_of(self.name, account)
            if task.created_at >= wanted.created_at_min
        ]
        page = own[wanted.offset : wanted.offset + wanted.limit]
        records = [responses.record(task, self._data(task, request)) for task in page]
        return JSONResponse({"items": records, "count": len(own)})

    async def _applications(self, request: Request) -> Response:
        """`?user_id=me`: what the user of this token has subscribed to, and what is left of it."""
        if request.query_params.get("user_id") != "me":
            raise FieldFault("user_id", "must be 'me'.")
        account = self._platform_account(request)
        balance = self._workshop.ledger.balance(account)
        application = {
            "id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"application {account}")),
            "user_id": _user_of(account),
            "service": {"alias": "producer", "title": "Producer Audios Generation"},
            "remaining_amount": float(balance),
        }
        return JSONResponse({"items": [application], "count": 1})

    async def _files(self, request: Request) -> Response:
        self._platform_account(request)
        content_type = request.headers.get("content-type", "")
        url = await files.receive(self._shelf, origin_of(request), content_type, request.stream())
        return JSONResponse({"file_url": url})

    def _data(self, task: Task, request: Request) -> object:
        clip = self._workshop.clip(task.account, task.result.get("clip_id", task.clip_id))
        return responses.result(task, clip, self._shelf, origin_of(request))

    def _account(self, request: Request) -> str:
        key = _token(request)
        if key.startswith(PLATFORM_PREFIX):
            raise _Unauthorised("token_mismatched")
        return self._account_of(key)

    def _platform_account(self, request: Request) -> str:
        return self._account_of(_token(request).removeprefix(PLATFORM_PREFIX))

    def _account_of(self, key: str) -> str:
        holder = self._settings.holder(key)
        if not holder:
            raise _Unauthorised("invalid_token")
        return account_of(holder, self.name)


def _user_of(account: str) -> str:
    """Who holds a key, by the name that the platform gives them."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"user {account}"))


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _Unauthorised("invalid_token")
    return token.strip()


def _refusing(endpoint: Endpoint) -> Endpoint:
    """The endpoint, with everything that it refuses told in this dialect."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except _Unauthorised as refusal:
            return _refusal(401, code=str(refusal))
        except FieldFault as fault:
            return _refusal(400, str(fault))
        except Moderated as refusal:
            # Not in the documents; clients in the wild read a 403 of any other code than
            # `used_up` as moderation.
            return _refusal(403, str(refusal), "moderation")
        except CreditsShort:
            return _refusal(403)
        except OperationRetired:
            return _refusal(410)
        except TooManyTasks:
            return _refusal(429)

    return answer


async def _no_api(_request: Request) -> Response:
    return _refusal(404)


def _refusal(status: int, text: str | None = None, code: str | None = None) -> Response:
    return JSONResponse(responses.error(status, text, code), status)

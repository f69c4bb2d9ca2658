"""The endpoints of `/api/v1`."""

import json
import re
from collections.abc import Callable
from typing import Any, cast, get_args

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from producer_studio.sandbox.ledger import CreditsShort
from producer_studio.sandbox.media import MediaShelf
from producer_studio.sandbox.profiles.fields import FieldFault
from producer_studio.sandbox.profiles.musicapi import answers, requests
from producer_studio.sandbox.profiles.profile import account_of
from producer_studio.sandbox.records import Clip, Order, Task
from producer_studio.sandbox.workshop import Answers, Settings, TooManyTasks, Workshop

_SUBMITS: dict[str, tuple[str, Callable[[dict[str, Any], requests.ClipFinder], Order]]] = {
    "create": ("create", requests.read_create),
    "upload": ("upload", requests.read_upload),
    "download": ("download", requests.read_download),
    "lyrics-create": ("lyrics", requests.read_lyrics),
    "video-clip": ("video", requests.read_video),
}
_PATH = re.compile(r"/api/v1/(?:producer/(?P<verb>[a-z-]+)(?:/.*)?|(?P<credits>get-credits))")
#: Chooses the revision of one poll's answer; overrides `--answers`.
REVISION_HEADER = "x-sandbox-answers"


class _Unauthorised(Exception):
    """No key, or not one that is accepted; the text is the answer's."""


class MusicApi:
    """The dialect of seed 000 (2026-02), served at the root and under `/musicapi`."""

    name = "musicapi-2026-02"
    prefixes: tuple[str, ...] = ("", "/musicapi")

    def __init__(self, workshop: Workshop, shelf: MediaShelf, settings: Settings) -> None:
        self._workshop = workshop
        self._shelf = shelf
        self._settings = settings

    def routes(self) -> list[BaseRoute]:
        return [
            *(
                Route(f"/api/v1/producer/{verb}", self._submit(read), methods=["POST"])
                for verb, (_place, read) in _SUBMITS.items()
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
        if found["verb"] in _SUBMITS and method == "POST":
            return frozenset({"submit", _SUBMITS[found["verb"]][0]})
        return frozenset()

    def error_body(self, status: int) -> dict[str, Any]:
        return answers.error(status)

    def notice(self, task: Task, clip: Clip | None) -> bytes:
        """As seed 002 §13, with the `task_id` and `event` that services.md adds."""
        data = answers.result(task, clip, self._shelf, self._settings.origin)
        body: dict[str, Any] = {
            "code": 500 if task.failure else 200,
            "data": data,
            "message": "Task failed" if task.failure else "success",
            "task_id": task.id,
            "platform": "producer",
            "event": "song.failed" if task.failure else "song.completed",
        }
        return json.dumps(body, ensure_ascii=False).encode()

    def _submit(
        self, read: Callable[[dict[str, Any], requests.ClipFinder], Order]
    ) -> Callable[[Request], Any]:
        async def submit(request: Request) -> Response:
            try:
                account = self._account(request)
                body = _object(await request.body())
                order = read(body, lambda clip_id: self._workshop.clip(account, clip_id))
                task = self._workshop.accept(self.name, account, order)
            except _Unauthorised as refusal:
                return _error(401, str(refusal))
            except FieldFault as fault:
                return _error(400, str(fault))
            except requests.Moderated as refusal:
                return _error(403, str(refusal), "moderation")
            except TooManyTasks:
                return JSONResponse(answers.error(429), 429, {"Retry-After": "5"})
            except CreditsShort:
                return _error(403)
            return JSONResponse({"message": "success", "task_id": task.id})

        return submit

    async def _poll(self, request: Request) -> Response:
        try:
            account = self._account(request)
        except _Unauthorised as refusal:
            return _error(401, str(refusal))
        task = self._workshop.task(account, request.path_params["task_id"])
        if task is None:
            return _error(404)
        clip = self._workshop.clip(account, task.result.get("clip_id", task.clip_id))
        data = answers.result(task, clip, self._shelf, _origin(request))
        status, body = answers.poll(task, data, self._revision(request))
        return JSONResponse(body, status)

    async def _credits(self, request: Request) -> Response:
        try:
            account = self._account(request)
        except _Unauthorised as refusal:
            return _error(401, str(refusal))
        balance = self._workshop.ledger.balance(account)
        return JSONResponse({"credits": balance, "extra_credits": 0})

    def _account(self, request: Request) -> str:
        header = request.headers.get("authorization")
        if header is None:
            raise _Unauthorised("Authorization header is missing")
        scheme, _, key = header.partition(" ")
        key = key.strip()
        allowed = self._settings.keys
        if scheme.lower() != "bearer" or not key or (allowed and key not in allowed):
            raise _Unauthorised("Invalid API key")
        return account_of(key)

    def _revision(self, request: Request) -> Answers:
        asked = request.headers.get(REVISION_HEADER)
        if asked in get_args(Answers):
            return cast("Answers", asked)
        return self._settings.answers or "classic"


def _object(body: bytes) -> dict[str, Any]:
    """Raises FieldFault when the body is not a JSON object."""
    try:
        value = json.loads(body)
    except ValueError as error:
        raise FieldFault("body", "is not valid JSON.") from error
    if not isinstance(value, dict):
        raise FieldFault("body", "must be a JSON object.")
    return value


def _origin(request: Request) -> str:
    """Scheme and host as the client wrote them, so that links live through a change of port."""
    return f"{request.url.scheme}://{request.url.netloc}"


def _error(status: int, text: str | None = None, kind: str | None = None) -> Response:
    return JSONResponse(answers.error(status, text, kind), status)

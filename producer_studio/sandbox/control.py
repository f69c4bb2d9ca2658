"""The control endpoint: what tests and curious people ask of the sandbox itself."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, get_args

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from producer_studio.sandbox.access import CONTROL_HEADER
from producer_studio.sandbox.injected_faults import FaultMistake, FaultPlan, read_faults
from producer_studio.sandbox.profiles.profile import SERVICES, account_of
from producer_studio.sandbox.request_log import Journal
from producer_studio.sandbox.task_service import Answers, Settings, Workshop

_Endpoint = Callable[[Request], Awaitable[Response]]


class Control:
    """`/control/…`, for those who send an accepted key in a header that no web page can send.

    Absent with `--no-control`.
    """

    def __init__(
        self, workshop: Workshop, plan: FaultPlan, journal: Journal, settings: Settings
    ) -> None:
        self._workshop = workshop
        self._plan = plan
        self._journal = journal
        self._settings = settings

    def routes(self) -> list[BaseRoute]:
        own = self._for_the_owner
        return [
            Route("/control/state", own(self._state), methods=["GET"]),
            Route("/control/faults", own(self._faults), methods=["GET", "POST", "PUT", "DELETE"]),
            Route("/control/settings", own(_answering(self._set)), methods=["POST"]),
            Route("/control/credits", own(_answering(self._grant)), methods=["POST"]),
            Route("/control/reset", own(self._reset), methods=["POST"]),
        ]

    def _for_the_owner(self, endpoint: _Endpoint) -> _Endpoint:
        async def checked(request: Request) -> Response:
            if not self._settings.holder(request.headers.get(CONTROL_HEADER, "").strip()):
                wanted = f"/control wants an accepted key in the header {CONTROL_HEADER}."
                return JSONResponse({"error": wanted}, 403)
            return await endpoint(request)

        return checked

    async def _state(self, _request: Request) -> Response:
        tasks = [msgspec.to_builtins(task) for task in self._workshop.tasks()]
        for task in tasks:
            if task["order"]["webhook"] is not None:
                task["order"]["webhook"]["secret"] = None
        return JSONResponse(
            {
                "requests": self._journal.lines(),
                "tasks": tasks,
                "clips": [msgspec.to_builtins(clip) for clip in self._workshop.clips()],
                "ledger": [msgspec.to_builtins(entry) for entry in self._workshop.ledger.entries],
                "balances": self._workshop.ledger.balances(),
                "faults": self._plan.shown(),
            }
        )

    async def _faults(self, request: Request) -> Response:
        """PUT replaces, POST adds, DELETE clears, GET shows."""
        try:
            if request.method == "DELETE":
                self._plan.replace([])
            elif request.method == "PUT":
                self._plan.replace(read_faults(json.loads(await request.body())))
            elif request.method == "POST":
                self._plan.extend(read_faults(json.loads(await request.body())))
        except (FaultMistake, ValueError) as mistake:
            return JSONResponse({"error": str(mistake)}, 400)
        return JSONResponse({"faults": self._plan.shown()})

    def _set(self, wanted: dict[str, Any]) -> None:
        """`answers` (a revision of the poll, or null for each dialect's own), `speed` (a number
        or null), `retired` (a list of operations) and `link_life_s` (a number).
        """
        for name, value in wanted.items():
            if name == "answers" and value in {None, *get_args(Answers)}:
                self._settings.answers = value
            elif name == "retired" and _are_texts(value):
                self._settings.retired = frozenset(value)
            elif name == "link_life_s" and isinstance(value, int | float):
                self._settings.link_life_s = value
            elif name == "speed" and (
                value is None or (isinstance(value, int | float) and value > 0)
            ):
                self._settings.speed = value
            else:
                raise ValueError(f"{name} cannot be set to {value!r}")

    def _grant(self, wanted: dict[str, Any]) -> None:
        """Sets the balance of `key` at every service, or of every key seen and of all that will
        come.
        """
        balance = wanted.get("credits")
        if not isinstance(balance, int):
            raise TypeError("credits must be a whole number")
        key = wanted.get("key")
        if key is not None:
            for service in SERVICES:
                holder = self._settings.holder(str(key)) or str(key)
                self._workshop.grant(account_of(holder, service), balance)
            return
        for account in self._workshop.ledger.balances():
            self._workshop.grant(account, balance)
        self._workshop.ledger.opening = balance

    async def _reset(self, _request: Request) -> Response:
        """Forgets the requests seen and switches all faults off; tasks and credits stay."""
        self._journal.clear()
        self._plan.replace([])
        return JSONResponse({})


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _answering(act: Callable[[dict[str, Any]], None]) -> _Endpoint:
    """An endpoint that hands a JSON object on and answers 400 when it makes no sense."""

    async def endpoint(request: Request) -> Response:
        try:
            act(dict(json.loads(await request.body())))
        except (ValueError, TypeError) as mistake:
            return JSONResponse({"error": str(mistake)}, 400)
        return JSONResponse({})

    return endpoint

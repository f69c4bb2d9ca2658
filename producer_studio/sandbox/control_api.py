"""Control endpoint of the sandbox, for tests and debugging."""

import json
from collections.abc import Awaitable, Callable, Collection
from typing import Any, get_args

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from producer_studio.sandbox.access import CONTROL_HEADER
from producer_studio.sandbox.injected_faults import FaultDefinitionError, FaultPlan, parse_faults
from producer_studio.sandbox.profiles.profile import account_name
from producer_studio.sandbox.request_log import RequestLog
from producer_studio.sandbox.task_service import PollRevision, SandboxSettings, TaskService

_Endpoint = Callable[[Request], Awaitable[Response]]


class ControlApi:
    """Routes of `/control/…`; they require an accepted key in a header that no web page can send.

    Absent with `--no-control`.
    """

    def __init__(
        self,
        task_service: TaskService,
        fault_plan: FaultPlan,
        request_log: RequestLog,
        settings: SandboxSettings,
        services: Collection[str],
    ) -> None:
        """Takes what it shows and changes, and the services that have accounts of their own."""
        self._task_service = task_service
        self._fault_plan = fault_plan
        self._request_log = request_log
        self._settings = settings
        self._services = services

    def routes(self) -> list[BaseRoute]:
        own = self._require_owner
        return [
            Route("/control/state", own(self._get_state), methods=["GET"]),
            Route(
                "/control/faults",
                own(self._handle_faults),
                methods=["GET", "POST", "PUT", "DELETE"],
            ),
            Route(
                "/control/settings", own(_json_endpoint(self._update_settings)), methods=["POST"]
            ),
            Route("/control/credits", own(_json_endpoint(self._set_credits)), methods=["POST"]),
            Route("/control/reset", own(self._reset), methods=["POST"]),
        ]

    def _require_owner(self, endpoint: _Endpoint) -> _Endpoint:
        async def checked(request: Request) -> Response:
            if not self._settings.account_for_key(request.headers.get(CONTROL_HEADER, "").strip()):
                wanted = f"/control wants an accepted key in the header {CONTROL_HEADER}."
                return JSONResponse({"error": wanted}, 403)
            return await endpoint(request)

        return checked

    async def _get_state(self, _request: Request) -> Response:
        tasks = [msgspec.to_builtins(task) for task in self._task_service.list_tasks()]
        for task in tasks:
            if task["order"]["webhook"] is not None:
                task["order"]["webhook"]["secret"] = None
        return JSONResponse(
            {
                "requests": self._request_log.list_entries(),
                "tasks": tasks,
                "clips": [msgspec.to_builtins(clip) for clip in self._task_service.list_clips()],
                "ledger": [
                    msgspec.to_builtins(entry) for entry in self._task_service.ledger.entries
                ],
                "balances": self._task_service.ledger.balances(),
                "faults": self._fault_plan.to_json(),
            }
        )

    async def _handle_faults(self, request: Request) -> Response:
        """Manages faults: PUT replaces, POST adds, DELETE clears, GET lists."""
        try:
            if request.method == "DELETE":
                self._fault_plan.replace([])
            elif request.method == "PUT":
                self._fault_plan.replace(parse_faults(json.loads(await request.body())))
            elif request.method == "POST":
                self._fault_plan.extend(parse_faults(json.loads(await request.body())))
        except (FaultDefinitionError, ValueError) as mistake:
            return JSONResponse({"error": str(mistake)}, 400)
        return JSONResponse({"faults": self._fault_plan.to_json()})

    def _update_settings(self, wanted: dict[str, Any]) -> None:
        """Changes settings of the running server.

        Names: `answers` (revision of the poll response, or null for each dialect's own), `speed` (a
        number or null), `retired` (a list of operations) and `link_life_s` (a number).
        """
        for name, value in wanted.items():
            if name == "answers" and value in {None, *get_args(PollRevision)}:
                self._settings.answers = value
            elif name == "retired" and _is_text_list(value):
                self._settings.retired = frozenset(value)
            elif name == "link_life_s" and isinstance(value, int | float):
                self._settings.link_life_s = value
            elif name == "speed" and (
                value is None or (isinstance(value, int | float) and value > 0)
            ):
                self._settings.speed = value
            else:
                raise ValueError(f"{name} cannot be set to {value!r}")

    def _set_credits(self, wanted: dict[str, Any]) -> None:
        """Sets the balance of `key` at every service; without it, of all known and future keys."""
        balance = wanted.get("credits")
        if not isinstance(balance, int):
            raise TypeError("credits must be a whole number")
        key = wanted.get("key")
        if key is not None:
            for service in self._services:
                holder = self._settings.account_for_key(str(key)) or str(key)
                self._task_service.set_balance(account_name(holder, service), balance)
            return
        for account in self._task_service.ledger.balances():
            self._task_service.set_balance(account, balance)
        self._task_service.ledger.opening_balance = balance

    async def _reset(self, _request: Request) -> Response:
        """Clears the request log and all faults; tasks and credits stay."""
        self._request_log.clear()
        self._fault_plan.replace([])
        return JSONResponse({})


def _is_text_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _json_endpoint(act: Callable[[dict[str, Any]], None]) -> _Endpoint:
    """Wraps a function of a JSON object as an endpoint, which returns 400 for invalid input."""

    async def endpoint(request: Request) -> Response:
        try:
            act(dict(json.loads(await request.body())))
        except (ValueError, TypeError) as mistake:
            return JSONResponse({"error": str(mistake)}, 400)
        return JSONResponse({})

    return endpoint

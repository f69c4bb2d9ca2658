"""Fault injection: rules for the kind, location and number of faults."""

import random
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

FaultLocationName = Literal[
    "any", "submit", "create", "upload", "download", "lyrics", "video", "stems", "poll", "list",
    "credits", "files", "media", "webhook",
]  # fmt: skip
InjectedFaultKind = Literal[
    # in the exchange, see fault_middleware.py
    "latency",
    "status",
    "html",
    "garbage",
    "truncated",
    "wrong_types",
    "cut_before",
    "cut_after",
    "cut_midway",
    "slow",
    "expired",
    "missing_fields",
    "empty_data",
    "partial",
    "odd_fields",
    "odd_price",
    "empty",
    "endless",
    "redirect",
    "zeros",
    "zip_slip",
    "odd_name",
    # in the task, see task_service.py
    "fail",
    "slow_task",
    # in the delivery of a webhook, see webhooks.py
    "lost",
    "twice",
    "forged",
    "stale",
]
#: Stage at which a fault occurs: request and response, task, or delivery of a webhook.
FaultStage = Literal["exchange", "task", "webhook"]
_STAGES: dict[InjectedFaultKind, FaultStage] = {
    "fail": "task",
    "slow_task": "task",
    "lost": "webhook",
    "twice": "webhook",
    "forged": "webhook",
    "stale": "webhook",
}


class InjectedFault(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Rule of fault injection. It counts the requests at its location and affects some of them.

    Attributes:
        where: `submit` matches every request that costs credits (create, upload, download, lyrics,
            video, each of which is a location of its own, too); `stems` those of a task that
            separates stems (a `create` in the exchange); `list` that of past jobs; `files` every
            file upload; `media` every download of a file; `webhook` every delivery.
        kind: latency (waits `seconds`, then goes on) · status (responds with `status`, with a
            Retry-After of `retry_after` seconds if set; the request is not accepted) · html (an
            HTML page with `status`, not accepted) · garbage (random bytes declared as JSON, not
            accepted) · truncated (the correct response without its second half, accepted) ·
            wrong_types (the correct response, every value of another type, accepted) · cut_before
            (the connection is reset, not accepted) · cut_after (the request is accepted and
            charged, then the connection is reset without a response) · cut_midway (the connection
            ends after `bytes` of the body, default half; Range requests continue from there) · slow
            (`bytes_per_s`) · expired (the link of this request returns `status`, from now on;
            another poll returns a new link) · fail (the task fails after it was accepted, with
            `error` and `status`, and is refunded) · slow_task (the task takes at least `seconds`) ·
            missing_fields (the correct response without most of its fields, accepted) · empty_data
            (the correct response, every list and all data in it emptied, accepted) · partial (the
            correct response with an error of `status` beside its data, accepted). For media only:
            empty (`status`, default 200, without a byte) · endless (zeros without an end) ·
            redirect (to `to`) · zeros (`bytes` of them, default 100 MB, declared as audio) ·
            zip_slip (a ZIP with members outside of the folder) · odd_name (the correct file under
            `name`). For webhooks only: lost (never sent) · twice (sent twice) · forged (signed for
            another body) · stale (an hour old).
        times: Maximum number of uses; unlimited if unset.
        after: Number of requests at this location that are not affected first.
        probability: Share of the requests that are affected, by a random sequence from `seed`.
    """

    where: FaultLocationName
    kind: InjectedFaultKind
    times: int | None = None
    after: int = 0
    probability: float = 1.0
    seed: int = 0
    seconds: float = 1.0
    status: int | None = None
    retry_after: float | None = None
    bytes: int | None = None
    bytes_per_s: float = 65536.0
    error: str = "Internal Server Error"
    to: str | None = None
    name: str | None = None
    price: float = -1000


class FaultDefinitionError(ValueError):
    """A fault definition is invalid; the message contains the position."""


class _FaultRule:
    def __init__(self, fault: InjectedFault) -> None:
        self.fault = fault
        self.seen = 0
        self.used = 0
        self._random = random.Random(fault.seed)

    def matches_next(self) -> bool:
        """Counts one request; returns whether it is affected."""
        self.seen += 1
        if self.seen <= self.fault.after:
            return False
        if self.fault.times is not None and self.used >= self.fault.times:
            return False
        if self._random.random() >= self.fault.probability:
            return False
        self.used += 1
        return True


class FaultPlan:
    """Active fault rules."""

    def __init__(self, faults: Iterable[InjectedFault] = ()) -> None:
        self._rules = [_FaultRule(fault) for fault in faults]

    def replace(self, faults: Iterable[InjectedFault]) -> None:
        self._rules = [_FaultRule(fault) for fault in faults]

    def extend(self, faults: Iterable[InjectedFault]) -> None:
        self._rules.extend(_FaultRule(fault) for fault in faults)

    def select_due(
        self, locations: frozenset[str], stage: FaultStage = "exchange"
    ) -> list[InjectedFault]:
        """Returns the faults that affect a request now, each counted as used.

        Any number of delays is returned; of the others only the first that is due.

        Args:
            locations: Names of the request's location; `any` always matches.
            stage: Stage of the faults to return.
        """
        taken: list[InjectedFault] = []
        settled = False
        for rule in self._rules:
            fault = rule.fault
            if _STAGES.get(fault.kind, "exchange") != stage:
                continue
            if fault.where != "any" and fault.where not in locations:
                continue
            waits = fault.kind in {"latency", "slow_task"}
            if (waits or not settled) and rule.matches_next():
                taken.append(fault)
                settled = settled or not waits
        return taken

    def to_json(self) -> list[dict[str, Any]]:
        """Returns every rule with its counters, for the control endpoint."""
        return [
            {**msgspec.to_builtins(rule.fault), "seen": rule.seen, "used": rule.used}
            for rule in self._rules
        ]


def parse_faults(described: object) -> Sequence[InjectedFault]:
    """Parses faults from JSON or TOML values: a list of tables, or `{"fault": […]}`.

    Raises:
        FaultDefinitionError: An unknown name or a wrong type.
    """
    if isinstance(described, dict):
        described = described.get("fault", described.get("faults", described))
    if isinstance(described, dict):
        described = [described]
    try:
        faults = msgspec.convert(described, list[InjectedFault])
    except msgspec.ValidationError as error:
        raise FaultDefinitionError(str(error)) from error
    for fault in faults:
        if fault.where == "stems" and _STAGES.get(fault.kind) != "task":
            raise FaultDefinitionError(
                f"{fault.kind} cannot meet stems alone: they are asked as a create"
            )
    return faults


def load_faults(path: Path) -> Sequence[InjectedFault]:
    """Loads faults from a TOML file of `[[fault]]` tables.

    Raises:
        FaultDefinitionError: The file cannot be read, is not TOML, or has no faults.
    """
    try:
        return parse_faults(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FaultDefinitionError(f"{path}: {error}") from error

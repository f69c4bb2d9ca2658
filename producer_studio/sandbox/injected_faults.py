"""Faults that can be switched on from outside: what goes wrong, where, and how often."""

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
    # in the exchange, see gate.py
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
    # in the task, see workshop.py
    "fail",
    "slow_task",
    # in the delivery of a webhook, see webhooks.py
    "lost",
    "twice",
    "forged",
    "stale",
]
#: What a fault meets: a request with its answer, a task, or the delivery of a webhook.
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
    """One rule. It counts the requests at its place and acts on some of them.

    Attributes:
        where: `submit` means every request that costs credits (create, upload, download,
            lyrics, video, which can also be named alone); `stems` those of a task that separates
            (a `create` while it is exchanged); `list` that of past jobs; `files` every file
            that is handed over; `media` every download of a file; `webhook` every delivery.
        kind: latency (waits `seconds`, then goes on) · status (answers `status`, with a
            Retry-After of `retry_after` seconds when given; the request is not taken) · html
            (an HTML page with `status`, not taken) · garbage (random bytes called JSON, not
            taken) · truncated (the true answer without its second half, taken) · wrong_types
            (the true answer, every value of another type, taken) · cut_before (the connection
            is reset, not taken) · cut_after (the request is taken and charged, then the
            connection is reset without an answer) · cut_midway (the connection ends after
            `bytes` of the body, default half; Range goes on from there) · slow (`bytes_per_s`)
            · expired (the link of this request answers `status`, from now on; another poll
            gives a new link) · fail (the task fails after it was accepted, with `error` and
            `status`, and is refunded) · slow_task (the task takes at least `seconds`)
            · missing_fields (the true answer without most of its fields, taken) · empty_data
            (the true answer, every list and all data in it emptied, taken) · partial (the true
            answer with an error of `status` beside its data, taken).
            For media alone: empty (`status`, default 200, without a byte) · endless (zeros
            without an end) · redirect (to `to`) · zeros (`bytes` of them, default 100 MB, called
            audio) · zip_slip (a ZIP whose members leave the folder) · odd_name (the true file
            under `name`).
            For webhooks alone: lost (never sent) · twice (sent twice) · forged (signed for
            another body) · stale (an hour old).
        times: how often at most; without it, always.
        after: how many requests at this place pass unharmed first.
        probability: the share of the requests that are met, by a random row from `seed`.
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
    """A fault was written wrongly; the text says where."""


class _FaultRule:
    def __init__(self, fault: InjectedFault) -> None:
        self.fault = fault
        self.seen = 0
        self.used = 0
        self._random = random.Random(fault.seed)

    def matches_next(self) -> bool:
        """Counts one request and says whether it is met."""
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
    """The rules that are switched on now."""

    def __init__(self, faults: Iterable[InjectedFault] = ()) -> None:
        self._rules = [_FaultRule(fault) for fault in faults]

    def replace(self, faults: Iterable[InjectedFault]) -> None:
        self._rules = [_FaultRule(fault) for fault in faults]

    def extend(self, faults: Iterable[InjectedFault]) -> None:
        self._rules.extend(_FaultRule(fault) for fault in faults)

    def select_due(
        self, locations: frozenset[str], stage: FaultStage = "exchange"
    ) -> list[InjectedFault]:
        """The faults that strike a request now, each counted as used.

        Any number of waits may add up; of the others at most one strikes, the first that is due.

        Args:
            places: the words that name the request; `any` is always among them.
            stage: ask for the faults of this stage alone.
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
        """Every rule with what it has seen and done, for the control endpoint."""
        return [
            {**msgspec.to_builtins(rule.fault), "seen": rule.seen, "used": rule.used}
            for rule in self._rules
        ]


def parse_faults(described: object) -> Sequence[InjectedFault]:
    """Faults from JSON or TOML values: a list of tables, or `{"fault": […]}`.

    Raises:
        FaultMistake: an unknown word or a wrong type.
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
    """Faults from a TOML file of `[[fault]]` tables.

    Raises:
        FaultMistake: the file cannot be read, is not TOML, or describes no fault.
    """
    try:
        return parse_faults(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FaultDefinitionError(f"{path}: {error}") from error

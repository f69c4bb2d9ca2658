"""Capabilities of an account: operations, fields, limits, prices and models."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from producer_studio.domain.operation import Operation
from producer_studio.domain.strength import Strength
from producer_studio.translation import mark


class Stability(StrEnum):
    VERY_STABLE = "very stable"
    STABLE = "stable"
    OCCASIONAL_FAILURES = "occasional failures"
    LOW_SUCCESS = "low success rate"

    @property
    def label(self) -> str:
        return _STABILITY_LABELS[self]


_STABILITY_LABELS = {
    Stability.VERY_STABLE: mark("very stable"),
    Stability.STABLE: mark("stable"),
    Stability.OCCASIONAL_FAILURES: mark("occasional failures"),
    Stability.LOW_SUCCESS: mark("low success rate"),
}


@dataclass(frozen=True, slots=True)
class Model:
    """Music model as documented in "MusicAPI, Producer API".

    Attributes:
        name: Name that is sent to the service and displayed.
        typical_s: Shortest and longest typical generation time, in seconds.
        stability: Reliability as stated by the document.
        note: One-line description for the picker.
    """

    name: str
    typical_s: tuple[int, int]
    stability: Stability
    note: str = ""

    @property
    def expected_s(self) -> float:
        """Middle of the documented range, in seconds."""
        return sum(self.typical_s) / 2


DEFAULT_MODEL = "FUZZ-2.0"

# "MusicAPI, Producer API", tested there on 2026-02-23. "<30s" is read as 20 to 30.
MODELS: tuple[Model, ...] = (
    Model("FUZZ-2.0 Pro", (20, 30), Stability.STABLE, mark("High quality, recommended")),
    Model("FUZZ-2.0", (20, 30), Stability.VERY_STABLE, mark("Default, best balance")),
    Model("FUZZ-2.0 Raw", (20, 30), Stability.VERY_STABLE, mark("Raw, unprocessed output")),
    Model("FUZZ-1.1 Pro", (30, 50), Stability.STABLE, mark("Enhanced version of 1.1")),
    Model("FUZZ-1.0 Pro", (20, 30), Stability.VERY_STABLE, mark("Enhanced version of 1.0")),
    Model("FUZZ-1.0", (30, 50), Stability.STABLE, mark("Previous stable release")),
    Model("FUZZ-1.1", (30, 50), Stability.OCCASIONAL_FAILURES, mark("Retry recommended")),
    Model("FUZZ-0.8", (30, 50), Stability.OCCASIONAL_FAILURES, mark("Legacy, retry recommended")),
    Model(
        "Lyria 3 preview",
        (30, 50),
        Stability.OCCASIONAL_FAILURES,
        mark("Preview, retry recommended"),
    ),
    Model("FUZZ-3-Demo", (50, 80), Stability.LOW_SUCCESS, mark("Newest, demo stage")),
)

LYRIA_3_PRO = Model(
    "Lyria 3 Pro", (30, 30), Stability.STABLE, mark("Vocals, instrumentals, whole songs")
)
"""From docs.musicapi.ai, "Producer instructions", May 2026: 30 s on average, production-ready."""

_BY_NAME = {model.name: model for model in (*MODELS, LYRIA_3_PRO)}


def find_model(name: str) -> Model:
    """Returns the catalogue entry, or one with the widest documented time for an unknown name."""
    return _BY_NAME.get(name) or Model(
        name, (20, 80), Stability.STABLE, mark("Not in the model list")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """Support for one operation at one account.

    Attributes:
        available: Whether the operation can be requested.
        price: Credits for one request; None when the service does not state it.
        reason: Sentence that explains why it is not available; empty when it is.
        fields: Recipe fields that are sent for it; the compose form shows these.
        required: Those of `fields` that the service requires.
        retired_at: Day on which the service reported the operation as retired, ISO 8601.
    """

    operation: Operation
    available: bool = True
    price: float | None = None
    reason: str = ""
    fields: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    retired_at: str = ""

    @property
    def unavailable_reason(self) -> str:
        """Returns why the operation is not available, as a sentence; empty if it is."""
        return "" if self.available else self.reason or mark("This account does not offer this.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """Everything that a profile supports.

    Attributes:
        operations: One entry for each operation of the studio.
        models: Model names for the picker, in order; `default_model` is selected initially.
        only_model: The model that every name resolves to; empty where each name is a model.
        strengths: Sliders with this service's ranges and defaults, by recipe field.
        limits: Maximum number of characters, by recipe field; absent where none is documented.
        presets: Visual styles of a music video, the default first.
        export_formats: Formats that the service can export.
        refused_models: Models that the service has rejected, each with the day, ISO 8601.
        can_list_tasks: Whether past tasks can be listed.
        can_list_tasks_with_token: Whether they can be listed once the platform token is set.
        supports_idempotency_keys: Whether a request can be repeated with an idempotency key.
        supports_webhooks: Whether the service calls a webhook at the end of a task.
    """

    operations: dict[Operation, Capability] = field(default_factory=dict)
    models: tuple[str, ...] = ()
    default_model: str = ""
    only_model: str = ""
    strengths: Mapping[str, Strength] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    presets: tuple[str, ...] = ()
    export_formats: tuple[str, ...] = ()
    refused_models: Mapping[str, str] = field(default_factory=dict)
    can_list_tasks: bool = False
    can_list_tasks_with_token: bool = False
    supports_idempotency_keys: bool = False
    supports_webhooks: bool = False

    def resolve_model(self, name: str) -> Model:
        """Returns the catalogue entry of a model, as this service runs it."""
        if not self.only_model or name == self.only_model:
            return find_model(name)
        note = mark("The service uses {model} for this", model=self.only_model)
        return replace(find_model(self.only_model), name=name, note=note)

    def get(self, operation: Operation) -> Capability:
        """Returns the entry of an operation, or an unavailable one if the service lacks it."""
        return self.operations.get(operation) or Capability(
            operation=operation, available=False, reason=mark("This service does not offer it.")
        )

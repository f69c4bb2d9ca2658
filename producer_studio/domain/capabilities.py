"""Operations, fields, limits and prices that an account supports."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from producer_studio.domain.model import Model, find_model
from producer_studio.domain.operation import Operation
from producer_studio.domain.strength import Strength


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
        return "" if self.available else self.reason or "This account does not offer this."


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
        accepts_file_uploads: Whether local files can be uploaded to the service itself.
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
    accepts_file_uploads: bool = False
    supports_webhooks: bool = False

    def resolve_model(self, name: str) -> Model:
        """Returns the catalogue entry of a model, as this service runs it."""
        if not self.only_model or name == self.only_model:
            return find_model(name)
        note = f"The service uses {self.only_model} for this"
        return replace(find_model(self.only_model), name=name, note=note)

    def get(self, operation: Operation) -> Capability:
        """Returns the entry of an operation, or an unavailable one if the service lacks it."""
        return self.operations.get(operation) or Capability(
            operation=operation, available=False, reason="This service does not offer it."
        )

"""What an account offers, and why not."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from producer_studio.domain.model import Model, find_model
from producer_studio.domain.operation import Operation
from producer_studio.domain.strength import Strength


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """One operation at one account.

    Attributes:
        available: Whether it can be asked for.
        price: Credits for one request; None when the service does not say.
        reason: Why it is not available, as a sentence; empty when it is.
        fields: The recipe's fields that are sent for it here; the form shows these.
        required: Those of them without which the service declines it.
        retired_at: The day on which the service has answered that it ended this, ISO 8601.
    """

    operation: Operation
    available: bool = True
    price: float | None = None
    reason: str = ""
    fields: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    retired_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """Everything that a profile offers.

    Attributes:
        operations: One entry for each operation the studio knows.
        models: Names for the picker, in order, the default first chosen by `default_model`.
        only_model: The one that stands behind every name; empty where each name is its own.
        strengths: The sliders with this service's own ranges and defaults, by the recipe's field.
        limits: Most characters of a text, by the recipe's field; absent where none is stated.
        presets: Looks of a music video, the default first.
        export_formats: What "export by the service" can deliver.
        refused_models: Models that the service has refused, each with the day, ISO 8601.
        lists_tasks: Whether past tasks can be looked up.
        lists_with_token: Whether they can be once the account has its platform token.
        repeats_safely: Whether a submit may be repeated with an idempotency key.
        takes_files: Whether a file of this computer can be put up with the service itself.
        webhooks: Whether the service reports the end of a task.
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
        """Return the catalogue entry of a model, as this service runs it."""
        if not self.only_model or name == self.only_model:
            return find_model(name)
        note = f"The service makes it with {self.only_model}"
        return replace(find_model(self.only_model), name=name, note=note)

    def get(self, operation: Operation) -> Capability:
        """The entry, or one that says the service has no such thing."""
        return self.operations.get(operation) or Capability(
            operation=operation, available=False, reason="This service does not offer it."
        )

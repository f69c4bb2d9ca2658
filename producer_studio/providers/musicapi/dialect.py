"""Tables that describe a dialect of the musicapi family.

Each dialect is a module of its own that defines them from its document.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from producer_studio.domain.capabilities import Capabilities, Capability
from producer_studio.domain.operation import SERVICE_OPERATIONS, Operation
from producer_studio.domain.strength import Strength
from producer_studio.translation import mark


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationSpec:
    """One operation of a dialect.

    Attributes:
        endpoint: The last segment of the path.
        task_type: Task type of the request; empty where the path has only one.
        uploaded_task_type: Task type for an uploaded source; empty where it is the same.
        fields: The recipe's fields that are sent, and no others.
        required: Those of them without which the service declines it.
        price: Credits; None where the document does not state it.
        instruction_from_sound: Whether the sound is also sent as the instruction while there is
            none: the user's text must have an effect where the service reads only instructions.
    """

    endpoint: str = "create"
    task_type: str = ""
    uploaded_task_type: str = ""
    fields: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    price: float | None = None
    instruction_from_sound: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One revision of the family's API.

    Attributes:
        operations: Available operations.
        retired_operations: Former operations, to which the service now responds with 410.
        models: Names for the picker, in order.
        only_model: The one model that every name stands for; empty where each name is its own.
        instrumental_text: Text that the sound must contain for a song without vocals, where the
            service has no switch for it; empty where it has.
        strengths: Ranges and defaults, by the recipe's field.
        limits: Maximum characters of a text, by the recipe's field.
        wire_names: Wire names that differ from the family's, by the recipe's field.
        max_extension_s: Maximum seconds that one extension can add, where a length is sent.
        numeric_seed: Whether a seed must consist of digits.
    """

    profile: str
    operations: Mapping[Operation, OperationSpec]
    retired_operations: frozenset[Operation] = frozenset()
    models: tuple[str, ...]
    default_model: str
    only_model: str = ""
    instrumental_text: str = ""
    strengths: Mapping[str, Strength] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    wire_names: Mapping[str, str] = field(default_factory=dict)
    max_extension_s: float | None = None
    numeric_seed: bool = False

    def capabilities(self, service: str) -> Capabilities:
        """Returns the capabilities of an account; `service` is its name in messages."""
        return Capabilities(
            operations={one: self.capability(one, service) for one in SERVICE_OPERATIONS},
            models=self.models,
            default_model=self.default_model,
            only_model=self.only_model,
            strengths=self.strengths,
            limits=self.limits,
            presets=VIDEO_PRESETS if Operation.VIDEO in self.operations else (),
            export_formats=EXPORT_FORMATS,
            supports_webhooks=True,
        )

    def capability(self, operation: Operation, service: str) -> Capability:
        offer = self.operations.get(operation)
        if offer is not None:
            return Capability(
                operation=operation, price=offer.price, fields=offer.fields, required=offer.required
            )
        deed = _OPERATION_PHRASES[operation]
        reason = (
            mark(
                # Translators: deed is such as "extend songs".
                "{service} has discontinued this: it can no longer {deed}.",
                service=service,
                deed=deed,
            )
            if operation in self.retired_operations
            else mark("{service} does not {deed}.", service=service, deed=deed)
        )
        return Capability(operation=operation, available=False, reason=reason)


EXPORT_FORMATS = ("mp3", "wav")
VIDEO_PRESETS = ("simple", "modern", "player")

_OPERATION_PHRASES: Mapping[Operation, str] = {
    Operation.CREATE: mark("make new songs"),
    Operation.EXTEND: mark("extend songs"),
    Operation.COVER: mark("make covers"),
    Operation.REPLACE: mark("replace a section of a song"),
    Operation.SWAP_VOCALS: mark("swap the vocals of a song"),
    Operation.SWAP_SOUND: mark("swap the sound of a song"),
    Operation.VARIATION: mark("make variations"),
    Operation.STEMS: mark("split songs into stems"),
    Operation.LYRICS: mark("write lyrics"),
    Operation.VIDEO: mark("make music videos"),
    Operation.UPLOAD: mark("accept uploads"),
    Operation.EXPORT: mark("export songs"),
}

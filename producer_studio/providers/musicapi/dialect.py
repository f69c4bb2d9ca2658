"""What sets one dialect of the musicapi family apart from another: tables, no behaviour of its own.

Each dialect is a module of its own that fills these in from its document.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from producer_studio.domain.capabilities import Capabilities, Capability
from producer_studio.domain.operation import Operation
from producer_studio.domain.strength import Strength


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationSpec:
    """One operation as a dialect asks for it.

    Attributes:
        verb: The last part of the path.
        task_type: Which of the tasks behind that path; empty where there is only one.
        uploaded_task_type: The one for a source that was uploaded; empty where it is the same.
        fields: The recipe's fields that are sent, and no others.
        required: Those of them without which the service declines it.
        price: Credits; None where the document does not say.
        instruction_from_sound: Whether the sound is also sent as the instruction while there is
            none: what the user wrote must be heard where the document reads only instructions.
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
        offers: The operations it has.
        ended: Operations that it had once and answers with 410 now.
        models: Names for the picker, in order.
        only_model: The one that stands behind every name; empty where each name is its own.
        instrumental_words: What the sound must say for a song without vocals, where the service
            reads no switch for it; empty where it does.
        strengths: Ranges and defaults, by the recipe's field.
        limits: Most characters of a text, by the recipe's field.
        wire_names: Names on the wire that differ from the family's, by the recipe's field.
        longest_extension_s: The most that one extension can add, where a length is sent.
        numeric_seed: Whether only digits make a seed.
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
        """What an account of this dialect offers; `service` is its name in sentences."""
        return Capabilities(
            operations={one: self.capability(one, service) for one in Operation},
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
            f"{service} has ended this: it can no longer {deed}."
            if operation in self.retired_operations
            else f"{service} does not {deed}."
        )
        return Capability(operation=operation, available=False, reason=reason)


EXPORT_FORMATS = ("mp3", "wav")
VIDEO_PRESETS = ("simple", "modern", "player")

_OPERATION_PHRASES: Mapping[Operation, str] = {
    Operation.CREATE: "make new songs",
    Operation.EXTEND: "extend songs",
    Operation.COVER: "make covers",
    Operation.REPLACE: "replace a section of a song",
    Operation.SWAP_VOCALS: "swap the vocals of a song",
    Operation.SWAP_SOUND: "swap the sound of a song",
    Operation.VARIATION: "make variations",
    Operation.STEMS: "split songs into stems",
    Operation.LYRICS: "write lyrics",
    Operation.VIDEO: "make music videos",
    Operation.UPLOAD: "take uploads",
    Operation.EXPORT: "export songs",
}

"""What an account offers, and why not."""

from dataclasses import dataclass, field

from producer_studio.domain.operation import Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """One operation at one account.

    Attributes:
        available: Whether it can be asked for.
        price: Credits for one request; None when the service does not say.
        reason: Why it is not available, as a sentence; empty when it is.
    """

    operation: Operation
    available: bool = True
    price: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """Everything that a profile offers.

    Attributes:
        operations: One entry for each operation the studio knows.
        models: Names for the picker, in order, the default first chosen by `default_model`.
        export_formats: What "export by the service" can deliver.
        lists_tasks: Whether past tasks can be looked up.
        repeats_safely: Whether a submit may be repeated with an idempotency key.
    """

    operations: dict[Operation, Capability] = field(default_factory=dict)
    models: tuple[str, ...] = ()
    default_model: str = ""
    export_formats: tuple[str, ...] = ()
    lists_tasks: bool = False
    repeats_safely: bool = False

    def of(self, operation: Operation) -> Capability:
        """The entry, or one that says the service has no such thing."""
        return self.operations.get(operation) or Capability(
            operation=operation, available=False, reason="This service does not offer it."
        )

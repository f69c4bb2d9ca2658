"""Whether an operation can be had now, and why not."""

from typing import TYPE_CHECKING

from producer_studio.domain.operation import Operation

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio

ASK_AGAIN_TOOLTIP = "Free: takes the mark away; the next request asks the service itself"


def unavailable_reason(studio: "Studio", operation: Operation) -> str:
    """Why the active account cannot be asked for an operation, as a sentence; empty when it can.

    Names the other accounts that offer it. Without any account only Create may be prepared.
    """
    accounts = studio.accounts
    active = accounts.active
    if active is None:
        is_create = operation is Operation.CREATE
        return "" if is_create else "Connect a service or open the demo first."
    return accounts.unavailable_reason(active.name, operation)

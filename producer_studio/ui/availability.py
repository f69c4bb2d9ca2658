"""Availability of operations at the active account."""

from typing import TYPE_CHECKING

from producer_studio.domain.operation import Operation

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio

ASK_AGAIN_TOOLTIP = "Free: the next request is sent to the service again"


def unavailable_reason(studio: "Studio", operation: Operation) -> str:
    """Returns why the active account cannot run an operation; empty when it can.

    The message names the other accounts that can. Without any account only Create is available.
    """
    active = studio.accounts.active
    if active is None:
        is_create = operation is Operation.CREATE
        return "" if is_create else "Connect a service or open the demo first."
    return studio.offers.unavailable_reason(active.name, operation)

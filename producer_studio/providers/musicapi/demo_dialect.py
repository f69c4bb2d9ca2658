"""Demo Studio's additions to `musicapi-2026-02`: lyrics, videos and prices."""

from dataclasses import replace

from producer_studio.domain.operation import Operation
from producer_studio.providers.musicapi.aimusicapi_2026_04 import (
    LYRICS,
    PROMPT_MAX_CHARACTERS,
    VIDEO,
)
from producer_studio.providers.musicapi.musicapi_2026_02 import DIALECT as REAL

# The sandbox has the prices of "AI Music API, Producer API": every request to `create` costs 10.
_CREATE_PRICE = 10.0

DIALECT = replace(
    REAL,
    operations={
        operation: replace(offer, price=_CREATE_PRICE) if offer.price is None else offer
        for operation, offer in REAL.operations.items()
    }
    | {Operation.LYRICS: LYRICS, Operation.VIDEO: VIDEO},
    limits={**REAL.limits, "prompt": PROMPT_MAX_CHARACTERS},
)

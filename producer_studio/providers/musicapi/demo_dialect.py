"""What Demo Studio's usual dialect has beside `musicapi-2026-02`: lyrics, videos and prices."""

from dataclasses import replace

from producer_studio.domain.operation import Operation
from producer_studio.providers.musicapi.aimusicapi_2026_04 import (
    LYRICS,
    PROMPT_MAX_CHARACTERS,
    VIDEO,
)
from producer_studio.providers.musicapi.musicapi_2026_02 import DIALECT as REAL

# The stand-in takes the prices of seed 003, where one request to `create` is 10 whatever it does.
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

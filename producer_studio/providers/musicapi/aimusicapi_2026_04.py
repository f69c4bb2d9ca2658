"""Dialect `aimusicapi-2026-04` (AI Music API, Producer API): songs from text, lyrics and videos.

It has no operation on an earlier song any more (§7).
"""

from dataclasses import replace

from producer_studio.domain.operation import Operation
from producer_studio.providers.musicapi.dialect import Dialect, OperationSpec
from producer_studio.providers.musicapi.musicapi_2026_02 import DIALECT as BEFORE
from producer_studio.providers.musicapi.musicapi_2026_02 import EXPORT, UPLOAD

LYRICS = OperationSpec(
    endpoint="lyrics-create",
    fields=frozenset({"prompt", "webhook_url"}),
    required=frozenset({"prompt"}),
    price=1.0,
)
VIDEO = OperationSpec(
    endpoint="video-clip",
    fields=frozenset({"source", "preset", "webhook_url"}),
    required=frozenset({"source"}),
    price=5.0,
)
PROMPT_MAX_CHARACTERS = 3000

DIALECT = Dialect(
    profile="aimusicapi-2026-04",
    operations={
        Operation.CREATE: OperationSpec(
            task_type="create_music",
            fields=frozenset(
                {"sound", "lyrics", "model", "title", "seed", "instrumental", "webhook_url"}
            ),
            price=10.0,
        ),
        Operation.LYRICS: LYRICS,
        Operation.VIDEO: VIDEO,
        Operation.UPLOAD: UPLOAD,
        Operation.EXPORT: replace(EXPORT, required=EXPORT.required | {"export_format"}),
    },
    retired_operations=frozenset(
        {
            Operation.EXTEND,
            Operation.COVER,
            Operation.REPLACE,
            Operation.SWAP_VOCALS,
            Operation.SWAP_SOUND,
            Operation.VARIATION,
        }
    ),
    models=BEFORE.models,
    default_model=BEFORE.default_model,
    limits={**BEFORE.limits, "prompt": PROMPT_MAX_CHARACTERS},
    numeric_seed=True,
)

"""Dialect `musicapi-2026-05`: MusicAPI after its move to Lyria 3 Pro (.github/docs/services.md).

The service still accepts strengths and the instrumental switch and ignores them. So strengths are
not available, as a slider without effect would be misleading; for a song without vocals the sound
requests it and the lyrics are omitted. Every older model name is accepted and means Lyria 3 Pro.
Both are documented at docs.musicapi.ai, "Producer instructions", May 2026.
"""

from dataclasses import replace

from producer_studio.domain.capabilities import LYRIA_3_PRO
from producer_studio.domain.operation import Operation
from producer_studio.domain.strength import COVER_STRENGTH
from producer_studio.providers.musicapi.dialect import Dialect, OperationSpec
from producer_studio.providers.musicapi.musicapi_2026_02 import DIALECT as BEFORE
from producer_studio.providers.musicapi.musicapi_2026_02 import EXPORT, TEXT_FIELDS, UPLOAD

DEFAULT_MODEL = LYRIA_3_PRO.name
INSTRUMENTAL_TEXT = "instrumental, no vocals"

_INSTRUCTION_FIELDS = TEXT_FIELDS | {"source", "instruction"}

DIALECT = Dialect(
    profile="musicapi-2026-05",
    operations={
        Operation.CREATE: OperationSpec(
            task_type="create_music", fields=TEXT_FIELDS | {"instrumental"}
        ),
        Operation.EXTEND: OperationSpec(
            task_type="extend_music",
            fields=_INSTRUCTION_FIELDS | {"starts_at_s", "length_s"},
            required=frozenset({"source", "starts_at_s"}),
            price=12.0,
            instruction_from_sound=True,
        ),
        Operation.COVER: OperationSpec(
            task_type="cover_music",
            uploaded_task_type="cover_upload_music",
            fields=_INSTRUCTION_FIELDS | {"cover_strength"},
            required=frozenset({"source"}),
            instruction_from_sound=True,
        ),
        Operation.REPLACE: OperationSpec(
            task_type="replace_music",
            fields=_INSTRUCTION_FIELDS | {"starts_at_s", "ends_at_s"},
            required=frozenset({"source", "starts_at_s", "ends_at_s"}),
            price=12.0,
            instruction_from_sound=True,
        ),
        Operation.UPLOAD: UPLOAD,
        Operation.EXPORT: EXPORT,
    },
    retired_operations=frozenset(
        {Operation.SWAP_VOCALS, Operation.SWAP_SOUND, Operation.VARIATION}
    ),
    models=(DEFAULT_MODEL, *BEFORE.models),
    default_model=DEFAULT_MODEL,
    only_model=DEFAULT_MODEL,
    instrumental_text=INSTRUMENTAL_TEXT,
    strengths={"cover_strength": replace(COVER_STRENGTH, low=0.0, high=1.0, default=0.5)},
    limits=BEFORE.limits,
    wire_names={"cover_strength": "strength"},
    max_extension_s=240.0,
)

"""Dialect `musicapi-2026-02` (MusicAPI, Producer API and examples); Demo Studio's default."""

from producer_studio.domain.capabilities import DEFAULT_MODEL, MODELS
from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import TITLE_LIMIT
from producer_studio.domain.strength import COVER_STRENGTH, STRENGTHS
from producer_studio.providers.musicapi.dialect import Dialect, OperationSpec

WEBHOOK_URL_LIMIT = 1024

TEXT_FIELDS = frozenset({"sound", "lyrics", "title", "model", "seed", "cover_url", "webhook_url"})
_SOUND_FIELDS = TEXT_FIELDS | {"instrumental", *(one.name for one in STRENGTHS)}
_SOURCE_FIELDS = frozenset({"source"})
_SWAP_FIELDS = _SOUND_FIELDS | _SOURCE_FIELDS | {"cover_strength"}

UPLOAD = OperationSpec(
    endpoint="upload",
    fields=frozenset({"audio_url", "webhook_url"}),
    required=frozenset({"audio_url"}),
    price=2.0,
)
EXPORT = OperationSpec(
    endpoint="download",
    fields=_SOURCE_FIELDS | {"export_format", "webhook_url"},
    required=_SOURCE_FIELDS,
    price=2.0,
)

DIALECT = Dialect(
    profile="musicapi-2026-02",
    # The documents do not state the other prices, and unknown is not 0.
    operations={
        Operation.CREATE: OperationSpec(task_type="create_music", fields=_SOUND_FIELDS),
        Operation.EXTEND: OperationSpec(
            task_type="extend_music",
            fields=_SOUND_FIELDS | _SOURCE_FIELDS | {"starts_at_s"},
            required=_SOURCE_FIELDS,
        ),
        Operation.COVER: OperationSpec(
            task_type="cover_music", fields=_SWAP_FIELDS, required=_SOURCE_FIELDS
        ),
        Operation.REPLACE: OperationSpec(
            task_type="replace_music",
            fields=_SOUND_FIELDS | _SOURCE_FIELDS | {"starts_at_s", "ends_at_s"},
            required=_SOURCE_FIELDS | {"starts_at_s"},
        ),
        Operation.SWAP_VOCALS: OperationSpec(
            task_type="swap_music_vocals", fields=_SWAP_FIELDS, required=_SOURCE_FIELDS
        ),
        Operation.SWAP_SOUND: OperationSpec(
            task_type="swap_music_sound", fields=_SWAP_FIELDS, required=_SOURCE_FIELDS
        ),
        # The song determines the sound; "MusicAPI, Producer examples" §7 shows model and seed.
        Operation.VARIATION: OperationSpec(
            task_type="music_variation",
            fields=_SOURCE_FIELDS | {"title", "model", "seed", "cover_url", "webhook_url"},
            required=_SOURCE_FIELDS,
        ),
        Operation.UPLOAD: UPLOAD,
        Operation.EXPORT: EXPORT,
    },
    models=tuple(model.name for model in MODELS),
    default_model=DEFAULT_MODEL,
    strengths={one.name: one for one in (*STRENGTHS, COVER_STRENGTH)},
    limits={"title": TITLE_LIMIT, "webhook_url": WEBHOOK_URL_LIMIT},
)

"""The dialect `musicapi-2026-02` (seeds 000 and 002), and Demo Studio's usual one."""

from producer_studio.domain.model import DEFAULT_MODEL, MODELS
from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import TITLE_LIMIT
from producer_studio.domain.strength import COVER_STRENGTH, STRENGTHS
from producer_studio.providers.musicapi.dialect import Dialect, Offer

WEBHOOK_URL_LIMIT = 1024

WORDS = frozenset({"sound", "lyrics", "title", "model", "seed", "cover_url", "webhook_url"})
_SOUND = WORDS | {"instrumental", *(one.name for one in STRENGTHS)}
_SOURCE = frozenset({"source"})
_SWAP = _SOUND | _SOURCE | {"cover_strength"}

UPLOAD = Offer(
    verb="upload",
    fields=frozenset({"audio_url", "webhook_url"}),
    required=frozenset({"audio_url"}),
    price=2.0,
)
EXPORT = Offer(
    verb="download",
    fields=_SOURCE | {"export_format", "webhook_url"},
    required=_SOURCE,
    price=2.0,
)

DIALECT = Dialect(
    profile="musicapi-2026-02",
    # What the rest costs the seeds do not say, and unknown is not 0.
    offers={
        Operation.CREATE: Offer(task_type="create_music", fields=_SOUND),
        Operation.EXTEND: Offer(
            task_type="extend_music", fields=_SOUND | _SOURCE | {"starts_at_s"}, required=_SOURCE
        ),
        Operation.COVER: Offer(task_type="cover_music", fields=_SWAP, required=_SOURCE),
        Operation.REPLACE: Offer(
            task_type="replace_music",
            fields=_SOUND | _SOURCE | {"starts_at_s", "ends_at_s"},
            required=_SOURCE | {"starts_at_s"},
        ),
        Operation.SWAP_VOCALS: Offer(task_type="swap_music_vocals", fields=_SWAP, required=_SOURCE),
        Operation.SWAP_SOUND: Offer(task_type="swap_music_sound", fields=_SWAP, required=_SOURCE),
        # The song says what it sounds like; seed 002, section 7, shows model and seed.
        Operation.VARIATION: Offer(
            task_type="music_variation",
            fields=_SOURCE | {"title", "model", "seed", "cover_url", "webhook_url"},
            required=_SOURCE,
        ),
        Operation.UPLOAD: UPLOAD,
        Operation.EXPORT: EXPORT,
    },
    models=tuple(model.name for model in MODELS),
    default_model=DEFAULT_MODEL,
    strengths={one.name: one for one in (*STRENGTHS, COVER_STRENGTH)},
    limits={"title": TITLE_LIMIT, "webhook_url": WEBHOOK_URL_LIMIT},
)

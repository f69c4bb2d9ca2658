"""Parser for the body of `POST /v2/music/generate`: a strict schema, all errors at once."""

import secrets
from collections.abc import Callable
from typing import Any, TypeVar
from zlib import crc32

from producer_studio.sandbox.profiles.fields import FieldError, RequestFields
from producer_studio.sandbox.records import TaskOrder, WebhookSubscription

PROMPT_LIMIT = 5000
LYRICS_LIMIT = 5000
TITLE_LIMIT = 80
STRENGTH_STEP = 0.05
#: Credits of each model; the documents state none.
PRICES = {"producer": 10, "lyria-3-clip": 5, "lyria-3-pro": 10}
#: "Apiframe, Producer": about 45 s on average.
TYPICAL_S = 45.0
#: Model versions in this dialect, with the names of the other dialects.
VERSIONS = {
    "FUZZ_2_PRO": "FUZZ-2.0 Pro",
    "FUZZ_2": "FUZZ-2.0",
    "FUZZ_2_RAW": "FUZZ-2.0 Raw",
    "FUZZ_1_1_PRO": "FUZZ-1.1 Pro",
    "FUZZ_1_PRO": "FUZZ-1.0 Pro",
    "FUZZ_1": "FUZZ-1.0",
}
DEFAULT_VERSION = "FUZZ_2_PRO"
PARAMS = {"producer": "producerParams", "lyria-3-clip": "lyriaParams", "lyria-3-pro": "lyriaParams"}
EVENTS = frozenset({"completed", "failed"})

#: The document's text uses webhook_url, its schema webhookUrl: both are accepted.
_TOP_LEVEL_FIELDS = frozenset({"prompt", "model", "webhookUrl", "webhook_url", "webhookEvents"})
_STRENGTHS = {"lyrics_strength": 0.0, "sound_strength": 0.2, "weirdness": 0.0}
_PRODUCER_FIELDS = frozenset(
    {"model_version", "instrumental", "lyrics", "title", "seed", *_STRENGTHS}
)


T = TypeVar("T")


class InvalidBody(Exception):
    """The body does not match the schema.

    Attributes:
        details: Path and message of every error.
    """

    def __init__(self, details: list[dict[str, str]]) -> None:
        super().__init__("Validation failed")
        self.details = details


def parse_generate(body: dict[str, Any], key: str, signing_key: str) -> TaskOrder:
    """Parses the body of `/v2/music/generate`.

    Args:
        key: Idempotency key, empty without one.
        signing_key: Key that signs a webhook, in hexadecimal digits.

    Raises:
        InvalidBody: The body does not match the schema.
    """
    reading = _BodyReader()
    fields = RequestFields(body)
    prompt = reading.get("", lambda: fields.required_text("prompt", limit=PROMPT_LIMIT)) or ""
    model = reading.get("", lambda: _required_choice(fields, "model", PARAMS)) or "producer"
    webhook = reading.get("", lambda: _parse_webhook(fields, signing_key))
    holder = PARAMS[model]
    reading.check_unknown_fields("", body, _TOP_LEVEL_FIELDS | {holder})
    params = body.get(holder)
    if params is not None and not isinstance(params, dict):
        reading.add_error(holder, "must be an object.")
    params = params if isinstance(params, dict) else {}
    details = _parse_details(reading, holder, RequestFields(params), model)
    if model == "producer":
        reading.check_unknown_fields(f"{holder}.", params, _PRODUCER_FIELDS)
    if reading.errors:
        raise InvalidBody(reading.errors)
    seed: str = details["seed"] or str(secrets.randbelow(2**32))
    return TaskOrder(
        kind="create_music",
        price=PRICES[model],
        typical_s=TYPICAL_S,
        details={**details, "sound": prompt, "seed": seed, "model": model},
        places=frozenset({"submit", "create"}),
        webhook=webhook,
        key=key,
        tracks=track_count(seed),
        asked=body,
    )


def track_count(seed: str) -> int:
    """Returns the number of tracks of a job: two for an even seed and one for an odd one.

    A seed that does not end in a digit counts by its CRC-32.
    """
    last = seed[-1:]
    number = int(last) if last.isascii() and last.isdigit() else crc32(seed.encode())
    return 2 if number % 2 == 0 else 1


class _BodyReader:
    """Reader that collects all errors instead of stopping at the first."""

    def __init__(self) -> None:
        self.errors: list[dict[str, str]] = []

    def add_error(self, path: str, problem: str) -> None:
        self.errors.append({"path": path, "message": problem})

    def get(self, prefix: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except FieldError as fault:
            self.add_error(f"{prefix}{fault.field}", fault.problem)
            return None

    def check_unknown_fields(
        self, prefix: str, body: dict[str, Any], known: frozenset[str]
    ) -> None:
        for name in sorted(body.keys() - known):
            self.add_error(f"{prefix}{name}", "is not a known field.")


def _parse_details(
    reading: _BodyReader, holder: str, fields: RequestFields, model: str
) -> dict[str, Any]:
    """Parses the fields under `producerParams` to those of the task service.

    Of `lyriaParams`, which the documents do not describe, only the common fields are read.
    """

    def get(read: Callable[[], T]) -> T | None:
        return reading.get(f"{holder}.", read)

    version = get(lambda: fields.choice("model_version", VERSIONS, DEFAULT_VERSION, "versions"))
    strengths = {
        name: get(lambda name=name, low=low: _parse_strength(fields, name, low))  # type: ignore[misc]
        for name, low in _STRENGTHS.items()
    }
    return {
        "mv": VERSIONS[version or DEFAULT_VERSION] if model == "producer" else model,
        "make_instrumental": get(lambda: fields.flag("instrumental")) or False,
        "lyrics": get(lambda: fields.text("lyrics", limit=LYRICS_LIMIT)),
        "title": get(lambda: fields.text("title", limit=TITLE_LIMIT)),
        "seed": get(lambda: fields.text("seed")),
        **{name: 0.5 if value is None else value for name, value in strengths.items()},
    }


def _parse_strength(fields: RequestFields, name: str, low: float) -> float | None:
    """Parses a number from low to 1 in steps of 0.05."""
    value = fields.number(name, low, 1)
    if value is not None and abs(value / STRENGTH_STEP - round(value / STRENGTH_STEP)) > 1e-6:
        raise FieldError(name, f"must be a multiple of {STRENGTH_STEP:g}.")
    return value


def _required_choice(fields: RequestFields, name: str, allowed: dict[str, str]) -> str:
    fields.required_text(name)
    return fields.choice(name, allowed, "", "models")


def _parse_webhook(fields: RequestFields, signing_key: str) -> WebhookSubscription | None:
    url = fields.webhook_address("webhookUrl") or fields.webhook_address("webhook_url")
    events = fields.text_list("webhookEvents")
    ends = {event.rpartition(".")[2] for event in events or EVENTS}
    if not ends <= EVENTS:
        raise FieldError("webhookEvents", f"is invalid. Allowed: {', '.join(sorted(EVENTS))}.")
    if url is None:
        return None
    return WebhookSubscription(
        url=url,
        secret=signing_key,
        signing="raw-body",
        noun="job",
        ends=frozenset(end for end in ("completed", "failed") if end in ends),
    )

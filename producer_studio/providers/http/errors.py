"""From an HTTP answer to a known fault, with a sentence for the musician.

The statuses are those of seed 000 ("status codes"), seed 003 section 8, seed 001 ("error
handling") and services.md; one mapping serves all dialects. What matters most is what an answer
proves about money. For a request that may be charged:

- 4xx: the request was read and declined; nothing was taken. The exception is a conflict (409): it
  is with a request that came before, perhaps this one, and that may have been taken.
- 503, and 521, 523, 525, 526 of a CDN: it never reached the service.
- 502 with `upstream_error` in the service's own JSON: declined, "please retry" (seed 003).
- 408, 500, other 502, 504 and any other 5xx: whatever stood in front gave up, or the service broke
  while working on it. It may have been taken, so it is never sent again without asking; unless it
  says that the credits were refunded (504, services.md).
"""

import logging
import re
from collections.abc import Mapping

from producer_studio.domain.errors import (
    CreditsExhausted,
    FailedByService,
    Fault,
    Nonsense,
    NotAuthorised,
    OutcomeUnknown,
    Refused,
    Retired,
    ServiceDown,
    TooBusy,
    UnknownTask,
)
from producer_studio.domain.operation import Operation
from producer_studio.providers.http.api_client import KEPT_OF_UNREADABLE, Answer
from producer_studio.providers.http.error_details import ServiceWords, read_words, says_refunded
from producer_studio.providers.http.retry_after import retry_after_s

log = logging.getLogger(__name__)

NEVER_ARRIVED = frozenset({503, 521, 523, 525, 526})

_CREDITS = re.compile(
    r"\bcredits?\b|\bbalance\b|insufficient|used.?up|\bquota\b|payment required", re.IGNORECASE
)
_NO_TASK = re.compile(r"\b(task|job)\b.{0,20}\bnot (be )?(found|exist)", re.IGNORECASE)
# What a gateway says that does not know where to pass a request on to.
_NO_ROUTE = re.compile(r"\b(route|routes|path|endpoint|page|url|upstream|host)\b", re.IGNORECASE)
MODERATION = re.compile(
    r"copyright|artist name|lyrics format|moderat|sensitive|inappropriate|violat|prohibited|"
    r"not allowed",
    re.IGNORECASE,
)
_RESET_ON_THE_WAY = re.compile(r"disconnect/reset|reset before|connection termination")

_CHALLENGES = frozenset({401, 403, 405, 406, 429, 503})
_CHALLENGE_LOOKED_AT = 64 * 1024
_CHALLENGE_WORDS = re.compile(
    rb"just a moment|attention required! \| cloudflare|cf-chl|challenge-platform|"
    rb"sorry, you have been blocked|ddos.?guard|_incapsula_|sucuri website firewall|"
    rb"g-recaptcha|h-captcha|hcaptcha\.com|px-captcha|verify (that )?you are (a )?human|"
    rb"checking your browser",
    re.IGNORECASE,
)

# What a body says of itself in words, as the status that it stands for.
_STATUS_OF_TYPE: Mapping[str, int] = {
    "validation_error": 400,
    "unauthorized": 401,
    "insufficient_credits": 402,
    "endpoint_retired": 410,
    "rate_limited": 429,
    "internal_error": 500,
    "upstream_error": 502,
    "bad_request": 400,
    "no_token": 401,
    "invalid_token": 401,
    "token_expired": 401,
    "token_mismatched": 401,
    "api_not_implemented": 400,
    "disabled": 400,
    "used_up": 403,
    "no_api": 404,
    "too_many_requests": 429,
    "api_error": 500,
}
_ABOUT_THE_KEY = frozenset({"no_token", "invalid_token", "token_expired", "token_mismatched"})
_NOT_OFFERED = frozenset({"api_not_implemented", "disabled", "no_api"})
_SAME_REQUEST = re.compile(r"idempoten", re.IGNORECASE)

FIELD_OF_WIRE_NAME: Mapping[str, str] = {
    "sound": "sound",
    "lyrics": "lyrics",
    "lyric": "lyrics",
    "title": "title",
    "mv": "model",
    "model": "model",
    "model_version": "model",
    "seed": "seed",
    "make_instrumental": "instrumental",
    "instrumental": "instrumental",
    "instruction": "instruction",
    "lyrics_strength": "lyrics_strength",
    "sound_strength": "sound_strength",
    "weirdness": "weirdness",
    "cover_strength": "cover_strength",
    "strength": "cover_strength",
    "clip_id": "source",
    "audio_id": "source",
    "starts_at": "starts_at_s",
    "continue_at": "starts_at_s",
    "replace_section_start": "starts_at_s",
    "ends_at": "ends_at_s",
    "replace_section_end": "ends_at_s",
    "length": "length_s",
    "cover_url": "cover_url",
    "audio_url": "audio_url",
    "prompt": "prompt",
    "preset": "preset",
    "format": "export_format",
    "task_type": "operation",
    "action": "operation",
    "custom": "lyrics",
    "webhook_url": "webhook_url",
    "webhookurl": "webhook_url",
    "webhookevents": "webhook_url",
    "callback_url": "webhook_url",
    "webhook_secret": "webhook_url",
}
# Ordinary words too, so they name a field only in quotes.
_ONLY_QUOTED = frozenset(
    {"format", "model", "prompt", "action", "custom", "length", "strength", "instruction"}
)
_QUOTED_NAME = re.compile(r"['\"`\u2018\u201c]([a-z_.]+)['\"`\u2019\u201d]")
_NAME = re.compile(r"\b[a-z_]+\b")
_MODEL_REFUSED = re.compile(
    r"\b(invalid|unsupported|unknown) model\b|"
    r"\bmodel\b.{0,40}\b((is|was|are) )?(invalid|unsupported|unknown|retired|deprecated|"
    r"not (supported|available|found|allowed|offered|valid|exist))\b",
    re.IGNORECASE,
)
_NO_SOURCE = re.compile(
    r"\b(clip|audio|song|track)\b.{0,20}\b(not|cannot) (be )?(found|exist)\b", re.IGNORECASE
)
# What moderation calls the text that the studio calls the sound.
_MODERATED_SOUND = re.compile(r"artist name|prompt|style|tags|description", re.IGNORECASE)


def recipe_field(wire_name: str) -> str:
    """The recipe's field behind a name on the wire, such as "producerParams.title"; or empty."""
    return FIELD_OF_WIRE_NAME.get(wire_name.lower().rpartition(".")[2], "")


def field_in(text: str) -> str:
    """The recipe's field that a service's words are about; empty when they name none."""
    for match in _QUOTED_NAME.finditer(text.lower()):
        if found := recipe_field(match[1]):
            return found
    if _MODEL_REFUSED.search(text):
        return "model"
    for match in _NAME.finditer(text.lower()):
        if match[0] in FIELD_OF_WIRE_NAME and match[0] not in _ONLY_QUOTED:
            return FIELD_OF_WIRE_NAME[match[0]]
    if _NO_SOURCE.search(text):
        return "source"
    if MODERATION.search(text) and _MODERATED_SOUND.search(text):
        return "sound"
    return ""


def refused_field(words: ServiceWords, operation: Operation | None = None) -> str:
    """The recipe's field that an answer refuses, by the names it gives or by its sentence.

    Args:
        operation: What was asked for, where it is known: services say prompt for the theme of
            lyrics and for the sound of a song.
    """
    found = next(filter(None, map(recipe_field, words.named)), "") or field_in(words.text)
    if operation is not None and found in {"prompt", "sound"}:
        return "prompt" if operation is Operation.LYRICS else "sound"
    return found


def is_challenge(answer: Answer) -> bool:
    """Whether a CDN in front of the service answers that it wants to see a browser.

    It then passes nothing on. Cloudflare says so in a header; its older pages, and those of
    others, are known by their words.
    """
    if answer.header("cf-mitigated").lower() == "challenge":
        return True
    if answer.header("x-amzn-waf-action").lower() in {"challenge", "captcha"}:
        return True
    if answer.status not in _CHALLENGES or "html" not in answer.header("content-type").lower():
        return False
    return is_challenge_page(answer.body)


def is_challenge_page(body: bytes) -> bool:
    """Whether a page wants to see a browser, by its words."""
    return bool(_CHALLENGE_WORDS.search(body[:_CHALLENGE_LOOKED_AT]))


def status_of(answer: Answer, words: ServiceWords) -> int:
    """The status that counts: the body's own when HTTP says all is well (services.md)."""
    if not 200 <= answer.status < 300:
        return answer.status
    if words.code is not None and words.code >= 300:
        return words.code
    return _STATUS_OF_TYPE.get(words.type, answer.status)


def fault_of(
    answer: Answer,
    *,
    service: str,
    paid: bool,
    about_task: bool = False,
    operation: Operation | None = None,
) -> Fault:
    """The fault behind an answer that is not a success.

    Args:
        answer: With a status outside 200 to 299, in HTTP or in its body.
        service: Its name in sentences.
        paid: Whether the request could cost credits.
        about_task: Whether a task was asked after, so that "not found" speaks of the task.
        operation: What was asked for, where there is such; finds the refused field.
    """
    words = read_words(answer)
    status = status_of(answer, words)
    if is_challenge(answer):
        kind: type[Fault] = ServiceDown
        nothing = " Nothing was charged." if paid else ""
        message = (
            f"What protects {service} took the request for that of a robot and let it not through"
            f"{' (HTTP ' + str(status) + ')' if status else ''}.{nothing} A VPN or a proxy is "
            "often the reason: switch it off or use another, then try again."
        )
        return kind(message, status=status, raw=answer.body[:KEPT_OF_UNREADABLE])
    if about_task and _is_about_a_task(status, words):
        kind = UnknownTask
        message = (
            f"{service} does not know this task. It may have been removed there, or belong to "
            "another account."
        )
    else:
        kind, message = _judged(status, words, service=service, paid=paid, task=about_task)
    return kind(
        message,
        service_words=words.text,
        trace_id=words.trace_id,
        field=_field(status, words, operation) if kind is Refused else "",
        status=status,
        retry_after_s=retry_after_s(answer.headers),
        raw=answer.body[:KEPT_OF_UNREADABLE],
    )


def unreadable(answer: Answer, *, service: str, paid: bool, why: str = "") -> Fault:
    """A success that cannot be understood; a paid one may have been taken.

    Args:
        why: What is wrong with it, for the log: the user is shown the service's own words only.
    """
    words = read_words(answer)
    log.info("Unreadable answer of %s (%d): %s", service, answer.status, why)
    kind: type[Fault] = OutcomeUnknown if paid else Nonsense
    after = (
        "The request may have been taken and charged. Check your account before you send it again."
        if paid
        else "Asking again costs nothing."
    )
    return kind(
        f"{service} answered with something that cannot be read. {after}",
        service_words=words.text,
        trace_id=words.trace_id,
        status=answer.status,
        raw=answer.body[:KEPT_OF_UNREADABLE],
    )


def _judged(
    status: int, words: ServiceWords, *, service: str, paid: bool, task: bool
) -> tuple[type[Fault], str]:
    nothing = " Nothing was charged." if paid else ""
    reason = f": \u201c{_short(words.text)}\u201d" if words.text else ""
    if status == 401 or (status in {400, 403} and words.type in _ABOUT_THE_KEY):
        return NotAuthorised, (
            f"{service} does not accept the key of this account{_expired(words)}.{nothing} Check "
            "the key in Settings."
        )
    if status == 402 or (status == 403 and _speaks_of_credits(words)):
        return CreditsExhausted, (
            f"This account has too few credits{_amounts(words)}.{nothing} Add credits at "
            f"{service}, or use another account."
        )
    # A page that says so comes from something in front of the service.
    if status == 410 and words.is_json:
        return Retired, (
            f"{service} no longer offers this.{nothing} Another account may still offer it."
        )
    if status == 429:
        return TooBusy, f"{service} is busy with other requests.{nothing} Try again later."
    if words.type in _NOT_OFFERED and status < 500:
        if task:
            return ServiceDown, f"{service} cannot be asked after this task at the moment."
        return Refused, (
            f"{service} does not offer this to the account at the moment{reason}.{nothing} Another "
            "account may offer it."
        )
    if paid and (status == 409 or (status == 422 and _SAME_REQUEST.search(words.text))):
        return OutcomeUnknown, (
            f"{service} says that this request has reached it before{reason}. It may have been "
            "taken and charged. Check your account before you send it again."
        )
    if 300 <= status < 400:
        return ServiceDown if task else Refused, (
            f"The address of {service} has moved.{nothing} Check the account's address in Settings."
        )
    if status in {404, 410} and task:
        return Nonsense, (
            f"The address of {service} answered with a page that is not its own. Asking again "
            "costs nothing."
        )
    if status in {404, 410} and not words.is_json:
        return Refused, (
            f"There is no {service} at this address.{nothing} Check the account's address in "
            "Settings."
        )
    if task and 400 <= status < 500:
        # It is the question that was refused: of the task this says nothing.
        return ServiceDown, (
            f"{service} does not say how this stands{reason}. Asking again costs nothing."
        )
    if 400 <= status < 500 and status != 408:
        return Refused, (
            f"{service} refused the request{reason}.{nothing} Change it and try again."
        )
    if not paid or _certainly_not_taken(status, words):
        return ServiceDown, f"{service} cannot answer at the moment.{nothing} Try again later."
    if says_refunded(words.text):
        return FailedByService, (
            f"{service} could not finish this{reason}. The credits were refunded. You can try "
            "again."
        )
    return OutcomeUnknown, (
        f"{service} broke off while it had the request{reason}. It may have been taken and "
        "charged. Check your account before you send it again."
    )


def _field(status: int, words: ServiceWords, operation: Operation | None) -> str:
    if words.type in _NOT_OFFERED:
        return "operation"
    return "" if 300 <= status < 400 else refused_field(words, operation)


def _expired(words: ServiceWords) -> str:
    return " any more: it has expired" if words.type == "token_expired" else ""


def _amounts(words: ServiceWords) -> str:
    amounts = ((words.remaining_credits, "left"), (words.required_credits, "needed"))
    known = [f"{amount:g} {word}" for amount, word in amounts if amount is not None]
    return f" ({', '.join(known)})" if known else ""


def _speaks_of_credits(words: ServiceWords) -> bool:
    # "The lyrics contain copyrighted content. Credits …" is about the lyrics all the same.
    if MODERATION.search(words.text):
        return False
    return bool(_CREDITS.search(words.text) or _CREDITS.search(words.type))


def _is_about_a_task(status: int, words: ServiceWords) -> bool:
    if status == 404:
        is_elsewhere = words.type in _NOT_OFFERED or _NO_ROUTE.search(words.text)
        return words.is_json and (bool(_NO_TASK.search(words.text)) or not is_elsewhere)
    return status == 400 and bool(_NO_TASK.search(words.text))


def _certainly_not_taken(status: int, words: ServiceWords) -> bool:
    if status == 502:
        return words.is_json and words.type == "upstream_error"
    # Some proxies also say 503 when the service hung up on them halfway.
    return status in NEVER_ARRIVED and not _RESET_ON_THE_WAY.search(words.text)


def _short(text: str, limit: int = 160) -> str:
    text = text.rstrip(".")
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "\u2026"

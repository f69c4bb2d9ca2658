"""Parser for responses of the musicapi family, in every documented revision.

Fields are parsed one by one; unknown ones are ignored. Sources: a submit in "MusicAPI, Producer
API" (`{"message", "task_id"}`; "MusicAPI, Producer examples" §11 adds `code`), a task in "MusicAPI,
Producer API" (by `code`) and "AI Music API, Producer API" §6 (by `status`), an entry of `data` in
"MusicAPI, Producer API" and "AI Music API, Producer API" §1.6, §2.3, §3.3, §4.3 and §5.3. `data` is
a list; "MusicAPI, Producer examples" §11 and §12 have a single object.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from producer_studio.domain.clip import MediaLinks
from producer_studio.domain.credits import Balance
from producer_studio.domain.field_reader import MAX_NAME_LENGTH
from producer_studio.domain.ids import RemoteId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.base import AcceptedTask, FinishedTask, PollResult, RemoteClip
from producer_studio.providers.http.decoding import (
    SOUND_LIMIT,
    TEXT_LIMIT,
    JsonFields,
    find_task_id,
)
from producer_studio.providers.http.error_details import (
    ErrorDetails,
    as_credits,
    parse_error_details,
)
from producer_studio.providers.http.rejected_field import MODERATION_PATTERN
from producer_studio.providers.http.response import Response
from producer_studio.providers.http.response_errors import (
    create_service_error,
    create_unreadable_error,
    resolve_status,
)
from producer_studio.providers.task_results import (
    DOCUMENTED_FAILURES,
    FAILED_STATES,
    RUNNING_STATES,
    SUCCEEDED_STATES,
    create_running_task,
    evaluate_failed_task,
    evaluate_finished_task,
    has_delivery,
    parse_entries,
)
from producer_studio.translation import mark

_TASK_FAILED_PATTERN = re.compile(r"\b(task|generation) (has )?failed|refunded", re.IGNORECASE)
# Error text that "MusicAPI, Producer API" has for a failed task, and any server sends during a
# temporary failure.
_VAGUE_PATTERN = re.compile(
    r"^(http )?(500 )?((an? )?(unknown|unexpected|internal) )?(server )?error( occurred)?\W*$|"
    r"^something went wrong\W*$",
    re.IGNORECASE,
)
_TASK_STATUSES = frozenset({500, 504})
# Errors about access rights and the caller's address: no reason to reject a song.
_ACCESS_PATTERN = re.compile(
    r"\b(ip|address|region|country|location|origin|network|vpn|proxy|method|api|key|token|account|"
    r"user|client|traffic|access|permission)\b",
    re.IGNORECASE,
)
_CONTENT_PATTERN = re.compile(
    r"lyric|prompt|sound|title|content|song|music|artist|copyright|style|\b(words?|text|tags?)\b",
    re.IGNORECASE,
)


def parse_submit(response: Response, recipe: Recipe, service: str) -> AcceptedTask:
    """Parses the id of an accepted task, or of one rejected after its creation.

    Raises:
        ServiceError: As `create_service_error`; OutcomeUnknown when a success cannot be parsed or
            has no task id.
    """
    details = parse_error_details(response)
    task = find_task_id(response.json, "task_id", "taskId")
    if task is not None:
        return AcceptedTask(task, remaining_credits=details.remaining_credits)
    if not 200 <= resolve_status(response, details) < 300:
        raise create_service_error(
            response, service=service, paid=True, operation=recipe.operation, details=details
        )
    raise create_unreadable_error(
        response, service=service, paid=True, reason=mark("The response has no task id.")
    )


def parse_poll(response: Response, recipe: Recipe, service: str) -> PollResult:
    """Parses the state of a task.

    Raises:
        ServiceError: The response does not describe the task itself.
    """
    details = parse_error_details(response)
    status = resolve_status(response, details)
    task = JsonFields(response.json, "task")
    phase = task.text("status").upper()[:40]
    entries = task.nested_list("data")
    found = parse_entries(entries, lambda some: _parse_clips(some, recipe), recipe)
    is_not_ready = details.type == "not_ready" or status == 202 or details.code == 202
    # Available audio decides: codes and types beside it are optional and may contradict it.
    if has_delivery(found, recipe) and phase not in FAILED_STATES and status < 300:
        if phase in RUNNING_STATES or (is_not_ready and not _says_success(phase, found)):
            phase = phase or "RUNNING"
        else:
            phase = ""
        return evaluate_finished_task(
            found, response, details, status, recipe, service, running_phase=phase
        )
    if is_not_ready:
        return create_running_task(response, "")
    if _is_task_error(response, details, status):
        ended = evaluate_failed_task(found, response, details, status, recipe, service)
        if isinstance(ended, FinishedTask):
            return ended
        return replace(
            ended, is_vague=not details.text or bool(_VAGUE_PATTERN.search(details.text))
        )
    if not 200 <= status < 300:
        if has_delivery(found, recipe):
            return evaluate_failed_task(found, response, details, status, recipe, service)
        raise create_service_error(
            response,
            service=service,
            paid=False,
            about_task=True,
            operation=recipe.operation,
            details=details,
        )
    if not isinstance(response.json, dict):
        raise create_unreadable_error(
            response, service=service, paid=False, reason=mark("The response is not a task.")
        )
    if phase in FAILED_STATES:
        ended = evaluate_failed_task(
            found, response, details, status, recipe, service, refunded=phase == "FAILED"
        )
        if isinstance(ended, FinishedTask):
            return ended
        return replace(ended, is_vague=phase not in DOCUMENTED_FAILURES)
    if phase in RUNNING_STATES:
        return create_running_task(response, phase)
    if phase and phase not in SUCCEEDED_STATES and not entries:
        # An undocumented phase; polling again is free.
        return create_running_task(response, phase)
    return evaluate_finished_task(found, response, details, status, recipe, service)


def _says_success(phase: str, found: Sequence[tuple[str, RemoteClip]]) -> bool:
    """Whether a response reports the task, or each of its entries, as finished."""
    if phase:
        return phase in SUCCEEDED_STATES
    return all(state.strip().upper() in SUCCEEDED_STATES for state, _ in found)


def parse_balance(response: Response, service: str) -> Balance:
    """Parses the balance, flat: `{"credits": 50, "extra_credits": 0}` (.github/docs/services.md).

    Raises:
        ServiceError: The response is an error, or cannot be used.
    """
    if not 200 <= resolve_status(response, parse_error_details(response)) < 300:
        raise create_service_error(response, service=service, paid=False)
    fields = JsonFields(response.json, "credits")
    amount = as_credits(fields.number("credits"))
    if amount is None:
        raise create_unreadable_error(
            response, service=service, paid=False, reason=mark("The balance is not a number.")
        )
    return Balance(credits=amount, extra=as_credits(fields.number("extra_credits")) or 0.0)


def _is_task_error(response: Response, details: ErrorDetails, status: int) -> bool:
    """Whether an error is about the task rather than about the poll.

    "MusicAPI, Producer API" reports a failed task as `{"code": 500, "error": …}` without a `type`;
    an error of the poll itself has a `type` and no `code` (AI Music API, Producer API, §8). 504 is
    from .github/docs/services.md. Gateways write 502 and 503 into a body of their own.
    """
    if not details.is_json or status < 400:
        return False
    if status >= 500:
        in_body_alone = 200 <= response.status < 300 and details.code is not None
        bare = details.code is not None and not details.type
        is_own = status in _TASK_STATUSES and (in_body_alone or bare)
        return is_own or bool(_TASK_FAILED_PATTERN.search(details.text))
    if status not in {400, 403, 422} or not MODERATION_PATTERN.search(details.text):
        return False
    return bool(_CONTENT_PATTERN.search(details.text)) or not _ACCESS_PATTERN.search(details.text)


def _parse_clips(entries: Sequence[JsonFields], recipe: Recipe) -> list[tuple[str, RemoteClip]]:
    """Parses each entry with its own state."""
    return [(entry.text("state"), _parse_clip(entry, recipe)) for entry in entries]


def _parse_clip(entry: JsonFields, recipe: Recipe) -> RemoteClip:
    remote_id = entry.identifier("clip_id", "lyrics_id")
    exported = recipe.operation is Operation.EXPORT
    texts = ("lyrics", "lyric", "text") if recipe.operation is Operation.LYRICS else ("lyrics",)
    return RemoteClip(
        remote_id=RemoteId(remote_id) if remote_id else None,
        title=entry.text("title"),
        sound=entry.text("sound", joined_by=", ", limit=SOUND_LIMIT),
        lyrics=entry.text(*texts, joined_by="\n", limit=TEXT_LIMIT),
        model=entry.text("mv", limit=MAX_NAME_LENGTH),
        seed=entry.text("seed", limit=MAX_NAME_LENGTH),
        duration_s=entry.duration_s("duration"),
        created_at=entry.time("created_at"),
        note=entry.text("note", limit=TEXT_LIMIT),  # Demo Studio's alone
        links=MediaLinks(
            # Some responses have only the WAV.
            audio=entry.link("audio_url", "wav_url"),
            wav=entry.link("wav_url"),
            image=entry.link("image_url"),
            video=entry.link("video_url"),
        ),
        file_format=(entry.text("format") or recipe.export_format or "mp3") if exported else "",
    )

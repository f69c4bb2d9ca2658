"""Parser for responses of Apiframe (Apiframe, Producer; .github/docs/services.md).

Fields are parsed one by one; unknown ones are ignored.
"""

from dataclasses import dataclass
from datetime import datetime

from producer_studio.domain.clip import MediaLinks
from producer_studio.domain.credits import Balance, format_credits, is_plausible_price
from producer_studio.domain.errors import EmptyResult, ErrorKind, ErrorRecord, InvalidResponse
from producer_studio.domain.ids import RemoteId, TaskId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.base import (
    AcceptedTask,
    FailedTask,
    FinishedTask,
    FoundTask,
    PollResult,
    RemoteClip,
)
from producer_studio.providers.http.decoding import (
    ITEMS_LIMIT,
    SOUND_LIMIT,
    JsonFields,
    find_task_id,
    is_task_id,
)
from producer_studio.providers.http.error_details import as_credits, parse_error_details
from producer_studio.providers.http.refunds import is_refunded
from producer_studio.providers.http.rejected_field import MODERATION_PATTERN, find_field_in_text
from producer_studio.providers.http.response import RAW_BODY_LIMIT_BYTES, Response
from producer_studio.providers.http.response_errors import (
    create_service_error,
    create_unreadable_error,
)
from producer_studio.providers.http.server_time import stored_age_s
from producer_studio.providers.task_results import (
    CANCELLED_STATES,
    DOCUMENTED_FAILURES,
    FAILED_STATES,
    RUNNING_STATES,
    SUCCEEDED_STATES,
    create_failed_task,
    create_running_task,
    limit_clips,
    partial_message,
    rejection_message,
)
from producer_studio.translation import mark, sentences

_OWN_MODEL_WORDS = ("producer", "fuzz", "riffusion")
"""Words that identify this kind of model in a list; the name may also be missing."""


@dataclass(frozen=True, slots=True)
class JobPage:
    """One page of the list of past jobs.

    Attributes:
        tasks: Jobs of this kind of model only, as far as model names are known here; one whose id
            cannot be parsed has an empty one.
        times: Creation time of each job of the page, in the page's order.
        next_cursor: Empty on the last page.
    """

    tasks: tuple[FoundTask, ...]
    times: tuple[datetime, ...]
    next_cursor: str


def parse_submit(response: Response, service: str) -> AcceptedTask:
    """Parses the id of an accepted job, or of one rejected after its creation.

    Raises:
        ServiceError: As `create_service_error`; OutcomeUnknown when a success cannot be parsed or
            names no job.
    """
    # A repeated key returns the first job (Apiframe, Producer: submission response).
    task = find_task_id(response.json, "jobId", "job_id")
    if task is not None:
        return AcceptedTask(task)
    if not 200 <= response.status < 300:
        raise create_service_error(response, service=service, paid=True, operation=Operation.CREATE)
    raise create_unreadable_error(
        response, service=service, paid=True, reason=mark("The response has no job id.")
    )


def parse_poll(response: Response, recipe: Recipe, service: str) -> PollResult:
    """Parses the state of a job.

    Raises:
        ServiceError: The response does not describe the job itself.
    """
    details = parse_error_details(response)
    job = JsonFields(response.json, "job")
    has_sound = any(clip.links.audio for clip in _parse_clips(job, recipe))
    if not has_sound:
        if response.status >= 500 and is_refunded(details.text):
            return create_failed_task(response, details, response.status, recipe, service)
        job = _parse_job(response, service)
    phase = job.text("status").upper()[:40]
    if phase in FAILED_STATES and not has_sound:
        return _parse_failed_job(response, job, service, phase)
    if phase in RUNNING_STATES:
        preview = _parse_finished_job(response, job, recipe, service) if has_sound else None
        return create_running_task(
            response,
            phase,
            _parse_progress(job.number("progress")),
            preview if isinstance(preview, FinishedTask) else None,
        )
    # Whatever the status is: a job that has its audio is finished.
    if phase in SUCCEEDED_STATES or has_sound:
        return _parse_finished_job(response, job, recipe, service)
    if not phase:
        raise create_unreadable_error(
            response, service=service, paid=False, reason=mark("The job has no status.")
        )
    # An undocumented phase; polling again is free.
    return create_running_task(response, phase)


def parse_found_task(response: Response, service: str) -> FoundTask:
    """Parses a job of the list with its request, which the list itself omits.

    Raises:
        ServiceError: The response is an error, or has no id of a job.
    """
    found = _parse_listed_job(_parse_job(response, service))
    if not found.task:
        raise create_unreadable_error(
            response, service=service, paid=False, reason=mark("The job has no id.")
        )
    return found


def parse_job_page(response: Response, service: str) -> JobPage:
    """Parses one page of the list. Raises `ServiceError`s, also without a valid next cursor.

    A job whose id cannot be parsed is in the list without one.
    """
    if not 200 <= response.status < 300:
        raise create_service_error(response, service=service, paid=False)
    page = JsonFields(response.json, "page")
    listed = page.raw("jobs")
    if not isinstance(listed, list) or len(listed) > ITEMS_LIMIT:
        raise create_unreadable_error(
            response,
            service=service,
            paid=False,
            reason=mark("The response is not a list of jobs."),
        )
    if stored_age_s(response.headers) > 0:
        # It may be older than the job that is searched for, which would seem not to be accepted.
        raise InvalidResponse(
            mark(
                "A cache between this computer and {service} sent an old list of past songs. "
                "Checking again is free.",
                service=service,
            )
        )
    cursor = page.identifier("nextCursor")
    more = page.flag("hasMore")
    if not cursor and (more or page.raw("nextCursor")):
        why = mark("The response announces more jobs, but gives no cursor to them.")
        raise create_unreadable_error(response, service=service, paid=False, reason=why)
    jobs = [JsonFields(entry, "job") for entry in listed]
    # When no model name is known, the names give no information, and no job is omitted.
    own = [job for job in jobs if _may_be_own_model(job.text("model"))] or jobs
    times = (job.time("createdAt") for job in jobs)
    return JobPage(
        tasks=tuple(_parse_listed_job(job) for job in own),
        times=tuple(time for time in times if time is not None),
        next_cursor="" if more is False else cursor,
    )


def parse_balance(response: Response, service: str) -> Balance:
    """Parses the team's balance. Raises `ServiceError`s."""
    if not 200 <= response.status < 300:
        raise create_service_error(response, service=service, paid=False)
    amount = as_credits(JsonFields(response.json, "me").nested("team").number("credits"))
    if amount is None:
        raise create_unreadable_error(
            response, service=service, paid=False, reason=mark("The balance is not a number.")
        )
    return Balance(credits=amount)


def _parse_job(response: Response, service: str) -> JsonFields:
    if not 200 <= response.status < 300:
        raise create_service_error(response, service=service, paid=False, about_task=True)
    if not isinstance(response.json, dict):
        raise create_unreadable_error(
            response, service=service, paid=False, reason=mark("The response is not a job.")
        )
    return JsonFields(response.json, "job")


def _may_be_own_model(name: str) -> bool:
    folded = name.strip().casefold()
    return not folded or any(word in folded for word in _OWN_MODEL_WORDS)


def _parse_progress(percent: float | None) -> float | None:
    return percent / 100 if percent is not None and 0 <= percent <= 100 else None


def _parse_failed_job(response: Response, job: JsonFields, service: str, phase: str) -> FailedTask:
    """Creates the result of a job without clips: only a success is charged (Apiframe, Producer)."""
    details = parse_error_details(response)
    cost = job.number("creditCost")
    is_cancelled = phase in CANCELLED_STATES
    # The rule is about failures; the cost of any other end is known only where it is stated.
    came_back = True if cost == 0 or (cost is None and phase == "FAILED") else None
    if cost is None and is_refunded(details.text) is False:
        came_back = False
    if came_back:
        money = mark("Nothing was charged. You can try again.")
    elif came_back is False:
        money = mark("The credits were not refunded.")
    elif cost is not None and is_plausible_price(cost):
        money = mark(
            "It reports a charge of {amount} all the same: check your balance.",
            amount=format_credits(cost),
        )
    else:
        money = mark("It did not report whether this was charged: check your balance.")
    moderated = not is_cancelled and bool(MODERATION_PATTERN.search(details.text))
    if is_cancelled:
        what = mark("This was cancelled at {service}.", service=service)
    elif moderated:
        what = rejection_message(service, details)
    else:
        what = mark("{service} could not finish this.", service=service)
    return FailedTask(
        error=ErrorRecord(
            kind=ErrorKind.REQUEST_REJECTED if moderated else ErrorKind.FAILED_BY_SERVICE,
            message=sentences(what, money),
            service_words=details.text,
            trace_id=details.trace_id,
            field=find_field_in_text(details.text) if moderated else "",
            status=response.status,
        ),
        refunded=came_back,
        raw=response.body[:RAW_BODY_LIMIT_BYTES],
        is_vague=phase not in DOCUMENTED_FAILURES,
        charged_credits=None if came_back else cost,
    )


def _parse_finished_job(
    response: Response, job: JsonFields, recipe: Recipe, service: str
) -> PollResult:
    clips = _parse_clips(job, recipe)
    expired = bool(job.flag("expired"))
    good = [clip for clip in clips if clip.remote_id is not None or clip.links.audio]
    raw = response.body[:RAW_BODY_LIMIT_BYTES]
    if not good and expired:
        return FailedTask(
            ErrorRecord(
                kind=ErrorKind.FAILED_BY_SERVICE,
                message=mark(
                    "{service} finished this and has since deleted the song: it stores songs for "
                    "one day "
                    "only. It was charged. Ask the service's support for it.",
                    service=service,
                ),
                service_words=parse_error_details(response).text,
                status=response.status,
            ),
            refunded=False,
            raw=raw,
            charged_credits=job.number("creditCost"),
        )
    if not good:
        why = mark("Finished, but without a usable result.")
        raise create_unreadable_error(
            response, service=service, paid=False, reason=why, free_kind=EmptyResult
        )
    note = ""
    if expired:
        note = mark(
            "{service} has deleted the files of this song: it stores them for one day only. The "
            "song's details are kept.",
            service=service,
        )
    elif (
        len(good) < len(clips)
        or not all(clip.links.audio for clip in good)
        or job.text("status").upper() in FAILED_STATES
    ):
        note = partial_message(service)
    done = FinishedTask(
        clips=tuple(good),
        charged_credits=job.number("creditCost"),
        raw=raw,
        message=note,
        is_expired=expired,
    )
    return limit_clips(done, service)


def _parse_clips(job: JsonFields, recipe: Recipe) -> list[RemoteClip]:
    return [_parse_clip(track, job, recipe) for track in _parse_tracks(job)]


def _parse_tracks(job: JsonFields) -> list[JsonFields]:
    """Parses the tracks of a job's result.

    .github/docs/services.md shows `{"tracks": […]}`; "Apiframe, Producer" only states that the URLs
    are in the result. So it may also be a track, or contain tracks under other names.
    """
    result = job.document("result")
    fields = JsonFields(result, "result")
    entries = fields.document("tracks") if "tracks" in fields else result
    if entries is None or entries == "":
        return []
    tracks = [
        JsonFields(entry if isinstance(entry, dict) else {"audioUrl": entry}, "track")
        for entry in (entries[:ITEMS_LIMIT] if isinstance(entries, list) else [entries])
    ]
    if any(_find_audio(track) for track in tracks):
        return tracks
    # Without a sound an object that has no id of its own is no track.
    wrappers = [track for track in tracks if not track.identifier("id")]
    inner = [one for wrapper in wrappers for one in wrapper.inner_objects() if _find_audio(one)]
    return inner or [track for track in tracks if "tracks" in fields or track.identifier("id")]


def _find_audio(track: JsonFields) -> str:
    """Returns the URL of a track's sound."""
    return track.link("audioUrl", "audio_url", "url", "urls")


def _parse_clip(track: JsonFields, job: JsonFields, recipe: Recipe) -> RemoteClip:
    remote_id = track.identifier("id")
    return RemoteClip(
        remote_id=RemoteId(remote_id) if remote_id else None,
        title=track.text("title"),
        # The user's own text is more precise than the tags derived from it.
        sound=recipe.sound or track.text("tags", joined_by=", ", limit=SOUND_LIMIT),
        duration_s=track.duration_s("duration"),
        created_at=job.time("completedAt", "createdAt"),
        links=MediaLinks(audio=_find_audio(track), image=track.link("imageUrl")),
    )


def _parse_listed_job(job: JsonFields) -> FoundTask:
    """Parses a job of the list; its parameters may be in `input`, at the top level, or missing.

    No document specifies this.
    """
    request = job.nested("input") if isinstance(job.raw("input"), dict) else job
    inner = next((name for name in ("producerParams", "params") if request.raw(name)), "")
    params = request.nested(inner) if isinstance(request.raw(inner), dict) else request
    task = job.identifier("id")
    return FoundTask(
        task=TaskId(task if is_task_id(task) else ""),
        created_at=job.time("createdAt"),
        title=params.scalar_text("title"),
        prompt=request.scalar_text("prompt"),
        lyrics=params.scalar_text("lyrics"),
        seed=params.scalar_text("seed"),
        status=job.text("status").upper()[:40],
    )

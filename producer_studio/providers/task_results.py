"""How a task ends: with clips, with some of them, or with none; the same for every dialect."""

from collections.abc import Sequence
from dataclasses import replace

from producer_studio.domain.errors import FaultKind, FaultRecord, Nonsense
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.base import Failed, Finished, LookAnswer, RemoteClip, Working
from producer_studio.providers.http.api_client import KEPT_OF_UNREADABLE, Answer
from producer_studio.providers.http.error_details import ServiceWords, says_refunded
from producer_studio.providers.http.errors import MODERATION, refused_field, unreadable
from producer_studio.providers.http.retry_after import retry_after_s

WORKING = frozenset({"PENDING", "RUNNING", "QUEUED", "PROCESSING", "SUBMITTED", "STARTED"})
FAILED = frozenset({"FAILED", "FAILURE", "ERROR", "CANCELLED", "CANCELED"})
SUCCEEDED = frozenset({"SUCCESS", "SUCCEEDED", "COMPLETED", "COMPLETE"})

MOST_CLIPS = 48
"""Of one task. Services make one or two, and some twenty stems; thousands are an attack."""


def working(answer: Answer, phase: str, progress: float | None = None) -> Working:
    """Not done yet; with how long the service asks to be left alone."""
    return Working(progress=progress, note=phase, retry_after_s=retry_after_s(answer.headers))


def failed(
    answer: Answer,
    words: ServiceWords,
    status: int,
    recipe: Recipe,
    service: str,
    *,
    refunded: bool = False,
) -> Failed:
    """A task that ended without a result.

    Args:
        words: What the service says of the end, wherever in the answer it says so.
        refunded: Whether the way in which it ended means that the credits are back.
    """
    said = says_refunded(words.text)
    came_back = said if said is not None else refunded or None
    money = {
        True: "The credits were refunded. You can try again.",
        False: "The credits were not refunded.",
        None: "It did not say whether the credits came back: check your balance.",
    }[came_back]
    moderated = bool(MODERATION.search(words.text))
    message = (
        f"{service} refused this after taking it: \u201c{words.text.rstrip('.')[:160]}\u201d. "
        if moderated
        else f"{service} could not finish this. "
    )
    return Failed(
        fault=FaultRecord(
            kind=FaultKind.REFUSED if moderated else FaultKind.FAILED_BY_SERVICE,
            message=message + money,
            service_words=words.text,
            trace_id=words.trace_id,
            field=refused_field(words, recipe.operation) if moderated else "",
            status=status,
        ),
        refunded=came_back,
        raw=answer.body[:KEPT_OF_UNREADABLE],
    )


def finished(
    found: Sequence[tuple[str, RemoteClip]],
    answer: Answer,
    words: ServiceWords,
    status: int,
    recipe: Recipe,
    service: str,
) -> LookAnswer:
    """What a task delivered that the service calls done.

    Args:
        found: Each entry of the answer with the state that it names for itself, which may be empty.

    Raises:
        Nonsense: Nothing usable is among them.
    """
    states = [state.strip().upper() for state, _ in found]
    if found and all(state in FAILED for state in states):
        return failed(answer, words, status, recipe, service)
    good = [
        clip
        for (_, clip), state in zip(found, states, strict=True)
        if state not in FAILED and _is_something(clip, recipe)
    ]
    silent = sum(_is_silent(clip, recipe) for clip in good)
    if good and silent == len(good) and any(state in WORKING for state in states):
        return working(answer, "RUNNING")
    if not good:
        raise unreadable(
            answer, service=service, paid=False, why="Done, but nothing usable was delivered."
        )
    missing = len(found) - len(good) + silent
    note = f"{service} delivered only part of this." if missing else ""
    return limited(Finished(tuple(good), raw=answer.body[:KEPT_OF_UNREADABLE], note=note), service)


def failed_or_partly(
    found: Sequence[tuple[str, RemoteClip]],
    answer: Answer,
    words: ServiceWords,
    status: int,
    recipe: Recipe,
    service: str,
    *,
    refunded: bool = False,
) -> Finished | Failed:
    """Read the result of a failed task: the clips it delivered all the same, else the failure.

    Args:
        found: As in `finished`.
        refunded: As in `failed`.
    """
    # The id is all that an upload is for; of a song it is none.
    by_id = recipe.operation is Operation.UPLOAD
    heard = [(state, clip) for state, clip in found if by_id or not _is_silent(clip, recipe)]
    try:
        partly = finished(heard, answer, words, status, recipe, service)
    except Nonsense:
        partly = None
    if not isinstance(partly, Finished):
        return failed(answer, words, status, recipe, service, refunded=refunded)
    said = f" It said: \u201c{words.text.rstrip('.')}\u201d." if words.text else ""
    return replace(partly, note=f"{service} delivered only part of this.{said}")


def limited(finished: Finished, service: str) -> Finished:
    """The result with as many clips as a task can have, and a note about the rest."""
    count = len(finished.clips)
    if count <= MOST_CLIPS:
        return finished
    note = (
        f"{service} delivered {count} clips for one request, which cannot be right. The first "
        f"{MOST_CLIPS} were taken. {finished.note}"
    )
    return replace(finished, clips=finished.clips[:MOST_CLIPS], note=note.strip())


def _is_something(clip: RemoteClip, recipe: Recipe) -> bool:
    """Whether an entry delivers what was asked for, or at least a name to ask by."""
    match recipe.operation:
        case Operation.LYRICS:
            return bool(clip.lyrics)
        case Operation.VIDEO:
            return bool(clip.links.video)
        case Operation.EXPORT:
            return bool(clip.links.audio)
        case Operation.UPLOAD:
            return clip.remote_id is not None
        case _:
            return clip.remote_id is not None or not _is_silent(clip, recipe)


def _is_silent(clip: RemoteClip, recipe: Recipe) -> bool:
    """Whether sound was asked for and is missing."""
    return recipe.operation.makes_audio and not (clip.links.audio or clip.links.archive)

"""Answers of the musicapi family, in every revision that the documents show.

Fields are read one by one; unknown ones are ignored. Where they are shown: a submit in seed 000
(`{"message", "task_id"}`; seed 002 section 11 adds `code`), a task in seed 000 (by `code`) and
seed 003 section 6 (by `status`), an entry of `data` in seed 000 and seed 003 sections 1.6, 2.3,
3.3, 4.3 and 5.3. `data` is a list; seed 002 sections 11 and 12 write a bare object.
"""

import re
from dataclasses import replace

from producer_studio.domain.clip import MediaLinks
from producer_studio.domain.credits import Balance
from producer_studio.domain.ids import RemoteId, TaskId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.base import Accepted, Finished, LookAnswer, RemoteClip
from producer_studio.providers.http.api_client import Answer
from producer_studio.providers.http.decoding import Fields, is_task_id
from producer_studio.providers.http.error_details import ServiceWords, as_amount, read_words
from producer_studio.providers.http.errors import MODERATION, fault_of, status_of, unreadable
from producer_studio.providers.task_results import (
    FAILED,
    SUCCEEDED,
    WORKING,
    failed_or_partly,
    finished,
    working,
)

_TASK_FAILED = re.compile(r"\b(task|generation) (has )?failed|refunded", re.IGNORECASE)
# What seed 000 shows for a failed task, and any server says when it breaks for a moment.
_VAGUE = re.compile(
    r"^(http )?(500 )?((an? )?(unknown|unexpected|internal) )?(server )?error( occurred)?\W*$|"
    r"^something went wrong\W*$",
    re.IGNORECASE,
)
_STATUSES_OF_TASKS = frozenset({500, 504})
# Who may ask, and from where: nothing that a song could be refused for.
_ABOUT_ACCESS = re.compile(
    r"\b(ip|address|region|country|location|origin|network|vpn|proxy|method|api|key|token|account|"
    r"user|client|traffic|access|permission)\b",
    re.IGNORECASE,
)
_ABOUT_CONTENT = re.compile(
    r"lyric|prompt|sound|title|content|song|music|artist|copyright|style|\b(words?|text|tags?)\b",
    re.IGNORECASE,
)


def read_submit(answer: Answer, recipe: Recipe, service: str) -> Accepted:
    """The task id of an accepted request.

    Raises:
        Fault: As `fault_of`; OutcomeUnknown when a success cannot be read or has no task id.
    """
    words = read_words(answer)
    status = status_of(answer, words)
    task = Fields(answer.document, "submit").identifier("task_id")
    # A server error that names a task was raised after the task was made: watch it.
    taken = 200 <= answer.status < 300 and (words.code is None or words.code < 300)
    if (taken or status >= 500) and is_task_id(task):
        return Accepted(TaskId(task), remaining_credits=words.remaining_credits)
    if not 200 <= status < 300:
        raise fault_of(answer, service=service, paid=True, operation=recipe.operation)
    raise unreadable(answer, service=service, paid=True, why="The answer names no task.")


def read_look(answer: Answer, recipe: Recipe, service: str) -> LookAnswer:
    """What has become of a task.

    Raises:
        Fault: The answer says nothing about the task itself.
    """
    words = read_words(answer)
    status = status_of(answer, words)
    if words.type == "not_ready" or status == 202 or words.code == 202:
        return working(answer, "")
    task = Fields(answer.document, "task")
    entries = task.items("data")
    found = [(entry.text("state"), _clip(entry, recipe)) for entry in entries]
    if _ended(answer, words, status):
        ended = failed_or_partly(found, answer, words, status, recipe, service)
        if isinstance(ended, Finished):
            return ended
        return replace(ended, is_vague=not words.text or bool(_VAGUE.search(words.text)))
    if not 200 <= status < 300:
        raise fault_of(
            answer, service=service, paid=False, about_task=True, operation=recipe.operation
        )
    if not isinstance(answer.document, dict):
        raise unreadable(answer, service=service, paid=False, why="This is no task.")
    phase = task.text("status").upper()[:40]
    if phase in FAILED:
        refunded = phase == "FAILED"
        return failed_or_partly(found, answer, words, status, recipe, service, refunded=refunded)
    if phase in WORKING:
        return working(answer, phase)
    if phase and phase not in SUCCEEDED and not entries:
        # A phase that no document names; looking again is free.
        return working(answer, phase)
    return finished(found, answer, words, status, recipe, service)


def read_credits(answer: Answer, service: str) -> Balance:
    """The balance, flat: `{"credits": 50, "extra_credits": 0}` (services.md). Raises `Fault`s."""
    if not 200 <= status_of(answer, read_words(answer)) < 300:
        raise fault_of(answer, service=service, paid=False)
    told = Fields(answer.document, "credits")
    amount = as_amount(told.number("credits"))
    if amount is None:
        raise unreadable(answer, service=service, paid=False, why="The balance is not a number.")
    return Balance(credits=amount, extra=as_amount(told.number("extra_credits")) or 0.0)


def _ended(answer: Answer, words: ServiceWords, status: int) -> bool:
    """Whether an error speaks of the task rather than of the question about it.

    Seed 000 reports a failed task as `{"code": 500, "error": …}` without a `type`; trouble with the
    request itself has a `type` and no `code` (seed 003 section 8). 504 is services.md. Gateways
    write 502 and 503 into a body of their own.
    """
    if not words.is_json or status < 400:
        return False
    if status >= 500:
        in_body_alone = 200 <= answer.status < 300 and words.code is not None
        bare = words.code is not None and not words.type
        is_own = status in _STATUSES_OF_TASKS and (in_body_alone or bare)
        return is_own or bool(_TASK_FAILED.search(words.text))
    if status not in {400, 403, 422} or not MODERATION.search(words.text):
        return False
    return bool(_ABOUT_CONTENT.search(words.text)) or not _ABOUT_ACCESS.search(words.text)


def _clip(entry: Fields, recipe: Recipe) -> RemoteClip:
    remote_id = entry.identifier("clip_id", "lyrics_id")
    exported = recipe.operation is Operation.EXPORT
    return RemoteClip(
        remote_id=RemoteId(remote_id) if remote_id else None,
        title=entry.text("title"),
        sound=entry.text("sound", joined_by=", "),
        lyrics=entry.text("lyrics", joined_by="\n"),
        model=entry.text("mv"),
        seed=entry.text("seed"),
        duration_s=entry.length_s("duration"),
        created_at=entry.time("created_at"),
        links=MediaLinks(
            # Some answers have only the WAV.
            audio=entry.link("audio_url", "wav_url"),
            wav=entry.link("wav_url"),
            image=entry.link("image_url"),
            video=entry.link("video_url"),
        ),
        file_format=(entry.text("format") or recipe.export_format or "mp3") if exported else "",
    )

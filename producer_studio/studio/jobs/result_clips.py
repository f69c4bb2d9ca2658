"""Clips of a job, as built from the results of its task."""

from collections.abc import Sequence
from datetime import UTC, datetime

from producer_studio.domain.clip import AudioMeasurements, Clip, MediaState
from producer_studio.domain.ids import new_clip_id
from producer_studio.domain.job import Job
from producer_studio.domain.media_note import parse_media_note
from producer_studio.domain.operation import Operation
from producer_studio.providers.base import RemoteClip
from producer_studio.studio.jobs.download import ResultRef
from producer_studio.translation import tr

ARCHIVE_STEP = 100
"""Difference between the positions of the first stems of two archives of a job.

It is larger than the number of stems that an archive may contain.
"""


def group_by_archive(job: Job, clips: Sequence[Clip]) -> list[list[Clip]]:
    """Groups those clips of a job whose audio is delivered in archives by their archive."""
    if job.recipe.operation is not Operation.STEMS:
        return []
    has_audio = any(clip.links.audio for clip in clips)
    groups: dict[int, list[Clip]] = {}
    for clip in clips:
        if clip.links.archive or not has_audio:
            groups.setdefault(result_index(clip), []).append(clip)
    return [groups[index] for index in sorted(groups)]


def result_index(clip: Clip) -> int:
    """Returns the 0-based index of the result that a clip belongs to among those of its job."""
    if clip.operation is not Operation.STEMS:
        return clip.position
    if clip.position >= ARCHIVE_STEP:
        return clip.position // ARCHIVE_STEP
    return 0 if clip.stem and not clip.links.audio else clip.position


def result_ref(clip: Clip) -> ResultRef:
    """Returns a reference to the result that a clip belongs to."""
    return ResultRef(result_index(clip), clip.remote_id)


def result_position(index: int, results: Sequence[RemoteClip]) -> int:
    """Returns the position of a result's clip among those of its job.

    The stems of an archive follow the position of its result.
    """
    return index * ARCHIVE_STEP if any(one.links.archive for one in results) else index


def find_clip(clips: Sequence[Clip], index: int, position: int) -> Clip | None:
    """Returns the clip of a result, as given by `result_position`, among all clips of its job."""
    for clip in clips:
        if clip.position == position:
            return clip
    # Earlier versions numbered the results of several archives like those of songs.
    return next((one for one in clips if not one.stem and one.position == index), None)


def build_clip(
    job: Job, result: RemoteClip, index: int, count: int, position: int | None = None
) -> Clip:
    """Builds the clip of one result.

    Where a service makes several songs of one request, each is a take of its press: those of the
    first job come first, then those of the second (1, 2; 3, 4; …). The numbers are known without
    the other jobs, so that they are the same in any order of arrival; the library chooses the next
    free one where a service sends more for one request than for another. Parts of one song (stems)
    are one take.

    Args:
        index: 0-based index among the results of the job.
        count: Number of its results.
        position: As `result_position`; the index by default.
    """
    recipe = job.recipe
    are_parts = recipe.operation is Operation.STEMS
    title = result.title or recipe.title or recipe.sound[:60].strip()
    title = title or recipe.file_name or recipe.operation.label
    is_numbered = job.press is not None and not are_parts
    if count > 1 and index > 0 and not result.stem and not is_numbered:
        title = f"{title} ({index + 1})"
    per_job = 1 if are_parts else count
    silent = recipe.operation is Operation.LYRICS
    return Clip(
        id=new_clip_id(),
        remote_id=result.remote_id,
        title=title,
        sound=result.sound or recipe.sound,
        lyrics=result.lyrics or ("" if recipe.instrumental else recipe.lyrics),
        operation=recipe.operation,
        model="" if recipe.operation is Operation.UPLOAD else result.model or recipe.model,
        account=job.account,
        seed=result.seed or recipe.seed,
        recipe=recipe.with_changes(
            seed=result.seed or recipe.seed,
            # The temporary upload of a local file has been deleted already.
            audio_url="" if recipe.audio_file else recipe.audio_url,
        ),
        parent=recipe.source,
        job=job.id,
        press=job.press,
        take=(job.take - 1) * per_job + (0 if are_parts else index) + 1,
        takes=job.takes * per_job,
        position=index if position is None else position,
        stem=result.stem,
        measured=AudioMeasurements(duration_s=result.duration_s or 0.0),
        media=MediaState.NONE if silent else MediaState.PENDING,
        links=result.links,
        notes=tr(parse_media_note(result.note)),
        created_at=result.created_at or datetime.now(UTC),
    )

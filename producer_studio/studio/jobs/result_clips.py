"""Clips of a job, as built from the results of its task."""

from collections.abc import Sequence
from datetime import UTC, datetime

from producer_studio.domain.clip import AudioMeasurements, Clip, MediaState
from producer_studio.domain.ids import new_clip_id
from producer_studio.domain.job import Job
from producer_studio.domain.operation import Operation
from producer_studio.providers.base import RemoteClip


def are_in_archive(job: Job, clips: Sequence[Clip]) -> bool:
    """Whether the audio of the clips is delivered in one archive."""
    if job.recipe.operation is not Operation.STEMS or not clips:
        return False
    return any(clip.links.archive for clip in clips) or not any(clip.links.audio for clip in clips)


def build_clip(job: Job, result: RemoteClip, position: int, count: int) -> Clip:
    """Builds the clip of one result.

    Where a service makes several songs of one request, each is a take of its press: those of the
    first job come first, then those of the second (1, 2; 3, 4; …). The numbers are known without
    the other jobs, so that they are the same in any order of arrival; the library chooses the next
    free one where a service sends more for one request than for another. Parts of one song (stems)
    are one take.

    Args:
        position: 0-based index among the results of the job.
        count: Number of its results.
    """
    recipe = job.recipe
    are_parts = recipe.operation is Operation.STEMS
    title = result.title or recipe.title or recipe.sound[:60].strip()
    title = title or recipe.file_name or recipe.operation.label
    is_numbered = job.press is not None and not are_parts
    if count > 1 and position > 0 and not result.stem and not is_numbered:
        title = f"{title} ({position + 1})"
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
        take=(job.take - 1) * per_job + (0 if are_parts else position) + 1,
        takes=job.takes * per_job,
        position=position,
        stem=result.stem,
        measured=AudioMeasurements(duration_s=result.duration_s or 0.0),
        media=MediaState.NONE if silent else MediaState.PENDING,
        links=result.links,
        created_at=result.created_at or datetime.now(UTC),
    )

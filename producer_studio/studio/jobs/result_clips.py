"""Clips of a job, as built from the results of its task."""

from collections.abc import Sequence
from datetime import UTC, datetime

from producer_studio.domain.clip import AudioMeasurements, Clip, MediaState
from producer_studio.domain.ids import new_clip_id
from producer_studio.domain.job import Job
from producer_studio.domain.operation import Operation
from producer_studio.providers.base import RemoteClip


def is_registration(job: Job) -> bool:
    """Whether the job uploads a clip of the library to register it at an account."""
    return job.recipe.operation is Operation.UPLOAD and job.recipe.source is not None


def are_in_archive(job: Job, clips: Sequence[Clip]) -> bool:
    """Whether the audio of the clips is delivered in one archive."""
    if job.recipe.operation is not Operation.STEMS or not clips:
        return False
    return any(clip.links.archive for clip in clips) or not any(clip.links.audio for clip in clips)


def build_clip(job: Job, result: RemoteClip, position: int, count: int) -> Clip:
    recipe = job.recipe
    title = result.title or recipe.title or recipe.sound[:60].strip()
    title = title or recipe.file_name or recipe.operation.label
    if job.takes > 1 and not result.title.strip():
        title = f"{title} · take {job.take}"
    if count > 1 and position > 0 and not result.stem:
        title = f"{title} ({position + 1})"
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
        position=position,
        stem=result.stem,
        measured=AudioMeasurements(duration_s=result.duration_s or 0.0),
        media=MediaState.NONE if silent else MediaState.PENDING,
        links=result.links,
        created_at=result.created_at or datetime.now(UTC),
    )

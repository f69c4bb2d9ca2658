"""`producer-studio jobs …`."""

import click

from producer_studio.cli.exits import Exit, Stopped
from producer_studio.cli.following import Following, patience_option, stop_for
from producer_studio.cli.output import job_json, job_line
from producer_studio.cli.session import Session, command
from producer_studio.domain.job import JobState
from producer_studio.studio.jobs import Resolution


@click.group()
def jobs() -> None:
    """What was asked of the services."""


@jobs.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that were put away.")
@command
async def list_jobs(session: Session, everything: bool) -> None:
    """List the jobs, oldest first."""
    for job in await session.studio.jobs.all():
        if everything or not job.dismissed:
            session.output.item(job_json(job), job_line(job))


@jobs.command()
@patience_option
@command
async def resume(session: Session, patience_s: float) -> None:
    """Watch every accepted job to its end and collect it; sends nothing."""
    with Following(session, patience_s) as following:
        resumed = await session.studio.jobs.resume()
        cancelled = {job.id for job in resumed if job.state is JobState.CANCELLED}
        watched = [job.id for job in resumed if job.state.is_watched or job.id in cancelled]
        asking = [job for job in resumed if job.state is JobState.UNKNOWN]
        ended = await following.until_over(watched)
    await session.studio.jobs.settled()
    for job in resumed:
        if job.state is JobState.QUEUED:
            session.output.item(
                {"event": "queued", "job": job.id, "task_id": None},
                f"{job_line(job)}  (waits for your word)",
            )
    for job in asking:
        session.output.item(
            {"event": "unknown", "job": job.id, "task_id": None},
            f"{job_line(job)}  Decide with “producer-studio jobs resolve {job.id[:8]}”.",
        )
    wanted = [job for job in ended if job.id not in cancelled]
    stop_for(wanted)
    await session.stop_for_silence(wanted)
    if asking:
        raise Stopped(
            Exit.OUTCOME_UNKNOWN,
            f"The outcome of {len(asking)} {'job' if len(asking) == 1 else 'jobs'} is unknown. "
            "Decide with “producer-studio jobs resolve JOB --forget” or “--send-again”.",
        )


@jobs.command()
@click.argument("job_id", metavar="JOB")
@click.option("--forget", "resolution", flag_value=str(Resolution.FORGET), help="Put it away.")
@click.option(
    "--send-again",
    "resolution",
    flag_value=str(Resolution.SEND_AGAIN),
    help="Send it once more; it may be charged twice.",
)
@command
async def resolve(session: Session, job_id: str, resolution: str | None) -> None:
    """Decide about a job whose outcome is unknown."""
    if resolution is None:
        raise Stopped(Exit.USAGE, "Say --forget or --send-again.")
    job = await session.job(job_id)
    if job.state not in {JobState.UNKNOWN, JobState.SENDING, JobState.QUEUED}:
        raise Stopped(Exit.USAGE, f"The outcome of this job is known: {job.state}.")
    await session.studio.jobs.resume()
    current = await session.job(job.id)
    with Following(session) as following:
        if current.state is JobState.QUEUED:
            if resolution == Resolution.FORGET:
                await session.studio.jobs.cancel(job.id)
            else:
                await session.studio.jobs.send(job.id)
        elif current.state is JobState.UNKNOWN:
            await session.studio.jobs.resolve(job.id, Resolution(resolution))
        if resolution == Resolution.FORGET:
            session.output.item({"event": "cancelled", "job": job.id, "task_id": None}, "Put away.")
            return
        ended = await following.until_over([job.id])
    stop_for(ended)
    await session.stop_for_silence(ended)


@jobs.command()
@click.argument("job_id", metavar="JOB")
@command
async def cancel(session: Session, job_id: str) -> None:
    """Cancel a job; one that the service has taken is still charged, and its clip kept."""
    job = await session.job(job_id)
    if job.state.is_over:
        raise Stopped(Exit.USAGE, f"This job is over: {job.state}.")
    after = await session.studio.jobs.cancel(job.id)
    if after is None or after.state is not JobState.CANCELLED:
        raise Stopped(Exit.OTHER, "This job cannot be cancelled now: its result is on its way.")
    session.output.item(job_json(after), job_line(after))

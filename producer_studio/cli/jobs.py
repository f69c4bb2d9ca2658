"""`producer-studio jobs …`."""

import click

from producer_studio.cli.exit_codes import Exit, Stopped
from producer_studio.cli.output import job_json, job_line
from producer_studio.cli.progress import Following, patience_option, stop_for
from producer_studio.cli.session import Session, command
from producer_studio.domain.job import JobState
from producer_studio.studio.jobs.queue import Resolution

_ELSEWHERE = "Another Producer Studio looks after this job."


@click.group()
def jobs() -> None:
    """What was asked of the services."""


@jobs.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that were put away.")
@command
async def list_jobs(session: Session, everything: bool) -> None:
    """List the jobs, oldest first."""
    shown = [job for job in await session.studio.jobs.all() if everything or not job.dismissed]
    for job in shown:
        session.output.item(job_json(job), job_line(job))
    if not shown:
        session.output.aside("No jobs yet.")


@jobs.command()
@patience_option
@command
async def resume(session: Session, patience_s: float) -> None:
    """Bring home what the services have taken.

    Every accepted job is watched to its end and collected; nothing new is sent.
    """
    await session.studio.webhooks.start()
    with Following(session, patience_s) as following:
        resumed = await session.studio.jobs.resume()
        cancelled = {job.id for job in resumed if job.state is JobState.CANCELLED}
        # One of unknown outcome that is looked after is being sent again with its key.
        asking = [
            job
            for job in resumed
            if job.state is JobState.UNKNOWN and not session.studio.jobs.looks_after(job.id)
        ]
        repeated = {job.id for job in resumed if job.state is JobState.UNKNOWN} - {
            job.id for job in asking
        }
        watched = [
            job.id
            for job in resumed
            if job.state.is_watched or job.id in cancelled or job.id in repeated
        ]
        ended = await following.until_over(watched)
    await session.studio.jobs.settled()
    if not resumed:
        session.output.aside("Nothing is under way.")
    for job in resumed:
        if job.state is JobState.QUEUED:
            session.output.item(
                {"event": "queued", "job": job.id, "task_id": None},
                f"{job_line(job)}  Never sent. Decide with “producer-studio jobs resolve "
                f"{job.id[:8]} --send-again” or “--forget”.",
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
    own = session.studio.jobs
    await own.resume()
    current = await session.job(job.id)
    first = await session.job(current.after) if current.after is not None else None
    waits = current.state is JobState.QUEUED and resolution == Resolution.SEND_AGAIN
    if waits and first is not None and first.state is JobState.UNKNOWN:
        raise Stopped(
            Exit.USAGE,
            "This waits for the upload of its source, of which nobody knows whether it was taken. "
            f"Decide about that first: “producer-studio jobs resolve {first.id[:8]}” with "
            "“--send-again” or “--forget”.",
        )
    with Following(session) as following:
        if current.state is JobState.UNKNOWN:
            await own.resolve(job.id, Resolution(resolution))
        elif current.state is JobState.QUEUED and resolution == Resolution.FORGET:
            await own.cancel(job.id)
        elif current.state is JobState.QUEUED:
            await own.send(job.id)
        after = await session.job(job.id)
        if resolution == Resolution.FORGET and after.state is JobState.CANCELLED:
            # What waited for it is put away with it.
            followers = [one.id for one in await own.all() if one.after == job.id]
            await following.until_over([one for one in followers if own.looks_after(one)])
            session.output.item({"event": "cancelled", "job": job.id, "task_id": None}, "Put away.")
            return
        if not after.state.is_over and not own.looks_after(job.id):
            raise Stopped(Exit.OTHER, f"{_ELSEWHERE} Decide there, or stop that one first.")
        ended = await following.until_over([job.id])
    stop_for(ended)
    await session.stop_for_silence(ended)


@jobs.command()
@click.argument("job_id", metavar="JOB")
@command
async def cancel(session: Session, job_id: str) -> None:
    """Cancel a job.

    One that the service has taken is still charged, and its clip is kept.
    """
    job = await session.job(job_id)
    if job.state.is_over:
        raise Stopped(Exit.USAGE, f"This job is over: {job.state}.")
    after = await session.studio.jobs.cancel(job.id)
    if after is None or after.state is not JobState.CANCELLED:
        collecting = after is not None and after.state is JobState.COLLECTING
        raise Stopped(
            Exit.OTHER,
            "This job cannot be cancelled now: its result is on its way."
            if collecting
            else f"{_ELSEWHERE} Cancel it there, or stop that one first.",
        )
    session.output.item(job_json(after), job_line(after))

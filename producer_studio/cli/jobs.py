"""Commands `producer-studio jobs …`."""

import click

from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.output import job_json, job_line, state_label
from producer_studio.cli.progress import JobProgress, patience_option, raise_for_failed_jobs
from producer_studio.cli.session import Session, session_command
from producer_studio.domain.job import Job, JobState
from producer_studio.studio.jobs.actions import Resolution
from producer_studio.translation import mark, nmark, sentences, tr_message

_DISMISSED_MESSAGE = mark(
    "This job was sent again already, or dismissed. “jobs list --all” shows both."
)
_OTHER_PROCESS_MESSAGE = mark("Another Producer Studio process is handling this job.")


def _with_advice(job: Job, *advice: str) -> str:
    """Returns the line of a job, with sentences about it."""
    return f"{job_line(job)}  {tr_message(sentences(*advice))}"


@click.group()
def jobs() -> None:
    """Requests to the services."""


@jobs.command("list")
@click.option("--all", "everything", is_flag=True, help=mark("Include dismissed jobs."))
@session_command
async def list_jobs(session: Session, everything: bool) -> None:
    """List the jobs, oldest first."""
    shown = [job for job in await session.studio.jobs.all() if everything or not job.dismissed]
    for job in shown:
        session.output.write_result(job_json(job), job_line(job))
    if not shown:
        session.output.write_hint(mark("No jobs yet."))


@jobs.command()
@patience_option
@click.option(
    "--from-elsewhere",
    is_flag=True,
    help=mark("Include jobs requested by another installation, if you trust the library."),
)
@session_command
async def resume(session: Session, patience_s: float, from_elsewhere: bool) -> None:
    """Resume accepted jobs and download their results.

    Every accepted job is polled until it ends and is downloaded; nothing new is sent.
    """
    await session.studio.webhooks.start()
    with JobProgress(session, patience_s) as following:
        resumed = await session.studio.jobs.resume()
        held = [job for job in resumed if job.state.is_polled and session.studio.jobs.is_held(job)]
        if from_elsewhere:
            for job in held:
                await session.studio.job_actions.recheck(job.id)
            held = []
        cancelled = {job.id for job in resumed if job.state is JobState.CANCELLED}
        # A running job of unknown outcome is being sent again with its idempotency key.
        asking = [
            job
            for job in resumed
            if job.state is JobState.UNKNOWN and not session.studio.jobs.is_running(job.id)
        ]
        repeated = {job.id for job in resumed if job.state is JobState.UNKNOWN} - {
            job.id for job in asking
        }
        watched = [
            job.id
            for job in resumed
            if (job.state.is_polled and job not in held)
            or job.id in cancelled
            or job.id in repeated
        ]
        ended = await following.wait_until_finished(watched)
    await session.studio.jobs.wait_until_idle()
    if not resumed and session.studio.clips.read_only:
        raise CommandError(ExitCode.FAILURE, mark("This library can only be browsed."))
    if not resumed:
        session.output.write_hint(mark("No jobs to resume."))
    for job in resumed:
        if job.state is JobState.QUEUED:
            never = mark("Never sent.") if job.sent_at is None else mark("Not accepted.")
            session.output.write_result(
                {"event": "queued", "job": job.id, "task_id": None},
                _with_advice(
                    job,
                    never,
                    mark(
                        "Decide with “producer-studio jobs resolve {job} --send-again” or "
                        "“--forget”.",
                        job=job.id[:8],
                    ),
                ),
            )
    for job in held:
        session.output.write_result(
            {"event": "held", "job": job.id, "task_id": job.task_id},
            _with_advice(
                job,
                mark(
                    "Requested by another installation. Continue with “producer-studio jobs "
                    "resume --from-elsewhere” if you trust this library."
                ),
            ),
        )
    for job in asking:
        session.output.write_result(
            {"event": "unknown", "job": job.id, "task_id": None},
            _with_advice(
                job, mark("Decide with “producer-studio jobs resolve {job}”.", job=job.id[:8])
            ),
        )
    wanted = [job for job in ended if job.id not in cancelled]
    raise_for_failed_jobs(wanted)
    await session.raise_if_sound_missing(wanted)
    if asking:
        raise CommandError(
            ExitCode.OUTCOME_UNKNOWN,
            nmark(
                "The outcome of {count} job is unknown. Decide with “producer-studio jobs "
                "resolve JOB --forget” or “--send-again”.",
                "The outcome of {count} jobs is unknown. Decide with “producer-studio jobs "
                "resolve JOB --forget” or “--send-again”.",
                len(asking),
            ),
        )


@jobs.command()
@click.argument("job_id", metavar="JOB")
@click.option(
    "--forget", "resolution", flag_value=str(Resolution.FORGET), help=mark("Dismiss the job.")
)
@click.option(
    "--send-again",
    "resolution",
    flag_value=str(Resolution.SEND_AGAIN),
    help=mark("Send it again; it may be charged twice."),
)
@session_command
async def resolve(session: Session, job_id: str, resolution: str | None) -> None:
    """Decide about a job whose outcome is unknown."""
    if resolution is None:
        raise CommandError(ExitCode.USAGE, mark("Use --forget or --send-again."))
    job = await session.find_job(job_id)
    is_open = job.state in {JobState.UNKNOWN, JobState.SENDING, JobState.QUEUED}
    if not is_open and not job.is_failure_unconfirmed:
        raise CommandError(
            ExitCode.USAGE,
            mark("The outcome of this job is known: {state}.", state=state_label(job.state)),
        )
    if job.is_failure_unconfirmed and job.dismissed:
        raise CommandError(ExitCode.USAGE, _DISMISSED_MESSAGE)
    own, actions = session.studio.jobs, session.studio.job_actions
    await own.resume()
    current = await session.find_job(job.id)
    first = await session.find_job(current.after) if current.after is not None else None
    waits = current.state is JobState.QUEUED and resolution == Resolution.SEND_AGAIN
    if waits and first is not None and first.state is JobState.UNKNOWN:
        raise CommandError(
            ExitCode.USAGE,
            mark(
                "This waits for the upload of its source, whose outcome is unknown. Resolve "
                "that first: “producer-studio jobs resolve {job}” with “--send-again” or "
                "“--forget”.",
                job=first.id[:8],
            ),
        )
    with JobProgress(session) as following:
        if current.is_failure_unconfirmed:
            # Sent again, it is another job.
            job = await actions.resolve(job.id, Resolution(resolution)) or job
            if resolution == Resolution.FORGET and job.dismissed:
                session.output.write_result(job_json(job), mark("Dismissed."))
                return
        elif current.state is JobState.UNKNOWN:
            await actions.resolve(job.id, Resolution(resolution))
        elif current.state is JobState.QUEUED and resolution == Resolution.FORGET:
            await actions.cancel(job.id)
        elif current.state is JobState.QUEUED:
            await actions.send(job.id)
        after = await session.find_job(job.id)
        if resolution == Resolution.FORGET and after.state is JobState.CANCELLED:
            # Jobs that depend on it are cancelled with it.
            followers = [one.id for one in await own.all() if one.after == job.id]
            await following.wait_until_finished([one for one in followers if own.is_running(one)])
            session.output.write_result(
                {"event": "cancelled", "job": job.id, "task_id": None}, mark("Dismissed.")
            )
            return
        if not after.state.is_finished and not own.is_running(job.id):
            raise CommandError(
                ExitCode.FAILURE,
                sentences(
                    _OTHER_PROCESS_MESSAGE, mark("Resolve it there, or stop that process first.")
                ),
            )
        ended = await following.wait_until_finished([job.id])
    raise_for_failed_jobs(ended)
    await session.raise_if_sound_missing(ended)


@jobs.command()
@click.argument("job_id", metavar="JOB")
@patience_option
@session_command
async def fetch(session: Session, job_id: str, patience_s: float) -> None:
    """Retry the download of a charged job's missing file; free."""
    job = await session.find_job(job_id)
    if not job.is_undelivered:
        raise CommandError(ExitCode.USAGE, mark("This job has no missing file."))
    with JobProgress(session, patience_s) as following:
        after = await session.studio.job_actions.fetch_again(job.id)
        if after is None or not session.studio.jobs.is_running(job.id):
            raise CommandError(ExitCode.FAILURE, _OTHER_PROCESS_MESSAGE)
        await following.wait_until_finished([job.id])


@jobs.command()
@click.argument("job_id", metavar="JOB")
@session_command
async def cancel(session: Session, job_id: str) -> None:
    """Cancel a job.

    A job that the service has accepted is still charged, and its clip is stored.
    """
    job = await session.find_job(job_id)
    if job.state.is_finished:
        raise CommandError(
            ExitCode.USAGE, mark("This job is finished: {state}.", state=state_label(job.state))
        )
    after = await session.studio.job_actions.cancel(job.id)
    if after is not None and after.state is JobState.UNKNOWN:
        session.output.write_result(job_json(after), job_line(after))
        raise CommandError(
            ExitCode.OUTCOME_UNKNOWN,
            mark(
                "It is not sent again. The outcome of the request before that is still "
                "unknown: decide with “producer-studio jobs resolve {job}”.",
                job=after.id[:8],
            ),
        )
    if after is None or after.state is not JobState.CANCELLED:
        collecting = after is not None and after.state is JobState.COLLECTING
        raise CommandError(
            ExitCode.FAILURE,
            mark("This job cannot be cancelled now: its result is being downloaded.")
            if collecting
            else sentences(
                _OTHER_PROCESS_MESSAGE, mark("Cancel it there, or stop that process first.")
            ),
        )
    session.output.write_result(job_json(after), job_line(after))

"""States of the open jobs, for the crash reports of this process."""

from collections import Counter
from collections.abc import Callable

from producer_studio.studio.crash_reports.recorder import CrashRecorder
from producer_studio.studio.events import Events, JobChanged
from producer_studio.studio.jobs.queue import JobQueue


def track_open_jobs(jobs: JobQueue, events: Events, recorder: CrashRecorder) -> Callable[[], None]:
    """Updates the recorder until the returned function is called."""

    def note() -> None:
        states = Counter(job.state for job in jobs.visible_jobs())
        told = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
        recorder.set_facts(jobs=told or "none open")

    note()
    return events.subscribe(JobChanged, lambda _event: note())

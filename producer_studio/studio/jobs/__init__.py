"""Jobs: requests that may cost credits, from the press of a button to the files in the library.

A job is a row of the library that outlives the process. It moves through these states:

    queued -> sending -> accepted -> working -> collecting -> done
                 |
                 +-> unknown (the response was lost: accepted, or not)

and from most of them to failed or cancelled, from where a late result still leads to collecting.

Each transition is on disk before it is published and before anything follows from it
(`JobStore.transition`). All transitions are listed in .github/docs/architecture.md ("A job") and in
domain/job.py.

A request is charged once at most:

- The row is in state sending, with its idempotency key, before the request leaves. Found so at a
  start, it is unknown, and is not sent again by itself without a key that the service honours.
- One process acts on a job: the one that holds its claim. Claims are released by the system however
  the process ends.
- The task id is written before anything else happens with it, for as long as that takes.
- An accepted job has failed by the service's word only. Polling is free and goes on by itself at
  a start; sending waits for the user.

Entry points, as attributes of `Studio`:

- `jobs` (`JobQueue`, queue.py): adds the jobs of a press; resumes those of an earlier run.
- `job_actions` (`JobActions`, actions.py): the user's decisions about a job: cancel, retry,
  resolve, recheck, fetch again, dismiss.
- `other_jobs` (other_process_jobs.py): jobs of other processes, shown only.
- `sweeps` (`Sweeps`, sweeps.py): presses whose takes vary one or two fields, within limits.
- `previews` (`RequestPreviews`, request_previews.py): requests as jobs would send them, unsent.
- `durations` (durations.py): typical durations.

job_services.py creates everything and joins it. The modules, in the order in which a job meets
them:

Before it is queued
    request_checks.py       recipe, host for its file, duplicates, budget
    request_previews.py     its request without secrets, built by the provider's own builder
    source_resolver.py      how an account gets at a clip that another service made
    registration_lookup.py  uploads that make an account know a clip; never two of one clip
Running
    runner.py               one asyncio task for each job; claims, stopping, restarting; one action
                            at a time for each job
    dependencies.py         jobs that wait for the registration of their source
    pipeline.py             the steps, from a state on disk to the next
    price_measurement.py    balances before and after a job, where its price is not stated
    concurrency.py          how many jobs of an account are at its service at a time
Sending
    sweep_guard.py          limits of sweeps, kept across kills; then the budgets
    submit.py               sends once; repeats only where that cannot be charged twice
    in_flight.py            requests that are out and have no outcome yet
    request_outcomes.py     accepted, failed or unknown, each on disk
    idempotency_keys.py     for how long a request can be repeated with its key
    temporary_uploads.py    files of this computer, uploaded for the service and deleted afterwards
Unknown outcome
    recover.py              searches the service's own list; sends nothing
    task_search.py          reads that list, and finds the job's task in it
Polling
    poll.py                 until the service reports the end
    polling_state.py        counts what it responds: what is believed, and how long is waited
    late_results.py         failed jobs that may have a result after all
Results
    collect.py              clip rows first, then the files; also exports and videos
    result_clips.py         clips as built from what the service delivered
    clip_media_download.py  sound and cover of clips
    stems.py                archive of stems
    download.py             one file, with retries and renewed links
    download_patience.py    fewer retries where many files are fetched
    result_age.py           how long a missing file is waited for
Storage and access
    store.py                jobs in memory and on disk
    claims.py               locks that keep other processes from a job
    resume.py               what is done with each job at a start
"""

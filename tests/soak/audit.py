"""What was paid for, beside what the library holds and what the user is asked."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_UNSETTLED = {"sending", "accepted", "working", "collecting"}
_DEAREST = 1000
"""Credits; no operation of any profile costs as much."""
_KINDS = {"video": "video", "download": "export", "export": "export", "stems": "stems"}
"""Kinds of tasks whose request carries no mark, and their operations."""


@dataclass
class Reckoning:
    """Figures of one profile.

    Attributes:
        paid: Tasks that were charged and not refunded.
        home: Of these, those whose whole result is in the library.
        asked: Jobs with an unknown outcome, put to the user.
        lost: Paid tasks that are neither here nor asked about.
        doubled: Tasks beyond one for each job.
        problems: Whatever else is not as it should be, as sentences.
    """

    paid: int = 0
    refunded: int = 0
    home: int = 0
    asked: int = 0
    lost: int = 0
    doubled: int = 0
    problems: list[str] = field(default_factory=list)

    def add(self, other: "Reckoning") -> None:
        self.paid += other.paid
        self.refunded += other.refunded
        self.home += other.home
        self.asked += other.asked
        self.lost += other.lost
        self.doubled += other.doubled
        self.problems += other.problems


def reckon(
    profile: str,
    tasks: list[dict[str, Any]],
    ledger: list[dict[str, Any]],
    jobs: list[dict[str, Any]],
    clips: list[dict[str, Any]],
) -> Reckoning:
    """Compares the service's book with the library, for one profile.

    Args:
        tasks: What the sandbox was asked for.
        ledger: Its book.
        jobs: What the library knows of it.
        clips: All clips of the library.
    """
    found = Reckoning()
    own = [job for job in jobs if job["account"] == profile]
    tasks = [task for task in tasks if task["profile"] == profile]
    by_task = {job["task_id"]: job for job in own if job["task_id"]}
    held = {clip["id"]: clip for clip in clips}
    balance = Counter[str]()
    for entry in ledger:
        if entry["task_id"]:
            balance[entry["task_id"]] -= entry["credits"]

    orphans = 0
    for task in tasks:
        if balance[task["id"]] == 0:
            found.refunded += 1
            continue
        found.paid += 1
        job = by_task.get(task["id"])
        if job is None:
            orphans += 1
        elif problem := _not_home(job, held):
            found.problems.append(f"{profile} {job['op']} task {task['id']}: {problem}")
            found.lost += 1
        else:
            found.home += 1
    unknown = sum(job["state"] == "unknown" for job in own)
    found.asked = unknown
    found.lost += max(0, orphans - unknown)
    found.doubled = _doubled(tasks, own)
    for job in own:
        if not 0 <= (job["credits_charged"] or 0) <= _DEAREST:
            found.problems.append(f"{profile}: job {job['id']} cost {job['credits_charged']}")
    if len(by_task) != sum(bool(job["task_id"]) for job in own):
        found.problems.append(f"{profile}: two jobs have the same task")
    unsettled = [job["id"] for job in own if job["state"] in _UNSETTLED]
    if unsettled:
        found.problems.append(f"{profile}: jobs are still under way: {unsettled}")
    return found


def _not_home(job: dict[str, Any], held: dict[str, dict[str, Any]]) -> str:
    """What is missing of a paid job's result; empty when all of it is here."""
    if job["state"] != "done":
        return f"paid, and the job is {job['state']}"
    clips = [held.get(clip_id) for clip_id in job["clips"]]
    if not clips or None in clips:
        return "done, and its clips are not in the library"
    for clip in clips:
        assert clip is not None
        if clip["media"] == "none":
            continue
        if clip["media"] != "ready" or not Path(clip["path"]).stat().st_size:
            return f"the sound of clip {clip['id']} is {clip['media']}"
        if job["op"] == "video" and not (clip["video"] and Path(clip["video"]).stat().st_size):
            return f"clip {clip['id']} has no video"
    return ""


def _doubled(tasks: list[dict[str, Any]], jobs: list[dict[str, Any]]) -> int:
    """How many tasks there are beyond one for each job of the same press."""
    pressed = Counter(_press_of_job(job) for job in jobs)
    taken = Counter(_press_of_task(task, pressed) for task in tasks)
    return sum(max(0, count - pressed[press]) for press, count in taken.items())


def _press_of_job(job: dict[str, Any]) -> str:
    recipe = job["recipe"]
    if job["op"] in _KINDS.values():
        return f"{job['op']} of {recipe['source_remote']}"
    words = [recipe.get(name, "") for name in ("title", "prompt", "audio_url")]
    return next((mark for mark in map(_mark, words) if mark), json.dumps(recipe, sort_keys=True))


def _press_of_task(task: dict[str, Any], pressed: Counter[str]) -> str:
    details = task["order"]["details"]
    if task["order"]["kind"] in _KINDS:
        source = details.get("clip_id") or details.get("audio_id")
        return f"{_KINDS[task['order']['kind']]} of {source}"
    text = json.dumps(details)
    mark = _mark(text)
    return mark if mark in pressed else text


def _mark(text: str) -> str:
    """The mark in a text, "tide" with five digits; empty when there is none."""
    at = text.find("tide")
    return text[at : at + 10] if at >= 0 else ""

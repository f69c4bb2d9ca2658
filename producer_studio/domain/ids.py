"""Distinct types for the identities that travel through the program."""

import uuid
from typing import NewType

ClipId = NewType("ClipId", str)
"""A clip of this library; ours, never the service's."""

JobId = NewType("JobId", str)
"""A job of this library."""

RemoteId = NewType("RemoteId", str)
"""A clip's name at its service (`clip_id`, `audio_id`, a track's `id`)."""

TaskId = NewType("TaskId", str)
"""A task's name at its service (`task_id`, `jobId`)."""

AccountName = NewType("AccountName", str)
"""What the user calls an account; unique, and the name its key is kept under."""


def new_clip_id() -> ClipId:
    return ClipId(uuid.uuid4().hex)


def new_job_id() -> JobId:
    return JobId(uuid.uuid4().hex)

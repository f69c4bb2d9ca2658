"""Distinct types for ids."""

import uuid
from typing import NewType

ClipId = NewType("ClipId", str)
"""Id of a clip in this library, not that of the service."""

JobId = NewType("JobId", str)
"""Id of a job in this library."""

PressId = NewType("PressId", str)
"""Id of a press of Generate in this library."""

PresetId = NewType("PresetId", str)
"""Id of a preset of the compose form in this library."""

SavedSearchId = NewType("SavedSearchId", str)
"""Id of a saved search in this library."""

PlaylistId = NewType("PlaylistId", str)
"""Id of a playlist in this library."""

PlaylistItemId = NewType("PlaylistItemId", str)
"""Id of one place of a playlist: a clip may have several."""

JudgementId = NewType("JudgementId", str)
"""Id of a judgement in this library."""

RemoteId = NewType("RemoteId", str)
"""Id of a clip at its service (`clip_id`, `audio_id`, `id` of a track)."""

TaskId = NewType("TaskId", str)
"""Id of a task at its service (`task_id`, `jobId`)."""

AccountName = NewType("AccountName", str)
"""Name of an account, chosen by the user; unique, also the name of its keychain entry."""


def new_clip_id() -> ClipId:
    return ClipId(uuid.uuid4().hex)


def new_job_id() -> JobId:
    return JobId(uuid.uuid4().hex)


def new_press_id() -> PressId:
    return PressId(uuid.uuid4().hex)


def new_preset_id() -> PresetId:
    return PresetId(uuid.uuid4().hex)


def new_judgement_id() -> JudgementId:
    return JudgementId(uuid.uuid4().hex)


def new_saved_search_id() -> SavedSearchId:
    return SavedSearchId(uuid.uuid4().hex)


def new_playlist_id() -> PlaylistId:
    return PlaylistId(uuid.uuid4().hex)


def new_playlist_item_id() -> PlaylistItemId:
    return PlaylistItemId(uuid.uuid4().hex)

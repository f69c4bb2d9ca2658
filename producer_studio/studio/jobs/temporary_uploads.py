"""Temporary uploads of local files, for as long as a service needs to fetch them."""

import json
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from producer_studio.domain.errors import (
    ErrorKind,
    MediaRejected,
    NotAuthorised,
    RequestRejected,
    ServiceError,
    StorageError,
    Unreachable,
)
from producer_studio.domain.ids import AccountName
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.files.file_types import HEAD_BYTES, detect_file_type
from producer_studio.files.regular_files import open_regular
from producer_studio.studio.events import Events, Notice, NoticeLevel
from producer_studio.studio.jobs.store import JobStore
from producer_studio.studio.measurement import Measurer
from producer_studio.studio.user_files import run_for_user_file
from producer_studio.translation import mark, sentences

if TYPE_CHECKING:
    from producer_studio.providers.uploads.host import Host

log = logging.getLogger(__name__)

UploadHosts = Callable[[AccountName], Awaitable["Sequence[Host]"]]
"""Returns the hosts for an account's files, the best first; empty if there is none."""

SetupSuggestion = Callable[[AccountName], str]
"""Callback that suggests how an account gets an upload host; a clause without a period."""

_UPLOAD_OUTCOME_UNKNOWN = frozenset(
    {ErrorKind.UNREACHABLE, ErrorKind.SERVICE_UNAVAILABLE, ErrorKind.INVALID_RESPONSE}
)
"""Errors after which it is unknown how much of a file was uploaded."""


def is_upload_obsolete(job: Job) -> bool:
    """Whether the service needs no upload of the job any more."""
    if job.state is JobState.CANCELLED:
        return job.task_id is None or job.finished_at is not None
    return job.state.is_finished or job.state is JobState.COLLECTING


class TemporaryUploads:
    """Uploads a job's file before it is sent, and deletes it when the job is over."""

    def __init__(
        self,
        store: JobStore,
        hosts: UploadHosts,
        setup_suggestion: SetupSuggestion,
        measurer: Measurer,
        events: Events,
    ) -> None:
        self._store = store
        self._hosts = hosts
        self._setup_suggestion = setup_suggestion
        self._measurer = measurer
        self._events = events

    async def check_host(self, recipe: Recipe, account: AccountName) -> None:
        """Checks that there is a host for a recipe's file, if it has one; uploads nothing.

        Raises:
            RequestRejected: There is none, or the one that is set up lacks its secret.
        """
        if _has_local_file(recipe):
            # Other errors of the account are reported by the job, as for every operation.
            with suppress(NotAuthorised, Unreachable):
                await self._require_hosts(account)

    async def upload(self, job: Job) -> Job:
        """Uploads a job's local file to a public URL; other jobs are not changed.

        Raises:
            ServiceError: The file is missing or cannot be uploaded; nothing was sent.
            StorageError: The job's row could not be written.
        """
        if not _has_local_file(job.recipe):
            return job
        # An upload of an earlier run may be outdated.
        job = await self.delete(job)
        hosts = await self._require_hosts(job.account)
        host, path = hosts[0], Path(job.recipe.audio_file)
        await self._validate_audio(path)
        with _as_request_errors():
            handle = await host.reserve(path)
        before = job.hosted
        if handle:
            # Written to disk before the upload, so that it can be deleted after a crash.
            uploads_json = _uploads_json([*_stored_uploads(job), (host.name, handle)])
            job = await self._store.update(job, hosted=uploads_json)
        try:
            with _as_request_errors():
                hosted = await host.upload(path, handle)
        except ServiceError as fault:
            if fault.kind in _UPLOAD_OUTCOME_UNKNOWN:
                await self.delete(job, is_silent=True)
            else:
                await self._store.update(job, hosted=before)
            raise
        return await self._store.update(job, recipe=job.recipe.with_changes(audio_url=hosted.url))

    async def unavailable_reason(self, account: AccountName) -> str:
        """Returns why nothing can be uploaded for an account, as a sentence; empty if it can."""
        try:
            hosts = await self._hosts(account)
        except ServiceError as fault:
            return fault.message
        return (
            ""
            if hosts
            else mark(
                "No place to upload this file is set up. {advice}.",
                advice=self._setup_suggestion(account),
            )
        )

    async def delete(self, job: Job, *, is_silent: bool = False) -> Job:
        """Deletes a job's uploads; failed deletions are retried at later starts.

        Args:
            is_silent: Whether no notice is published if a host is unreachable.
        """
        if not job.hosted or self._store.is_foreign(job):
            # Uploads of another installation are not deleted by this one.
            return job
        # Imported late for a fast start: needed only for uploads.
        from producer_studio.providers.uploads.host import ForeignUpload

        remaining = []
        for name, handle in _stored_uploads(job):
            try:
                await self._delete_one(job.account, name, handle)
            except ServiceError as fault:
                if isinstance(fault, ForeignUpload):
                    log.warning("Upload %s of job %s is not from this installation", handle, job.id)
                    continue
                remaining.append((name, handle))
                log.warning(
                    "Cannot delete temporary upload of job %s at %s: %s", job.id, name, fault
                )
                if not (is_silent and isinstance(fault, Unreachable)):
                    self._publish_deletion_error(job, fault)
        return await self._store.update(
            job, hosted=_uploads_json(remaining), recipe=job.recipe.with_changes(audio_url="")
        )

    async def _require_hosts(self, account: AccountName) -> "Sequence[Host]":
        """Returns the hosts for an account's files, at least one.

        Raises:
            RequestRejected: No host is set up.
            ServiceError: The account cannot be used.
        """
        hosts = await self._hosts(account)
        if not hosts:
            raise RequestRejected(
                mark(
                    "No place to upload this file for the service is set up. Nothing was sent. "
                    "{advice}, or enter a public address of the file.",
                    advice=self._setup_suggestion(account),
                ),
                field="audio_file",
            )
        return hosts

    async def _validate_audio(self, path: Path) -> None:
        """Decodes a file without a known file signature.

        Raises:
            RequestRejected: The file is not audio.
        """
        try:
            with _as_request_errors():
                if await run_for_user_file(path, _is_unrecognised, path):
                    await self._measurer.measure(path)
        except MediaRejected as fault:
            raise RequestRejected(
                sentences(
                    mark("{file}: {message}", file=path.name, message=fault.message),
                    mark("Nothing was sent and nothing was charged. Choose another file."),
                ),
                field="audio_file",
                service_words=fault.service_words,
            ) from fault

    async def _delete_one(self, account: AccountName, name: str, handle: str) -> None:
        for host in await self._hosts(account):
            if host.name == name:
                await host.delete(handle)
                return
        raise RequestRejected(
            mark("It is stored at {name}, which is no longer set up here.", name=name)
        )

    def _publish_deletion_error(self, job: Job, error: ServiceError) -> None:
        self._events.publish(
            Notice(
                NoticeLevel.WARNING,
                mark(
                    "The file that was uploaded for “{title}” could not be deleted from there. "
                    "Deletion is retried at the next start.",
                    title=job.title,
                ),
                error.message,
            )
        )


def _has_local_file(recipe: Recipe) -> bool:
    return recipe.operation is Operation.UPLOAD and bool(recipe.audio_file)


def _is_unrecognised(path: Path) -> bool:
    """Whether a file has no known signature; read errors are left to the host."""
    try:
        with open_regular(path) as file:
            return detect_file_type(file.read(HEAD_BYTES)) is None
    except (OSError, ValueError):
        return False


@contextmanager
def _as_request_errors() -> Iterator[None]:
    """Converts storage errors of the user's file to request errors."""
    try:
        yield
    except StorageError as fault:
        raise RequestRejected(
            fault.message, field="audio_file", service_words=fault.service_words
        ) from fault


def _stored_uploads(job: Job) -> list[tuple[str, str]]:
    """Returns pairs of host name and handle; several if a deletion failed.

    Empty if the row is damaged: then the uploads are unknown.
    """
    try:
        found = json.loads(job.hosted or "[]")
        return [(name, handle) for name, handle in found if _is_text(name) and _is_text(handle)]
    except (ValueError, TypeError, RecursionError):
        log.warning("Cannot parse uploads of job %s", job.id)
        return []


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _uploads_json(uploads: Sequence[tuple[str, str]]) -> str:
    return json.dumps(uploads) if uploads else ""

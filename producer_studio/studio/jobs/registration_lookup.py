"""Registrations of clips at accounts: uploads that make a service know a clip."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from producer_studio.domain.ids import AccountName, ClipId, RemoteId
from producer_studio.domain.job import Job
from producer_studio.library.library import Library
from producer_studio.studio.jobs.store import JobStore


class RegistrationLookup:
    """Finds out whether an account knows a clip, or is about to.

    Args:
        get_service_name: Returns the name of the service that an account belongs to.
    """

    def __init__(
        self, library: Library, store: JobStore, get_service_name: Callable[[AccountName], str]
    ) -> None:
        self._library = library
        self._store = store
        self._get_service_name = get_service_name

    def lock(self, source: ClipId, account: AccountName) -> AbstractAsyncContextManager[None]:
        """Holds a lock between a search for a registration and the insertion of a new one.

        A second upload of the same clip, by whatever process, would be charged again.
        """
        return self._store.one_at_a_time(f"upload-of-{source}-to-{account}")

    async def find_remote_id(
        self, source: ClipId, account: AccountName
    ) -> tuple[RemoteId, bool] | None:
        """Returns the clip's id at the account's service and whether it is that of an upload."""
        clip = await self._library.clips.get(source)
        if clip is None:
            return None
        return clip.find_remote_id(account, self._get_service_name(account))

    async def find_unfinished(self, source: ClipId, account: AccountName) -> Job | None:
        """Returns the unfinished job that uploads a clip to an account; None if there is none."""
        for job in await self._library.jobs.list_jobs(open_only=True):
            if self._store.is_foreign(job):
                continue
            same = (job.recipe.source, job.account) == (source, account)
            # A job that was cancelled after it was accepted is paid for, and is polled to its end.
            if same and job.is_registration and not job.is_over:
                return job
        return None

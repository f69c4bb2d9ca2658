"""The studio without a user interface: creates all parts in order, and closes them in reverse."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

from producer_studio.domain.errors import StorageError
from producer_studio.files.worker_pool import WorkerPool
from producer_studio.library.internal_files import restrict_to_owner
from producer_studio.library.library import Library
from producer_studio.settings.accounts import AccountStore
from producer_studio.settings.installation import InstallationFile
from producer_studio.settings.known_libraries import KnownLibraries
from producer_studio.settings.paths import Paths, default_paths, find_resources_folder
from producer_studio.settings.preferences import PreferencesFile
from producer_studio.settings.secrets import Secrets
from producer_studio.studio.accounts.account_services import AccountServices
from producer_studio.studio.accounts.accounts import Accounts
from producer_studio.studio.accounts.balances import Balances
from producer_studio.studio.accounts.bucket_settings import BucketSettings
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.accounts.ledger import Ledger
from producer_studio.studio.accounts.model_records import ModelRecords
from producer_studio.studio.accounts.offers import CurrentOffers
from producer_studio.studio.accounts.reconciliations import Reconciliations
from producer_studio.studio.clips import Clips
from producer_studio.studio.crash_reports.crash_reports import CrashReports
from producer_studio.studio.demo import DemoStudio
from producer_studio.studio.drafts import Drafts
from producer_studio.studio.events import Events, Notice, NoticeLevel
from producer_studio.studio.export.drag_exports import DragExports
from producer_studio.studio.export.export_profiles import ExportProfiles
from producer_studio.studio.export.export_reports import ExportReports
from producer_studio.studio.export.exports import MAX_CONCURRENT_EXPORTS, create_exports
from producer_studio.studio.export_folders import ExportFolders
from producer_studio.studio.external_changes import ExternalChanges
from producer_studio.studio.form_presets import FormPresets
from producer_studio.studio.history import History
from producer_studio.studio.imports.imports import Imports
from producer_studio.studio.imports.merges import Merges
from producer_studio.studio.jobs.job_services import JobServices
from producer_studio.studio.judgements import Judgements
from producer_studio.studio.libraries import Libraries
from producer_studio.studio.library_opening import make_private, mark_library
from producer_studio.studio.library_probe import (
    check_disk_responds,
    close_if_responsive,
    finish_if_responsive,
)
from producer_studio.studio.local_edits import LocalEdits
from producer_studio.studio.lyrics_versions import LyricsVersions
from producer_studio.studio.made_clips import MadeClips
from producer_studio.studio.measurement import Measurer
from producer_studio.studio.mirror.mirror import Mirror
from producer_studio.studio.missing_library import check_exists, check_not_missing
from producer_studio.studio.play_history import PlayHistory
from producer_studio.studio.playlist_files import PlaylistFiles
from producer_studio.studio.playlists import Playlists
from producer_studio.studio.preferences import PreferenceStore
from producer_studio.studio.recent_files import RecentFiles
from producer_studio.studio.release_checks import ReleaseChecks
from producer_studio.studio.remeasurement import Remeasurement
from producer_studio.studio.saved_searches import SavedSearches
from producer_studio.studio.search_history import SearchHistory
from producer_studio.studio.stems.stem_mixes import StemMixes
from producer_studio.studio.stored_data import StoredDataReader
from producer_studio.studio.template_previews import TemplatePreviews
from producer_studio.studio.templates import Templates
from producer_studio.studio.updates.update_check import UpdateChecker
from producer_studio.studio.user_lists import UserLists
from producer_studio.studio.verification.checksum_recording import ChecksumRecording
from producer_studio.studio.verification.file_repair import FileRepair
from producer_studio.studio.verification.verification import Verification
from producer_studio.studio.webhooks import Webhooks
from producer_studio.translation import mark

log = logging.getLogger(__name__)


class Studio:
    """All use cases. Created by `open`; everything is used on the event loop's thread.

    Attributes:
        events: Published events, as typed values.
        jobs: Job queue.
        job_actions: The user's decisions about existing jobs.
        sweeps: Presses whose takes vary one or two fields, within limits.
        previews: Requests as jobs would send them, without secrets.
        durations: Typical durations of jobs.
        clips: Clips of the library.
        history: Presses of Generate, with what came of them.
        presets: Presets of the compose form.
        lists: Saved searches and playlists.
        saved_searches: Smart lists of the user.
        search_history: Searches that were used.
        playlists: Playlists.
        playlist_files: Playlists as M3U8 files.
        templates: Templates of the compose form.
        template_previews: Their previews.
        judgements: Results of comparing clips.
        play_history: Plays and positions of clips.
        remeasurement: Measures clips of earlier versions while nobody works.
        release_checks: Whether clips can be released.
        checksum_recording: Records checksums of older files while nobody works.
        verification: Compares the clips' files with their checksums, and repairs them.
        external_changes: Changes of the library by other processes.
        other_jobs: Jobs of other processes.
        accounts: Accounts of the services.
        balances: Balances that the services reported.
        offers: Operations and models that the accounts offer.
        bucket: Bucket for temporary uploads of local files.
        exports: Exports of clips to files.
        export_profiles: What is chosen for an export, under names.
        drag_exports: Files that clips are dragged out as.
        local_edits: Edits of a clip's sound on this computer.
        imports: Takes songs from elsewhere into the library.
        merges: Takes other libraries over.
        libraries: The open library and others that are known.
        mirror: Fetches everything that services still have of the clips.
        stems: Stems of songs, and their mixes.
        preferences: The user's preferences.
        drafts: Draft of the compose form.
        lyrics_versions: Earlier versions of its lyrics.
        ledger: Ledger of credits.
        reconciliations: Comparison of balances and ledger.
        prices: Prices of requests, stated and learnt.
        budget: Budgets of accounts.
        model_records: The user's own record of each model.
        webhooks: Webhooks of the services; listens after it is started.
        updates: Checks for a newer release, if enabled.
        crash_reports: Reports of errors in the program itself.
        stored_data: All that is stored about the user on this computer.
        notices: Messages about this start for the user; published by `publish_notices`.
    """

    def __init__(
        self,
        library: Library,
        preferences: PreferenceStore,
        accounts: AccountServices,
        events: Events,
        paths: Paths,
        environ: Mapping[str, str],
    ) -> None:
        self._library = library
        self._account_services = accounts
        self._connections = accounts.connections
        self._pool = WorkerPool(MAX_CONCURRENT_EXPORTS, "export")
        # Exports may be to a disk that does not respond.
        self._library_pool = WorkerPool(MAX_CONCURRENT_EXPORTS, "edit")
        self._measurer = Measurer(events)
        self._user_file_measurer = user_files = Measurer()
        jobs = JobServices(library, accounts, self._measurer, user_files, events, paths.state)
        self._claims = jobs.claims
        self.events = events
        self.preferences = preferences
        self.recent_files = RecentFiles(preferences, events)
        self.accounts = accounts.accounts
        self.offers = CurrentOffers(accounts.accounts, accounts.connections, jobs.prices)
        self.balances = accounts.balances
        self.bucket = accounts.bucket
        self.updates = UpdateChecker(
            preferences, events, environ, paths.state, find_resources_folder()
        )
        self.crash_reports = CrashReports(paths.state, environ)
        self.jobs = jobs.queue
        self.job_actions = jobs.actions
        self.sweeps = jobs.sweeps
        self.previews = jobs.previews
        self.durations = jobs.durations
        self.prices = jobs.prices
        self._price_measurement = jobs.price_measurement
        self.budget = jobs.budget
        self.other_jobs = jobs.other_processes
        self.clips = Clips(library, jobs.collector, events)
        self.history = History(library, self.clips, events, jobs.prices)
        self.presets = FormPresets(library, self.clips, events)
        self.lists = UserLists(library, self.clips, events)
        self.saved_searches = SavedSearches(self.lists)
        self.search_history = SearchHistory(library, self.clips)
        self.playlists = Playlists(library, self.lists)
        self.playlist_files = PlaylistFiles(library, self.playlists)
        self.templates = Templates(find_resources_folder(), accounts.accounts, self.offers)
        self.template_previews = TemplatePreviews(paths.cache / "template-previews", accounts.demo)
        self.judgements = Judgements(library, self.clips)
        self.play_history = PlayHistory(library, events)
        self.remeasurement = Remeasurement(library, user_files, events)
        self.release_checks = ReleaseChecks(self.clips, self.remeasurement, preferences)
        self.checksum_recording = ChecksumRecording(library)
        self.external_changes = ExternalChanges(
            library,
            events,
            accounts.accounts.reload,
            jobs.prices.reload,
            accounts.balances.reload,
            jobs.claims.reopen,
        )
        export_folders = ExportFolders(paths.state / "export-folders.json")
        export_folders.delete_stale_files_in_background()
        reports = ExportReports(self.release_checks, library, accounts.accounts)
        self.exports = create_exports(library, jobs, events, self._pool, export_folders, reports)
        profiles = paths.export_profiles_file
        self.export_profiles = ExportProfiles(profiles, self.clips, preferences)
        self.drag_exports = DragExports(self.clips, self.export_profiles, preferences, self._pool)
        made_clips = MadeClips(library, self.clips, user_files)
        self.stems = StemMixes(library, self.clips, made_clips, self._pool, export_folders)
        self.local_edits = LocalEdits(self.clips, made_clips, self._library_pool)
        self.imports = Imports(library, self.clips, user_files, self.remeasurement, events)
        self.libraries = Libraries(library, environ)
        self.merges = Merges(library, self.clips, self.lists, events)
        self.mirror = Mirror(library, jobs, events)
        repair = FileRepair(library, self.mirror, user_files, events, self._library_pool)
        self.verification = Verification(library, self.clips, jobs.store, repair, events)
        self.drafts = Drafts(library)
        self.lyrics_versions = LyricsVersions(library)
        self.ledger = Ledger(library, accounts.accounts.all, export_folders)
        self.reconciliations = Reconciliations(library, accounts.accounts.all, jobs.prices)
        self.model_records = ModelRecords(library, jobs.prices)
        self.webhooks = Webhooks(
            accounts.accounts, accounts.connections, preferences, jobs.queue, events
        )
        self.stored_data = StoredDataReader(self, paths, accounts.demo)
        self.notices: list[Notice] = []

    @classmethod
    async def open_for_user(
        cls,
        environ: Mapping[str, str],
        sandbox_command: Sequence[str],
        library: Path | None = None,
        *,
        new_library: bool = False,
        secrets: Secrets | None = None,
    ) -> Self:
        """Opens the studio in the user's own folders, or on another library.

        Args:
            library: Its folder may be mistyped, so that it is not created without `new_library`.
            new_library: See `open`.
            secrets: See `open`.

        Raises:
            LibraryUnresponsive: Its disk does not respond.
            LibraryMissing: It existed before and is missing now, or `library` is no folder.
            StorageError: The library cannot be opened; the message gives the reason.
        """
        paths = default_paths(environ)
        if library is not None:
            paths = replace(paths, library=library, library_is_given=True)
        if library is not None and not new_library:
            await check_disk_responds(library)
            await asyncio.to_thread(check_exists, library)
        return await cls.open(
            paths, environ, sandbox_command, new_library=new_library, secrets=secrets
        )

    @classmethod
    async def open(
        cls,
        paths: Paths,
        environ: Mapping[str, str],
        sandbox_command: Sequence[str],
        *,
        new_library: bool = False,
        secrets: Secrets | None = None,
    ) -> Self:
        """Opens the library and the settings; does not use the network or spend credits.

        Args:
            environ: May contain keys (`PRODUCER_STUDIO_KEY_<ACCOUNT>`).
            sandbox_command: Program and arguments that run Demo Studio.
            new_library: Whether an empty library may replace a missing one.
            secrets: Those of a studio that this process had open before: without a keychain they
                are in memory alone.

        Raises:
            LibraryUnresponsive: Its disk does not respond.
            LibraryMissing: It existed before, and is missing now.
            StorageError: The library cannot be opened; the message gives the reason.
        """
        events = Events()
        preferences = PreferenceStore(PreferencesFile(paths.preferences_file), events)
        await preferences.load()
        folder = paths.choose_library(preferences.value.library_dir)
        await check_disk_responds(folder)
        known = KnownLibraries(paths.state / "libraries.json")
        is_own = not paths.library_is_given
        if not new_library:
            chosen = bool(preferences.value.library_dir) and is_own
            await asyncio.to_thread(check_not_missing, folder, known, chosen, is_own)
        await asyncio.to_thread(make_private, paths, folder)
        library = await finish_if_responsive([folder], Library.open(folder))
        installation = InstallationFile(paths.state / "installation.json")
        await mark_library(library, folder, installation, known)
        await asyncio.to_thread(known.add, folder, is_own=is_own)
        await asyncio.to_thread(restrict_to_owner, library.folder)
        secrets = secrets or Secrets(environ)
        accounts = Accounts(AccountStore(paths.accounts_file), secrets, preferences, events)
        await accounts.load()
        demo = DemoStudio(sandbox_command, paths.state / "demo-studio")
        demo.on_slow_start = lambda: events.publish(Notice(NoticeLevel.WARNING, _SLOW_DEMO))
        bucket = BucketSettings(preferences, secrets)
        connections = Connections(accounts, secrets, demo, bucket)
        balances = Balances(connections, library, events)
        accounts.attach(connections, balances)
        services = AccountServices(accounts, connections, balances, bucket, demo)
        studio = cls(library, preferences, services, events, paths, environ)
        await studio.export_profiles.list_all()
        try:
            await studio.prices.load()
        except StorageError as fault:
            # A damaged table is repaired at the next start; until then these prices are unknown.
            log.warning("Cannot read the samples of prices: %s", fault)
        library.context.on_damage = lambda fault: events.publish(
            Notice(NoticeLevel.WARNING, fault.message, fault.service_words)
        )
        studio.notices = [Notice(NoticeLevel.WARNING, text) for text in library.notices]
        studio.notices += [
            Notice(NoticeLevel.WARNING, problem)
            for problem in (preferences.problem, accounts.problem)
            if problem
        ]
        return studio

    async def back_up(self) -> Path:
        """Copies the library database into its backup folder; returns the path of the copy.

        Raises:
            StorageError: The disk is full, or the library is read-only.
        """
        return await self._library.back_up()

    async def back_up_to(self, target: Path, *, with_media: bool) -> int:
        """Writes a backup to a file of the user's choice; see `Library.back_up_to`.

        Raises:
            StorageError: The file exists already, or the disk is full.
        """
        stopped = threading.Event()
        try:
            return await self._library.back_up_to(
                target, with_media=with_media, is_cancelled=stopped.is_set
            )
        finally:
            stopped.set()

    async def finish_interrupted_deletion(self) -> None:
        """Deletes the files of clips whose deletion was interrupted in an earlier run."""
        await self._library.clips.finish_interrupted_deletion()

    async def check_library(self, wait_until_idle: Callable[[], Awaitable[object]]) -> None:
        """Looks for damage that opening a large library does not look for, while nobody works."""
        await wait_until_idle()
        await self._library.check()

    def publish_notices(self) -> None:
        """Publishes the notices of opening, after views have subscribed."""
        notices, self.notices = self.notices, []
        for notice in notices:
            self.events.publish(notice)

    async def close(self) -> None:
        """Finishes or stops everything, in reverse order of opening.

        On a disk that does not respond it ends nevertheless.
        """
        await close_if_responsive(self._library.folder, self._close)

    async def _close(self) -> None:
        await self.webhooks.close()
        await self.drag_exports.close()
        await self.exports.close()
        await self.jobs.close()
        await self._price_measurement.close()
        await self._measurer.close()
        await self._user_file_measurer.close()
        await self.preferences.close()
        await self._account_services.close()
        await self.template_previews.close()
        await self.crash_reports.close()
        await asyncio.to_thread(self._claims.close)
        await asyncio.to_thread(self._library_pool.shutdown)
        await asyncio.to_thread(self._pool.shutdown)
        await self._library.close()


_SLOW_DEMO = mark(
    "Demo Studio is still starting, because this computer is busy. Nothing is sent before."
)


def resources_folder() -> Path:
    """Returns the folder of icons, styles and fonts."""
    return find_resources_folder()

"""Creation of the parts of this package."""

from pathlib import Path

from producer_studio.library.library import Library
from producer_studio.studio.accounts.account_services import AccountServices
from producer_studio.studio.accounts.budget import Budget
from producer_studio.studio.accounts.prices import Prices
from producer_studio.studio.events import Events
from producer_studio.studio.jobs.actions import JobActions
from producer_studio.studio.jobs.claims import JobClaims
from producer_studio.studio.jobs.collect import ResultCollector
from producer_studio.studio.jobs.concurrency import AccountLimiter
from producer_studio.studio.jobs.dependencies import JobDependencies
from producer_studio.studio.jobs.download import ResultDownloader
from producer_studio.studio.jobs.durations import JobDurations
from producer_studio.studio.jobs.in_flight import InFlightRequests
from producer_studio.studio.jobs.late_results import LateResults
from producer_studio.studio.jobs.other_process_jobs import OtherProcessJobs
from producer_studio.studio.jobs.pipeline import JobPipeline
from producer_studio.studio.jobs.poll import JobPoller
from producer_studio.studio.jobs.price_measurement import PriceMeasurement
from producer_studio.studio.jobs.queue import JobQueue
from producer_studio.studio.jobs.recover import JobRecovery
from producer_studio.studio.jobs.registration_lookup import RegistrationLookup
from producer_studio.studio.jobs.request_checks import RequestChecks
from producer_studio.studio.jobs.request_previews import RequestPreviews
from producer_studio.studio.jobs.resume import JobResumer
from producer_studio.studio.jobs.runner import JobRunner
from producer_studio.studio.jobs.source_resolver import SourceResolver
from producer_studio.studio.jobs.store import JobStore
from producer_studio.studio.jobs.submit import JobSubmitter
from producer_studio.studio.jobs.sweep_guard import SweepGuard
from producer_studio.studio.jobs.sweeps import Sweeps
from producer_studio.studio.jobs.temporary_uploads import TemporaryUploads
from producer_studio.studio.jobs.unwritten_tasks import UnwrittenTasks
from producer_studio.studio.measurement import Measurer


class JobServices:
    """Everything that sends jobs, follows them and stores their results.

    Attributes:
        claims: Claims of this process on the library's jobs; closed last, after the last write.
        prices: Prices of requests, stated and learnt.
        price_measurement: Takes samples of prices; closed after the queue.
        budget: Budgets of accounts.
        durations: Typical durations.
        store: Rows of jobs.
        poller: Polls tasks; free.
        downloader: Downloads files of results.
        collector: Stores results, and downloads their media again at the user's request.
        queue: Adds jobs and resumes those of an earlier run.
        previews: Requests as the queue's jobs would send them.
        actions: The user's decisions about existing jobs.
        sweeps: Presses whose takes vary one or two fields, within limits.
        other_processes: Jobs of other processes.
    """

    def __init__(
        self,
        library: Library,
        accounts: AccountServices,
        measurer: Measurer,
        user_file_measurer: Measurer,
        events: Events,
        state: Path,
    ) -> None:
        """Connects the services.

        Args:
            measurer: For results; nothing else may keep it busy.
            user_file_measurer: For files to be uploaded, which may be on any disk.
            state: Folder of the program's own state.
        """
        connections = accounts.connections
        self.claims = JobClaims(None if library.read_only else library.folder / "jobs.lock")
        unwritten = UnwrittenTasks(state / "unwritten-tasks.json")
        self.store = store = JobStore(library, self.claims, events, unwritten)
        uploads = TemporaryUploads(
            store,
            connections.upload_hosts,
            connections.upload_setup_suggestion,
            user_file_measurer,
            events,
        )
        self.prices = Prices(library, connections, events)
        self.price_measurement = PriceMeasurement(
            library, connections, accounts.balances, self.prices
        )
        self.budget = Budget(
            library,
            accounts.accounts.get,
            accounts.accounts.overall_budget,
            self.prices.price,
            self.claims.exclusive,
            accounts.accounts.reload,
        )
        in_flight = InFlightRequests()
        recovery = JobRecovery(library, connections, store, in_flight)
        guard = SweepGuard(library, store, self.budget, accounts.balances, self.prices.price)
        submitter = JobSubmitter(connections, store, uploads, guard, recovery, in_flight)
        self.durations = JobDurations(library)
        self.poller = poller = JobPoller(library, connections, store, self.durations)
        self.downloader = downloader = ResultDownloader(connections, store, poller)
        self.collector = ResultCollector(
            library, downloader, store, measurer, events, accounts.accounts.service_name
        )
        registrations = RegistrationLookup(library, store, accounts.accounts.service_name)
        runner = JobRunner(
            store,
            submitter,
            poller,
            JobPipeline(
                store,
                submitter,
                poller,
                self.collector,
                AccountLimiter(connections.concurrency),
                self.price_measurement,
            ),
            LateResults(store, poller, self.collector, events),
            JobDependencies(registrations, store),
        )
        guard.is_running = runner.is_running
        checks = RequestChecks(library, connections, store, uploads, self.budget, self.prices)
        self.queue = JobQueue(
            checks,
            SourceResolver(library, connections, store, downloader, self.prices),
            registrations,
            store,
            runner,
            JobResumer(library, store, recovery, runner, events),
        )
        self.previews = RequestPreviews(library, connections, checks)
        self.actions = JobActions(self.queue, checks, registrations, store, runner, recovery)
        self.sweeps = Sweeps(library, self.queue, self.actions, checks, guard, registrations)
        self.other_processes = OtherProcessJobs(
            library, store, events, runner, self.queue.resume_orphan
        )

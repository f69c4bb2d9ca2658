"""ASGI application of the sandbox: store, task service, dialects, media, control, middleware."""

import contextlib
import logging
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp

from producer_studio.sandbox.access import HostCheckMiddleware, IdentityProof
from producer_studio.sandbox.control_api import ControlApi
from producer_studio.sandbox.fault_middleware import FaultInjectionMiddleware, FaultLocation
from producer_studio.sandbox.injected_faults import FaultPlan, InjectedFault
from producer_studio.sandbox.ledger import SandboxLedger
from producer_studio.sandbox.media_routes import MediaFiles
from producer_studio.sandbox.profiles import load_profiles
from producer_studio.sandbox.profiles.profile import ApiProfile
from producer_studio.sandbox.render_client import Renderer
from producer_studio.sandbox.request_log import RequestLog
from producer_studio.sandbox.store import SandboxStore, StoreUnwritable
from producer_studio.sandbox.task_service import SandboxSettings, TaskService
from producer_studio.sandbox.temporary_uploads import UPLOADS_PREFIX, TemporaryUploadRoutes
from producer_studio.sandbox.work_orders import SandboxFolders

log = logging.getLogger(__name__)

DEFAULT_CREDITS = 1240


@dataclass
class SandboxOptions:
    """Options from the command line.

    Attributes:
        state: Folder that persists after the server; None uses one that is deleted at the end.
        credits: Initial balance of every key.
        faults: Faults that are active from the start.
        control: Whether `/control` is available.
        proof: Proof of this server's identity; None for none.
    """

    settings: SandboxSettings = field(default_factory=SandboxSettings)
    state: Path | None = None
    credits: int = DEFAULT_CREDITS
    faults: Sequence[InjectedFault] = ()
    control: bool = True
    proof: IdentityProof | None = None


def build_application(options: SandboxOptions) -> ASGIApp:
    """Builds the ASGI application. Its lifespan owns the worker process and the folder."""
    root = options.state or Path(tempfile.mkdtemp(prefix="producer-studio-sandbox-"))
    folders = SandboxFolders.create_under(root)
    store = SandboxStore(root / "sandbox.sqlite", durable=options.state is not None)
    ledger = SandboxLedger(options.credits, store.entries())
    renderer = Renderer()
    faults = FaultPlan(options.faults)
    request_log = RequestLog()
    task_service = TaskService(folders, store, ledger, renderer, faults, options.settings)
    media_files = MediaFiles(folders.media, options.settings, task_service.render_wav)
    profiles: list[ApiProfile] = [
        profile(task_service, media_files, options.settings) for profile in load_profiles()
    ]
    for profile in profiles:
        task_service.webhook_body_builders[profile.name] = profile.webhook_body

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        renderer.start()
        task_service.resume()
        try:
            yield
        finally:
            await task_service.close()
            if options.state is None:
                shutil.rmtree(root)

    routes = (
        media_files.routes()
        + TemporaryUploadRoutes(
            folders.temporary_uploads, options.settings.account_for_key
        ).routes()
    )
    if options.control:
        services = frozenset(profile.service for profile in profiles)
        routes += ControlApi(task_service, faults, request_log, options.settings, services).routes()
    if options.proof is not None:
        routes += options.proof.routes()
    app = Starlette(
        routes=[*routes, *_profile_mounts(profiles)],
        lifespan=lifespan,
        exception_handlers={
            404: _not_found,
            405: _not_found,
            StoreUnwritable: _store_unwritable,
        },
    )
    middleware = FaultInjectionMiddleware(
        app, faults, request_log, lambda method, path: _find_fault_location(profiles, method, path)
    )
    return HostCheckMiddleware(middleware)


def _profile_mounts(profiles: Sequence[ApiProfile]) -> list[BaseRoute]:
    """Mounts every dialect under its prefixes, the root last because it matches every path."""
    pairs = [(prefix, profile) for profile in profiles for prefix in profile.prefixes]
    pairs.sort(key=lambda pair: pair[0] == "")
    return [Mount(prefix, routes=profile.routes()) for prefix, profile in pairs]


def _find_fault_location(
    profiles: Sequence[ApiProfile], method: str, path: str
) -> FaultLocation | None:
    if path.startswith(("/control/", "/handshake/")):
        return None
    if path.startswith(UPLOADS_PREFIX):
        return FaultLocation(frozenset({"files"}), lambda status: {"error": f"files {status}"})
    if path.startswith("/media/"):
        return FaultLocation(frozenset({"media"}), lambda status: {"error": f"media {status}"})
    for profile in profiles:
        for prefix in profile.prefixes:
            words = profile.fault_locations(method, path.removeprefix(prefix))
            if path.startswith(prefix) and words is not None:
                return FaultLocation(words, profile.error_body)
    return FaultLocation(frozenset(), lambda status: {"error": f"status {status}"})


async def _not_found(_request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 404)
    return JSONResponse({"code": status, "error": "Not Found"}, status)


async def _store_unwritable(_request: Request, error: Exception) -> Response:
    """Responds with the status that proves that nothing was accepted."""
    log.warning("cannot store a request: %s", error)
    words = "The disk is full or cannot be written. Nothing was accepted or charged."
    return JSONResponse({"code": 503, "error": words}, 503)

"""Puts the sandbox together: store, workshop, dialects, media, control, and the gate before all."""

import contextlib
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

from producer_studio.sandbox.access import HostCheck, Proof
from producer_studio.sandbox.control import Control
from producer_studio.sandbox.injected_faults import Fault, FaultPlan
from producer_studio.sandbox.ledger import Ledger
from producer_studio.sandbox.media_routes import MediaShelf
from producer_studio.sandbox.middleware import Gate, Place
from producer_studio.sandbox.profiles.acedata import AceData
from producer_studio.sandbox.profiles.aimusicapi import AiMusicApi
from producer_studio.sandbox.profiles.apiframe import Apiframe
from producer_studio.sandbox.profiles.musicapi import DemoApi, MusicApi
from producer_studio.sandbox.profiles.musicapi_2026_05 import MusicApi2026May
from producer_studio.sandbox.profiles.profile import Profile
from producer_studio.sandbox.renderer import Renderer
from producer_studio.sandbox.request_log import Journal
from producer_studio.sandbox.store import Store
from producer_studio.sandbox.task_service import Settings, Workshop
from producer_studio.sandbox.temporary_uploads import PREFIX, LentFiles
from producer_studio.sandbox.work_orders import Folders

DEFAULT_CREDITS = 1240


@dataclass
class Plan:
    """What the command line asks for.

    Attributes:
        state: the folder that outlives the server; None uses one that is removed at the end.
        credits: what every key has at first.
        faults: switched on from the start.
        control: whether `/control` is there.
        proof: of this server's identity; None has none.
    """

    settings: Settings = field(default_factory=Settings)
    state: Path | None = None
    credits: int = DEFAULT_CREDITS
    faults: Sequence[Fault] = ()
    control: bool = True
    proof: Proof | None = None


def build(plan: Plan) -> ASGIApp:
    """The ASGI application. Its lifespan owns the worker process and the folder."""
    root = plan.state or Path(tempfile.mkdtemp(prefix="producer-studio-sandbox-"))
    folders = Folders.under(root)
    store = Store(root / "sandbox.sqlite", durable=plan.state is not None)
    ledger = Ledger(plan.credits, store.entries())
    renderer = Renderer()
    faults = FaultPlan(plan.faults)
    journal = Journal()
    workshop = Workshop(folders, store, ledger, renderer, faults, plan.settings)
    shelf = MediaShelf(folders.media, plan.settings, workshop.make_wav)
    profiles: list[Profile] = [
        profile(workshop, shelf, plan.settings)
        for profile in (DemoApi, MusicApi, MusicApi2026May, AiMusicApi, AceData, Apiframe)
    ]
    for profile in profiles:
        workshop.heralds[profile.name] = profile.notice

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        renderer.start()
        workshop.resume()
        try:
            yield
        finally:
            await workshop.close()
            if plan.state is None:
                shutil.rmtree(root)

    routes = shelf.routes() + LentFiles(folders.lent, plan.settings.holder).routes()
    if plan.control:
        routes += Control(workshop, faults, journal, plan.settings).routes()
    if plan.proof is not None:
        routes += plan.proof.routes()
    app = Starlette(
        routes=[*routes, *_mounted(profiles)],
        lifespan=lifespan,
        exception_handlers={404: _nothing_here, 405: _nothing_here},
    )
    gate = Gate(app, faults, journal, lambda method, path: _place(profiles, method, path))
    return HostCheck(gate)


def _mounted(profiles: Sequence[Profile]) -> list[BaseRoute]:
    """Every dialect under its prefixes, the root last because it takes every path."""
    pairs = [(prefix, profile) for profile in profiles for prefix in profile.prefixes]
    pairs.sort(key=lambda pair: pair[0] == "")
    return [Mount(prefix, routes=profile.routes()) for prefix, profile in pairs]


def _place(profiles: Sequence[Profile], method: str, path: str) -> Place | None:
    if path.startswith(("/control/", "/handshake/")):
        return None
    if path.startswith(PREFIX):
        return Place(frozenset({"files"}), lambda status: {"error": f"files {status}"})
    if path.startswith("/media/"):
        return Place(frozenset({"media"}), lambda status: {"error": f"media {status}"})
    for profile in profiles:
        for prefix in profile.prefixes:
            words = profile.places(method, path.removeprefix(prefix))
            if path.startswith(prefix) and words is not None:
                return Place(words, profile.error_body)
    return Place(frozenset(), lambda status: {"error": f"status {status}"})


async def _nothing_here(_request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 404)
    return JSONResponse({"code": status, "error": "Not Found"}, status)

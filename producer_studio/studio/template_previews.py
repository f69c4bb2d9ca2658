"""Previews of templates: rendered once by a Demo Studio of their own, and kept in the cache folder.

Neither the library nor its ledger nor any account is involved, the user's own Demo Studio included.
"""

import asyncio
import hashlib
import json
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from producer_studio.domain.account import Account, Service
from producer_studio.domain.errors import ServiceUnavailable, StorageError
from producer_studio.domain.form import fields_for
from producer_studio.domain.ids import AccountName
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.template import Template
from producer_studio.files.permissions import create_private_folder
from producer_studio.providers.base import (
    AcceptedTask,
    FailedTask,
    FinishedTask,
    Provider,
    RemoteClip,
)
from producer_studio.studio.demo import DemoAddress, DemoStudio
from producer_studio.translation import mark

_ACCOUNT = Account(name=AccountName("previews"), service=Service.DEMO, profile="")
_MAX_LENGTH_S = 45.0
_CREDITS = 1_000_000
_POLL_INTERVAL_S = 0.4
_MAX_POLLS = 750
_IDLE_S = 20.0
"""Seconds after which the process ends when nothing else is to be rendered."""
_MAX_BYTES = 50_000_000
_LATEST_START = 0.6
"""Latest start of an extension or a section, as a part of the source."""
_HASH_LENGTH = 12
_ANY_HASH = "?" * _HASH_LENGTH
_NOT_WRITTEN = mark("The preview cannot be written.")
_LEAD_IN_S = 4.0
"""Seconds played before the place where the source was changed."""
_SOURCE = Recipe(
    sound="warm indie folk with acoustic guitar, upright bass and soft drums, 96 BPM",
    lyrics="[Verse]\nLanterns along the water\nA slow boat going home\n\n"
    "[Chorus]\nHold the line a little longer\nNobody rows alone",
    title="Source of previews",
    seed="1",
)


@dataclass(frozen=True, slots=True)
class TemplatePreview:
    """A rendered preview.

    Attributes:
        starts_at_s: Where to begin to play: a little before what the template changes.
    """

    path: Path
    starts_at_s: float = 0.0


class TemplatePreviews:
    """Renders previews, one at a time, each once.

    Args:
        folder: Folder in the cache.
        demo: The user's own Demo Studio, which is not used itself.
        max_length_s: Approximate length of previews, in seconds.
    """

    def __init__(self, folder: Path, demo: DemoStudio, max_length_s: float = _MAX_LENGTH_S) -> None:
        self._folder = folder
        options = ("--longest", f"{max_length_s:g}", "--credits", str(_CREDITS))
        self._state, self._partial = folder / "demo-studio", folder / "partial"
        self._demo = demo.with_state(self._state, *options)
        self._lock = asyncio.Lock()
        self._address: DemoAddress | None = None
        self._provider: Provider | None = None
        self._source: RemoteClip | None = None
        self._idle: asyncio.Task[None] | None = None

    async def find(self, template: Template) -> TemplatePreview | None:
        """Returns the preview if it was rendered before."""
        return await asyncio.to_thread(self._find, template)

    async def render(self, template: Template) -> TemplatePreview:
        """Returns the preview; renders it if it does not exist.

        Raises:
            ServiceError: It could not be rendered, or not be written.
        """
        self._cancel_idle()
        async with self._lock:
            self._cancel_idle()
            try:
                return await self.find(template) or await self._render(template)
            finally:
                self._idle = asyncio.create_task(self._close_when_idle(), name="idle previews")

    async def discard(self, preview: TemplatePreview) -> None:
        """Deletes a preview that cannot be played; the next request renders it again."""
        await asyncio.to_thread(preview.path.unlink, missing_ok=True)

    async def close(self) -> None:
        """Ends the process."""
        self._cancel_idle()
        await self._close_demo()

    def _find(self, template: Template) -> TemplatePreview | None:
        for path in self._folder.glob(f"{_file_stem(template)}_*.*"):
            start = path.stem.rpartition("_")[2]
            if start.isdecimal():
                return TemplatePreview(path, float(start))
        return None

    async def _render(self, template: Template) -> TemplatePreview:
        from producer_studio.providers.downloads.downloader import download_file  # start-up cost

        try:
            await asyncio.to_thread(create_private_folder, self._partial)
        except OSError as error:
            raise StorageError(_NOT_WRITTEN, service_words=str(error)) from error
        provider = await self._connect()
        recipe = await self._recipe(provider, template)
        clip = await self._request(provider, recipe)
        # Another studio may render the same one: each writes to a file of its own.
        partial = self._partial / f"{template.id}-{secrets.token_hex(8)}"
        file = await download_file(clip.links.audio, partial, kind="audio", limit_bytes=_MAX_BYTES)
        start_s = round(max(0.0, (recipe.starts_at_s or 0.0) - _LEAD_IN_S))
        target = self._folder / f"{_file_stem(template)}_{start_s}{file.extension}"
        try:
            await asyncio.to_thread(self._store, template, file.path, target)
        except OSError as error:
            raise StorageError(_NOT_WRITTEN, service_words=str(error)) from error
        return TemplatePreview(target, float(start_s))

    def _store(self, template: Template, file: Path, target: Path) -> None:
        """Moves a preview to its place, instead of those of earlier forms of the template."""
        for earlier in self._folder.glob(f"{template.id}-{_ANY_HASH}_*"):
            earlier.unlink(missing_ok=True)
        file.replace(target)

    async def _connect(self) -> Provider:
        from producer_studio.providers.registry import create_provider  # start-up cost

        running = await self._demo.address()
        if self._provider is None or self._address != running:
            if self._provider is not None:
                await self._provider.close()
            self._source = None
            self._address = running
            self._provider = create_provider(_ACCOUNT, running.key, running.url)
        return self._provider

    async def _recipe(self, provider: Provider, template: Template) -> Recipe:
        """Returns what is requested: without addresses, and within the length of the source."""
        operation = template.operation
        accepted = fields_for(operation, provider.capabilities().get(operation))
        recipe = template.form.to_recipe(accepted)
        recipe = recipe.with_changes(
            seed=recipe.seed or _SOURCE.seed, cover_url="", webhook_url="", source=None
        )
        if not operation.needs_source:
            return recipe
        if self._source is None:
            self._source = await self._request(provider, _SOURCE)
        return _fit_times(recipe, self._source.duration_s or _MAX_LENGTH_S).with_changes(
            source_remote=self._source.remote_id
        )

    async def _request(self, provider: Provider, recipe: Recipe) -> RemoteClip:
        """Sends a request to this computer, and waits for its result."""
        submitted = await provider.submit(recipe, idempotency_key=secrets.token_hex(16))
        result = submitted if isinstance(submitted, FinishedTask) else None
        for _ in range(_MAX_POLLS):
            if result is not None:
                break
            assert isinstance(submitted, AcceptedTask)  # noqa: S101 - the other kind of result
            await asyncio.sleep(_POLL_INTERVAL_S)
            polled = await provider.poll(submitted.task, recipe)
            if isinstance(polled, FailedTask):
                raise ServiceUnavailable(polled.error.message)
            result = polled if isinstance(polled, FinishedTask) else None
        if result is None or not result.clips[0].links.audio:
            raise ServiceUnavailable(mark("Demo Studio did not finish the preview. Try again."))
        return result.clips[0]

    async def _close_when_idle(self) -> None:
        await asyncio.sleep(_IDLE_S)
        self._idle = None
        async with self._lock:
            await self._close_demo()

    async def _close_demo(self) -> None:
        if self._provider is not None:
            await self._provider.close()
            self._provider = None
        if await self._demo.close():
            # It keeps everything that it rendered: ten times the size of the previews.
            for left in (self._state, self._partial):
                await asyncio.to_thread(shutil.rmtree, left, ignore_errors=True)

    def _cancel_idle(self) -> None:
        idle, self._idle = self._idle, None
        if idle is not None:
            idle.cancel()


def _fit_times(recipe: Recipe, source_s: float) -> Recipe:
    """Brings start and end into a source, which is shorter than a song."""
    if recipe.starts_at_s is None:
        return recipe
    ends_at_s = recipe.ends_at_s
    length_s = (ends_at_s or source_s) - recipe.starts_at_s
    start_s = min(recipe.starts_at_s, _LATEST_START * source_s)
    if ends_at_s is not None:
        ends_at_s = min(start_s + length_s, source_s)
    return recipe.with_changes(starts_at_s=start_s, ends_at_s=ends_at_s)


def _file_stem(template: Template) -> str:
    """Returns a name that another form, or another source, does not have."""
    content = json.dumps(
        [template.form.to_json(), _SOURCE.to_json(), _MAX_LENGTH_S], sort_keys=True
    )
    return f"{template.id}-{hashlib.sha256(content.encode()).hexdigest()[:_HASH_LENGTH]}"

"""Operations whose file calls fail in turn, and the library that they run in."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from producer_studio.domain.account import Service
from producer_studio.domain.clip import AudioMeasurements, Clip, MediaState
from producer_studio.domain.export_profile import ExportExtra, ExportFormat
from producer_studio.domain.form import Form
from producer_studio.domain.ids import AccountName, ClipId, new_clip_id
from producer_studio.domain.local_edit import Trim
from producer_studio.library.media_store import MediaKind
from producer_studio.settings.paths import default_paths
from producer_studio.settings.preferences import PreferencesFile
from producer_studio.studio.backups import Backups
from producer_studio.studio.clips import SmartList
from producer_studio.studio.events import Notice
from producer_studio.studio.export.export import ExportSpec
from producer_studio.studio.imports.import_result import ImportResult
from producer_studio.studio.library_move import LibraryMove
from producer_studio.studio.studio import Studio
from tests.integration.studio.conftest import SONG, open_bench, open_bench_at
from tests.support.open_studio import open_studio
from tests.support.sandbox_process import SandboxProcess
from tests.support.signals import tone, write_wave
from tests.support.stem_song import add_song, stem_sounds

Switch = Callable[[], None]
"""Begins or ends the part of an operation in which calls are counted."""

Work = Callable[[Studio, Path], Awaitable[str]]
"""Returns what the user is told; empty for a success."""

_ARCHIVE = "all.zip"


@dataclass(frozen=True)
class Operation:
    """Something that is done with the files of a folder.

    Attributes:
        run: Does it, with a switch that begins and one that ends the counting of calls.
        tolerates: Parts of names of files whose number may differ after a second run.
    """

    run: Callable[[Path, Switch, Switch], Awaitable[str]]
    tolerates: tuple[str, ...] = ()


async def make_folder(folder: Path) -> None:
    """Makes a library with clips, trash and a backup, another library, and songs to import."""
    studio = await open_studio(folder / "home")
    for number in range(3):
        await _add(studio, f"Song {number}", 200.0 + number)
    gone = [await _add(studio, f"Gone {number}", 300.0 + number) for number in range(2)]
    await studio.clips.trash([one.id for one in gone])
    await studio._library.clips.wait_for_sidecars()
    await studio.back_up()
    studio.preferences.change(theme="dark", daily_budget=20.0)
    await studio.accounts.add(AccountName("first"), Service.MUSICAPI, base_url="http://127.0.0.1:1")
    await studio.close()
    other = await open_studio(folder / "other")
    for number in range(2):
        await _add(other, f"Other {number}", 500.0 + number)
    await other._library.clips.wait_for_sidecars()
    await other.close()
    (folder / "songs" / "album").mkdir(parents=True)
    for number, name in enumerate(("a.wav", "album/b.wav", "album/c.wav")):
        write_wave(folder / "songs" / name, tone(0.3, 700.0 + number, 0.5))
    (folder / "out").mkdir()


async def _add(studio: Studio, title: str, hertz: float) -> Clip:
    measured = AudioMeasurements(duration_s=0.3)
    clip = Clip(id=new_clip_id(), title=title, lyrics="La la", stars=2, measured=measured)
    await studio._library.clips.add([clip])
    paths = {}
    for kind in (MediaKind.AUDIO, MediaKind.EXPORT):
        partial = studio._library.media.partial_path(clip.id, kind)
        write_wave(partial, tone(0.3, hertz, 0.5))
        paths[kind] = await studio._library.media.store_file(partial, clip, kind)
    changed = await studio._library.clips.update_fields(
        clip.id, path=paths[MediaKind.AUDIO], media=MediaState.READY
    )
    assert changed is not None
    return changed


async def _ids(studio: Studio, smart: SmartList = SmartList.ALL) -> list[ClipId]:
    return list(await studio.clips.list_ids(smart=smart))


async def add_paid_song(folder: Path, sandbox: SandboxProcess) -> None:
    """Adds a song that the service has accepted, made, and not delivered yet."""
    sandbox.set_faults([{"where": "create", "kind": "slow_task", "seconds": 1.0}])
    async with open_bench_at(sandbox, folder / "home") as bench:
        (job,) = await bench.press(SONG)
        await bench.until(lambda one: one.task_id is not None, job.id)
    while any(task["finished_at"] is None for task in sandbox.state()["tasks"]):  # noqa: ASYNC110 - of another process
        await asyncio.sleep(0.1)


async def add_mirrored_song(folder: Path, sandbox: SandboxProcess) -> None:
    """Adds a song of a service whose files are lost."""
    async with open_bench_at(sandbox, folder / "home") as bench:
        _, clip = await bench.made(SONG)
        for path in (clip.path, clip.cover):
            assert path is not None
            path.unlink()
        await bench.studio.clips.refresh_media_states([clip.id])
        await bench.studio._library.clips.wait_for_sidecars()


async def add_stems(folder: Path, _sandbox: SandboxProcess) -> None:
    """Adds a song with two stems."""
    studio = await open_studio(folder / "home")
    await add_song(studio._library, stem_sounds((0.3, 0.3)))
    await studio._library.clips.wait_for_sidecars()
    await studio.close()


async def _mirror(folder: Path, begin: Switch, end: Switch) -> str:
    begin()
    async with open_bench(folder / "home") as bench:
        result = await bench.studio.mirror.run(await bench.studio.mirror.plan())
        end()
        said = [one.text for one in bench.notices]
        said += [one.error.message for one in result.outcomes if one.error is not None]
        return " ".join(said)


async def _move(folder: Path, begin: Switch, end: Switch) -> str:
    environ = {"PRODUCER_STUDIO_HOME": str(folder / "home")}
    target = folder / "out" / "moved"
    chosen = PreferencesFile(default_paths(environ).preferences_file).load().library_dir
    if chosen == str(target):
        return ""
    begin()
    await LibraryMove(environ).run(target, lambda _done, _all: None, lambda: False)
    end()
    return ""


async def _collect(folder: Path, begin: Switch, end: Switch) -> str:
    begin()
    async with open_bench(folder / "home") as bench:
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
        end()
        said = [one.text for one in bench.notices]
        for job in await bench.studio.jobs.all():
            said += [job.fault.message] if job.fault is not None else []
        return " ".join(said)


async def _delete_results(_studio: Studio, folder: Path) -> str:
    for path in (folder / "out").iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif not path.name.startswith("."):
            path.unlink()
    return ""


def _in_studio(work: Work, prepare: Work | None = None) -> Operation:
    async def run(folder: Path, begin: Switch, end: Switch) -> str:
        studio = await open_studio(folder / "home")
        heard: list[str] = []
        studio.events.subscribe(Notice, lambda notice: heard.append(notice.text))
        try:
            if prepare is not None:
                await prepare(studio, folder)
            begin()
            try:
                heard.append(await work(studio, folder))
            finally:
                end()
        finally:
            await studio.close()
        return " ".join(filter(None, heard))

    return Operation(run, ("backups/",) if work is _backup else ())


def _import_words(result: ImportResult) -> str:
    details = [one.detail for one in result.outcomes if one.detail]
    return " ".join(filter(None, [result.problem, *details]))


async def _import(studio: Studio, folder: Path) -> str:
    return _import_words(await studio.imports.run([folder / "songs"], measures=False))


async def _merge(studio: Studio, folder: Path) -> str:
    return _import_words(await studio.merges.run(folder / "other" / "library"))


def _export(made: ExportFormat, *extras: ExportExtra) -> Work:
    async def export(studio: Studio, folder: Path) -> str:
        spec = ExportSpec(format=made, folder=folder / "out", extras=frozenset(extras))
        said: list[str] = []
        for one in await studio.exports.export(await _ids(studio), spec):
            ended = await studio.exports.wait_until_finished(one.id)
            said += [*ended.messages, ended.error.message if ended.error else ""]
        return " ".join(filter(None, said))

    return export


async def _backup(studio: Studio, _folder: Path) -> str:
    await studio.back_up()
    return ""


async def _archive(studio: Studio, folder: Path) -> str:
    await studio.back_up_to(folder / "out" / _ARCHIVE, with_media=True)
    return ""


async def _purge(studio: Studio, _folder: Path) -> str:
    result = await studio.clips.delete(await _ids(studio, SmartList.TRASH))
    return "Some clips remain." if result.remaining else ""


async def _trash(studio: Studio, _folder: Path) -> str:
    await studio.clips.trash(await _ids(studio))
    return ""


async def _edit(studio: Studio, _folder: Path) -> str:
    await studio.clips.edit(await _ids(studio), tags=["x"], stars=5, notes="n")
    await studio._library.clips.wait_for_sidecars()
    return ""


async def _change_settings(studio: Studio, _folder: Path) -> str:
    studio.preferences.change(theme="light")
    await studio.preferences.close()
    return ""


async def _add_account(studio: Studio, _folder: Path) -> str:
    await studio.accounts.add(
        AccountName("second"), Service.MUSICAPI, base_url="http://127.0.0.1:1"
    )
    return studio.accounts.problem


async def _trim(studio: Studio, _folder: Path) -> str:
    await studio.local_edits.apply((await _ids(studio))[0], Trim(0.05, 0.25))
    return ""


async def _verify(studio: Studio, _folder: Path) -> str:
    result = await studio.verification.run(repairs=True)
    return " ".join(one.text for one in result.outcomes)


async def _drag(studio: Studio, folder: Path) -> str:
    studio.preferences.change(drag_profile="daw", export_folder=str(folder / "out"))
    ids = await _ids(studio)
    await studio.drag_exports.prepare(ids)
    files = await studio.drag_exports.get_files(ids)
    return "" if len(files) == len(ids) else f"{len(files)} files"


async def _playlist(studio: Studio, folder: Path) -> str:
    if not (known := await studio.playlists.list_all()):
        await studio.playlists.create("Evening", await _ids(studio))
        known = await studio.playlists.list_all()
    file = folder / "out" / "list.m3u8"
    await studio.playlist_files.save(known[0], file, is_absolute=False)
    if len(known) == 1:
        await studio.playlist_files.load(file, "Morning")
    return ""


async def _preset(studio: Studio, folder: Path) -> str:
    if not (known := await studio.presets.list_all()):
        await studio.presets.add("Evening", Form(sound="piano").to_json())
        known = await studio.presets.list_all()
    file = folder / "out" / "evening.preset.json"
    await studio.presets.save_file(known[0], file)
    if len(known) == 1:
        await studio.presets.add_file(file)
    return ""


async def _export_stems(studio: Studio, folder: Path) -> str:
    (clip,) = [
        clip
        for clip in await studio.clips.get_many(await _ids(studio))
        if clip.stem and clip.position == 0
    ]
    found = await studio.stems.find(clip.id)
    assert found is not None
    await studio.stems.export_stems(found, folder / "out")
    await studio.stems.export_mix(found, {}, folder / "out")
    return ""


async def _open(folder: Path, begin: Switch, end: Switch) -> str:
    begin()
    studio = await open_studio(folder / "home")
    said = " ".join(one.text for one in studio.notices)
    try:
        await studio.finish_interrupted_deletion()
    finally:
        await studio.close()
        end()
    return said


async def _restore(folder: Path, begin: Switch, end: Switch) -> str:
    begin()
    await Backups(folder / "home" / "library").restore()
    end()
    return ""


async def _rebuild(folder: Path, begin: Switch, end: Switch) -> str:
    begin()
    await Backups(folder / "home" / "library").rebuild()
    end()
    return ""


_WAV = _export(ExportFormat.WAV, ExportExtra.PROVENANCE, ExportExtra.DAW)
_KEPT_DATABASES = ("library.db", "replaced", "not used")

OPERATIONS = {
    "collect": Operation(_collect),
    "import": _in_studio(_import),
    "merge": _in_studio(_merge),
    "export": _in_studio(_WAV, _delete_results),
    "mp3": _in_studio(_export(ExportFormat.MP3), _delete_results),
    "zip": _in_studio(_export(ExportFormat.FLAC, ExportExtra.ZIP), _delete_results),
    "backup": _in_studio(_backup),
    "archive": _in_studio(_archive, _delete_results),
    "purge": _in_studio(_purge),
    "trash": _in_studio(_trash),
    "edit": _in_studio(_edit),
    "settings": _in_studio(_change_settings),
    "account": _in_studio(_add_account),
    "trim": _in_studio(_trim),
    "verify": _in_studio(_verify),
    "open": Operation(_open),
    "restore": Operation(_restore, _KEPT_DATABASES),
    "rebuild": Operation(_rebuild, _KEPT_DATABASES),
    "mirror": Operation(_mirror),
    "move": Operation(_move),
    "drag": _in_studio(_drag, _delete_results),
    "playlist": _in_studio(_playlist),
    "preset": _in_studio(_preset),
    "stems": _in_studio(_export_stems, _delete_results),
}
"""Operations by their names on the command line."""

PREPARATIONS = {
    "collect": add_paid_song,
    "mirror": add_mirrored_song,
    "stems": add_stems,
}
"""What is added to the library of an operation, with the service that it uses."""

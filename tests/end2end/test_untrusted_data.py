"""Data from outside: services, media, damaged rows, foreign libraries and other local users."""

import asyncio
import gc
import io
import itertools
import json
import os
import resource
import shutil
import sqlite3
import struct
import subprocess
import sys
import time
import wave
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PySide6.QtCore import QTimer

from producer_studio.audio.measure import measure
from producer_studio.audio.tags import read_recipe
from producer_studio.domain.account import Service
from producer_studio.domain.clip import Clip, MediaLinks, MediaState
from producer_studio.domain.ids import ClipId, JobId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.domain.library_change import ClipField
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.library import Library
from producer_studio.library.connection import connect
from producer_studio.library.internal_files import DATABASE
from producer_studio.library.recovery.backup_restore import list_backups
from producer_studio.providers.base import FinishedTask, RemoteClip
from producer_studio.providers.downloads.downloader import download_file
from producer_studio.providers.http.error_details import parse_error_details
from producer_studio.providers.http.response import Response
from producer_studio.providers.http.response_errors import create_service_error
from producer_studio.providers.task_results import evaluate_failed_task
from producer_studio.studio.crash_reports.store import CrashReportStore, ProcessOutcome
from producer_studio.ui.clips.row import build_clip_row
from producer_studio.ui.clips.text_layout_cache import TextLayoutCache
from producer_studio.ui.widgets.text_format import format_time
from producer_studio.ui.widgets.waveform import Waveform
from tests.integration.studio.conftest import ACCOUNT, SONG, open_bench, open_bench_at
from tests.integration.studio.jobs.test_temporary_uploads import Shelf as Bucket
from tests.integration.studio.jobs.test_temporary_uploads import shelf as bucket
from tests.support.file_server import served
from tests.support.program import Program
from tests.support.sandbox_process import SandboxProcess
from tests.support.tone import write_tone
from tests.ui.conftest import loop, style
from tests.ui.inspector.conftest import InspectorBench, inspector_bench
from tests.ui.library.conftest import ListBench, a_clip, bench, list_bench

__all__ = ["bench", "bucket", "inspector_bench", "list_bench", "loop", "style"]

ROOT = Path(__file__).parents[2]
ELSEWHERE = "e" * 32
"""Another installation's name, which its jobs bear."""

LONG_AGO = "0001-01-01T00:00:00+00:00"
FAR_AHEAD = "9999-12-31T23:59:59+00:00"


def wipe(folder: Path) -> None:
    """Loses the catalogue, as a damaged disk does."""
    for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"):
        (folder / name).unlink(missing_ok=True)


def change(folder: Path, *statements: str) -> None:
    """Changes a closed catalogue as damage, another version or another hand would."""
    with closing(connect(folder / DATABASE, writes=True)) as db:
        for one in statements:
            db.execute(one)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def filled(folder: Path, count: int = 3) -> None:
    library = await Library.open(folder)
    for number in range(count):
        clip = Clip(id=ClipId(f"clip-{number}"), title=f"Song {number}", account=ACCOUNT)
        await library.clips.add([clip])
        failed = Job(
            id=JobId(f"job-{number}"), account=ACCOUNT, state=JobState.FAILED,
            recipe=Recipe(sound="x" * 40), credits_charged=3.0,
        )  # fmt: skip
        await library.jobs.write(failed)
    await library.close()


def measured(code: str, *arguments: object, limit_mb: int = 6000) -> tuple[float, float, str]:
    """Runs code in a process of its own; MB at its peak, seconds of CPU, and its output."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (limit_mb << 20, limit_mb << 20))

    head = "import sys, time\nfrom pathlib import Path\nbegun = time.process_time()\n"
    # Not ru_maxrss: after fork and exec that is at least what the tests' own process had.
    tail = """
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(peak.split()[1]) // 1024, time.process_time() - begun)
"""
    ended = subprocess.run(
        [sys.executable, "-c", head + code + tail, *map(str, arguments)],
        capture_output=True, text=True, timeout=240, cwd=ROOT, preexec_fn=limited, check=False,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-2000:]
    *_, last = ended.stdout.splitlines()
    megabytes, seconds = map(float, last.split())
    return megabytes, seconds, ended.stdout


def png(path: Path, width: int, height: int, *, depth: int = 8) -> Path:
    """A picture of one colour, packed as tightly as can be."""
    kind, size = (6, 8) if depth == 16 else (2, 3)
    packer = zlib.compressobj(9)
    row = b"\0" + bytes(width * size)
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )
    return path


# (f) Memory


def test_a_cover_of_a_hundred_bytes_takes_no_gigabytes_in_the_list(tmp_path: Path) -> None:
    """One pixel wide and thousands high: scaled to fill the tile it has billions of pixels."""
    cover = png(tmp_path / "cover.png", 1, 8000)
    assert cover.stat().st_size < 200
    code = """
from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication
app = QGuiApplication([])
from producer_studio.ui.widgets.cover_art import decode_cover
decode_cover(Path(sys.argv[1]), QSize(279, 187))
"""
    megabytes, seconds, _ = measured(code, cover)
    assert megabytes < 400, f"{megabytes} MB, {seconds:.1f} s"
    assert seconds < 3


def test_a_cover_takes_no_gigabytes_when_a_clip_is_exported(tmp_path: Path) -> None:
    """1.7 MB of PNG, far below the 30 MB that are fetched: 225 million pixels of 64 bits."""
    cover = png(tmp_path / "cover.png", 15_000, 15_000, depth=16)
    code = """
from producer_studio.audio.tag_set import convert_cover_to_jpeg
convert_cover_to_jpeg(Path(sys.argv[1]).read_bytes())
"""
    megabytes, seconds, _ = measured(code, cover)
    assert megabytes < 500, f"{megabytes} MB, {seconds:.1f} s"


def packed_id3(path: Path, megabytes: int) -> Path:
    """An MP3 file whose tag has one packed frame that grows a thousandfold."""

    def size(number: int) -> bytes:
        return bytes((number >> shift) & 127 for shift in (21, 14, 7, 0))

    packer = zlib.compressobj(9)
    data = packer.compress(b"\0name\0")
    data += b"".join(packer.compress(b"A" * (1 << 20)) for _ in range(megabytes)) + packer.flush()
    data = size((megabytes << 20) & 0xFFFFFFF) + data
    frame = b"TXXX" + size(len(data)) + struct.pack(">H", 0x0009) + data
    sound = _mp3()
    path.write_bytes(b"ID3\x04\0\0" + size(len(frame)) + frame + sound)
    return path


def _mp3() -> bytes:
    made = io.BytesIO()
    with av.open(made, "w", format="mp3", options={"id3v2_version": "0"}) as container:
        stream = container.add_stream("libmp3lame", rate=44_100)
        for at in range(0, 44_100, 1152):
            wave = (np.sin(np.arange(at, at + 1152) / 20) * 8000).astype("i2").reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(wave, format="s16", layout="mono")
            frame.sample_rate, frame.pts = 44_100, at
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return made.getvalue()


@pytest.mark.parametrize(
    "use",
    [
        "from producer_studio.audio.measure import measure as use",
        "from producer_studio.audio.tags import read_recipe as use",
        "from producer_studio.audio.container import read_media_info as use",
    ],
    ids=["measuring", "dropping it on the window", "exporting"],
)
def test_a_packed_tag_does_not_unpack_to_gigabytes(tmp_path: Path, use: str) -> None:
    """Half a megabyte of MP3: mutagen unpacks frames without a limit, FFmpeg up to 256 MB.

    It may be refused: no song has tags of which 32 MB are compressed.
    """
    sound = packed_id3(tmp_path / "song.mp3", 500)
    assert sound.stat().st_size < 700_000
    code = f"""
from contextlib import suppress
from producer_studio.domain.errors import MediaRejected
{use}
with suppress(MediaRejected):
    use(Path(sys.argv[1]))
"""
    megabytes, seconds, _ = measured(code, sound)
    assert megabytes < 500, f"{megabytes} MB, {seconds:.1f} s"


# (d) Nothing hides the rest


@pytest.fixture
def long_times(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system that keeps times of 64 bits, as btrfs, ZFS, tmpfs and NTFS do."""
    for place in (tmp_path, Path("/dev/shm")):
        folder = place / f"odd-names-{os.getpid()}"
        if not place.is_dir():
            continue
        folder.mkdir()
        os.utime(folder, (1e12, 1e12))
        if folder.stat().st_mtime > 9e11:
            yield folder
            shutil.rmtree(folder)
            return
        folder.rmdir()
    pytest.skip("no file system here keeps such times")


@pytest.mark.anyio
async def test_the_time_of_one_folder_does_not_lock_the_library_out(long_times: Path) -> None:
    folder = long_times / "library"
    await filled(folder)
    wipe(folder)
    odd = min(folder.glob("[0-9]*/*/*"))
    (odd / "recipe.json").write_text("no recipe")
    os.utime(odd, (1e12, 1e12))
    library = await Library.open(folder)
    assert len(await library.clips.list_ids()) == 3
    await library.close()


@pytest.mark.anyio
@pytest.mark.skipif(sys.platform != "linux", reason="names are text elsewhere")
async def test_a_folder_whose_name_is_no_text_is_found_with_its_sound(tmp_path: Path) -> None:
    """Unpacked from an old archive: “Café” in Latin-1."""
    folder = tmp_path / "library"
    await filled(folder)
    wipe(folder)
    odd = folder / "2026" / os.fsdecode(b"Caf\xe9 [abc]")
    odd.mkdir(parents=True)
    (odd / os.fsdecode(b"Caf\xe9.mp3")).write_bytes(_mp3())
    library = await Library.open(folder)
    found = await library.clips.get_many(await library.clips.list_ids())
    notices = library.notices
    await library.clips.edit([clip.id for clip in found], {ClipField.STARS: 4})
    await library.close()
    [cafe] = [clip for clip in found if clip.title.startswith("Caf")]
    # It is said to be ready, and a second folder is made beside it under a name that nobody has.
    is_named = any("Caf" in notice for notice in notices)
    assert is_named or (cafe.path is not None and cafe.path.is_file())
    assert len(list((folder / "2026").glob("Caf*"))) == 1


@pytest.mark.anyio
async def test_a_damaged_folder_name_does_not_stop_the_files_of_other_clips(
    tmp_path: Path,
) -> None:
    """A byte of a stored folder became zero: no recipe.json is written any more, at any start."""
    folder = tmp_path / "library"
    await filled(folder)
    change(
        folder,
        "UPDATE details SET folder = '2026/Song' || char(0) || '0' WHERE title = 'Song 0'",
    )
    library = await Library.open(folder)
    await library.clips.edit(await library.clips.list_ids(), {ClipField.STARS: 4})
    await library.clips.wait_for_sidecars()
    await library.clips.trash(await library.clips.list_ids())
    with closing(sqlite3.connect(":memory:")):
        size = await asyncio.gather(
            library.clips.trash_size_bytes([ClipId("clip-0"), ClipId("clip-1")]),
            return_exceptions=True,
        )
    await library.close()
    stars = {
        data["title"]: data["stars"]
        for path in folder.glob("*/*/*/recipe.json")
        if (data := json.loads(path.read_text("utf-8")))
    }
    assert (stars["Song 1"], stars["Song 2"]) == (4, 4)
    assert isinstance(size[0], int), size


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("kind", "at"), [("tip", "2026-01-01T00:00:00+00:00"), ("charged", "yesterday")]
)
async def test_one_line_that_cannot_be_read_does_not_hide_the_ledger(
    tmp_path: Path, kind: str, at: str
) -> None:
    """A kind that a later version has, a time that is damaged: the whole book is gone."""
    folder = tmp_path / "library"
    await filled(folder)
    library = await Library.open(folder)
    await library.ledger.add(LedgerEntry(account=ACCOUNT, kind=EntryKind.CHARGED, amount=3.0))
    await library.close()
    change(
        folder,
        "INSERT INTO ledger(account, kind, amount, job, note, at) "  # noqa: S608
        f"VALUES ('test', '{kind}', 1.0, NULL, '', '{at}')",
    )
    library = await Library.open(folder)
    try:
        found = await library.ledger.list_entries(ACCOUNT)
    finally:
        await library.close()
    assert [entry.amount for entry in found if entry.kind is EntryKind.CHARGED][-1] == 3.0


@pytest.mark.anyio
async def test_one_damaged_job_does_not_hide_what_the_others_cost(tmp_path: Path) -> None:
    """One byte of one row: the ledger page, and every request under a budget, break."""
    folder = tmp_path / "library"
    await filled(folder)
    path = folder / DATABASE
    change(folder, "UPDATE jobs SET body = replace(body, 'xxxx\"', 'xMRK\"') WHERE id = 'job-1'")
    content = path.read_bytes()
    assert b'xMRK"' in content
    path.write_bytes(content.replace(b'xMRK"', b"xMRK "))
    library = await Library.open(folder)
    try:
        assert len(await library.ledger.list_charged_jobs_without_clip()) == 2
        assert await library.ledger.highest_recent_price(ACCOUNT, Operation.CREATE) == 3.0
    finally:
        await library.close()


@pytest.mark.anyio
@pytest.mark.parametrize("value", ["'lots'", "json('[1]')", "json('9e999')"])
async def test_the_dearest_price_is_a_number(tmp_path: Path, value: str) -> None:
    folder = tmp_path / "library"
    await filled(folder)
    change(
        folder,
        f"UPDATE jobs SET body = json_set(body, '$.credits_charged', {value}) WHERE id = 'job-1'",  # noqa: S608
    )
    library = await Library.open(folder)
    found = await library.ledger.highest_recent_price(ACCOUNT, Operation.CREATE)
    await library.close()
    assert found == 3.0


@pytest.mark.anyio
async def test_an_id_of_two_lines_does_not_hide_its_clip(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    await filled(folder)
    change(folder, "UPDATE clips SET id = 'a' || char(10) || 'b' WHERE id = 'clip-0'")
    library = await Library.open(folder)
    ids = await library.clips.list_ids()
    rows = await library.clips.get_many(ids)
    await library.close()
    assert len(ids) == 3
    assert len(rows) == 3


@pytest.mark.parametrize(
    ("column", "moment", "zone"),
    [
        ("added_at", LONG_AGO, "America/New_York"),
        ("added_at", FAR_AHEAD, "Asia/Tokyo"),
        ("created_at", FAR_AHEAD, "Asia/Tokyo"),
        ("created_at", "2026-01-01T12:00:00", "UTC"),
    ],
)
def test_the_time_of_one_row_does_not_blank_the_list(
    tmp_path: Path, column: str, moment: str, zone: str
) -> None:
    """What the list, the inspector and an export make of each row."""
    folder = tmp_path / "library"
    asyncio.run(filled(folder))
    change(folder, f"UPDATE details SET {column} = '{moment}' WHERE title = 'Song 0'")  # noqa: S608
    code = """
import asyncio
from datetime import date
from producer_studio.library import Library
from producer_studio.studio.export.tag_settings import local_date_text
from producer_studio.ui.inspector.made_with import collect_facts
from producer_studio.ui.clips.row import build_clip_row

async def main():
    library = await Library.open(Path(sys.argv[1]))
    for clip in await library.clips.get_many(await library.clips.list_ids()):
        build_clip_row(clip, b"", date.today())
        local_date_text(clip.created_at)
        collect_facts(clip, None)
    await library.close()

asyncio.run(main())
"""
    ended = subprocess.run(
        [sys.executable, "-c", "import sys\nfrom pathlib import Path\n" + code, str(folder)],
        capture_output=True, text=True, timeout=60, cwd=ROOT, check=False,
        env=os.environ | {"TZ": zone, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-600:]


def test_the_command_line_lists_the_others_beside_a_time_without_zone(
    musician: Program, song: dict[str, Any]
) -> None:
    [database] = musician.home.rglob(DATABASE)
    with closing(connect(database, writes=True)) as db:
        before = db.execute("SELECT created_at FROM details").fetchone()[0]
        db.execute("UPDATE details SET created_at = '2026-01-01T12:00:00'")
    try:
        ended = musician.run("library", "search", "")
    finally:
        with closing(connect(database, writes=True)) as db:
            db.execute("UPDATE details SET created_at = ?", (before,))
    assert ended.code == 0, ended.stderr
    assert [line["id"] for line in ended.lines] == [song["id"]]


# (b) Nothing outside the library


@pytest.mark.anyio
@pytest.mark.parametrize("installation", ["", ELSEWHERE], ids=["own row", "foreign row"])
async def test_a_library_from_elsewhere_deletes_nothing_in_the_users_bucket(
    sandbox: SandboxProcess, tmp_path: Path, bucket: Bucket, installation: str
) -> None:
    """A row may name any file in a handle; one that no host has given is believed in no row."""
    bucket.files["/songs/masters/album.wav"] = b"the only copy"
    async with open_bench_at(sandbox, tmp_path / "home", Service.MUSICAPI) as bench:
        await bench.studio.bucket.save(bucket.place, "secret")
        foreign = Job(
            id=new_job_id(), state=JobState.FAILED, account=ACCOUNT, dismissed=True,
            recipe=Recipe(operation=Operation.UPLOAD, audio_file="/x.wav"),
            hosted=json.dumps([["the bucket \u201csongs\u201d", "masters/album.wav"]]),
            installation=installation,
        )  # fmt: skip
        await bench.studio._library.jobs.write(foreign)
    async with open_bench(tmp_path / "home", PRODUCER_STUDIO_BUCKET_SECRET="secret") as bench:
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
    assert bucket.files == {"/songs/masters/album.wav": b"the only copy"}


@pytest.mark.anyio
@pytest.mark.parametrize("hosted", ["no JSON", "[1]", '[["a"]]', "[" * 100_000, '{"a": 1}'])
async def test_a_damaged_handle_is_no_crash(
    sandbox: SandboxProcess, tmp_path: Path, hosted: str
) -> None:
    broken: list[dict[str, Any]] = []
    async with open_bench_at(sandbox, tmp_path / "home", Service.MUSICAPI) as bench:
        job = Job(id=new_job_id(), state=JobState.FAILED, account=ACCOUNT, hosted=hosted)
        await bench.studio._library.jobs.write(job)
    async with open_bench(tmp_path / "home") as bench:
        asyncio.get_running_loop().set_exception_handler(lambda _, told: broken.append(told))
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
    gc.collect()
    await asyncio.sleep(0)
    assert not broken, broken


@pytest.mark.anyio
async def test_opening_a_library_from_elsewhere_buys_nothing(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    """A foreign row in doubt, with a key that the service never saw, is sent as a new request."""
    own = SONG.with_changes(title="", seed="", lyrics="", instrumental=True)
    async with open_bench_at(sandbox, tmp_path / "own", profile="apiframe") as bench:
        await bench.press(own)
        await bench.press(own)
        await bench.studio.jobs.wait_until_idle()
    path = "/v2/music/generate"
    before = len(sandbox.requests("POST", path))
    assert before == 2
    foreign = Job(
        id=new_job_id(), state=JobState.UNKNOWN, recipe=own, account=ACCOUNT,
        idempotency_key="from-elsewhere", sent_at=datetime.now(UTC) - timedelta(hours=1),
        service_sent_at=datetime.now(UTC) - timedelta(hours=1), installation=ELSEWHERE,
    )  # fmt: skip
    # The same account, and somebody else's library.
    async with open_bench_at(sandbox, tmp_path / "other", profile="apiframe") as bench:
        await bench.studio._library.jobs.write(foreign)
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
        assert (await bench.row(foreign)).state is JobState.UNKNOWN
        # To look for it is free: its key is not taken for one that the service knows.
        await bench.studio.job_actions.recheck(foreign.id)
        await bench.studio.jobs.wait_until_idle()
    assert len(sandbox.requests("POST", path)) == before


# Downloads that cannot go on


@pytest.mark.anyio
@pytest.mark.parametrize(
    "sidecar", ["[" * 200_000, '{"place": %PLACE%, "validator": "a\\nb", "total": null}']
)
async def test_a_strange_mark_of_a_download_does_not_keep_the_file_away(
    tmp_path: Path, sidecar: str
) -> None:
    sound = _mp3()
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "song.mp3").write_bytes(sound)
    with served(tmp_path / "web") as address:
        url = f"{address}/song.mp3"
        target = tmp_path / "x.audio.part"
        target.write_bytes(sound[:100])
        written = sidecar.replace("%PLACE%", json.dumps(url))
        target.with_name("x.audio.part.part").write_text(written)
        fetched = await download_file(url, target, kind="audio", limit_bytes=10**6)
    assert fetched.path.read_bytes() == sound


# (c) Private data


@pytest.mark.anyio
async def test_the_files_in_a_shared_folder_do_not_name_the_users_own_folders(
    tmp_path: Path,
) -> None:
    library = await Library.open(tmp_path / "library")
    recipe = Recipe(operation=Operation.UPLOAD, audio_file="/srv/zoe/Private/demo for label.wav")
    clip = Clip(id=ClipId("c"), title="Demo", recipe=recipe, media=MediaState.READY)
    await library.clips.add([clip])
    await library.close()
    [path] = (tmp_path / "library").glob("*/*/*/recipe.json")
    assert "/srv/zoe" not in path.read_text("utf-8")


# (a) The window's thread


MIXED = "".join(chr(0x600 + at % 200) + chr(0x4E00 + at % 20_000) for at in range(25_000))
"""As long as a text of a service may be (`reading.TEXT_LIMIT`), each letter of another font."""


@pytest.mark.qt_log_ignore("^This plugin does not support", "OpenType support missing", "pipewire")
@pytest.mark.parametrize(
    "fields",
    [
        {"lyrics": MIXED},
        {"lyrics": "ab <cd " * 7000},
        {"lyrics": "la la " * 160_000},
        {"sound": MIXED},
        {"model": MIXED},
        {"seed": MIXED},
        {"tags": tuple(f"tag {at}" for at in range(500))},
    ],
    ids=[
        "lyrics of a service",
        "plain lyrics",
        "lyrics of a sidecar",
        "sound",
        "model",
        "seed",
        "500 tags",
    ],
)
def test_long_words_do_not_hold_the_window(
    inspector_bench: InspectorBench, fields: dict[str, Any]
) -> None:
    """A clip is selected; with 2,000 tags (20 kB of recipe.json) it takes 108 s.

    What counts is the time that the thread computes: others may have the machine meanwhile.
    """
    plain, odd = a_clip("plain"), a_clip("odd").with_changes(**fields)
    inspector_bench.add([plain, odd])
    inspector_bench.show(plain)
    inspector_bench.settle()
    times = [time.thread_time()]
    timer = QTimer()
    timer.timeout.connect(lambda: times.append(time.thread_time()))
    timer.start(1)
    inspector_bench.show(odd)
    inspector_bench.settle()
    timer.stop()
    longest = max(later - sooner for sooner, later in itertools.pairwise(times))
    assert longest < 0.5, f"{longest:.1f} s"


@pytest.mark.qt_log_ignore("OpenType support missing")
@pytest.mark.parametrize("length_s", [1e7, 1e300])
def test_an_absurd_length_can_be_shown(style: Any, qtbot: Any, length_s: float) -> None:
    """A row or a recipe.json may claim any finite length: selecting the clip raises."""
    wave = Waveform(style)
    qtbot.addWidget(wave)
    wave.set_clip(b"", length_s)
    assert len(format_time(length_s)) < 20


def test_sound_of_any_layout_is_read_or_refused(tmp_path: Path) -> None:
    """Nine channels (ambisonics of the second order) are sound, and 37 are refused in words."""
    path = tmp_path / "nine.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(9)
        file.setsampwidth(2)
        file.setframerate(44_100)
        file.writeframes(b"\1\2" * 9 * 44_100)
    assert measure(path).sound.duration_s == pytest.approx(1.0)


@pytest.mark.anyio
async def test_the_time_of_a_backup_does_not_hide_the_backups(long_times: Path) -> None:
    folder = long_times / "library"
    await filled(folder)
    library = await Library.open(folder)
    one, two = await library.back_up(), await library.back_up()
    await library.close()
    os.utime(one, (1e12, 1e12))
    assert two in [backup.path for backup in list_backups(folder)]


@pytest.mark.anyio
@pytest.mark.skipif(os.name == "nt", reason="links need rights of their own there")
async def test_a_second_name_for_dragging_is_not_written_outside(tmp_path: Path) -> None:
    """A clip's folder, or its year, is a link: the file that gets a second name lies elsewhere."""
    folder, outside = tmp_path / "library", tmp_path / "outside"
    await filled(folder, 2)
    (outside / "album").mkdir(parents=True)
    for place in (outside / "album", folder / "2000" / "own"):
        place.mkdir(parents=True, exist_ok=True)
        (place / "song.mp3").write_bytes(place.name.encode())
    (folder / "1999").symlink_to(outside)
    change(
        folder,
        "UPDATE clips SET media = 'ready'",
        "UPDATE details SET path = '2000/own/song.mp3' WHERE title = 'Song 0'",
        "UPDATE details SET path = '1999/album/song.mp3' WHERE title = 'Song 1'",
    )
    library = await Library.open(folder)
    await library.clips.get_drag_files([ClipId("clip-0"), ClipId("clip-1")])
    await library.close()
    assert [path.name for path in (outside / "album").iterdir()] == ["song.mp3"]


@pytest.mark.anyio
@pytest.mark.skipif(os.name == "nt", reason="paths are shorter there")
async def test_folders_deep_inside_one_another_can_be_deleted(tmp_path: Path) -> None:
    """A thousand and more folders in a clip's folder: its size is asked for before that."""
    folder = tmp_path / "library"
    await filled(folder, 2)
    [place] = [path for path in folder.glob("*/*/*") if path.name.startswith("Song 0")]
    here = os.open(place, os.O_RDONLY)
    try:
        for _ in range(1200):
            os.mkdir("d", dir_fd=here)
            below = os.open("d", os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = below
    finally:
        os.close(here)
    library = await Library.open(folder)
    ids = await library.clips.list_ids()
    await library.clips.trash(ids)
    try:
        await library.clips.trash_size_bytes(ids)
        await library.clips.delete(ids)
        await library.clips.finish_interrupted_deletion()
        assert not place.exists()
        assert not list((folder / "deleting").iterdir())
    finally:
        await library.close()


ADDRESS = "https://files.example/u/song.mp3?token=s3cr3t-signature"


@pytest.mark.parametrize("status", [400, 403, 409, 422, 500])
def test_a_signed_address_that_a_service_repeats_is_in_no_sentence(status: int) -> None:
    """What could not be downloaded is named with its signature: in job rows, --json and notices."""
    body = json.dumps({"error": {"message": f"We could not download {ADDRESS}"}}).encode()
    fault = create_service_error(Response(status, {}, body), service="The service", paid=True)
    assert "s3cr3t" not in json.dumps(fault.to_record().to_json())


@pytest.mark.parametrize("words", ["We could not download", "Copyrighted content in"])
@pytest.mark.parametrize("partly", [False, True])
def test_a_signed_address_in_the_end_of_a_task_is_cut(words: str, partly: bool) -> None:
    answer = Response(200, {}, json.dumps({"error": {"message": f"{words} {ADDRESS}"}}).encode())
    good = [("SUCCESS", RemoteClip(links=MediaLinks(audio="https://a.example/a.mp3")))]
    found = [*(good if partly else []), ("FAILED", RemoteClip())]
    ended = evaluate_failed_task(
        found, answer, parse_error_details(answer), 200, Recipe(), "The service"
    )
    told = ended.message if isinstance(ended, FinishedTask) else json.dumps(ended.error.to_json())
    assert isinstance(ended, FinishedTask) is partly
    assert "s3cr3t" not in told


@pytest.mark.qt_log_ignore("OpenType support missing")
def test_a_title_of_any_length_is_painted_at_once(style: Any) -> None:
    """A title of a recipe.json may have a million characters; the list shapes all of them."""
    face = build_clip_row(a_clip("a\u05d0" * 500_000), b"", datetime.now(UTC).date())
    begun = time.thread_time()
    TextLayoutCache(style.font(13)).get(face.title, 300)
    assert time.thread_time() - begun < 0.25


def test_a_cover_file_of_any_size_is_not_read_whole(tmp_path: Path) -> None:
    """Of a sparse cover of 3 GB, in a library from elsewhere, an export reads every byte."""
    cover = tmp_path / "cover.png"
    with cover.open("wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        file.truncate(3 << 30)
    code = """
from producer_studio.studio.export.tag_settings import _cover_bytes
_cover_bytes(Path(sys.argv[1]))
"""
    megabytes, _, _ = measured(code, cover, limit_mb=12_000)
    assert megabytes < 500


@pytest.mark.anyio
async def test_a_library_from_elsewhere_takes_in_no_file_of_this_computer(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    """A foreign row names any sound of the user's: at start it is copied into the shared folder."""
    private = tmp_path / "Private" / "unreleased.wav"
    private.parent.mkdir()
    write_tone(private, 1)
    job_id = new_job_id()
    async with open_bench_at(sandbox, tmp_path / "home") as bench:
        clip = Clip(
            id=ClipId("foreign"), title="Hello", account=ACCOUNT, operation=Operation.UPLOAD,
            media=MediaState.PENDING, job=job_id,
        )  # fmt: skip
        await bench.studio._library.clips.add([clip])
        foreign = Job(
            id=job_id, state=JobState.COLLECTING, account=ACCOUNT, clips=(clip.id,),
            recipe=Recipe(operation=Operation.UPLOAD, audio_file=str(private)),
            installation=ELSEWHERE,
        )  # fmt: skip
        await bench.studio._library.jobs.write(foreign)
    async with open_bench(tmp_path / "home") as bench:
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
        assert (await bench.row(foreign)).state is JobState.COLLECTING
        assert bench.studio.jobs.is_held(await bench.row(foreign))
        # At the user's word the clip is fetched from the service, and nothing is copied.
        await bench.studio.job_actions.recheck(foreign.id)
        assert (await bench.row(foreign)).recipe.audio_file == ""
        assert not bench.studio.jobs.is_held(await bench.row(foreign))
        folder = bench.studio.clips.folder
    copies = [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith("db")]
    assert private.read_bytes() not in [path.read_bytes() for path in copies]


def test_a_report_with_a_time_that_is_none_does_not_hide_the_others(tmp_path: Path) -> None:
    bench = CrashReportStore(tmp_path)
    bench.add("text", "window", datetime.now(UTC), ProcessOutcome.CRASHED)
    (tmp_path / "99999999-999999-window-crashed.txt").write_text("")
    assert len(bench.pending()) >= 1


def test_zeros_behind_the_sound_of_a_wav_are_no_million_chunks(tmp_path: Path) -> None:
    """25 MB of zeros, 25 kB in gzip on the way here: each eight bytes are read as a chunk."""
    sound = b"\1\0" * 44_100
    path = tmp_path / "song.wav"
    head = struct.pack("<IHHIIHH", 16, 1, 1, 44_100, 88_200, 2, 16)
    with path.open("wb") as file:
        file.write(b"RIFF" + struct.pack("<I", 0x7FFFFFFF) + b"WAVEfmt " + head)
        file.write(b"data" + struct.pack("<I", len(sound)) + sound)
        file.truncate(file.tell() + (25 << 20))
    code = """
from producer_studio.audio.measure import measure
print(measure(Path(sys.argv[1])).sound.duration_s)
"""
    megabytes, seconds, _ = measured(code, path)
    assert megabytes < 300, f"{megabytes} MB, {seconds:.1f} s"
    assert seconds < 5


def test_atoms_deep_inside_one_another_are_no_crash(tmp_path: Path) -> None:
    """A file that is dropped on the window."""
    inner = b""
    for _ in range(3000):
        inner = struct.pack(">I4s", len(inner) + 8, b"moov") + inner
    path = tmp_path / "song.m4a"
    path.write_bytes(struct.pack(">I4s4sI4s", 24, b"ftyp", b"M4A ", 0, b"M4A ") + b"isom" + inner)
    assert read_recipe(path) is None


@pytest.mark.anyio
async def test_a_job_is_looked_after_whatever_its_id_is(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    """A damaged id, or one of another version: "Something went wrong" at every start."""
    async with open_bench_at(sandbox, tmp_path / "home") as bench:
        job = Job(id=JobId("not hexadecimal"), state=JobState.COLLECTING, account=ACCOUNT)
        await bench.studio._library.jobs.write(job)
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
        assert (await bench.row(job)).state is JobState.DONE


@pytest.mark.skipif(not hasattr(__import__("time"), "tzset"), reason="has no zones to set")
@pytest.mark.qt_log_ignore("^This plugin does not support", "OpenType support missing", "pipewire")
def test_one_row_of_the_year_1_leaves_the_others_in_the_list(
    list_bench: ListBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """West of Greenwich; east of it a row of the last day of the year 9999 does the same."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        odd = a_clip("odd", added_at=datetime.fromisoformat(LONG_AGO))
        list_bench.add([a_clip("plain"), a_clip("other"), odd])
        for _ in range(5):
            list_bench.settle()
        titles = list_bench.titles
    finally:
        monkeypatch.undo()
        time.tzset()
    assert {"plain", "other"} <= set(titles), titles

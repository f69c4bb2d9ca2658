"""What the user opens and exports is in the desktop's list of recent files."""

import asyncio
import ctypes
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from producer_studio.domain.export_profile import ExportFormat
from producer_studio.domain.ids import ClipId
from producer_studio.studio.export.export import Export, ExportChanged, ExportSpec, ExportState
from producer_studio.ui.desktop import recent_documents
from producer_studio.ui.window.recent_documents import RecentDocuments
from tests.ui.window.conftest import WindowBench


@pytest.fixture
def list_file(
    bench: WindowBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    folder = tmp_path / "data"
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    monkeypatch.setattr(sys, "platform", "linux")
    bench.tasks.start("recent documents", RecentDocuments(bench.studio).run())
    bench.run(asyncio.sleep(0))
    yield folder / "recently-used.xbel"
    bench.tasks.cancel("recent documents")


def publish(bench: WindowBench, path: Path | None, state: ExportState) -> None:
    spec = ExportSpec(folder=Path("/out"), template="{title}", format=ExportFormat.MP3)
    export = Export(id="e", clip=ClipId("c"), title="Song", spec=spec, state=state, path=path)
    bench.studio.events.publish(ExportChanged(export))


def test_finished_exports_and_opened_files_are_listed(
    bench: WindowBench, list_file: Path, tmp_path: Path
) -> None:
    publish(bench, None, ExportState.RUNNING)
    publish(bench, tmp_path / "song.mp3", ExportState.DONE)
    bench.press(lambda: bench.studio.recent_files.add_opened(tmp_path / "memo.wav"))
    bench.until(lambda: list_file.exists() and "memo.wav" in list_file.read_text("utf-8"))
    assert list_file.read_text("utf-8").count("<bookmark ") == 2


def test_nothing_is_listed_when_it_is_switched_off(
    bench: WindowBench, list_file: Path, tmp_path: Path
) -> None:
    bench.press(lambda: bench.studio.preferences.change(lists_recent_files=False))
    publish(bench, tmp_path / "secret.mp3", ExportState.DONE)
    bench.press(lambda: bench.studio.preferences.change(lists_recent_files=True))
    bench.studio.recent_files.add_saved(tmp_path / "shown.json")
    bench.until(list_file.exists)
    assert "secret" not in list_file.read_text("utf-8")


def test_a_damaged_list_is_logged_and_kept(
    bench: WindowBench, list_file: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    list_file.parent.mkdir()
    list_file.write_text("no list", "utf-8")
    bench.press(lambda: bench.studio.recent_files.add_opened(tmp_path / "memo.wav"))
    bench.until(lambda: "list of recent files was not changed" in caplog.text)
    assert list_file.read_text("utf-8") == "no list"
    caplog.clear()


def test_files_are_reported_to_macos(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    noted: list[str] = []
    controller = SimpleNamespace(noteNewRecentDocumentURL_=noted.append)
    for name, content in {
        "AppKit": {
            "NSDocumentController": SimpleNamespace(sharedDocumentController=lambda: controller)
        },
        "Foundation": {"NSURL": SimpleNamespace(fileURLWithPath_=lambda path: f"url of {path}")},
    }.items():
        module = ModuleType(name)
        vars(module).update(content)
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(sys, "platform", "darwin")
    song = tmp_path / "song.mp3"
    asyncio.run(recent_documents.add_recent_documents([song], {}))
    assert noted == [f"url of {song}"]


class Com:
    """Stand-in for `ole32` and `shell32`; records the calls, each with its thread."""

    def __init__(self, result: int) -> None:
        self.result = result
        self.calls: list[tuple[str, object, int]] = []

    def CoInitialize(self, reserved: object) -> int:  # noqa: N802 - as there
        self._record("initialize", reserved)
        return self.result

    def CoUninitialize(self) -> None:  # noqa: N802 - its name there
        self._record("uninitialize", None)

    def SHAddToRecentDocs(self, kind: int, path: ctypes.c_wchar_p) -> None:  # noqa: N802 - as above
        self._record("add", (kind, path.value))

    def _record(self, call: str, value: object) -> None:
        self.calls.append((call, value, threading.get_ident()))


@pytest.mark.parametrize(
    ("result", "is_ours"),
    [(0, True), (1, True), (-2_147_417_850, False)],
    ids=["S_OK", "S_FALSE", "RPC_E_CHANGED_MODE"],
)
def test_files_are_reported_to_windows(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, result: int, is_ours: bool
) -> None:
    com = Com(result)
    libraries = SimpleNamespace(ole32=com, shell32=com)
    monkeypatch.setattr(ctypes, "windll", libraries, raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    songs = [tmp_path / "song.mp3", tmp_path / "Grüße 晴.wav"]
    asyncio.run(recent_documents.add_recent_documents(songs, {}))
    # 3 is SHARD_PATHW: the path as Unicode.
    expected = [("initialize", None), *(("add", (3, str(song))) for song in songs)]
    # A thread that something else has initialised in another mode stays so.
    assert [(call, value) for call, value, _thread in com.calls] == (
        [*expected, ("uninitialize", None)] if is_ours else expected
    )
    # COM is initialised for each thread, and not on that of the window.
    threads = {thread for _call, _value, thread in com.calls}
    assert len(threads) == 1
    assert threading.get_ident() not in threads

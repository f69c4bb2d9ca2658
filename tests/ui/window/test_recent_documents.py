"""What the user opens and exports is in the desktop's list of recent files."""

import asyncio
import sys
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

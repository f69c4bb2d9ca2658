"""Settings → About: version, licence, and the parts with theirs."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from producer_studio import __version__
from producer_studio.studio.bundled_components import SOURCE_INSTALL_MESSAGE, BundledComponents
from producer_studio.ui.settings.dialog import SettingsDialog
from producer_studio.ui.settings.pages.about import AboutPage, LicenceDialog
from tests.ui.window.conftest import WindowBench

PARTS = [
    ("dav1d", "1.5.3", "BSD-2-Clause", "av", ["dav1d/COPYING", "common/BSD-2-Clause.txt"], ["a"]),
    ("httpx", "0.28.1", "BSD-3-Clause", "", ["httpx/LICENSE.md"], []),
    ("Producer Studio", __version__, "GPL-3.0-or-later", "", ["own/LICENSE"], ["producer-studio"]),
    ("tokio", "1.53", "MIT", "obstore", ["obstore/crates.txt"], []),
]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The Python package of a frozen program, with the licences that packaging leaves beside it."""
    licences = tmp_path / "licences"
    rows = []
    for name, version, licence, within, texts, files in PARTS:
        row = {"name": name, "version": version, "licence": licence, "within": within}
        rows.append(row | {"texts": texts, "files": files, "kind": "library", "home": ""})
        for text in texts:
            (licences / text).parent.mkdir(parents=True, exist_ok=True)
            (licences / text).write_text(f"the text of {text}", "utf-8")
    (licences / "index.json").write_text(json.dumps({"format": 1, "parts": rows}), "utf-8")
    (tmp_path / "producer_studio").mkdir()
    return tmp_path / "producer_studio"


def shown(bench: WindowBench, qtbot: QtBot, package: Path) -> AboutPage:
    made: list[AboutPage] = []
    bench.press(
        lambda: made.append(AboutPage(BundledComponents(package), bench.style, bench.tasks))
    )
    (page,) = made
    qtbot.addWidget(page)
    page.resize(560, 480)
    page.show()
    bench.until(lambda: bool(page.summary.text()))
    return page


def rows(model: QAbstractItemModel) -> list[tuple[str, ...]]:
    across = range(model.columnCount())
    return [
        tuple(model.index(row, column).data() for column in across)
        for row in range(model.rowCount())
    ]


def dialog_of(bench: WindowBench, page: AboutPage) -> LicenceDialog:
    (dialog,) = page.window().findChildren(LicenceDialog)
    bench.until(lambda: bool(dialog.text.toPlainText()))
    return dialog


def test_the_settings_tell_version_and_licence_of_a_source_run(
    bench: WindowBench, qtbot: QtBot
) -> None:
    settings = SettingsDialog(bench.context)
    settings.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(settings)
    settings.show()
    bench.press(lambda: settings.open_page("About"))
    page = settings.page(AboutPage)
    bench.until(lambda: bool(page.summary.text()))
    assert page.version.text() == f"Version {__version__}"
    assert page.summary.text() == SOURCE_INSTALL_MESSAGE
    assert not page.view.isVisible()
    bench.press(page.licence_button.click)
    dialog = dialog_of(bench, page)
    assert "GNU GENERAL PUBLIC LICENSE" in dialog.text.toPlainText()
    dialog.accept()
    settings.close()


def test_bundled_parts_are_listed_without_what_is_compiled_into_them(
    bench: WindowBench, qtbot: QtBot, package: Path
) -> None:
    page = shown(bench, qtbot, package)
    assert rows(page.table) == [
        ("dav1d 1.5.3", "BSD-2-Clause", "av"),
        ("httpx 0.28.1", "BSD-3-Clause", ""),
    ]
    assert page.summary.text().startswith("2 third-party components, and 1 compiled into them.")
    spoken = page.table.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "dav1d 1.5.3, BSD-2-Clause, av"
    QAbstractItemModelTester(page.table, QAbstractItemModelTester.FailureReportingMode.Fatal, page)


def test_enter_shows_the_texts_of_a_part(bench: WindowBench, qtbot: QtBot, package: Path) -> None:
    page = shown(bench, qtbot, package)
    page.view.setCurrentIndex(page.table.index(0, 1))
    bench.press(lambda: QTest.keyClick(page.view, Qt.Key.Key_Return))
    dialog = dialog_of(bench, page)
    assert dialog.windowTitle() == "dav1d 1.5.3"
    assert dialog.text.toPlainText() == "the text of dav1d/COPYING"
    names = [dialog.choice.itemText(row) for row in range(dialog.choice.count())]
    assert names == ["COPYING", "BSD-2-Clause.txt"]

    def choose() -> None:
        dialog.choice.setCurrentIndex(1)
        dialog.choice.activated.emit(1)

    bench.press(choose)
    bench.until(lambda: dialog.text.toPlainText() == "the text of common/BSD-2-Clause.txt")
    dialog.accept()


class Files(QObject):
    """Takes the addresses that the system would open."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[Path] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.opened.append(Path(url.toLocalFile()))


@pytest.fixture
def file_manager() -> Iterator[Files]:
    made = Files()
    QDesktopServices.setUrlHandler("file", made, "take")
    yield made
    QDesktopServices.unsetUrlHandler("file")


def test_the_folder_of_all_texts_can_be_opened(
    bench: WindowBench, qtbot: QtBot, package: Path, file_manager: Files
) -> None:
    page = shown(bench, qtbot, package)
    page.folder_button.click()
    assert file_manager.opened == [package.parent / "licences"]


def test_a_broken_list_is_told(bench: WindowBench, qtbot: QtBot, package: Path) -> None:
    (package.parent / "licences" / "index.json").write_text("{", "utf-8")
    page = shown(bench, qtbot, package)
    assert "cannot be read. Reinstall the program to restore it." in page.summary.text()


def test_a_missing_text_is_told(bench: WindowBench, qtbot: QtBot, package: Path) -> None:
    page = shown(bench, qtbot, package)
    (package.parent / "licences" / "httpx" / "LICENSE.md").unlink()
    bench.press(lambda: page.show_licence(page.table.row_at(1)))
    assert "cannot be read: No such file" in dialog_of(bench, page).text.toPlainText()

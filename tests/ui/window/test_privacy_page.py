"""The settings page about stored data: what is listed, opened and deleted."""

import errno
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from producer_studio.domain.lyrics.versions import LyricsVersion, VersionReason
from producer_studio.domain.operation import Operation
from producer_studio.studio.crash_reports.store import CrashReportStore, ProcessOutcome
from producer_studio.studio.stored_data import DELETABLE, DataKind
from producer_studio.ui.settings.pages.privacy import PrivacyPage
from producer_studio.ui.widgets.dialog import Confirmation
from tests.ui.window.conftest import WindowBench


@pytest.fixture
def page(bench: WindowBench, qtbot: QtBot) -> PrivacyPage:
    made = PrivacyPage(bench.context)
    qtbot.addWidget(made)
    made.show()
    bench.until(lambda: bool(made.rows))
    return made


def confirm(bench: WindowBench, page: PrivacyPage, kind: DataKind) -> None:
    bench.press(page.rows[kind].delete_button.click)
    [question] = [one for one in page.findChildren(Confirmation) if one.isVisible()]
    assert question.cancel_button.hasFocus() or not question.isActiveWindow()
    before = page.rows[kind]
    bench.press(question.confirm_button.click)
    bench.until(lambda: page.rows[kind] is not before)


def write_report(page: PrivacyPage) -> Path:
    folder = page._studio.stored_data._reports
    return (
        CrashReportStore(folder)
        .add("A report", "window", datetime.now(UTC), ProcessOutcome.CONTINUED)
        .path
    )


def test_each_kind_is_listed_and_all_but_three_can_be_deleted(page: PrivacyPage) -> None:
    assert list(page.rows) == list(DataKind)
    shown = {kind for kind, row in page.rows.items() if row.delete_button.isVisible()}
    assert shown == DELETABLE
    assert set(DataKind) - DELETABLE == {DataKind.LIBRARY, DataKind.SETTINGS, DataKind.KEYS}
    assert not page.rows[DataKind.SEARCHES].delete_button.isEnabled()


def test_files_that_may_only_be_listed_are_not_measured(
    bench: WindowBench, page: PrivacyPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = write_report(page)

    lstat = os.lstat

    def refuse(path: Path, **options: Any) -> os.stat_result:
        # Other threads look at other files meanwhile.
        if Path(path).parent == report.parent:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return lstat(path, **options)

    before = page.rows[DataKind.REPORTS]
    with monkeypatch.context() as patched:
        patched.setattr(os, "lstat", refuse)
        page.read()
        bench.until(lambda: page.rows[DataKind.REPORTS] is not before)
    assert page.rows[DataKind.REPORTS].data.size_bytes == 0
    assert page.problem_label.isHidden()
    report.unlink()


def test_searches_and_texts_are_counted_and_deleted(bench: WindowBench, page: PrivacyPage) -> None:
    studio = bench.studio
    version = LyricsVersion("[Verse]\nA line", datetime.now(UTC), VersionReason.SENT)
    bench.run(studio.search_history.record("stars:>3"))
    bench.run(studio.lyrics_versions.keep(Operation.COVER, version))
    before = page.rows[DataKind.LYRICS]
    page.read()
    bench.until(lambda: page.rows[DataKind.LYRICS] is not before)
    assert page.rows[DataKind.SEARCHES].amount_label.text() == "1 search"
    assert page.rows[DataKind.LYRICS].amount_label.text() == "1 text"
    confirm(bench, page, DataKind.SEARCHES)
    confirm(bench, page, DataKind.LYRICS)
    assert bench.run(studio.search_history.list_latest()) == []
    assert bench.run(studio.lyrics_versions.count()) == 0


def test_reports_are_deleted_after_the_question_only(bench: WindowBench, page: PrivacyPage) -> None:
    report = write_report(page)
    before = page.rows[DataKind.REPORTS]
    page.read()
    bench.until(lambda: page.rows[DataKind.REPORTS] is not before)
    row = page.rows[DataKind.REPORTS]
    assert row.amount_label.text().startswith("1 report · ")
    bench.press(row.delete_button.click)
    [question] = [one for one in page.findChildren(Confirmation) if one.isVisible()]
    QTest.keyClick(question, Qt.Key.Key_Escape)
    assert report.exists()
    confirm(bench, page, DataKind.REPORTS)
    assert not report.exists()


def test_a_link_in_the_cache_is_removed_and_not_followed(
    bench: WindowBench, page: PrivacyPage, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("mine")
    cache = page._studio.stored_data._paths.cache
    (cache / "template-previews").mkdir(parents=True)
    (cache / "template-previews" / "one.m4a").write_bytes(b"x" * 2000)
    (cache / "link").symlink_to(tmp_path)
    before = page.rows[DataKind.PREVIEWS]
    page.read()
    bench.until(lambda: page.rows[DataKind.PREVIEWS] is not before)
    assert page.rows[DataKind.PREVIEWS].amount_label.text() == "2 kB"
    confirm(bench, page, DataKind.PREVIEWS)
    assert list(cache.iterdir()) == []
    assert kept.read_text() == "mine"


def test_a_failed_deletion_is_said(
    bench: WindowBench, page: PrivacyPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = write_report(page)

    def refuse(_path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    before = page.rows[DataKind.REPORTS]
    page.read()
    bench.until(lambda: page.rows[DataKind.REPORTS] is not before)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        confirm(bench, page, DataKind.REPORTS)
    assert page.problem_label.text() == f"{report} could not be deleted."
    assert page.problem_label.toolTip() == "Permission denied"
    assert report.exists()

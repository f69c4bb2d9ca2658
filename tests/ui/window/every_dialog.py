"""Each dialog of the program, opened one after the other as a user does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtWidgets import QDialog, QLabel, QWidget
from shiboken6 import isValid

from producer_studio.domain.account import Service
from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import LibraryMissing, ServiceError
from producer_studio.domain.ids import AccountName, PressId, new_clip_id
from producer_studio.domain.lyrics.proposal import compare_sections
from producer_studio.domain.lyrics.versions import LyricsVersion, VersionHistory, VersionReason
from producer_studio.domain.press import Press
from producer_studio.domain.price import Price
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.release import BundledComponent
from producer_studio.domain.request_preview import RequestPreview
from producer_studio.domain.sweep import Sweep, SweepAxis
from producer_studio.domain.sweep_limits import SweepLimits, SweepUse
from producer_studio.domain.sweep_status import SweepStatus
from producer_studio.studio.backups import Backup
from producer_studio.studio.imports.source_files import FoundSources
from producer_studio.studio.library_work import RebuildWork
from producer_studio.ui.clips.details_dialog import DetailsDialog
from producer_studio.ui.clips.release_check_dialog import ReleaseCheckDialog
from producer_studio.ui.clips.tag_choice import TagCounts
from producer_studio.ui.compose.lyrics.review_dialog import ReviewDialog
from producer_studio.ui.compose.lyrics.versions_dialog import VersionsDialog
from producer_studio.ui.compose.request_dialog import RequestDialog
from producer_studio.ui.compose.sweep.dialog import SweepDialog
from producer_studio.ui.imports.import_dialog import ImportDialog
from producer_studio.ui.settings.dialog import SettingsDialog
from producer_studio.ui.settings.pages import load_pages
from producer_studio.ui.settings.pages.about import AboutPage
from producer_studio.ui.settings.work_question import WorkQuestion
from producer_studio.ui.sweep.continue_dialog import ContinueSweepDialog
from producer_studio.ui.widgets.dialog import Confirmation
from producer_studio.ui.widgets.name_dialog import NameDialog
from producer_studio.ui.window.library_problem import LibraryProblemDialog
from producer_studio.ui.window.library_work_dialog import LibraryWorkDialog
from producer_studio.ui.window.window import MainWindow
from tests.ui.library.conftest import a_clip
from tests.ui.window.conftest import WindowBench

PAGES = tuple(page.title for page in load_pages())
"""English titles of all pages of the settings."""
LONG = (
    "The service did not take the key: it answers that the subscription which the key belongs to "
    "has ended on the first of the month, that requests of this kind need another plan, and that "
    "whoever owns the account has to agree to the new terms before anything else is answered. "
) * 3


@contextmanager
def _open(bench: WindowBench, act: Callable[[], QDialog]) -> Iterator[QDialog]:
    made: list[QDialog] = []
    bench.press(lambda: made.append(act()))
    (dialog,) = made
    bench.settle()
    yield dialog
    if isValid(dialog):
        bench.press(dialog.close)
    bench.settle()


def every_dialog(bench: WindowBench, window: MainWindow) -> Iterator[tuple[str, QDialog]]:
    """Name and dialog, open; the next step closes it. The window needs the account "personal"."""
    for page in PAGES:
        with _open(bench, lambda page=page: window.dialogs.open_settings(page)) as dialog:
            yield f"settings, {page}", dialog
    for service in Service:
        with _open(bench, lambda service=service: window.dialogs.add_account(service)) as dialog:
            yield f"add {service.label}", dialog
            bench.settle()
            if not isValid(dialog) or not dialog.isVisible():
                continue
            bench.press(lambda dialog=dialog: dialog._on_error(ServiceError(LONG)))
            bench.settle()
            yield f"add {service.label}, refused", dialog
    with _open(bench, lambda: _changing(window)) as dialog:
        yield "change account", dialog
        bench.settle()
        if isValid(dialog) and dialog.isVisible():
            bench.press(lambda: dialog._on_error(ServiceError(LONG)))
            bench.settle()
            yield "change account, refused", dialog
    with _open(
        bench, lambda: _opened(window, "keys", window.dialogs.open_shortcut_sheet)
    ) as dialog:
        yield "keys", dialog
    clips = [Clip(id=new_clip_id(), title=f"Song {number} " + "long " * 20) for number in range(9)]
    bench.run(bench.studio._library.clips.add(clips))
    ids = [clip.id for clip in clips]
    with _open(
        bench, lambda: _opened(window, "compare", lambda: window.show_compare(ids[:1]))
    ) as dialog:
        yield "compare with", dialog
    with _open(
        bench, lambda: _opened(window, "export", lambda: window.dialogs.open_export(ids))
    ) as dialog:
        yield "export", dialog
        bench.press(lambda: dialog.form.template.setText("{titel}"))
        bench.press(lambda: dialog._on_export_failed(dialog.form.spec(), ServiceError(LONG)))
        bench.settle()
        yield "export, refused", dialog
    with _open(bench, lambda: _opened(window, "tags", lambda: window.dialogs.open_tags(ids))) as (
        dialog
    ):
        yield "tags of exported files", dialog
    with _open(
        bench,
        lambda: _shown(Confirmation(bench.style, "Delete “" + "A long title " * 6 + "” for good?",
                                LONG, "Delete for good", window)),
    ) as dialog:  # fmt: skip
        yield "question", dialog
    with _open(
        bench, lambda: window.studio_notices.ensure_crash_reports().show_reports([])
    ) as dialog:
        yield "report", dialog
    part = BundledComponent("Pillow", "12.0.0", "library", "MIT-CMU", "https://example.org")
    with _open(bench, lambda: window.dialogs.open_settings("About")) as settings:
        assert isinstance(settings, SettingsDialog)
        with _open(bench, lambda: settings.page(AboutPage).show_licence(part)) as dialog:
            yield "licence", dialog
    request = RequestPreview(
        "POST", "https://api.example.org/" + "path/" * 20, {"Accept": "application/json"},
        {"lyrics": LONG, "title": "T"}, (LONG,),
    )  # fmt: skip
    with _open(
        bench, lambda: _shown(RequestDialog(bench.style, request, "producer-studio", window))
    ) as dialog:
        yield "request", dialog
    at = datetime(2026, 11, 30, tzinfo=UTC)
    history = VersionHistory(
        tuple(LyricsVersion(LONG, at, reason) for reason in VersionReason for _ in range(9))
    )
    with _open(
        bench, lambda: _shown(VersionsDialog(bench.style, history, LONG[:50], window))
    ) as dialog:
        yield "versions of the lyrics", dialog
    words = LONG[:80]
    changes = compare_sections(f"[{LONG[:50]}]\n{words}", f"{words}\n\n[Outro]\n{words}")
    with _open(
        bench,
        lambda: _shown(ReviewDialog(bench.style, changes, ("a", words), ("", words), window)),
    ) as dialog:
        yield "lyrics for the form", dialog
    with _open(
        bench,
        lambda: _shown(NameDialog(bench.style, "New list", LONG, "Save", window, note=LONG)),
    ) as dialog:
        yield "name of a list", dialog
    with _open(bench, lambda: _shown(_details_dialog(bench, window))) as dialog:
        yield "details of clips", dialog
    with _open(bench, lambda: _sweep_dialog(window)) as dialog:
        yield "sweep", dialog
        assert isinstance(dialog, SweepDialog)
        bench.press(lambda: dialog.show_error(LONG))
        bench.settle()
        yield "sweep, refused", dialog
    stopped = SweepStatus(
        press=Press(id=PressId("p"), account=AccountName("personal"), recipes=(Recipe(),)),
        sweep=Sweep(axes=(SweepAxis("seed", ("1", "2")),), limits=SweepLimits(requests=1)),
        cells=(), use=SweepUse(requests=1), sent=1, stop_reason="the limit of 1 request",
    )  # fmt: skip
    with _open(
        bench, lambda: _shown(ContinueSweepDialog(bench.style, stopped, [Price()], None, window))
    ) as dialog:
        yield "continue a sweep", dialog
    songs = tuple(Path("/Music", "long name " * 6, f"{number}.mp3") for number in range(500))
    for name, found in (
        ("import a song", FoundSources(songs[:1], 9_000_000, ())),
        ("import songs", FoundSources(songs, 4_000_000_000, (Path("/Music/Old"),), others=3)),
        ("merge a library", FoundSources((), 0, (Path("/Music", "long name " * 9),))),
    ):
        with _open(
            bench,
            lambda found=found: _shown(
                ImportDialog(bench.style, found, window, upload_price="2 credits",
                             upload_reason=LONG)
            ),
        ) as dialog:  # fmt: skip
            yield name, dialog
    with _open(bench, lambda: _shown(ReleaseCheckDialog(bench.context, ids[:3], window))) as dialog:
        bench.settle()
        yield "release check", dialog
    with _open(
        bench, lambda: _shown(WorkQuestion(bench.style, "Move the library?", LONG, "Move", window))
    ) as dialog:
        yield "question about the library", dialog
    with _open(
        bench, lambda: _shown(LibraryWorkDialog(bench.style, RebuildWork(Path("/Music")), {}))
    ) as dialog:
        assert isinstance(dialog, LibraryWorkDialog)
        bench.press(lambda: dialog._show_end(LONG))
        yield "work on the library", dialog
    fault = LibraryMissing(LONG)
    backup = Backup(Path("/b"), datetime(2026, 11, 1, tzinfo=UTC), 9_000, clips=1200)
    with _open(
        bench, lambda: _shown(LibraryProblemDialog(bench.style, fault, Path("/Music"), backup))
    ) as dialog:
        yield "opening", dialog


def _details_dialog(bench: WindowBench, window: MainWindow) -> DetailsDialog:
    counts = TagCounts(1_482, {LONG[:90]: 1_482, "demo": 7}, [("demo", 9), ("other", 2)])
    dialog = DetailsDialog(bench.style, [a_clip(LONG[:100])], counts, window)
    dialog.title_edit.setText("{title} – {n}")
    dialog.tags.toggle("demo")
    dialog.tags.toggle("other")
    return dialog


def _sweep_dialog(window: MainWindow) -> QDialog:
    launcher = window.compose.controller.sweep_launcher
    dialog = launcher.open_dialog(window._style, window, by_model=False)
    assert dialog is not None
    return dialog


def _changing(window: MainWindow) -> QDialog:
    return _opened(window, "account", lambda: window.dialogs.change_account("personal"))


def _opened(window: MainWindow, name: str, act: Callable[[], object]) -> QDialog:
    act()
    return window.dialogs.open_dialogs[name]


def _shown(dialog: QDialog) -> QDialog:
    dialog.open()
    return dialog


def cut_off(dialog: QWidget) -> list[str]:
    """Texts of the labels in sight that have less room than they need."""
    found = []
    for one in dialog.findChildren(QLabel):
        if not one.isVisible() or not one.text() or one.minimumWidth() > one.sizeHint().width():
            continue
        needed = one.heightForWidth(one.width()) if one.wordWrap() else one.sizeHint().height()
        if one.height() < needed - 1:
            found.append(one.text())
    return found

"""The window in each of its languages: all of it translated, and nothing cut off."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from producer_studio.domain.account import Service
from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.errors import ErrorKind, ErrorRecord
from producer_studio.domain.ids import AccountName, ClipId, PressId, RemoteId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.domain.operation import SERVICE_OPERATIONS, Operation
from producer_studio.domain.press import Press
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.strength import COVER_STRENGTH, STRENGTHS, Strength
from producer_studio.domain.sweep import Sweep, SweepAxis
from producer_studio.domain.sweep_limits import SweepLimits
from producer_studio.studio.clips import LIST_COLUMNS, FieldSpec, ListColumn, SmartList
from producer_studio.studio.events import JobChanged
from producer_studio.translation import mark, tr
from producer_studio.translation.active import language
from producer_studio.translation.languages import ENGLISH
from producer_studio.ui.clips.list_columns import TITLE
from producer_studio.ui.compose.model_picker import STABILITY_TEXTS
from producer_studio.ui.language import apply_window_language
from producer_studio.ui.library.column_header import PAD, ColumnHeader
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.pill_tab import PillTab
from producer_studio.ui.widgets.strength_slider import StrengthRow
from producer_studio.ui.window.window import MainWindow
from tests.support.shown_language import shown_in
from tests.support.shown_texts import is_untranslated, texts_cut_off, texts_untranslated
from tests.support.stem_song import NAMES, add_song
from tests.ui.library.conftest import a_clip
from tests.ui.window.conftest import WindowBench
from tests.ui.window.every_dialog import PAGES, every_dialog

_NAMES = re.compile(
    r"Producer Studio|Demo Studio|MusicAPI|AIMusicAPI|AceData Cloud|Apiframe|Amazon S3|personal"
    r"|English|Deutsch|https?://\S*|musicapi-\S+|eu-central-1|/\S+|library|PRODUCER_STUDIO_\w+"
    r"|Release|DAW|Share|Low tide|FUZZ-[\w.-]+(?: Pro| Raw)?|A / B|lofi piano|trace-1|their words"
    r"|LUFS|Pan C|Esc"
    rf"|{'|'.join(NAMES)}|Late Night Study|\{{\w+\}}|kbit/s|\(Enter\)|\(Del\)|Shift\+\w+"
    rf"|(?:{'|'.join(ENGLISH.months)}) \d{{4}}"
    rf"|[A-G] min(?:or)?|\d+ (?:{'|'.join(ENGLISH.short_months)})\b"
    r"|Verse|Chorus|Bridge|BPM|Lyria 3 preview"
    r"|\d+ kB|(?:(?:Ctrl|Shift|Alt)\+)+\S+|\b(?:Space|Left|Right|Home|End|Del|Enter|Return)\b"
)
"""Names that are alike in all languages."""


@pytest.fixture(params=["en", "de", "zh_CN"])
def code(request: pytest.FixtureRequest) -> Iterator[str]:
    """The language of everything that is made after it."""
    with shown_in(request.param):
        yield request.param


@pytest.fixture
def _marked() -> Iterator[None]:
    with shown_in("marked"):
        yield


def test_no_text_of_the_settings_is_cut_off(
    code: str, bench: WindowBench, joined: MainWindow
) -> None:
    joined.resize(1100, 700)
    found = {}
    for page in PAGES:
        bench.press(lambda page=page: joined.dialogs.open_settings(page))
        bench.settle()
        found[page] = texts_cut_off(joined.dialogs.open_dialogs["settings"])
    for service in Service:
        bench.press(lambda service=service: joined.dialogs.add_account(service))
        bench.settle()
        dialog = joined.dialogs.open_dialogs.get("account")
        if dialog is not None:
            found[f"{code} {service}"] = texts_cut_off(dialog)
            bench.press(dialog.close)
    assert {page: texts for page, texts in found.items() if texts} == {}


@pytest.mark.usefixtures("_marked")
def test_all_texts_of_the_settings_are_translated(bench: WindowBench, joined: MainWindow) -> None:
    found = {}
    for page in PAGES:
        bench.press(lambda page=page: joined.dialogs.open_settings(page))
        bench.settle()
        found[page] = texts_untranslated(joined.dialogs.open_dialogs["settings"], _NAMES)
    assert {page: texts for page, texts in found.items() if texts} == {}


def test_no_text_of_the_player_is_cut_off(
    code: str, bench: WindowBench, joined: MainWindow
) -> None:
    joined.resize(1100, 700)
    play_one(bench, joined)
    assert texts_cut_off(joined.player) == [], code


def test_no_text_of_a_dialog_is_cut_off(code: str, bench: WindowBench, joined: MainWindow) -> None:
    joined.resize(1100, 700)
    found = {name: texts_cut_off(dialog) for name, dialog in every_dialog(bench, joined)}
    assert {name: texts for name, texts in found.items() if texts} == {}, code


_GIVEN = {
    "question", "licence", "lyrics for the form", "name of a list", "question about the library"
}  # fmt: skip
"""Dialogs whose texts the test itself gives them."""
_GIVEN_TEXT = re.compile(
    r"The service did not|the subscription|Song \d|2 credits|demo|other|long name"
)


@pytest.mark.usefixtures("_marked")
def test_all_texts_of_dialogs_are_translated(bench: WindowBench, joined: MainWindow) -> None:
    found = {}
    for name, dialog in every_dialog(bench, joined):
        texts = texts_untranslated(dialog, _NAMES)
        found[name] = [text for text in texts if not _GIVEN_TEXT.search(text)]
    lacking = {name: texts for name, texts in found.items() if texts and name not in _GIVEN}
    assert lacking == {}


def shown_forms(bench: WindowBench, window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """Name and widget of the form of each operation, and of the pages beside it."""
    window.resize(1100, 700)
    compose = window.compose
    clip = Clip(id=ClipId("a"), title="Low tide", recipe=_RECIPE)
    bench.run(bench.studio._library.clips.add([clip]))
    for operation in SERVICE_OPERATIONS:
        source = clip if operation.needs_source else None
        bench.press(partial(compose.controller.set_operation, operation, source))
        bench.settle()
        yield operation, compose
    for show in (compose.show_history, compose.show_presets, compose.show_templates):
        bench.press(show)
        bench.settle()
        yield compose.tabs.current, compose


def settled_cut_offs(bench: WindowBench, part: QWidget) -> list[str]:
    """Texts cut off when the layout is done: a label's height follows its width a turn later."""
    for _ in range(5):
        if not texts_cut_off(part):
            break
        bench.settle()
    return texts_cut_off(part)


def test_no_text_of_the_form_is_cut_off(code: str, bench: WindowBench, joined: MainWindow) -> None:
    found = {name: settled_cut_offs(bench, part) for name, part in shown_forms(bench, joined)}
    assert {name: texts for name, texts in found.items() if texts} == {}, code


@pytest.mark.usefixtures("_marked")
def test_all_texts_of_the_form_are_translated(bench: WindowBench, joined: MainWindow) -> None:
    found = {name: texts_untranslated(part, _NAMES) for name, part in shown_forms(bench, joined)}
    assert {name: texts for name, texts in found.items() if texts} == {}


@pytest.mark.parametrize("size", [(1100, 700), (1440, 900)])
def test_tabs_of_the_form_are_in_one_line(
    code: str, bench: WindowBench, joined: MainWindow, size: tuple[int, int]
) -> None:
    joined.resize(*size)
    tabs = joined.compose.tabs
    for name in ("Compose", "Templates"):
        bench.press(lambda name=name: tabs.tab(name).click())
        bench.settle()
        tops = {tab.y() for tab in tabs.findChildren(PillTab)}
        assert len(tops) == 1, code
    # The tabs have the numbers of chosen words.
    joined.compose.view.sound.edit.replace_text(
        "lofi hip hop, calm, piano, drums, female vocals, 84 BPM, D major"
    )
    palette = joined.compose.view.sound.open_palette()
    bench.settle()
    assert len({tab.y() for tab in palette.tabs.findChildren(PillTab)}) == 1, code
    palette.close()


def test_remarks_on_models_do_not_overlap(
    code: str, bench: WindowBench, joined: MainWindow
) -> None:
    combo = joined.compose.view.model.combo
    assert combo.count() > 3
    metrics = QFontMetricsF(bench.style.font(11))
    for row in range(combo.count()):
        model = combo.itemData(row, Qt.ItemDataRole.UserRole)
        words = (tr(model.note), tr(STABILITY_TEXTS[model.stability]))
        # Margins, and the room of the check mark.
        needed = sum(map(metrics.horizontalAdvance, words)) + 2 * 10 + 22
        assert needed + 8 <= combo.view().minimumWidth(), (code, words)


def inspected(bench: WindowBench, window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """Name and widget of the inspector, with a clip in each state."""
    window.resize(1100, 700)
    window.window_layout.show_inspector(True)
    fields: dict[str, dict[str, object]] = {
        "trash": {"trashed_at": _NOW},
        "lyrics": {"operation": Operation.LYRICS, "media": MediaState.NONE, "lyrics": "[Verse]"},
        **{state.value: {"media": state, "remote_id": RemoteId("r")} for state in MediaState},
    }
    for name, values in fields.items():
        clip = a_clip("Low tide", recipe=_RECIPE, **values)
        bench.run(bench.studio._library.clips.add([clip]))
        bench.press(lambda clip=clip: window.inspector.show_clip(clip.id))
        bench.settle()
        yield name, window.inspector


def test_no_text_of_the_inspector_is_cut_off(
    code: str, bench: WindowBench, joined: MainWindow
) -> None:
    found = {name: texts_cut_off(part) for name, part in inspected(bench, joined)}
    assert {name: texts for name, texts in found.items() if texts} == {}, code


@pytest.mark.usefixtures("_marked")
def test_all_texts_of_the_inspector_are_translated(bench: WindowBench, joined: MainWindow) -> None:
    found = {name: texts_untranslated(part, _NAMES) for name, part in inspected(bench, joined)}
    assert {name: texts for name, texts in found.items() if texts} == {}


@pytest.mark.usefixtures("_marked")
def test_all_texts_of_the_player_are_translated(bench: WindowBench, joined: MainWindow) -> None:
    before = texts_untranslated(joined.player, _NAMES)
    play_one(bench, joined)
    assert before + texts_untranslated(joined.player, _NAMES) == []


@pytest.mark.usefixtures("code")
@pytest.mark.parametrize("strength", [*STRENGTHS, COVER_STRENGTH], ids=lambda one: one.name)
def test_names_and_words_of_strengths_are_not_cut_off(
    qtbot: QtBot, style: Style, strength: Strength
) -> None:
    row = StrengthRow(style, strength)
    qtbot.addWidget(row)
    row.show()
    for bound, _word in strength.value_labels:
        row.set_value(bound - 0.01)
        for text in (row._name, row._word):
            assert text.width() >= text.fontMetrics().horizontalAdvance(text.text()), text.text()


_NOW = datetime.now(UTC)
_PRESS, _GRID = PressId("takes"), PressId("grid")
_RECIPE = Recipe(title="Low tide", sound="lofi piano", model="FUZZ-2.0", weirdness=0.25)
_SWEEP = Sweep(
    axes=(SweepAxis("model", ("FUZZ-2.0", "FUZZ-1.0")), SweepAxis("weirdness", (0.2, 0.8))),
    limits=SweepLimits(requests=3),
)


@pytest.fixture
def filled(bench: WindowBench, joined: MainWindow) -> MainWindow:
    """With takes, a sweep, a song with stems, clips in the trash, and jobs of each kind."""
    library = bench.studio._library
    account = AccountName("personal")

    def takes(press: PressId, count: int, **fields: object) -> list[Clip]:
        return [
            a_clip(
                "Low tide", press=press, take=number, takes=count, seed=f"12345{170 + number}",
                recipe=_RECIPE, **fields,
            )
            for number in range(1, count + 1)
        ]  # fmt: skip

    recipes = tuple(_SWEEP.expand(_RECIPE))
    sent = [
        Job(id=new_job_id(), account=account, recipe=recipe, state=JobState.CANCELLED,
            press=_GRID, take=number, takes=4)
        for number, recipe in enumerate(recipes, 1)
    ]  # fmt: skip
    grid = Press(id=_GRID, account=account, recipes=recipes, sweep=_SWEEP)
    bench.run(library.jobs.write_all(sent, press=grid))
    clips = [*takes(_PRESS, 3), *takes(_GRID, 4)[:3], a_clip("Low tide", trashed_at=_NOW)]
    bench.run(library.clips.add(clips))
    bench.run(add_song(library, dict.fromkeys(NAMES)))
    error = ErrorRecord(
        kind=ErrorKind.MEDIA_REJECTED, message=mark("The file is damaged."),
        service_words="their words", trace_id="trace-1", status=402,
    )  # fmt: skip
    for state in (JobState.FAILED, JobState.UNKNOWN, JobState.WORKING, JobState.QUEUED):
        job = Job(
            id=new_job_id(), account=account, recipe=_RECIPE, state=state, take=2, takes=3,
            fault=error if state is JobState.FAILED else None, sent_at=_NOW,
        )  # fmt: skip
        bench.press(lambda job=job: bench.studio.events.publish(JobChanged(job)))
    everything = LibraryChange(frozenset(), ChangeKind.EVERYTHING)
    bench.press(lambda: bench.studio.events.publish(everything))
    bench.until(lambda: len(joined.library.view.table.listed.groups) == 2)
    bench.settle()
    joined.resize(1100, 700)
    return joined


def shown_parts(bench: WindowBench, window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """Name and widget of each part of the middle of the window, as it is shown."""
    library, clips = window.library, bench.studio.clips
    for smart_list in SmartList:
        bench.press(lambda smart_list=smart_list: library.tabs.set_current(smart_list))
        bench.press(lambda smart_list=smart_list: library.lists.show_smart_list(smart_list))
        bench.settle()
        yield f"list {smart_list}", library
    bench.press(lambda: library.lists.show_smart_list(SmartList.ALL))
    for grid in (True, False):
        bench.press(lambda grid=grid: library.set_grid(grid))
        bench.settle()
        yield f"list, grid {grid}", library
    ids = bench.run(clips.list_ids())
    found = {clip.id: clip for clip in bench.run(clips.get_many(ids))}
    takes = [clip.id for clip in found.values() if clip.press == _PRESS]
    song = next(clip for clip in found.values() if clip.title == "Late Night Study")
    opened: Mapping[str, Callable[[], object]] = {
        "sweep": lambda: window.sweeps.show_sweep(_GRID),
        "takes compared": lambda: window.show_compare(takes),
        "stems": lambda: window.stems.show_stems(song.id),
    }
    for name, open_view in opened.items():
        bench.press(open_view)
        bench.settle()
        yield name, window.views
    # The narrowest middle that there is.
    bench.press(lambda: window.window_layout.show_inspector(True))
    for name, open_view in opened.items():
        bench.press(open_view)
        bench.settle()
        yield f"{name}, beside the inspector", window.views
    bench.press(lambda: window.window_layout.show_inspector(False))
    bench.press(lambda: window.views.show_view("library"))
    for name, action in {
        "export": lambda: window.dialogs.open_export(takes),
        "tags": lambda: window.dialogs.open_tags(takes[:1]),
    }.items():
        bench.press(action)
        bench.settle()
        dialog = window.dialogs.open_dialogs[name]
        yield name, dialog
        bench.press(dialog.close)


def test_no_text_of_the_middle_is_cut_off(
    code: str, bench: WindowBench, filled: MainWindow
) -> None:
    found = {name: texts_cut_off(part) for name, part in shown_parts(bench, filled)}
    assert {name: texts for name, texts in found.items() if texts} == {}, code


@pytest.mark.usefixtures("_marked")
def test_all_texts_of_the_middle_are_translated(bench: WindowBench, filled: MainWindow) -> None:
    found = {name: texts_untranslated(part, _NAMES) for name, part in shown_parts(bench, filled)}
    assert {name: texts for name, texts in found.items() if texts} == {}


@pytest.mark.usefixtures("code")
def test_headings_are_not_cut_off(bench: WindowBench, filled: MainWindow) -> None:
    bench.settle()
    headers = filled.library.column_headers.findChildren(ColumnHeader)
    shown = [head for head in headers if head.isVisible() and head.spec.name != TITLE]
    assert len(shown) > 3
    for head in shown:
        room = head.width() - head.text_left
        assert head.text_width() <= room, head.spec.name


@pytest.mark.usefixtures("code")
@pytest.mark.parametrize(
    ("spec", "column"),
    [(spec, column) for spec, column in LIST_COLUMNS if spec.name != TITLE],
    ids=lambda one: getattr(one, "name", ""),
)
def test_headings_fit_into_the_declared_widths(
    style: Style, spec: FieldSpec, column: ListColumn
) -> None:
    width = QFontMetricsF(style.font(11)).horizontalAdvance(tr(spec.heading))
    assert width + PAD <= column.width, tr(spec.heading)


@pytest.mark.usefixtures("_marked")
def test_rows_that_are_painted_are_translated(bench: WindowBench, filled: MainWindow) -> None:
    table = filled.library.view.table
    for group in list(table.listed.groups):
        bench.press(lambda group=group: table.set_open(group, is_open=True))
    bench.settle()
    texts = []
    for place in range(len(table.ids)):
        index = table.index_of(place)
        bench.until(lambda index=index: bool(table.data(index)))
        texts.append(str(table.data(index, Qt.ItemDataRole.AccessibleTextRole)))
        row = table.group_row(place) if table.is_group(place) else table.clip_row(place)
        assert row is not None
        texts += [row.kept_text, row.takes_text, row.keep_label] if table.is_group(place) else [
            row.title, row.badge, row.take_label, *row.texts.values()
        ]  # fmt: skip
    assert sum(map(table.is_group, range(len(table.ids)))) == 2
    assert [text for text in texts if is_untranslated(text, _NAMES)] == []


def play_one(bench: WindowBench, window: MainWindow) -> None:
    """Loads an extended clip, with a region, a queue and a second clip beside it."""
    recipe = Recipe(operation=Operation.EXTEND, model="FUZZ-2.0", starts_at_s=64.0)
    clips = [Clip(id=ClipId(name), recipe=recipe, title="Low tide") for name in "abc"]
    bench.run(bench.studio._library.clips.add(clips))
    bench.press(lambda: window.player.load(clips[0], play=False))
    bench.press(lambda: window.player.load(clips[1], play=False))
    bench.press(lambda: window.player.queue.add([clips[2].id]))
    bench.settle()


def test_qt_says_its_own_texts_in_the_language(qapp: QApplication) -> None:
    assert apply_window_language(qapp, "de")
    try:
        assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"
        assert not apply_window_language(qapp, "de")
    finally:
        assert apply_window_language(qapp, "en")
    assert language().code == "en"
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"

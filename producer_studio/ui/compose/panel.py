"""Compose panel: the form in a scroll area above the Generate bar, the history, or presets."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from producer_studio.domain.form import Form
from producer_studio.domain.form_preset import FormPreset, is_preset_file
from producer_studio.domain.operation import Operation
from producer_studio.domain.press import Press
from producer_studio.domain.sweep import Sweep
from producer_studio.domain.template import Template
from producer_studio.translation import mark, tr
from producer_studio.ui.compose.compose_keys import ComposeKeys
from producer_studio.ui.compose.controller import ComposeController
from producer_studio.ui.compose.drop_target import DropTarget
from producer_studio.ui.compose.form_view import FormView
from producer_studio.ui.compose.generate_bar import GenerateBar
from producer_studio.ui.compose.presets.preset_keys import PresetKeys
from producer_studio.ui.compose.recent_files_menu import RecentFilesMenu
from producer_studio.ui.compose.sound.phrase_completion import PhraseCompletion
from producer_studio.ui.context import UiContext
from producer_studio.ui.external_programs import is_audio_file
from producer_studio.ui.widgets.card import Hairline
from producer_studio.ui.widgets.pill_tab import PillTabs

if TYPE_CHECKING:
    from producer_studio.domain.request_preview import RequestPreview
    from producer_studio.ui.compose.history.panel import HistoryPanel
    from producer_studio.ui.compose.presets.panel import PresetsPanel
    from producer_studio.ui.compose.region_audition import RegionAudition
    from producer_studio.ui.compose.templates.panel import TemplatesPanel

_MIN_WIDTH_PX = 340
_FORM_TAB = mark("Compose")
_HISTORY_TAB = mark("History")
_PRESETS_TAB = mark("Presets")
_TEMPLATES_TAB = mark("Templates")


class ComposePanel(QWidget):
    """Form in which a recipe is written, priced and submitted, by its `controller`.

    Signals:
        undo_available: Message, and the undo step of a change of the presets.
        notice_requested: Message about something that was done.
        export_requested: Export the clip that is selected in the library.
        sweep_requested: Show the grid of a sweep that was started or chosen (id of its press).
        songs_dropped: Several audio files were dropped (list of paths): ask what to do.
    """

    undo_available = Signal(str, object)
    notice_requested = Signal(str)
    export_requested = Signal()
    sweep_requested = Signal(str)
    songs_dropped = Signal(object)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.audition: RegionAudition | None = None
        self.history: HistoryPanel | None = None
        self.presets: PresetsPanel | None = None
        self.templates: TemplatesPanel | None = None
        tabs = ((_FORM_TAB, ""), (_HISTORY_TAB, "clock"), (_PRESETS_TAB, ""), (_TEMPLATES_TAB, ""))
        self.tabs = PillTabs(context.style, tr("Compose panel"), tabs, self)
        # From the outside inwards: Qt styles a widget again, with all that it contains, whenever it
        # gets another parent.
        self._pages = QStackedWidget(self)
        self._form_page = QWidget(self._pages)
        self._scroll = QScrollArea(self._form_page)
        self.view = FormView(context.style, self._scroll.viewport())
        self.bar = GenerateBar(context.style, self._form_page)
        self._build()
        self.controller = ComposeController(
            context.studio, context.tasks, self.view, self.bar, self
        )
        self.phrase_completion = PhraseCompletion(context, self.view.sound)
        self.preset_keys = PresetKeys(context.studio, context.tasks, self.use_preset, self)
        self._keys = ComposeKeys(
            self,
            self.generate,
            lambda: self.is_form_shown and self.controller.undo(),
            lambda: self.is_form_shown and self.controller.redo(),
        )
        self._drop_target = DropTarget(
            self,
            context.tasks,
            self.controller.use_dropped_clip,
            self.use_file,
            self.songs_dropped.emit,
        )
        self.view.part_created.connect(self._on_part_created)
        self.controller.request_viewer.built.connect(self._on_request_built)
        self.bar.menu_button.sweep_requested.connect(self._on_sweep_requested)
        self.controller.sweep_launcher.started.connect(self.sweep_requested)
        self.controller.form_filled.connect(self.show_form)
        self.tabs.tab_chosen.connect(self._on_tab_chosen)
        self.preset_keys.changed.connect(self._on_presets_changed)
        self.bar.menu_button.preset_requested.connect(
            lambda: self._presets_panel().save_form(self.controller.form())
        )
        self.bar.focus_released.connect(
            lambda: self.view.grid.chosen_button().setFocus(Qt.FocusReason.OtherFocusReason)
        )

    @property
    def is_form_shown(self) -> bool:
        return self._pages.currentWidget() is self._form_page

    def has_form_focus(self) -> bool:
        """Whether the form is shown, and the focus is in this panel."""
        focused: QWidget | None = QApplication.focusWidget()
        return self.is_form_shown and focused is not None and self.isAncestorOf(focused)

    def show_form(self) -> None:
        """Shows the form, in place of the history."""
        if self.is_form_shown:
            return
        left: QWidget | None = QApplication.focusWidget()
        had_focus = left is not None and self._pages.isAncestorOf(left)
        self.tabs.set_current(_FORM_TAB)
        self._pages.setCurrentWidget(self._form_page)
        if had_focus:
            # Not a text field: the next Space plays.
            chosen = self.view.grid.chosen_button()
            target = chosen if chosen.isEnabled() else self.tabs.tab(_FORM_TAB)
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_history(self) -> "HistoryPanel":
        """Shows the history, in place of the form; creates it on the first call."""
        from producer_studio.ui.compose.history.panel import HistoryPanel  # start-up cost

        if self.history is None:
            self.history = HistoryPanel(self._context)
            self.history.press_chosen.connect(self._on_press_chosen)
            self.history.preset_requested.connect(self._on_preset_requested)
            self.history.sweep_requested.connect(self.sweep_requested)
            self._add_page(self.history)
        self._show_page(self.history, _HISTORY_TAB)
        return self.history

    def show_presets(self) -> "PresetsPanel":
        """Shows the presets, in place of the form."""
        presets = self._presets_panel()
        self._show_page(presets, _PRESETS_TAB)
        return presets

    def show_templates(self) -> "TemplatesPanel":
        """Shows the templates, in place of the form; creates them on the first call."""
        from producer_studio.ui.compose.templates.panel import TemplatesPanel  # start-up cost

        if self.templates is None:
            self.templates = TemplatesPanel(self._context)
            self.templates.template_chosen.connect(self._on_template_chosen)
            self._add_page(self.templates)
        self._show_page(self.templates, _TEMPLATES_TAB)
        return self.templates

    def use_preset(self, preset: FormPreset) -> None:
        """Shows the form of a preset, as one undo step; sends nothing."""
        form = Form.from_json(dict(preset.form))
        self.controller.use_form(
            form, mark("Preset “{name}” is in the form.", name=preset.name), preset.id
        )

    def use_file(self, file: Path) -> None:
        """Adds a preset file to the presets; applies any other file to the form."""
        if is_preset_file(file):
            self.show_presets().add_file(file)
        else:
            self._context.studio.recent_files.add_opened(file)
            self.controller.use_file(file)

    def generate(self) -> None:
        """Submits the form; only shows it if it is not shown, so that its price is seen first."""
        if self.is_form_shown:
            self.controller.generate()
        else:
            self.show_form()
            self.bar.ignore_presses()

    def unsubscribe(self) -> None:
        """Unsubscribes from the studio's events."""
        self.controller.unsubscribe()
        self.phrase_completion.close()
        self.preset_keys.close()
        if self.history is not None:
            self.history.close_loader()
        if self.templates is not None:
            self.templates.close_player()

    def finish_editing(self) -> None:
        """Commits the name of a preset that is being edited; called before the window closes."""
        if self.presets is not None:
            self.presets.finish_editing()

    def stop_audition(self) -> None:
        """Stops what the form plays; called before the window closes."""
        if self.audition is not None:
            self.audition.stop()
        if self.templates is not None:
            self.templates.player.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Sets the width that the fields need at this text size: they only scroll vertically."""
        if watched in {self.view, self.bar} and event.type() == QEvent.Type.LayoutRequest:
            needed = (part.minimumSizeHint().width() for part in (self.view, self.bar))
            self.setMinimumWidth(max(_MIN_WIDTH_PX, *needed))
        return super().eventFilter(watched, event)

    def scroll_bar_width_px(self) -> int:
        """Returns the width that the scroll bar occupies at the moment, in pixels."""
        bar = self._scroll.verticalScrollBar()
        return bar.width() if bar.isVisible() else 0

    def _build(self) -> None:
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self.view)
        self.view.setProperty("surface", "none")
        self._scroll.verticalScrollBar().rangeChanged.connect(self._on_scroll_range_changed)
        form = QVBoxLayout(self._form_page)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(0)
        form.addWidget(self._scroll, 1)
        form.addWidget(self.view.suggestion)
        form.addWidget(Hairline())
        form.addWidget(self.bar)
        self._pages.addWidget(self._form_page)
        top = QVBoxLayout()
        top.setContentsMargins(16, 12, 16, 0)
        top.addWidget(self.tabs)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._pages, 1)
        self.view.installEventFilter(self)
        self.bar.installEventFilter(self)
        self.view.suggestion.visibility_changing.connect(self._on_suggestion_changing)

    def _on_tab_chosen(self, name: str) -> None:
        if name == _HISTORY_TAB:
            self.show_history()
        elif name == _PRESETS_TAB:
            self.show_presets()
        elif name == _TEMPLATES_TAB:
            self.show_templates()
        else:
            self.show_form()

    def _show_page(self, page: QWidget, tab: str) -> None:
        """Shows a page; the focus of the page before it goes to the tab.

        Else it would pass to a text field, and the next keys with it.
        """
        left: QWidget | None = QApplication.focusWidget()
        had_focus = left is not None and self._pages.isAncestorOf(left)
        self.tabs.set_current(tab)
        if had_focus and self._pages.currentWidget() is not page:
            self.tabs.tab(tab).setFocus(Qt.FocusReason.OtherFocusReason)
        self._pages.setCurrentWidget(page)

    def _add_page(self, page: QWidget) -> None:
        self._pages.addWidget(page)
        # Else Ctrl+Enter in a one-line field would do what Enter does there as well.
        self._keys.install_on(page)

    def _presets_panel(self) -> "PresetsPanel":
        from producer_studio.ui.compose.presets.panel import PresetsPanel  # start-up cost

        if self.presets is None:
            self.presets = PresetsPanel(self._context, self.preset_keys, self.controller.form)
            self.presets.preset_chosen.connect(self.use_preset)
            self.presets.undo_available.connect(self.undo_available)
            self.presets.notice_requested.connect(self.notice_requested)
            self._add_page(self.presets)
        return self.presets

    def _on_presets_changed(self) -> None:
        self.tabs.tab(_PRESETS_TAB).set_count(len(self.preset_keys.presets) or None)

    def _on_preset_requested(self, press: Press) -> None:
        self._presets_panel().save_form(self.controller.active_account.form_of(press))

    def _on_press_chosen(self, press: Press, new_seed: bool) -> None:
        self.controller.restore_press(press, new_seed=new_seed)
        if press.sweep is not None:
            self._open_sweep(press.sweep.with_new_seeds() if new_seed else press.sweep)

    def _on_template_chosen(self, template: Template) -> None:
        if template.operation is Operation.EXPORT:
            self.export_requested.emit()
            return
        form = template.form_for(self.controller.active_account.strengths)
        form = form.with_changes(source=self.controller.form().source)
        self.controller.use_form(
            form, mark("Template “{title}” is in the form.", title=template.title)
        )

    def _on_part_created(self, part: QWidget) -> None:
        self._keys.install_on(part)
        self._drop_target.install_on(part)
        # Start-up cost; imported already where such a part is created.
        from producer_studio.ui.compose.region_audition import RegionAudition
        from producer_studio.ui.compose.source_card import SourceCard
        from producer_studio.ui.compose.upload_fields import UploadFields

        if isinstance(part, UploadFields):
            part.file_chosen.connect(self._context.studio.recent_files.add_opened)
            recent = RecentFilesMenu(self._context, part)
            recent.attach(part.recent_button, is_audio_file, part.set_file)
        if self.audition is None and isinstance(part, SourceCard):
            self.audition = RegionAudition(part, self._context.audio, self)
            self.audition.failed.connect(self.view.suggestion.show_suggestion)

    def _on_request_built(self, preview: "RequestPreview", command: str) -> None:
        from producer_studio.ui.compose.request_dialog import RequestDialog  # start-up cost

        RequestDialog(self._context.style, preview, command, self.window()).open()

    def _on_sweep_requested(self, by_model: bool) -> None:
        if self.controller.active_account.account is None:
            self.controller.connect_requested.emit()
            return
        self._open_sweep(by_model=by_model)

    def _open_sweep(self, sweep: Sweep | None = None, *, by_model: bool = False) -> None:
        self.controller.sweep_launcher.open_dialog(
            self._context.style, self.window(), by_model=by_model, sweep=sweep
        )

    def _on_suggestion_changing(self, is_visible: bool) -> None:
        # Else the lyrics would shrink for the suggestion, and the fields below them would move.
        self.view.reserve_height(self._scroll.viewport().height() if is_visible else 0)

    def _on_scroll_range_changed(self, _minimum: int, maximum: int) -> None:
        bar = self._scroll.verticalScrollBar()
        self.view.reserve_scroll_bar(bar.sizeHint().width() if maximum > 0 else 0)

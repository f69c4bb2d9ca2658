"""Templates beside the form: each fills it as one step, and a preview plays without sending."""

import pytest

from producer_studio.domain.clip import Clip
from producer_studio.domain.form import Form
from producer_studio.domain.ids import ClipId, RemoteId
from producer_studio.domain.operation import Operation
from producer_studio.studio.template_previews import _file_stem
from producer_studio.ui.compose.templates.panel import TemplatesPanel
from producer_studio.ui.compose.templates.template_card import TemplateCard
from tests.support.signals import tone
from tests.support.stem_song import add_clip
from tests.ui.compose.conftest import DEMO, ComposeBench, jobs

SOURCE = ClipId("c" * 32)


def opened(bench: ComposeBench) -> TemplatesPanel:
    """The templates, with the cards of all groups."""
    bench.press(bench.panel.tabs.tab("Templates").click)
    bench.settle()
    templates = bench.panel.templates
    assert templates is not None
    for button in reversed(templates.group_buttons):
        bench.press(button.click)
    return templates


@pytest.fixture
def offline(bare: ComposeBench) -> ComposeBench:
    bare.connect_offline("musicapi-2026-02")
    return bare


def test_each_template_fills_the_form_as_one_step(offline: ComposeBench) -> None:
    bench, controller = offline, offline.panel.controller
    clip = Clip(id=SOURCE, remote_id=RemoteId("clip-1"), title="Song", account=DEMO)
    bench.run(bench.studio._library.clips.add([clip]))
    exports: list[bool] = []
    bench.panel.export_requested.connect(lambda: exports.append(True))
    templates = opened(bench)
    assert len(templates.cards) == 39
    for card in templates.cards.values():
        form = card.template.form
        bench.press(lambda form=form: bench.panel.view.load(Form(source=SOURCE)))
        bench.press(card.click)
        if form.operation is Operation.EXPORT:
            continue
        bench.settle()
        shown = controller.form()
        expected = form.with_changes(source=SOURCE)
        assert shown == (expected if form.operation.needs_source else shown.with_changes(
            **{name: getattr(form, name) for name in card.template.fields}
        ))  # fmt: skip
        assert bench.panel.is_form_shown
        assert bench.panel.view.suggestion.message.text() == (
            f"Template “{card.template.title}” is in the form."
        )
        assert controller.undo()
        assert controller.form().operation is Operation.CREATE
    assert exports == [True]
    assert jobs(bench) == []


def test_strengths_that_a_template_leaves_out_are_the_accounts(bare: ComposeBench) -> None:
    bare.connect_offline("acedata")
    cards = opened(bare).cards.values()
    partly = next(one for one in cards if "weirdness" in one.template.fields)
    without = next(one for one in cards if not one.template.fields & {"lyrics_strength"})
    given = partly.template.form
    bare.press(without.click)
    bare.settle()
    form = bare.panel.controller.form()
    assert (form.lyrics_strength, form.sound_strength) == (0.7, 0.7)
    bare.press(partly.click)
    bare.settle()
    form = bare.panel.controller.form()
    assert (form.lyrics_strength, form.weirdness) == (
        given.lyrics_strength if "lyrics_strength" in partly.template.fields else 0.7,
        given.weirdness,
    )


def test_an_example_address_is_never_sent(offline: ComposeBench) -> None:
    templates = opened(offline)
    offline.press(templates.cards["own-cover-art"].click)
    offline.press(offline.panel.generate)
    offline.settle()
    issue = offline.panel.bar.advice.issue()
    assert issue is not None
    assert issue.text.startswith("Enter your own address of the cover art")
    assert jobs(offline) == []


def test_a_preview_that_exists_is_played_and_stopped(offline: ComposeBench) -> None:
    clip = offline.run(add_clip(offline.studio._library, tone(20.0), title="Sketch"))
    assert clip.path is not None
    templates = opened(offline)
    card = templates.cards["an-ending"]
    folder = offline.studio.template_previews._folder
    folder.mkdir(parents=True)
    clip.path.rename(folder / f"{_file_stem(card.template)}_7{clip.path.suffix}")
    offline.press(templates.group_buttons[2].click)
    offline.press(card.preview_button.click)
    offline.until(lambda: templates.player.playing == "an-ending")
    assert card.preview_button.accessibleName() == "Stop An ending with words"
    assert templates.player._session.position_s >= 7.0
    offline.press(card.preview_button.click)
    assert templates.player.playing == ""
    assert card.preview_button.accessibleName() == "Preview An ending with words"
    assert jobs(offline) == []


def test_a_preview_that_cannot_be_rendered_is_explained(offline: ComposeBench) -> None:
    templates = opened(offline)
    card: TemplateCard = templates.cards["sound-alone"]
    offline.press(card.preview_button.click)
    assert card._status.text().startswith("Rendering a sketch on this computer…")
    assert card.preview_button.accessibleName() == "Stop rendering A sound alone"
    offline.until(lambda: not templates.player.rendering)
    assert card._status.text().startswith("Demo Studio did not start.")
    assert not card._status.isHidden()
    assert card.preview_button.accessibleName() == "Preview A sound alone"


def test_a_damaged_preview_is_rendered_again(offline: ComposeBench) -> None:
    templates = opened(offline)
    card = templates.cards["sound-alone"]
    folder = offline.studio.template_previews._folder
    folder.mkdir(parents=True)
    path = folder / f"{_file_stem(card.template)}_0.m4a"
    path.write_bytes(b"not a sound")
    offline.press(card.preview_button.click)
    offline.until(lambda: card._status.text().startswith("Could not play the preview"))
    offline.until(lambda: not path.exists())


def test_leaving_the_templates_stops_the_rendering(offline: ComposeBench) -> None:
    templates = opened(offline)
    offline.press(templates.cards["sound-alone"].preview_button.click)
    assert templates.player.rendering == "sound-alone"
    offline.press(offline.panel.show_form)
    assert templates.player.rendering == ""
    assert not offline.tasks.is_running("preview a template")

"""The worked examples of "MusicAPI, Producer examples", put through the widgets of the form.

The data has the fields, numbers and names of the document's bodies; its texts are our own. A clip
of the library stands for `clip_id`, and the secret of webhooks is the account's.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from producer_studio.domain.clip import Clip
from producer_studio.domain.form import Form
from producer_studio.domain.ids import ClipId, RemoteId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.request_preview import WEBHOOK_SECRET_VARIABLE, RequestPreview
from producer_studio.ui.compose.request_dialog import RequestDialog
from tests.ui.compose.conftest import DEMO, ComposeBench

EXAMPLES: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("worked_examples.json").read_text("utf-8")
)
OPERATIONS = {
    "create_music": Operation.CREATE,
    "extend_music": Operation.EXTEND,
    "cover_music": Operation.COVER,
    "replace_music": Operation.REPLACE,
    "music_variation": Operation.VARIATION,
    "swap_music_vocals": Operation.SWAP_VOCALS,
    "swap_music_sound": Operation.SWAP_SOUND,
    None: Operation.UPLOAD,
}
SOURCE = ClipId("c" * 32)
SECRET = "whsec-0123456789abcdef"
STRENGTHS = ("lyrics_strength", "sound_strength", "weirdness")


class FilledForm:
    """Fills the widgets as a user does, and reads what they show."""

    def __init__(self, bench: ComposeBench, clip: Clip) -> None:
        self._bench = bench
        self._clip = clip

    def fill(self, body: dict[str, Any]) -> None:
        bench, panel = self._bench, self._bench.panel
        view, operation = panel.view, OPERATIONS[body.get("task_type")]
        bench.press(lambda: view.load(Form()))
        clip = self._clip if operation.needs_source else None
        bench.press(lambda: panel.controller.set_operation(operation, clip))
        if clip is not None:
            card = view.ensure_fields().source
            bench.until(lambda: card.clip is not None and card.clip.id == clip.id)
        bench.press(lambda: self._fill_texts(body))
        bench.press(lambda: self._fill_numbers(body, operation))

    def _fill_texts(self, body: dict[str, Any]) -> None:
        view = self._bench.panel.view
        view.sound.edit.replace_text(body.get("sound", ""))
        view.lyrics.edit.replace_text(body.get("lyrics", ""))
        view.title.edit.setText(body.get("title", ""))
        view.seed.edit.setText(body.get("seed", ""))
        view.seed.edit.textEdited.emit(body.get("seed", ""))
        view.advanced.cover.setText(body.get("cover_url", ""))
        view.advanced.webhook.setText(body.get("webhook_url", ""))
        if "audio_url" in body:
            view.ensure_fields().upload.url.setText(body["audio_url"])

    def _fill_numbers(self, body: dict[str, Any], operation: Operation) -> None:
        view = self._bench.panel.view
        if "mv" in body:
            view.model.combo.setCurrentIndex(view.model.combo.findText(body["mv"]))
        view.instrumental.setChecked(body.get("make_instrumental", False))
        for name in STRENGTHS:
            row = view.strengths[name]
            row.slider.setValue(round(100 * body.get(name, row.strength.default)))
        if "cover_strength" in body:
            view.ensure_cover_strength().slider.setValue(round(100 * body["cover_strength"]))
        if operation in {Operation.EXTEND, Operation.REPLACE}:
            times = view.ensure_fields().times
            for field, name in ((times.end, "ends_at"), (times.start, "starts_at")):
                text = str(body.get(name, ""))
                field.edit.setText(text)
                field.edit.textEdited.emit(text)

    def shown(self) -> dict[str, Any]:
        """Values on the form, by the names of the document."""
        view = self._bench.panel.view
        cover_strength = view.cover_strength
        return {
            "task_type": {operation: name for name, operation in OPERATIONS.items()}[
                view.operation
            ],
            "clip_id": "clip-1",
            "mv": view.model.model(),
            "sound": view.sound.text(),
            "lyrics": view.lyrics.text(),
            "title": view.title.text(),
            "cover_strength": cover_strength.value() if cover_strength is not None else None,
            **{name: view.strengths[name].value() for name in STRENGTHS},
        }


@pytest.fixture
def filled(bare: ComposeBench) -> FilledForm:
    bare.connect_offline("musicapi-2026-02")
    bare.run(bare.studio.accounts.change(DEMO, webhook_secret=SECRET))
    clip = Clip(id=SOURCE, remote_id=RemoteId("clip-1"), title="Song", account=DEMO)
    bare.run(bare.studio._library.clips.add([clip]))
    return FilledForm(bare, clip)


def dialogs(bench: ComposeBench) -> Iterator[RequestDialog]:
    yield from (one for one in bench.panel.findChildren(RequestDialog) if one.isVisible())


def test_every_example_can_be_asked_for_with_the_form(
    bare: ComposeBench, filled: FilledForm
) -> None:
    controller = bare.panel.controller
    built: list[RequestPreview] = []
    rejected: list[str] = []
    controller.request_viewer.built.connect(lambda preview, _command: built.append(preview))
    controller.request_viewer.rejected.connect(rejected.append)
    wrong: dict[str, Any] = {}
    for example in EXAMPLES:
        body = example["body"]
        if "format" in body:  # asked for in the export dialog
            continue
        filled.fill(body)
        bare.press(controller.show_request)
        bare.until(lambda: bool(built or rejected))
        if rejected:
            wrong[example["section"]] = rejected.pop()
            continue
        preview = built.pop()
        (dialog,) = dialogs(bare)
        assert preview.url in dialog.text_view.toPlainText()
        bare.press(dialog.close)
        sent, wanted = dict(preview.body), {k: v for k, v in body.items() if v is not False}
        if "webhook_secret" in wanted:
            wanted["webhook_secret"] = WEBHOOK_SECRET_VARIABLE
        elif "webhook_url" in wanted:
            # The example has none, and the account has.
            sent.pop("webhook_secret")
        shown = filled.shown()
        differences = {
            key: (sent.get(key), value) for key, value in wanted.items() if sent.get(key) != value
        } | {
            key: (sent[key], shown.get(key))
            for key in sent.keys() - wanted.keys()
            if sent[key] != shown.get(key)
        }
        if differences:
            wrong[example["section"]] = differences
        assert SECRET not in str(preview)
    assert wrong == {}


def test_the_export_of_the_examples_is_previewed_too(
    bare: ComposeBench, filled: FilledForm
) -> None:
    (example,) = (one["body"] for one in EXAMPLES if "format" in one["body"])
    recipe = Recipe(operation=Operation.EXPORT, source=SOURCE, export_format="mp3", model="")
    preview = bare.run(bare.studio.previews.preview(recipe, DEMO))
    assert (preview.url, preview.body) == (
        "http://127.0.0.1:9/api/v1/producer/download",
        example,
    )

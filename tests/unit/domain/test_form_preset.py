"""Preset files: nothing of this library leaves in one, and each field of one stands for itself."""

import json
from typing import Any

import pytest

from producer_studio.domain.form import Form
from producer_studio.domain.form_preset import (
    FormPreset,
    clean_preset_name,
    encode_preset_file,
    parse_preset_file,
)
from producer_studio.domain.ids import PresetId
from producer_studio.domain.operation import Operation

FULL = Form(
    operation=Operation.COVER,
    sound="bare piano, see https://cdn.example/a.mp3?X-Amz-Signature=f00d",
    lyrics="[Verse]\nwords",
    title="Low tide",
    model="FUZZ-2.0 Pro",
    instrumental=True,
    lyrics_strength=0.25,
    weirdness=0.0,
    cover_strength=0.9,
    seed="41",
    seed_locked=True,
    takes=3,
    source="c" * 32,
    starts_at_s=30.5,
    cover_url="https://cdn.example/a.jpg?token=s3cret",
    webhook_url="https://hooks.example/s3cret",
    audio_url="https://user:s3cret@cdn.example/a.mp3",
    audio_file="/srv/s3cret.wav",
)


def preset(form: Form, name: str = "Mine") -> FormPreset:
    return FormPreset(id=PresetId("p" * 32), name=name, form=form.to_json())


def file_with(form: Any, **more: Any) -> bytes:
    content = {"format": "producer-studio preset", "name": "Mine", "form": form} | more
    return json.dumps(content).encode()


def test_a_file_has_the_whole_form_but_what_is_local_or_grants_access() -> None:
    raw = encode_preset_file(preset(FULL, "Mine https://a.example/?sig=s3cret"))
    assert b"s3cret" not in raw
    assert b"f00d" not in raw
    content = json.loads(raw)
    assert not {"source", "audio_file", "webhook_url"} & content["form"].keys()
    read = parse_preset_file(raw)
    assert read.ignored_fields == ()
    assert read.form == FULL.with_changes(
        sound="bare piano, see https://cdn.example/a.mp3?…",
        source="",
        cover_url="",
        webhook_url="",
        audio_url="",
        audio_file="",
    )


def test_fields_that_no_form_has_do_not_leave() -> None:
    own = FormPreset(id=PresetId("p"), name="x", form={"webhook_secret": "s3cret", "sound": "sea"})
    assert b"s3cret" not in encode_preset_file(own)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("operation", "explode"),
        ("operation", "trim"),
        ("sound", 7),
        ("sound", {"a": 1}),
        ("title", "x" * 9_000),
        ("lyrics", "y" * 900_000),
        ("lyrics", "a\x1b[2Jb"),
        ("lyrics", "a\ud800b"),
        ("model", ["FUZZ-2.0"]),
        ("instrumental", 1),
        ("lyrics_strength", True),
        ("weirdness", 1e999),
        ("weirdness", -3),
        ("cover_strength", "0.5"),
        ("starts_at_s", 1e300),
        ("takes", 10**40),
        ("takes", 2.0),
        ("seed_locked", "yes"),
        ("seed", "4\n2"),
        ("source", "c" * 32),
        ("audio_file", "/etc/passwd"),
        ("webhook_url", "https://elsewhere.example/"),
        ("webhook_secret", "s3cret"),
        ("unknown", [[]]),
    ],
)
def test_a_field_that_cannot_be_used_is_named_and_changes_no_other(field: str, value: Any) -> None:
    data = {"sound": "calm sea", "title": "Low tide", "takes": 4, field: value}
    read = parse_preset_file(file_with(data))
    assert read.ignored_fields == (field,)
    for name, other in data.items():
        if name != field:
            assert getattr(read.form, name) == other
    text = json.dumps(read.form.to_json())
    assert len(text) < 110_000
    assert "NaN" not in text
    assert "Infinity" not in text
    assert read.form.audio_file == read.form.source == read.form.webhook_url == ""


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        b"[]",
        b"[" * 90_000,
        b'{"format": "producer-studio preset"}',
        file_with("form"),
        file_with({}, format="something else"),
        file_with({}, format=["producer-studio preset"]),
    ],
)
def test_another_file_is_not_a_preset(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_preset_file(raw)


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("a\nb\x00c", "a b c"),
        ("x" * 999, "x" * 80),
        # Shown as "exe.live" otherwise.
        ("\u202eevil.exe", "evil.exe"),
    ],
)
def test_a_name_is_one_short_line(name: str, cleaned: str) -> None:
    assert clean_preset_name(name) == cleaned
    assert parse_preset_file(file_with({}, name=name)).name == cleaned


@pytest.mark.parametrize("name", ["", " \n ", "\u202e"])
def test_a_preset_without_a_name_gets_one(name: str) -> None:
    assert clean_preset_name(name) == "Preset"
    # So that the name of the file is used.
    assert parse_preset_file(file_with({}, name=name)).name == ""
    assert parse_preset_file(file_with({}, name=7)).name == ""

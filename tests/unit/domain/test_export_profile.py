"""Export profiles as they are stored."""

import json
from dataclasses import fields

import pytest

from producer_studio.domain.export_profile import (
    BUILT_IN_PROFILES,
    ExportExtra,
    ExportFormat,
    ExportProfile,
)

FULL = ExportProfile(
    id="0123456789abcdef",
    name="Radio",
    format=ExportFormat.FLAC,
    template="{title} - {n}",
    mp3_mode="V0",
    bits=24,
    sample_rate=48_000,
    folder="/music/radio",
    tags={"artist": "Jo Sea"},
    loudness_lufs=-16.0,
    extras=frozenset({ExportExtra.ZIP, ExportExtra.PROVENANCE}),
)


def test_a_stored_profile_is_read_as_it_was() -> None:
    defaults = {item.name for item in fields(ExportProfile) if item.name != "is_built_in"}
    stored = json.loads(json.dumps(FULL.to_json()))
    assert set(stored) == defaults
    assert ExportProfile.from_json(stored) == FULL


@pytest.mark.parametrize(
    ("key", "value", "attribute", "default"),
    [
        ("sample_rate", 12, "sample_rate", 0),
        ("sample_rate", True, "sample_rate", 0),
        ("bits", "24", "bits", 16),
        ("mp3_mode", 9, "mp3_mode", "320"),
        ("loudness_lufs", 3, "loudness_lufs", None),
        ("loudness_lufs", False, "loudness_lufs", None),
        ("tags", {"artist": 1, "colour": "red"}, "tags", {}),
        ("tags", "artist", "tags", {}),
        ("extras", ["later", None, "zip"], "extras", frozenset({ExportExtra.ZIP})),
        ("extras", 5, "extras", frozenset()),
        ("template", 5, "template", "{title}"),
    ],
)
def test_a_damaged_value_costs_nothing_but_itself(
    key: str, value: object, attribute: str, default: object
) -> None:
    read = ExportProfile.from_json({**FULL.to_json(), key: value})
    assert read == FULL.with_changes(**{attribute: default})


@pytest.mark.parametrize("key", ["id", "name", "format"])
def test_without_id_name_or_format_there_is_no_profile(key: str) -> None:
    assert ExportProfile.from_json({**FULL.to_json(), key: ""}) is None


def test_the_profiles_of_the_program_say_what_they_make() -> None:
    assert [(one.name, one.summary) for one in BUILT_IN_PROFILES] == [
        ("Release", "WAV 24 bit, release check, cover 3000 px, provenance sheet"),
        ("DAW", "WAV 24 bit, tempo and key for DAWs"),
        ("Share", "MP3 320 kbit/s"),
    ]
    assert FULL.summary == "FLAC 24 bit, 48 kHz, −16.0 LUFS, provenance sheet, one ZIP file"

"""The small values: credits, faults, strengths, models, operations, capabilities, clips, ids."""

import json
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.domain import errors
from producer_studio.domain.account import Service
from producer_studio.domain.capabilities import (
    DEFAULT_MODEL,
    MODELS,
    Capabilities,
    Capability,
    find_model,
)
from producer_studio.domain.clip import AudioMeasurements, Clip, MediaState
from producer_studio.domain.credits import Balance, format_credits
from producer_studio.domain.errors import ErrorKind, ErrorRecord, ServiceError
from producer_studio.domain.ids import new_clip_id, new_job_id
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.strength import COVER_STRENGTH, STRENGTHS, Strength

ALL_STRENGTHS = (*STRENGTHS, COVER_STRENGTH)
KNOWN_FAULTS = [
    one
    for one in vars(errors).values()
    if isinstance(one, type) and issubclass(one, ServiceError) and one is not ServiceError
]


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (None, "price unknown"),
        (0, "0 credits"),
        (1, "1 credit"),
        (1.0, "1 credit"),
        (10, "10 credits"),
        (2.5, "2.5 credits"),
        (0.25, "0.25 credits"),
        (1234567.0, "1\u202f234\u202f567 credits"),
        (100, "100 credits"),
    ],
)
def test_credits_in_words(amount: float | None, text: str) -> None:
    assert format_credits(amount) == text


def test_a_balance_is_both_its_parts() -> None:
    assert Balance(credits=50, extra=2.5).total == 52.5


@given(
    st.builds(
        ErrorRecord,
        kind=st.sampled_from(ErrorKind),
        message=st.text(),
        service_words=st.text(),
        trace_id=st.text(),
        field=st.text(),
        status=st.integers(0, 599),
        retry_after_s=st.none() | st.floats(0, 1e6),
    )
)
def test_a_fault_comes_back_from_json_as_it_was(record: ErrorRecord) -> None:
    assert ErrorRecord.from_json(json.loads(json.dumps(record.to_json()))) == record


@pytest.mark.parametrize("kind", KNOWN_FAULTS)
def test_a_raised_fault_is_remembered_whole(kind: type[ServiceError]) -> None:
    fault = kind(
        "What happened.",
        service_words="their words",
        trace_id="t1",
        field="title",
        status=400,
        retry_after_s=2.0,
        raw=b"body",
    )
    assert str(fault) == "What happened."
    assert fault.to_record() == ErrorRecord(
        kind=kind.kind,
        message="What happened.",
        service_words="their words",
        trace_id="t1",
        field="title",
        status=400,
        retry_after_s=2.0,
    )


def test_every_kind_of_fault_has_one_class() -> None:
    # A class below one of these only says more exactly what happened, and keeps its kind.
    direct = [one for one in KNOWN_FAULTS if ServiceError in one.__bases__]
    # A job is marked as not delivered where it stands; nothing raises that.
    kinds = set(ErrorKind) - {ErrorKind.NOT_DELIVERED}
    assert sorted(one.kind for one in [*direct, ServiceError]) == sorted(kinds)


@pytest.mark.parametrize(
    ("name", "low", "default"),
    [
        ("lyrics_strength", 0.0, 0.5),
        ("sound_strength", 0.2, 0.5),
        ("weirdness", 0.0, 0.5),
        ("cover_strength", 0.2, 0.7),
    ],
)
def test_strengths_are_those_of_the_documents(name: str, low: float, default: float) -> None:
    (strength,) = (one for one in ALL_STRENGTHS if one.name == name)
    assert (strength.low, strength.high, strength.default) == (low, 1.0, default)
    assert strength.contains(low)
    assert strength.contains(1.0)
    assert not strength.contains(low - 0.001)
    assert not strength.contains(1.001)
    assert name in {item.name for item in fields(Recipe)}


@pytest.mark.parametrize("strength", ALL_STRENGTHS)
def test_each_value_has_a_word_and_the_words_rise(strength: Strength) -> None:
    steps = [strength.low + (strength.high - strength.low) * step / 100 for step in range(101)]
    said = list(dict.fromkeys(strength.value_label(value) for value in steps))
    assert said == [word for _, word in strength.value_labels]
    assert strength.value_label(strength.default) == strength.value_labels[1][1]
    assert strength.value_label(99) == strength.value_labels[-1][1]


def test_models_are_those_of_the_document() -> None:
    assert len(MODELS) == len({model.name for model in MODELS}) == 10
    assert find_model(DEFAULT_MODEL).expected_s == 25
    assert find_model("FUZZ-3-Demo").typical_s == (50, 80)
    unknown = find_model("FUZZ-9")
    assert (unknown.name, unknown.typical_s) == ("FUZZ-9", (20, 80))


def test_operations_say_what_they_need() -> None:
    assert {one for one in Operation if not one.needs_source} == {
        Operation.CREATE,
        Operation.LYRICS,
        Operation.UPLOAD,
        Operation.IMPORT,
    }
    assert {one for one in Operation if not one.makes_audio} == {
        Operation.LYRICS,
        Operation.VIDEO,
        Operation.EXPORT,
    }
    assert not Operation.VARIATION.needs_text
    assert Operation.SWAP_VOCALS.label == "Swap vocals"


def test_what_is_not_listed_is_not_offered() -> None:
    offered = Capabilities(
        operations={Operation.CREATE: Capability(operation=Operation.CREATE, price=10)}
    )
    assert offered.get(Operation.CREATE).price == 10
    missing = offered.get(Operation.STEMS)
    assert not missing.available
    assert missing.operation is Operation.STEMS
    assert missing.reason.endswith(".")


def test_every_service_has_a_name() -> None:
    assert len({service.label for service in Service}) == len(Service)


def test_a_clip_plays_when_its_file_is_here() -> None:
    clip = Clip(id=new_clip_id(), measured=AudioMeasurements(duration_s=12.5))
    assert clip.duration_s == 12.5
    assert not clip.playable
    assert not clip.with_changes(media=MediaState.READY).playable
    assert not clip.with_changes(path=Path("/a.m4a")).playable
    assert clip.with_changes(media=MediaState.READY, path=Path("/a.m4a")).playable
    assert not clip.with_changes(media=MediaState.MISSING, path=Path("/a.m4a")).playable


def test_ids_are_never_the_same_and_can_be_claimed() -> None:
    made = {new_clip_id() for _ in range(100)} | {new_job_id() for _ in range(100)}
    assert len(made) == 200
    assert all(int(one, 16) >= 0 and len(one) == 32 for one in made)


def test_a_change_knows_who_asked() -> None:
    origin, clip = object(), new_clip_id()
    change = LibraryChange(frozenset({clip}), ChangeKind.DETAILS, origin)
    assert change.origin is origin
    assert LibraryChange(frozenset({clip}), ChangeKind.DETAILS).origin is None

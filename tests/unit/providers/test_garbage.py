"""Whatever a service sends, only known faults come out."""

import json
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from producer_studio.domain.credits import Balance
from producer_studio.domain.faults import Fault, FaultRecord
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.http import Answer
from producer_studio.providers.musicapi_answers import read_credits, read_look, read_submit
from producer_studio.providers.protocol import Accepted, Failed, Finished, Working

NAMES = [
    "code", "status", "type", "message", "error", "data", "task_id", "clip_id", "audio_url",
    "duration", "seed", "state", "created_at", "lyrics", "title", "credits", "extra_credits",
    "trace_id", "remaining_credits", "detail",
]  # fmt: skip
WORDS = ["SUCCESS", "FAILED", "RUNNING", "not_ready", "succeeded", "failed", "200", "500", "t-1"]
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(WORDS)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=12,
)
bodies = st.binary() | (st.dictionaries(st.sampled_from(NAMES), values) | values).map(
    lambda value: json.dumps(value).encode()
)
statuses = st.sampled_from([200, 201, 202, 204]) | st.integers(100, 599)
headers = st.dictionaries(st.sampled_from(["retry-after", "x-request-id"]), st.text())
answers = st.builds(Answer, statuses, headers, bodies)


def outcome(ask: Callable[[], object]) -> object:
    """What came out: a value, or the fault as it is stored and shown."""
    try:
        return ask()
    except Fault as fault:
        return fault.record()


@given(answers)
def test_submit(answer: Answer) -> None:
    found = outcome(lambda: read_submit(answer, Recipe(), "MusicAPI"))
    assert isinstance(found, Accepted | FaultRecord)
    if isinstance(found, FaultRecord):
        assert FaultRecord.from_json(json.loads(json.dumps(found.to_json()))) == found
        assert found.service_words.encode() == found.service_words.encode("utf-8", "replace")


@given(answers, st.sampled_from(Operation))
def test_look(answer: Answer, operation: Operation) -> None:
    found = outcome(lambda: read_look(answer, Recipe(operation=operation), "MusicAPI"))
    assert isinstance(found, Working | Finished | Failed | FaultRecord)
    if isinstance(found, Finished):
        texts = [clip.title + clip.sound + clip.lyrics + clip.seed for clip in found.clips]
        assert texts
        assert all(text.encode() == text.encode("utf-8", "replace") for text in texts)


@given(answers)
def test_credits(answer: Answer) -> None:
    assert isinstance(outcome(lambda: read_credits(answer, "MusicAPI")), Balance | FaultRecord)

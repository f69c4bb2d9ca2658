"""The JSON type of one optional field changes: the song comes home all the same."""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.domain.errors import InvalidResponse, OutcomeUnknown, UnknownTask
from producer_studio.domain.ids import TaskId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.acedata import responses as acedata_responses
from producer_studio.providers.acedata.platform import parse_balance
from producer_studio.providers.apiframe import responses as apiframe_responses
from producer_studio.providers.base import AcceptedTask, FailedTask, FinishedTask, RemoteClip
from producer_studio.providers.http.decoding import ITEMS_LIMIT, quote_task_id
from producer_studio.providers.http.error_details import TEXT_LIMIT, parse_error_details
from producer_studio.providers.http.response import Response
from producer_studio.providers.musicapi import responses as musicapi_responses
from producer_studio.providers.task_results import MAX_CLIPS

SONG_URL = "https://cdn.example/song.m4a"
MUSIC_SONG: dict[str, Any] = {
    "clip_id": "c-1", "title": "Tape", "sound": "lofi", "lyrics": "la", "audio_url": SONG_URL,
    "wav_url": None, "image_url": "https://cdn.example/i.png", "video_url": None, "mv": "FUZZ-2.0",
    "seed": "7", "duration": 6.5, "state": "succeeded", "created_at": "2026-11-28T23:10:17Z",
}  # fmt: skip
ACE_SONG: dict[str, Any] = {
    "id": "c-1", "title": "Tape", "image_url": "https://cdn.example/i.png", "lyric": "la",
    "audio_url": SONG_URL, "video_url": "", "image_id": "i", "seed": "7", "sound": "lofi",
    "created_at": "2026-11-28T23:10:17Z", "model": "FUZZ-2.0", "progress": "100%",
    "state": "complete", "duration": "6.5",
}  # fmt: skip
TRACK: dict[str, Any] = {
    "id": "c-1", "audioUrl": SONG_URL, "imageUrl": "https://cdn.example/i.png", "title": "Tape",
    "tags": "lofi", "duration": 6.5,
}  # fmt: skip


def music(entry: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"code": 200, "message": "success", "data": [entry]} | more


def record(entry: object) -> dict[str, Any]:
    return {
        "id": "t", "type": "audios", "trace_id": "x", "request": {"prompt": "lofi"},
        "created_at": 1795907800.5, "started_at": 1795907801, "finished_at": 1795907811.5,
        "elapsed": 10, "response": {
            "success": True, "task_id": "t", "trace_id": "x", "error": None, "data": entry,
        },
    }  # fmt: skip


def job(**track: object) -> dict[str, Any]:
    return {
        "id": "t", "status": "COMPLETED", "model": "producer", "progress": 100, "error": None,
        "creditCost": 10, "createdAt": "2026-11-28T23:10:17Z", "expired": False,
        "completedAt": "2026-11-28T23:11:17Z", "input": {"prompt": "lofi"},
        "result": {"tracks": [TRACK | track]},
    }  # fmt: skip


def sound(clip: RemoteClip) -> object:
    return clip.links.audio


def remote_id(clip: RemoteClip) -> object:
    return clip.remote_id


@dataclass(frozen=True)
class Case:
    """One kind of answer.

    Attributes:
        decisive: The fields that decide whether there is a result, or hold those that do.
        comes: What of the clip proves that the result came.
    """

    module: Any
    operation: Operation
    body: dict[str, Any]
    decisive: frozenset[str]
    comes: Callable[[RemoteClip], object] = sound
    status: int = 200

    def result(self, body: object) -> object:
        answer = Response(self.status, {}, json.dumps(body).encode())
        return self.module.parse_poll(answer, Recipe(operation=self.operation), "The service")


M, A, F = musicapi_responses, acedata_responses, apiframe_responses
IN_LIST = frozenset({"data", "audio_url"})
IN_RECORD = frozenset({"data", "response", "audio_url"})
CASES = {
    "musicapi": Case(M, Operation.CREATE, music(MUSIC_SONG), IN_LIST),
    "musicapi status": Case(
        M, Operation.CREATE, {"code": 200, "status": "SUCCESS", "data": [MUSIC_SONG]}, IN_LIST
    ),
    "musicapi lyrics": Case(
        M, Operation.LYRICS, music({"lyrics_id": "l", "title": "T", "lyrics": "la"}),
        frozenset({"data", "lyrics"}), lambda clip: clip.lyrics,
    ),
    "musicapi video": Case(
        M, Operation.VIDEO, music(MUSIC_SONG | {"video_url": "https://cdn.example/v.mp4"}),
        frozenset({"data", "video_url"}), lambda clip: clip.links.video,
    ),
    "musicapi upload": Case(
        M, Operation.UPLOAD, music({"clip_id": "c-1", "title": "T", "duration": 3}),
        frozenset({"data", "clip_id"}), remote_id,
    ),
    "musicapi export": Case(
        M, Operation.EXPORT, music({"format": "wav", "audio_url": SONG_URL}), IN_LIST
    ),
    "acedata": Case(A, Operation.CREATE, record([ACE_SONG]), IN_RECORD),
    "acedata stems": Case(
        A, Operation.STEMS,
        record([{"title": "T", "stems_url": "https://cdn.example/s.zip", "state": "complete"}]),
        frozenset({"data", "response", "stems_url"}), lambda clip: clip.links.archive,
    ),
    "acedata lyrics": Case(
        A, Operation.LYRICS, record({"title": "T", "text": "la", "status": "complete"}),
        frozenset({"data", "response", "text"}), lambda clip: clip.lyrics,
    ),
    "acedata video": Case(
        A, Operation.VIDEO, record({"video_url": "https://cdn.example/v.mp4"}),
        frozenset({"data", "response", "video_url"}), lambda clip: clip.links.video,
    ),
    "acedata upload": Case(
        A, Operation.UPLOAD, record({"audio_id": "c-1", "lyric": "la"}),
        frozenset({"data", "response", "audio_id"}), remote_id,
    ),
    "acedata export": Case(
        A, Operation.EXPORT, record([{"title": "T", "file_url": SONG_URL}]),
        frozenset({"data", "response", "file_url"}),
    ),
    "apiframe": Case(F, Operation.CREATE, job(), frozenset({"result", "tracks", "audioUrl"})),
}  # fmt: skip
ODD: list[Any] = [
    None, True, False, 0, 2, -1, 1999, 1795907800000, 1.5e9, 1e300, 10**400, "", "text", "1", [],
    ["la", "la"], [["http://127.0.0.1/a.png"]], [1, None], {}, {"s": 6}, {"code": 5}, "\ud800",
    "\0", "0001-01-01T00:00:00Z", "9" * 5000,
]  # fmt: skip


def optional_places(value: object, decisive: frozenset[str]) -> list[tuple[Any, ...]]:
    """Paths to all fields that do not decide, deepest included."""
    found: list[tuple[Any, ...]] = []
    inner = value.items() if isinstance(value, dict) else enumerate(value)  # type: ignore[call-overload]
    for key, below in inner:
        if isinstance(key, str) and key not in decisive:
            found.append((key,))
        if isinstance(below, dict | list):
            found += [(key, *path) for path in optional_places(below, decisive)]
    return found


def changed(body: dict[str, Any], path: tuple[Any, ...], value: object) -> dict[str, Any]:
    copied = copy.deepcopy(body)
    place: Any = copied
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return copied


def is_no_status(number: float) -> bool:
    """A status of HTTP in `code` would be another answer, not another type."""
    return not 100 <= number <= 599


values = st.sampled_from(ODD) | st.recursive(
    st.none()
    | st.booleans()
    | st.integers().filter(is_no_status)
    | st.floats().filter(is_no_status)
    | st.text(alphabet="aé \n\ud800\0", max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@pytest.mark.parametrize("name", CASES)
@given(data=st.data())
def test_one_field_of_another_type_never_hides_the_result(name: str, data: st.DataObject) -> None:
    case = CASES[name]
    path = data.draw(st.sampled_from(optional_places(case.body, case.decisive)))
    value = data.draw(values)
    assert_home(case, path, value)


@pytest.mark.parametrize("name", CASES)
def test_every_odd_value_in_every_optional_field(name: str) -> None:
    case = CASES[name]
    for path in optional_places(case.body, case.decisive):
        for value in ODD:
            assert_home(case, path, value)


def assert_home(case: Case, path: tuple[Any, ...], value: object) -> None:
    found = case.result(changed(case.body, path, value))
    assert isinstance(found, FinishedTask), (path, value, found)
    assert case.comes(found.clips[0]), (path, value)


def song_with(**changes: object) -> RemoteClip:
    found = CASES["musicapi"].result(music(MUSIC_SONG | changes))
    assert isinstance(found, FinishedTask)
    return found.clips[0]


def test_a_field_of_another_type_is_read_as_far_as_it_can_be() -> None:
    assert song_with(title=1999).title == "1999"
    assert song_with(clip_id=42).remote_id == "42"
    assert song_with(seed=1.5e9).seed == "1500000000"
    assert song_with(lyrics=["la", "la"]).lyrics == "la\nla"
    assert song_with(image_url=["https://cdn.example/a.png"]).links.image.endswith("a.png")
    assert song_with(duration={"s": 6}).duration_s is None
    assert song_with(duration="6.5").duration_s == 6.5
    assert song_with(state=2).links.audio == SONG_URL
    assert song_with(created_at="0001-01-01T00:00:00Z").created_at is None
    for moment in (1795907800, 1795907800000, "1795907800"):
        assert song_with(created_at=moment).created_at == datetime(
            2026, 11, 28, 23, 16, 40, tzinfo=UTC
        )


def test_a_field_that_cannot_be_read_is_left_empty_and_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", logger="producer_studio.providers.http.decoding")
    assert song_with(title={"text": "Tape"}).title == ""
    assert "unreadable field data.title: dict" in caplog.text


@pytest.mark.parametrize("name", [1, 1.0, "1"])
def test_a_task_is_named_by_a_text_or_by_a_number(name: object) -> None:
    body = json.dumps({"task_id": name, "jobId": name, "message": {}}).encode()
    answer, recipe = Response(202, {}, body), Recipe()
    taken = [
        musicapi_responses.parse_submit(answer, recipe, "S"),
        acedata_responses.parse_submit(answer, recipe, "S"),
        apiframe_responses.parse_submit(answer, "S"),
    ]
    assert [one.task for one in taken if isinstance(one, AcceptedTask)] == ["1", "1", "1"]


@pytest.mark.parametrize("name", [".", "..", " .. "])
def test_a_task_is_never_named_by_a_step_in_a_path(name: str) -> None:
    body = json.dumps({"task_id": name, "jobId": name}).encode()
    answer, recipe = Response(200, {}, body), Recipe()
    with pytest.raises(OutcomeUnknown):
        musicapi_responses.parse_submit(answer, recipe, "S")
    with pytest.raises(OutcomeUnknown):
        acedata_responses.parse_submit(answer, recipe, "S")
    with pytest.raises(OutcomeUnknown):
        apiframe_responses.parse_submit(answer, "S")


@given(value=values)
def test_a_balance_is_read_whatever_stands_beside_it(value: object) -> None:
    def told(body: object) -> Response:
        return Response(200, {}, json.dumps(body).encode())

    flat = told({"credits": 50, "plan": value, "extra_credits": value})
    assert musicapi_responses.parse_balance(flat, "S").credits == 50
    team = told({"user": value, "team": {"id": value, "credits": 50}, "apiKey": value})
    assert apiframe_responses.parse_balance(team, "S").credits == 50
    items = told({"items": [value, {"remaining_amount": 50, "user_id": value, "id": value}]})
    assert parse_balance(items, "S").credits >= 50


@given(value=values)
def test_a_list_of_past_tasks_is_read_whatever_stands_beside_them(value: object) -> None:
    page = {"items": [value, {"id": "t", "type": value, "request": value, "created_at": value}]}
    listed, _ = acedata_responses.parse_task_page(
        Response(200, {}, json.dumps(page | {"count": value}).encode()), "S"
    )
    assert [task.task for task in listed][1:] == ["t"]
    jobs = {"jobs": [value, {"id": "t", "status": value, "input": value, "createdAt": value}]}
    found = apiframe_responses.parse_job_page(Response(200, {}, json.dumps(jobs).encode()), "S")
    assert found.tasks[-1].task == "t"


@pytest.mark.parametrize("name", ["musicapi", "acedata", "apiframe"])
def test_a_task_of_thousands_of_clips_delivers_as_many_as_a_task_can_have(name: str) -> None:
    body = {
        "musicapi": {"code": 200, "data": [MUSIC_SONG] * 1500},
        "acedata": record([ACE_SONG] * 1500),
        "apiframe": job() | {"result": {"tracks": [TRACK] * 1500}},
    }[name]
    found = CASES[name].result(body)
    assert isinstance(found, FinishedTask)
    assert len(found.clips) == MAX_CLIPS
    assert "delivered 1\u202f500 clips for one request" in found.message


@pytest.mark.parametrize("module", [musicapi_responses, acedata_responses, apiframe_responses])
@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_look_that_says_that_credits_were_refunded_is_the_end(module: Any, status: int) -> None:
    body = json.dumps({"error": "Task failed due to timeout. Credits were previously refunded."})
    found = module.parse_poll(Response(status, {}, body.encode()), Recipe(), "S")
    assert isinstance(found, FailedTask)
    assert found.refunded is True


@pytest.mark.parametrize("name", [".", "..", "...", "", "a\n", "x" * 201])
def test_a_name_that_is_no_segment_of_a_path_is_not_asked_for(name: str) -> None:
    with pytest.raises(UnknownTask):
        quote_task_id(TaskId(name))
    assert quote_task_id(TaskId("a/../b?c#d.e")) == "a%2F..%2Fb%3Fc%23d.e"


def test_a_list_of_far_too_many_tasks_proves_nothing() -> None:
    rows = [{"id": "t"}] * (ITEMS_LIMIT + 1)
    with pytest.raises(InvalidResponse):
        acedata_responses.parse_task_page(
            Response(200, {}, json.dumps({"items": rows}).encode()), "S"
        )
    with pytest.raises(InvalidResponse):
        apiframe_responses.parse_job_page(
            Response(200, {}, json.dumps({"jobs": rows}).encode()), "S"
        )


@pytest.mark.parametrize(
    "details",
    [
        ["no"] * 100_000,
        {"a": {str(number): "no" for number in range(50_000)}},
        [{"path": [["x"] * 50_000], "message": "no" * 100_000}],
        "no" * 500_000,
    ],
)
def test_an_explanation_is_as_long_as_an_explanation_can_be(details: object) -> None:
    body = json.dumps({"error": "Validation failed", "details": details}).encode()
    words = parse_error_details(Response(400, {}, body))
    assert words.text.startswith("Validation failed: ")
    assert len(words.text) <= TEXT_LIMIT
    assert len(words.wire_names) <= 50

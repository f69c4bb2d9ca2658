"""Answers of AceData Cloud, in the shapes of services.md and worse."""

import copy
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from producer_studio.domain.errors import (
    CreditsExhausted,
    ErrorKind,
    ErrorRecord,
    InvalidResponse,
    NotAuthorised,
    OperationRetired,
    OutcomeUnknown,
    RateLimited,
    RequestRejected,
    ServiceError,
    ServiceUnavailable,
    UnknownTask,
)
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.acedata.responses import parse_poll, parse_submit, parse_task_page
from producer_studio.providers.base import AcceptedTask, FailedTask, FinishedTask, RunningTask
from producer_studio.providers.http.response import Response

SERVICE = "AceData Cloud"
SONG: dict[str, Any] = {
    "id": "6c947f13", "title": "Untitled", "image_url": "https://cdn.example/i.png",
    "lyric": "[Instrumental]", "audio_url": "https://cdn.example/a.mp3", "video_url": None,
    "image_id": "6c947f13", "topic": None, "seed": "2450882164", "sound": "A song for Christmas",
    "created_at": "2025-12-30T17:18:23.232911Z", "model": "FUZZ-2.0 Pro", "progress": "100%",
    "state": "succeeded", "duration": "181.3014058956916",
}  # fmt: skip
STEMS = {"title": "Untitled", "stems_url": "https://cdn.example/s.zip", "state": "complete"}


def http(body: object, status: int = 200, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, named, json.dumps(body).encode())


def record(response: object = None, **fields: Any) -> Response:
    """As `/producer/tasks` shows a task; without a response while it is worked on."""
    known = {"id": "t-1", "type": "audios", "trace_id": "tr-1", "request": {}, "created_at": 1.5}
    if response is not None:
        known |= {"response": response, "finished_at": 2.5, "elapsed": 1.0}
    return http(known | fields)


def look(
    answer: Response, operation: Operation = Operation.CREATE
) -> RunningTask | FinishedTask | FailedTask:
    return parse_poll(answer, Recipe(operation=operation), SERVICE)


def submit(
    answer: Response, operation: Operation = Operation.CREATE
) -> AcceptedTask | FinishedTask:
    return parse_submit(answer, Recipe(operation=operation), SERVICE)


def finished(answer: Response, operation: Operation = Operation.CREATE) -> FinishedTask:
    found = look(answer, operation)
    assert isinstance(found, FinishedTask)
    return found


def failed(answer: Response) -> FailedTask:
    found = look(answer)
    assert isinstance(found, FailedTask)
    return found


def test_a_submit_names_its_task() -> None:
    assert submit(http({"task_id": " t-1 "})) == AcceptedTask("t-1")  # type: ignore[arg-type]


def test_a_held_connection_brings_the_song_itself() -> None:
    found = submit(http({"success": True, "task_id": "t", "trace_id": "r", "data": [SONG]}))
    assert isinstance(found, FinishedTask)
    (clip,) = found.clips
    assert (clip.remote_id, clip.links.audio) == ("6c947f13", "https://cdn.example/a.mp3")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"success": True, "task_id": "t", "data": []}, 200),
        ({"success": True, "task_id": "t", "data": [{"state": "pending"}]}, 200),
        ({"success": True, "task_id": "t", "data": [SONG | {"state": "pending"}]}, 200),
        ({"success": True, "task_id": "t", "data": "soon"}, 200),
        ({"success": False, "task_id": "t", "error": {"code": "api_error"}}, 200),
        ({"success": False, "task_id": "t", "error": {"code": "api_error"}}, 500),
        ({"success": False, "task_id": "t", "error": {"code": "bad_request"}}, 400),
        ({"task_id": "t", "error": "Timed out"}, 504),
        ({"task_id": "t", "error": {"code": "too_many_requests"}}, 429),
        ({"task_id": "t", "error": "Sent before"}, 409),
        ({"error": {"message": "Sent before", "task_id": "t"}}, 422),
        ({"task_id": "t", "error": {"code": "too_many_requests"}, "data": [SONG]}, 200),
    ],
)
def test_an_answer_that_names_a_task_is_asked_after(body: dict[str, Any], status: int) -> None:
    assert submit(http(body, status)) == AcceptedTask("t")  # type: ignore[arg-type]


@pytest.mark.parametrize("error", [{}, {"error": {"code": "too_many_requests"}}])
def test_a_song_that_came_without_a_task_is_taken(error: dict[str, Any]) -> None:
    found = submit(http({"success": True, "data": [SONG]} | error))
    assert isinstance(found, FinishedTask)
    assert found.clips[0].links.audio


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"<html>", b'{"task_id":""}', b'{"success":true}'],
)
def test_a_submit_that_cannot_be_read_may_have_been_taken(body: bytes) -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        submit(Response(200, {}, body))
    assert caught.value.raw == body


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "bad_request", RequestRejected),
        (400, "token_mismatched", NotAuthorised),
        (400, "no_token", NotAuthorised),
        (400, "api_not_implemented", RequestRejected),
        (400, "disabled", RequestRejected),
        (401, "invalid_token", NotAuthorised),
        (401, "token_expired", NotAuthorised),
        (403, "used_up", CreditsExhausted),
        (404, "no_api", RequestRejected),
        (410, "endpoint_retired", OperationRetired),
        (429, "too_many_requests", RateLimited),
        (500, "api_error", OutcomeUnknown),
        (503, "", ServiceUnavailable),
        (200, "used_up", CreditsExhausted),
        (200, "invalid_token", NotAuthorised),
    ],
)
def test_an_error_keeps_its_words_and_its_trace(
    status: int, code: str, kind: type[ServiceError]
) -> None:
    body = {"success": False, "error": {"code": code, "message": "So it is."}, "trace_id": "tr-9"}
    with pytest.raises(kind) as caught:
        submit(http(body, status))
    assert type(caught.value) is kind
    assert (caught.value.service_words, caught.value.trace_id) == ("So it is.", "tr-9")


def test_a_refusal_names_the_field_of_the_form() -> None:
    def refused(text: str, operation: Operation) -> str:
        with pytest.raises(RequestRejected) as caught:
            submit(http({"error": {"code": "bad_request", "message": text}}, 400), operation)
        return caught.value.field

    assert refused("model is invalid.", Operation.CREATE) == "model"
    assert refused("'prompt' is too long", Operation.CREATE) == "sound"
    assert refused("'prompt' is too long", Operation.LYRICS) == "prompt"
    assert refused("'audio_id' is invalid", Operation.COVER) == "source"
    assert refused("'continue_at' is invalid", Operation.EXTEND) == "starts_at_s"


def test_no_response_is_still_at_work() -> None:
    assert look(record()) == RunningTask()
    assert look(record(response=None, started_at=2.0)) == RunningTask()
    assert look(http({"id": "t", "response": None}, retry_after="4")) == RunningTask(
        retry_after_s=4
    )


@pytest.mark.parametrize("success", [None, True])
def test_a_preview_is_not_the_song(success: bool | None) -> None:
    entry = SONG | {"state": "pending", "progress": "40%"}
    found = look(http({"id": "t", "response": {"success": success, "data": [entry]}}))
    assert isinstance(found, RunningTask)
    assert (found.progress, found.phase) == (0.4, "RUNNING")
    assert found.preview is not None
    assert found.preview.clips[0].links.audio


@pytest.mark.parametrize(
    "response",
    [
        {"success": True, "data": [SONG]},
        {"task_id": "t-1", "data": [SONG]},
        {"success": True, "data": SONG},
        {"success": True, "data": [SONG | {"duration": 181.3014058956916, "seed": 2450882164}]},
        {"success": True, "data": [SONG | {"created_at": 1767115103.232911}]},
    ],
)
def test_a_finished_song(response: dict[str, Any]) -> None:
    found = finished(record(response))
    (clip,) = found.clips
    assert (clip.title, clip.sound, clip.lyrics) == (
        "Untitled",
        "A song for Christmas",
        "[Instrumental]",
    )
    assert (clip.model, clip.seed) == ("FUZZ-2.0 Pro", "2450882164")
    assert clip.duration_s == pytest.approx(181.3014)
    assert clip.created_at == datetime(2025, 12, 30, 17, 18, 23, 232911, tzinfo=UTC)
    assert (clip.links.image, clip.links.video) == ("https://cdn.example/i.png", "")
    assert (found.message, clip.file_format) == ("", "")
    assert json.loads(found.raw)["id"] == "t-1"


def test_stems_are_an_archive_without_an_id() -> None:
    (clip,) = finished(record({"success": True, "data": [STEMS]}), Operation.STEMS).clips
    assert (clip.remote_id, clip.links.archive) == (None, "https://cdn.example/s.zip")
    assert clip.links.audio == ""


@pytest.mark.parametrize(
    "data",
    [
        [{"stems_url": "https://cdn.example/a"}, {"stems_url": "https://cdn.example/b"}],
        {"stems_url": ["https://cdn.example/a", "https://cdn.example/b"]},
        {"stems_url": [{"url": "https://cdn.example/a"}, {"url": "https://cdn.example/b"}]},
        {"stems_url": {"basic": "https://cdn.example/a", "full": "https://cdn.example/b"}},
        {"id": "s", "stems_url": ["https://cdn.example/a", None, "https://cdn.example/b"]},
    ],
)
def test_several_archives_of_stems_are_several_results(data: object) -> None:
    clips = finished(record({"success": True, "data": data}), Operation.STEMS).clips
    assert [clip.links.archive for clip in clips] == [
        "https://cdn.example/a",
        "https://cdn.example/b",
    ]
    assert not any(clip.stem or clip.links.audio for clip in clips)
    assert clips[1].remote_id is None


def test_one_archive_named_by_each_stem_is_one_result() -> None:
    data = [{**STEMS, "title": "Drums"}, {**STEMS, "title": "Bass"}]
    (clip,) = finished(record({"success": True, "data": data}), Operation.STEMS).clips
    assert clip.links.archive == STEMS["stems_url"]


@pytest.mark.parametrize(
    ("audio_url", "stems"),
    [
        ("https://cdn.example/a", [("", "https://cdn.example/a")]),
        (
            ["https://cdn.example/a", "https://cdn.example/b"],
            [("", "https://cdn.example/a"), ("", "https://cdn.example/b")],
        ),
        (
            {"drums": "https://cdn.example/a", "bass": {"url": "https://cdn.example/b"}},
            [("drums", "https://cdn.example/a"), ("bass", "https://cdn.example/b")],
        ),
    ],
)
def test_sounds_of_stems_are_several_results(
    audio_url: object, stems: list[tuple[str, str]]
) -> None:
    entry = {"id": "s", "title": "Low tide", "audio_url": audio_url, "state": "complete"}
    clips = finished(record({"success": True, "data": [entry]}), Operation.STEMS).clips
    assert [(clip.stem, clip.links.audio) for clip in clips] == stems
    assert [clip.title for clip in clips] == [
        f"Low tide · {name}" if name else "Low tide" for name, _ in stems
    ]


@pytest.mark.parametrize(
    ("operation", "data", "attribute", "value"),
    [
        (Operation.LYRICS, {"title": "T", "lyrics": "[Verse]\nA"}, "lyrics", "[Verse]\nA"),
        (Operation.LYRICS, {"title": "T", "text": "A", "status": "complete"}, "lyrics", "A"),
        (Operation.LYRICS, [{"text": "A"}], "lyrics", "A"),
        (Operation.UPLOAD, {"audio_id": "u", "lyric": "w"}, "remote_id", "u"),
        (Operation.UPLOAD, [{"audio_id": "u"}], "remote_id", "u"),
        (Operation.EXPORT, [{"title": "T", "file_url": "https://x.example/a.wav"}], "format", ""),
        (Operation.EXPORT, {"file_url": "https://x.example/a.wav"}, "format", ""),
        (Operation.EXPORT, {"audio_url": "https://x.example/a.wav"}, "format", ""),
        (Operation.VIDEO, {"video_url": "https://x.example/v.mp4"}, "video", ""),
        (Operation.VIDEO, [{"video_url": "https://x.example/v.mp4"}], "video", ""),
    ],
)
def test_what_is_answered_on_the_spot(
    operation: Operation, data: object, attribute: str, value: str
) -> None:
    for found in (
        submit(http({"success": True, "data": data}), operation),
        submit(http({"success": True, "task_id": "t", "data": data}), operation),
        look(record({"success": True, "data": data}), operation),
    ):
        assert isinstance(found, FinishedTask)
        (clip,) = found.clips
        if attribute == "format":
            assert (clip.links.audio, clip.file_format) == ("https://x.example/a.wav", "wav")
        elif attribute == "video":
            assert clip.links.video == "https://x.example/v.mp4"
        else:
            assert getattr(clip, attribute) == value


@pytest.mark.parametrize(
    ("response", "words", "refunded"),
    [
        ({"success": False, "error": {"code": "api_error", "message": "Oh."}}, "Oh.", None),
        ({"success": False, "error": "It broke"}, "It broke", None),
        ({"success": False, "error": None}, "", None),
        ({"success": False, "error": {"message": "Failed, refunded."}}, "Failed, refunded.", True),
        ({"success": False, "error": "Cannot be refunded"}, "Cannot be refunded", False),
        ({"error": {"code": "timeout", "message": "Too slow"}}, "Too slow", None),
        ({"success": True, "data": [{"id": "a", "state": "failed"}]}, "", None),
        ({"success": False, "error": "x", "data": [{"state": "failed"}]}, "x", None),
        ({"success": False, "error": "x", "data": [{"id": None}]}, "x", None),
    ],
)
def test_a_task_that_failed(response: dict[str, Any], words: str, refunded: bool | None) -> None:
    found = failed(record(response | {"trace_id": "tr-2"}))
    assert found.error.kind is ErrorKind.FAILED_BY_SERVICE
    assert (found.error.service_words, found.error.trace_id) == (words, "tr-2")
    assert found.refunded is refunded


def test_moderation_after_acceptance_names_the_field() -> None:
    error = {"code": "api_error", "message": "The lyrics contain copyrighted content."}
    found = failed(record({"success": False, "error": error}))
    assert (found.error.kind, found.error.field) == (ErrorKind.REQUEST_REJECTED, "lyrics")


def test_a_part_that_came_with_an_error_is_kept() -> None:
    response = {"success": False, "error": {"message": "The second one broke."}, "data": [SONG]}
    found = finished(record(response))
    assert [clip.remote_id for clip in found.clips] == ["6c947f13"]
    assert found.message == (
        "AceData Cloud delivered only part of this. It said: \u201cThe second one broke\u201d."
    )
    silent = finished(record({"success": True, "data": [SONG, SONG | {"audio_url": None}]}))
    assert found.clips == silent.clips[:1]
    assert "only part" in silent.message


def test_sound_that_is_there_counts_for_more_than_the_state_beside_it() -> None:
    found = finished(record({"success": True, "data": [SONG | {"state": "failed"}]}))
    assert found.clips[0].links.audio
    assert "only part" in found.message


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_song_beside_an_error_is_taken(status: int) -> None:
    body = {"id": "t", "response": {"success": True, "data": [SONG]}}
    assert finished(http(body, status)).clips[0].links.audio
    assert finished(http(body | {"code": status})).clips[0].links.audio


def test_null_is_a_task_that_nobody_knows() -> None:
    with pytest.raises(UnknownTask, match="does not know this task"):
        look(Response(200, {}, b" null\n"))


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"error": {"code": "invalid_token"}}, 401, NotAuthorised),
        ({"error": {"code": "too_many_requests"}}, 429, RateLimited),
        ({"error": {"code": "api_error"}}, 500, ServiceUnavailable),
        ({"error": {"code": "no_api", "message": "No such API."}}, 404, ServiceUnavailable),
        ({"error": {"code": "no_api", "message": "No such API."}}, 200, ServiceUnavailable),
    ],
)
def test_trouble_with_the_question_says_nothing_of_the_task(
    body: dict[str, Any], status: int, kind: type[ServiceError]
) -> None:
    with pytest.raises(kind) as caught:
        look(http(body, status))
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("body", "operation"),
    [
        (b"", Operation.CREATE),
        (b"<html>", Operation.CREATE),
        (b"[]", Operation.CREATE),
        (b"{}", Operation.CREATE),
        (b'{"id":"t","response":{"success":true,"da', Operation.CREATE),
        (b'{"id":"t","response":{"success":true,"data":[]}}', Operation.CREATE),
        (b'{"id":"t","response":{"success":true}}', Operation.CREATE),
        (b'{"id":"t","response":{"success":true,"data":[{}]}}', Operation.STEMS),
        (b'{"id":"t","response":"done"}', Operation.CREATE),
        (b'{"id":"t","response":{"success":true,"data":{"audio_id":"a"}}}', Operation.VIDEO),
        (b'{"id":"t","response":{"success":true,"data":{"audio_id":"a"}}}', Operation.EXPORT),
    ],
)
def test_a_look_that_cannot_be_read_is_kept(body: bytes, operation: Operation) -> None:
    with pytest.raises(InvalidResponse) as caught:
        look(Response(200, {}, body), operation)
    assert caught.value.raw == body


def test_a_broken_character_does_not_cost_the_song() -> None:
    answer = record({"success": True, "data": [SONG | {"title": "H\ud83dlf"}]})
    broken = Response(200, {}, answer.body.replace(b"Christmas", b"Chr\xffstmas"))
    (clip,) = finished(broken).clips
    assert (clip.title, clip.sound) == ("H?lf", "A song for Chr\ufffdstmas")


def test_past_tasks_tell_what_was_asked_for() -> None:
    asked = {"prompt": "pop", "lyric": "[Verse]\nA", "title": "T", "seed": "7", "audio_id": None}
    listed, count = parse_task_page(
        http(
            {
                "items": [
                    {"id": "a", "created_at": 1767119745.5, "request": asked},
                    {"id": "b", "request": None, "response": {"success": True, "data": [SONG]}},
                ],
                "count": 9,
            }
        ),
        SERVICE,
    )
    assert count == 9
    first, second = listed
    assert (first.task, first.prompt, first.lyrics, first.title, first.seed) == (
        "a",
        "pop",
        "[Verse]\nA",
        "T",
        "7",
    )
    assert first.created_at == datetime(2025, 12, 30, 18, 35, 45, 500000, tzinfo=UTC)
    assert (second.prompt, second.created_at, second.status) == ("", None, "ended")


@pytest.mark.parametrize(
    ("told", "operation"),
    [
        ({"request": {"action": "stems", "audio_id": "c"}, "type": "audios"}, Operation.STEMS),
        ({"request": {"action": "upload_cover", "audio_id": "c"}}, Operation.COVER),
        ({"request": {"audio_id": "c"}, "type": "videos"}, Operation.VIDEO),
        ({"request": {"audio_id": "c"}, "type": "producer_wav"}, Operation.EXPORT),
        ({"request": {"audio_id": "c"}, "type": "something new"}, None),
        ({"request": {"action": "something new", "audio_id": "c"}, "type": "audios"}, None),
    ],
)
def test_past_tasks_tell_what_they_work_on(
    told: dict[str, Any], operation: Operation | None
) -> None:
    ((found,), _) = parse_task_page(http({"items": [{"id": "a"} | told], "count": 1}), SERVICE)
    assert (found.operation, found.source) == (operation, "c")


@pytest.mark.parametrize("body", [b"null", b"{}", b'{"items":{}}', b'{"items":"none"}'])
def test_a_list_that_cannot_be_read(body: bytes) -> None:
    with pytest.raises(InvalidResponse):
        parse_task_page(Response(200, {}, body), SERVICE)


WHOLE: dict[str, Any] = {
    "id": "t-1", "type": "audios", "trace_id": "tr", "created_at": 1.5, "finished_at": 2.5,
    "request": {"prompt": "pop", "lyric": "la", "title": "T", "seed": "7"},
    "response": {"success": True, "task_id": "t-1", "error": None, "data": [SONG, STEMS]},
}  # fmt: skip
WRONG: list[Any] = [
    None, True, False, 0, -1, 1e308, float("nan"), float("inf"), 10**400, "", "x", "\ud800", "\0",
    [], {}, [[]], [None], {"code": 1}, [{}], "1e999", {"message": None},
]  # fmt: skip


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else ()
    for key, below in enumerate(value) if isinstance(value, list) else inner:
        yield from places(below, (*path, key))


def with_wrong(whole: dict[str, Any], path: tuple[Any, ...], wrong: object) -> object:
    changed = copy.deepcopy(whole)
    if not path:
        return wrong
    place: Any = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = wrong
    return changed


def outcome(
    read: Callable[[Response, Operation], object], answer: Response, operation: Operation
) -> object:
    """What came out: a value, or the fault as it is stored and shown."""
    try:
        return read(answer, operation)
    except ServiceError as fault:
        return fault.to_record()


@pytest.mark.parametrize("operation", [Operation.CREATE, Operation.STEMS, Operation.LYRICS])
def test_no_value_in_any_place_breaks_the_reading(operation: Operation) -> None:
    for path in places(WHOLE):
        for wrong in WRONG:
            found = outcome(look, http(with_wrong(WHOLE, path, wrong)), operation)
            assert isinstance(found, RunningTask | FinishedTask | FailedTask | ErrorRecord)
            if isinstance(found, ErrorRecord):
                assert found.kind is not ErrorKind.OUTCOME_UNKNOWN
                assert ErrorRecord.from_json(json.loads(json.dumps(found.to_json()))) == found
    submitted = WHOLE["response"]
    for path in places(submitted):
        for wrong in WRONG:
            taken = outcome(submit, http(with_wrong(submitted, path, wrong)), operation)
            # What names its task, or brings its song, is never lost.
            if path not in {(), ("task_id",)}:
                assert isinstance(taken, AcceptedTask | FinishedTask), (path, wrong)

"""Answers of the family, in the shapes of the seeds and worse."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from producer_studio.domain.errors import (
    CreditsExhausted,
    ErrorKind,
    InvalidResponse,
    OutcomeUnknown,
    RateLimited,
    RequestRejected,
    ServiceError,
    ServiceUnavailable,
)
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.base import AcceptedTask, FailedTask, FinishedTask, RunningTask
from producer_studio.providers.http.response import Response
from producer_studio.providers.musicapi.responses import parse_balance, parse_poll, parse_submit

# Seed 000, the answer of a finished task.
OLDER: dict[str, Any] = {
    "clip_id": "abc123",
    "title": "Title",
    "sound": "choirs",
    "lyrics": "",
    "image_url": "https://cdn.example/i.jpg",
    "audio_url": "https://cdn.example/a.m4a",
    "video_url": None,
    "created_at": "2025-10-01T12:00:00Z",
    "mv": "FUZZ-2.0",
    "seed": "3966900172",
    "duration": 30.5,
    "state": "succeeded",
}
# Seed 003 section 1.6.
NEWER = OLDER | {
    "sound": None,
    "wav_url": "https://cdn.example/a.wav",
    "created_at": "2026-04-27T14:00:53.030544Z",
}


def http(http_status: int = 200, /, headers: dict[str, str] | None = None, **body: Any) -> Response:
    return Response(http_status, headers or {}, json.dumps(body).encode())


def look(
    answer: Response, operation: Operation = Operation.CREATE
) -> RunningTask | FinishedTask | FailedTask:
    return parse_poll(answer, Recipe(operation=operation), "MusicAPI")


def finished(answer: Response, operation: Operation = Operation.CREATE) -> FinishedTask:
    found = look(answer, operation)
    assert isinstance(found, FinishedTask)
    return found


def test_a_submit_names_its_task() -> None:
    answer = http(message="success", task_id="6d7253ac-916e")
    assert parse_submit(answer, Recipe(), "MusicAPI") == AcceptedTask("6d7253ac-916e")  # type: ignore[arg-type]
    with_code = http(code=200, message="success", task_id=" t ", remaining_credits=7)
    assert parse_submit(with_code, Recipe(), "MusicAPI") == AcceptedTask("t", 7)  # type: ignore[arg-type]


def test_a_task_that_is_named_counts_for_more_than_a_stray_type() -> None:
    assert parse_submit(http(type="validation_error", task_id="t"), Recipe(), "M").task == "t"
    # The task tells whether it was paid for: a look is free, another song is not.
    short = http(402, code=200, error="Too few", task_id="t")
    assert parse_submit(short, Recipe(), "M").task == "t"
    with pytest.raises(CreditsExhausted):
        parse_submit(http(402, code=200, error="Too few"), Recipe(), "M")


@pytest.mark.parametrize(
    ("text", "operation", "field"),
    [
        ("The lyrics contain copyrighted content", Operation.CREATE, "lyrics"),
        ("The lyrics format is invalid", Operation.EXTEND, "lyrics"),
        ("The sound contains artist names", Operation.CREATE, "sound"),
        ("The prompt contains artist names", Operation.CREATE, "sound"),
        ("The prompt contains artist names", Operation.LYRICS, "prompt"),
    ],
)
def test_moderation_of_a_submit_names_the_field(
    text: str, operation: Operation, field: str
) -> None:
    with pytest.raises(RequestRejected, match="Nothing was charged") as caught:
        parse_submit(http(403, error=text), Recipe(operation=operation), "MusicAPI")
    assert (caught.value.field, caught.value.service_words) == (field, text)


@pytest.mark.parametrize("status", [303, 400, 403, 409, 422, 429, 500, 502, 503, 504])
def test_an_error_that_names_a_task_is_watched(status: int) -> None:
    assert parse_submit(http(status, error="x", task_id="t"), Recipe(), "MusicAPI").task == "t"
    inner = http(status, error={"message": "x", "task_id": "t"})
    assert parse_submit(inner, Recipe(), "MusicAPI").task == "t"
    assert parse_submit(http(200, code=status, task_id="t"), Recipe(), "MusicAPI").task == "t"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"<html>",
        b'{"message":"success","task_id":"2b7',
        b'{"message":"success"}',
        b'{"task_id":null}',
        b'{"task_id":""}',
        b'{"task_id":"  "}',
        b'{"task_id":{"id":"x"}}',
        b'{"task_id":"a\\u0000b"}',
        b'{"task_id":"' + b"x" * 201 + b'"}',
    ],
)
def test_a_submit_that_cannot_be_read_may_have_been_taken(body: bytes) -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        parse_submit(Response(200, {}, body), Recipe(), "MusicAPI")
    assert caught.value.raw == body


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        (http(code=202, type="not_ready", error="Still processing."), ""),
        (http(202, code=202, type="not_ready", error="Still processing."), ""),
        (http(202, type="not_ready"), ""),
        (Response(202, {}, b""), ""),
        (http(code=200, status="PENDING", data=[]), "PENDING"),
        (http(code=200, status="RUNNING", message="task is still processing"), "RUNNING"),
        (http(code=200, status="running", data=None), "RUNNING"),
        (http(code=200, status="MIXING", data=[]), "MIXING"),
        (http(code=200, data=[{"clip_id": "c", "state": "running"}]), "RUNNING"),
    ],
)
def test_still_working(answer: Response, note: str) -> None:
    assert look(answer) == RunningTask(phase=note)


def test_a_look_passes_on_how_long_to_wait() -> None:
    found = look(http(202, headers={"retry-after": "8"}, type="not_ready"))
    assert found == RunningTask(retry_after_s=8)


@pytest.mark.parametrize(
    "answer",
    [
        http(code=200, data=[OLDER], message="success"),
        http(code="200", data=[OLDER]),
        http(data=[OLDER]),
        http(code=200, status="SUCCESS", data=[OLDER]),
        http(code=200, data=OLDER),
        http(code=200, data=[OLDER | {"duration": "30.5", "seed": 3966900172}], more={"a": []}),
    ],
)
def test_a_finished_song(answer: Response) -> None:
    found = finished(answer)
    (clip,) = found.clips
    assert (clip.remote_id, clip.title, clip.sound, clip.lyrics) == (
        "abc123",
        "Title",
        "choirs",
        "",
    )
    assert (clip.model, clip.seed, clip.duration_s) == ("FUZZ-2.0", "3966900172", 30.5)
    assert clip.created_at == datetime(2025, 10, 1, 12, tzinfo=UTC)
    assert clip.links.audio == "https://cdn.example/a.m4a"
    assert clip.links.image == "https://cdn.example/i.jpg"
    assert (clip.links.wav, clip.links.video) == ("", "")
    assert found.message == ""
    assert found.raw == answer.body


def test_a_remark_of_demo_studio_is_read() -> None:
    (clip,) = finished(http(code=200, data=[OLDER | {"note": "It does not know: x"}])).clips
    assert clip.note == "It does not know: x"
    (clip,) = finished(http(code=200, data=[OLDER])).clips
    assert clip.note == ""


def test_the_newer_revision_has_a_wav_and_nulls() -> None:
    (clip,) = finished(http(code=200, status="SUCCESS", data=[NEWER])).clips
    assert clip.links.wav == "https://cdn.example/a.wav"
    assert clip.sound == ""
    assert clip.created_at == datetime(2026, 4, 27, 14, 0, 53, 30544, tzinfo=UTC)


def test_every_other_operation() -> None:
    (words,) = finished(
        http(status="SUCCESS", data=[{"lyrics_id": "lyr_1", "lyrics": "[Verse]\nA", "title": "T"}]),
        Operation.LYRICS,
    ).clips
    assert (words.remote_id, words.lyrics, words.title) == ("lyr_1", "[Verse]\nA", "T")
    (video,) = finished(
        http(status="SUCCESS", data=[OLDER | {"video_url": "https://cdn.example/v.mp4"}]),
        Operation.VIDEO,
    ).clips
    assert video.links.video == "https://cdn.example/v.mp4"
    # Seed 002 sections 11 and 12 write an object, not a list.
    (file,) = finished(
        http(code=200, data={"audio_url": "https://cdn.example/a.mp3"}), Operation.EXPORT
    ).clips
    assert (file.links.audio, file.file_format) == ("https://cdn.example/a.mp3", "mp3")
    (wav,) = finished(
        http(data=[{"clip_id": "c", "format": "wav", "audio_url": "https://x.example/a.wav"}]),
        Operation.EXPORT,
    ).clips
    assert wav.file_format == "wav"
    (upload,) = finished(
        http(code=200, data={"clip_id": "u", "audio_url": "https://x.example/a", "lyrics": None}),
        Operation.UPLOAD,
    ).clips
    assert upload.remote_id == "u"


@pytest.mark.parametrize(
    ("answer", "refunded"),
    [
        (http(code=200, status="FAILED", type="failed", message="Task failed.", data=[]), True),
        (http(code=200, status="FAILED", message="Credits could not be refunded."), False),
        (http(code=500, error="Internal Server Error"), None),
        (http(500, code=500, error="Internal Server Error"), None),
        (http(code=500, data=[], message="Task failed"), None),
        (http(504, error="Task failed due to timeout. Credits were previously refunded."), True),
        (http(code=504, error="Task failed. Credits were previously refunded."), True),
        (http(code=200, data=[{"clip_id": "c", "state": "failed"}]), None),
    ],
)
def test_a_task_that_failed(answer: Response, refunded: bool | None) -> None:
    found = look(answer)
    assert isinstance(found, FailedTask)
    assert found.error.kind is ErrorKind.FAILED_BY_SERVICE
    assert found.refunded is refunded
    assert found.raw == answer.body
    words = {True: "were refunded", False: "were not refunded", None: "check your balance"}
    assert words[refunded] in found.error.message


@pytest.mark.parametrize("phase", ["TIMEOUT", "timed_out", "ERROR", "ABORTED"])
def test_an_undocumented_end_is_a_failure_that_may_be_about_the_poll(phase: str) -> None:
    found = look(http(code=200, status=phase, data=[]))
    assert isinstance(found, FailedTask)
    assert (found.refunded, found.is_vague) == (None, True)


@pytest.mark.parametrize(
    "answer",
    [
        http(code=200, status="FAILED", message="One take failed", data=[OLDER]),
        http(code=500, error="One take failed", data=[OLDER]),
        http(500, code=500, error="One take failed", data=[OLDER, OLDER | {"audio_url": None}]),
    ],
)
def test_a_song_of_a_task_that_failed_all_the_same_is_kept(answer: Response) -> None:
    found = finished(answer)
    assert [clip.remote_id for clip in found.clips] == ["abc123"]
    assert "only part of this. It said: \u201cOne take failed\u201d." in found.message


def test_an_entry_without_a_song_does_not_make_a_failed_task_a_success() -> None:
    silent = OLDER | {"audio_url": None}
    assert isinstance(look(http(code=200, status="FAILED", data=[silent])), FailedTask)


@pytest.mark.parametrize(
    ("text", "is_vague"),
    [
        ("Internal Server Error", True),
        ("Server error occurred.", True),
        ("", True),
        ("Task failed", False),
        ("Generation failed: internal error", False),
        ("The sound is not meaningful enough.", False),
    ],
)
def test_a_server_error_of_the_moment_looks_like_a_failed_task(text: str, is_vague: bool) -> None:
    found = look(http(code=500, error=text))
    assert isinstance(found, FailedTask)
    assert found.is_vague is is_vague


@pytest.mark.parametrize(
    "text",
    ["Artist names are not allowed.", "The lyrics violate the terms that your account accepted."],
)
def test_moderation_after_acceptance_ends_a_task(text: str) -> None:
    assert isinstance(look(http(403, error=text)), FailedTask)


def test_moderation_after_acceptance_names_the_field() -> None:
    found = look(http(code=403, error="The lyrics contain copyrighted content."))
    assert isinstance(found, FailedTask)
    assert (found.error.kind, found.error.field) == (ErrorKind.REQUEST_REJECTED, "lyrics")
    assert "copyrighted" in found.error.service_words


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (
            http(500, code=500, type="internal_error", error="Internal Server Error"),
            ServiceUnavailable,
        ),
        (http(200, type="internal_error", error="Internal Server Error"), ServiceUnavailable),
        (http(502, type="upstream_error", error="Please retry."), ServiceUnavailable),
        (Response(504, {}, b"<html>"), ServiceUnavailable),
        (http(429, type="rate_limited", error="Too many"), RateLimited),
        # Of a gateway in front of the service:
        (http(503, code=503, message="Service Unavailable"), ServiceUnavailable),
        (http(502, code=502, error="Bad gateway"), ServiceUnavailable),
        (http(code=503, error="Service Unavailable"), ServiceUnavailable),
        (http(403, error="Your IP is not allowed."), ServiceUnavailable),
        (http(403, code=403, error="Access from your country is prohibited."), ServiceUnavailable),
    ],
)
def test_trouble_with_the_question_says_nothing_of_the_task(
    answer: Response, kind: type[ServiceError]
) -> None:
    with pytest.raises(kind):
        look(answer)


@pytest.mark.parametrize(
    ("body", "operation"),
    [
        (b"", Operation.CREATE),
        (b"<html>ok</html>", Operation.CREATE),
        (b'{"code":200,"data":[{"clip_id":"ab', Operation.CREATE),
        (b'{"code":200,"data":[]}', Operation.CREATE),
        (b'{"code":200,"status":"SUCCESS","data":[]}', Operation.CREATE),
        (b'{"code":200,"data":null}', Operation.CREATE),
        (b'{"code":200,"data":[{}]}', Operation.CREATE),
        (b'{"code":200,"data":"soon"}', Operation.CREATE),
        (b'{"code":200,"data":[{"audio_url":"https://x.example/a"}]}', Operation.UPLOAD),
        (b'{"code":200,"data":[{"clip_id":"c"}]}', Operation.EXPORT),
        (b'{"code":200,"data":[{"clip_id":"c"}]}', Operation.VIDEO),
        (b'{"code":200,"data":[{"title":"t"}]}', Operation.LYRICS),
        (b"[" * 5000, Operation.CREATE),
    ],
)
def test_a_look_that_cannot_be_read_is_kept(body: bytes, operation: Operation) -> None:
    with pytest.raises(InvalidResponse) as caught:
        look(Response(200, {}, body), operation)
    assert caught.value.raw == body


def test_partial_data_is_kept_and_said() -> None:
    silent = OLDER | {"clip_id": "b", "audio_url": None}
    failed = OLDER | {"clip_id": "f", "state": "failed", "audio_url": None}
    found = finished(http(code=200, data=[OLDER, silent, failed, {}]))
    assert [(clip.remote_id, bool(clip.links.audio)) for clip in found.clips] == [
        ("abc123", True),
        ("b", False),
    ]
    assert found.message == "MusicAPI delivered only part of this."


@pytest.mark.parametrize("state", ["error", "failed", "cancelled", "Failed "])
def test_sound_that_is_there_counts_for_more_than_the_state_beside_it(state: str) -> None:
    found = finished(http(code=200, status="SUCCESS", data=[OLDER | {"state": state}]))
    assert found.clips[0].links.audio
    assert found.message == "MusicAPI delivered only part of this."


@pytest.mark.parametrize(
    "answer",
    [
        http(202, data=[OLDER]),
        http(202, code=200, status="SUCCESS", data=[OLDER]),
        http(code=202, type="not_ready", data=[OLDER]),
        http(code=202, status="SUCCESS", data=[OLDER | {"state": None}]),
    ],
)
def test_a_song_that_is_called_done_is_taken_whatever_code_stands_beside_it(
    answer: Response,
) -> None:
    assert finished(answer).clips[0].links.audio


@pytest.mark.parametrize("status", [404, 429, 500, 503])
def test_a_song_beside_an_error_is_taken(status: int) -> None:
    for answer in (http(status, error="x", data=[OLDER]), http(code=status, data=[OLDER])):
        assert finished(answer).clips[0].links.audio


@pytest.mark.parametrize(
    ("answer", "phase"),
    [
        (http(code=200, data=[OLDER | {"state": "running"}]), "RUNNING"),
        (http(code=200, data=[OLDER, {"state": "running"}]), "RUNNING"),
        (http(code=200, data=[OLDER, {"state": "in_progress", "clip_id": "b"}]), "RUNNING"),
        (http(code=200, status="RUNNING", data=[OLDER]), "RUNNING"),
        (http(code=200, status="PENDING", data=[OLDER | {"state": None}]), "PENDING"),
        (http(202, data=[OLDER | {"state": None}]), "RUNNING"),
        (http(code=202, type="not_ready", data=[OLDER | {"state": None}]), "RUNNING"),
    ],
)
def test_sound_of_a_task_that_is_running_is_a_preview(answer: Response, phase: str) -> None:
    found = look(answer)
    assert isinstance(found, RunningTask)
    assert found.phase == phase
    assert found.preview is not None
    assert found.preview.clips[0].links.audio


def test_an_upload_that_failed_is_not_known_by_its_id() -> None:
    failed = {"clip_id": "u", "state": "failed"}
    assert isinstance(look(http(code=200, data=[failed]), Operation.UPLOAD), FailedTask)


def test_a_broken_character_does_not_cost_the_song() -> None:
    body = json.dumps({"code": 200, "data": [OLDER | {"title": "Half \ud83d of\x00 it"}]})
    (clip,) = finished(Response(200, {}, body.encode())).clips
    assert clip.title == "Half ? of it"
    bad_bytes = body.replace("choirs", "ch~irs").encode().replace(b"~", b"\xff")
    assert finished(Response(200, {}, bad_bytes)).clips[0].sound == "ch\ufffdirs"


def test_a_text_is_as_long_as_such_a_text_can_be() -> None:
    endless = "ab" * 100_000
    fields = ("title", "mv", "seed", "sound", "lyrics")
    (clip,) = finished(http(data=[OLDER | dict.fromkeys(fields, endless)])).clips
    assert len(clip.title) == 500
    assert (len(clip.model), len(clip.seed)) == (200, 200)
    assert (len(clip.sound), len(clip.lyrics)) == (20_000, 50_000)


@pytest.mark.parametrize("value", ["soon", "nan", "-1", "", None, 0, -3, 1e300, 86_401])
def test_a_duration_that_is_none_is_left_out(value: object) -> None:
    (clip,) = finished(http(code=200, data=[OLDER | {"duration": value, "created_at": "x"}])).clips
    assert (clip.duration_s, clip.created_at) == (None, None)


@pytest.mark.parametrize(
    ("body", "total"),
    [
        ({"credits": 50, "extra_credits": 0}, 50),
        ({"credits": 50.5, "extra_credits": "2", "plan": {}}, 52.5),
        ({"credits": "12"}, 12),
        ({"credits": 0, "extra_credits": None}, 0),
    ],
)
def test_credits(body: dict[str, Any], total: float) -> None:
    assert parse_balance(http(**body), "MusicAPI").total == total


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"credits":null}', b'{"credits":"many"}', b'{"credits":[1]}']
)
def test_a_balance_that_cannot_be_read(body: bytes) -> None:
    with pytest.raises(InvalidResponse):
        parse_balance(Response(200, {}, body), "MusicAPI")

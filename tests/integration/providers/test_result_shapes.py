"""Results in other containers than the documented ones, and texts in place of links."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.acedata import responses as acedata
from producer_studio.providers.apiframe import responses as apiframe
from producer_studio.providers.base import FinishedTask, PollResult
from producer_studio.providers.http.response import Response
from producer_studio.providers.musicapi import responses as musicapi

URL = "https://cdn.example/song.m4a"
SONG = {"clip_id": "c-1", "title": "Tape", "audio_url": URL, "state": "succeeded"}
ACE_SONG = {"id": "c-1", "title": "Tape", "audio_url": URL, "state": "complete"}
TRACK = {"id": "c-1", "audioUrl": URL}
RECIPE = Recipe(operation=Operation.CREATE, sound="lofi", title="Tape")

Poll = Callable[[Response, Recipe, str], PollResult]


def poll_music(data: object) -> PollResult:
    body = json.dumps({"code": 200, "message": "success", "data": data}).encode()
    return musicapi.parse_poll(Response(200, {}, body), RECIPE, "MusicAPI")


def poll_ace(response: object) -> PollResult:
    body = json.dumps({"id": "t", "finished_at": 1.5, "response": response}).encode()
    return acedata.parse_poll(Response(200, {}, body), RECIPE, "AceData Cloud")


def poll_frame(result: object) -> PollResult:
    body = json.dumps({"id": "j", "status": "COMPLETED", "result": result}).encode()
    return apiframe.parse_poll(Response(200, {}, body), RECIPE, "Apiframe")


def audio_of(result: PollResult) -> list[str]:
    assert isinstance(result, FinishedTask)
    return [clip.links.audio for clip in result.clips]


def containers(entry: dict[str, Any]) -> list[object]:
    return [
        [entry],
        entry,
        {"items": [entry], "count": 1},
        {"data": entry},
        {"0": entry},
        json.dumps([entry]),
        {"songs": json.dumps([entry])},
    ]


@pytest.mark.parametrize("data", containers(SONG))
def test_song_in_any_container_is_delivered_by_musicapi(data: object) -> None:
    assert audio_of(poll_music(data)) == [URL]


@pytest.mark.parametrize("data", containers(ACE_SONG))
def test_song_in_any_container_is_delivered_by_acedata(data: object) -> None:
    assert audio_of(poll_ace({"success": True, "data": data})) == [URL]
    assert audio_of(poll_ace(json.dumps({"success": True, "data": data}))) == [URL]


@pytest.mark.parametrize(
    "result",
    [
        *containers(TRACK),
        {"tracks": [TRACK]},
        {"tracks": json.dumps([TRACK])},
        {"tracks": {"0": TRACK}},
        URL,
        [URL],
        {"url": URL},
        {"urls": [URL]},
        {"audioUrl": URL, "imageUrl": None},
        {"audio_url": URL},
        {"tracks": [{"id": "c-1", "url": URL}]},
    ],
)
def test_song_in_any_container_is_delivered_by_apiframe(result: object) -> None:
    """Its document states only that the URLs are in the result."""
    assert audio_of(poll_frame(result)) == [URL]


def test_song_inside_of_a_result_without_sound_is_not_taken_for_it() -> None:
    """The service may describe the source of a cover within the cover."""
    entry = {"clip_id": "c-2", "state": "succeeded", "audio_url": None, "source": SONG}
    assert audio_of(poll_music([entry])) == [""]
    entry = {"id": "c-2", "state": "complete", "audio_url": "", "source": ACE_SONG}
    assert audio_of(poll_ace({"success": True, "data": [entry]})) == [""]
    assert audio_of(poll_frame({"tracks": [{"id": "c-2", "audioUrl": None, "of": TRACK}]})) == [""]


@pytest.mark.parametrize("text", ["null", "None", "pending", "n/a", "/files/song.m4a", "0"])
def test_text_that_is_no_url_is_no_sound(text: str) -> None:
    wav = "https://cdn.example/song.wav"
    assert audio_of(poll_music([SONG | {"audio_url": text, "wav_url": wav}])) == [wav]
    assert audio_of(poll_music([SONG | {"audio_url": text}])) == [""]
    assert audio_of(poll_ace({"success": True, "data": [ACE_SONG | {"audio_url": text}]})) == [""]
    assert audio_of(poll_frame({"tracks": [TRACK | {"audioUrl": text}]})) == [""]


def test_url_without_a_scheme_is_a_url() -> None:
    assert audio_of(poll_music([SONG | {"audio_url": "//cdn.example/song.m4a"}])) == [URL]


@pytest.mark.parametrize("field", ["lyrics", "lyric", "text"])
def test_written_lyrics_are_found_by_the_name_of_any_dialect(field: str) -> None:
    recipe = Recipe(operation=Operation.LYRICS, prompt="rain")
    for parse, body in (
        (musicapi.parse_poll, {"code": 200, "status": "SUCCESS", "data": [{field: "la"}]}),
        (acedata.parse_poll, {"id": "t", "response": {"success": True, "data": {field: "la"}}}),
    ):
        poll: Poll = parse
        result = poll(Response(200, {}, json.dumps(body).encode()), recipe, "S")
        assert isinstance(result, FinishedTask)
        assert result.clips[0].lyrics == "la"

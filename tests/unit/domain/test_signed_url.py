"""Addresses that give a right do not leave."""

import json
import time

import pytest

from producer_studio.domain.errors import ErrorKind, ErrorRecord, RequestRejected
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.signed_url import drop_signed_url, is_signed, strip_url_signatures

SIGNED = "https://bucket.example/song.mp3?X-Amz-Signature=5ec2e7&X-Amz-Expires=3600"


@pytest.mark.parametrize(
    "url", [SIGNED, "https://me:pw@host/x", "https://host/x#token=5ec2e7", "https://[broken/x?a"]
)
def test_signed(url: str) -> None:
    assert is_signed(url)
    assert drop_signed_url(url) == ""


@pytest.mark.parametrize("url", ["", "https://host/x.mp3", "http://127.0.0.1:80/a/b", "not one"])
def test_plain(url: str) -> None:
    assert drop_signed_url(url) == url


def test_the_words_of_a_service_keep_all_but_the_signature() -> None:
    said = strip_url_signatures(
        f'Cannot fetch "{SIGNED}", see ftp://me:pw@host/a?b or https://docs/x.'
    )
    assert (
        said
        == 'Cannot fetch "https://bucket.example/song.mp3?…", see ftp://host/a?… or https://docs/x.'
    )
    fault = RequestRejected("No.", service_words=f"Cannot fetch {SIGNED}")
    assert "5ec2e7" not in json.dumps(fault.to_record().to_json())


def test_a_recipe_without_secrets_can_be_passed_on() -> None:
    recipe = Recipe(
        sound="pads", cover_url=SIGNED, audio_url=SIGNED, webhook_url="https://me.example/5ec2e7"
    )
    assert recipe.strip_secrets() == Recipe(sound="pads")
    plain = Recipe(cover_url="https://host/c.png", audio_url="https://host/x.mp3")
    assert plain.strip_secrets() == plain
    lent = Recipe(audio_file="/srv/me/x.wav", audio_url="https://files.example/5ec2e7.wav")
    assert lent.strip_secrets().audio_url == ""


@pytest.mark.parametrize(
    "text",
    [
        "Could not fetch https://me:5ec2e7@host/x.mp3",
        r"Could not fetch {\"url\": \"https:\/\/host\/x.mp3?sig=5ec2e7\"}",
        "Could not fetch /u/x.mp3?X-Amz-Signature=5ec2e7&a=1",
        "Could not fetch /u/x.mp3?a=1&token=5ec2e7.",
        "Could not fetch (https://host/x.mp3#5ec2e7)",
    ],
)
def test_a_signature_is_cut_however_it_is_written(text: str) -> None:
    said = strip_url_signatures(text)
    assert "5ec2e7" not in said
    assert said.startswith("Could not fetch")
    assert strip_url_signatures(said) == said
    record = ErrorRecord(kind=ErrorKind.UNREACHABLE, message=text, service_words=text)
    assert "5ec2e7" not in json.dumps(record.to_json())
    assert ErrorRecord.from_json(record.to_json()) == record
    assert "5ec2e7" not in str(RequestRejected(text))


@pytest.mark.parametrize(
    "text", ["Is it on at http://127.0.0.1:80?", "Is it?", "a? b#c & token=x", "at 10:30 // so"]
)
def test_a_text_without_a_signature_stays_as_it_is(text: str) -> None:
    assert strip_url_signatures(text) == text


@pytest.mark.parametrize("unit", ["a.", "a:", "a://", "a://@", "?token=", "https://a?", "&sig"])
def test_long_texts_are_cut_at_once(unit: str) -> None:
    begun = time.process_time()
    strip_url_signatures(unit * 20_000)
    # Milliseconds; a pattern that tries every pair of places takes minutes.
    assert time.process_time() - begun < 10

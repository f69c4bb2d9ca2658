"""Messages of errors are stored in English, with what is needed to translate them later."""

import json
from collections.abc import Iterator

import pytest

from producer_studio.domain.errors import ErrorRecord, Unreachable
from producer_studio.translation import mark, sentences, tr
from producer_studio.translation.active import set_messages
from producer_studio.translation.languages import ENGLISH, LANGUAGES

ADDRESS = "https://cdn.example/a.mp3?X-Amz-Signature=abc"
GERMAN = {
    ("", "{host} cannot be reached."): ("{host} ist nicht erreichbar.",),
    ("", "Try again later."): ("Später erneut versuchen.",),
    ("", "It is retried automatically."): ("Es wird automatisch erneut versucht.",),
}


@pytest.fixture
def german() -> Iterator[None]:
    set_messages(LANGUAGES["de"], GERMAN)
    yield
    set_messages(ENGLISH, {})


def stored(record: ErrorRecord) -> ErrorRecord:
    return ErrorRecord.from_json(json.loads(json.dumps(record.to_json())))


@pytest.mark.usefixtures("german")
def test_a_stored_error_is_translated_when_it_is_shown() -> None:
    error = Unreachable(mark("{host} cannot be reached.", host="api.example"))
    record = stored(error.to_record())
    assert str(error) == record.message == "api.example cannot be reached."
    assert tr(record.message) == "api.example ist nicht erreichbar."


def test_what_is_stored_is_english_and_has_no_signature() -> None:
    record = Unreachable(mark("{host} cannot be reached.", host=ADDRESS)).to_record()
    assert "Signature" not in json.dumps(record.to_json())
    assert record.to_json()["message"].startswith("https://cdn.example/a.mp3")


def test_errors_of_earlier_versions_are_shown_as_they_were_stored() -> None:
    record = ErrorRecord.from_json({"kind": "unreachable", "message": "It cannot be reached."})
    assert record.message == "It cannot be reached."
    assert stored(record) == record


@pytest.mark.usefixtures("german")
def test_the_promise_of_a_retry_takes_the_place_of_the_advice() -> None:
    advice = mark("Try again later.")
    failed = Unreachable(sentences(mark("{host} cannot be reached.", host="a.example"), advice))
    record = stored(failed.to_record().with_retry_message())
    assert record.message == "a.example cannot be reached. It is retried automatically."
    assert tr(record.message) == (
        "a.example ist nicht erreichbar. Es wird automatisch erneut versucht."
    )
    plain = Unreachable("It is down. Try again later.").to_record().with_retry_message()
    assert plain.message == "It is down. It is retried automatically."

"""Stored notes about damaged sound, which are English, in the language of the window."""

import pytest

from producer_studio.domain.media_note import (
    ENDS_EARLY,
    KEPT_AS_IT_IS,
    NOT_AUDIO,
    STOPS_EARLY,
    UNKNOWN_WORDS,
    parse_media_note,
)
from producer_studio.translation import Message, mark, sentences, tr
from producer_studio.translation.numbers import FixedDecimal
from tests.support.shown_language import shown_in

NOTES = [
    ENDS_EARLY.with_values(present=FixedDecimal(12.5, 1), whole=FixedDecimal(1234.5, 1)),
    STOPS_EARLY.with_values(seconds=FixedDecimal(0.4, 1)),
    NOT_AUDIO.with_values(formats="MP3, WAV"),
    UNKNOWN_WORDS.with_values(words="gamelan, 7/8, 古筝 …"),
    mark("The file is damaged."),
    sentences(mark("The file is damaged."), KEPT_AS_IT_IS),
    sentences(STOPS_EARLY.with_values(seconds=FixedDecimal(7, 1)), KEPT_AS_IT_IS),
]


@pytest.mark.parametrize("note", NOTES)
def test_a_stored_note_is_translated_as_the_message_was(note: Message) -> None:
    stored = str.__str__(note)
    assert parse_media_note(stored) == stored
    with shown_in("de"):
        assert tr(parse_media_note(stored)) == tr(note)
        assert tr(note) != stored


@pytest.mark.parametrize("note", ["", "Eine {fremde} Meldung.", "The audio ends early: x of y"])
def test_any_other_note_stays_as_it_is(note: str) -> None:
    with shown_in("de"):
        assert tr(parse_media_note(note)) == note

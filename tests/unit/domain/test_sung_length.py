"""How long lyrics may take, from clips."""

from producer_studio.domain.lyrics.language import Language
from producer_studio.domain.prompt_advice import Severity
from producer_studio.domain.sung_length import (
    SungPace,
    count_lyrics,
    length_advice,
    measure_pace,
)


def test_lines_are_counted_unless_too_many_are_unknown() -> None:
    def count(line: str, _language: Language) -> int | None:
        return None if "?" in line else len(line.split())

    text = "[Verse]\n" + 9 * "one two three four\n"
    assert count_lyrics(text, count) == 36
    # One of ten is taken to be as long as the others.
    assert count_lyrics(text + "?", count) == 40
    assert count_lyrics(text + "?\n?", count) is None
    assert count_lyrics("[Verse]\none two", count) is None
    assert count_lyrics("", count) is None


def test_the_pace_is_the_median_of_plausible_songs() -> None:
    songs = [(100, 60.0), (100, 70.0), (100, 300.0), (100, 5.0)]
    assert measure_pace(songs) == SungPace(0.7, 3)
    assert measure_pace(songs[:2]) is None


def test_the_length_is_said_with_what_it_rests_on_and_against_what_is_asked_for() -> None:
    pace = SungPace(0.5, 12)
    said = length_advice(160, pace, None)
    assert (said.severity, said.text) == (
        Severity.EMPTY,
        "About 1:20 when sung, as in 12 of your clips",
    )
    assert length_advice(160, pace, 75.0).severity is Severity.EMPTY
    for asked_s, words in ((30.0, "0:30"), (200.0, "3:20")):
        off = length_advice(160, pace, asked_s)
        assert off.severity is Severity.WEAK
        assert off.text == f"{said.text}; {words} is asked for"


def test_lyrics_of_more_than_an_hour_are_not_counted() -> None:
    counted: list[str] = []

    def count(line: str, _language: Language) -> int:
        counted.append(line)
        return 3

    assert count_lyrics("one two three\n" * 1_000, count) == 3_000
    counted.clear()
    assert count_lyrics("one two three\n" * 2_000, count) is None
    assert not counted

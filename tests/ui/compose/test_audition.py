"""The section of Replace and the position of Extend are played with what is around them."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt

from producer_studio.domain.clip import Clip
from producer_studio.domain.operation import Operation
from producer_studio.ui.compose.region_audition import RegionAudition
from producer_studio.ui.compose.source_card import SourceCard
from producer_studio.ui.playback.session import PlaybackSession
from producer_studio.ui.playback.tracks import PlaybackTrack
from tests.support.signals import tone
from tests.support.stem_song import add_clip
from tests.ui.compose.conftest import ComposeBench

LENGTH_S = 30.0


@pytest.fixture
def desk(bare: ComposeBench) -> Iterator[ComposeBench]:
    """With an account whose service is not there."""
    bare.connect_offline("")
    yield bare
    bare.panel.stop_audition()


def source_clip(desk: ComposeBench) -> Clip:
    return desk.run(add_clip(desk.studio._library, tone(LENGTH_S), title="City Lights"))


def put(desk: ComposeBench, operation: Operation, clip: Clip) -> tuple[SourceCard, RegionAudition]:
    """Opens a clip in the form, from 10 s, for Replace to 14 s."""
    desk.press(lambda: desk.panel.controller.set_operation(operation, clip))
    fields = desk.panel.view.ensure_fields()
    desk.until(lambda: fields.source.clip is not None and fields.source.waveform.duration_s > 0)
    desk.settle()
    move(desk, operation, 10.0, 14.0)
    assert desk.panel.audition is not None
    return fields.source, desk.panel.audition


def move(desk: ComposeBench, operation: Operation, start: float, end: float) -> None:
    card = desk.panel.view.ensure_fields().source
    if operation is Operation.REPLACE:
        desk.press(lambda: card.section_moved.emit(start, end))
    else:
        desk.press(lambda: card.position_moved.emit(start))


@pytest.mark.parametrize(
    ("operation", "repeated"), [(Operation.REPLACE, (8.0, 16.0)), (Operation.EXTEND, (8.0, 12.0))]
)
def test_two_seconds_before_and_after_are_repeated(
    desk: ComposeBench, operation: Operation, repeated: tuple[float, float]
) -> None:
    card, audition = put(desk, operation, source_clip(desk))
    assert card.play_button.accessibleName() == "Play City Lights around the section"
    desk.press(card.play_button.click)
    assert audition.is_playing
    assert audition._loop_s == repeated
    assert audition._session.loop == repeated
    assert card.play_button.accessibleName() == "Pause City Lights around the section"
    desk.until(lambda: audition.position_s > 8.3)
    heard_s = card.waveform._heard_s
    assert heard_s is not None
    assert 8.0 <= heard_s < repeated[1]
    desk.press(lambda: audition._session.seek(repeated[1] - 0.2))
    desk.until(lambda: 8.0 <= audition.position_s < 8.5)
    desk.press(card.play_button.click)
    assert not audition.is_playing
    assert card.play_button.accessibleName() == "Play City Lights around the section"
    assert card.waveform._heard_s is None


def test_the_loop_follows_the_section_while_it_plays(desk: ComposeBench) -> None:
    card, audition = put(desk, Operation.REPLACE, source_clip(desk))
    desk.press(card.play_button.click)
    desk.until(lambda: audition.position_s > 8.1)
    move(desk, Operation.REPLACE, 20.0, 21.0)
    assert audition.is_playing
    assert audition._session.loop == (18.0, 23.0)
    desk.until(lambda: 18.0 <= audition.position_s < 23.0)
    desk.qtbot.keyClick(card.waveform, Qt.Key.Key_Right)
    assert audition._session.loop == (18.5, 23.0)


def test_at_the_ends_of_the_song_less_is_played(desk: ComposeBench) -> None:
    _card, audition = put(desk, Operation.REPLACE, source_clip(desk))
    move(desk, Operation.REPLACE, 1.0, 2.0)
    assert audition._loop_s == (0.0, 4.0)
    move(desk, Operation.REPLACE, 27.0, LENGTH_S)
    assert audition._loop_s == (25.0, LENGTH_S)


def test_another_operation_or_no_source_ends_it(desk: ComposeBench) -> None:
    clip = source_clip(desk)
    card, audition = put(desk, Operation.REPLACE, clip)
    desk.press(card.play_button.click)
    desk.press(lambda: desk.panel.controller.set_operation(Operation.COVER, clip))
    assert not audition.is_playing
    assert audition._loop_s is None
    with desk.qtbot.waitSignal(desk.panel.controller.play_requested) as asked:
        desk.press(card.play_button.click)
    assert asked.args == [clip.id]
    put(desk, Operation.REPLACE, clip)
    desk.press(card.play_button.click)
    assert audition.is_playing
    desk.press(card.clear_button.click)
    desk.until(lambda: not audition.is_playing)


def test_it_and_other_sounds_pause_each_other(desk: ComposeBench) -> None:
    clip = source_clip(desk)
    card, audition = put(desk, Operation.EXTEND, clip)
    assert clip.path is not None
    other = PlaybackSession(desk.panel._context.audio, desk.panel)
    other.load([PlaybackTrack(clip.path)])
    desk.press(other.play)
    desk.press(card.play_button.click)
    assert audition.is_playing
    assert not other.is_playing
    desk.press(other.play)
    assert not audition.is_playing
    assert card.play_button.accessibleName() == "Play City Lights around the section"
    other.unload()


def test_a_source_that_cannot_be_played_is_named(desk: ComposeBench) -> None:
    clip = source_clip(desk)
    card, audition = put(desk, Operation.REPLACE, clip)
    assert clip.path is not None
    sound = clip.path.read_bytes()
    clip.path.write_bytes(b"<html>not sound</html>" * 40)
    desk.press(card.play_button.click)
    expected = "Could not play “City Lights”: this is a web page, not audio."
    desk.until(lambda: desk.panel.view.suggestion.message.text() == expected)
    assert not audition.is_playing
    clip.path.write_bytes(sound)
    desk.press(card.play_button.click)
    desk.until(lambda: audition.position_s > 8.1)

"""The sung length, from the user's own clips."""

from producer_studio.domain.clip import AudioMeasurements, Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.operation import Operation
from producer_studio.ui.compose.field_parts import AdviceLine
from tests.ui.compose.conftest import LYRICS, ComposeBench


def add_songs(bench: ComposeBench, count: int) -> None:
    songs = [
        Clip(
            id=ClipId(f"song {place}"), lyrics=LYRICS,
            measured=AudioMeasurements(duration_s=44.0, head_s=2.0, tail_s=2.0),
        )
        for place in range(count)
    ]  # fmt: skip
    others = [
        Clip(id=ClipId("lyrics"), lyrics=LYRICS, operation=Operation.LYRICS),
        Clip(id=ClipId("stem"), lyrics=LYRICS, stem="Vocals",
             measured=AudioMeasurements(duration_s=9.0)),
    ]  # fmt: skip
    bench.run(bench.studio._library.clips.add([*songs, *others]))


def advice(bench: ComposeBench) -> str:
    bench.until(lambda: not bench.tasks.is_running("read sung pace"))
    line = bench.panel.view.lyrics.findChild(AdviceLine)
    assert isinstance(line, AdviceLine)
    issue = line.issue()
    return issue.text if issue is not None else ""


def test_the_length_rests_on_clips_with_lyrics(bench: ComposeBench) -> None:
    add_songs(bench, 3)
    bench.press(lambda: bench.panel.view.lyrics.edit.replace_text(LYRICS))
    assert advice(bench) == "About 0:40 when sung, as in 3 of your clips"


def test_too_few_clips_say_nothing(bench: ComposeBench) -> None:
    add_songs(bench, 2)
    bench.press(lambda: bench.panel.view.lyrics.edit.replace_text(LYRICS))
    assert advice(bench) == ""

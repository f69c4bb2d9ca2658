"""What is rendered, sample by sample, and the position beside it."""

import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from producer_studio.audio.engine import native_reader
from producer_studio.audio.engine.engine import Engine, TrackSpec
from producer_studio.audio.engine.events import (
    ItemEnded,
    ItemStarted,
    SourceDamaged,
    SourceFailed,
    SourceOpened,
)
from producer_studio.audio.engine.levels import MixSettings
from producer_studio.audio.engine.mixdown import mix_down
from producer_studio.domain.errors import MediaRejected
from tests.support.engine_rendering import (
    RATE,
    STEP,
    full_decode,
    largest_step,
    longest_silence,
    noise_file,
    render_to_end,
    tone_file,
)
from tests.support.flac_frames import flac_frame, write_flac
from tests.support.signals import as_format, tone, write_wave


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = Engine(RATE, waits=True)
    yield made
    made.close()


def _position(engine: Engine) -> int:
    place = engine.heard()
    assert place is not None
    return place.position


def _takes(folder: Path, count: int, seconds: float = 6.0) -> list[Path]:
    return [
        tone_file(folder / f"{number}.wav", seconds, 200.0 + 31 * number) for number in range(count)
    ]


@pytest.mark.parametrize("is_late", [False, True])
def test_what_is_heard_late_never_belongs_to_what_was_replaced(
    engine: Engine, tmp_path: Path, is_late: bool
) -> None:
    first, second = _takes(tmp_path, 2)
    engine.load([TrackSpec(path=first)])
    engine.play()
    engine.render(40_000)
    if not is_late:
        engine._sources[0].wait(40_000, 12_000)
    item = engine.load([TrackSpec(path=second)], position=96_000)
    positions = []
    for _ in range(40):
        # Until the other file is decoded, the first one goes on, or it is silent.
        engine._transport._waits = len(positions) > 4
        engine.render(240)
        place = engine.heard(4_800)
        assert place is not None
        assert place.item is item
        positions.append(place.position)
    assert positions[0] == 96_000
    assert positions == sorted(positions)
    assert positions[-1] > 96_000


def test_a_file_is_rendered_as_it_is_decoded(engine: Engine, tmp_path: Path) -> None:
    path = noise_file(tmp_path / "x.wav", 100_001, 1)
    item = engine.load([TrackSpec(path=path)])
    engine.play()

    sound, events = render_to_end(engine)

    expected = full_decode(path)
    np.testing.assert_array_equal(sound[: len(expected)], expected)
    assert not sound[len(expected) :].any()
    assert events == [SourceOpened(item.tracks[0].source, 100_001), ItemEnded(item)]
    assert _position(engine) == 100_001
    engine.play()
    np.testing.assert_array_equal(engine.render(500), expected[:500])


@pytest.mark.parametrize("speed", [1.0, 0.5])
def test_another_file_goes_on_at_the_same_sample_however_late_it_is_decoded(
    tmp_path: Path, speed: float
) -> None:
    paths = [noise_file(tmp_path / f"{number}.wav", 3 * RATE, number) for number in range(2)]
    takes = [full_decode(path) for path in paths]
    engine = Engine(RATE, waits=True)
    engine.set_speed(speed)
    engine.load([TrackSpec(path=paths[0])])
    engine.play()
    frames = len(engine.render(RATE))
    engine._transport._waits = False
    for take in (1, 0, 1):
        before = _position(engine)
        assert before == frames * speed
        item = engine.load([TrackSpec(path=paths[take])], position=None)
        assert _position(engine) == before
        for _ in range(5):
            frames += len(engine.render(64))
            assert _position(engine) == frames * speed
        source = item.tracks[0].source
        while not source.has(round(frames * speed), RATE // 2):
            source.wait(round(frames * speed), RATE // 2)
        frames += len(engine.render(RATE // 10))
        place = engine.heard()
        assert place is not None
        assert place.item is item
        if speed == 1.0:
            sound = engine.render(480)
            np.testing.assert_array_equal(sound, takes[take][frames : frames + 480])
            frames += 480
    engine.pause()
    engine.render(1_000)
    before = _position(engine)
    item = engine.load([TrackSpec(path=paths[0])], position=None)
    place = engine.heard()
    assert place is not None
    assert (place.item, place.position) == (item, before)
    engine.close()


def test_a_hundred_switches_leave_no_gap_no_step_and_no_sample_out(
    engine: Engine, tmp_path: Path
) -> None:
    paths = _takes(tmp_path, 8)
    takes = [full_decode(path) for path in paths]
    engine.load([TrackSpec(path=path) for path in paths], selected=0)
    engine.set_loop(0)
    engine.seek(RATE)
    engine.play()
    engine.render(4_800)
    dice = random.Random(5)
    parts, selected = [], 0
    for _ in range(100):
        selected = (selected + dice.randrange(1, 8)) % 8
        engine.select(selected)
        parts.append(engine.render(384))
        count = dice.randrange(1, 4_000)
        position = _position(engine)
        heard = engine.render(count)
        parts.append(heard)
        whole = np.concatenate((takes[selected], takes[selected]))
        np.testing.assert_array_equal(heard, whole[position : position + count])
        assert _position(engine) == (position + count) % len(takes[0])
    sound = np.concatenate(parts)
    assert longest_silence(sound) <= 1
    assert engine.silent_frames == 0
    assert largest_step(sound) < STEP


def test_switching_between_equal_sounds_changes_nothing(engine: Engine, tmp_path: Path) -> None:
    path = noise_file(tmp_path / "x.wav", RATE, 1)
    engine.load([TrackSpec(path=path), TrackSpec(path=path)], selected=0)
    engine.play()
    parts = []
    for number in range(30):
        engine.select(number % 2)
        parts.append(engine.render(1_000))

    expected = full_decode(path)[:30_000]
    np.testing.assert_allclose(np.concatenate(parts), expected, rtol=0, atol=1e-6)


def test_the_power_of_different_sounds_is_kept_while_they_cross(
    engine: Engine, tmp_path: Path
) -> None:
    paths = [noise_file(tmp_path / f"{seed}.wav", RATE, seed) for seed in (1, 2)]
    engine.load([TrackSpec(path=path) for path in paths], selected=0)
    engine.play()
    engine.render(1_000)
    engine.select(1)

    middle = engine.render(384)[130:250]

    power = np.mean(full_decode(paths[0]) ** 2)
    assert np.mean(middle**2) == pytest.approx(power, rel=0.3)


def test_the_loudness_of_a_track_follows_its_gain(engine: Engine, tmp_path: Path) -> None:
    path = tone_file(tmp_path / "x.wav", 2.0)
    engine.load([TrackSpec(path=path)], selected=0)
    engine.play()
    before = engine.render(4_800)
    engine.set_gain(0, -6.0)
    during = engine.render(4_800)
    after = engine.render(4_800)

    expected = full_decode(path) * 10 ** (-6 / 20)
    np.testing.assert_allclose(after, expected[9_600:14_400], rtol=0, atol=1e-6)
    assert largest_step(np.concatenate((before, during, after))) < STEP


@pytest.mark.parametrize(
    "loop", [(1_001, 4_444), (0, 777), (95_003, 95_040), (40_000, 139_999), (7, None)]
)
def test_a_loop_repeats_to_the_sample(
    engine: Engine, tmp_path: Path, loop: tuple[int, int | None]
) -> None:
    path = noise_file(tmp_path / "x.wav", 140_003, 1)
    sound = full_decode(path)
    start, stop = loop[0], loop[1] or len(sound)
    engine.load([TrackSpec(path=path)])
    engine.set_loop(*loop)
    engine.play()
    count = stop + 3 * max(stop - start, 9_999)
    blocks = [engine.render(size) for size in [1_013] * (count // 1_013)]

    expected = np.arange(count)
    expected[stop:] = start + (expected[stop:] - stop) % (stop - start)
    rendered = np.concatenate(blocks)
    np.testing.assert_array_equal(rendered, sound[expected[: len(rendered)]])
    assert _position(engine) % (stop - start) == expected[len(rendered)] % (stop - start)


def test_a_loop_ends_when_it_is_cleared(engine: Engine, tmp_path: Path) -> None:
    path = noise_file(tmp_path / "x.wav", 20_000, 1)
    sound = full_decode(path)
    engine.load([TrackSpec(path=path)])
    engine.set_loop(5_000, 6_000)
    engine.play()
    engine.render(6_500)
    engine.clear_loop()

    rest, _events = render_to_end(engine)

    np.testing.assert_array_equal(rest[:14_500], sound[5_500:])


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".mp3", ".m4a"])
def test_clips_join_without_a_gap(engine: Engine, tmp_path: Path, suffix: str) -> None:
    whole = tone(3.0, 300.0, 0.3)
    cuts = [0, 33_333, 80_001, len(whole)]
    paths = []
    for number, (start, stop) in enumerate(pairwise(cuts)):
        plain = write_wave(tmp_path / f"{number}.wav", whole[start:stop], bits=24)
        target = tmp_path / f"coded{number}{suffix}"
        paths.append(plain if suffix == ".wav" else as_format(plain, target))
    first = engine.load([TrackSpec(path=paths[0])])
    items = [first, engine.queue_next([TrackSpec(path=paths[1])])]
    engine.play()
    parts, started = [], []
    while engine.is_playing:
        parts.append(engine.render(999))
        for event in engine.take_events():
            if isinstance(event, ItemStarted):
                started.append(event.item)
                if len(items) == 2:
                    items.append(engine.queue_next([TrackSpec(path=paths[2])]))
    sound = np.concatenate(parts)

    assert started == items[1:]
    assert not sound[len(whole) :].any()
    if suffix in (".wav", ".flac"):
        np.testing.assert_allclose(sound[: len(whole)], whole, rtol=0, atol=1e-4)
        assert largest_step(sound[: len(whole)]) < STEP
    else:
        # Codecs do not keep the samples at the ends of a file, but their number.
        np.testing.assert_allclose(sound[: len(whole)], whole, rtol=0, atol=0.25)
        late = slice(cuts[2] + 5_000, len(whole) - 5_000)
        np.testing.assert_allclose(sound[late], whole[late], rtol=0, atol=0.02)


def test_a_queued_clip_can_be_taken_back(engine: Engine, tmp_path: Path) -> None:
    paths = _takes(tmp_path, 2, 0.5)
    item = engine.load([TrackSpec(path=paths[0])])
    engine.queue_next([TrackSpec(path=paths[1])])
    engine.play()
    engine.render(5_000)
    engine.queue_next([])

    _sound, events = render_to_end(engine)

    assert [event for event in events if isinstance(event, ItemEnded)] == [ItemEnded(item)]


@pytest.mark.parametrize("speed", [0.5, 0.75, 1.25, 2.0])
def test_speed_keeps_the_pitch_and_the_position(
    engine: Engine, tmp_path: Path, speed: float
) -> None:
    path = tone_file(tmp_path / "x.wav", 4.0, 440.0)
    engine.load([TrackSpec(path=path)])
    engine.set_speed(speed)
    engine.play()
    parts = [engine.render(1_000) for _ in range(24)]
    assert _position(engine) == round(24_000 * speed)
    rest, _events = render_to_end(engine, 500)
    sound = np.concatenate((*parts, rest))

    audible = np.flatnonzero(np.abs(sound[:, 0]) > 0.01)
    assert audible[-1] == pytest.approx(4 * RATE / speed, rel=0.01)
    piece = sound[10_000:58_000, 0] * np.hanning(RATE)
    assert np.abs(np.fft.rfft(piece)).argmax() == 440
    assert _position(engine) == 4 * RATE


def test_a_click_is_heard_where_the_position_says_at_any_speed(tmp_path: Path) -> None:
    samples = np.zeros((3 * RATE, 2))
    samples[RATE : RATE + 48] = 0.5
    path = write_wave(tmp_path / "x.wav", samples)
    for speed in (0.5, 0.8, 1.3, 2.0):
        engine = Engine(RATE, waits=True)
        engine.load([TrackSpec(path=path)], position=20_000)
        engine.set_speed(speed)
        engine.play()
        sound, _events = render_to_end(engine)
        engine.close()
        # A slower speed repeats pieces, the click among them: before and after its time.
        middle = np.flatnonzero(np.abs(sound[:, 0]) > 0.1).mean()
        assert middle * speed == pytest.approx(RATE - 20_000, abs=0.02 * RATE)


def test_the_speed_changes_while_it_plays(engine: Engine, tmp_path: Path) -> None:
    path = tone_file(tmp_path / "x.wav", 6.0)
    engine.load([TrackSpec(path=path)])
    engine.play()
    parts, expected = [], 0.0
    for speed in (1.0, 1.5, 0.75, 1.0, 2.0, 1.0):
        engine.set_speed(speed)
        parts.append(engine.render(9_600))
        expected += 9_600 * speed
        assert _position(engine) == pytest.approx(expected, abs=3)
    sound = np.concatenate(parts)
    assert longest_silence(sound) <= 1
    assert largest_step(sound) < 2 * STEP


def test_takes_switch_at_once_at_another_speed(engine: Engine, tmp_path: Path) -> None:
    path = tone_file(tmp_path / "x.wav", 4.0)
    silent = write_wave(tmp_path / "silent.wav", np.zeros((4 * RATE, 2)))
    engine.load([TrackSpec(path=path), TrackSpec(path=silent)], selected=0)
    engine.set_speed(1.5)
    engine.play()
    engine.render(20_000)
    engine.select(1)
    engine.render(384)

    assert not engine.render(2_000).any()
    assert _position(engine) == pytest.approx(22_384 * 1.5, abs=2)


def test_seeks_and_pauses_do_not_click(engine: Engine, tmp_path: Path) -> None:
    path = tone_file(tmp_path / "x.wav", 6.0)
    sound = full_decode(path)
    engine.load([TrackSpec(path=path)])
    engine.play()
    dice = random.Random(2)
    parts = [engine.render(2_000)]
    for _ in range(20):
        goal = dice.randrange(5 * RATE)
        engine.seek(goal)
        assert _position(engine) == goal
        parts += [engine.render(384), engine.render(500)]
        np.testing.assert_array_equal(parts[-1], sound[goal + 384 : goal + 884])
        engine.pause()
        parts.append(engine.render(1_000))
        assert not parts[-1][240:].any()
        assert _position(engine) == goal + 884
        engine.play()
        parts.append(engine.render(1_000))
        assert _position(engine) == goal + 1_884
        np.testing.assert_array_equal(parts[-1][240:], sound[goal + 1_124 : goal + 1_884])
    assert largest_step(np.concatenate(parts)) < STEP


def test_volume_is_changed_smoothly(engine: Engine, tmp_path: Path) -> None:
    path = tone_file(tmp_path / "x.wav", 2.0)
    sound = full_decode(path)
    engine.load([TrackSpec(path=path)])
    engine.play()
    parts = []
    for volume in (1.0, 0.3, 0.0, 0.8):
        engine.set_volume(volume)
        parts.append(engine.render(2_000))
        end = len(parts) * 2_000
        np.testing.assert_allclose(
            parts[-1][-1_000:], volume * sound[end - 1_000 : end], rtol=0, atol=1e-6
        )
    assert largest_step(np.concatenate(parts)) < STEP
    assert engine.peaks == pytest.approx((0.3, 0.3), rel=0.2)


def test_the_position_heard_is_earlier_by_the_latency(engine: Engine, tmp_path: Path) -> None:
    path = noise_file(tmp_path / "x.wav", 60_000, 1)
    item = engine.load([TrackSpec(path=path)])
    engine.set_loop(10_000, 12_000)
    engine.play()
    engine.render(13_000)

    assert [engine.heard(late).position for late in (0, 500, 1_000, 1_500)] == [
        11_000, 10_500, 10_000, 11_500,
    ]  # fmt: skip
    engine.seek(30_000)
    engine.render(1_000)
    assert [engine.heard(late).position for late in (0, 600, 4_000)] == [31_000, 30_400, 30_000]
    assert engine.heard().item is item


def test_stems_mute_solo_pan_and_mix(tmp_path: Path) -> None:
    paths = [noise_file(tmp_path / f"{seed}.wav", 9_000 + 500 * seed, seed) for seed in range(3)]
    stems = [np.zeros((10_000, 2)) for _ in paths]
    for stem, path in zip(stems, paths, strict=True):
        stem[: len(full_decode(path))] = full_decode(path)

    def mixed(*settings: MixSettings) -> np.ndarray:
        specs = [TrackSpec(path=path, mix=mix) for path, mix in zip(paths, settings, strict=True)]
        return np.concatenate(list(mix_down(specs, RATE)))

    plain, muted, soloed = MixSettings(), MixSettings(is_muted=True), MixSettings(is_soloed=True)
    quiet, left = MixSettings(gain_db=-20.0), MixSettings(pan=-1.0)
    for settings, expected in (
        ((plain, plain, plain), stems[0] + stems[1] + stems[2]),
        ((plain, muted, quiet), stems[0] + 0.1 * stems[2]),
        ((soloed, plain, plain), stems[0]),
        ((muted, left, muted), stems[1] * (1, 0)),
        ((muted, muted, muted), 0 * stems[0]),
    ):
        np.testing.assert_allclose(mixed(*settings), expected, rtol=0, atol=1e-6)


def test_tracks_are_aligned_by_their_offsets(engine: Engine, tmp_path: Path) -> None:
    path = noise_file(tmp_path / "x.wav", 30_000, 1)
    sound = full_decode(path)
    tracks = [TrackSpec(path=path, offset=offset) for offset in (0, 1_234, -2_000)]
    engine.load(tracks, selected=0)
    engine.play()
    engine.render(5_000)
    for index, offset in ((1, 1_234), (2, -2_000)):
        engine.select(index)
        engine.render(384)
        position = _position(engine)
        expected = sound[position + offset : position + offset + 600]
        np.testing.assert_array_equal(engine.render(600), expected)
    engine.select(0, position=20_000)
    engine.render(384)
    np.testing.assert_array_equal(engine.render(600), sound[20_384:20_984])


def test_what_cannot_be_played_is_said(engine: Engine, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp3"
    broken.write_text("{}")
    good = noise_file(tmp_path / "good.wav", 5_000, 1)
    item = engine.load([TrackSpec(path=broken)])
    after = engine.queue_next([TrackSpec(path=good)])
    engine.play()

    sound, events = render_to_end(engine)

    source = item.tracks[0].source
    assert SourceFailed(source, "This is a text file, not audio.") in events
    assert ItemStarted(after) in events
    np.testing.assert_array_equal(sound[:5_000], full_decode(good))
    engine.load([TrackSpec(path=tmp_path / "missing.wav")])
    engine.play()
    _sound, events = render_to_end(engine)
    assert [event.message for event in events if isinstance(event, SourceFailed)] == [
        "missing.wav cannot be read: no such file or directory."
    ]
    with pytest.raises(MediaRejected, match="text file"):
        list(mix_down([TrackSpec(path=good), TrackSpec(path=broken)], RATE))


def test_a_truncated_file_is_played_and_said_to_be(engine: Engine, tmp_path: Path) -> None:
    path = noise_file(tmp_path / "x.wav", RATE, 1)
    path.write_bytes(path.read_bytes()[: RATE * 2])
    item = engine.load([TrackSpec(path=path)])
    engine.play()

    _sound, events = render_to_end(engine)

    (damaged,) = [event for event in events if isinstance(event, SourceDamaged)]
    assert damaged.source is item.tracks[0].source
    assert "ends early" in damaged.message
    assert _position(engine) == pytest.approx(RATE / 2, abs=20)
    # A file that is made of it must not end in silence unnoticed.
    with pytest.raises(MediaRejected, match="ends early"):
        list(mix_down([TrackSpec(path=path)], RATE))


def test_sound_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hours of silence are a few bytes, and minutes of writing."""
    monkeypatch.setattr(native_reader, "LONGEST_S", 3)
    frames = [flac_frame(number, 65_535) for number in range(8)]
    path = write_flac(tmp_path / "x.flac", frames)
    with pytest.raises(MediaRejected, match="too long"):
        list(mix_down([TrackSpec(path=path)], RATE))


def test_another_clip_that_is_loaded_at_the_end_is_played(tmp_path: Path) -> None:
    paths = [noise_file(tmp_path / f"{number}.wav", RATE, number) for number in range(2)]
    engine = Engine(RATE, waits=True)
    engine.load([TrackSpec(path=paths[0])])
    engine.play()
    engine.render(RATE - 100)
    engine._transport._waits = False
    item = engine.load([TrackSpec(path=paths[1])])
    engine.render(200)
    assert engine.is_playing
    engine._transport._waits = True
    engine.render(100)
    place = engine.heard()
    assert place is not None
    assert place.item is item
    assert ItemEnded not in [type(event) for event in engine.take_events()]
    engine.close()


def test_loading_another_clip_fades_over(engine: Engine, tmp_path: Path) -> None:
    paths = _takes(tmp_path, 2)
    engine.load([TrackSpec(path=paths[0])])
    engine.play()
    parts = [engine.render(5_000)]
    engine.load([TrackSpec(path=paths[1])], position=4_000)
    parts.append(engine.render(5_000))

    assert largest_step(np.concatenate(parts)) < STEP
    assert _position(engine) == 9_000
    np.testing.assert_array_equal(parts[1][384:], full_decode(paths[1])[4_384:9_000])
    engine.unload()
    parts.append(engine.render(1_000))
    assert largest_step(np.concatenate(parts)) < STEP
    assert not engine.render(100).any()
    assert engine.heard() is None


def test_each_track_of_a_mix_has_a_level(engine: Engine, tmp_path: Path) -> None:
    loud = write_wave(tmp_path / "loud.wav", tone(2.0, 250.0, 0.8))
    quiet = write_wave(tmp_path / "quiet.wav", tone(2.0, 250.0, 0.2))
    half = MixSettings(gain_db=-20 * float(np.log10(2)), pan=-1.0)
    engine.load([TrackSpec(path=loud, mix=half), TrackSpec(path=quiet)])
    assert engine.track_peaks(0) == (0.0, 0.0)
    engine.play()
    engine.render(RATE // 2)
    assert engine.track_peaks(0) == (pytest.approx(0.4, abs=0.001), 0.0)
    assert engine.track_peaks(1) == pytest.approx((0.2, 0.2), abs=0.001)
    engine.set_mix(1, MixSettings(is_muted=True))
    assert engine.track_peaks(1) == (0.0, 0.0)
    engine.pause()
    assert engine.track_peaks(0) == (0.0, 0.0)
    with pytest.raises(IndexError):
        engine.track_peaks(2)


def test_a_mix_fades_to_one_of_its_tracks(engine: Engine, tmp_path: Path) -> None:
    paths = [noise_file(tmp_path / f"{number}.wav", RATE, number) for number in range(3)]
    takes = [full_decode(path) for path in paths]
    engine.load([TrackSpec(path=path) for path in paths], selected=None)
    engine.play()
    np.testing.assert_allclose(engine.render(720), sum(take[:720] for take in takes), atol=1e-6)
    engine.select(1)
    engine.render(720)
    np.testing.assert_array_equal(engine.render(720), takes[1][1_440:2_160])
    engine.select(None)
    engine.render(720)
    expected = sum(take[2_880:3_600] for take in takes)
    np.testing.assert_allclose(engine.render(720), expected, atol=1e-6)


def test_levels_of_a_mix_change_with_the_next_block_and_without_a_step(
    engine: Engine, tmp_path: Path
) -> None:
    paths = [write_wave(tmp_path / f"{number}.wav", np.full((RATE, 2), 0.2)) for number in (0, 1)]
    engine.load([TrackSpec(path=path) for path in paths], selected=None)
    engine.play()
    before = engine.render(720)
    for index in (0, 1):
        engine.set_gain(index, -12.0)
    after = engine.render(720)
    assert np.abs(np.diff(np.concatenate([before, after]), axis=0)).max() < 0.002
    np.testing.assert_allclose(after[300:], 0.4 * 10 ** (-12 / 20), atol=1e-4)

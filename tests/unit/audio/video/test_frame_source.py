"""Pictures of a video, decoded ahead of a position, and files that are refused."""

import random
import threading
from collections.abc import Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import av
import pytest

from producer_studio.audio.video.frame_source import FrameSource
from producer_studio.audio.video.video_reader import Frame
from tests.support.video_files import RATE, number_of, white_corner, write_video

_BOX = (64, 48)


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) - before == set()


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_video(tmp_path_factory.mktemp("video") / "x.mp4", 80, sound_s=8.0)


def _shown(source: FrameSource, position_s: float, *, is_playing: bool = False) -> Frame:
    """The picture of a position, once it is decoded."""
    frame = source.frame_at(position_s, is_playing=is_playing)
    while not source.is_settled:
        assert source.wait()
        frame = source.frame_at(position_s, is_playing=is_playing)
    assert not source.error
    assert frame is not None
    return frame


def _number(frame: Frame) -> int:
    return number_of(frame.pixels, frame.width, frame.height, frame.stride)


def test_every_position_has_its_picture_whichever_way_it_is_reached(video: Path) -> None:
    chosen = random.Random(4)
    with closing(FrameSource(video)) as source:
        source.set_box(*_BOX)
        for _ in range(30):
            position_s = chosen.uniform(0.0, 7.99)
            frame = _shown(source, position_s)
            assert frame.at_s <= position_s < frame.at_s + 1 / RATE
            assert _number(frame) == int(position_s * RATE) % 50
        assert source.info is not None
        assert (source.info.has_audio, round(source.info.duration_s, 1)) == (True, 8.0)


def test_positions_before_and_after_all_pictures_have_the_nearest(tmp_path: Path) -> None:
    late = write_video(tmp_path / "late.mp4", 10, sound_s=3.0, starts_s=0.5)
    with closing(FrameSource(late)) as source:
        source.set_box(*_BOX)
        assert _number(_shown(source, 0.0)) == 0
        assert _number(_shown(source, 0.6)) == 1
        assert _number(_shown(source, 2.9)) == 9
        assert _number(_shown(source, 0.7)) == 2


def test_a_position_that_goes_on_shows_each_picture_once_in_order(video: Path) -> None:
    with closing(FrameSource(video)) as source:
        source.set_box(*_BOX)
        shown = [_shown(source, 0.0, is_playing=True)]
        for step in range(1, 790):
            frame = source.frame_at(step / 100, is_playing=True)
            while frame is not None and frame.at_s + 1 / RATE <= step / 100:
                assert source.wait()
                frame = source.frame_at(step / 100, is_playing=True)
            assert frame is not None
            if frame is not shown[-1]:
                shown.append(frame)
        assert [_number(frame) for frame in shown] == [number % 50 for number in range(79)]
        # The latency of a device changes while it plays, and the position with it.
        assert source.frame_at(7.8, is_playing=True) is shown[-1]


def test_a_position_that_runs_ahead_leaves_pictures_out(video: Path) -> None:
    with closing(FrameSource(video)) as source:
        source.set_box(*_BOX)
        _shown(source, 0.0, is_playing=True)
        for position_s in (0.9, 1.8, 2.7, 3.6):
            source.frame_at(position_s, is_playing=True)
        while (frame := source.frame_at(3.6, is_playing=True)) is not None and frame.at_s < 3.6:
            assert source.wait()
        assert frame is not None
        assert _number(frame) == 36
        assert source.late_frames > 0


def test_what_is_kept_ahead_is_limited_by_number_and_by_size(tmp_path: Path, video: Path) -> None:
    for path, box, most in (
        (video, _BOX, 8),
        (write_video(tmp_path / "long.mp4", 30, size=(320, 180)), (3840, 2160), 2),
    ):
        with closing(FrameSource(path)) as source:
            source.set_box(*box)
            with source._changed:
                assert source._changed.wait_for(source._is_full, 60)
                assert len(source._ready) == most
                size = sum(frame.pixels.nbytes for frame in source._ready)
            assert size < 80e6


@pytest.mark.parametrize(
    ("ratio", "box", "size"),
    [
        (Fraction(1), (200, 90), (120, 90)),
        (Fraction(1), (32, 400), (32, 24)),
        (Fraction(2), (200, 90), (200, 75)),
        (Fraction(1), (20_000, 15_000), (3547, 2660)),
    ],
)
def test_a_picture_fills_its_place_in_its_shape(
    tmp_path: Path, ratio: Fraction, box: tuple[int, int], size: tuple[int, int]
) -> None:
    path = write_video(tmp_path / "x.mp4", 4, pixel_ratio=ratio)
    with closing(FrameSource(path)) as source:
        source.set_box(*box)
        frame = _shown(source, 0.0)
        assert (frame.width, frame.height) == size


@pytest.mark.parametrize(
    ("turned", "ratio", "size", "corner"),
    [
        (None, Fraction(1), (64, 48), "upper left"),
        ((0.0, True, False), Fraction(1), (64, 48), "upper right"),
        ((90.0, False, False), Fraction(1), (36, 48), "lower left"),
        ((90.0, True, False), Fraction(1), (36, 48), "lower right"),
        ((180.0, False, False), Fraction(1), (64, 48), "lower right"),
        ((-90.0, False, False), Fraction(2), (18, 48), "upper right"),
        ((-90.0, True, False), Fraction(1), (36, 48), "upper left"),
        ((80.0, False, False), Fraction(1), (36, 48), "lower left"),
    ],
)
def test_a_picture_is_turned_and_mirrored_as_the_file_declares(
    tmp_path: Path,
    turned: tuple[float, bool, bool] | None,
    ratio: Fraction,
    size: tuple[int, int],
    corner: str,
) -> None:
    path = write_video(tmp_path / "x.mp4", 12, turned=turned, corner=True, pixel_ratio=ratio)
    with closing(FrameSource(path)) as source:
        source.set_box(*_BOX)
        for at_s in (0.0, 1.0, 0.5):
            frame = _shown(source, at_s)
            assert (frame.width, frame.height) == size
            assert white_corner(frame.pixels, frame.width, frame.height, frame.stride) == corner


def test_a_paused_picture_is_made_again_for_another_size(video: Path) -> None:
    with closing(FrameSource(video)) as source:
        source.set_box(*_BOX)
        assert _shown(source, 2.0).width == 64
        source.set_box(128, 96)
        source.frame_at(2.0, is_playing=True)
        assert source.is_settled
        frame = _shown(source, 2.0)
        assert (frame.width, _number(frame)) == (128, 20)


def _refusal(path: Path) -> str:
    with closing(FrameSource(path)) as source:
        source.set_box(*_BOX)
        with source._changed:
            assert source._changed.wait_for(lambda: bool(source.error), 60)
        assert source.is_settled
        return source.error


def test_files_that_are_no_video_are_refused_with_a_sentence(tmp_path: Path, video: Path) -> None:
    whole = video.read_bytes()
    large = write_video(tmp_path / "large.mp4", 1, size=(4400, 2400))
    start = whole.index(b"mdat") + 4
    noise = random.Random(1).randbytes(len(whole))
    stop = whole.index(b"moov") - 4
    files = {
        "text": b"[Desktop Entry]\nExec=x\n" * 40,
        "empty": b"",
        "truncated": whole[: len(whole) // 2],
        "noise": whole[:start] + noise[start:stop] + whole[stop:],
    }
    refusals = {"large": _refusal(large), "missing": _refusal(tmp_path / "missing.mp4")}
    for name, content in files.items():
        path = tmp_path / f"{name}.mp4"
        path.write_bytes(content)
        refusals[name] = _refusal(path)
    assert "larger than 4K" in refusals["large"]
    assert "cannot be read" in refusals["missing"]
    assert refusals["text"] == refusals["empty"] == refusals["truncated"]
    assert "not a video" in refusals["text"]
    assert "damaged" in refusals["noise"]


def test_sound_alone_has_no_picture(tmp_path: Path, video: Path) -> None:
    path = tmp_path / "sound.mp4"
    with av.open(str(video)) as source, av.open(str(path), "w") as target:
        stream = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(source.streams.audio[0]):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    assert _refusal(path) == "This file has no moving picture."


def test_damage_in_the_middle_is_told_and_the_rest_is_shown(tmp_path: Path) -> None:
    path = write_video(tmp_path / "x.mp4", 60, size=(320, 240))
    whole = bytearray(path.read_bytes())
    start, stop = whole.index(b"mdat") + 4, whole.index(b"moov") - 4
    middle = (start + stop) // 2
    whole[middle : middle + (stop - start) // 6] = bytes((stop - start) // 6)
    path.write_bytes(whole)
    with closing(FrameSource(path)) as source:
        source.set_box(*_BOX)
        assert _number(_shown(source, 0.5)) == 5
        assert _number(_shown(source, 5.9)) == 9
        _shown(source, 0.0)
        position_s = 0.0
        while not source.problem:
            position_s += 0.05
            source.frame_at(position_s, is_playing=True)
            source.wait()
        assert "damaged" in source.problem

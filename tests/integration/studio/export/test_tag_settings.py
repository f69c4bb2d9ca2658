import io
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.stream import VideoStream

from producer_studio.domain.clip import AudioMeasurements, Clip
from producer_studio.domain.ids import AccountName, ClipId
from producer_studio.settings.preferences import Preferences
from producer_studio.studio.export.filenames import file_stem
from producer_studio.studio.export.tag_settings import TagSettings, build_tags, local_date_text

CLIP = Clip(
    id=ClipId("a"),
    title="Low tide",
    sound="calm pads for the demo of Anna",
    account=AccountName("my secret nickname"),
    tags=("for grandma", "maybe"),
    notes="too loud",
    measured=AudioMeasurements(bpm=92.4, key="F minor"),
    created_at=datetime(2025, 12, 31, 23, 30, tzinfo=UTC),
)


@pytest.fixture
def east_of_greenwich() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Asia/Tokyo"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


def test_nothing_private_is_in_the_tags() -> None:
    tags = build_tags(CLIP, None, TagSettings())

    assert (tags.artist, tags.album_artist, tags.album) == ("", "", "")
    assert (tags.copyright, tags.genre, tags.comment) == ("", "", "")
    text = repr(tags)
    for private in ("nickname", "grandma", "maybe", "too loud"):
        assert private not in text


def test_labels_of_the_settings_are_in_the_tags() -> None:
    chosen = Preferences().with_changes(
        export_artist="Anna B",
        export_album_artist="The Bs",
        export_album="Tides",
        export_copyright="2026 Anna B",
        export_genre="Ambient",
        export_comment="Demo",
    )

    tags = build_tags(CLIP, None, TagSettings.from_preferences(chosen))

    assert (tags.artist, tags.album_artist, tags.album) == ("Anna B", "The Bs", "Tides")
    assert (tags.copyright, tags.genre, tags.comment) == ("2026 Anna B", "Ambient", "Demo")


@pytest.mark.usefixtures("east_of_greenwich")
def test_dates_are_local_days() -> None:
    """Half past eleven at night in UTC is the next morning, and the next year, in Tokyo."""
    assert build_tags(CLIP, None, TagSettings()).date == "2026-01-01"
    assert file_stem("{date}", CLIP) == "2026-01-01"


@pytest.mark.parametrize(
    "moment",
    [datetime(1, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)],
    ids=["year 1", "1970"],
)
def test_unknown_times_are_left_out(moment: datetime) -> None:
    assert local_date_text(moment) == ""
    assert build_tags(CLIP.with_changes(created_at=moment), None, TagSettings()).date == ""


def picture(codec: str, container: str) -> bytes:
    made = io.BytesIO()
    with av.open(made, "w", format=container) as output:
        stream = output.add_stream(codec, rate=1)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = 640, 640
        stream.pix_fmt = "rgb24" if codec == "png" else "yuv420p"
        pixels = np.random.default_rng(1).integers(90, 160, (640, 640, 3)).astype(np.uint8)
        frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format=stream.pix_fmt)
        frame.pts = 0
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return made.getvalue()


@pytest.mark.parametrize(("codec", "container"), [("png", "image2pipe"), ("libwebp", "webp")])
def test_covers_become_jpeg(tmp_path: Path, codec: str, container: str) -> None:
    path = tmp_path / "cover"
    path.write_bytes(picture(codec, container))

    cover = build_tags(CLIP, path, TagSettings()).cover

    assert cover is not None
    assert cover.startswith(b"\xff\xd8\xff")
    with av.open(io.BytesIO(cover)) as read:
        assert next(read.decode(video=0)).width == 640
    if codec == "png":
        assert len(cover) < path.stat().st_size / 2

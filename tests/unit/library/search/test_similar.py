"""`similar:CLIP`: clips in the order of their likeness."""

import struct
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from producer_studio.domain.clip import AudioMeasurements, Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.likeness import FEATURE_COUNT
from producer_studio.library.clip_listing import SortOrder
from producer_studio.library.connection import connect
from producer_studio.library.library import Library
from producer_studio.library.similar_sql import find_similar

pytestmark = [pytest.mark.anyio, pytest.mark.keeps_threads("library-")]


def features(first: float) -> bytes:
    return struct.pack(f"<{FEATURE_COUNT}f", first, *[1.0] * (FEATURE_COUNT - 1))


@pytest.fixture(scope="module")
async def library(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Library]:
    """One for all tests: nothing here changes it."""
    library = await Library.open(tmp_path_factory.mktemp("similar"))
    clips = {
        "reference": (0.0, AudioMeasurements(duration_s=9, bpm=84, key="A minor")),
        "other tempo": (0.1, AudioMeasurements(duration_s=8, bpm=119, key="A minor")),
        "double": (0.1, AudioMeasurements(duration_s=7, bpm=168, key="C major")),
        "other sound": (9.0, AudioMeasurements(duration_s=6, bpm=84, key="A minor")),
        "equal": (0.0, AudioMeasurements(duration_s=5, bpm=84, key="A minor")),
        "stem": (0.0, AudioMeasurements()),
        "gone": (0.0, AudioMeasurements()),
        "it's": (3.0, AudioMeasurements(duration_s=4)),
    }
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    await library.clips.add(
        [
            Clip(
                id=ClipId(name),
                title=name,
                stars=3 if name == "double" else 0,
                measured=measured,
                stem="drums" if name == "stem" else "",
                trashed_at=moment if name == "gone" else None,
            )
            for name, (_, measured) in clips.items()
        ]
    )
    for name, (first, _) in clips.items():
        await library.clips.set_peaks(ClipId(name), b"x", features(first))
    await library.clips.add([Clip(id=ClipId("unmeasured"))])
    yield library
    await library.close()


ALIKE = ["reference", "equal", "double", "other tempo", "it's", "other sound"]


async def test_the_most_alike_come_first(library: Library) -> None:
    assert await library.clips.list_ids("similar:ref") == ALIKE
    page = await library.clips.page("similar:ref", limit=2)
    assert (page.ids, page.problem) == (ALIKE[:2], "")
    rest = await library.clips.page("similar:ref", limit=9, after=page.next)
    assert rest.ids == ALIKE[2:]
    assert await library.clips.count("similar:ref") == len(ALIKE)


@pytest.mark.parametrize("at_once", [1, 2, 3, 100])
async def test_vectors_are_read_in_parts(library: Library, at_once: int) -> None:
    with closing(connect(library.folder / "library.db")) as db:
        found = find_similar(db, ClipId("reference"), vectors_at_once=at_once)
        assert [one.id for one in found or ()] == ALIKE
        few = find_similar(db, ClipId("reference"), 2, vectors_at_once=at_once)
        assert [one.id for one in few or ()] == ALIKE[:2]


async def test_other_conditions_and_orders_are_as_ever(library: Library) -> None:
    assert await library.clips.list_ids("stars:3 similar:ref") == ["double"]
    assert await library.clips.list_ids("double similar:ref") == ["double"]
    by_length = await library.clips.list_ids("similar:ref", SortOrder("length", descending=False))
    assert by_length == ["it's", "equal", "other sound", "double", "other tempo", "reference"]
    assert set(await library.clips.list_ids("-similar:ref")) == {"stem", "unmeasured"}
    assert len(await library.clips.list_ids("similar:ref | unmeasured")) == len(ALIKE)


@pytest.mark.parametrize("name", ["it's", "reference"])
async def test_any_id_can_be_searched_for(library: Library, name: str) -> None:
    assert (await library.clips.list_ids(f'similar:"{name}"'))[0] == name
    reference = await library.clips.get_similar_reference(f'x similar:"{name}"')
    assert reference is not None
    assert reference.id == name


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("similar:unmeasured", "not measured yet"),
        ("similar:nothing", "No clip, or more than one"),
        ("similar:", "Enter a value"),
    ],
)
async def test_what_cannot_be_compared_is_explained(
    library: Library, query: str, part: str
) -> None:
    page = await library.clips.page(query)
    assert part in page.problem
    assert len(page.ids) == 8


async def test_likeness_is_of_parts(library: Library) -> None:
    found = await library.clips.find_similar(ClipId("reference"), 4)
    assert found is not None
    assert [one.id for one in found] == ALIKE[:4]
    likeness = found[3].likeness
    assert (likeness.key, likeness.loudness) == (0.0, 0.0)
    assert likeness.tempo == pytest.approx(0.4975, abs=0.001)
    assert await library.clips.find_similar(ClipId("unmeasured")) is None

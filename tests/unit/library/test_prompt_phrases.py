"""Phrases of the prompts of clips, as the library reads them."""

from datetime import UTC, datetime

import pytest

from producer_studio.domain.library_change import ClipField
from producer_studio.domain.operation import Operation
from producer_studio.library import Library
from tests.support.library_fixtures import MakeClip

pytestmark = pytest.mark.anyio


async def read(library: Library, newest: int | None = None) -> list[tuple[str, int]]:
    phrases = await library.clips.list_prompt_phrases(newest)
    return [(phrase.text, phrase.clips) for phrase in phrases]


async def test_the_best_rated_come_first_with_their_clips(
    library: Library, make_clip: MakeClip
) -> None:
    await library.clips.add(
        [
            make_clip(sound="loud drums, rain", stars=1),
            make_clip(sound="soft piano, rain"),
            make_clip(sound="soft piano, rain"),
            make_clip(sound="wide choir", stars=5),
            make_clip(sound=""),
        ]
    )
    assert await read(library) == [
        ("wide choir", 1), ("soft piano", 2), ("rain", 3), ("loud drums", 1),
    ]  # fmt: skip


async def test_what_is_no_prompt_of_the_user_is_left_out(
    library: Library, make_clip: MakeClip
) -> None:
    trashed = make_clip(sound="kazoo")
    await library.clips.add(
        [
            make_clip(sound="soft piano"),
            make_clip(sound="hum", operation=Operation.UPLOAD),
            make_clip(sound="drums", stem="Drums"),
            trashed,
        ]
    )
    await library.clips.edit([trashed.id], {ClipField.TRASHED: datetime.now(UTC)})
    assert await read(library) == [("soft piano", 1)]


async def test_the_newest_clips_can_be_read_alone(library: Library, make_clip: MakeClip) -> None:
    await library.clips.add([make_clip(sound=f"sound {number}") for number in range(5)])
    assert await read(library, 2) == [("sound 3", 1), ("sound 4", 1)]
    assert len(await read(library)) == 5

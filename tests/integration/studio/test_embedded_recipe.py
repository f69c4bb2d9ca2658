"""What is read out of a file that comes from anywhere."""

from pathlib import Path

import pytest

from producer_studio.audio.tags import TagSet, write_tags
from producer_studio.domain.errors import StorageError
from producer_studio.domain.ids import ClipId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.recipe_parser import MAX_FIELD_LENGTH
from producer_studio.studio.embedded_recipe import read_embedded_recipe, trusted_recipe
from tests.support.tone import write_tone

RECIPE = Recipe(
    operation=Operation.EXTEND,
    sound="warm felt piano",
    lyrics="[Verse]\nhome",
    title="Harbour",
    seed="7",
    weirdness=0.3,
    source=ClipId("0123456789abcdef0123456789abcdef"),
    starts_at_s=12,
)


@pytest.mark.anyio
async def test_an_exported_file_has_its_recipe(tmp_path: Path) -> None:
    path = tmp_path / "song.wav"
    write_tone(path, 1)
    assert await read_embedded_recipe(path) is None
    write_tags(path, TagSet(title="Harbour", recipe=RECIPE.to_json()))
    assert await read_embedded_recipe(path) == RECIPE


@pytest.mark.anyio
async def test_a_file_that_is_gone_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"“gone.mp3” cannot be read: No such file"):
        await read_embedded_recipe(tmp_path / "gone.mp3")


def test_a_file_cannot_send_files_away_nor_have_itself_reported() -> None:
    taken = trusted_recipe(
        {
            "operation": "upload",
            "audio_file": "/srv/music/secret.wav",
            "webhook_url": "https://listener.example/x",
            "source_remote": "r",
            "source_uploaded": True,
        }
    )
    assert taken == Recipe(operation=Operation.UPLOAD)


def test_what_is_of_the_wrong_kind_is_left_out() -> None:
    taken = trusted_recipe(
        {
            "operation": "create",
            "sound": ["not", "a", "text"],
            "lyrics": "x" * 200_000,
            "title": "Harbour",
            "weirdness": float("nan"),
            "sound_strength": True,
            "instrumental": "yes",
            "source": 5,
            "of a later version": 1,
        }
    )
    # A text that is too long is cut.
    assert taken == Recipe(title="Harbour", lyrics="x" * MAX_FIELD_LENGTH)


@pytest.mark.parametrize("data", [{}, {"operation": "sing"}, {"operation": ["create"]}])
def test_a_recipe_for_something_unknown_is_none(data: dict[str, object]) -> None:
    assert trusted_recipe(data) is None

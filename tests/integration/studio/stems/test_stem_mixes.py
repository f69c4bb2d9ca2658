"""Stems of a song are found, exported together, and mixed into files and clips."""

import wave
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from producer_studio.audio.encode import EncodingCancelled
from producer_studio.audio.mix_files import write_stems
from producer_studio.audio.tag_set import TagSet
from producer_studio.audio.tags import read_recipe
from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.errors import MediaRejected, RequestRejected, StorageError
from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.domain.track_mix import TrackMix
from producer_studio.library.media_store import MediaKind
from producer_studio.settings.paths import default_paths
from producer_studio.studio.stems.stem_names import mix_file_name, stem_file_names
from producer_studio.studio.stems.stem_set import StemSet
from producer_studio.studio.studio import Studio
from tests.integration.studio.conftest import NO_DEMO
from tests.support.engine_rendering import full_decode
from tests.support.signals import tone
from tests.support.stem_song import add_clip, add_song, add_stem, as_stored, stem_sounds

pytestmark = pytest.mark.anyio
SECONDS = (2.0, 2.0, 1.5, 1.75)
_STEP = 1.5 / 2**23
"""Of 24 bits, with rounding."""


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    environ = {"PRODUCER_STUDIO_HOME": str(tmp_path / "home")}
    studio = await Studio.open(default_paths(environ), environ, NO_DEMO)
    yield studio
    await studio.close()


async def split_song(studio: Studio, **fields: object) -> StemSet:
    song, _ = await add_song(studio._library, stem_sounds(SECONDS), **fields)
    found = await studio.stems.find(song.id)
    assert found is not None
    return found


def expected_mix(stem_set: StemSet, factors: dict[str, tuple[float, float]]) -> np.ndarray:
    """The sum of the stems' samples times their factors left and right."""
    length = max(round(seconds * 48_000) for seconds in SECONDS)
    total = np.zeros((length, 2), np.float64)
    for name, sound in stem_sounds(SECONDS).items():
        stored = as_stored(sound).astype(np.float64)
        total[: len(stored)] += stored * np.array(factors.get(name, (1.0, 1.0)))
    return total


async def test_stems_of_the_latest_job_are_found_in_order(studio: Studio) -> None:
    library = studio._library
    song, first = await add_song(library, dict.fromkeys(("Vocals", "Drums")))
    later = [
        await add_stem(library, song.id, name, place, None, job="second")
        for place, name in ((1, "Bass"), (0, "Keys"))
    ]
    found = await studio.stems.find(song.id)
    assert found is not None
    assert found.song.id == song.id
    assert [stem.stem for stem in found.stems] == ["Keys", "Bass"]
    of_stem = await studio.stems.find(first[1].id)
    assert of_stem is not None
    assert (of_stem.song.id, [one.stem for one in of_stem.stems]) == (song.id, ["Vocals", "Drums"])
    await studio.clips.trash([one.id for one in later])
    left = await studio.stems.find(song.id)
    assert left is not None
    assert [one.stem for one in left.stems] == ["Vocals", "Drums"]


async def test_no_more_stems_are_opened_than_a_song_has(studio: Studio) -> None:
    """A service, or a library from elsewhere, may have any number; each has a file and a thread."""
    song, _ = await add_song(studio._library, {})
    await studio._library.clips.add(
        [
            Clip(id=ClipId(f"s{place}"), stem="x", parent=song.id, position=place)
            for place in range(40)
        ]
    )
    found = await studio.stems.find(song.id)
    assert found is not None
    assert [stem.position for stem in found.stems] == list(range(32))
    found = await studio.stems.find(ClipId("s39"))
    assert found is not None
    assert [stem.position for stem in found.stems] == list(range(8, 40))


async def test_a_song_that_was_not_split_has_no_stems(studio: Studio) -> None:
    song = await add_clip(studio._library, None, title="Low tide")
    await add_clip(studio._library, None, title="Low tide, cover", parent=song.id)
    assert await studio.stems.find(song.id) is None
    assert await studio.stems.find(ClipId("unknown")) is None


async def test_exported_stems_have_one_length_and_start(studio: Studio, tmp_path: Path) -> None:
    stem_set = await split_song(studio)
    paths = await studio.stems.export_stems(stem_set, tmp_path / "daw")
    assert [path.name for path in paths] == [
        "01 Vocals - Late Night Study - 84bpm Fmin.wav",
        "02 Drums - Late Night Study - 84bpm Fmin.wav",
        "03 Bass - Late Night Study - 84bpm Fmin.wav",
        "04 Other - Late Night Study - 84bpm Fmin.wav",
    ]
    assert sorted(one.name for one in (tmp_path / "daw").iterdir()) == [one.name for one in paths]
    for path, sound in zip(paths, stem_sounds(SECONDS).values(), strict=True):
        with wave.open(str(path)) as file:
            assert (file.getframerate(), file.getsampwidth(), file.getnframes()) == (
                48_000,
                3,
                96_000,
            )
        heard, stored = full_decode(path), as_stored(sound)
        np.testing.assert_allclose(heard[: len(stored)], stored, rtol=0, atol=_STEP)
        assert not heard[len(stored) :].any()
    again = await studio.stems.export_stems(stem_set, tmp_path / "daw")
    assert again[0].name == "01 Vocals - Late Night Study - 84bpm Fmin (2).wav"


async def test_stems_of_other_rates_are_converted_to_the_highest(
    studio: Studio, tmp_path: Path
) -> None:
    song, _ = await add_song(studio._library, {"Vocals": tone(1.0)})
    low = await add_stem(studio._library, song.id, "Bass", 1, tone(1.0))
    assert low.path is not None
    low.path.write_bytes(b"")
    with wave.open(str(low.path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(44_100)
        file.writeframes(np.zeros(44_100, "<i2").tobytes())
    found = await studio.stems.find(song.id)
    assert found is not None
    for path in await studio.stems.export_stems(found, tmp_path / "daw"):
        with wave.open(str(path)) as file:
            assert (file.getframerate(), file.getnchannels(), file.getnframes()) == (
                48_000,
                2,
                48_000,
            )


async def test_no_stem_is_written_if_one_cannot_be(studio: Studio, tmp_path: Path) -> None:
    stem_set = await split_song(studio)
    path = stem_set.stems[2].path
    assert path is not None
    path.write_bytes(b"no sound")
    with pytest.raises(MediaRejected):
        await studio.stems.export_stems(stem_set, tmp_path / "daw")
    assert not (tmp_path / "daw").exists()


async def test_a_cancelled_export_leaves_nothing(studio: Studio, tmp_path: Path) -> None:
    stem_set = await split_song(studio)
    sources = [stem.path for stem in stem_set.stems if stem.path is not None]
    targets = [tmp_path / "daw" / name for name in stem_file_names(stem_set)]
    calls: list[int] = []

    def is_cancelled() -> bool:
        calls.append(len(calls))
        return len(calls) > 3

    with pytest.raises(EncodingCancelled):
        write_stems(sources, targets, [TagSet()] * len(sources), is_cancelled)
    assert list((tmp_path / "daw").iterdir()) == []


async def test_a_stem_that_is_deleted_while_it_is_mixed_is_named(studio: Studio) -> None:
    song, stems = await add_song(studio._library, {"Vocals": tone(1.0), "Bass": tone(1.0)})
    found = await studio.stems.find(song.id)
    assert found is not None
    path = found.stems[1].path
    assert path is not None
    path.unlink()
    with pytest.raises(StorageError, match=f"{path.name} cannot be read"):
        await studio.stems.add_mix(found, {})
    assert await studio.clips.count() == 1 + len(stems)


async def test_a_stem_without_its_file_is_named(studio: Studio, tmp_path: Path) -> None:
    song, _ = await add_song(studio._library, {"Vocals": tone(1.0), "Bass": None})
    found = await studio.stems.find(song.id)
    assert found is not None
    with pytest.raises(RequestRejected, match="The sound of “Bass” is not on this computer"):
        await studio.stems.export_stems(found, tmp_path)


@pytest.mark.parametrize(
    ("levels", "factors"),
    [
        ({}, {}),
        ({"Vocals": TrackMix(gain_db=-6.0), "Bass": TrackMix(gain_db=6.0)},
         {"Vocals": (10 ** (-0.3),) * 2, "Bass": (10**0.3,) * 2}),
        ({"Drums": TrackMix(pan=-1.0), "Other": TrackMix(pan=0.25)},
         {"Drums": (1.0, 0.0), "Other": (0.75, 1.0)}),
        ({"Bass": TrackMix(is_muted=True)}, {"Bass": (0.0, 0.0)}),
        ({"Bass": TrackMix(gain_db=float("-inf"))}, {"Bass": (0.0, 0.0)}),
        ({"Vocals": TrackMix(is_soloed=True), "Bass": TrackMix(is_soloed=True, is_muted=True)},
         {"Drums": (0.0, 0.0), "Bass": (0.0, 0.0), "Other": (0.0, 0.0)}),
    ],
)  # fmt: skip
async def test_the_mix_is_the_sum_of_its_stems(
    studio: Studio,
    tmp_path: Path,
    levels: dict[str, TrackMix],
    factors: dict[str, tuple[float, float]],
) -> None:
    stem_set = await split_song(studio)
    by_id = {stem.id: levels[stem.stem] for stem in stem_set.stems if stem.stem in levels}
    made = await studio.stems.export_mix(stem_set, by_id, tmp_path / "daw")
    assert made.path.name == "Mix - Late Night Study - 84bpm Fmin.wav"
    expected = expected_mix(stem_set, factors)
    assert made.peak == pytest.approx(np.abs(expected).max(), abs=1e-5)
    heard = full_decode(made.path)
    assert heard.shape == expected.shape
    np.testing.assert_allclose(heard, expected, rtol=0, atol=_STEP)


async def test_a_mix_above_full_scale_is_limited_and_tells_its_peak(
    studio: Studio, tmp_path: Path
) -> None:
    song, stems = await add_song(studio._library, {"Vocals": tone(1.0, 440.0, 0.9)})
    found = await studio.stems.find(song.id)
    assert found is not None
    made = await studio.stems.export_mix(found, {stems[0].id: TrackMix(gain_db=6.0)}, tmp_path)
    assert made.peak == pytest.approx(0.9 * 10**0.3, abs=1e-3)
    assert np.abs(full_decode(made.path)).max() == pytest.approx(1.0, abs=1e-6)


async def test_a_mix_becomes_a_version_of_the_song(studio: Studio) -> None:
    stem_set = await split_song(studio)
    vocals, _, bass, _ = stem_set.stems
    changes: list[LibraryChange] = []
    studio.events.subscribe(LibraryChange, changes.append)
    levels = {vocals.id: TrackMix(gain_db=-1.5, pan=-0.2), bass.id: TrackMix(is_muted=True)}
    added = await studio.stems.add_mix(stem_set, levels)
    clip = await studio.clips.get(added.clip.id)
    assert clip is not None
    assert clip == added.clip
    assert (clip.title, clip.parent) == ("Late Night Study · mix", stem_set.song.id)
    assert clip.playable
    assert (clip.account, clip.remote_id, clip.stem) == ("", None, "")
    assert clip.notes == (
        "Mix of its stems: Vocals −1.5 dB, pan L 20; Drums 0.0 dB; Bass muted; Other 0.0 dB."
    )
    assert clip.duration_s == pytest.approx(2.0)
    assert clip.measured.loudness_lufs is not None
    assert clip.size_bytes == clip.path.stat().st_size if clip.path else False
    assert (await studio.clips.get_peaks([clip.id]))[clip.id]
    assert [(one.kind, one.clips) for one in changes] == [(ChangeKind.ADDED, frozenset({clip.id}))]
    assert clip.path is not None
    gain = 10 ** (-1.5 / 20)
    expected = expected_mix(stem_set, {"Vocals": (gain, gain * 0.8), "Bass": (0.0, 0.0)})
    np.testing.assert_allclose(full_decode(clip.path), expected, rtol=0, atol=_STEP)
    recipe = read_recipe(clip.path)
    assert recipe is not None
    partial = studio.clips.folder / "partial"
    assert list(partial.iterdir()) == []
    found = await studio.stems.find(stem_set.song.id)
    assert found is not None
    assert found.stems == stem_set.stems


async def test_a_mix_that_a_kill_left_behind_is_removed(tmp_path: Path) -> None:
    environ = {"PRODUCER_STUDIO_HOME": str(tmp_path / "home")}
    paths = default_paths(environ)
    studio = await Studio.open(paths, environ, NO_DEMO)
    partial = studio.clips.folder / "partial"
    await studio.close()
    downloaded = partial / "b.audio.part"
    for left in (
        partial / studio._library.media.partial_path(ClipId("a"), MediaKind.MIX).name,
        partial / f".{'0' * 32}.part.part",
        downloaded,
    ):
        left.write_bytes(b"RIFF")
    studio = await Studio.open(paths, environ, NO_DEMO)
    assert list(partial.iterdir()) == [downloaded]
    await studio.close()


async def test_undo_moves_the_mix_to_the_trash_and_redo_brings_it_back(studio: Studio) -> None:
    stem_set = await split_song(studio)
    added = await studio.stems.add_mix(stem_set, {})

    async def is_trashed() -> bool:
        clip = await studio.clips.get(added.clip.id)
        assert clip is not None
        return clip.trashed_at is not None

    applied = await studio.clips.undo()
    assert applied is not None
    assert applied.step is added.step
    assert applied.message == "1 clip moved back to the trash."
    assert await is_trashed()
    assert await studio.clips.redo() is not None
    assert not await is_trashed()


async def test_a_silent_mix_is_refused(studio: Studio) -> None:
    stem_set = await split_song(studio)
    levels = {stem.id: TrackMix(is_muted=True) for stem in stem_set.stems}
    before = await studio.clips.count()
    with pytest.raises(RequestRejected, match="would be silent"):
        await studio.stems.add_mix(stem_set, levels)
    assert await studio.clips.count() == before


async def test_levels_of_a_song_are_remembered(studio: Studio) -> None:
    stem_set = await split_song(studio)
    assert await studio.stems.load_levels(stem_set.song.id) == {}
    levels = {
        stem_set.stems[0].id: TrackMix(gain_db=float("-inf"), pan=0.5),
        stem_set.stems[1].id: TrackMix(is_soloed=True),
    }
    await studio.stems.save_levels(stem_set.song.id, levels)
    assert await studio.stems.load_levels(stem_set.song.id) == levels
    assert await studio.stems.load_levels(ClipId("another")) == {}


def test_file_names_have_what_is_known() -> None:
    song = Clip(id=ClipId("1"), title="AC/DC " + "x" * 300, media=MediaState.NONE)
    stem = Clip(id=ClipId("2"), stem="Back/vocals")
    (name,) = stem_file_names(StemSet(song, (stem,)))
    assert name.startswith("01 Back")
    assert "/" not in name
    assert len(name.encode()) <= 184
    known = song.with_changes(title="Low tide", bpm_override=127.5, key_override="F# major")
    assert mix_file_name(known) == "Mix - Low tide - 127.5bpm F#maj.wav"
    assert mix_file_name(song.with_changes(title="Low tide")) == "Mix - Low tide.wav"
    many = StemSet(known, tuple(Clip(id=ClipId(str(n)), stem=f"S{n}") for n in range(12)))
    assert stem_file_names(many)[11] == "12 S11 - Low tide - 127.5bpm F#maj.wav"

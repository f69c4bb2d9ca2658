"""A song with stems of real sound in a library."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from producer_studio.audio.measure import measure
from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.ids import ClipId, JobId, new_clip_id
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.library.library import Library
from producer_studio.library.media_store import MediaKind
from tests.support.signals import Samples, tone, write_wave

NAMES = ("Vocals", "Drums", "Bass", "Other")
FREQUENCIES = (440.0, 220.0, 110.0, 330.0)


def stem_sounds(seconds: Sequence[float], level: float = 0.15) -> dict[str, Samples]:
    """A tone of its own for each stem, of the given lengths."""
    return {
        name: tone(length, hertz, level)
        for name, length, hertz in zip(NAMES, seconds, FREQUENCIES, strict=False)
    }


def as_stored(sound: Samples) -> NDArray[np.float32]:
    """The samples as a file of 16 bits holds them."""
    return (np.rint(sound * 32_767) / 32_768).astype(np.float32)


async def add_clip(library: Library, samples: Samples | None, /, **fields: Any) -> Clip:
    """Adds a clip, with its file if there is a sound."""
    clip = Clip(**{"id": new_clip_id()} | fields)
    await library.clips.add([clip])
    if samples is None:
        return clip
    partial = library.media.partial_path(clip.id, MediaKind.AUDIO).with_suffix(".wav")
    partial.parent.mkdir(parents=True, exist_ok=True)
    write_wave(partial, samples)
    path: Path = await library.media.store_file(partial, clip, MediaKind.AUDIO)
    measured = measure(path)
    # A tone has no tempo.
    heard = replace(measured.sound, bpm=None, key="")
    whole = clip.with_changes(path=path, media=MediaState.READY, measured=heard)
    await library.clips.overwrite(whole)
    await library.clips.set_peaks(clip.id, measured.peaks.to_bytes())
    return whole


async def add_song(
    library: Library, stems: Mapping[str, Samples | None], **fields: Any
) -> tuple[Clip, list[Clip]]:
    """Adds a song without a file and its stems; those without a sound have none either."""
    song = await add_clip(
        library,
        None,
        **{
            "title": "Late Night Study", "sound": "lofi piano", "lyrics": "[Verse]\nla",
            "recipe": Recipe(sound="lofi piano"), "bpm_override": 84.0, "key_override": "F minor",
            "model": "FUZZ-2.0", "media": MediaState.NONE,
        } | fields,
    )  # fmt: skip
    made = [
        await add_stem(library, song.id, name, place, sound)
        for place, (name, sound) in enumerate(stems.items())
    ]
    return song, made


async def add_stem(
    library: Library,
    song: ClipId,
    name: str,
    place: int,
    sound: Samples | None,
    job: str = "first",
) -> Clip:
    """Adds one stem of a song."""
    return await add_clip(
        library,
        sound,
        title=f"Late Night Study · {name}",
        stem=name,
        parent=song,
        position=place,
        operation=Operation.STEMS,
        job=JobId(job),
    )

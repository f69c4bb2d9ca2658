"""The twelve clips as files, made by the studio as its window makes them."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from producer_studio.audio.decode import Decoder
from producer_studio.audio.encode import EncodeSpec, transcode
from producer_studio.domain.clip import AudioMeasurements, Clip, MediaState
from producer_studio.domain.export_profile import ExportFormat
from producer_studio.library.media_store import MediaKind
from producer_studio.settings.paths import default_paths
from producer_studio.studio.export.export import ExportSpec
from producer_studio.studio.studio import Studio
from tests.readers.songs import Song
from tests.support.open_studio import NO_DEMO
from tests.support.signals import tone, write_wave

_RATE = 44_100


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to export."""

    name: str
    format: ExportFormat
    mp3_mode: Literal["320", "V0"] = "320"
    bits: Literal[16, 24] = 16


KINDS = (
    Kind("mp3 320", ExportFormat.MP3),
    Kind("mp3 V0", ExportFormat.MP3, mp3_mode="V0"),
    Kind("wav 16", ExportFormat.WAV),
    Kind("wav 24", ExportFormat.WAV, bits=24),
    Kind("flac 16", ExportFormat.FLAC),
    Kind("flac 24", ExportFormat.FLAC, bits=24),
    Kind("m4a", ExportFormat.M4A),
)


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file, and the clip it was made of."""

    song: Song
    kind: Kind
    clip: Clip
    path: Path


async def export_all(songs: Sequence[Song], folder: Path) -> list[ExportedFile]:
    """Exports each song in every way.

    Raises:
        AssertionError: One of them could not be made.
    """
    with tempfile.TemporaryDirectory(prefix="producer-studio-readers-") as home:
        environ = {"PRODUCER_STUDIO_HOME": home}
        studio = await Studio.open(default_paths(environ), environ, NO_DEMO)
        try:
            made = []
            for song in songs:
                clip = await _with_sound(studio, song)
                for kind in KINDS:
                    path = await _export(studio, song, clip, kind, folder / kind.name)
                    made.append(ExportedFile(song, kind, clip, path))
            return made
        finally:
            await studio.close()


async def _with_sound(studio: Studio, song: Song) -> Clip:
    library, clip = studio._library, song.clip()
    await library.clips.add([clip])
    partial = library.media.partial_path(clip.id, MediaKind.AUDIO).with_suffix(".m4a")
    wave = write_wave(partial.with_suffix(".wav"), tone(song.length_s, 330.0, rate=_RATE), _RATE)
    transcode(wave, partial, EncodeSpec(format="m4a"), lambda _share: None, lambda: False)
    wave.unlink()
    path = await library.media.store_file(partial, clip, MediaKind.AUDIO)
    with Decoder(path) as decoder:
        frames = sum(map(len, decoder))
    measured = AudioMeasurements(duration_s=frames / _RATE)
    whole = await library.clips.update_fields(
        clip.id, path=path, media=MediaState.READY, measured=measured
    )
    assert whole is not None
    return whole


async def _export(studio: Studio, song: Song, clip: Clip, kind: Kind, folder: Path) -> Path:
    spec = ExportSpec(
        format=kind.format,
        folder=folder,
        mp3_mode=kind.mp3_mode,
        bits=kind.bits,
        template="{title}",
        tag_settings=song.labels,
    )
    (started,) = await studio.exports.export([clip.id], spec)
    ended = await studio.exports.wait_until_finished(started.id)
    assert ended.path is not None, ended.error
    return ended.path

"""Names of exported stems and mixes, as a DAW lists them."""

import re

from producer_studio.domain.clip import Clip
from producer_studio.files.filenames import safe_filename
from producer_studio.studio.stems.stem_set import StemSet

_LIMIT_BYTES = 180
_SHORT_MODES = {"minor": "min", "major": "maj"}


def stem_file_names(stem_set: StemSet) -> list[str]:
    """Returns names such as "01 Vocals - Late Night Study - 84bpm Fmin.wav", in order."""
    width = max(2, len(str(len(stem_set.stems))))
    return [
        _file_name(f"{number:0{width}d} {stem.stem}", stem_set.song)
        for number, stem in enumerate(stem_set.stems, 1)
    ]


def mix_file_name(song: Clip) -> str:
    """Returns a name such as "Mix - Late Night Study - 84bpm Fmin.wav"."""
    return _file_name("Mix", song)


def _file_name(start: str, song: Clip) -> str:
    facts = " ".join(part for part in (_tempo(song), _short_key(song.key)) if part)
    # The title is shortened, not what tells the files apart.
    end = f" - {facts}" if facts else ""
    room = max(40, _LIMIT_BYTES - len(f"{start} - {end}".encode()))
    title = safe_filename(song.display_title, max_bytes=room)
    return f"{safe_filename(f'{start} - {title}{end}', max_bytes=_LIMIT_BYTES)}.wav"


def _tempo(song: Clip) -> str:
    return re.sub(r"[≈\s]", "", song.bpm_text).lower()


def _short_key(key: str) -> str:
    tonic, _, mode = key.partition(" ")
    return tonic.replace("\u266f", "#").replace("\u266d", "b") + _SHORT_MODES.get(mode, mode)

"""Writing of one exported file, encoded here or copied with tags."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from producer_studio.domain.clip import Clip
from producer_studio.studio.export.export import ExportSpec
from producer_studio.studio.export.filenames import ExportPosition, file_stem
from producer_studio.studio.export.tag_settings import build_tags

if TYPE_CHECKING:
    from producer_studio.audio.encode import EncodedFile


def write_file(
    source: Path,
    cover: Path | None,
    clip: Clip,
    position: ExportPosition,
    spec: ExportSpec,
    progress: Callable[[float], None],
    is_cancelled: Callable[[], bool],
) -> "EncodedFile | None":
    """Writes the file atomically; None if it was cancelled. Blocking."""
    # Codecs take 100 ms to import, which must not delay the start of the window.
    from producer_studio.audio.encode import (
        EncodeSpec,
        EncodingCancelled,
        copy_with_tags,
        transcode,
    )

    # The service may have used another format than requested.
    suffix = source.suffix if spec.by_service else f".{spec.format}"
    target = spec.folder / f"{file_stem(spec.template, clip, position)}{suffix}"
    tags = build_tags(clip, cover, spec.tag_settings)
    if spec.by_service:
        return copy_with_tags(source, target, tags)
    encode_spec = EncodeSpec(format=spec.format.value, mp3_mode=spec.mp3_mode, bits=spec.bits)
    try:
        return transcode(source, target, encode_spec, progress, is_cancelled, tags)
    except EncodingCancelled:
        return None

"""Recipe: all parameters of a request, so that it can be repeated."""

from dataclasses import dataclass, fields, replace
from pathlib import Path, PurePosixPath
from typing import Any, Self
from urllib.parse import unquote

from producer_studio.domain.capabilities import DEFAULT_MODEL
from producer_studio.domain.ids import ClipId, RemoteId
from producer_studio.domain.operation import Operation
from producer_studio.domain.signed_url import drop_signed_url
from producer_studio.domain.text import to_single_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Parameters of one request, independent of the service; each dialect translates them.

    Attributes:
        sound: Style prompt; any length that the service accepts.
        lyrics: Lyrics with `[Section]` lines.
        title: At most 80 characters ("MusicAPI, Producer API"), on one line.
        seed: A string ("MusicAPI, Producer API"); empty lets the service choose.
        lyrics_strength: 0 to 1; None lets the service use its default.
        sound_strength: 0.2 to 1.
        weirdness: 0 to 1.
        cover_strength: 0.2 to 1, for cover and the swaps.
        source: Clip of this library that the operation works on.
        source_remote: Id of that clip at the service.
        starts_at_s: Extend: position to continue from. Replace: start of the region. Seconds.
        ends_at_s: Replace: end of the region in seconds; None means to the end.
        source_uploaded: Whether the source was uploaded to the service; some dialects name the
            operation differently then.
        length_s: Extend: seconds to add, where the service supports it.
        instruction: Instruction for the source as a sentence, where the service supports it.
        cover_url: URL of an image for the cover art.
        audio_url: Upload: public URL of the file.
        audio_file: Upload: absolute path of a local file, which is uploaded temporarily first.
        prompt: Lyrics: topic of the song.
        preset: Video: simple, modern or player.
        export_format: Export: mp3 or wav.
        webhook_url: URL that the service calls; its secret is never part of a recipe.
    """

    operation: Operation = Operation.CREATE
    sound: str = ""
    lyrics: str = ""
    title: str = ""
    model: str = DEFAULT_MODEL
    instrumental: bool = False
    seed: str = ""
    lyrics_strength: float | None = None
    sound_strength: float | None = None
    weirdness: float | None = None
    cover_strength: float | None = None
    source: ClipId | None = None
    source_remote: RemoteId | None = None
    starts_at_s: float | None = None
    ends_at_s: float | None = None
    source_uploaded: bool = False
    length_s: float | None = None
    instruction: str = ""
    cover_url: str = ""
    audio_url: str = ""
    audio_file: str = ""
    prompt: str = ""
    preset: str = ""
    export_format: str = ""
    webhook_url: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", to_single_line(self.title))

    @property
    def file_name(self) -> str:
        """Stem of an uploaded file's name, from its path or URL."""
        if self.operation is not Operation.UPLOAD:
            return ""
        if self.audio_file:
            return Path(self.audio_file).stem
        # Not parsed as a URL: the user may have entered an invalid one.
        _, _, path = self.audio_url.split("?")[0].split("#")[0].partition("://")
        return PurePosixPath(unquote(path.partition("/")[2])).stem

    def with_changes(self, **changes: Any) -> Self:  # noqa: ANN401 - fields have many types
        """Returns a copy with some fields changed."""
        return replace(self, **changes)

    def strip_secrets(self) -> Self:
        """Returns a copy for tags, shared files and other programs, without URLs that grant access.

        Signed URLs are removed, not truncated: a partial one would fail where it is used again.
        """
        is_local_file = bool(self.audio_file)
        return self.with_changes(
            audio_url="" if is_local_file else drop_signed_url(self.audio_url),
            cover_url=drop_signed_url(self.cover_url),
            webhook_url="",
        )

    def to_json(self) -> dict[str, Any]:
        """Returns the operation and the fields that differ from an empty recipe."""
        # Without `asdict`, which copies each value: bulk changes write thousands of recipes.
        own = {name: getattr(self, name) for name in _DEFAULTS}
        changed = {name: value for name, value in own.items() if value != _DEFAULTS[name]}
        return {"operation": str(self.operation), "model": self.model} | changed


_DEFAULTS: dict[str, Any] = {one.name: one.default for one in fields(Recipe)}

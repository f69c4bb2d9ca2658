"""Every profile with every operation that its document offers, and the request that is due.

The bodies are written from the documents, not from the providers: seeds 000 and 002 for
`musicapi-2026-02`, services.md for `musicapi-2026-05`, seed 003 for `aimusicapi-2026-04`, seed 001
with services.md for `acedata`, seed 004 for `apiframe`.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

SOUND = "gentle lofi beat with soft piano and brushed drums, mellow late night mood, 90 bpm"
WORDS = "[Verse]\nQuiet harbour lights are calling us tonight over the dark water"
METAL = "heavy metal guitars with double kick drums, aggressive and fast 160 bpm, dark mood"
THEME = "a small boat that comes home through the fog"
TURN = "add soaring strings and let the drums fall away"

SOURCE = "$SOURCE"
"""Stands for the id by which the account knows the source."""
FILE = "$FILE"
"""Stands for the public address of a sound file."""

Source = Literal["", "made", "uploaded"]
Brings = Literal["clip", "stems", "words", "video", "file"]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One request.

    Attributes:
        variant: Tells several requests of one operation apart.
        options: Of the command line.
        source: What it works on: nothing, a clip made at this account, or one uploaded there.
        path: Where the service must see it, without the profile's prefix.
        body: Exactly what the service must see.
        brings: What the library must hold afterwards.
    """

    profile: str
    operation: str
    variant: str = ""
    options: tuple[str, ...] = ()
    source: Source = ""
    path: str
    body: dict[str, Any]
    brings: Brings = "clip"
    recipe: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.profile}-{self.operation}{self.variant and f'-{self.variant}'}"


@dataclass(frozen=True)
class Dialect:
    """How the profile's account is made."""

    profile: str
    service: str
    prefix: str
    model: str


DIALECTS = (
    Dialect("musicapi-2026-02", "musicapi", "/musicapi", "FUZZ-2.0"),
    Dialect("musicapi-2026-05", "musicapi", "/musicapi-2026-05", "Lyria 3 Pro"),
    Dialect("aimusicapi-2026-04", "aimusicapi", "/aimusicapi", "FUZZ-2.0"),
    Dialect("acedata", "acedata", "/acedata", "FUZZ-2.0"),
    Dialect("apiframe", "apiframe", "/apiframe", "FUZZ-2.0 Pro"),
)

_CREATE = "/api/v1/producer/create"
_SUNG = ("--sound", SOUND, "--lyrics", WORDS, "--title", "Harbour", "--seed", "42")


def _musicapi_2026_02() -> list[Cell]:
    def cell(operation: str, *options: str, **body: Any) -> Cell:
        given = {"clip_id": SOURCE} if operation != "create" else {}
        return Cell(
            profile="musicapi-2026-02", operation=operation, options=options, path=_CREATE,
            source="made" if given else "", body={"mv": "FUZZ-2.0"} | given | body,
        )  # fmt: skip

    return [
        cell(
            "create", *_SUNG, "--model", "FUZZ-2.0", "--lyrics-strength", "0.4",
            "--sound-strength", "0.6", "--weirdness", "0.25",
            "--cover-url", "https://example.com/cover.jpg",
            task_type="create_music", sound=SOUND, lyrics=WORDS, title="Harbour", seed="42",
            lyrics_strength=0.4, sound_strength=0.6, weirdness=0.25,
            cover_url="https://example.com/cover.jpg",
        ),
        cell(
            "extend", "--from", "5", "--sound", METAL,
            task_type="extend_music", sound=METAL, starts_at=5,
        ),
        cell(
            "cover", "--sound", METAL, "--cover-strength", "0.8",
            task_type="cover_music", sound=METAL, cover_strength=0.8,
        ),
        cell(
            "replace", "--from", "2", "--to", "6.5", "--lyrics", WORDS,
            task_type="replace_music", lyrics=WORDS, starts_at=2, ends_at=6.5,
        ),
        cell(
            "swap-vocals", "--lyrics", WORDS, "--cover-strength", "0.9",
            task_type="swap_music_vocals", lyrics=WORDS, cover_strength=0.9,
        ),
        cell(
            "swap-sound", "--sound", METAL, "--cover-strength", "0.6",
            task_type="swap_music_sound", sound=METAL, cover_strength=0.6,
        ),
        cell("variation", task_type="music_variation"),
        *_upload_and_export("musicapi-2026-02", ("mp3", "wav")),
    ]  # fmt: skip


def _musicapi_2026_05() -> list[Cell]:
    def cell(operation: str, *options: str, source: Source = "made", **body: Any) -> Cell:
        given = {"clip_id": SOURCE} if operation != "create" else {}
        return Cell(
            profile="musicapi-2026-05", operation=operation, options=options, path=_CREATE,
            source=source if given else "", variant="of an upload" if source == "uploaded" else "",
            body={"mv": "Lyria 3 Pro"} | given | body,
        )  # fmt: skip

    cover = ("cover", "--instruction", TURN, "--cover-strength", "0.1")
    return [
        cell(
            "create", *_SUNG,
            task_type="create_music", sound=SOUND, lyrics=WORDS, title="Harbour", seed="42",
        ),
        cell(
            "extend", "--from", "5", "--length", "20", "--instruction", TURN,
            task_type="extend_music", starts_at=5, length=20, instruction=TURN,
        ),
        cell(*cover, task_type="cover_music", instruction=TURN, strength=0.1),
        cell(
            *cover, source="uploaded",
            task_type="cover_upload_music", instruction=TURN, strength=0.1,
        ),
        cell(
            "replace", "--from", "2", "--to", "6.5", "--instruction", TURN,
            task_type="replace_music", starts_at=2, ends_at=6.5, instruction=TURN,
        ),
        *_upload_and_export("musicapi-2026-05", ("mp3", "wav")),
    ]  # fmt: skip


def _aimusicapi() -> list[Cell]:
    profile = "aimusicapi-2026-04"
    videos = [
        Cell(
            profile=profile, operation="video", variant=preset, options=("--preset", preset),
            source="made", path="/api/v1/producer/video-clip",
            body={"clip_id": SOURCE, "preset": preset}, brings="video",
        )
        for preset in ("simple", "modern", "player")
    ]  # fmt: skip
    return [
        Cell(
            profile=profile, operation="create", options=_SUNG, path=_CREATE,
            body={
                "task_type": "create_music", "sound": SOUND, "lyrics": WORDS, "mv": "FUZZ-2.0",
                "title": "Harbour", "seed": "42",
            },
        ),
        Cell(
            profile=profile, operation="lyrics", options=("--sound", THEME),
            path="/api/v1/producer/lyrics-create", body={"prompt": THEME}, brings="words",
        ),
        *videos,
        *_upload_and_export(profile, ("mp3", "wav")),
    ]  # fmt: skip


def _upload_and_export(profile: str, formats: tuple[str, ...]) -> list[Cell]:
    exports = [
        Cell(
            profile=profile, operation="export", variant=wanted, source="made",
            path="/api/v1/producer/download", body={"clip_id": SOURCE, "format": wanted},
            brings="file",
        )
        for wanted in formats
    ]  # fmt: skip
    upload = Cell(
        profile=profile, operation="upload", path="/api/v1/producer/upload",
        body={"audio_url": FILE},
    )  # fmt: skip
    return [upload, *exports]


def _acedata() -> list[Cell]:
    usual = {
        "prompt": "", "lyric": "", "custom": False, "model": "FUZZ-2.0", "instrumental": False,
        "lyrics_strength": 0.7, "sound_strength": 0.7, "weirdness": 0.5, "async": True,
    }  # fmt: skip

    def cell(
        operation: str, action: str, *options: str, source: Source = "made", **body: Any
    ) -> Cell:  # fmt: skip
        given = {"audio_id": SOURCE} if operation != "create" else {}
        return Cell(
            profile="acedata", operation=operation, options=options, path="/producer/audios",
            source=source if given else "", variant="of an upload" if source == "uploaded" else "",
            body=usual | {"action": action} | given | body,
        )  # fmt: skip

    both: tuple[Source, Source] = ("made", "uploaded")
    return [
        cell(
            "create", "generate", *_SUNG,
            prompt=SOUND, lyric=WORDS, custom=True, title="Harbour", seed="42",
        ),
        *(
            cell(
                "extend", "upload_extend" if source == "uploaded" else "extend",
                "--from", "5", "--sound", METAL, source=source, prompt=METAL, continue_at=5,
            )
            for source in both
        ),
        *(
            cell(
                "cover", "upload_cover" if source == "uploaded" else "cover",
                "--sound", METAL, "--cover-strength", "0.8",
                source=source, prompt=METAL, cover_strength=0.8,
            )
            for source in both
        ),
        *(
            cell(
                "replace", "upload_replace_section" if source == "uploaded" else "replace_section",
                "--from", "2", "--to", "6.5", "--lyrics", WORDS, source=source, lyric=WORDS,
                custom=True, replace_section_start=2, replace_section_end=6.5,
            )
            for source in both
        ),
        cell(
            "swap-vocals", "swap_vocals", "--lyrics", WORDS,
            lyric=WORDS, custom=True, cover_strength=1,
        ),
        cell(
            "swap-sound", "swap_instrumentals", "--sound", METAL, prompt=METAL, cover_strength=1,
        ),
        cell("variation", "variation"),
        Cell(
            profile="acedata", operation="stems", source="made", path="/producer/audios",
            body={"action": "stems", "audio_id": SOURCE, "prompt": "", "lyric": "", "async": True},
            brings="stems",
        ),
        Cell(
            profile="acedata", operation="lyrics", options=("--sound", THEME),
            path="/producer/lyrics", body={"prompt": THEME}, brings="words",
        ),
        Cell(
            profile="acedata", operation="video", source="made", path="/producer/videos",
            body={"audio_id": SOURCE}, brings="video",
        ),
        Cell(
            profile="acedata", operation="upload", path="/producer/upload",
            body={"audio_url": FILE},
        ),
        Cell(
            profile="acedata", operation="export", variant="wav", source="made",
            path="/producer/wav", body={"audio_id": SOURCE}, brings="file",
        ),
    ]  # fmt: skip


def _apiframe() -> list[Cell]:
    return [
        Cell(
            profile="apiframe", operation="create", path="/v2/music/generate",
            options=(
                *_SUNG, "--lyrics-strength", "0.4", "--sound-strength", "0.6",
                "--weirdness", "0.25",
            ),
            body={
                "prompt": SOUND, "model": "producer",
                "producerParams": {
                    "model_version": "FUZZ_2_PRO", "instrumental": False, "lyrics": WORDS,
                    "title": "Harbour", "seed": "42", "lyrics_strength": 0.4,
                    "sound_strength": 0.6, "weirdness": 0.25,
                },
            },
        ),
    ]  # fmt: skip


CELLS: tuple[Cell, ...] = tuple(
    _musicapi_2026_02() + _musicapi_2026_05() + _aimusicapi() + _acedata() + _apiframe()
)


def cells_of(profile: str) -> list[Cell]:
    return [cell for cell in CELLS if cell.profile == profile]

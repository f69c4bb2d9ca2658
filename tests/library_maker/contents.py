"""Clips with the variety of a real library: presses and takes, words, ratings, tags, dates."""

import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from producer_studio.domain.clip import AudioMeasurements, Clip, MediaState
from producer_studio.domain.ids import AccountName, ClipId, JobId, PressId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.library.clip_row_mapping import clip_columns, detail_columns
from producer_studio.library.column_values import format_time, sequence_number
from producer_studio.library.media_store import clip_folder_name
from tests.library_maker.songs import Song

_FIRST = (
    "Slow", "Golden", "Broken", "Velvet", "Electric", "Midnight", "Paper", "Distant", "Copper",
    "Hollow", "Silver", "Burning", "Quiet", "Neon", "Winter", "Restless", "Northern", "Glass",
    "Crimson", "Faded", "Endless", "Wild", "Gentle", "Lonely", "Sunken", "Bright", "Hidden",
    "Frozen", "Painted", "Secret", "Sleepless", "Tender",
)  # fmt: skip
_SECOND = (
    "River", "Skies", "Rain", "Garden", "City", "Harbour", "Summer", "Ghost", "Mirror", "Train",
    "Letters", "Dancer", "Island", "Signal", "Morning", "Highway", "Shadow", "Ocean", "Machine",
    "Lantern", "Window", "Desert", "Orchard", "Radio", "Cathedral", "Tide", "Engine", "Valley",
    "Satellite", "Parade", "Carousel", "Ember",
)  # fmt: skip
_THIRD = ("", "", "", " (Acoustic)", " II", " at Dawn", " Reprise", " for Two", " Café")
_WORDS = (
    "warm", "vinyl", "crackle", "soft", "piano", "brushed", "drums", "mellow", "upright", "bass",
    "late", "night", "driving", "guitars", "analogue", "arpeggio", "wide", "reverb", "breathy",
    "vocal", "gospel", "choir", "nylon", "strings", "tape", "delay", "dusty", "sample", "claps",
    "muted", "trumpet", "slide", "celesta", "marimba", "field", "recording", "swell", "cinematic",
    "percussion", "groove", "shuffle", "dreamy", "hopeful", "minimal", "distorted", "acoustic",
)  # fmt: skip
_LINES = (
    "Walking through the city lights", "Every step a new surprise", "We are alive tonight",
    "I left the window open for the rain", "Count the stations one by one",
    "Nothing here belongs to me", "Hold the line until the morning", "Paper boats upon the sea",
    "All the neon turns to gold", "Say my name and let it go", "Only echoes in the hall",
)  # fmt: skip
_TAGS = (
    "lofi", "study", "demo", "client", "EP", "keeper", "too slow", "intro", "film", "bass heavy",
    "vocals", "instrumental", "mix again", "Zürich", "日本", "v2", "release", "reference",
)  # fmt: skip
_MODELS = (
    ("FUZZ-2.0", "musicapi"), ("FUZZ-2.0 Pro", "musicapi"), ("FUZZ-1.0 Pro", "musicapi"),
    ("Lyria 3 preview", "apiframe"), ("chirp-v5", "acedata"),
)  # fmt: skip
_KEYS = ("F minor", "E major", "A minor", "C major", "G minor", "D major", "Bb major", "F# minor")
_OPERATIONS = (
    (Operation.CREATE,) * 14 + (Operation.EXTEND, Operation.COVER, Operation.REPLACE,
                                Operation.VARIATION, Operation.EXTEND, Operation.UPLOAD)
)  # fmt: skip
_ACCOUNTS = {"musicapi": "personal", "apiframe": "studio", "acedata": "second"}
_TAKES = (1, 1, 2, 2, 2, 4, 4, 8)
_CREDITS = (5.0, 10.0, 12.0, 20.0)
_TEMPLATES = 2_000
_YEARS = 4
_SHARE_TRASHED = 0.02

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MadeClip:
    """Values of the rows of one clip.

    Attributes:
        song: Whose sound it has.
        job: Id of its job; empty for an upload.
    """

    clip: Row
    details: Row
    song: Song
    job: str
    moment: datetime


@dataclass(frozen=True, slots=True)
class MadePress:
    """One press with its clips.

    Attributes:
        recipe: Recipe of each of its takes; None for an upload, which has no press.
        credits: Charged for each take.
    """

    id: PressId
    account: AccountName
    recipe: Recipe | None
    credits: float
    clips: Sequence[MadeClip]
    moment: datetime


@dataclass(frozen=True, slots=True)
class _Template:
    clip: Row
    details: Row
    recipe: Recipe
    song: Song


class Contents:
    """Makes presses with their clips; the same seed makes the same, but for the ids.

    Args:
        songs: Rendered songs.
        count: Number of clips.
        library: The library's folder, absolute.
        has_files: Whether every clip has a sound file.
    """

    def __init__(
        self, songs: Sequence[Song], library: Path, count: int, seed: int, *, has_files: bool
    ) -> None:
        self._dice = random.Random(seed)
        self._songs = songs
        self._library = library
        self._has_files = has_files
        self._now = datetime.now(UTC)
        self._count = count
        self._templates = [self._make_template() for _ in range(min(count, _TEMPLATES))]
        self._ids = random.Random(seed + 1)

    def make(self) -> Iterator[MadePress]:
        """Makes the presses, oldest first."""
        count = self._count
        step = timedelta(days=365 * _YEARS) / max(1, count)
        moment = self._now - timedelta(days=365 * _YEARS)
        latest: ClipId | None = None
        while count > 0:
            template = self._dice.choice(self._templates)
            takes = min(count, self._dice.choice(_TAKES))
            if template.recipe.operation is Operation.UPLOAD:
                takes = 1
            press = self._make_press(template, takes, moment, latest)
            latest = ClipId(press.clips[0].clip["id"])
            yield press
            count -= takes
            moment += step * takes

    def _make_press(
        self, template: _Template, takes: int, moment: datetime, latest: ClipId | None
    ) -> MadePress:
        dice = self._dice
        press = PressId(self._new_id())
        title = self._make_title()
        is_upload = template.recipe.operation is Operation.UPLOAD
        is_original = template.recipe.operation in {Operation.CREATE, Operation.UPLOAD}
        seed = dice.randrange(1, 4_000_000_000)
        heard = dice.random() < 0.8
        kept = dice.randrange(takes)
        clips = []
        for take in range(1, takes + 1):
            clip_id = self._new_id()
            # A microsecond apart: the first take is the newest, as a service's answer has them.
            at = moment + timedelta(microseconds=takes - take)
            time = format_time(at)
            trashed = dice.random() < _SHARE_TRASHED
            plays = dice.randrange(12) if heard else 0
            job = "" if is_upload else self._new_id()
            clip = template.clip | {
                "seq": sequence_number(at),
                "id": clip_id,
                "remote_id": clip_id[:20],
                "title_key": title.casefold().replace("é", "e"),
                "seed": "" if is_upload else str(seed + take),
                "press": None if is_upload else press,
                "take": None if is_upload else take,
                "takes": 0 if is_upload else takes,
                "parent": None if is_original else latest,
                "job": job or None,
                "stars": dice.choice((0, 0, 1, 2, 3, 3, 4, 4, 5)) if heard else 0,
                "favourite": int(heard and take - 1 == kept and dice.random() < 0.3),
                "heard": int(heard),
                "plays": plays,
                "trashed": int(trashed),
            }
            details = template.details | {
                "seq": clip["seq"],
                "title": title,
                "folder": clip_folder_name(title, clip_id, at),
                "created_at": time,
                "added_at": time,
                "trashed_at": time if trashed else None,
                "played_at": time if plays else None,
            }
            if self._has_files:
                details["path"] = f"{details['folder']}/{title}.wav"
            clips.append(MadeClip(clip, details, template.song, job, at))
        recipe = None if is_upload else template.recipe
        account = AccountName(template.clip["account"])
        return MadePress(press, account, recipe, dice.choice(_CREDITS), clips, moment)

    def _make_template(self) -> _Template:
        """Makes all that the clips of a press have in common, as the library itself stores it."""
        dice = self._dice
        song = dice.choice(self._songs)
        operation = dice.choice(_OPERATIONS)
        model, service = dice.choice(_MODELS)
        sound = f"{song.sound}, {' '.join(dice.sample(_WORDS, 12))}"
        lyrics = self._make_lyrics() if dice.random() < 0.75 else ""
        if operation is Operation.UPLOAD:
            sound, lyrics, model = "", "", ""
        recipe = Recipe(
            operation=operation,
            sound=sound,
            lyrics=lyrics,
            model=model,
            instrumental=not lyrics,
            lyrics_strength=round(dice.random(), 2),
            sound_strength=round(dice.uniform(0.2, 1), 2),
            weirdness=round(dice.random(), 2),
        )
        clip = Clip(
            id=ClipId("template"),
            sound=sound,
            lyrics=lyrics,
            operation=operation,
            model=model,
            service=service,
            account=AccountName(_ACCOUNTS[service]),
            recipe=recipe,
            measured=self._make_measurements(song),
            media=MediaState.READY if self._has_files else MediaState.NONE,
            sha256=song.sha256 if self._has_files else "",
            size_bytes=song.size_bytes if self._has_files else None,
            tags=tuple(dice.sample(_TAGS, dice.choice((0, 0, 1, 1, 2, 3)))),
            notes="Loud in the second chorus." if dice.random() < 0.1 else "",
        )
        return _Template(
            clip_columns(clip, self._library), detail_columns(clip, self._library), recipe, song
        )

    def _make_measurements(self, song: Song) -> AudioMeasurements:
        """Measurements of the sound, with tempi and keys as many songs have them."""
        dice = self._dice
        return replace(
            song.excerpt_measured
            if self._has_files
            else replace(song.measured, duration_s=round(dice.uniform(60, 300), 2)),
            bpm=float(dice.randrange(62, 176)),
            bpm_confidence=round(dice.uniform(0.05, 0.6), 3),
            key=dice.choice(_KEYS),
        )

    def _make_title(self) -> str:
        dice = self._dice
        return f"{dice.choice(_FIRST)} {dice.choice(_SECOND)}{dice.choice(_THIRD)}"

    def _make_lyrics(self) -> str:
        parts = [
            "\n".join((f"[{name}]", *self._dice.sample(_LINES, 4)))
            for name in ("Verse 1", "Chorus", "Verse 2", "Chorus", "Bridge")
        ]
        return "\n\n".join(parts)

    def _new_id(self) -> str:
        return uuid.UUID(int=self._ids.getrandbits(128), version=4).hex


def job_of(press: MadePress, made: MadeClip) -> Job:
    """Returns the job that made a clip."""
    later = made.moment - timedelta(seconds=1)
    return Job(
        id=JobId(made.job),
        state=JobState.DONE,
        recipe=press.recipe or Recipe(),
        account=press.account,
        press=press.id,
        take=made.clip["take"],
        takes=made.clip["takes"],
        credits_expected=press.credits,
        credits_charged=press.credits,
        clips=(ClipId(made.clip["id"]),),
        created_at=press.moment - timedelta(seconds=40),
        sent_at=press.moment - timedelta(seconds=39),
        accepted_at=press.moment - timedelta(seconds=38),
        finished_at=later,
    )

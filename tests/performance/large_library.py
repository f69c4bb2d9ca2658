"""Libraries of many clips, for measuring: rows, words and waveforms, without sound files."""

import asyncio
import random
import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from producer_studio.audio.waveform_peaks import BINS
from producer_studio.domain.clip import AudioMeasurements, Clip, MediaState
from producer_studio.domain.ids import AccountName, PressId, RemoteId, new_clip_id
from producer_studio.domain.recipe import Recipe
from producer_studio.library import clip_sql
from producer_studio.library.connection import connect, transaction
from producer_studio.library.library import Library

_WORDS = (
    *("lofi", "ambient", "rock", "metal", "jazz", "house", "trap", "folk", "synthwave", "reggae"),
    *("night", "rain", "river", "winter", "summer", "glass", "paper", "copper", "slow", "bright"),
    *("distant", "broken", "golden", "velvet", "piano", "soul", "orchestral", "northern"),
)
_AT_ONCE = 500
_WITH_PEAKS = 200
_TAKES = 4
"""Takes of each press, which the list shows as one group."""


def fill(folder: Path, count: int) -> None:
    """Puts `count` clips into the library of a folder; the newest have waveforms."""
    asyncio.run(_fill(folder, count))


def fill_rows(folder: Path, count: int) -> None:
    """As `fill`, some hundred times as fast: rows and words, without a `recipe.json` for each."""
    asyncio.run(_fill(folder, 1))
    dice = random.Random(count)
    now = datetime.now(UTC)
    with closing(connect(folder / "library.db", writes=True)) as db:
        db.execute("PRAGMA synchronous = OFF")
        with transaction(db):
            made = [a_clip(dice, now - timedelta(minutes=age), age) for age in range(1, count)]
            clip_sql.add_clips(db, folder, made)
            for clip in made[:_WITH_PEAKS]:
                clip_sql.write_peaks(db, clip.id, dice.randbytes(BINS))
            # Else the next start would write a file for every clip.
            db.execute("DELETE FROM stale_sidecars")


def copy_database(source: Path, folder: Path) -> int:
    """Copies the database of a library that no program has open; returns its number of clips."""
    folder.mkdir(parents=True)
    shutil.copy(source / "library.db", folder / "library.db")
    with closing(connect(folder / "library.db", writes=True)) as db:
        [count] = db.execute("SELECT count(*) FROM clips").fetchone()
    return int(count)


async def _fill(folder: Path, count: int) -> None:
    dice = random.Random(count)
    now = datetime.now(UTC)
    library = await Library.open(folder)
    made = [a_clip(dice, now - timedelta(minutes=age), age) for age in range(count)]
    for first in range(0, count, _AT_ONCE):
        await library.clips.add(made[first : first + _AT_ONCE])
    for clip in made[:_WITH_PEAKS]:
        await library.clips.set_peaks(clip.id, dice.randbytes(BINS))
    await library.close()


def a_clip(dice: random.Random, moment: datetime, number: int) -> Clip:
    sound = ", ".join(dice.sample(_WORDS, 5))
    lyrics = "[Verse]\n" + "\n".join(" ".join(dice.sample(_WORDS, 6)) for _ in range(8))
    return Clip(
        id=new_clip_id(),
        remote_id=RemoteId(f"remote-{number}"),
        title=" ".join(dice.sample(_WORDS, 2)).title(),
        sound=sound,
        lyrics=lyrics,
        model="FUZZ-2.0",
        account=AccountName("personal"),
        seed=str(number),
        press=PressId(f"press-{number // _TAKES}"),
        take=number % _TAKES + 1,
        takes=_TAKES,
        recipe=Recipe(sound=sound, lyrics=lyrics, seed=str(number)),
        measured=AudioMeasurements(duration_s=120 + number % 90, bpm=90.0, key="A minor"),
        media=MediaState.NONE,
        created_at=moment,
        added_at=moment,
    )

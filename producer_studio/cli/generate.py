"""`producer-studio generate`."""

from pathlib import Path

import click

from producer_studio.cli.exits import Exit, Stopped
from producer_studio.cli.following import Following, patience_option, stop_for
from producer_studio.cli.number import Number
from producer_studio.cli.session import Session, command
from producer_studio.domain.account import Account
from producer_studio.domain.faults import Refused
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.strength import (
    COVER_STRENGTH,
    LYRICS_STRENGTH,
    SOUND_STRENGTH,
    WEIRDNESS,
    Strength,
)
from producer_studio.domain.takes import takes_of

_OPERATIONS = [str(one) for one in Operation if one is not Operation.EXPORT]


def _within(strength: Strength) -> Number:
    return Number(strength.low, strength.high)


@click.command()
@click.option("--account", "account_name", required=True, help="Which account pays.")
@click.option(
    "--op",
    "operation",
    type=click.Choice(_OPERATIONS),
    default="create",
    help="What to ask for; create if left out.",
)
@click.option("--source", help="The clip to work on; for an upload, the file's public address.")
@click.option(
    "--from", "starts_at_s", type=Number(0), help="Extend or replace from here, in seconds."
)
@click.option("--to", "ends_at_s", type=Number(0), help="Replace up to here, in seconds.")
@click.option("--sound", default="", help="Style, instruments, mood, tempo; or a lyrics' theme.")
@click.option("--lyrics", default="", help="Words, with lines such as [Verse] and [Chorus].")
@click.option(
    "--lyrics-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The same from a file, in UTF-8.",
)
@click.option("--title", default="", help="At most 80 characters.")
@click.option("--model", default="", help="Such as FUZZ-2.0; the service's usual one if left out.")
@click.option(
    "--seed",
    default="",
    help="A number; the same one gives a like result again, where the service keeps to it.",
)
@click.option("--instrumental", is_flag=True, help="Without a voice.")
@click.option("--lyrics-strength", type=_within(LYRICS_STRENGTH), help="0 to 1.")
@click.option("--sound-strength", type=_within(SOUND_STRENGTH), help="0.2 to 1.")
@click.option("--weirdness", type=_within(WEIRDNESS), help="0 to 1.")
@click.option("--cover-strength", type=_within(COVER_STRENGTH), help="0.2 to 1.")
@click.option("--cover-url", default="", help="A picture for the cover art.")
@click.option("--preset", type=click.Choice(["simple", "modern", "player"]), help="For a video.")
@click.option("--takes", type=click.IntRange(1, 16), default=1, help="So many of it, 1 to 16.")
@click.option("--no-wait", is_flag=True, help="Return once the service has taken it.")
@patience_option
@command
async def generate(
    session: Session,
    account_name: str,
    operation: str,
    source: str | None,
    starts_at_s: float | None,
    ends_at_s: float | None,
    sound: str,
    lyrics: str,
    lyrics_file: Path | None,
    title: str,
    model: str,
    seed: str,
    instrumental: bool,
    lyrics_strength: float | None,
    sound_strength: float | None,
    weirdness: float | None,
    cover_strength: float | None,
    cover_url: str,
    preset: str | None,
    takes: int,
    no_wait: bool,
    patience_s: float,
) -> None:
    """Ask a service for clips, and bring them home."""
    account = session.account(account_name)
    recipe = Recipe(
        operation=Operation(operation),
        sound=sound,
        lyrics=_lyrics(lyrics, lyrics_file),
        title=title,
        model=_model(session, account, model),
        instrumental=instrumental,
        seed=seed,
        lyrics_strength=lyrics_strength,
        sound_strength=sound_strength,
        weirdness=weirdness,
        cover_strength=cover_strength,
        cover_url=cover_url,
        starts_at_s=starts_at_s,
        ends_at_s=ends_at_s,
        preset=preset or "",
    )
    recipe = await _with_source(session, recipe, source)
    with Following(session, patience_s) as following:
        try:
            jobs = await session.studio.jobs.submit(takes_of(recipe, takes), account.name)
        except Refused as refused:
            # The studio's own word, before anything is sent: the service was not asked.
            raise Stopped(Exit.USAGE, refused.message) from refused
        if no_wait:
            await following.until_taken([job.id for job in jobs])
            return
        ended = await following.until_over([job.id for job in jobs])
    stop_for(ended)
    await session.stop_for_silence(ended)


async def _with_source(session: Session, recipe: Recipe, source: str | None) -> Recipe:
    if recipe.operation is Operation.UPLOAD:
        return recipe.with_(audio_url=source or "")
    if recipe.operation is Operation.LYRICS:
        return recipe.with_(prompt=recipe.sound)
    if source is None or not recipe.operation.needs_source:
        return recipe
    clip = await session.clip(source)
    if clip.remote_id is None:
        raise Stopped(Exit.USAGE, f"“{clip.title}” is not known to a service.")
    return recipe.with_(source=clip.id, source_remote=clip.remote_id)


def _lyrics(text: str, file: Path | None) -> str:
    if file is None:
        return text
    try:
        return file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Stopped(
            Exit.USAGE, f"The lyrics file cannot be read as UTF-8 text: {file}."
        ) from error


def _model(session: Session, account: Account, asked: str) -> str:
    capabilities = session.studio.accounts.capabilities(account.name)
    if asked and asked not in capabilities.models:
        raise Stopped(
            Exit.USAGE, f"{account.name} has no model “{asked}”: {', '.join(capabilities.models)}."
        )
    return asked or capabilities.default_model

"""Command `producer-studio generate`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from producer_studio.cli.examples import examples_text
from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.input_files import read_lyrics, with_upload_source
from producer_studio.cli.number_option import NumberOption
from producer_studio.cli.option_checks import (
    FORGET_REFUSALS_MESSAGE,
    USE_EXPORT_MESSAGE,
    check_options,
    check_texts,
)
from producer_studio.cli.path_parameter import PathParameter
from producer_studio.cli.preset_recipe import find_sent_preset, preset_recipe
from producer_studio.cli.progress import JobProgress, patience_option, raise_for_failed_jobs
from producer_studio.cli.repeated_press import (
    WITHOUT_PRESS,
    find_repeated_press,
    parse_again,
    repeated_recipe,
    repeated_sweep,
)
from producer_studio.cli.session import Session, session_command
from producer_studio.cli.sweep import write_outcome
from producer_studio.cli.sweep_options import (
    describe_sweep,
    limit_options,
    parse_limits,
    parse_sweep,
    sweep_option,
)
from producer_studio.domain.account import Account
from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import DuplicateRequest, RequestRejected
from producer_studio.domain.form import Form
from producer_studio.domain.ids import PressId
from producer_studio.domain.job import Job
from producer_studio.domain.operation import SERVICE_OPERATIONS, Operation
from producer_studio.domain.press import mark_preset
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.sweep import Sweep
from producer_studio.domain.takes import draw_seed, expand_takes
from producer_studio.studio.jobs.source_resolver import RegistrationRequired, SourceUnavailable
from producer_studio.translation import mark, sentences

_OPERATIONS = [str(one) for one in SERVICE_OPERATIONS]


@click.command(epilog=examples_text("generate"))
@click.option(
    "--account",
    "account_name",
    help=mark("Account to use; it pays. Required, except to repeat a press."),
)
@click.option(
    "--op",
    "operation",
    type=click.Choice(_OPERATIONS),
    help=mark("Operation; default: create."),
)
@click.option(
    "--source", help=mark("Source clip; for an upload, a local file or its public address.")
)
@click.option(
    "--register", is_flag=True, help=mark("Upload the clip to the account first, if necessary.")
)
@click.option(
    "--from",
    "starts_at_s",
    type=NumberOption(0),
    help=mark("Start of the extension or section, in seconds."),
)
@click.option(
    "--to",
    "ends_at_s",
    type=NumberOption(0),
    help=mark("End of the section to replace, in seconds."),
)
@click.option("--length", "length_s", type=NumberOption(0), help=mark("Length to add, in seconds."))
@click.option("--instruction", default="", help=mark("Instruction for working on the source."))
@click.option(
    "--sound", default="", help=mark("Style, instruments, mood, tempo; or the theme of lyrics.")
)
@click.option("--lyrics", default="", help=mark("Lyrics, with lines such as [Verse] and [Chorus]."))
@click.option(
    "--lyrics-file",
    type=PathParameter(exists=True, dir_okay=False, path_type=Path),
    help=mark("Read the lyrics from a file, in UTF-8."),
)
@click.option("--title", default="", help=mark("Title, at most 80 characters."))
@click.option(
    "--model", default="", help=mark("Model, such as FUZZ-2.0; default: the service's usual one.")
)
@click.option(
    "--seed",
    default="",
    help=mark("Number; the same seed gives a similar result, if the service supports it."),
)
@click.option("--instrumental", is_flag=True, help=mark("Without vocals."))
@click.option(
    "--lyrics-strength", type=NumberOption(), help=mark("“accounts show” lists the ranges.")
)
@click.option("--sound-strength", type=NumberOption(), help=mark("As above."))
@click.option("--weirdness", type=NumberOption(), help=mark("As above."))
@click.option(
    "--cover-strength", type=NumberOption(), help=mark("As above, for a cover or a swap.")
)
@click.option("--cover-url", default="", help=mark("Address of a picture for the cover art."))
@click.option("--preset", default="", help=mark("Style of a video: simple, modern or player."))
@click.option(
    "--webhook-url", default="", help=mark("Address for webhooks, for this request only.")
)
@click.option("--takes", type=click.IntRange(1, 16), help=mark("Number of takes, 1 to 16."))
@sweep_option
@limit_options
@click.option(
    "--again",
    metavar="[PRESS]",
    is_flag=False,
    flag_value=WITHOUT_PRESS,
    multiple=True,
    help=mark(
        "Repeat a press of the history with new seeds; other options replace its values. "
        "Without PRESS: send even if the same request, including its seed, was made "
        "within ten minutes or has an unknown outcome, as has one of PRESS."
    ),
)
@click.option(
    "--from-preset",
    metavar="PRESET",
    help=mark(
        "Send the form of a preset, with its number of takes; other options replace its values."
    ),
)
@click.option(
    "--dry-run",
    is_flag=True,
    help=mark("Print the requests, without secrets, and send nothing. Free."),
)
@click.option(
    "--no-wait", is_flag=True, help=mark("Return as soon as the service has accepted it.")
)
@patience_option
@session_command
async def generate(
    session: Session,
    account_name: str | None,
    operation: str | None,
    source: str | None,
    register: bool,
    starts_at_s: float | None,
    ends_at_s: float | None,
    length_s: float | None,
    instruction: str,
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
    preset: str,
    webhook_url: str,
    takes: int | None,
    axes: tuple[str, ...],
    limit_credits: float | None,
    limit_requests: int | None,
    min_balance: float | None,
    again: tuple[str, ...],
    from_preset: str | None,
    dry_run: bool,
    no_wait: bool,
    patience_s: float,
) -> None:
    """Request clips from a service, and download them."""
    press_id, allows_duplicates = parse_again(again)
    press = await find_repeated_press(session, press_id, operation, source)
    limits = parse_limits(limit_credits, limit_requests, min_balance)
    if press is not None and press.sweep is not None and not axes and takes is None:
        sweep: Sweep | None = repeated_sweep(press.sweep, limits)
    else:
        sweep = parse_sweep(axes, limits)
    if sweep is not None and takes is not None:
        raise CommandError(ExitCode.USAGE, mark("A sweep has its own takes: omit --takes."))
    chosen = await find_sent_preset(session, from_preset, press_id, operation)
    form = Form.from_json(dict(chosen.form)) if chosen is not None else None
    if account_name is None and press is None:
        raise CommandError(ExitCode.USAGE, mark("Use --account NAME: this account pays."))
    account = session.find_account(account_name or (press.account if press is not None else ""))
    chosen_operation = Operation(operation or Operation.CREATE)
    if press is not None:
        chosen_operation = press.recipes[0].operation
        source = press.recipes[0].source
    if form is not None:
        chosen_operation = form.operation
        source = source or form.source or None
    if chosen_operation is Operation.EXPORT:
        raise CommandError(ExitCode.USAGE, USE_EXPORT_MESSAGE)
    fields: dict[str, Any] = {
        "sound": sound,
        "lyrics": await read_lyrics(lyrics, lyrics_file),
        "title": title,
        "model": model,
        "seed": seed,
        "instrumental": instrumental,
        "lyrics_strength": lyrics_strength,
        "sound_strength": sound_strength,
        "weirdness": weirdness,
        "cover_strength": cover_strength,
        "cover_url": cover_url,
        "starts_at_s": starts_at_s,
        "ends_at_s": ends_at_s,
        "length_s": length_s,
        "instruction": instruction,
        "preset": preset,
        "webhook_url": webhook_url,
    }
    check_texts(fields)
    if chosen_operation is Operation.LYRICS:
        fields["prompt"] = fields.pop("sound")
    check_options(
        session,
        account,
        chosen_operation,
        fields | {"source" if chosen_operation is not Operation.UPLOAD else "audio_url": source},
    )
    if press is not None:
        recipe = repeated_recipe(session, press, account, fields)
    elif form is not None:
        recipe = preset_recipe(session, form, account, fields)
    else:
        capabilities = session.studio.offers.capabilities(account.name)
        fields["model"] = model or capabilities.default_model
        recipe = Recipe(operation=chosen_operation, **fields)
    if chosen_operation is Operation.UPLOAD and source:
        recipe = await with_upload_source(recipe, source)
    clip = await session.find_clip(source) if chosen_operation.needs_source and source else None
    if sweep is not None:
        recipe = _with_common_seed(session, account, recipe, sweep)
        recipes = _sweep_recipes(session, account, recipe, sweep)
    else:
        usual_takes = form.sent_takes if form is not None else 1
        takes = takes or (len(press.recipes) if press is not None else usual_takes)
        recipes = expand_takes(recipe, takes)
    if dry_run:
        await _print_requests(session, account, recipes, clip)
        return
    await session.studio.webhooks.start()
    with JobProgress(session, patience_s) as following:
        jobs = await _submit_jobs(
            session,
            account,
            recipes,
            clip,
            repeats=press.id if press is not None else None,
            form=mark_preset({}, chosen.id if chosen else press.preset if press else None),
            register=register,
            again=allows_duplicates,
            sweep=sweep,
        )
        if no_wait:
            await following.wait_until_accepted([job.id for job in jobs])
            return
        ended = await following.wait_until_finished([job.id for job in jobs])
    if sweep is not None and jobs[0].press is not None:
        await write_outcome(session, jobs[0].press, ended)
        return
    raise_for_failed_jobs(ended)
    await session.raise_if_sound_missing(ended)


async def _submit_jobs(
    session: Session,
    account: Account,
    recipes: list[Recipe],
    clip: Clip | None,
    *,
    repeats: PressId | None,
    form: Mapping[str, Any],
    register: bool,
    again: bool,
    sweep: Sweep | None,
) -> list[Job]:
    """Queues the recipes; first registers their source clip if the user has allowed it.

    Raises:
        CommandError: The studio itself rejects them before anything is sent.
    """
    jobs = session.studio.jobs
    try:
        if repeats is not None and not again:
            # The press is named, so that it may be repeated at any time.
            await jobs.check_duplicates(recipes, account.name, repeats, unknown_only=True)
            again = True
        if clip is not None:
            plan = await jobs.plan_source(clip.id, account.name, recipes[0].operation)
            if isinstance(plan, SourceUnavailable):
                raise CommandError(ExitCode.USAGE, plan.message)
            if isinstance(plan, RegistrationRequired) and not register:
                raise CommandError(
                    ExitCode.USAGE,
                    sentences(plan.message, mark("Nothing was sent; use --register to do this.")),
                )
        if sweep is not None:
            source = clip.id if clip is not None else None
            return await session.studio.sweeps.submit(
                sweep,
                recipes[0].with_changes(source=source),
                account.name,
                form=form,
                repeats=repeats,
                register=register,
                refuse_duplicates=not again,
            )
        if clip is None:
            return await jobs.submit(
                recipes, account.name, form=form, repeats=repeats, refuse_duplicates=not again
            )
        return await jobs.submit_with_source(
            recipes,
            account.name,
            clip.id,
            register=register,
            form=form,
            repeats=repeats,
            refuse_duplicates=not again,
        )
    except DuplicateRequest as fault:
        sentence = sentences(fault.message, mark("Use --again to send it anyway."))
        raise CommandError(ExitCode.USAGE, sentence) from fault
    except RequestRejected as refused:
        sentence = refused.message
        if refused.field == "model" and recipes[0].model in account.refused_models:
            hint = FORGET_REFUSALS_MESSAGE.with_values(name=account.name)
            sentence = sentences(sentence, hint)
        raise CommandError(ExitCode.USAGE, sentence) from refused


async def _print_requests(
    session: Session, account: Account, recipes: list[Recipe], clip: Clip | None
) -> None:
    """Prints what the recipes would send.

    Raises:
        CommandError: The studio rejects them.
    """
    for recipe in recipes:
        if clip is not None:
            recipe = recipe.with_changes(source=clip.id)
        try:
            preview = await session.studio.previews.preview(recipe, account.name)
        except RequestRejected as refused:
            raise CommandError(ExitCode.USAGE, refused.message) from refused
        session.output.write_result(preview.to_json(), [*preview.lines(), ""])
        for note in preview.notes:
            session.output.write_hint(note)


def _with_common_seed(session: Session, account: Account, recipe: Recipe, sweep: Sweep) -> Recipe:
    """Gives all cells one seed, so that they differ in their axes alone."""
    fields = session.studio.offers.capabilities(account.name).get(recipe.operation).fields
    swept = {axis.field for axis in sweep.axes}
    if recipe.seed or "seed" in swept or "seed" not in fields:
        return recipe
    return recipe.with_changes(seed=draw_seed())


def _sweep_recipes(
    session: Session, account: Account, recipe: Recipe, sweep: Sweep
) -> list[Recipe]:
    """Returns the recipe of each cell, after a line with their number, price and limits.

    Raises:
        CommandError: An axis is invalid.
    """
    plan = session.studio.sweeps.plan(sweep, recipe, account.name)
    if plan.issue:
        raise CommandError(ExitCode.USAGE, sentences(plan.issue, mark("Nothing was sent.")))
    limits = sweep.limits.texts()
    session.output.write_hint(describe_sweep(sweep.size, plan.price.text(), limits))
    return list(plan.recipes)
